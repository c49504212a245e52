//! Bytes into records and fields.
//!
//! Lines end with `\n`, `\r\n` or `\r`; empty lines are no records. A quote is one only at the start
//! of a field (RFC 4180); elsewhere it is a character like any other.

use memchr::{memchr, memchr2, memchr3};

use super::block::{Block, Fault, Field, FieldKind, Row};

/// The most columns a table may have; fields beyond are counted and not kept.
pub(super) const COLUMNS_MAX: usize = 4_096;

/// What stands between fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Separator {
    /// One byte, with quoting.
    Byte(u8),
    /// Runs of spaces and tabs; those at both ends of the line do not count.
    Blanks,
    /// Nothing: columns have fixed widths in characters.
    Widths(Vec<usize>),
    /// Nothing: the line is the record and is split later.
    Line,
}

/// Splits bytes into records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Splitter {
    pub(super) separator: Separator,
    pub(super) quote: Option<u8>,
}

/// A quoted field without its closing quote; the line it starts on, from the start of the block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OpenQuote {
    pub(super) line: u32,
}

/// How far a block was split.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// Bytes that belong to whole records.
    pub(super) bytes: usize,
    /// Line ends among them.
    pub(super) lines: u32,
}

/// One record as found.
struct Found {
    fields: usize,
    end: usize,
    next: usize,
    lines: u32,
    fault: Option<Fault>,
}

impl Splitter {
    /// Splits the records that are whole, at most `rows_max`; `at_end` says that no bytes follow the block's.
    pub(super) fn split(&self, block: &mut Block, at_end: bool, rows_max: usize) -> Result<Extent, OpenQuote> {
        let Block { bytes, fields, rows, quote, .. } = block;
        let bytes: &[u8] = bytes;
        *quote = self.quote;
        let input = Bytes { bytes, at_end };
        let mut at = 0;
        let mut lines = 0;
        while at < bytes.len() && rows.len() < rows_max {
            if matches!(bytes[at], b'\n' | b'\r') {
                let Some(next) = input.line_end(at) else { break };
                at = next;
                lines += 1;
                continue;
            }
            let first = fields.len();
            let found = match &self.separator {
                Separator::Byte(delimiter) => self
                    .delimited(&input, at, *delimiter, fields)
                    .map_err(|OpenQuote { line }| OpenQuote { line: lines + line })?,
                Separator::Blanks => input.line(at).map(|(end, next)| blanks(bytes, at, end, next, fields)),
                Separator::Widths(widths) => {
                    input.line(at).map(|(end, next)| fixed(bytes, at, end, next, widths, fields))
                }
                Separator::Line => {
                    input.line(at).map(|(end, next)| Found { fields: 0, end, next, lines: 1, fault: None })
                }
            };
            let Some(found) = found else {
                fields.truncate(first);
                break;
            };
            if found.fields > 0 || self.separator == Separator::Line {
                rows.push(Row {
                    first: first as u32,
                    fields: found.fields as u32,
                    start: at as u32,
                    end: found.end as u32,
                    line: lines,
                    fault: found.fault,
                });
            }
            at = found.next;
            lines += found.lines;
        }
        Ok(Extent { bytes: at, lines })
    }

    /// The record at `start`, `None` when it is not whole.
    fn delimited(
        &self,
        input: &Bytes<'_>,
        start: usize,
        delimiter: u8,
        fields: &mut Vec<Field>,
    ) -> Result<Option<Found>, OpenQuote> {
        let bytes = input.bytes;
        let mut found = Found { fields: 0, end: start, next: start, lines: 1, fault: None };
        let mut at = start;
        loop {
            let mut field = Field { start: at as u32, end: at as u32, kind: FieldKind::Plain };
            let mut end = at;
            if self.quote.is_some() && bytes.get(at) == self.quote.as_ref() {
                let Some(close) = input.closing_quote(at, bytes[at], &mut field) else {
                    return if input.at_end { Err(OpenQuote { line: found.lines - 1 }) } else { Ok(None) };
                };
                let inside = &bytes[at + 1..close];
                found.lines += line_ends(inside);
                field.start = at as u32 + 1;
                field.end = close as u32;
                end = close + 1;
            }
            let stop = match memchr3(delimiter, b'\n', b'\r', &bytes[end..]) {
                Some(distance) => end + distance,
                None if input.at_end => bytes.len(),
                None => return Ok(None),
            };
            if field.kind == FieldKind::Plain {
                field.end = stop as u32;
            } else if stop > end {
                found.fault = Some(Fault::AfterQuote);
            }
            found.fields += 1;
            if found.fields <= COLUMNS_MAX {
                fields.push(field);
            }
            if bytes.get(stop) == Some(&delimiter) {
                at = stop + 1;
                continue;
            }
            let Some(next) = (if stop == bytes.len() { Some(stop) } else { input.line_end(stop) }) else {
                return Ok(None);
            };
            found.end = stop;
            found.next = next;
            return Ok(Some(found));
        }
    }
}

/// The bytes of a block and whether more follow.
struct Bytes<'a> {
    bytes: &'a [u8],
    at_end: bool,
}

impl Bytes<'_> {
    /// What follows the line end at `at`, `None` when a byte still to come decides.
    fn line_end(&self, at: usize) -> Option<usize> {
        if self.bytes[at] == b'\n' {
            return Some(at + 1);
        }
        match self.bytes.get(at + 1) {
            Some(b'\n') => Some(at + 2),
            Some(_) => Some(at + 1),
            None => self.at_end.then_some(at + 1),
        }
    }

    /// The end of the line at `at` and what follows, `None` when it is not whole.
    fn line(&self, at: usize) -> Option<(usize, usize)> {
        match memchr2(b'\n', b'\r', &self.bytes[at..]) {
            Some(distance) => Some((at + distance, self.line_end(at + distance)?)),
            None => self.at_end.then_some((self.bytes.len(), self.bytes.len())),
        }
    }

    /// Where the field that opens with a quote at `open` closes, `None` when that is not known; notes its kind.
    fn closing_quote(&self, open: usize, quote: u8, field: &mut Field) -> Option<usize> {
        field.kind = FieldKind::Quoted;
        let mut at = open + 1;
        loop {
            let close = at + memchr(quote, &self.bytes[at..])?;
            match self.bytes.get(close + 1) {
                Some(&next) if next == quote => {
                    field.kind = FieldKind::Escaped;
                    at = close + 2;
                }
                Some(_) => return Some(close),
                None => return self.at_end.then_some(close),
            }
        }
    }
}

/// How many lines end within quoted text.
fn line_ends(bytes: &[u8]) -> u32 {
    let mut count = 0;
    let mut at = 0;
    while let Some(distance) = memchr2(b'\n', b'\r', &bytes[at..]) {
        at += distance;
        at += if bytes[at..].starts_with(b"\r\n") { 2 } else { 1 };
        count += 1;
    }
    count
}

/// The fields of a line between runs of blanks.
fn blanks(bytes: &[u8], start: usize, end: usize, next: usize, fields: &mut Vec<Field>) -> Found {
    let mut count = 0;
    let mut at = start;
    loop {
        while at < end && is_blank(bytes[at]) {
            at += 1;
        }
        if at == end {
            return Found { fields: count, end, next, lines: 1, fault: None };
        }
        let from = at;
        while at < end && !is_blank(bytes[at]) {
            at += 1;
        }
        count += 1;
        if count <= COLUMNS_MAX {
            fields.push(Field { start: from as u32, end: at as u32, kind: FieldKind::Plain });
        }
    }
}

/// The fields of a line by their widths, without the blanks around them. Columns beyond a short line
/// are empty; what stands beyond the last column counts as one field too many.
fn fixed(bytes: &[u8], start: usize, end: usize, next: usize, widths: &[usize], fields: &mut Vec<Field>) -> Found {
    let mut found = Found { fields: widths.len(), end, next, lines: 1, fault: None };
    if bytes[start..end].iter().all(|byte| is_blank(*byte)) {
        found.fields = 0;
        return found;
    }
    let mut at = start;
    for width in widths {
        let (mut from, mut to) = (at, skip_characters(&bytes[..end], at, *width));
        at = to;
        while from < to && is_blank(bytes[from]) {
            from += 1;
        }
        while to > from && is_blank(bytes[to - 1]) {
            to -= 1;
        }
        fields.push(Field { start: from as u32, end: to as u32, kind: FieldKind::Plain });
    }
    if bytes[at..end].iter().any(|byte| !is_blank(*byte)) {
        found.fields += 1;
    }
    found
}

/// The place `count` characters after `at`.
fn skip_characters(bytes: &[u8], at: usize, count: usize) -> usize {
    let mut at = at;
    for _ in 0..count {
        if at == bytes.len() {
            break;
        }
        at += 1;
        // The other bytes of a character in UTF-8 start with the bits 10.
        while at < bytes.len() && bytes[at] & 0xc0 == 0x80 {
            at += 1;
        }
    }
    at
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn splitter(separator: Separator) -> Splitter {
        Splitter { separator, quote: Some(b'"') }
    }

    fn comma() -> Splitter {
        splitter(Separator::Byte(b','))
    }

    fn split(splitter: &Splitter, text: &str, at_end: bool) -> (Vec<Vec<String>>, Block, Extent) {
        let mut block = Block { bytes: text.as_bytes().to_vec(), first_line: 1, ..Block::default() };
        let extent = splitter.split(&mut block, at_end, usize::MAX).unwrap();
        let rows = block
            .rows
            .iter()
            .map(|row| {
                (0..(row.fields as usize).min(block.fields.len() - row.first as usize))
                    .map(|index| block.shown(row, index).into_owned())
                    .collect()
            })
            .collect();
        (rows, block, extent)
    }

    #[test]
    fn all_line_ends_are_equal() {
        for text in ["a,b\n1,2\n", "a,b\r\n1,2\r\n", "a,b\r1,2\r", "a,b\n1,2", "a,b\n\n1,2\n\n\n"] {
            let (rows, ..) = split(&comma(), text, true);
            assert_eq!(rows, [["a", "b"], ["1", "2"]], "{text:?}");
        }
    }

    #[test]
    fn quotes_hold_delimiters_line_ends_and_doubled_quotes() {
        let (rows, block, extent) = split(&comma(), "a,\"b,\nc\"\n\"say \"\"yes\"\"\",\"\"\nx,5\" pipe\n", true);
        assert_eq!(rows, [["a", "b,\nc"], ["say \"yes\"", ""], ["x", "5\" pipe"]]);
        assert_eq!(block.rows.iter().map(|row| block.line(row)).collect::<Vec<_>>(), [1, 3, 4]);
        assert_eq!(extent.lines, 4);
        assert_eq!(block.fields[3].kind, FieldKind::Quoted);
    }

    #[test]
    fn empty_fields_are_fields() {
        let (rows, ..) = split(&comma(), ",\na,,b\n,,,\n", true);
        assert_eq!(rows, [vec!["", ""], vec!["a", "", "b"], vec!["", "", "", ""]]);
    }

    #[test]
    fn a_record_that_is_not_whole_waits() {
        for text in ["a,b\n1,2", "a,b\n1,\"2\n3", "a,b\n1,\"2\"", "a,b\n1,2\r"] {
            let (rows, block, extent) = split(&comma(), text, false);
            assert_eq!(rows, [["a", "b"]], "{text:?}");
            assert_eq!((extent.bytes, extent.lines, block.fields.len()), (4, 1, 2), "{text:?}");
        }
    }

    #[test]
    fn a_quote_that_never_closes_is_reported_with_its_line() {
        let mut block = Block { bytes: b"a\nb\n\"c\nd\n".to_vec(), ..Block::default() };
        assert_eq!(comma().split(&mut block, true, usize::MAX), Err(OpenQuote { line: 2 }));
    }

    #[test]
    fn text_after_a_closing_quote_is_a_fault() {
        let (_, block, _) = split(&comma(), "\"a\"b,c\n\"d\",e\n", true);
        assert_eq!(block.rows[0].fault, Some(Fault::AfterQuote));
        assert_eq!(block.rows[0].fields, 2);
        assert_eq!(block.rows[1].fault, None);
    }

    #[test]
    fn blanks_separate_and_do_not_count_at_the_ends() {
        let (rows, ..) = split(&splitter(Separator::Blanks), " id  date\r\n 00001 19970101\t1   \r\n   \r\n", true);
        assert_eq!(rows, [vec!["id", "date"], vec!["00001", "19970101", "1"]]);
    }

    #[test]
    fn fixed_widths_count_characters() {
        let widths = splitter(Separator::Widths(vec![4, 3]));
        let (rows, block, _) = split(&widths, "café 12\nab\nabcd123x\n", true);
        assert_eq!(rows[0], ["café", "12"]);
        assert_eq!(rows[1], ["ab", ""]);
        assert_eq!(block.rows[2].fields, 3);
    }

    #[test]
    fn fields_beyond_the_limit_are_counted_and_not_kept() {
        let text = ",".repeat(10_000);
        let mut block = Block { bytes: text.into_bytes(), ..Block::default() };
        comma().split(&mut block, true, usize::MAX).unwrap();
        assert_eq!((block.rows[0].fields, block.fields.len()), (10_001, COLUMNS_MAX));
    }
}
