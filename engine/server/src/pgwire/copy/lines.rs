//! The lines of a copy in text or csv: one a row, though a row may go over several.

use bellwether::Result;
use bytes::BytesMut;

use super::input::Input;

/// The line that ends the data before the client does.
const END_OF_DATA: &[u8] = b"\\.";

/// Finds the ends of lines. What was looked at once is not looked at again when more arrives.
#[derive(Debug)]
pub(super) struct Lines {
    rule: Rule,
    /// Bytes of the input that are known not to end the row.
    seen: usize,
    /// The number of the first line of the row read last, counted from one.
    number: u64,
    /// The number of the line that comes next.
    next: u64,
    is_over: bool,
}

/// Which line ends belong to a value.
#[derive(Debug)]
enum Rule {
    /// Those after a backslash.
    Backslash { is_escaped: bool },
    /// Those between quotes.
    Quotes { quote: u8, escape: Option<u8>, is_quoted: bool, is_escaped: bool },
}

impl Lines {
    pub(super) fn text() -> Self {
        Self::new(Rule::Backslash { is_escaped: false })
    }

    pub(super) fn csv(quote: u8, escape: u8) -> Self {
        // A quote that is its own escape just ends and begins the quoted part again.
        let escape = Some(escape).filter(|escape| *escape != quote);
        Self::new(Rule::Quotes { quote, escape, is_quoted: false, is_escaped: false })
    }

    fn new(rule: Rule) -> Self {
        Self { rule, seen: 0, number: 0, next: 1, is_over: false }
    }

    /// The number of the first line of the row read last.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// The next row without its line end; `None` until more arrives, or at the end.
    pub(super) fn next(&mut self, input: &mut Input) -> Result<Option<BytesMut>> {
        if self.is_over {
            input.skip(input.bytes().len());
            return Ok(None);
        }
        self.number = self.next;
        let rest = input.bytes().get(self.seen..).unwrap_or_default();
        match rest.iter().position(|&byte| self.rule.ends_at(byte)) {
            Some(place) => self.seen += place + 1,
            None => {
                self.seen = input.bytes().len();
                if !input.is_ended || self.seen == 0 {
                    Input::check_row(self.seen)?;
                    return Ok(None);
                }
            }
        }
        let mut line = input.take(std::mem::take(&mut self.seen));
        self.next += line.iter().filter(|byte| **byte == b'\n').count() as u64;
        for end in [b"\n", b"\r"] {
            if line.ends_with(end) {
                line.truncate(line.len() - 1);
            }
        }
        self.is_over = line == END_OF_DATA;
        Ok((!self.is_over).then_some(line))
    }
}

impl Rule {
    /// Whether the row ends with this byte, which follows those asked about before.
    fn ends_at(&mut self, byte: u8) -> bool {
        match self {
            Self::Backslash { is_escaped } => {
                let was_escaped = std::mem::replace(is_escaped, byte == b'\\' && !*is_escaped);
                byte == b'\n' && !was_escaped
            }
            Self::Quotes { quote, escape, is_quoted, is_escaped } => {
                if byte == *quote && !*is_escaped {
                    *is_quoted = !*is_quoted;
                }
                *is_escaped = *is_quoted && Some(byte) == *escape && !*is_escaped;
                byte == b'\n' && !*is_quoted
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rows of a text that arrives in pieces of `size` bytes, each with its number.
    fn rows(mut lines: Lines, text: &str, size: usize) -> Vec<(u64, String)> {
        let mut input = Input::default();
        let mut rows = Vec::new();
        let mut pieces = text.as_bytes().chunks(size);
        loop {
            while let Some(line) = lines.next(&mut input).unwrap() {
                rows.push((lines.number(), String::from_utf8(line.to_vec()).unwrap()));
            }
            match pieces.next() {
                Some(piece) => input.push(BytesMut::from(piece)),
                None if input.is_ended => return rows,
                None => input.is_ended = true,
            }
        }
    }

    fn expected(rows: &[(u64, &str)]) -> Vec<(u64, String)> {
        rows.iter().map(|(number, line)| (*number, (*line).to_owned())).collect()
    }

    #[test]
    fn text_lines_go_on_after_a_backslash_wherever_messages_end() {
        let text = "a\tb\nc\\\nd\r\n\\\\\ne";
        for size in 1..=text.len() {
            let found = rows(Lines::text(), text, size);
            assert_eq!(found, expected(&[(1, "a\tb"), (2, "c\\\nd"), (4, "\\\\"), (5, "e")]), "{size}");
        }
    }

    #[test]
    fn csv_lines_go_on_inside_quotes_wherever_messages_end() {
        let text = "a,\"b\n\"\"c\"\r\n\"d\"\n\ne\n";
        for size in 1..=text.len() {
            let found = rows(Lines::csv(b'"', b'"'), text, size);
            assert_eq!(found, expected(&[(1, "a,\"b\n\"\"c\""), (3, "\"d\""), (4, ""), (5, "e")]), "{size}");
        }
        let found = rows(Lines::csv(b'\'', b'\\'), "'a\\'\nb'\n'c\\\\'\n", 3);
        assert_eq!(found, expected(&[(1, "'a\\'\nb'"), (3, "'c\\\\'")]));
    }

    #[test]
    fn what_follows_the_end_of_the_data_is_passed_over() {
        assert_eq!(rows(Lines::text(), "a\n\\.\nb\n", 2), expected(&[(1, "a")]));
        assert_eq!(rows(Lines::csv(b'"', b'"'), "a\n\\.\nb\n", 100), expected(&[(1, "a")]));
        assert_eq!(rows(Lines::text(), "a\\.\nb", 100), expected(&[(1, "a\\."), (2, "b")]));
    }

    #[test]
    fn a_row_without_an_end_is_refused_before_it_fills_the_memory() {
        let mut input = Input::default();
        let mut lines = Lines::csv(b'"', b'"');
        input.push(BytesMut::from(&b"\"no end"[..]));
        assert!(lines.next(&mut input).unwrap().is_none());
        input.push(BytesMut::zeroed(65 << 20));
        assert_eq!(lines.next(&mut input).unwrap_err().kind(), bellwether::ErrorKind::LimitExceeded);
    }
}
