//! States as bytes: written by one thread, read by another, or kept in a column of a table.
//!
//! The first byte of a saved state is its [`VERSION`]; what is read is checked, because a table can hold
//! anything. Numbers are little-endian, lengths are variable-length integers.

use datafusion::error::Result;

use crate::error::CallError;

/// The version of all states' encodings.
const VERSION: u8 = 1;

/// Writes a state.
#[derive(Debug)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    /// A writer that reuses `bytes`.
    pub(crate) fn new(mut bytes: Vec<u8>) -> Self {
        bytes.clear();
        bytes.push(VERSION);
        Self { bytes }
    }

    /// What was written.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    pub(crate) fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    /// A number that is small more often than not: one byte below 128.
    pub(crate) fn count(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value.to_le_bytes()[0] | 0x80);
            value >>= 7;
        }
        self.bytes.push(value.to_le_bytes()[0]);
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn i64(&mut self, value: i64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn f64(&mut self, value: f64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
    }
}

/// Reads a state.
#[derive(Debug)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Begins to read what a [`Writer`] wrote.
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self> {
        match bytes.split_first() {
            Some((&VERSION, rest)) => Ok(Self { rest }),
            Some((version, _)) => {
                Err(CallError::invalid(format!("a stored state has version {version}, this is version {VERSION}"))
                    .with_hint("compute it anew from the rows it was made of")
                    .into())
            }
            None => Err(damaged()),
        }
    }

    /// Whether all of it was read.
    pub(crate) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or_else(damaged)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or_else(damaged)?;
        self.rest = rest;
        Ok(*taken)
    }

    pub(crate) fn u8(&mut self) -> Result<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn count(&mut self) -> Result<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(damaged())
    }

    /// A number of items that follow, each at least `item_bytes` long: a damaged state must not make us reserve memory.
    pub(crate) fn length(&mut self, item_bytes: usize) -> Result<usize> {
        let length = usize::try_from(self.count()?).map_err(|_| damaged())?;
        if length.saturating_mul(item_bytes) > self.rest.len() {
            return Err(damaged());
        }
        Ok(length)
    }

    pub(crate) fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn i64(&mut self) -> Result<i64> {
        self.array().map(i64::from_le_bytes)
    }

    pub(crate) fn f64(&mut self) -> Result<f64> {
        self.array().map(f64::from_le_bytes)
    }

    pub(crate) fn text(&mut self) -> Result<&'a str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| damaged())
    }

    pub(crate) fn bytes(&mut self) -> Result<&'a [u8]> {
        let length = self.length(1)?;
        self.take(length)
    }
}

/// The error for bytes that no state is written as.
pub(crate) fn damaged() -> datafusion::error::DataFusionError {
    CallError::invalid("the bytes are not a state of this function")
        .with_hint("states come from the function that makes them, as they are")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut writer = Writer::new(Vec::new());
        writer.count(127);
        writer.count(u64::MAX);
        writer.text("é");
        writer.f64(-0.5);
        writer.i64(i64::MIN);
        let bytes = writer.finish();
        let mut reader = Reader::new(&bytes).unwrap();
        assert_eq!((reader.count().unwrap(), reader.count().unwrap()), (127, u64::MAX));
        assert_eq!(reader.text().unwrap(), "é");
        assert_eq!((reader.f64().unwrap(), reader.i64().unwrap()), (-0.5, i64::MIN));
        assert!(reader.is_done());
    }

    #[test]
    fn damaged_bytes_are_refused_and_reserve_nothing() {
        assert!(Reader::new(&[]).is_err());
        assert!(Reader::new(&[9]).is_err());
        let mut reader = Reader::new(&[VERSION, 0xff, 0xff, 0xff, 0xff, 0x0f]).unwrap();
        assert!(reader.length(8).is_err());
        assert!(Reader::new(&[VERSION, 0x80]).unwrap().count().is_err());
    }
}
