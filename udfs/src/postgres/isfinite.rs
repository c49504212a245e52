//! `isfinite(time)`: whether a date, time or interval is neither `infinity` nor `-infinity`.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::ScalarUDF;

use super::argument::Type;
use super::function::{Function, Gives};
use super::zone::is_infinite;

pub(super) fn function() -> Arc<ScalarUDF> {
    let boolean = Gives::One(|| DataType::Boolean);
    Function::new(
        "isfinite",
        "isfinite(time)",
        "Returns whether a date, time or interval is finite. **Nulls** NULL gives NULL.",
    )
    .takes(&[Type::Date], boolean, |call| {
        call.each_boolean(|row| {
            Ok(call.date(0, row).map(|days| days != i64::from(i32::MAX) && days != i64::from(i32::MIN)))
        })
    })
    .takes(&[Type::Timestamptz], boolean, |call| {
        call.each_boolean(|row| Ok(call.instant(0, row).map(|instant| !is_infinite(instant))))
    })
    .takes(&[Type::Interval], boolean, |call| call.each_boolean(|row| Ok(call.interval(0, row).map(|_| true))))
    .build()
}
