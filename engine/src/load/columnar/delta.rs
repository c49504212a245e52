//! Pages of texts in Parquet's delta encodings: they say themselves how many lengths they hold, which the decoder
//! believes and makes room for.

use datafusion::parquet::basic::Encoding;
use datafusion::parquet::column::page::Page;
use datafusion::parquet::file::metadata::ColumnChunkMetaData;

use super::thrift::{Fault, Thrift};

/// The most values of a page in these encodings; writers aim at a megabyte of them.
const VALUES_MAX: u64 = 1 << 26;

/// Refuses a page of `column` that claims more lengths than it has values. One that is cut off is left to the decoder,
/// which finds that out for itself.
pub(super) fn check(column: &ColumnChunkMetaData, page: &Page) -> Result<(), Fault> {
    match check_lengths(column, page) {
        Err(Fault::CutOff) => Ok(()),
        checked => checked,
    }
}

fn check_lengths(column: &ColumnChunkMetaData, page: &Page) -> Result<(), Fault> {
    let streams = match page.encoding() {
        Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
        // The lengths of what each text shares with the one before, and of what it adds.
        Encoding::DELTA_BYTE_ARRAY => 2,
        _ => return Ok(()),
    };
    let values = u64::from(page.num_values());
    if values > VALUES_MAX {
        return Err(Fault::Broken("a page claims more values than are taken"));
    }
    let mut rest = values_of(column, page)?;
    for _ in 0..streams {
        rest = after_lengths(rest, values)?;
    }
    Ok(())
}

/// What follows the levels of a page.
fn values_of<'a>(column: &ColumnChunkMetaData, page: &'a Page) -> Result<&'a [u8], Fault> {
    let bytes = page.buffer().as_ref();
    match page {
        Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
            let levels = *def_levels_byte_len as usize + *rep_levels_byte_len as usize;
            bytes.get(levels..).ok_or(Fault::CutOff)
        }
        Page::DataPage { def_level_encoding, rep_level_encoding, .. } => {
            let column = column.column_descr();
            let levels = [(column.max_rep_level(), rep_level_encoding), (column.max_def_level(), def_level_encoding)];
            let mut rest = bytes;
            for (_, encoding) in levels.into_iter().filter(|(most, _)| *most > 0) {
                if *encoding != Encoding::RLE {
                    return Err(Fault::Broken("its levels are written in a way that is not read"));
                }
                let (length, after) = rest.split_first_chunk::<4>().ok_or(Fault::CutOff)?;
                rest = after.get(u32::from_le_bytes(*length) as usize..).ok_or(Fault::CutOff)?;
            }
            Ok(rest)
        }
        Page::DictionaryPage { .. } => Ok(&[]),
    }
}

/// What follows a stream of at most `most` numbers, written as differences in blocks.
fn after_lengths(bytes: &[u8], most: u64) -> Result<&[u8], Fault> {
    let mut stream = Thrift::new(bytes);
    let (block, parts, count) = (stream.varint()?, stream.varint()?, stream.varint()?);
    stream.varint()?;
    if count > most {
        return Err(Fault::Broken("a page claims more lengths than it has values"));
    }
    let in_part = block.checked_div(parts).filter(|_| block % 128 == 0 && block % parts == 0);
    let in_part = in_part.filter(|&count| count > 0).ok_or(Fault::Broken("a page has blocks of no size"))?;
    let mut left = count.saturating_sub(1);
    while left > 0 {
        stream.varint()?;
        for &width in stream.bytes(parts)? {
            if left == 0 {
                break;
            }
            stream.bytes(u64::from(width).saturating_mul(in_part) / 8)?;
            left = left.saturating_sub(in_part);
        }
    }
    Ok(stream.rest())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 129 numbers that are all 3: one block of 128 in four parts, of differences that take no bits.
    const STREAM: [u8; 10] = [0x80, 0x01, 4, 0x81, 0x01, 6, 0, 0, 0, 0];

    #[test]
    fn a_stream_of_lengths_ends_where_it_says() {
        let bytes = [&STREAM[..], &[0, 7, 8]].concat();
        assert_eq!(after_lengths(&bytes, 129), Ok(&[7, 8][..]));
    }

    #[test]
    fn more_lengths_than_values_are_not_believed() {
        let fault = after_lengths(&STREAM, 128);
        assert_eq!(fault, Err(Fault::Broken("a page claims more lengths than it has values")));
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_an_answer() {
        let whole = [&STREAM[..], &[0]].concat();
        for at in 0..whole.len() {
            assert!(after_lengths(&whole[..at], 129).is_err(), "cut at {at}");
            for change in 1..=255 {
                let mut changed = whole.clone();
                changed[at] ^= change;
                let _ = after_lengths(&changed, 1 << 20);
            }
        }
    }
}
