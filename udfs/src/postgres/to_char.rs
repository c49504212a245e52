//! `to_char(value, pattern)`: dates, times, intervals and numbers as text.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{ScalarUDF, Volatility};

use super::argument::Type;
use super::call::Call;
use super::function::{Function, Gives};
use super::pattern::datetime::{self, Part};
use super::pattern::digits;
use super::pattern::number::{self, Picture};
use super::pattern::write::{Shown, write};
use super::zone::is_infinite;
use crate::value_error::ValueError;

pub(super) fn function() -> Arc<ScalarUDF> {
    let text = Gives::One(|| DataType::Utf8);
    Function::new(
        "to_char",
        "to_char(value, pattern)",
        "Returns a date, time, interval or number as text, by a pattern of PostgreSQL: `YYYY-MM-DD HH24:MI`, `FM9,990.00`. \
         Instants are shown in the session's time zone. **Nulls** NULL gives NULL, and so do infinite times and, with \
         a time, an empty pattern. **Errors** marks of a number's pattern that contradict each other. \
         **Source** PostgreSQL 16, section 9.8.",
    )
    .takes(&[Type::Timestamp, Type::Text], text, local)
    .takes(&[Type::Timestamptz, Type::Text], text, instant)
    .takes(&[Type::Interval, Type::Text], text, interval)
    .takes(&[Type::Int8, Type::Text], text, decimal)
    .takes(&[Type::Numeric, Type::Text], text, decimal)
    .takes(&[Type::Float8, Type::Text], text, double)
    .takes(&[Type::Float4, Type::Text], text, double)
    .volatility(Volatility::Stable)
    .build()
}

fn local(call: &Call) -> Result<ArrayRef> {
    each(call, |row| call.timestamp(0, row).filter(|at| !is_infinite(*at)).map(Shown::local))
}

fn instant(call: &Call) -> Result<ArrayRef> {
    let zone = call.zone();
    each(call, |row| call.instant(0, row).filter(|at| !is_infinite(*at)).map(|at| Shown::instant(at, zone)))
}

fn interval(call: &Call) -> Result<ArrayRef> {
    each(call, |row| call.interval(0, row).map(Shown::interval))
}

fn each(call: &Call, shown: impl Fn(usize) -> Option<Shown>) -> Result<ArrayRef> {
    let mut patterns = call.compiled::<Vec<Part>>(1, |pattern| Ok(datetime::parse(pattern)));
    call.each_text(|row| {
        let (Some(shown), Some(parts)) = (shown(row), patterns.at(row)?) else { return Ok(None) };
        if parts.is_empty() {
            return Ok(None);
        }
        let mut out = String::new();
        write(parts, &shown, &mut out)?;
        Ok(Some(out))
    })
}

fn decimal(call: &Call) -> Result<ArrayRef> {
    let is_whole = call.data_type(0).is_integer();
    let mut patterns = call.compiled::<Picture>(1, |pattern| Ok(number::parse(pattern)?));
    call.each_text(|row| {
        let Some(picture) = patterns.at(row)? else { return Ok(None) };
        let Some(value) = call.decimal(0, row) else {
            return Err(ValueError::numeric_overflow().into());
        };
        Ok(Some(digits::decimal(picture, value, is_whole)?))
    })
}

fn double(call: &Call) -> Result<ArrayRef> {
    let is_float = *call.data_type(0) == DataType::Float32;
    let mut patterns = call.compiled::<Picture>(1, |pattern| Ok(number::parse(pattern)?));
    call.each_text(|row| {
        let (Some(picture), Some(value)) = (patterns.at(row)?, call.double(0, row)) else { return Ok(None) };
        Ok(Some(digits::double(picture, value, is_float)?))
    })
}
