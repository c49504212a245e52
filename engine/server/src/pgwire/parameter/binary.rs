//! Parameters in binary format: what each type's `…_recv` accepts.

use arrow::datatypes::{DataType, IntervalMonthDayNano};
use bellwether::{Error, ErrorKind, Result};
use datafusion::scalar::ScalarValue;

use super::decimal;
use crate::pgwire::body::{Body, utf8};
use crate::pgwire::calendar::{POSTGRES_EPOCH_DAYS, POSTGRES_EPOCH_MICROS};
use crate::pgwire::types::{name, oid};

/// Reads bytes as the type announced, which decides all but a numeric's scale.
pub(super) fn scalar(oid: u32, bytes: &[u8], target: &DataType) -> Result<ScalarValue> {
    let mut body = Body::new(bytes);
    let value = match oid {
        oid::BOOL => ScalarValue::Boolean(Some(body.u8()? != 0)),
        oid::INT2 => ScalarValue::Int16(Some(body.i16()?)),
        oid::INT4 => ScalarValue::Int32(Some(body.i32()?)),
        oid::INT8 => ScalarValue::Int64(Some(body.i64()?)),
        oid::OID => ScalarValue::Int64(Some(i64::from(body.u32()?))),
        oid::FLOAT4 => ScalarValue::Float32(Some(f32::from_be_bytes(body.array()?))),
        oid::FLOAT8 => ScalarValue::Float64(Some(f64::from_be_bytes(body.array()?))),
        oid::NUMERIC => decimal::binary(&mut body, target)?,
        oid::BYTEA => ScalarValue::Binary(Some(body.remaining().to_vec())),
        oid::UUID => ScalarValue::Utf8(Some(uuid::Uuid::from_bytes(body.array()?).to_string())),
        oid::DATE => {
            let days = i64::from(body.i32()?) + POSTGRES_EPOCH_DAYS;
            ScalarValue::Date32(Some(i32::try_from(days).map_err(|_| too_far(oid))?))
        }
        oid::TIME => ScalarValue::Time64Microsecond(Some(body.i64()?)),
        oid::TIMESTAMP => ScalarValue::TimestampMicrosecond(Some(instant(oid, body.i64()?)?), None),
        oid::TIMESTAMPTZ => ScalarValue::TimestampMicrosecond(Some(instant(oid, body.i64()?)?), Some("UTC".into())),
        oid::INTERVAL => {
            let (micros, days, months) = (body.i64()?, body.i32()?, body.i32()?);
            let nanos = micros.checked_mul(1000).ok_or_else(|| too_far(oid))?;
            ScalarValue::IntervalMonthDayNano(Some(IntervalMonthDayNano::new(months, days, nanos)))
        }
        oid::JSONB => match body.u8()? {
            1 => text(&mut body)?,
            version => {
                return Err(Error::new(ErrorKind::Protocol, format!("unsupported jsonb version number {version}")));
            }
        },
        oid::TEXT | oid::VARCHAR | oid::BPCHAR | oid::NAME | oid::CHAR | oid::JSON => text(&mut body)?,
        _ => {
            return Err(Error::unsupported(format!("parameters of type {oid} cannot be read in binary format"))
                .with_hint("send the parameter as text"));
        }
    };
    body.end()?;
    Ok(value)
}

fn text(body: &mut Body<'_>) -> Result<ScalarValue> {
    Ok(ScalarValue::Utf8(Some(utf8(body.remaining())?.to_owned())))
}

/// Microseconds since 1970; PostgreSQL's infinities stay the largest and smallest counts.
fn instant(oid: u32, micros: i64) -> Result<i64> {
    match micros {
        i64::MIN | i64::MAX => Ok(micros),
        _ => micros.checked_add(POSTGRES_EPOCH_MICROS).ok_or_else(|| too_far(oid)),
    }
}

fn too_far(oid: u32) -> Error {
    Error::new(ErrorKind::NumericOutOfRange, format!("{} out of range", name(oid)))
}
