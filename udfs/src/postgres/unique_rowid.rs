//! `unique_rowid`: numbers for rows that need one, what `BIGSERIAL` columns take by default.
//!
//! A number is made of the time, in steps of ten microseconds since 2020, and of fifteen bits that the process drew
//! when it started. Numbers of one process rise and never repeat, without anybody being asked; two processes would
//! have to draw the same bits and make a number in the same step.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{ArrayRef, Int64Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{ScalarUDF, Volatility};

use super::call::Call;
use super::function::{Function, Gives};
use super::moment::clock;

/// Midnight of 2020-01-01, in microseconds since 1970.
const EPOCH_US: i64 = 1_577_836_800_000_000;
const STEP_US: i64 = 10;
const PROCESS_BITS: u32 = 15;

/// The last step of which a number was given away.
static LAST: AtomicI64 = AtomicI64::new(0);

static PROCESS: LazyLock<i64> = LazyLock::new(|| {
    let drawn = RandomState::new().build_hasher().finish();
    (drawn >> (u64::BITS - PROCESS_BITS)) as i64
});

pub(super) fn function() -> Arc<ScalarUDF> {
    let about = "Returns a number that no other call returns: larger than those before, but not the next one.";
    Function::new("unique_rowid", "unique_rowid()", about)
        .takes(&[], Gives::One(|| DataType::Int64), numbers)
        .volatility(Volatility::Volatile)
        .build()
}

fn numbers(call: &Call) -> Result<ArrayRef> {
    let count = i64::try_from(call.rows()).unwrap_or(i64::MAX);
    let first = claim(count, (clock() - EPOCH_US) / STEP_US);
    let numbers = (first..first.saturating_add(count)).map(|step| (step << PROCESS_BITS) | *PROCESS);
    Ok(Arc::new(Int64Array::from_iter_values(numbers)))
}

/// The first of so many steps that are nobody else's, at `now` or after it.
fn claim(count: i64, now: i64) -> i64 {
    let mut last = LAST.load(Ordering::Relaxed);
    loop {
        let first = now.max(last + 1);
        match LAST.compare_exchange_weak(last, first + count - 1, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => return first,
            Err(other) => last = other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_given_away_once_also_when_the_clock_stands_still() {
        let now = LAST.load(Ordering::Relaxed) + 1000;
        let first = claim(3, now);
        assert!(claim(1, now) >= first + 3);
        assert!(claim(1, 0) >= first + 4);
    }
}
