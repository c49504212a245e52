//! Reading the body of a message: every step is checked against its end.

use bellwether::{Error, ErrorKind, Result};

/// What is left of a message's body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Body<'a> {
    rest: &'a [u8],
}

impl<'a> Body<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next `length` bytes.
    pub(super) fn bytes(&mut self, length: usize) -> Result<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or_else(too_short)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// Everything that is left.
    pub(super) fn remaining(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or_else(too_short)?;
        self.rest = rest;
        Ok(*bytes)
    }

    pub(super) fn u8(&mut self) -> Result<u8> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub(super) fn i16(&mut self) -> Result<i16> {
        self.array().map(i16::from_be_bytes)
    }

    pub(super) fn i32(&mut self) -> Result<i32> {
        self.array().map(i32::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub(super) fn i64(&mut self) -> Result<i64> {
        self.array().map(i64::from_be_bytes)
    }

    /// A value with its length before it; −1 is NULL.
    pub(super) fn value(&mut self) -> Result<Option<&'a [u8]>> {
        match self.i32()? {
            -1 => Ok(None),
            length => match usize::try_from(length) {
                Ok(length) => self.bytes(length).map(Some),
                Err(_) => Err(Error::new(ErrorKind::Protocol, format!("a value has the length {length}"))),
            },
        }
    }

    /// A text that ends with a zero byte.
    pub(super) fn text(&mut self) -> Result<&'a str> {
        let end = self
            .rest
            .iter()
            .position(|&byte| byte == 0)
            .ok_or_else(|| Error::new(ErrorKind::Protocol, "a text in the message has no end"))?;
        let bytes = self.bytes(end)?;
        self.rest = self.rest.get(1..).unwrap_or_default();
        utf8(bytes)
    }

    /// The message must end here.
    pub(super) fn end(self) -> Result<()> {
        match self.rest.len() {
            0 => Ok(()),
            more => Err(Error::new(ErrorKind::Protocol, format!("the message has {more} bytes too many"))),
        }
    }
}

/// Bytes of a client as text; we speak UTF-8 alone.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str> {
    std::str::from_utf8(bytes).map_err(|error| {
        Error::new(ErrorKind::InvalidText, "invalid byte sequence for encoding \"UTF8\"")
            .with_detail(format!("the byte at position {} does not continue the text", error.valid_up_to() + 1))
            .with_hint("set the client's encoding to UTF8")
    })
}

fn too_short() -> Error {
    Error::new(ErrorKind::Protocol, "the message ends before its contents do")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_past_the_end_is_an_error() {
        let mut body = Body::new(&[0, 1]);
        assert!(body.u32().is_err());
        assert_eq!(body.u16().unwrap(), 1);
        assert!(body.u8().is_err());
        assert!(body.end().is_ok());
    }

    #[test]
    fn values_have_a_length_or_are_null() {
        assert_eq!(Body::new(&[0xff, 0xff, 0xff, 0xff]).value().unwrap(), None);
        assert_eq!(Body::new(&[0, 0, 0, 1, b'x']).value().unwrap(), Some(&b"x"[..]));
        assert!(Body::new(&[0xff, 0xff, 0xff, 0xfe]).value().is_err());
        assert!(Body::new(&[0x7f, 0xff, 0xff, 0xff, 0]).value().is_err());
    }

    #[test]
    fn texts_end_with_a_zero_and_are_utf8() {
        let mut body = Body::new(b"ab\0c");
        assert_eq!(body.text().unwrap(), "ab");
        assert!(body.text().is_err());
        assert!(Body::new(b"\xff\0").text().is_err());
    }
}
