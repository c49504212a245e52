//! Texts that are declared as `uuid` or `jsonb`, in the binary formats of these types: sixteen bytes for the one, and
//! for the other the text behind the number of its version.

use bellwether::{Error, ErrorKind, Result};
use uuid::Uuid;

use crate::pgwire::types::oid;

/// The only version of jsonb's binary format.
const JSONB_VERSION: u8 = 1;

/// Whether values of a type have bytes of their own in binary, though they are text to the engine.
pub(super) fn has_bytes(announced: u32) -> bool {
    matches!(announced, oid::UUID | oid::JSONB)
}

/// Appends the bytes of a value.
pub(super) fn binary(announced: u32, text: &[u8], out: &mut Vec<u8>) -> Result<()> {
    if announced == oid::JSONB {
        out.push(JSONB_VERSION);
        out.extend_from_slice(text);
        return Ok(());
    }
    let uuid = Uuid::try_parse_ascii(text).map_err(|_| {
        let text = String::from_utf8_lossy(text);
        Error::new(ErrorKind::InvalidText, format!("invalid input syntax for type uuid: \"{text}\""))
    })?;
    out.extend_from_slice(uuid.as_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_sixteen_bytes_and_nothing_else_is_one() {
        let mut out = Vec::new();
        binary(oid::UUID, b"550e8400-e29b-41d4-a716-446655440000", &mut out).unwrap();
        assert_eq!((out.len(), &out[..4]), (16, &[0x55, 0x0e, 0x84, 0][..]));
        assert!(binary(oid::UUID, b"no uuid", &mut out).is_err());
    }

    #[test]
    fn a_document_stands_behind_the_version_of_its_format() {
        let mut out = Vec::new();
        binary(oid::JSONB, b"{}", &mut out).unwrap();
        assert_eq!(out, b"\x01{}");
    }
}
