//! Where the values of a JSON text begin and end.

use std::ops::Range;

use crate::value_error::ValueError;

/// The deepest nesting; deeper values are refused before they fill the stack.
pub(super) const DEPTH_MAX: usize = 1000;

/// What kind of value begins somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Object,
    Array,
    String,
    Number,
    Boolean,
    Null,
}

impl Kind {
    /// What `json_typeof` calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Object => "object",
            Self::Array => "array",
            Self::String => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Null => "null",
        }
    }
}

/// A walk through a text.
#[derive(Debug)]
pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    depth: usize,
}

/// The kind of a value, by its first character.
pub(super) fn kind(text: &str) -> Option<Kind> {
    Some(match text.trim_start().as_bytes().first()? {
        b'{' => Kind::Object,
        b'[' => Kind::Array,
        b'"' => Kind::String,
        b't' | b'f' => Kind::Boolean,
        b'n' => Kind::Null,
        _ => Kind::Number,
    })
}

/// Checks that a text is one value and nothing else.
pub(super) fn check(text: &str) -> Result<(), ValueError> {
    let mut scanner = Scanner::new(text);
    scanner.value()?;
    scanner.end()
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    pub(super) fn error(&self) -> ValueError {
        ValueError::new(crate::value_error::ValueErrorKind::InvalidText, "invalid input syntax for type json")
    }

    pub(super) fn skip_spaces(&mut self) {
        while matches!(self.bytes().get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The next character that is no space, without taking it.
    pub(super) fn peek(&mut self) -> Option<u8> {
        self.skip_spaces();
        self.bytes().get(self.at).copied()
    }

    /// Takes a character if it comes next.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// That nothing follows.
    pub(super) fn end(&mut self) -> Result<(), ValueError> {
        if self.peek().is_some() { Err(self.error()) } else { Ok(()) }
    }

    /// One level deeper, unless it is too deep.
    pub(super) fn enter(&mut self) -> Result<(), ValueError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(ValueError::invalid_parameter(format!("json is nested deeper than {DEPTH_MAX} levels")));
        }
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Passes over a value; tells where it is.
    pub(super) fn value(&mut self) -> Result<Range<usize>, ValueError> {
        self.skip_spaces();
        let start = self.at;
        match self.peek() {
            Some(b'{') => self.each_member(|scanner, _| scanner.value().map(|_| true))?,
            Some(b'[') => self.each_item(|scanner| scanner.value().map(|_| true))?,
            Some(b'"') => _ = self.string()?,
            Some(b't') => self.word("true")?,
            Some(b'f') => self.word("false")?,
            Some(b'n') => self.word("null")?,
            _ => self.number()?,
        }
        Ok(start..self.at)
    }

    /// Calls `of` at every item of the array that comes next, as long as it says so.
    pub(super) fn each_item(
        &mut self,
        mut of: impl FnMut(&mut Self) -> Result<bool, ValueError>,
    ) -> Result<(), ValueError> {
        if !self.take(b'[') {
            return Err(self.error());
        }
        self.enter()?;
        if !self.take(b']') {
            loop {
                if !of(self)? {
                    return Ok(());
                }
                if self.take(b']') {
                    break;
                }
                if !self.take(b',') {
                    return Err(self.error());
                }
            }
        }
        self.leave();
        Ok(())
    }

    /// Calls `of` at every value of the object that comes next, with where its key is.
    pub(super) fn each_member(
        &mut self,
        mut of: impl FnMut(&mut Self, Range<usize>) -> Result<bool, ValueError>,
    ) -> Result<(), ValueError> {
        if !self.take(b'{') {
            return Err(self.error());
        }
        self.enter()?;
        if !self.take(b'}') {
            loop {
                self.skip_spaces();
                let key = self.string()?;
                if !self.take(b':') {
                    return Err(self.error());
                }
                if !of(self, key)? {
                    return Ok(());
                }
                if self.take(b'}') {
                    break;
                }
                if !self.take(b',') {
                    return Err(self.error());
                }
            }
        }
        self.leave();
        Ok(())
    }

    /// Passes over a string; tells where it is, with its quotes.
    pub(super) fn string(&mut self) -> Result<Range<usize>, ValueError> {
        let start = self.at;
        if self.bytes().get(start) != Some(&b'"') {
            return Err(self.error());
        }
        self.at += 1;
        loop {
            match self.bytes().get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(start..self.at);
                }
                Some(b'\\') => {
                    let length = match self.bytes().get(self.at + 1) {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
                        Some(b'u') => {
                            let digits = self.bytes().get(self.at + 2..self.at + 6);
                            if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                                return Err(self.error());
                            }
                            6
                        }
                        _ => return Err(self.error()),
                    };
                    self.at += length;
                }
                Some(0..0x20) | None => return Err(self.error()),
                Some(_) => self.at += 1,
            }
        }
    }

    fn word(&mut self, word: &str) -> Result<(), ValueError> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.error());
        }
        self.at += word.len();
        match self.bytes().get(self.at) {
            Some(byte) if byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii() => Err(self.error()),
            _ => Ok(()),
        }
    }

    fn digits(&mut self) -> Result<(), ValueError> {
        let start = self.at;
        while self.bytes().get(self.at).is_some_and(u8::is_ascii_digit) {
            self.at += 1;
        }
        if self.at == start { Err(self.error()) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<(), ValueError> {
        if self.bytes().get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        if self.bytes().get(self.at) == Some(&b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.bytes().get(self.at) == Some(&b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.bytes().get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.bytes().get(self.at), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        match self.bytes().get(self.at) {
            Some(byte) if byte.is_ascii_alphanumeric() || *byte == b'_' || !byte.is_ascii() => Err(self.error()),
            _ => Ok(()),
        }
    }
}

/// The text that a string in quotes means.
pub(super) fn unescape(quoted: &str) -> Result<String, ValueError> {
    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    if !inner.contains('\\') {
        return Ok(inner.to_owned());
    }
    let refused = |message: &str| ValueError::new(crate::value_error::ValueErrorKind::InvalidText, message);
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            out.push(char);
            continue;
        }
        match chars.next() {
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let first = hex(&mut chars).unwrap_or(0);
                let code = if (0xd800..0xdc00).contains(&first) {
                    let is_pair = chars.next() == Some('\\') && chars.next() == Some('u');
                    let second = if is_pair { hex(&mut chars).unwrap_or(0) } else { 0 };
                    if !(0xdc00..0xe000).contains(&second) {
                        return Err(refused("invalid input syntax for type json"));
                    }
                    0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
                } else {
                    first
                };
                match char::from_u32(code) {
                    Some('\0') => return Err(refused("unsupported Unicode escape sequence")),
                    Some(char) => out.push(char),
                    None => return Err(refused("invalid input syntax for type json")),
                }
            }
            Some(char) => out.push(char),
            None => {}
        }
    }
    Ok(out)
}

fn hex(chars: &mut std::str::Chars<'_>) -> Option<u32> {
    let mut code = 0;
    for _ in 0..4 {
        code = code * 16 + chars.next()?.to_digit(16)?;
    }
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_rfc_8259_allows_is_a_value() {
        for text in ["1", " -0.5e+3 ", "\"a\\u00e9\"", "[]", "{\"a\": [1, {\"b\": null}]}", "true"] {
            assert!(check(text).is_ok(), "{text}");
        }
        for text in
            ["", "01", "1.", "[1,]", "{a: 1}", "{\"a\"}", "nul", "truex", "'a'", "\"\t\"", "1 2", "\"\\x\"", "[1"]
        {
            assert!(check(text).is_err(), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_before_it_fills_the_stack() {
        assert!(check(&"[".repeat(1_000_000)).is_err());
        let deep = DEPTH_MAX;
        assert!(check(&format!("{}{}", "[".repeat(deep), "]".repeat(deep))).is_ok());
    }

    #[test]
    fn escapes_are_read_in_pairs() {
        assert_eq!(unescape("\"\\u00e9\\ud83d\\ude00\\n\"").unwrap(), "é😀\n");
        assert!(unescape("\"\\ud83d\"").is_err());
        assert!(unescape("\"\\u0000\"").is_err());
    }
}
