//! `+`, `-`, `*` and `/` of dates, times, timestamps and intervals.
//!
//! | operands | result |
//! |---|---|
//! | date − date | `integer`, days |
//! | date ± integer | date |
//! | date + time | timestamp |
//! | date, timestamp, instant ± interval | timestamp, timestamp, instant |
//! | timestamp − timestamp, instant − instant | interval of days and time |
//! | time ± interval | time, round the clock |
//! | time − time, interval ± interval | interval |
//! | interval × number, interval ÷ number | interval |
//!
//! Months and days are added to an instant's local time in the session's zone, so that noon stays noon when clocks
//! change.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, Datum, PrimitiveArray};
use datafusion::arrow::compute::kernels::arity::try_binary;
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Float64Type, Int32Type, IntervalMonthDayNano, IntervalMonthDayNanoType,
    IntervalUnit, Time64MicrosecondType, TimeUnit, TimestampMicrosecondType,
};
use datafusion::arrow::error::ArrowError;
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::physical_expr_common::datum::apply;

use super::calendar::{DAY, Date, Moment, add_months};
use super::zone::{Zone, is_infinite};
use crate::interval::{between, divide, micros, multiply, of_parts, out_of_range};
use crate::value_error::{ValueError, ValueErrorKind};

/// What is computed; the operands come in this order and in these types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Operation {
    DateMinusDate,
    DatePlusDays,
    DateMinusDays,
    DatePlusTime,
    TimestampPlusInterval,
    TimestampMinusInterval,
    TimestampMinusTimestamp,
    TimePlusInterval,
    TimeMinusInterval,
    TimeMinusTime,
    IntervalPlusInterval,
    IntervalMinusInterval,
    IntervalTimesNumber,
    IntervalDividedByNumber,
}

/// An operation with its operands' types; the operands may have to change places.
#[derive(Debug)]
pub struct Planned {
    /// The function.
    pub function: Arc<ScalarUDF>,
    /// What the operands are cast to.
    pub operands: [DataType; 2],
    /// Whether the right operand comes first.
    pub is_swapped: bool,
}

const TIMESTAMP: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);
const TIME: DataType = DataType::Time64(TimeUnit::Microsecond);
const INTERVAL: DataType = DataType::Interval(IntervalUnit::MonthDayNano);

fn instant() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

/// The operation of an operator on these types, if dates, times or intervals have one.
pub fn plan(operator: Operator, left: &DataType, right: &DataType) -> Option<Planned> {
    let planned = |operation: Operation, operands: [DataType; 2], is_swapped: bool| {
        let [first, _] = &operands;
        let result = result_type(operation, first);
        let function = TemporalOperator { operation, result, operator, signature: signature(operation) };
        Some(Planned { function: Arc::new(ScalarUDF::from(function)), operands, is_swapped })
    };
    use Operation as Op;
    match (kind(left)?, operator, kind(right)?) {
        (Kind::Date, Operator::Minus, Kind::Date) => {
            planned(Op::DateMinusDate, [DataType::Date32, DataType::Date32], false)
        }
        (Kind::Date, Operator::Plus, Kind::Integer) => {
            planned(Op::DatePlusDays, [DataType::Date32, DataType::Int32], false)
        }
        (Kind::Integer, Operator::Plus, Kind::Date) => {
            planned(Op::DatePlusDays, [DataType::Date32, DataType::Int32], true)
        }
        (Kind::Date, Operator::Minus, Kind::Integer) => {
            planned(Op::DateMinusDays, [DataType::Date32, DataType::Int32], false)
        }
        (Kind::Date, Operator::Plus, Kind::Time) => planned(Op::DatePlusTime, [DataType::Date32, TIME], false),
        (Kind::Time, Operator::Plus, Kind::Date) => planned(Op::DatePlusTime, [DataType::Date32, TIME], true),
        (Kind::Date | Kind::Timestamp, Operator::Plus, Kind::Interval) => {
            planned(Op::TimestampPlusInterval, [TIMESTAMP, INTERVAL], false)
        }
        (Kind::Interval, Operator::Plus, Kind::Date | Kind::Timestamp) => {
            planned(Op::TimestampPlusInterval, [TIMESTAMP, INTERVAL], true)
        }
        (Kind::Date | Kind::Timestamp, Operator::Minus, Kind::Interval) => {
            planned(Op::TimestampMinusInterval, [TIMESTAMP, INTERVAL], false)
        }
        (Kind::Instant, Operator::Plus, Kind::Interval) => {
            planned(Op::TimestampPlusInterval, [instant(), INTERVAL], false)
        }
        (Kind::Interval, Operator::Plus, Kind::Instant) => {
            planned(Op::TimestampPlusInterval, [instant(), INTERVAL], true)
        }
        (Kind::Instant, Operator::Minus, Kind::Interval) => {
            planned(Op::TimestampMinusInterval, [instant(), INTERVAL], false)
        }
        (Kind::Date | Kind::Timestamp, Operator::Minus, Kind::Date | Kind::Timestamp) => {
            planned(Op::TimestampMinusTimestamp, [TIMESTAMP, TIMESTAMP], false)
        }
        (
            Kind::Date | Kind::Timestamp | Kind::Instant,
            Operator::Minus,
            Kind::Date | Kind::Timestamp | Kind::Instant,
        ) => planned(Op::TimestampMinusTimestamp, [instant(), instant()], false),
        (Kind::Time, Operator::Plus, Kind::Interval) => planned(Op::TimePlusInterval, [TIME, INTERVAL], false),
        (Kind::Interval, Operator::Plus, Kind::Time) => planned(Op::TimePlusInterval, [TIME, INTERVAL], true),
        (Kind::Time, Operator::Minus, Kind::Interval) => planned(Op::TimeMinusInterval, [TIME, INTERVAL], false),
        (Kind::Time, Operator::Minus, Kind::Time) => planned(Op::TimeMinusTime, [TIME, TIME], false),
        (Kind::Interval, Operator::Plus, Kind::Interval) => {
            planned(Op::IntervalPlusInterval, [INTERVAL, INTERVAL], false)
        }
        (Kind::Interval, Operator::Minus, Kind::Interval) => {
            planned(Op::IntervalMinusInterval, [INTERVAL, INTERVAL], false)
        }
        (Kind::Interval, Operator::Multiply, Kind::Integer | Kind::Number) => {
            planned(Op::IntervalTimesNumber, [INTERVAL, DataType::Float64], false)
        }
        (Kind::Integer | Kind::Number, Operator::Multiply, Kind::Interval) => {
            planned(Op::IntervalTimesNumber, [INTERVAL, DataType::Float64], true)
        }
        (Kind::Interval, Operator::Divide, Kind::Integer | Kind::Number) => {
            planned(Op::IntervalDividedByNumber, [INTERVAL, DataType::Float64], false)
        }
        _ => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Date,
    Time,
    Timestamp,
    Instant,
    Interval,
    Integer,
    Number,
}

fn kind(data_type: &DataType) -> Option<Kind> {
    Some(match data_type {
        DataType::Date32 | DataType::Date64 => Kind::Date,
        DataType::Time32(_) | DataType::Time64(_) => Kind::Time,
        DataType::Timestamp(_, None) => Kind::Timestamp,
        DataType::Timestamp(_, Some(_)) => Kind::Instant,
        DataType::Interval(_) | DataType::Duration(_) => Kind::Interval,
        integer if integer.is_integer() => Kind::Integer,
        number if number.is_numeric() => Kind::Number,
        _ => return None,
    })
}

fn result_type(operation: Operation, first: &DataType) -> DataType {
    match operation {
        Operation::DateMinusDate => DataType::Int32,
        Operation::DatePlusDays | Operation::DateMinusDays => DataType::Date32,
        Operation::DatePlusTime => TIMESTAMP,
        Operation::TimestampPlusInterval | Operation::TimestampMinusInterval => first.clone(),
        Operation::TimePlusInterval | Operation::TimeMinusInterval => TIME,
        Operation::TimestampMinusTimestamp
        | Operation::TimeMinusTime
        | Operation::IntervalPlusInterval
        | Operation::IntervalMinusInterval
        | Operation::IntervalTimesNumber
        | Operation::IntervalDividedByNumber => INTERVAL,
    }
}

fn signature(operation: Operation) -> Signature {
    // The session's time zone decides what a month later is.
    let volatility = match operation {
        Operation::TimestampPlusInterval | Operation::TimestampMinusInterval => Volatility::Stable,
        _ => Volatility::Immutable,
    };
    Signature::any(2, volatility)
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct TemporalOperator {
    operation: Operation,
    result: DataType,
    operator: Operator,
    signature: Signature,
}

impl ScalarUDFImpl for TemporalOperator {
    fn name(&self) -> &str {
        match self.operator {
            Operator::Plus => "temporal_plus",
            Operator::Minus => "temporal_minus",
            Operator::Multiply => "temporal_multiply",
            _ => "temporal_div",
        }
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        match args {
            [left, right] => Ok(format!("{} {} {}", left.schema_name(), self.operator, right.schema_name())),
            _ => plan_err!("{} takes 2 arguments, got {}", self.name(), args.len()),
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(self.result.clone())
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [left, right] = args.args.as_slice() else {
            return plan_err!("{} takes 2 arguments, got {}", self.name(), args.args.len());
        };
        let zone = match self.result {
            DataType::Timestamp(_, Some(_)) => Zone::of_session(args.config_options.execution.time_zone.as_deref()),
            _ => Zone::UTC,
        };
        let compute = |left: &dyn Datum, right: &dyn Datum| self.compute(left, right, zone);
        apply(left, right, compute)
    }
}

impl TemporalOperator {
    fn compute(&self, left: &dyn Datum, right: &dyn Datum, zone: Zone) -> Result<ArrayRef, ArrowError> {
        let computed: ArrayRef = match self.operation {
            Operation::DateMinusDate => each::<Date32Type, Date32Type, Int32Type>(left, right, |left, right| {
                left.checked_sub(right).ok_or_else(|| ValueError::out_of_range("integer"))
            })?,
            Operation::DatePlusDays => each::<Date32Type, Int32Type, Date32Type>(left, right, |date, days| {
                date.checked_add(days).ok_or_else(date_out_of_range)
            })?,
            Operation::DateMinusDays => each::<Date32Type, Int32Type, Date32Type>(left, right, |date, days| {
                date.checked_sub(days).ok_or_else(date_out_of_range)
            })?,
            Operation::DatePlusTime => {
                each::<Date32Type, Time64MicrosecondType, TimestampMicrosecondType>(left, right, |date, time| {
                    i64::from(date)
                        .checked_mul(DAY)
                        .and_then(|midnight| midnight.checked_add(time))
                        .ok_or_else(timestamp_out_of_range)
                })?
            }
            Operation::TimestampPlusInterval => {
                each::<TimestampMicrosecondType, IntervalMonthDayNanoType, TimestampMicrosecondType>(
                    left,
                    right,
                    |timestamp, interval| later(timestamp, interval, 1, zone),
                )?
            }
            Operation::TimestampMinusInterval => {
                each::<TimestampMicrosecondType, IntervalMonthDayNanoType, TimestampMicrosecondType>(
                    left,
                    right,
                    |timestamp, interval| later(timestamp, interval, -1, zone),
                )?
            }
            Operation::TimestampMinusTimestamp => each::<
                TimestampMicrosecondType,
                TimestampMicrosecondType,
                IntervalMonthDayNanoType,
            >(left, right, |left, right| {
                if is_infinite(left) || is_infinite(right) {
                    let message = "cannot subtract infinite timestamps";
                    return Err(ValueError::new(ValueErrorKind::DatetimeOutOfRange, message));
                }
                between(left.checked_sub(right).ok_or_else(out_of_range)?)
            })?,
            Operation::TimePlusInterval => {
                each::<Time64MicrosecondType, IntervalMonthDayNanoType, Time64MicrosecondType>(
                    left,
                    right,
                    |time, interval| Ok((time + micros(interval) % DAY).rem_euclid(DAY)),
                )?
            }
            Operation::TimeMinusInterval => {
                each::<Time64MicrosecondType, IntervalMonthDayNanoType, Time64MicrosecondType>(
                    left,
                    right,
                    |time, interval| Ok((time - micros(interval) % DAY).rem_euclid(DAY)),
                )?
            }
            Operation::TimeMinusTime => each::<Time64MicrosecondType, Time64MicrosecondType, IntervalMonthDayNanoType>(
                left,
                right,
                |left, right| of_parts(0, 0, left - right),
            )?,
            Operation::IntervalPlusInterval => intervals(left, right, |left, right| {
                Some(IntervalMonthDayNano::new(
                    left.months.checked_add(right.months)?,
                    left.days.checked_add(right.days)?,
                    left.nanoseconds.checked_add(right.nanoseconds)?,
                ))
            })?,
            Operation::IntervalMinusInterval => intervals(left, right, |left, right| {
                Some(IntervalMonthDayNano::new(
                    left.months.checked_sub(right.months)?,
                    left.days.checked_sub(right.days)?,
                    left.nanoseconds.checked_sub(right.nanoseconds)?,
                ))
            })?,
            Operation::IntervalTimesNumber => {
                each::<IntervalMonthDayNanoType, Float64Type, IntervalMonthDayNanoType>(left, right, multiply)?
            }
            Operation::IntervalDividedByNumber => {
                each::<IntervalMonthDayNanoType, Float64Type, IntervalMonthDayNanoType>(left, right, divide)?
            }
        };
        if computed.data_type() == &self.result {
            return Ok(computed);
        }
        // The same microseconds, with or without the zone.
        Ok(Arc::new(computed.as_primitive::<TimestampMicrosecondType>().clone().with_data_type(self.result.clone())))
    }
}

fn intervals(
    left: &dyn Datum,
    right: &dyn Datum,
    compute: impl Fn(IntervalMonthDayNano, IntervalMonthDayNano) -> Option<IntervalMonthDayNano>,
) -> Result<ArrayRef, ArrowError> {
    each::<IntervalMonthDayNanoType, IntervalMonthDayNanoType, IntervalMonthDayNanoType>(left, right, |left, right| {
        compute(left, right).ok_or_else(out_of_range)
    })
}

/// Computes row by row; either side may be a constant.
fn each<L: ArrowPrimitiveType, R: ArrowPrimitiveType, O: ArrowPrimitiveType>(
    left: &dyn Datum,
    right: &dyn Datum,
    compute: impl Fn(L::Native, R::Native) -> Result<O::Native, ValueError>,
) -> Result<ArrayRef, ArrowError> {
    let compute = |left, right| compute(left, right).map_err(|error| ArrowError::ExternalError(Box::new(error)));
    let ((left, left_is_constant), (right, right_is_constant)) = (left.get(), right.get());
    let (left, right) = (left.as_primitive::<L>(), right.as_primitive::<R>());
    let constant_is_null = |values: &dyn Array, is_constant: bool| is_constant && values.is_null(0);
    let computed: PrimitiveArray<O> = if constant_is_null(left, left_is_constant) {
        PrimitiveArray::new_null(if right_is_constant { 1 } else { right.len() })
    } else if constant_is_null(right, right_is_constant) {
        PrimitiveArray::new_null(if left_is_constant { 1 } else { left.len() })
    } else {
        match (left_is_constant, right_is_constant) {
            (_, true) => {
                let right = right.value(0);
                left.try_unary(|left| compute(left, right))?
            }
            (true, false) => {
                let left = left.value(0);
                right.try_unary(|right| compute(left, right))?
            }
            (false, false) => try_binary(left, right, compute)?,
        }
    };
    Ok(Arc::new(computed))
}

fn date_out_of_range() -> ValueError {
    ValueError::new(ValueErrorKind::DatetimeOutOfRange, "date out of range")
}

fn timestamp_out_of_range() -> ValueError {
    ValueError::new(ValueErrorKind::DatetimeOutOfRange, "timestamp out of range")
}

/// `sign` times the interval after a timestamp: first the months, then the days, then the time.
pub(super) fn later(timestamp: i64, interval: IntervalMonthDayNano, sign: i64, zone: Zone) -> Result<i64, ValueError> {
    if is_infinite(timestamp) {
        return Ok(timestamp);
    }
    let (months, days) = (sign * i64::from(interval.months), sign * i64::from(interval.days));
    let moved = if months == 0 && (days == 0 || zone == Zone::UTC) {
        timestamp.checked_add(days * DAY)
    } else {
        let local = Moment::of(zone.local(timestamp));
        let date = if months == 0 { local.date } else { add_months(local.date, months) };
        let date = Date::of(date.days() + days);
        Moment { date, time: local.time }.timestamp().map(|local| zone.instant(local))
    };
    moved.and_then(|moved| moved.checked_add(sign.checked_mul(micros(interval))?)).ok_or_else(timestamp_out_of_range)
}

/// The function that orders intervals: microseconds, with months of 30 days of 24 hours, as PostgreSQL compares them.
pub fn interval_order() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(IntervalOrder { signature: Signature::exact(vec![INTERVAL], Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct IntervalOrder {
    signature: Signature,
}

impl ScalarUDFImpl for IntervalOrder {
    fn name(&self) -> &str {
        "interval_order"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Decimal128(38, 0))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [intervals] = arrays.as_slice() else {
            return plan_err!("interval_order takes 1 argument, got {}", arrays.len());
        };
        let keys = intervals.as_primitive::<IntervalMonthDayNanoType>().unary::<_, Decimal128Type>(|interval| {
            let days = i128::from(interval.months) * 30 + i128::from(interval.days);
            days * i128::from(DAY) + i128::from(micros(interval))
        });
        Ok(ColumnarValue::Array(Arc::new(keys.with_data_type(DataType::Decimal128(38, 0)))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-03-30 12:00 UTC, the day before clocks change in Paris.
    const BEFORE_SPRING: i64 = 1_711_800_000_000_000;

    #[test]
    fn a_day_later_is_the_same_time_of_day_and_a_day_of_hours_is_not() {
        let paris = Zone::of_session(Some("Europe/Paris"));
        let day = of_parts(0, 1, 0).unwrap();
        let hours = of_parts(0, 0, DAY).unwrap();
        assert_eq!(later(BEFORE_SPRING, day, 1, paris), Ok(BEFORE_SPRING + DAY - 3_600_000_000));
        assert_eq!(later(BEFORE_SPRING, hours, 1, paris), Ok(BEFORE_SPRING + DAY));
        assert_eq!(later(BEFORE_SPRING, day, 1, Zone::UTC), Ok(BEFORE_SPRING + DAY));
    }

    #[test]
    fn months_end_where_the_month_ends() {
        let month = of_parts(1, 0, 0).unwrap();
        let end_of_january = 1_706_659_200_000_000; // 2024-01-31
        let end_of_february = 1_709_164_800_000_000; // 2024-02-29
        assert_eq!(later(end_of_january, month, 1, Zone::UTC), Ok(end_of_february));
        assert!(later(i64::MAX - 5, month, 1, Zone::UTC).is_err());
        assert_eq!(later(i64::MAX, month, 1, Zone::UTC), Ok(i64::MAX));
    }

    #[test]
    fn operators_find_their_operation_from_either_side() {
        let planned = plan(Operator::Plus, &INTERVAL, &DataType::Date32).unwrap();
        assert!(planned.is_swapped);
        assert_eq!(planned.operands, [TIMESTAMP, INTERVAL]);
        assert!(plan(Operator::Multiply, &DataType::Date32, &DataType::Int32).is_none());
    }
}
