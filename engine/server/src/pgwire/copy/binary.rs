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
    /// Rows read so far.
    count: u64,
    /// The number of the row looked at last, counted from one.
    number: u64,
    /// Where its values are.
    places: Vec<Option<Range<usize>>>,
}

/// What stands at the beginning of the input, and its bytes.
enum Found {
    Header(usize),
    Row(usize),
    End(usize),
    /// The beginning of something that has at least so many bytes.
    Part(usize),
}

impl Rows {
    pub(super) fn new(columns: usize) -> Self {
        Self { columns, needed: 0, has_header: false, is_over: false, count: 0, number: 0, places: Vec::new() }
    }

    /// The number of the row looked at last.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Reads the next row; false until more arrives, or at the end.
    pub(super) fn next(&mut self, input: &mut Input, fields: &mut Fields) -> Result<bool> {
        self.number = self.count + 1;
        loop {
            let bytes = input.bytes();
            if self.is_over && !bytes.is_empty() {
                return Err(broken("received copy data after EOF marker"));
            }
            if self.is_over || bytes.len() < self.needed && !input.is_ended {
                return Ok(false);
            }
            let found = if self.has_header { self.find_row(bytes)? } else { find_header(bytes)? };
            match found {
                Found::Header(length) => {
                    input.skip(length);
                    self.has_header = true;
                }
                Found::Row(length) => {
                    fields.fill(bytes.get(..length).unwrap_or_default(), self.places.drain(..));
                    input.skip(length);
                    self.count += 1;
                    self.needed = 0;
                    return Ok(true);
                }
                Found::End(length) => {
                    input.skip(length);
                    self.is_over = true;
                }
                Found::Part(needed) => {
                    Input::check_row(needed)?;
                    self.needed = needed;
                    return match (input.is_ended, self.has_header) {
                        (true, false) => Err(no_signature()),
                        // PostgreSQL, too, takes the end of the data for the end of the rows.
                        (true, true) if !bytes.is_empty() => Err(broken("unexpected EOF in COPY data")),
                        _ => Ok(false),
                    };
                }
            }
        }
    }

    fn find_row(&mut self, bytes: &[u8]) -> Result<Found> {
        let Some(count) = bytes.first_chunk().map(|count| i16::from_be_bytes(*count)) else {
            return Ok(Found::Part(2));
        };
        let mut at = 2;
        if count == NO_MORE_ROWS {
            return Ok(Found::End(at));
        }
        if usize::try_from(count) != Ok(self.columns) {
            return Err(broken(format!("row field count is {count}, expected {}", self.columns)));
        }
        self.places.clear();
        for _ in 0..count {
            let length = bytes.get(at..).and_then(<[u8]>::first_chunk).map(|length| i32::from_be_bytes(*length));
            at = at.saturating_add(4);
            match length {
                None => return Ok(Found::Part(at)),
                Some(-1) => self.places.push(None),
                Some(length) => {
                    let length = usize::try_from(length).map_err(|_| broken("invalid field size"))?;
                    let end = at.saturating_add(length);
                    self.places.push(Some(at..end));
                    at = end;
                }
            }
        }
        Ok(if bytes.len() < at { Found::Part(at) } else { Found::Row(at) })
    }
}

fn find_header(bytes: &[u8]) -> Result<Found> {
    let signature = bytes.get(..BINARY_SIGNATURE.len()).unwrap_or(bytes);
    if !BINARY_SIGNATURE.starts_with(signature) {
        return Err(no_signature());
    }
    let after = bytes.get(BINARY_SIGNATURE.len()..HEADER_BYTES).unwrap_or_default();
    let ([flags, more], []) = after.as_chunks::<4>() else { return Ok(Found::Part(HEADER_BYTES)) };
    let flags = u32::from_be_bytes(*flags);
    if flags & WITH_OIDS != 0 {
        return Err(Error::unsupported("invalid COPY file header (WITH OIDS)"));
    }
    if flags & CRITICAL_FLAGS != 0 {
        return Err(Error::unsupported("unrecognized critical flags in COPY file header"));
    }
    let length = HEADER_BYTES.saturating_add(u32::from_be_bytes(*more) as usize);
    Ok(if bytes.len() < length { Found::Part(length) } else { Found::Header(length) })
}

fn no_signature() -> Error {
    broken("COPY file signature not recognized")
        .with_hint("the statement says binary: send rows in binary, or say FORMAT csv or text")
}

fn broken(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidText, message)
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;

    use super::*;

    fn copy(body: &[&[u8]]) -> Vec<u8> {
        [BINARY_SIGNATURE, &[0; 8], &body.concat()].concat()
    }

    type Values = Vec<Option<Vec<u8>>>;

    /// The rows of two values in data that arrives in pieces of `size` bytes.
    fn rows(data: &[u8], size: usize) -> Result<Vec<Values>> {
        let mut rows = Rows::new(2);
        let (mut input, mut fields) = (Input::default(), Fields::default());
        let mut found = Vec::new();
        let mut pieces = data.chunks(size);
        loop {
            while rows.next(&mut input, &mut fields)? {
                found.push(fields.values().map(|value| value.map(<[u8]>::to_vec)).collect());
            }
            match pieces.next() {
                Some(piece) => input.push(BytesMut::from(piece)),
                None if input.is_ended => return Ok(found),
                None => input.is_ended = true,
            }
        }
    }

    #[test]
    fn rows_are_read_wherever_messages_end() {
        // What PostgreSQL 15 sends for: copy (values (1, 'ab'), (2, null)) to stdout (format binary).
        let data = copy(&[
            b"\0\x02\0\0\0\x04\0\0\0\x01\0\0\0\x02ab",
            b"\0\x02\0\0\0\x04\0\0\0\x02\xff\xff\xff\xff",
            b"\xff\xff",
        ]);
        let one = vec![Some(vec![0, 0, 0, 1]), Some(b"ab".to_vec())];
        let two = vec![Some(vec![0, 0, 0, 2]), None];
        for size in 1..=data.len() {
            assert_eq!(rows(&data, size).unwrap(), [one.clone(), two.clone()], "{size}");
        }
        assert_eq!(rows(&data[..data.len() - 2], 7).unwrap(), [one, two]);
        assert_eq!(rows(&copy(&[b"\xff\xff"]), 100).unwrap(), Vec::<Values>::new());
    }

    #[test]
    fn what_a_newer_version_adds_to_the_header_is_passed_over() {
        let data = [BINARY_SIGNATURE, &[0, 0, 0, 1, 0, 0, 0, 3], b"new", b"\xff\xff"].concat();
        assert_eq!(rows(&data, 4).unwrap(), Vec::<Values>::new());
    }

    #[test]
    fn data_that_is_not_rows_is_refused() {
        let message = |data: &[u8]| rows(data, 5).unwrap_err().message().to_owned();
        assert_eq!(message(b"1,ab\n"), "COPY file signature not recognized");
        assert_eq!(message(b""), "COPY file signature not recognized");
        assert_eq!(message(&copy(&[])[..15]), "COPY file signature not recognized");
        assert_eq!(message(&copy(&[b"\0\x03"])), "row field count is 3, expected 2");
        assert_eq!(message(&copy(&[b"\0\x02\xff\xff\xff\xfe"])), "invalid field size");
        assert_eq!(message(&copy(&[b"\0\x02\0\0\0\x04\0"])), "unexpected EOF in COPY data");
        assert_eq!(message(&copy(&[b"\xff\xff\0"])), "received copy data after EOF marker");
        assert_eq!(message(&copy(&[b"\0\x02\x7f\xff\xff\xff"])), "a row has more than 67108864 bytes");
        let oids = [BINARY_SIGNATURE, &[0, 1, 0, 0, 0, 0, 0, 0]].concat();
        assert_eq!(message(&oids), "invalid COPY file header (WITH OIDS)");
    }
}
