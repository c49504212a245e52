//! What the first rows of a text file say: how it is split, its columns' names, and what they hold.

use std::io::{Cursor, Read};

use super::FileFormat;
use super::block::{Block, FieldKind, Row};
use super::blocks::Blocks;
use super::check::{check, refusal};
use super::evidence::Evidence;
use super::input::{Input, read_error};
use super::json::{self, Keys};
use super::options::Reading;
use super::reason::shortened;
use super::sniff;
use super::split::{COLUMNS_MAX, Separator, Splitter};
use crate::{Error, ErrorKind, Result};

/// How much of a file is looked at: whichever is reached first.
const SAMPLE_ROWS: usize = 10_000;
const SAMPLE_BYTES: usize = 8 << 20;

/// A text file as far as its first rows show it.
#[derive(Debug)]
pub(super) struct Preview {
    pub(super) splitter: Splitter,
    /// Whether the first record names the columns.
    pub(super) header: bool,
    pub(super) names: Vec<String>,
    /// What was seen of each column.
    pub(super) evidence: Vec<Evidence>,
}

impl Preview {
    /// Looks at a file's first rows.
    pub(super) fn of(input: &Input, reading: &Reading) -> Result<Self> {
        let mut source = input.text(reading.encoding.as_deref(), None)?;
        let mut head = Vec::new();
        source
            .by_ref()
            .take(sniff::HEAD_BYTES as u64)
            .read_to_end(&mut head)
            .map_err(|error| read_error(&input.name, error))?;
        if head.trim_ascii().is_empty() && head.len() < sniff::HEAD_BYTES {
            return Err(input.empty());
        }
        let rest = Box::new(Cursor::new(head.clone()).chain(source));
        match input.format {
            FileFormat::JsonLines => json_lines(input, &head, rest),
            _ => delimited(input, reading, &head, rest),
        }
    }
}

fn delimited(input: &Input, reading: &Reading, head: &[u8], source: Box<dyn Read + Send>) -> Result<Preview> {
    let whole = head.len() < sniff::HEAD_BYTES;
    let separator = match &reading.separator {
        Some(separator) => separator.clone(),
        None => sniff::separator(head, whole, reading.quote),
    };
    let quote = if matches!(separator, Separator::Byte(_)) { reading.quote } else { None };
    let splitter = Splitter { separator, quote };
    let mut blocks = Blocks::new(source, splitter.clone(), 1, input.name.clone());
    let Some(mut block) = blocks.next()? else {
        return Err(input.empty());
    };
    let Some(first) = block.rows.first().copied() else {
        return Err(input.empty());
    };
    let width = first.fields as usize;
    if width > COLUMNS_MAX {
        return Err(too_many_columns(input, width));
    }
    if let (Some(Separator::Byte(given)), 1) = (&reading.separator, width)
        && let Some((better, fields)) = sniff::better(head, whole, *given, quote)
    {
        return Err(wrong_delimiter(input, *given, better, fields));
    }
    let header = reading.header.unwrap_or(true);
    let names = if header {
        header_names(input, reading, &block, &first)?
    } else {
        (1..=width).map(|number| format!("column_{number}")).collect()
    };
    if header {
        block.rows.remove(0);
    }

    let mut evidence = vec![Evidence::default(); width];
    let (mut rows, mut bytes) = (0, 0);
    let mut next = Some(block);
    while let Some(block) = next {
        bytes += block.bytes.len();
        // A row that is refused here is refused again, and told, when the file is loaded.
        let (records, _) = check(block, Some(width), &input.name);
        for row in records.rows.iter().take(SAMPLE_ROWS - rows) {
            for (index, evidence) in evidence.iter_mut().enumerate() {
                let field = records.field(row, index);
                let text = records.written(field);
                if field.kind != FieldKind::Plain || reading.null.as_deref() != Some(text) {
                    evidence.add(text, field.kind);
                }
            }
        }
        rows = SAMPLE_ROWS.min(rows + records.rows.len());
        if rows == SAMPLE_ROWS || bytes >= SAMPLE_BYTES {
            break;
        }
        next = blocks.next()?;
    }
    Ok(Preview { splitter, header, names, evidence })
}

/// The names in the first record; an empty one is called by its place.
fn header_names(input: &Input, reading: &Reading, block: &Block, row: &Row) -> Result<Vec<String>> {
    let width = row.fields as usize;
    if let Some(refusal) = refusal(block, row, Some(width), &input.name) {
        return Err(refusal.into_error());
    }
    let texts: Vec<_> = (0..width).map(|index| block.shown(row, index).trim().to_owned()).collect();
    if reading.header.is_none() && texts.iter().all(|text| text.is_empty() || looks_like_data(text)) {
        let first = texts.iter().find(|text| !text.is_empty()).map(String::as_str).unwrap_or_default();
        return Err(Error::invalid_parameter(format!(
            "{} line {}: the first line holds data where the columns' names are expected: {}",
            input.name,
            block.line(row),
            shortened(first)
        ))
        .with_hint("pass --no-header if the file has no line of names, or --header if these are the names"));
    }
    let named = texts.into_iter().enumerate();
    Ok(named.map(|(index, text)| if text.is_empty() { format!("column_{}", index + 1) } else { text }).collect())
}

/// Whether a text is a number, a date or a time rather than a name.
fn looks_like_data(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.,:/% TZ".contains(&byte))
}

fn json_lines(input: &Input, head: &[u8], source: Box<dyn Read + Send>) -> Result<Preview> {
    if head.trim_ascii_start().starts_with(b"[") {
        return Err(Error::unsupported(format!("{} is one JSON array, not one object a line", input.name))
            .with_hint("rewrite it, for example: jq -c '.[]' file.json > file.jsonl"));
    }
    let splitter = Splitter { separator: Separator::Line, quote: None };
    let mut blocks = Blocks::new(source, splitter.clone(), 1, input.name.clone());
    let mut keys = Keys::default();
    let mut evidence: Vec<Evidence> = Vec::new();
    let (mut rows, mut bytes) = (0, 0);
    while let Some(block) = blocks.next()? {
        bytes += block.bytes.len();
        let (records, _) = check(block, None, &input.name);
        for row in records.rows.iter().take(SAMPLE_ROWS - rows) {
            let Ok(members) = json::members(records.raw(row)) else { continue };
            for (key, value) in members {
                let place = keys.place(&key);
                if place == evidence.len() {
                    evidence.push(Evidence::default());
                }
                let kind = json::kind(value);
                evidence[place].add(value.get().trim_matches('"'), kind);
            }
        }
        if keys.names.len() > COLUMNS_MAX {
            return Err(too_many_columns(input, keys.names.len()));
        }
        rows = SAMPLE_ROWS.min(rows + records.rows.len());
        if rows == SAMPLE_ROWS || bytes >= SAMPLE_BYTES {
            break;
        }
    }
    if keys.names.is_empty() {
        return Err(Error::new(
            ErrorKind::InvalidText,
            format!("{} has no JSON object in its first lines", input.name),
        )
        .with_hint("write one object a line, or name the format with --format"));
    }
    Ok(Preview { splitter, header: false, names: keys.names, evidence })
}

fn too_many_columns(input: &Input, columns: usize) -> Error {
    let fact = format!("{} has {columns} columns, and a table has at most {COLUMNS_MAX}", input.name);
    Error::new(ErrorKind::LimitExceeded, fact).with_hint("see whether the delimiter is right")
}

fn wrong_delimiter(input: &Input, given: u8, better: u8, fields: u32) -> Error {
    let shown = |byte: u8| if byte == b'\t' { "tab".to_owned() } else { format!("'{}'", char::from(byte)) };
    Error::invalid_parameter(format!(
        "{} has one column with the delimiter {}, and {fields} with {}",
        input.name,
        shown(given),
        shown(better)
    ))
    .with_hint(format!("pass --delimiter {}, or leave it out", shown(better)))
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::DataType;

    use super::super::FileOptions;
    use super::*;

    fn preview(name: &str, content: &[u8], change: impl FnOnce(&mut FileOptions)) -> Result<Preview> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        let mut options = FileOptions::default();
        change(&mut options);
        let mut input = Input::inspect(&path, None)?;
        input.name = name.into();
        Preview::of(&input, &Reading::new(&options)?)
    }

    fn message(result: Result<Preview>) -> String {
        result.unwrap_err().message().to_owned()
    }

    #[test]
    fn names_and_types_come_from_the_first_rows() {
        let preview = preview("a.csv", b"id;;Price \n00501;x;1.50\n00502;y;2\n", |_| {}).unwrap();
        assert_eq!(preview.splitter.separator, Separator::Byte(b';'));
        assert_eq!(preview.names, ["id", "column_2", "Price"]);
        let types: Vec<_> = preview.evidence.iter().map(Evidence::data_type).collect();
        assert_eq!(types, [DataType::Utf8, DataType::Utf8, DataType::Decimal128(18, 4)]);
    }

    #[test]
    fn a_null_text_says_nothing_of_the_type() {
        let preview = preview("a.csv", b"n\n1\nNA\n", |options| options.null = Some("NA".into())).unwrap();
        assert_eq!(preview.evidence[0].data_type(), DataType::Int64);
    }

    #[test]
    fn a_first_line_of_data_is_not_taken_for_names() {
        let data = b"00004 19970101 29.33\n00004 19970118 29.73\n";
        assert_eq!(
            message(preview("a.txt", data, |_| {})),
            "a.txt line 1: the first line holds data where the columns' names are expected: \"00004\""
        );
        let preview = preview("a.txt", data, |options| options.header = Some(false)).unwrap();
        assert_eq!(preview.names, ["column_1", "column_2", "column_3"]);
    }

    #[test]
    fn a_delimiter_that_is_not_the_files_is_told() {
        let error = preview("a.csv", b"a;b\n1;2\n", |options| options.delimiter = Some(",".into())).unwrap_err();
        assert_eq!(error.message(), "a.csv has one column with the delimiter ',', and 2 with ';'");
        assert_eq!(error.hint(), Some("pass --delimiter ';', or leave it out"));
    }

    #[test]
    fn a_header_in_another_encoding_is_told() {
        let text = message(preview("a.csv", b"caf\xe9,b\n1,2\n", |_| {}));
        assert_eq!(text, "a.csv line 1: byte 4 of the row, 0xE9, is not UTF-8");
    }

    #[test]
    fn blank_files_are_empty() {
        assert_eq!(message(preview("a.csv", b"\n \n\n", |_| {})), "a.csv is empty");
    }

    #[test]
    fn json_keys_are_columns_in_the_order_they_appear() {
        let lines = b"{\"b\": 1, \"a\": \"7\"}\n{\"c\": {\"x\": 1}, \"b\": 2.5}\n";
        let preview = preview("a.jsonl", lines, |_| {}).unwrap();
        assert_eq!(preview.names, ["b", "a", "c"]);
        let types: Vec<_> = preview.evidence.iter().map(Evidence::data_type).collect();
        assert_eq!(types, [DataType::Decimal128(18, 4), DataType::Utf8, DataType::Utf8]);
    }

    #[test]
    fn a_json_array_is_refused() {
        assert_eq!(
            message(preview("a.json", b" [{\"a\": 1}]", |_| {})),
            "a.json is one JSON array, not one object a line"
        );
    }
}
