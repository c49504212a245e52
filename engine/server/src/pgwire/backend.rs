//! What the server says, written straight into the output buffer.
//!
//! The messages: <https://www.postgresql.org/docs/16/protocol-message-formats.html>.

use arrow::datatypes::Schema;
use bellwether::{Error, ErrorKind, Result, TransactionStatus};

use super::frontend::Format;
use super::types::Type;
use crate::sqlstate::sqlstate;

/// How bad an error is for the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Severity {
    /// The connection goes on.
    Error,
    /// The connection ends.
    Fatal,
}

/// Writes a message with its length, which is known afterwards.
pub(super) fn message(out: &mut Vec<u8>, tag: u8, body: impl FnOnce(&mut Vec<u8>)) {
    out.push(tag);
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    body(out);
    let length = (out.len() - start) as u32;
    if let Some(place) = out.get_mut(start..start + 4) {
        place.copy_from_slice(&length.to_be_bytes());
    }
}

/// A text with the zero byte that ends it; a zero inside would end it early, so it ends there.
fn text(out: &mut Vec<u8>, text: &str) {
    out.extend(text.bytes().take_while(|&byte| byte != 0));
    out.push(0);
}

pub(super) fn authentication_ok(out: &mut Vec<u8>) {
    message(out, b'R', |out| out.extend_from_slice(&0_u32.to_be_bytes()));
}

/// Offers a SASL mechanism.
pub(super) fn authentication_sasl(out: &mut Vec<u8>, mechanism: &str) {
    message(out, b'R', |out| {
        out.extend_from_slice(&10_u32.to_be_bytes());
        text(out, mechanism);
        out.push(0);
    });
}

pub(super) fn authentication_sasl_continue(out: &mut Vec<u8>, data: &str) {
    message(out, b'R', |out| {
        out.extend_from_slice(&11_u32.to_be_bytes());
        out.extend_from_slice(data.as_bytes());
    });
}

pub(super) fn authentication_sasl_final(out: &mut Vec<u8>, data: &str) {
    message(out, b'R', |out| {
        out.extend_from_slice(&12_u32.to_be_bytes());
        out.extend_from_slice(data.as_bytes());
    });
}

/// Protocol 3.0 is spoken, and these options of the client are not known.
pub(super) fn negotiate_protocol_version(out: &mut Vec<u8>, unknown_options: &[&str]) {
    message(out, b'v', |out| {
        out.extend_from_slice(&0x0003_0000_u32.to_be_bytes());
        out.extend_from_slice(&(unknown_options.len() as u32).to_be_bytes());
        for option in unknown_options {
            text(out, option);
        }
    });
}

pub(super) fn parameter_status(out: &mut Vec<u8>, name: &str, value: &str) {
    message(out, b'S', |out| {
        text(out, name);
        text(out, value);
    });
}

/// What a client needs to cancel this session's statements.
pub(super) fn backend_key_data(out: &mut Vec<u8>, id: i32, secret: i32) {
    message(out, b'K', |out| {
        out.extend_from_slice(&id.to_be_bytes());
        out.extend_from_slice(&secret.to_be_bytes());
    });
}

pub(super) fn ready_for_query(out: &mut Vec<u8>, status: TransactionStatus) {
    let status = match status {
        TransactionStatus::Idle => b'I',
        TransactionStatus::Active => b'T',
        TransactionStatus::Failed => b'E',
    };
    message(out, b'Z', |out| out.push(status));
}

/// The number of columns as rows carry it.
pub(super) fn column_count(columns: usize) -> Result<i16> {
    i16::try_from(columns).map_err(|_| {
        Error::new(ErrorKind::LimitExceeded, format!("a result has {columns} columns"))
            .with_hint("the Postgres protocol carries at most 32767 columns")
    })
}

/// The columns of the rows that follow.
pub(super) fn row_description(out: &mut Vec<u8>, schema: &Schema, formats: &[Format]) -> Result<()> {
    let columns = column_count(schema.fields().len())?;
    message(out, b'T', |out| {
        out.extend_from_slice(&columns.to_be_bytes());
        for (field, format) in schema.fields().iter().zip(formats) {
            let Type { oid, size, modifier } = Type::of(field);
            text(out, field.name());
            // No table and no column number: naming them makes clients ask the catalog for more.
            out.extend_from_slice(&[0; 6]);
            out.extend_from_slice(&oid.to_be_bytes());
            out.extend_from_slice(&size.to_be_bytes());
            out.extend_from_slice(&modifier.to_be_bytes());
            out.extend_from_slice(&format.code().to_be_bytes());
        }
    });
    Ok(())
}

pub(super) fn parameter_description(out: &mut Vec<u8>, types: &[u32]) {
    message(out, b't', |out| {
        // A Bind cannot supply more than the count can say, so a larger statement cannot be run.
        out.extend_from_slice(&(types.len().min(usize::from(u16::MAX)) as u16).to_be_bytes());
        for oid in types.iter().take(usize::from(u16::MAX)) {
            out.extend_from_slice(&oid.to_be_bytes());
        }
    });
}

pub(super) fn no_data(out: &mut Vec<u8>) {
    message(out, b'n', |_| {});
}

pub(super) fn parse_complete(out: &mut Vec<u8>) {
    message(out, b'1', |_| {});
}

pub(super) fn bind_complete(out: &mut Vec<u8>) {
    message(out, b'2', |_| {});
}

pub(super) fn close_complete(out: &mut Vec<u8>) {
    message(out, b'3', |_| {});
}

pub(super) fn portal_suspended(out: &mut Vec<u8>) {
    message(out, b's', |_| {});
}

pub(super) fn empty_query(out: &mut Vec<u8>) {
    message(out, b'I', |_| {});
}

pub(super) fn command_complete(out: &mut Vec<u8>, tag: &str) {
    message(out, b'C', |out| text(out, tag));
}

/// The rows of a COPY follow.
pub(super) fn copy_out_response(out: &mut Vec<u8>, format: Format, columns: i16) {
    copy_response(out, b'H', format, columns);
}

/// The client shall send the rows of a COPY.
pub(super) fn copy_in_response(out: &mut Vec<u8>, format: Format, columns: i16) {
    copy_response(out, b'G', format, columns);
}

fn copy_response(out: &mut Vec<u8>, tag: u8, format: Format, columns: i16) {
    message(out, tag, |out| {
        out.push(u8::from(format == Format::Binary));
        out.extend_from_slice(&columns.to_be_bytes());
        for _ in 0..columns {
            out.extend_from_slice(&format.code().to_be_bytes());
        }
    });
}

/// The rows of a COPY are all sent.
pub(super) fn copy_done(out: &mut Vec<u8>) {
    message(out, b'c', |_| {});
}

pub(super) fn notice(out: &mut Vec<u8>, fact: &str) {
    message(out, b'N', |out| {
        for (field, value) in [(b'S', "NOTICE"), (b'V', "NOTICE"), (b'C', "00000"), (b'M', fact)] {
            out.push(field);
            text(out, value);
        }
        out.push(0);
    });
}

pub(super) fn error(out: &mut Vec<u8>, severity: Severity, error: &Error) {
    let severity = match severity {
        Severity::Error => "ERROR",
        Severity::Fatal => "FATAL",
    };
    let position = error.position().map(|position| position.to_string());
    let fields = [
        (b'S', Some(severity)),
        (b'V', Some(severity)),
        (b'C', Some(sqlstate(error.kind()))),
        (b'M', Some(error.message())),
        (b'D', error.detail()),
        (b'H', error.hint()),
        (b'P', position.as_deref()),
    ];
    message(out, b'E', |out| {
        for (field, value) in fields {
            if let Some(value) = value {
                out.push(field);
                text(out, value);
            }
        }
        out.push(0);
    });
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::{DataType, Field};

    use super::*;

    #[test]
    fn an_error_carries_code_detail_hint_and_position() {
        let fact = Error::new(ErrorKind::UndefinedColumn, "column \"x\" does not exist")
            .with_hint("perhaps \"y\"")
            .with_position(8);
        let mut out = Vec::new();
        error(&mut out, Severity::Error, &fact);
        assert_eq!(out[..5], [b'E', 0, 0, 0, out.len() as u8 - 1]);
        assert_eq!(out[5..], b"SERROR\0VERROR\0C42703\0Mcolumn \"x\" does not exist\0Hperhaps \"y\"\0P8\0\0"[..]);
    }

    #[test]
    fn a_zero_byte_inside_a_name_does_not_shift_what_follows() {
        let mut out = Vec::new();
        command_complete(&mut out, "SEL\0ECT");
        assert_eq!(out, b"C\0\0\0\x08SEL\0");
    }

    #[test]
    fn columns_are_described_by_name_type_and_format() {
        let schema = Schema::new(vec![Field::new("n", DataType::Int32, true)]);
        let mut out = Vec::new();
        row_description(&mut out, &schema, &[Format::Binary]).unwrap();
        assert_eq!(
            out,
            [
                &b"T\0\0\0\x1a\0\x01n\0"[..],
                &[0; 6],
                &23_u32.to_be_bytes(),
                &4_i16.to_be_bytes(),
                &(-1_i32).to_be_bytes(),
                &1_i16.to_be_bytes()
            ]
            .concat()
        );
    }
}
