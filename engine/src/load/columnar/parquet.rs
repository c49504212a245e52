//! Parquet files: what they claim of themselves is held against the file before the decoder believes it.
//!
//! The decoder reserves memory for what the footer and the headers of pages say, and a reservation that fails ends
//! the process. So lists and columns must be there, pages must lie within the file, and what a page decompresses to
//! is bounded. A dictionary makes a long text of a few bits in each row: the longest decides how many rows are
//! decoded at a time.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use datafusion::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use datafusion::parquet::basic::Type;
use datafusion::parquet::column::page::Page;
use datafusion::parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaDataReader, RowGroupMetaData};
use datafusion::parquet::file::serialized_reader::SerializedPageReader;

use super::super::input::{Input, read_error};
use super::thrift::{Fault, I16, I64, STRUCT, Thrift, check_footer};
use super::{damaged, delta, unreadable};
use crate::{Error, ErrorKind, Result};

/// What a file starts and ends with.
const MAGIC: &[u8; 4] = b"PAR1";

/// The footer's length and the magic after it.
const TAIL_BYTES: u64 = 8;

/// The longest footer: that of thousands of columns in thousands of row groups.
const FOOTER_BYTES_MAX: u64 = 256 << 20;

/// What a page may decompress to, and so the longest value; writers aim at a megabyte.
const PAGE_BYTES_MAX: u64 = 256 << 20;

/// How much of a page is read for its header at first; statistics of long texts may make it longer.
const HEADER_BYTES: u64 = 4 << 10;

/// What the texts of dictionaries may take in the rows that are decoded at a time.
const TEXT_BYTES_MAX: usize = 64 << 20;

/// The type of pages that hold a dictionary.
const DICTIONARY_PAGE: i64 = 2;

/// The encodings that [`delta`] checks.
const DELTA_OF_TEXTS: std::ops::RangeInclusive<i64> = 6..=7;

/// The header of a page, as far as lengths go.
#[derive(Debug, Default)]
struct PageHeader {
    kind: i64,
    uncompressed: i64,
    compressed: i64,
    values: i64,
    encoding: i64,
    /// Bytes of the header itself.
    length: u64,
}

/// Reads the footer.
pub(super) fn metadata(input: &Input) -> Result<ArrowReaderMetadata> {
    if !input.starts_with(MAGIC)? {
        return Err(Error::new(ErrorKind::InvalidText, format!("{} is not a Parquet file", input.name))
            .with_hint("name its format with --format if it is another"));
    }
    let footer = footer(input, &input.file()?)?;
    check_footer(&footer).map_err(|fault| faulty(input, "its footer", fault))?;
    let metadata = ParquetMetaDataReader::decode_metadata(&footer).map_err(|error| damaged(input, error))?;
    ArrowReaderMetadata::try_new(Arc::new(metadata), ArrowReaderOptions::default())
        .map_err(|error| damaged(input, error))
}

fn footer(input: &Input, file: &File) -> Result<Vec<u8>> {
    let cut_off = || unreadable(input).with_detail("it does not end with a footer");
    let at = input.bytes.checked_sub(TAIL_BYTES).ok_or_else(cut_off)?;
    let tail = read_at(input, file, at, TAIL_BYTES)?;
    let (length, magic) = tail.split_first_chunk::<4>().ok_or_else(cut_off)?;
    if magic != MAGIC {
        return Err(cut_off());
    }
    let length = u64::from(u32::from_le_bytes(*length));
    let start = at.checked_sub(length).filter(|&start| start >= MAGIC.len() as u64).ok_or_else(cut_off)?;
    if length > FOOTER_BYTES_MAX {
        return Err(too_large(input, "its footer", length, FOOTER_BYTES_MAX));
    }
    read_at(input, file, start, length)
}

/// Holds the pages of a row group against the file, and gives how many rows may be decoded at a time, at most `rows`.
pub(super) fn check(input: &Input, file: &Arc<File>, group: &RowGroupMetaData, rows: usize) -> Result<usize> {
    let mut longest = 0_usize;
    for column in group.columns() {
        longest = longest.saturating_add(check_column(input, file, column, group.num_rows())?);
    }
    Ok(rows.min(TEXT_BYTES_MAX / longest.max(1)).max(1))
}

/// Holds the pages of a column against the file; gives the length of the longest value a row may repeat.
fn check_column(input: &Input, file: &Arc<File>, column: &ColumnChunkMetaData, rows: i64) -> Result<usize> {
    let what = format!("column {}", column.column_path().string());
    let (start, length) = column.byte_range();
    let end = start.checked_add(length).filter(|&end| end <= input.bytes).ok_or_else(|| outside(input, &what))?;
    let (mut at, mut has_dictionary, mut has_delta) = (start, false, false);
    while at < end {
        let header = match page_header(input, file, at, end)? {
            Ok(header) => header,
            // The decoder meets the same, unless it has all values by then.
            Err(_) if at > start => break,
            Err(fault) => return Err(faulty(input, &what, fault)),
        };
        check_page(input, &what, &header)?;
        has_dictionary |= header.kind == DICTIONARY_PAGE;
        has_delta |= DELTA_OF_TEXTS.contains(&header.encoding);
        let size = u64::try_from(header.compressed).map_err(|_| outside(input, &what))?;
        let next = at.checked_add(header.length).and_then(|at| at.checked_add(size));
        at = next.filter(|&next| next <= end).ok_or_else(|| outside(input, &what))?;
    }
    match column.column_type() {
        Type::BYTE_ARRAY if has_dictionary || has_delta => check_texts(input, file, column, rows, has_delta),
        Type::FIXED_LEN_BYTE_ARRAY => {
            let length = column.column_descr().type_length();
            match u64::try_from(length) {
                Ok(length) if length > PAGE_BYTES_MAX => {
                    Err(too_large(input, &format!("a value of {what}"), length, PAGE_BYTES_MAX))
                }
                length => Ok(length.map_or(0, |length| length as usize)),
            }
        }
        _ => Ok(0),
    }
}

fn check_page(input: &Input, what: &str, header: &PageHeader) -> Result<()> {
    if let Ok(bytes) = u64::try_from(header.uncompressed)
        && bytes > PAGE_BYTES_MAX
    {
        return Err(too_large(input, &format!("a page of {what}"), bytes, PAGE_BYTES_MAX));
    }
    // A value of a dictionary takes a byte at least.
    if header.kind == DICTIONARY_PAGE && header.values > header.uncompressed {
        let fact = format!("the dictionary of {what} claims {} values", header.values);
        return Err(unreadable(input).with_detail(fact));
    }
    Ok(())
}

/// The header of the page at `at`, whose column ends at `end`.
fn page_header(input: &Input, file: &File, at: u64, end: u64) -> Result<Result<PageHeader, Fault>> {
    let mut length = HEADER_BYTES;
    loop {
        let whole = end - at;
        let bytes = read_at(input, file, at, length.min(whole))?;
        match parse_page_header(&bytes) {
            Err(Fault::CutOff) if length < whole && length < FOOTER_BYTES_MAX => length *= 16,
            parsed => return Ok(parsed),
        }
    }
}

fn parse_page_header(bytes: &[u8]) -> Result<PageHeader, Fault> {
    let mut thrift = Thrift::new(bytes);
    let (mut header, mut last) = (PageHeader::default(), 0);
    while let Some((number, kind)) = thrift.field(&mut last)? {
        match (number, kind) {
            (1, I16..=I64) => header.kind = thrift.integer()?,
            (2, I16..=I64) => header.uncompressed = thrift.integer()?,
            (3, I16..=I64) => header.compressed = thrift.integer()?,
            // What is said of a page of data, of a dictionary, or of a page of data of the second version.
            (5 | 7 | 8, STRUCT) => {
                let mut last = 0;
                // Where the encoding stands among the fields of a page of data of the first version, or the second.
                let encoding = if number == 5 { 2 } else { 4 };
                while let Some((field, kind)) = thrift.field(&mut last)? {
                    match (field, kind) {
                        (1, I16..=I64) => header.values = thrift.integer()?,
                        (field, I16..=I64) if field == encoding && number != 7 => header.encoding = thrift.integer()?,
                        (_, kind) => thrift.skip(kind)?,
                    }
                }
            }
            (_, kind) => thrift.skip(kind)?,
        }
    }
    header.length = (bytes.len() - thrift.rest().len()) as u64;
    Ok(header)
}

/// Looks into the pages of a column of texts; gives the length of the longest in its dictionary.
fn check_texts(
    input: &Input,
    file: &Arc<File>,
    column: &ColumnChunkMetaData,
    rows: i64,
    has_delta: bool,
) -> Result<usize> {
    let rows = usize::try_from(rows).unwrap_or(0);
    let pages = SerializedPageReader::new(Arc::clone(file), column, rows, None);
    let mut longest = 0;
    for page in pages.map_err(|error| damaged(input, error))? {
        // As above: where this reader fails, so does the decoder's.
        let Ok(page) = page else { break };
        match &page {
            Page::DictionaryPage { buf, .. } => longest = longest_text(buf),
            data => delta::check(column, data).map_err(|fault| faulty(input, "a page", fault))?,
        }
        if !has_delta {
            break;
        }
    }
    Ok(longest)
}

/// The length of the longest of texts that follow each other, each after its length.
fn longest_text(texts: &[u8]) -> usize {
    let (mut rest, mut longest) = (texts, 0);
    while let Some((length, texts)) = rest.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length) as usize;
        let Some(after) = texts.get(length..) else { break };
        longest = longest.max(length);
        rest = after;
    }
    longest
}

/// Bytes that are within the file as it was when it was looked at first.
fn read_at(input: &Input, file: &File, at: u64, length: u64) -> Result<Vec<u8>> {
    let length = usize::try_from(length).map_err(|_| unreadable(input))?;
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, at).map_err(|error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => damaged(input, error),
        _ => read_error(&input.name, error),
    })?;
    Ok(bytes)
}

fn faulty(input: &Input, what: &str, fault: Fault) -> Error {
    match fault {
        Fault::CutOff => unreadable(input).with_detail(format!("{what} claims more than there is")),
        Fault::Broken(fact) => unreadable(input).with_detail(format!("{what}: {fact}")),
    }
}

fn outside(input: &Input, what: &str) -> Error {
    unreadable(input).with_detail(format!("{what} lies outside of the file"))
}

fn too_large(input: &Input, what: &str, bytes: u64, most: u64) -> Error {
    let fact = format!("{}: {what} takes {bytes} bytes, and at most {most} are taken", input.name);
    Error::new(ErrorKind::LimitExceeded, fact).with_hint("write the file again with smaller pages")
}
