//! `to_number(text, pattern)`: a number from a text.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{ReturnFieldArgs, ScalarUDF};

use super::argument::Type;
use super::call::Call;
use super::decimal::PRECISION_MAX;
use super::function::{Function, Gives};
use super::pattern::amount;
use super::pattern::number::{self, Picture};

/// Digits after the point where the pattern is not known beforehand.
const UNKNOWN_SCALE: i8 = 9;

pub(super) fn function() -> Arc<ScalarUDF> {
    Function::new(
        "to_number",
        "to_number(text, pattern)",
        "Returns the number that a text gives by a pattern of PostgreSQL: `9,999.99`, `L999D99S`. It has as many \
         digits after the point as the pattern has places there. **Nulls** NULL gives NULL, an empty pattern too. \
         **Errors** a text without digits, marks of the pattern that contradict each other. \
         **Source** PostgreSQL 16, section 9.8.",
    )
    .takes(&[Type::Text, Type::Text], Gives::From(decimal), of_text)
    .build()
}

/// A decimal with the places of a pattern that is the same for all rows, or with the digits of a text that is.
fn decimal(args: &ReturnFieldArgs) -> Result<DataType> {
    let constant = |index: usize| {
        args.scalar_arguments.get(index).and_then(|value| value.and_then(|value| value.try_as_str().flatten()))
    };
    let Some(Ok(picture)) = constant(1).map(number::parse) else {
        return Ok(DataType::Decimal128(PRECISION_MAX as u8, UNKNOWN_SCALE));
    };
    let places = match constant(0).map(|text| amount::read(&picture, text)) {
        // A text that is known, too, says itself how many digits there are.
        Some(Ok(value)) => value.scale as usize,
        _ => picture.after + picture.shift,
    };
    let scale = places.min(PRECISION_MAX as usize / 2) as i8;
    Ok(DataType::Decimal128(PRECISION_MAX as u8, scale))
}

fn of_text(call: &Call) -> Result<ArrayRef> {
    let mut patterns = call.compiled::<Picture>(1, |pattern| Ok(number::parse(pattern)?));
    call.each_decimal(|row| {
        let (Some(text), Some(picture)) = (call.text(0, row), patterns.at(row)?) else { return Ok(None) };
        if picture.parts.is_empty() {
            return Ok(None);
        }
        Ok(Some(amount::read(picture, text)?))
    })
}
