//! `to_date(text, pattern)`: a date from a text.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Date32Type};
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;

use super::argument::Type;
use super::call::Call;
use super::function::{Function, Gives};
use super::pattern::datetime::{self, Part};
use super::pattern::read::read;
use crate::value_error::{ValueError, ValueErrorKind};

pub(super) fn function() -> Arc<ScalarUDF> {
    Function::new(
        "to_date",
        "to_date(text, pattern)",
        "Returns the date that a text gives by a pattern of PostgreSQL: `YYYY-MM-DD`, `DD Mon YYYY`. **Nulls** NULL \
         gives NULL. **Errors** a text that is not what the pattern says, a date that does not exist. \
         **Source** PostgreSQL 16, section 9.8.",
    )
    .takes(&[Type::Text, Type::Text], Gives::One(|| DataType::Date32), of_text)
    .build()
}

fn of_text(call: &Call) -> Result<ArrayRef> {
    let mut patterns = call.compiled::<Vec<Part>>(1, |pattern| Ok(datetime::parse(pattern)));
    call.each::<Date32Type>(|row| {
        let (Some(text), Some(parts)) = (call.text(0, row), patterns.at(row)?) else { return Ok(None) };
        let days = read(parts, text)?.date.days();
        let date = i32::try_from(days)
            .map_err(|_| ValueError::new(ValueErrorKind::DatetimeOutOfRange, "date out of range"))?;
        Ok(Some(date))
    })
}
