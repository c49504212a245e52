//! A JSON value taken apart, and put together again in PostgreSQL's usual form.

use super::scan::{Scanner, unescape};
use crate::bounded::VALUE_BYTES_MAX;
use crate::value_error::{ValueError, ValueErrorKind};

/// A value. Keys are sorted as PostgreSQL sorts them, by length and then by bytes, and occur once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tree {
    Null,
    Boolean(bool),
    /// A number without exponent, as it is written.
    Number(String),
    String(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl Tree {
    pub(super) fn parse(text: &str) -> Result<Self, ValueError> {
        let mut scanner = Scanner::new(text);
        let mut room = VALUE_BYTES_MAX as usize;
        let tree = value(&mut scanner, &mut room)?;
        scanner.end()?;
        Ok(tree)
    }

    /// An object of members in any order, of which the last of equal keys stays.
    pub(super) fn object(members: Vec<(String, Self)>) -> Self {
        let mut members: Vec<(usize, (String, Self))> = members.into_iter().enumerate().collect();
        members.sort_by(|(at, (a, _)), (other, (b, _))| {
            (a.len(), a.as_bytes()).cmp(&(b.len(), b.as_bytes())).then(other.cmp(at))
        });
        members.dedup_by(|(_, (later, _)), (_, (earlier, _))| later == earlier);
        Self::Object(members.into_iter().map(|(_, member)| member).collect())
    }

    /// The text in the usual form.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        self.write(" ", &mut out);
        out
    }

    /// The text without blanks.
    pub(super) fn compact(&self) -> String {
        let mut out = String::new();
        self.write("", &mut out);
        out
    }

    /// Appends the text with `blank` after commas and colons.
    fn write(&self, blank: &str, out: &mut String) {
        match self {
            Self::Array(items) => {
                out.push('[');
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                        out.push_str(blank);
                    }
                    item.write(blank, out);
                }
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (place, (key, value)) in members.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                        out.push_str(blank);
                    }
                    quote(key, out);
                    out.push(':');
                    out.push_str(blank);
                    value.write(blank, out);
                }
                out.push('}');
            }
            leaf => leaf.write_leaf(out),
        }
    }

    /// The text with a line for every item, as `jsonb_pretty` shows it.
    pub(super) fn write_lines(&self, depth: usize, out: &mut String) {
        let indent = |depth: usize, out: &mut String| {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', 4 * depth));
        };
        match self {
            Self::Array(items) => {
                out.push('[');
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    indent(depth + 1, out);
                    item.write_lines(depth + 1, out);
                }
                indent(depth, out);
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (place, (key, value)) in members.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    indent(depth + 1, out);
                    quote(key, out);
                    out.push_str(": ");
                    value.write_lines(depth + 1, out);
                }
                indent(depth, out);
                out.push('}');
            }
            leaf => leaf.write_leaf(out),
        }
    }

    fn write_leaf(&self, out: &mut String) {
        match self {
            Self::Boolean(true) => out.push_str("true"),
            Self::Boolean(false) => out.push_str("false"),
            Self::Number(number) => out.push_str(number),
            Self::String(text) => quote(text, out),
            _ => out.push_str("null"),
        }
    }

    /// Whether everything in `other` is also here, as `@>` asks.
    pub(super) fn contains(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Object(members), Self::Object(wanted)) => wanted
                .iter()
                .all(|(key, wanted)| members.iter().any(|(other, value)| other == key && value.contains(wanted))),
            (Self::Array(items), Self::Array(wanted)) => {
                wanted.iter().all(|wanted| items.iter().any(|item| item.contains_item(wanted)))
            }
            // An array may contain a leaf that is no array.
            (Self::Array(items), leaf) if !matches!(leaf, Self::Object(_)) => {
                items.iter().any(|item| item.equals(leaf))
            }
            _ => self.equals(other),
        }
    }

    /// An item of an array is a part of it only where it is of the same kind.
    fn contains_item(&self, wanted: &Self) -> bool {
        match (self, wanted) {
            (Self::Array(_), Self::Array(_)) | (Self::Object(_), Self::Object(_)) => self.contains(wanted),
            _ => self.equals(wanted),
        }
    }

    fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(number), Self::Number(other)) => plain(number) == plain(other),
            (Self::Array(items), Self::Array(others)) => {
                items.len() == others.len() && items.iter().zip(others).all(|(item, other)| item.equals(other))
            }
            (Self::Object(members), Self::Object(others)) => {
                let is_same = |((key, value), (other_key, other)): (&(String, Self), &(String, Self))| {
                    key == other_key && value.equals(other)
                };
                members.len() == others.len() && members.iter().zip(others).all(is_same)
            }
            _ => self == other,
        }
    }
}

/// A number without the zeros that do not change it.
fn plain(number: &str) -> &str {
    if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

/// Appends a text in quotes.
pub(super) fn quote(text: &str, out: &mut String) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..' ' => out.push_str(&format!("\\u{:04x}", u32::from(char))),
            _ => out.push(char),
        }
    }
    out.push('"');
}

fn value(scanner: &mut Scanner<'_>, room: &mut usize) -> Result<Tree, ValueError> {
    match scanner.peek() {
        Some(b'{') => {
            let mut members = Vec::new();
            scanner.each_member(|scanner, key| {
                let key = unescape(&scanner.text[key])?;
                members.push((key, value(scanner, room)?));
                Ok(true)
            })?;
            Ok(Tree::object(members))
        }
        Some(b'[') => {
            let mut items = Vec::new();
            scanner.each_item(|scanner| {
                items.push(value(scanner, room)?);
                Ok(true)
            })?;
            Ok(Tree::Array(items))
        }
        first => {
            let span = scanner.value()?;
            let text = &scanner.text[span];
            Ok(match first {
                Some(b'"') => Tree::String(unescape(text)?),
                Some(b't') => Tree::Boolean(true),
                Some(b'f') => Tree::Boolean(false),
                Some(b'n') => Tree::Null,
                _ => Tree::Number(number(text, room)?),
            })
        }
    }
}

/// A number without exponent; `room` is what such numbers may take together.
fn number(text: &str, room: &mut usize) -> Result<String, ValueError> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let too_large = || ValueError::new(ValueErrorKind::OutOfRange, "value overflows numeric format");
    let exponent: i64 = exponent.parse().map_err(|_| too_large())?;
    let digits = format!("{whole}{fraction}");
    let point = whole.len() as i64 + exponent;
    let zeros = (point - digits.len() as i64).max(-point).max(0);
    let taken = usize::try_from(zeros).map_err(|_| too_large())?;
    *room = room.checked_sub(taken).ok_or_else(too_large)?;
    let mut out = String::new();
    if point <= 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', taken));
        out.push_str(&digits);
    } else if point as usize >= digits.len() {
        out.push_str(&digits);
        out.extend(std::iter::repeat_n('0', taken));
    } else {
        out.push_str(&digits[..point as usize]);
        out.push('.');
        out.push_str(&digits[point as usize..]);
    }
    let whole = out.find('.').unwrap_or(out.len());
    let leading = out[..whole.saturating_sub(1)].bytes().take_while(|byte| *byte == b'0').count();
    out.drain(..leading);
    // Zero has no sign.
    let is_zero = out.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    Ok(if is_zero { out } else { format!("{sign}{out}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual(text: &str) -> String {
        Tree::parse(text).unwrap().text()
    }

    #[test]
    fn the_usual_form_is_postgresqls() {
        assert_eq!(usual("  {\"b\" : 1,   \"a\": 2, \"b\": 3}"), r#"{"a": 2, "b": 3}"#);
        assert_eq!(usual(r#"{"aa":1,"b":2,"c":3}"#), r#"{"b": 2, "c": 3, "aa": 1}"#);
        assert_eq!(usual("[1.50, 1e3, -0, 1E-2, 12.5e1, 0.001e2]"), "[1.50, 1000, 0, 0.01, 125, 0.1]");
        assert_eq!(usual(r#""\u0041\n""#), r#""A\n""#);
    }

    #[test]
    fn numbers_do_not_grow_beyond_bounds() {
        assert!(Tree::parse("1e999999999").is_err());
        assert!(Tree::parse("1e-99999999999999999999").is_err());
        assert!(Tree::parse("[1e9000000, 1e9000000]").is_err());
    }

    #[test]
    fn containment_is_postgresqls() {
        let contains = |a, b| Tree::parse(a).unwrap().contains(&Tree::parse(b).unwrap());
        assert!(contains(r#"{"a":1, "b":2}"#, r#"{"b":2.0}"#));
        assert!(contains("[1, 2, [3]]", "[[3]]"));
        assert!(contains("[1,2]", "1"));
        assert!(!contains("1", "[1]"));
        assert!(!contains("[1, [2]]", "[2]"));
        assert!(contains(r#"{"a":[1,2]}"#, r#"{"a":[2]}"#));
    }
}
