//! A row of `COPY` in csv: values between delimiters, some of them in quotes.

use bellwether::{Error, ErrorKind, Result};

use super::fields::Fields;

/// The characters with a meaning.
#[derive(Debug, Clone)]
pub(super) struct Csv {
    pub(super) delimiter: u8,
    pub(super) null: Vec<u8>,
    pub(super) quote: u8,
    pub(super) escape: u8,
}

impl Csv {
    /// Reads the values of a row. A value may be quoted in part, and only one without quotes can be NULL.
    pub(super) fn read(&self, row: &[u8], fields: &mut Fields) -> Result<()> {
        fields.clear();
        let mut rest = row;
        let mut value = row;
        let mut has_quotes = false;
        loop {
            match rest.split_first() {
                Some((&byte, after)) if byte == self.quote => {
                    rest = self.read_quoted(after, fields)?;
                    has_quotes = true;
                }
                Some((&byte, after)) if byte != self.delimiter => {
                    if matches!(byte, b'\n' | b'\r') {
                        return Err(Error::new(ErrorKind::InvalidText, "unquoted carriage return found in data")
                            .with_hint("put a value with a carriage return in quotes"));
                    }
                    fields.byte(byte);
                    rest = after;
                }
                end => {
                    let raw = value.get(..value.len() - rest.len());
                    if !has_quotes && raw == Some(self.null.as_slice()) {
                        fields.end_null();
                    } else {
                        fields.end_value();
                    }
                    let Some((_, after)) = end else { return Ok(()) };
                    (rest, value, has_quotes) = (after, after, false);
                }
            }
        }
    }

    /// Reads to the closing quote and gives what follows it.
    fn read_quoted<'a>(&self, mut rest: &'a [u8], fields: &mut Fields) -> Result<&'a [u8]> {
        while let Some((&byte, after)) = rest.split_first() {
            match after.split_first() {
                Some((&next, after)) if byte == self.escape && (next == self.escape || next == self.quote) => {
                    fields.byte(next);
                    rest = after;
                }
                _ if byte == self.quote => return Ok(after),
                _ => {
                    fields.byte(byte);
                    rest = after;
                }
            }
        }
        Err(Error::new(ErrorKind::InvalidText, "unterminated CSV quoted field"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(csv: &Csv, row: &str) -> Vec<Option<String>> {
        let mut fields = Fields::default();
        csv.read(row.as_bytes(), &mut fields).unwrap();
        fields.texts().into_iter().map(|text| text.map(str::to_owned)).collect()
    }

    fn some(values: &[&str]) -> Vec<Option<String>> {
        values.iter().map(|value| Some((*value).to_owned())).collect()
    }

    fn usual() -> Csv {
        Csv { delimiter: b',', null: Vec::new(), quote: b'"', escape: b'"' }
    }

    #[test]
    fn values_may_be_quoted_as_a_whole_or_in_part() {
        assert_eq!(values(&usual(), "a,\"b,c\",d\"e\nf\"g"), some(&["a", "b,c", "de\nfg"]));
        assert_eq!(values(&usual(), "\"say \"\"hi\"\"\",\"\"\"\""), some(&["say \"hi\"", "\""]));
        assert_eq!(values(&usual(), " a ,\\N"), some(&[" a ", "\\N"]));
    }

    #[test]
    fn null_is_a_value_without_quotes() {
        assert_eq!(values(&usual(), ",\"\""), [None, Some(String::new())]);
        let csv = Csv { null: b"NULL".to_vec(), ..usual() };
        assert_eq!(values(&csv, "NULL,\"NULL\","), [None, Some("NULL".into()), Some(String::new())]);
    }

    #[test]
    fn quote_and_escape_can_be_others() {
        let csv = Csv { delimiter: b';', quote: b'\'', escape: b'\\', ..usual() };
        assert_eq!(values(&csv, "'a;\\'b\\\\\\n';c\\d"), some(&["a;'b\\\\n", "c\\d"]));
    }

    #[test]
    fn a_quote_without_its_end_is_an_error() {
        let error = usual().read(b"a,\"b", &mut Fields::default()).unwrap_err();
        assert_eq!(error.message(), "unterminated CSV quoted field");
        let error = usual().read(b"a\rb", &mut Fields::default()).unwrap_err();
        assert_eq!(error.message(), "unquoted carriage return found in data");
    }
}
