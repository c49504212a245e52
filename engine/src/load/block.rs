//! A piece of a text file: its bytes, and where its records and fields are.

use std::borrow::Cow;

/// How a field was written, which decides how its text is to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldKind {
    /// As it is; empty means NULL.
    Plain,
    /// Between quotes; may be empty without being NULL.
    Quoted,
    /// Between quotes, with doubled quotes inside.
    Escaped,
    /// A text by its own account, as a JSON string is: never taken for a number.
    Text,
    /// NULL by its own account.
    Null,
}

/// A field's bytes within its block.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) kind: FieldKind,
}

/// What is wrong with how a record is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Something stands between a closing quote and the next delimiter.
    AfterQuote,
}

/// A record: its bytes, its fields and the line it starts on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// Index of its first field within the block.
    pub(super) first: u32,
    /// How many fields it has; those beyond the limit are counted but not kept.
    pub(super) fields: u32,
    pub(super) start: u32,
    pub(super) end: u32,
    /// Lines from the start of the block.
    pub(super) line: u32,
    pub(super) fault: Option<Fault>,
}

/// Whole records as bytes, split and not yet checked.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) bytes: Vec<u8>,
    pub(super) fields: Vec<Field>,
    pub(super) rows: Vec<Row>,
    /// The line of the file, counted from one, that the block starts on.
    pub(super) first_line: u64,
    /// The quote, for fields with doubled ones.
    pub(super) quote: Option<u8>,
}

impl Block {
    /// The line of the file a record starts on.
    pub(super) fn line(&self, row: &Row) -> u64 {
        self.first_line + u64::from(row.line)
    }

    /// A record's bytes.
    pub(super) fn raw(&self, row: &Row) -> &[u8] {
        &self.bytes[row.start as usize..row.end as usize]
    }

    /// A field's text; what is not UTF-8 shows as escapes, so this is for names and messages.
    pub(super) fn shown(&self, row: &Row, index: usize) -> Cow<'_, str> {
        let field = self.fields[row.first as usize + index];
        let text = visible(&self.bytes[field.start as usize..field.end as usize]);
        match (field.kind, self.quote) {
            (FieldKind::Escaped, Some(quote)) => Cow::Owned(undoubled(&text, quote)),
            _ => text,
        }
    }
}

/// Whole records as text; every row has the fields that were expected.
#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) text: String,
    pub(super) fields: Vec<Field>,
    pub(super) rows: Vec<Row>,
    pub(super) first_line: u64,
    pub(super) quote: Option<u8>,
}

impl Records {
    /// The line of the file a record starts on.
    pub(super) fn line(&self, row: &Row) -> u64 {
        self.first_line + u64::from(row.line)
    }

    /// A record as it stands in the file.
    pub(super) fn raw(&self, row: &Row) -> &str {
        &self.text[row.start as usize..row.end as usize]
    }

    /// A field of a record.
    pub(super) fn field(&self, row: &Row, index: usize) -> Field {
        self.fields[row.first as usize + index]
    }

    /// A field's text as it stands in the file.
    pub(super) fn written(&self, field: Field) -> &str {
        &self.text[field.start as usize..field.end as usize]
    }

    /// A field's text as it is meant.
    pub(super) fn meant(&self, field: Field) -> Cow<'_, str> {
        let text = self.written(field);
        match (field.kind, self.quote) {
            (FieldKind::Escaped, Some(quote)) => Cow::Owned(undoubled(text, quote)),
            _ => Cow::Borrowed(text),
        }
    }
}

/// Doubled quotes made single.
fn undoubled(text: &str, quote: u8) -> String {
    let quote = char::from(quote);
    let mut pair = [0; 8];
    let single = quote.encode_utf8(&mut pair).to_owned();
    text.replace(&single.repeat(2), &single)
}

/// Bytes as text a person can read and a text column can hold: what is not UTF-8, and NUL, as `\xE9`.
pub(super) fn visible(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => return Cow::Borrowed(text),
        _ => {}
    }
    let mut shown = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\0' => shown.push_str("\\x00"),
                character => shown.push(character),
            }
        }
        for byte in chunk.invalid() {
            shown.push_str(&format!("\\x{byte:02X}"));
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_text_is_shown_as_escapes() {
        assert_eq!(visible(b"caf\xe9"), "caf\\xE9");
        assert_eq!(visible(b"a\0b"), "a\\x00b");
        assert_eq!(visible("café".as_bytes()), "café");
    }

    #[test]
    fn doubled_quotes_become_single() {
        assert_eq!(undoubled("say \"\"yes\"\"", b'"'), "say \"yes\"");
        assert_eq!(undoubled("\"\"\"\"", b'"'), "\"\"");
    }
}
