//! Names in texts: `quote_ident`, `parse_ident`, and how sizes are written.

use bellwether_catalog::Error;

use super::{Argument, Asked, Definition, TEXT, signed, strict, text_at};
use crate::pg_catalog::keyword::quoted;
use crate::pg_catalog::rows::Value;

pub(super) const FUNCTIONS: &[Definition] = &[
    strict("parse_ident", &[&[Argument::Text], &[Argument::Text, Argument::Bool]], "text[]", parse),
    strict("pg_size_pretty", &[&[Argument::Number]], "text", |_, values| {
        Ok(pretty(signed(values, 0).unwrap_or(0)).into())
    }),
    strict("quote_ident", TEXT, "text", |_, values| Ok(quoted(text_at(values, 0)).into())),
];

fn parse(_asked: &Asked<'_>, values: &[Value<'_>]) -> Result<Value<'static>, Error> {
    let text = text_at(values, 0);
    parts(text)
        .map(Value::Texts)
        .ok_or_else(|| Error::invalid_parameter(format!("string is not a valid identifier: \"{text}\"")))
}

/// The parts of a name: `Shop."Orders"` is `shop` and `Orders`.
pub(super) fn parts(text: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    loop {
        let (part, after) = match rest.strip_prefix('"') {
            Some(inside) => quoted_part(inside)?,
            None => {
                let end = rest.find(['.', '"']).unwrap_or(rest.len());
                let (part, after) = rest.split_at(end);
                let part = part.trim();
                let is_name = !part.starts_with(|first: char| first.is_ascii_digit())
                    && part.chars().all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '$');
                (is_name.then(|| part.to_lowercase())?, after)
            }
        };
        if part.is_empty() {
            return None;
        }
        parts.push(part);
        let after = after.trim_start();
        if after.is_empty() {
            return Some(parts);
        }
        rest = after.strip_prefix('.')?.trim_start();
    }
}

/// What stands in quotes, and what follows them.
fn quoted_part(inside: &str) -> Option<(String, &str)> {
    let mut part = String::new();
    let mut rest = inside;
    loop {
        let end = rest.find('"')?;
        part.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                part.push('"');
                rest = after;
            }
            None => return Some((part, rest)),
        }
    }
}

/// A size in the unit in which it has at most five digits, as PostgreSQL rounds it.
fn pretty(bytes: i64) -> String {
    const UNITS: [&str; 6] = ["bytes", "kB", "MB", "GB", "TB", "PB"];
    const LIMIT: u64 = 10 * 1024;
    let sign = if bytes < 0 { "-" } else { "" };
    let mut size = bytes.unsigned_abs();
    if size < LIMIT {
        return format!("{sign}{size} bytes");
    }
    // One bit more than is shown is kept for the last rounding.
    size >>= 9;
    let mut unit = 1;
    while size >= 2 * LIMIT - 1 && unit + 1 < UNITS.len() {
        size >>= 10;
        unit += 1;
    }
    format!("{sign}{} {}", size.div_ceil(2), UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_falls_into_its_parts() {
        assert_eq!(parts("Shop.\"Orders\""), Some(vec!["shop".to_owned(), "Orders".to_owned()]));
        assert_eq!(parts("\"a\"\"b.c\""), Some(vec!["a\"b.c".to_owned()]));
        assert_eq!(parts("a..b"), None);
        assert_eq!(parts("\"open"), None);
        assert_eq!(parts("1a"), None);
        assert_eq!(parts(""), None);
    }

    #[test]
    fn sizes_are_written_as_postgresql_writes_them() {
        let written: Vec<_> = [0, 10_239, 10_240, 1_572_864, 15_728_640, -15_728_640].map(pretty).to_vec();
        assert_eq!(written, ["0 bytes", "10239 bytes", "10 kB", "1536 kB", "15 MB", "-15 MB"]);
    }
}
