//! `timezone(zone, time)`: a local timestamp as an instant, and an instant as a local timestamp.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::TimestampMicrosecondType;
use datafusion::error::Result;
use datafusion::logical_expr::{ScalarUDF, Volatility};

use super::argument::{TIMESTAMP, Type, timestamptz};
use super::calendar::SECOND;
use super::call::Call;
use super::function::{Function, Gives};
use super::zone::Zone;
use crate::value_error::ValueError;

pub(super) fn function() -> Arc<ScalarUDF> {
    Function::new(
        "timezone",
        "timezone(zone, time)",
        "Returns the local time of an instant in a zone, or the instant of a local time there; the same as \
         `time AT TIME ZONE zone`. A local time that occurs twice is the later one. **Nulls** NULL gives NULL. \
         **Errors** a zone that there is not. **Source** PostgreSQL 16, section 9.9.4.",
    )
    .takes(&[Type::Text, Type::Timestamptz], Gives::One(|| TIMESTAMP), local)
    .takes(&[Type::Text, Type::Timestamp], Gives::One(timestamptz), instant)
    .takes(&[Type::Interval, Type::Timestamptz], Gives::One(|| TIMESTAMP), local_by_offset)
    .takes(&[Type::Interval, Type::Timestamp], Gives::One(timestamptz), instant_by_offset)
    .volatility(Volatility::Stable)
    .build()
}

fn local(call: &Call) -> Result<ArrayRef> {
    let mut zones = call.compiled::<Zone>(0, |name| Ok(Zone::of_argument(name)?));
    call.each::<TimestampMicrosecondType>(|row| {
        let (Some(zone), Some(instant)) = (zones.at(row)?, call.instant(1, row)) else { return Ok(None) };
        Ok(Some(zone.local(instant)))
    })
}

fn instant(call: &Call) -> Result<ArrayRef> {
    let mut zones = call.compiled::<Zone>(0, |name| Ok(Zone::of_argument(name)?));
    call.each::<TimestampMicrosecondType>(|row| {
        let (Some(zone), Some(local)) = (zones.at(row)?, call.timestamp(1, row)) else { return Ok(None) };
        Ok(Some(zone.instant(local)))
    })
}

fn local_by_offset(call: &Call) -> Result<ArrayRef> {
    call.each::<TimestampMicrosecondType>(|row| {
        let (Some(zone), Some(instant)) = (offset(call, row)?, call.instant(1, row)) else { return Ok(None) };
        Ok(Some(zone.local(instant)))
    })
}

fn instant_by_offset(call: &Call) -> Result<ArrayRef> {
    call.each::<TimestampMicrosecondType>(|row| {
        let (Some(zone), Some(local)) = (offset(call, row)?, call.timestamp(1, row)) else { return Ok(None) };
        Ok(Some(zone.instant(local)))
    })
}

fn offset(call: &Call, row: usize) -> Result<Option<Zone>, ValueError> {
    let Some(interval) = call.interval(0, row) else { return Ok(None) };
    if interval.months != 0 || interval.days != 0 {
        return Err(ValueError::invalid_parameter("interval time zone must not include months or days"));
    }
    Ok(Some(Zone::Fixed(interval.time / SECOND)))
}
