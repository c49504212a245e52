//! `to_timestamp(text, pattern)` and `to_timestamp(seconds)`: an instant from a text or a number.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::TimestampMicrosecondType;
use datafusion::error::Result;
use datafusion::logical_expr::{ScalarUDF, Volatility};

use super::argument::{Type, timestamptz};
use super::calendar::SECOND;
use super::call::Call;
use super::function::{Function, Gives};
use super::pattern::datetime::{self, Part};
use super::pattern::read::read;
use crate::value_error::{ValueError, ValueErrorKind};

pub(super) fn function() -> Arc<ScalarUDF> {
    Function::new(
        "to_timestamp",
        "to_timestamp(text, pattern) or to_timestamp(seconds)",
        "Returns the instant that a text gives by a pattern of PostgreSQL, `YYYY-MM-DD HH24:MI:SS`, in the session's \
         time zone unless the text names one; or the instant so many seconds after 1970 in UTC. **Nulls** NULL gives \
         NULL. **Errors** a text that is not what the pattern says, a time that does not exist. \
         **Source** PostgreSQL 16, section 9.8.",
    )
    .takes(&[Type::Float8], Gives::One(timestamptz), of_seconds)
    .takes(&[Type::Text, Type::Text], Gives::One(timestamptz), of_text)
    .volatility(Volatility::Stable)
    .build()
}

fn of_text(call: &Call) -> Result<ArrayRef> {
    let zone = call.zone();
    let mut patterns = call.compiled::<Vec<Part>>(1, |pattern| Ok(datetime::parse(pattern)));
    call.each::<TimestampMicrosecondType>(|row| {
        let (Some(text), Some(parts)) = (call.text(0, row), patterns.at(row)?) else { return Ok(None) };
        let reading = read(parts, text)?;
        let local = reading.timestamp()?;
        Ok(Some(match reading.offset {
            Some(offset) => local - offset * SECOND,
            None => zone.instant(local),
        }))
    })
}

fn of_seconds(call: &Call) -> Result<ArrayRef> {
    call.each::<TimestampMicrosecondType>(|row| call.double(0, row).map(instant).transpose())
}

fn instant(seconds: f64) -> Result<i64> {
    if seconds.is_infinite() {
        return Ok(if seconds > 0.0 { i64::MAX } else { i64::MIN });
    }
    let error = |message: String| ValueError::new(ValueErrorKind::DatetimeOutOfRange, message);
    if seconds.is_nan() {
        return Err(error("timestamp cannot be NaN".to_owned()).into());
    }
    // Half of the range is what every client reads.
    if seconds.abs() > 9.2e12 {
        return Err(error(format!("timestamp out of range: \"{seconds}\"")).into());
    }
    Ok((seconds * 1e6).round_ties_even() as i64)
}
