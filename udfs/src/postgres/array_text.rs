//! Arrays as PostgreSQL writes them: `{a,"b c",NULL}`.

use crate::value_error::{ValueError, ValueErrorKind};

/// The items of an array of one dimension.
pub(super) fn parse(text: &str) -> Result<Vec<Option<String>>, ValueError> {
    let refused = || ValueError::new(ValueErrorKind::InvalidText, format!("malformed array literal: \"{text}\""));
    let inner = text.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).ok_or_else(refused)?;
    let mut items = Vec::new();
    if inner.trim().is_empty() {
        return Ok(items);
    }
    let mut chars = inner.chars().peekable();
    loop {
        while chars.next_if(|char| char.is_ascii_whitespace()).is_some() {}
        let mut item = String::new();
        let is_quoted = chars.next_if_eq(&'"').is_some();
        if is_quoted {
            loop {
                match chars.next() {
                    Some('"') => break,
                    Some('\\') => item.push(chars.next().ok_or_else(refused)?),
                    Some(char) => item.push(char),
                    None => return Err(refused()),
                }
            }
            while chars.next_if(|char| char.is_ascii_whitespace()).is_some() {}
        } else {
            while let Some(char) = chars.next_if(|char| *char != ',') {
                match char {
                    '{' | '}' | '"' => return Err(refused()),
                    '\\' => item.push(chars.next().ok_or_else(refused)?),
                    _ => item.push(char),
                }
            }
            item.truncate(item.trim_end_matches(|char: char| char.is_ascii_whitespace()).len());
            if item.is_empty() {
                return Err(refused());
            }
        }
        let is_null = !is_quoted && item.eq_ignore_ascii_case("null");
        items.push((!is_null).then_some(item));
        match chars.next() {
            Some(',') => {}
            Some(_) => return Err(refused()),
            None => return Ok(items),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_may_be_quoted_or_null() {
        let items = parse(r#" {a, "b \"c", NULL, "null" , d e} "#).unwrap();
        let items: Vec<Option<&str>> = items.iter().map(Option::as_deref).collect();
        assert_eq!(items, [Some("a"), Some("b \"c"), None, Some("null"), Some("d e")]);
        assert!(parse("{}").unwrap().is_empty());
        for text in ["", "a,b", "{a,,b}", "{\"a}", "{a}b}", "{\\", "{{a}}"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
