//! Text in other encodings, as UTF-8.
//!
//! UTF-8 passes through as it is and is checked where records are known, so that an error names the
//! line. UTF-16 is recognised by its byte order mark; anything else must be declared. Nothing is
//! ever replaced by U+FFFD.

use std::io::{self, Read};
use std::sync::Arc;

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::input::read_error;
use crate::{Error, Result};

const INPUT_BYTES: usize = 64 << 10;

/// The bytes of `inner` as UTF-8 without a byte order mark.
pub(super) fn utf8(inner: Box<dyn Read + Send>, label: Option<&str>, file: &Arc<str>) -> Result<Box<dyn Read + Send>> {
    let declared = match label {
        Some(label) => Some(Encoding::for_label(label.as_bytes()).ok_or_else(|| not_an_encoding(label))?),
        None => None,
    };
    let mut inner = inner;
    let mut head = Vec::new();
    inner.by_ref().take(3).read_to_end(&mut head).map_err(|error| read_error(file, error))?;
    let (marked, mark_bytes) = match Encoding::for_bom(&head) {
        Some((encoding, mark_bytes)) if declared.is_none_or(|declared| declared == encoding) => {
            (Some(encoding), mark_bytes)
        }
        _ => (None, 0),
    };
    let encoding = marked.or(declared).unwrap_or(UTF_8);
    let rest = io::Cursor::new(head.split_off(mark_bytes)).chain(inner);
    if encoding == UTF_8 {
        return Ok(Box::new(rest));
    }
    Ok(Box::new(Transcoder {
        inner: Box::new(rest),
        encoding,
        decoder: encoding.new_decoder_without_bom_handling(),
        input: Vec::new(),
        output: String::with_capacity(INPUT_BYTES * 3),
        given: 0,
        position: mark_bytes as u64,
        ended: false,
        file: Arc::clone(file),
    }))
}

fn not_an_encoding(label: &str) -> Error {
    Error::invalid_parameter(format!("{label} is not an encoding")).with_hint(format!(
        "use utf-8, {}, {} or windows-1252",
        UTF_16LE.name().to_lowercase(),
        UTF_16BE.name().to_lowercase()
    ))
}

/// Decodes as it is read.
struct Transcoder {
    inner: Box<dyn Read + Send>,
    encoding: &'static Encoding,
    decoder: Decoder,
    /// Bytes read and not yet decoded.
    input: Vec<u8>,
    /// Text decoded; the first `given` bytes have been handed on.
    output: String,
    given: usize,
    /// Bytes of the file decoded so far.
    position: u64,
    ended: bool,
    file: Arc<str>,
}

impl Transcoder {
    /// Decodes the next piece of the file; at its end `output` stays empty.
    fn decode(&mut self) -> io::Result<()> {
        self.output.clear();
        self.given = 0;
        while self.output.is_empty() && !self.ended {
            if self.input.is_empty() {
                self.inner.by_ref().take(INPUT_BYTES as u64).read_to_end(&mut self.input)?;
            }
            let last = self.input.is_empty();
            let (result, read) = self.decoder.decode_to_string_without_replacement(&self.input, &mut self.output, last);
            self.input.drain(..read);
            self.position += read as u64;
            match result {
                DecoderResult::InputEmpty => self.ended = last,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(length, after) => {
                    let at = self.position.saturating_sub(u64::from(length) + u64::from(after));
                    let fact =
                        format!("{} is not valid {}: see the bytes from {}", self.file, self.encoding.name(), at + 1);
                    return Err(io::Error::other(
                        Error::corrupt(fact).with_hint("pass the file's encoding with --encoding"),
                    ));
                }
            }
        }
        Ok(())
    }
}

impl Read for Transcoder {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.output.len() {
            self.decode()?;
        }
        let rest = &self.output.as_bytes()[self.given..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], label: Option<&str>) -> Result<String> {
        let file: Arc<str> = "a.csv".into();
        let mut text = Vec::new();
        utf8(Box::new(io::Cursor::new(bytes.to_vec())), label, &file)?
            .read_to_end(&mut text)
            .map_err(|error| read_error(&file, error))?;
        Ok(String::from_utf8(text).unwrap())
    }

    #[test]
    fn a_byte_order_mark_is_no_data() {
        assert_eq!(read(b"\xef\xbb\xbfa,b\n", None).unwrap(), "a,b\n");
        assert_eq!(read(b"\xef\xbb\xbfa,b\n", Some("utf-8")).unwrap(), "a,b\n");
    }

    #[test]
    fn utf_16_is_recognised_by_its_mark() {
        let little: Vec<u8> = "\u{feff}é,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "\u{feff}é,1\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(read(&little, None).unwrap(), "é,1\n");
        assert_eq!(read(&big, None).unwrap(), "é,1\n");
    }

    #[test]
    fn a_declared_encoding_is_decoded() {
        assert_eq!(read(b"caf\xe9;10\x80\n", Some("windows-1252")).unwrap(), "café;10€\n");
        assert_eq!(read(b"caf\xe9\n", Some("latin1")).unwrap(), "café\n");
        let long = vec![0xe9; 300_000];
        assert_eq!(read(&long, Some("latin1")).unwrap().chars().count(), 300_000);
    }

    #[test]
    fn half_a_surrogate_pair_is_an_error() {
        let error = read(&[0xff, 0xfe, b'a', 0, 0x00, 0xd8, b'b', 0], None).unwrap_err();
        assert!(error.message().starts_with("a.csv is not valid UTF-16LE: see the bytes from "), "{error}");
    }

    #[test]
    fn an_encoding_nobody_knows_is_refused() {
        let error = read(b"a", Some("ebcdic")).unwrap_err();
        assert_eq!(error.message(), "ebcdic is not an encoding");
        assert_eq!(error.hint(), Some("use utf-8, utf-16le, utf-16be or windows-1252"));
    }
}
