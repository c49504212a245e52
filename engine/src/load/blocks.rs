//! A text file as a sequence of blocks of whole records.

use std::io::Read;
use std::sync::Arc;

use super::block::Block;
use super::input::read_error;
use super::split::{OpenQuote, Splitter};
use crate::{Error, ErrorKind, Result};

/// What is read and handed on at a time: large enough for batches of many rows, small enough that
/// several of them in flight do not matter.
const BLOCK_BYTES: usize = 2 << 20;

/// The longest record.
const RECORD_BYTES_MAX: usize = 64 << 20;

/// The most rows of a block, and of a batch.
const ROWS_MAX: usize = 1 << 16;

/// The most values of a batch. A record of a few bytes can stand for a row of thousands of columns.
const VALUES_MAX: usize = 4 << 20;

/// Reads a file and splits it.
pub(super) struct Blocks {
    source: Box<dyn Read + Send>,
    splitter: Splitter,
    rows_max: usize,
    file: Arc<str>,
    /// The start of a record whose end is not read yet.
    carry: Vec<u8>,
    /// The line the next block starts on.
    line: u64,
    ended: bool,
}

impl Blocks {
    /// Reads `source` for a table of `columns` columns.
    pub(super) fn new(source: Box<dyn Read + Send>, splitter: Splitter, columns: usize, file: Arc<str>) -> Self {
        let rows_max = (VALUES_MAX / columns.max(1)).clamp(1, ROWS_MAX);
        Self { source, splitter, rows_max, file, carry: Vec::new(), line: 1, ended: false }
    }

    /// The next block with at least one record, `None` after the last.
    pub(super) fn next(&mut self) -> Result<Option<Block>> {
        let mut bytes = std::mem::take(&mut self.carry);
        let mut target = BLOCK_BYTES.max(bytes.len());
        loop {
            self.fill(&mut bytes, target)?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let mut block = Block { bytes, first_line: self.line, ..Block::default() };
            let extent = self
                .splitter
                .split(&mut block, self.ended, self.rows_max)
                .map_err(|OpenQuote { line }| self.open_quote(self.line + u64::from(line)))?;
            if extent.bytes == 0 {
                // Not one whole record: read on, twice as much each time so that a long record is
                // looked at a few times only.
                bytes = block.bytes;
                if bytes.len() >= RECORD_BYTES_MAX {
                    return Err(self.too_long());
                }
                target = (bytes.len() * 2).min(RECORD_BYTES_MAX);
                continue;
            }
            let rest = block.bytes.split_off(extent.bytes);
            self.line += u64::from(extent.lines);
            if block.rows.is_empty() {
                bytes = rest;
                continue;
            }
            self.carry = rest;
            return Ok(Some(block));
        }
    }

    /// Reads until `bytes` holds `target` bytes or the file ends.
    fn fill(&mut self, bytes: &mut Vec<u8>, target: usize) -> Result<()> {
        let wanted = target.saturating_sub(bytes.len());
        if self.ended {
            return Ok(());
        }
        bytes.reserve_exact(wanted);
        let read = self
            .source
            .by_ref()
            .take(wanted as u64)
            .read_to_end(bytes)
            .map_err(|error| read_error(&self.file, error))?;
        self.ended = read < wanted;
        Ok(())
    }

    fn open_quote(&self, line: u64) -> Error {
        Error::new(
            ErrorKind::InvalidText,
            format!("{} line {line}: a quoted field starts here and never ends", self.file),
        )
        .with_hint("add the closing quote, or pass --quote none if the file does not quote")
    }

    fn too_long(&self) -> Error {
        let most = RECORD_BYTES_MAX >> 20;
        Error::new(
            ErrorKind::LimitExceeded,
            format!("{} line {}: the record is longer than {most} MiB", self.file, self.line),
        )
        .with_hint("see whether a closing quote is missing there")
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::split::Separator;
    use super::*;

    fn blocks(data: Vec<u8>) -> Blocks {
        let splitter = Splitter { separator: Separator::Byte(b','), quote: Some(b'"') };
        Blocks::new(Box::new(Cursor::new(data)), splitter, 2, "orders.csv".into())
    }

    #[test]
    fn every_record_comes_once_with_its_line() {
        let count = 400_000;
        let data: String = (1..=count).map(|line| format!("{line},\"x\"\r\n")).collect();
        let mut blocks = blocks(data.into_bytes());
        let (mut seen, mut pieces) = (0, 0);
        while let Some(block) = blocks.next().unwrap() {
            pieces += 1;
            for row in &block.rows {
                seen += 1;
                assert_eq!(block.line(row), seen);
                assert_eq!(block.shown(row, 0), seen.to_string());
            }
        }
        assert_eq!(seen, count);
        assert!(pieces > 1);
    }

    #[test]
    fn a_record_longer_than_a_block_is_read_whole() {
        let data = format!("a,\"{}\"\nb,c\n", "x\n".repeat(BLOCK_BYTES));
        let mut blocks = blocks(data.into_bytes());
        let mut rows = 0;
        while let Some(block) = blocks.next().unwrap() {
            rows += block.rows.len();
        }
        assert_eq!(rows, 2);
    }

    #[test]
    fn a_record_beyond_the_limit_is_refused_with_its_line() {
        let mut data = b"a,b\n1,\"".to_vec();
        data.resize(RECORD_BYTES_MAX + 100, b'x');
        let mut blocks = blocks(data);
        let error = loop {
            match blocks.next() {
                Ok(Some(_)) => {}
                Ok(None) => panic!("the record was read"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.message(), "orders.csv line 2: the record is longer than 64 MiB");
    }

    #[test]
    fn an_unterminated_quote_names_its_line() {
        let error = blocks(b"a,b\n1,2\n3,\"4\n5,6\n".to_vec()).next().unwrap_err();
        assert_eq!(error.message(), "orders.csv line 3: a quoted field starts here and never ends");
    }
}
