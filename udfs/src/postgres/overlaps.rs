//! `(start, end) OVERLAPS (start, end)`: whether two spans of time have a moment in common.
//!
//! A span may end before it starts; its end does not belong to it, unless it is nothing but a moment. The end may be
//! given as an interval after the start.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{ScalarUDF, Volatility};

use super::argument::Type;
use super::call::Call;
use super::function::{Function, Gives};
use super::temporal::later;
use super::zone::Zone;

pub(super) fn function() -> Arc<ScalarUDF> {
    use Type::{Interval, Time, Timestamp, Timestamptz};
    let boolean = Gives::One(|| DataType::Boolean);
    Function::new(
        "overlaps",
        "(start1, end1) OVERLAPS (start2, end2)",
        "Returns whether two spans of time have a moment in common. A span may be given backwards, or by its start and \
         an interval; its end does not belong to it. **Nulls** a span with one end known is that moment; NULL where \
         the answer hangs on what is not known. **Source** SQL:1992, as in PostgreSQL 16, section 9.9.",
    )
    .takes(&[Timestamp, Timestamp, Timestamp, Timestamp], boolean, of_timestamps)
    .takes(&[Timestamptz, Timestamptz, Timestamptz, Timestamptz], boolean, of_instants)
    .takes(&[Time, Time, Time, Time], boolean, of_times)
    .takes(&[Timestamp, Interval, Timestamp, Interval], boolean, of_timestamps)
    .takes(&[Timestamp, Interval, Timestamp, Timestamp], boolean, of_timestamps)
    .takes(&[Timestamp, Timestamp, Timestamp, Interval], boolean, of_timestamps)
    .takes(&[Timestamptz, Interval, Timestamptz, Interval], boolean, of_instants)
    .takes(&[Timestamptz, Interval, Timestamptz, Timestamptz], boolean, of_instants)
    .takes(&[Timestamptz, Timestamptz, Timestamptz, Interval], boolean, of_instants)
    .sees_nulls()
    .volatility(Volatility::Stable)
    .build()
}

fn of_timestamps(call: &Call) -> Result<ArrayRef> {
    call.each_boolean(|row| {
        let span = |first| span(call, first, row, Zone::UTC, |index| call.timestamp(index, row));
        Ok(overlap(span(0)?, span(2)?))
    })
}

fn of_instants(call: &Call) -> Result<ArrayRef> {
    call.each_boolean(|row| {
        let span = |first| span(call, first, row, call.zone(), |index| call.instant(index, row));
        Ok(overlap(span(0)?, span(2)?))
    })
}

fn of_times(call: &Call) -> Result<ArrayRef> {
    call.each_boolean(|row| {
        let time = |index| call.time(index, row);
        Ok(overlap((time(0), time(1)), (time(2), time(3))))
    })
}

/// The span whose start is the argument `first`; what follows is its end, or an interval from the start to it.
fn span(call: &Call, first: usize, row: usize, zone: Zone, moment: impl Fn(usize) -> Option<i64>) -> Result<Span> {
    let start = moment(first);
    let end = match (call.data_type(first + 1), start) {
        (DataType::Interval(_), Some(start)) => match call.interval(first + 1, row) {
            Some(interval) => Some(later(start, interval.value()?, 1, zone)?),
            None => None,
        },
        (DataType::Interval(_), None) => None,
        _ => moment(first + 1),
    };
    Ok((start, end))
}

/// A span by its ends, in either order.
type Span = (Option<i64>, Option<i64>);

/// Whether two spans overlap, as SQL:1992 puts it.
fn overlap(first: Span, second: Span) -> Option<bool> {
    let (first_start, first_end) = ordered(first)?;
    let (second_start, second_end) = ordered(second)?;
    let (early_end, late_start, late_end) = match first_start.cmp(&second_start) {
        std::cmp::Ordering::Equal => return starting_together(first_end, second_end),
        std::cmp::Ordering::Less => (first_end, second_start, second_end),
        std::cmp::Ordering::Greater => (second_end, first_start, first_end),
    };
    match early_end {
        Some(end) if late_start < end => Some(true),
        // Where one end is not known the spans may still meet.
        Some(_) if late_end.is_some() => Some(false),
        _ => None,
    }
}

/// Two spans that start together have that moment in common.
fn starting_together(first_end: Option<i64>, second_end: Option<i64>) -> Option<bool> {
    match (first_end, second_end) {
        (Some(_), Some(_)) => Some(true),
        _ => None,
    }
}

/// A span with its start first; of one end alone it is the start.
fn ordered(span: Span) -> Option<(i64, Option<i64>)> {
    match span {
        (Some(start), Some(end)) => Some((start.min(end), Some(start.max(end)))),
        (Some(known), None) | (None, Some(known)) => Some((known, None)),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_overlap_when_they_have_a_moment_in_common() {
        let span = |start, end| (Some(start), Some(end));
        assert_eq!(overlap(span(1, 5), span(4, 9)), Some(true));
        assert_eq!(overlap(span(5, 1), span(9, 4)), Some(true));
        assert_eq!(overlap(span(1, 4), span(4, 9)), Some(false));
        assert_eq!(overlap(span(4, 4), span(4, 4)), Some(true));
        assert_eq!(overlap(span(4, 4), span(4, 9)), Some(true));
        assert_eq!(overlap(span(1, 9), span(3, 3)), Some(true));
    }

    #[test]
    fn what_is_not_known_matters_only_where_the_answer_hangs_on_it() {
        assert_eq!(overlap((Some(1), Some(9)), (Some(3), None)), Some(true));
        assert_eq!(overlap((Some(1), Some(3)), (Some(5), None)), None);
        assert_eq!(overlap((Some(1), None), (Some(5), Some(6))), None);
        assert_eq!(overlap((None, None), (Some(5), Some(6))), None);
    }
}
