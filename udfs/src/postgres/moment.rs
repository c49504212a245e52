//! What time it is: when the statement started, and now.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::array::{StringArray, TimestampMicrosecondArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{Expr, ScalarUDF, Volatility};
use datafusion::scalar::ScalarValue;

use super::argument::timestamptz;
use super::call::Call;
use super::function::{Function, Gives};
use super::pattern::datetime;
use super::pattern::write::{Shown, write};

pub(super) fn functions() -> [Arc<ScalarUDF>; 4] {
    let start = |name, syntax| {
        Function::new(name, syntax, "Returns the instant at which the statement started.")
            .takes(&[], Gives::One(timestamptz), while_planned)
            .simplifies(start_of_statement)
            .volatility(Volatility::Stable)
            .build()
    };
    [
        start("statement_timestamp", "statement_timestamp()"),
        start("transaction_timestamp", "transaction_timestamp()"),
        Function::new("clock_timestamp", "clock_timestamp()", "Returns the current instant, which moves on meanwhile.")
            .takes(&[], Gives::One(timestamptz), clock_timestamp)
            .volatility(Volatility::Volatile)
            .build(),
        Function::new("timeofday", "timeofday()", "Returns the current time as a text, as `clock_timestamp()` is one.")
            .takes(&[], Gives::One(|| DataType::Utf8), time_of_day)
            .volatility(Volatility::Volatile)
            .build(),
    ]
}

fn start_of_statement(args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
    Ok(match info.query_execution_start_time() {
        Some(start) => {
            let value = ScalarValue::TimestampMicrosecond(Some(start.timestamp_micros()), Some("UTC".into()));
            ExprSimplifyResult::Simplified(Expr::Literal(value, None))
        }
        None => ExprSimplifyResult::Original(args),
    })
}

fn while_planned(_call: &Call) -> Result<ArrayRef> {
    exec_err!("the start of a statement is only known while it is planned")
}

fn clock_timestamp(call: &Call) -> Result<ArrayRef> {
    Ok(Arc::new(TimestampMicrosecondArray::from(vec![clock(); call.rows()]).with_data_type(call.result().clone())))
}

fn time_of_day(call: &Call) -> Result<ArrayRef> {
    let mut text = String::new();
    write(&datetime::parse("Dy Mon DD HH24:MI:SS.US YYYY TZ"), &Shown::instant(clock(), call.zone()), &mut text)?;
    Ok(Arc::new(StringArray::from(vec![text; call.rows()])))
}

/// Microseconds since 1970, now.
#[expect(
    clippy::disallowed_methods,
    reason = "that the clock moves on within a statement is what the functions that ask are for"
)]
pub(super) fn clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}
