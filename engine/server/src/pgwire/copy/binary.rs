//! Rows of `COPY` in binary: a count of values, and each value after its length.

use std::ops::Range;

use bellwether::{Error, ErrorKind, Result};

use super::fields::Fields;
use super::input::Input;
use super::{BINARY_SIGNATURE, NO_MORE_ROWS};

/// The signature, the flags, and the length of what newer versions may add.
const HEADER_BYTES: usize = BINARY_SIGNATURE.len() + 8;
/// The flag of rows with object ids, which PostgreSQL itself has given up.
const WITH_OIDS: u32 = 1 << 16;
/// The flags that change how rows are read; others may be passed over.
const CRITICAL_FLAGS: u32 = 0xffff_0000;

/// Reads the header and then one row after the other.
#[derive(Debug)]
pub(super) struct Rows {
    columns: usize,
    /// Bytes there must be before it makes sense to look again.
    needed: usize,
    has_header: bool,
    is_over: bool,
    /// The number of the row read last, counted from one.
    number: u64,
    places: Vec<Option<Range<usize>>>,
}

/// What stands at the beginning of the input.
enum Found {
    /// So many bytes of a row.
    Row(usize),
    End,
    /// The beginning of something that has at least so many bytes.
    Part(usize),
}

impl Rows {
    pub(super) fn new(columns: usize) -> Self {
        Self { columns, needed: HEADER_BYTES, has_header: false, is_over: false, number: 0, places: Vec::new() }
    }

    /// The number of the row read last.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Reads the next row; false until more arrives, or at the end.
    pub(super) fn next(&mut self, input: &mut Input, fields: &mut Fields) -> Result<bool> {
        if !self.has_header && !self.read_header(input)? {
            return Ok(false);
        }
        if self.is_over {
            return if input.bytes().is_empty() { Ok(false) } else { Err(broken("received copy data after EOF marker")) };
        }
        if input.bytes().len() < self.needed && !input.is_ended {
            return Ok(false);
        }
        self.number += 1;
        match self.find(input.bytes())? {
            Found::Row(length) => {
                fields.fill(input.bytes().get(..length).unwrap_or_default(), self.places.drain(..));
                input.skip(length);
                self.needed = 0;
                Ok(true)
            }
            Found::End => {
                self.is_over = true;
                input.skip(2);
                self.next(input, fields)
            }
            Found::Part(needed) => {
                self.needed = needed;
                Input::check_row(needed)?;
                if input.is_ended && !input.bytes().is_empty() {
                    return Err(broken("unexpected EOF in COPY data"));
                }
                self.number -= 1;
                Ok(false)
            }
        }
    }

    fn read_header(&mut self, input: &mut Input) -> Result<bool> {
        let bytes = input.bytes();
        let signature = bytes.get(..BINARY_SIGNATURE.len().min(bytes.len())).unwrap_or_default();
        let is_cut_off = input.is_ended && bytes.len() < HEADER_BYTES;
        if !BINARY_SIGNATURE.starts_with(signature) || is_cut_off {
            return Err(broken("COPY file signature not recognized")
                .with_hint("the statement says binary: send rows in binary, or say FORMAT csv or text"));
        }
        if bytes.len() < self.needed {
            return if input.is_ended { Err(broken("unexpected EOF in COPY data")) } else { Ok(false) };
        }
        let mut numbers = bytes.get(BINARY_SIGNATURE.len()..).unwrap_or_default().chunks_exact(4).map(number);
        let (flags, more) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        if flags & WITH_OIDS != 0 {
            return Err(Error::unsupported("invalid COPY file header (WITH OIDS)"));
        }
        if flags & CRITICAL_FLAGS != 0 {
            return Err(Error::unsupported("unrecognized critical flags in COPY file header"));
        }
        let length = HEADER_BYTES + more as usize;
        Input::check_row(length)?;
        if bytes.len() < length {
            self.needed = length;
            return self.read_header_later(input);
        }
        input.skip(length);
        (self.has_header, self.needed) = (true, 2);
        Ok(true)
    }
}
