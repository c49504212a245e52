//! Lines of `COPY` in text and csv: what is escaped and what is quoted.
//!
//! As PostgreSQL writes them: <https://www.postgresql.org/docs/16/sql-copy.html>, under "File Formats".

/// How the values of a line are written.
pub(super) struct Line {
    delimiter: u8,
    null: Vec<u8>,
    quoting: Option<Quoting>,
}

/// The csv way; without it special characters stand after a backslash.
#[derive(Clone, Copy)]
struct Quoting {
    quote: u8,
    escape: u8,
    /// Whether a value is a line by itself, which must not look like the end of the data.
    is_alone: bool,
}

impl Line {
    pub(super) fn text(delimiter: u8, null: &str) -> Self {
        Self { delimiter, null: null.as_bytes().to_vec(), quoting: None }
    }

    pub(super) fn csv(delimiter: u8, null: &str, quote: u8, escape: u8, columns: usize) -> Self {
        let quoting = Quoting { quote, escape, is_alone: columns == 1 };
        Self { delimiter, null: null.as_bytes().to_vec(), quoting: Some(quoting) }
    }

    /// Appends what stands before the value of a column.
    pub(super) fn separate(&self, column: usize, out: &mut Vec<u8>) {
        if column > 0 {
            out.push(self.delimiter);
        }
    }

    /// Appends what stands for NULL.
    pub(super) fn null(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.null);
    }

    /// Appends a value that is not NULL.
    pub(super) fn value(&self, value: &[u8], out: &mut Vec<u8>) {
        match self.quoting {
            None => self.escaped(value, out),
            Some(quoting) if self.needs_quotes(value, quoting) => quoted(value, quoting, out),
            Some(_) => out.extend_from_slice(value),
        }
    }

    fn escaped(&self, value: &[u8], out: &mut Vec<u8>) {
        for &byte in value {
            let letter = match byte {
                0x08 => b'b',
                0x0c => b'f',
                b'\n' => b'n',
                b'\r' => b'r',
                b'\t' => b't',
                0x0b => b'v',
                b'\\' => b'\\',
                delimiter if delimiter == self.delimiter => delimiter,
                _ => {
                    out.push(byte);
                    continue;
                }
            };
            out.extend_from_slice(&[b'\\', letter]);
        }
    }

    /// Whether a value could be taken for something else: NULL, two values, two lines, or the end of the data.
    fn needs_quotes(&self, value: &[u8], quoting: Quoting) -> bool {
        let is_special = |byte: &u8| *byte == self.delimiter || *byte == quoting.quote || matches!(byte, b'\n' | b'\r');
        value == self.null || (quoting.is_alone && value == b"\\.") || value.iter().any(is_special)
    }
}

fn quoted(value: &[u8], Quoting { quote, escape, .. }: Quoting, out: &mut Vec<u8>) {
    out.push(quote);
    for &byte in value {
        if byte == quote || byte == escape {
            out.push(escape);
        }
        out.push(byte);
    }
    out.push(quote);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(line: &Line, value: &str) -> String {
        let mut out = Vec::new();
        line.value(value.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn text_has_special_characters_after_a_backslash() {
        let line = Line::text(b'\t', "\\N");
        assert_eq!(written(&line, "a\tb\nc\rd\u{8}\u{b}\u{c}"), "a\\tb\\nc\\rd\\b\\v\\f");
        // The text of a NULL is not the text \N.
        assert_eq!(written(&line, "\\N"), "\\\\N");
        assert_eq!(written(&Line::text(b'|', ""), "a|b\tc"), "a\\|b\\tc");
        assert_eq!(written(&line, "ä,\"'"), "ä,\"'");
    }

    #[test]
    fn csv_quotes_what_could_be_taken_for_something_else() {
        let line = Line::csv(b',', "", b'"', b'"', 2);
        for (value, expected) in [
            ("plain text", "plain text"),
            ("", "\"\""),
            ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("two\nlines", "\"two\nlines\""),
            ("\\.", "\\."),
            ("\\N", "\\N"),
        ] {
            assert_eq!(written(&line, value), expected);
        }
        assert_eq!(written(&Line::csv(b',', "", b'"', b'"', 1), "\\."), "\"\\.\"");
        let line = Line::csv(b';', "NULL", b'\'', b'\\', 2);
        assert_eq!(written(&line, "NULL"), "'NULL'");
        assert_eq!(written(&line, "a;'b'\\"), "'a;\\'b\\'\\\\'");
        assert_eq!(written(&line, "a\\b"), "a\\b");
    }
}
