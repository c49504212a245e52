//! Small functions on text: `to_hex`, `chr`, `unistr`, `string_to_table`, `concat` of any values.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::DFSchema;
use datafusion::common::tree_node::Transformed;
use datafusion::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{Expr, ExprSchemable, ScalarUDF, Volatility};

use super::argument::{Type, text_array};
use super::call::Call;
use super::function::{Function, Gives};
use super::output;
use crate::value_error::{ValueError, ValueErrorKind};

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    let text = Gives::One(|| DataType::Utf8);
    vec![
        Function::new(
            "to_hex",
            "to_hex(number)",
            "Returns a whole number in hexadecimal; negative ones in two's complement.",
        )
        .takes(&[Type::Any], text, to_hex)
        .build(),
        Function::new("chr", "chr(code)", "Returns the character of a code point. **Errors** 0, and what is none.")
            .takes(&[Type::Int4], text, chr)
            .build(),
        Function::new("unistr", "unistr(text)", "Returns a text with its escapes `\\\\0061` and `\\\\+000061` read.")
            .takes(&[Type::Text], text, unistr)
            .build(),
        Function::new(
            "string_to_table",
            "string_to_table(text, delimiter [, null])",
            "Returns the parts of a text between delimiters as rows; of no delimiter its characters.",
        )
        .takes(&[Type::Text, Type::Text], Gives::One(text_array), split)
        .takes(&[Type::Text, Type::Text, Type::Text], Gives::One(text_array), split)
        .sees_nulls()
        .build(),
    ]
}

fn to_hex(call: &Call) -> Result<ArrayRef> {
    let is_narrow = matches!(call.data_type(0), DataType::Int8 | DataType::Int16 | DataType::Int32);
    call.each_text(|row| {
        Ok(call.integer(0, row).map(
            |number| {
                if is_narrow { format!("{:x}", number as i32) } else { format!("{number:x}") }
            },
        ))
    })
}

fn chr(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| {
        let Some(code) = call.integer(0, row) else { return Ok(None) };
        if code == 0 {
            return Err(ValueError::new(ValueErrorKind::OutOfRange, "null character not permitted").into());
        }
        match u32::try_from(code).ok().and_then(char::from_u32) {
            Some(char) => Ok(Some(char.to_string())),
            None => {
                let message = format!("requested character not valid for encoding: {code}");
                Err(ValueError::new(ValueErrorKind::OutOfRange, message).into())
            }
        }
    })
}

fn unistr(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| Ok(call.text(0, row).map(unescaped).transpose()?))
}

fn unescaped(text: &str) -> Result<String, ValueError> {
    let refused = || ValueError::invalid_parameter("invalid Unicode escape");
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut high: Option<u32> = None;
    while let Some(first) = rest.chars().next() {
        if first != '\\' {
            if high.is_some() {
                return Err(ValueError::invalid_parameter("invalid Unicode surrogate pair"));
            }
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let after = &rest[1..];
        if let Some(more) = after.strip_prefix('\\') {
            out.push('\\');
            rest = more;
            continue;
        }
        let (skipped, digits) = match after.as_bytes().first() {
            Some(b'+') => (1, 6),
            Some(b'u') => (1, 4),
            Some(b'U') => (1, 8),
            _ => (0, 4),
        };
        let hex = after.get(skipped..skipped + digits).ok_or_else(refused)?;
        let code = u32::from_str_radix(hex, 16).map_err(|_| refused())?;
        rest = &after[skipped + digits..];
        let code = match (high.take(), code) {
            (None, 0xd800..0xdc00) => {
                high = Some(code);
                continue;
            }
            (Some(high), 0xdc00..0xe000) => 0x10000 + ((high - 0xd800) << 10) + (code - 0xdc00),
            (None, code) => code,
            (Some(_), _) => return Err(ValueError::invalid_parameter("invalid Unicode surrogate pair")),
        };
        out.push(char::from_u32(code).filter(|char| *char != '\0').ok_or_else(refused)?);
    }
    if high.is_some() { Err(ValueError::invalid_parameter("invalid Unicode surrogate pair")) } else { Ok(out) }
}

fn split(call: &Call) -> Result<ArrayRef> {
    call.each_text_array(|row| {
        let Some(text) = call.text(0, row) else { return Ok(None) };
        if text.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let null = call.text(2, row);
        let part = |part: &str| (Some(part) != null).then(|| part.to_owned());
        Ok(Some(match call.text(1, row) {
            None => text.chars().map(|char| part(char.encode_utf8(&mut [0; 4]))).collect(),
            Some("") => vec![part(text)],
            Some(delimiter) => text.split(delimiter).map(part).collect(),
        }))
    })
}

/// `concat` and `concat_ws` of values that are not text: DataFusion writes those in its own way.
#[derive(Debug)]
pub(super) struct Concatenations {
    concat: Arc<ScalarUDF>,
    concat_ws: Arc<ScalarUDF>,
}

impl Default for Concatenations {
    fn default() -> Self {
        let about = "Returns the texts of all values together. **Nulls** are left out.";
        let concat = Function::new("concat", "concat(value, …)", about)
            .takes_many(&[Type::Any], Gives::One(|| DataType::Utf8), concat)
            .sees_nulls()
            .volatility(Volatility::Stable);
        let about = "Returns the texts of all values together, with a separator between them. **Nulls** are left out; a \
                     separator that is NULL gives NULL.";
        let concat_ws = Function::new("concat_ws", "concat_ws(separator, value, …)", about)
            .takes_many(&[Type::Text, Type::Any], Gives::One(|| DataType::Utf8), concat_ws)
            .sees_nulls()
            .volatility(Volatility::Stable);
        Self { concat: concat.build(), concat_ws: concat_ws.build() }
    }
}

impl FunctionRewrite for Concatenations {
    fn name(&self) -> &str {
        "concatenations"
    }

    fn rewrite(&self, expr: Expr, schema: &DFSchema, _config: &ConfigOptions) -> Result<Transformed<Expr>> {
        let Expr::ScalarFunction(mut call) = expr else { return Ok(Transformed::no(expr)) };
        let ours = match call.func.name() {
            "concat" => &self.concat,
            "concat_ws" => &self.concat_ws,
            _ => return Ok(Transformed::no(Expr::ScalarFunction(call))),
        };
        let is_alike = |arg: &Expr| match arg.get_type(schema) {
            Ok(data_type) => data_type.is_string() || data_type.is_integer() || data_type.is_null(),
            Err(_) => true,
        };
        if *call.func == **ours || call.args.iter().all(is_alike) {
            return Ok(Transformed::no(Expr::ScalarFunction(call)));
        }
        call.func = Arc::clone(ours);
        Ok(Transformed::yes(Expr::ScalarFunction(call)))
    }
}

fn concat(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| {
        let mut out = String::new();
        for index in 0..call.len() {
            if let Some((values, at)) = call.value(index, row) {
                output::write(values, at, call.zone(), &mut out)?;
            }
        }
        Ok(Some(out))
    })
}

fn concat_ws(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| {
        let Some(separator) = call.text(0, row) else { return Ok(None) };
        let mut out = String::new();
        let mut is_first = true;
        for index in 1..call.len() {
            if let Some((values, at)) = call.value(index, row) {
                if !std::mem::take(&mut is_first) {
                    out.push_str(separator);
                }
                output::write(values, at, call.zone(), &mut out)?;
            }
        }
        Ok(Some(out))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read() {
        assert_eq!(unescaped("d\\0061t\\+000061").unwrap(), "data");
        assert_eq!(unescaped("d\\u0061t\\U00000061\\\\").unwrap(), "data\\");
        assert_eq!(unescaped("\\d83d\\de00").unwrap(), "😀");
        for text in ["\\", "\\006", "\\d83d", "\\d83dx", "\\0000", "\\é", "\\+00é"] {
            assert!(unescaped(text).is_err(), "{text}");
        }
    }
}
