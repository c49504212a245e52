//! Which of DataFusion's window expressions are functions that are known here.
//!
//! Some of what a window expression was built with cannot be asked for: whether it ignores NULLs, whether
//! DataFusion reversed it. Its evaluator can be watched instead.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::{DataType, Schema};
use bellwether_udfs::numeric;
use datafusion::common::ScalarValue;
use datafusion::functions_aggregate::{average, count, min_max, sum};
use datafusion::functions_window::{cume_dist, lead_lag, nth_value, ntile, rank, row_number};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::expressions::Literal;
use datafusion::physical_expr::window::{SlidingAggregateWindowExpr, StandardWindowFunctionExpr};
use datafusion::physical_plan::windows::{PlainAggregateWindowExpr, StandardWindowExpr, WindowExpr, WindowUDFExpr};

use super::aggregate::can_sum;
use super::extreme::Extreme;
use super::frame::Frame;
use super::function::{Function, Kind};
use super::order::is_ordered;
use super::position::Pick;

/// The largest `n` of `nth_value` whose direction is found out by watching.
const NTH_MAX: u64 = 1_000;

/// The function, when it is one that gives exactly what DataFusion gives; `schema` is that of its rows.
pub(super) fn recognise(expression: &dyn WindowExpr, schema: &Schema) -> Option<Function> {
    let any = expression.as_any();
    let frame = Frame::of(expression.get_window_frame());
    let kind = if let Some(standard) = any.downcast_ref::<StandardWindowExpr>() {
        let function: &dyn StandardWindowFunctionExpr = standard.get_standard_func_expr().as_ref();
        standard_kind(function.as_any().downcast_ref()?, frame)?
    } else {
        let aggregate = match any.downcast_ref::<PlainAggregateWindowExpr>() {
            Some(plain) => plain.get_aggregate_expr(),
            None => any.downcast_ref::<SlidingAggregateWindowExpr>()?.get_aggregate_expr(),
        };
        // A filter is shown, and shown last, but cannot be asked for.
        if !format!("{expression:?}").ends_with("filter: None }") {
            return None;
        }
        aggregate_kind(aggregate, frame?, schema)?
    };
    Some(Function { kind, arguments: expression.expressions(), field: expression.field().ok()? })
}

fn standard_kind(function: &WindowUDFExpr, frame: Option<Frame>) -> Option<Kind> {
    let is = |known: Arc<datafusion::logical_expr::WindowUDF>| **function.fun() == *known;
    if is(row_number::row_number_udwf()) {
        return Some(Kind::RowNumber);
    }
    if is(rank::rank_udwf()) {
        return Some(Kind::Rank);
    }
    if is(rank::dense_rank_udwf()) {
        return Some(Kind::DenseRank);
    }
    if is(rank::percent_rank_udwf()) {
        return Some(Kind::PercentRank);
    }
    if is(cume_dist::cume_dist_udwf()) {
        return Some(Kind::CumeDist);
    }
    if is(ntile::ntile_udwf()) {
        let ScalarValue::UInt64(Some(buckets)) = literal(function, 0)?.cast_to(&DataType::UInt64).ok()? else {
            return None;
        };
        return (buckets > 0).then_some(Kind::Ntile(buckets));
    }
    if is(lead_lag::lag_udwf()) || is(lead_lag::lead_udwf()) {
        return shift(function);
    }
    if is(nth_value::first_value_udwf()) || is(nth_value::last_value_udwf()) || is(nth_value::nth_value_udwf()) {
        return Some(Kind::Pick(pick(function)?, frame?));
    }
    None
}

fn aggregate_kind(aggregate: &AggregateFunctionExpr, frame: Frame, schema: &Schema) -> Option<Kind> {
    if aggregate.is_distinct() || aggregate.ignore_nulls() || !aggregate.order_bys().is_empty() {
        return None;
    }
    let function = aggregate.fun();
    if *function == *count::count_udaf() {
        return (aggregate.field().data_type() == &DataType::Int64).then_some(Kind::Count(frame));
    }
    let arguments = aggregate.expressions();
    let [argument] = arguments.as_slice() else { return None };
    let argument = argument.data_type(schema).ok()?;
    let field = aggregate.field();
    let result = field.data_type();
    // Decimals grow in precision when they are added up; their values stay the same.
    let is_same = std::mem::discriminant(&argument) == std::mem::discriminant(result);
    if *function == *sum::sum_udaf() {
        return (is_same && can_sum(result)).then_some(Kind::Sum(frame));
    }
    if function.inner().is::<numeric::Sum>() {
        let is_widened = argument.is_integer() && matches!(result, DataType::Int64 | DataType::Decimal128(_, 0));
        return match result {
            DataType::Float64 if is_same && !frame.only_grows() => Some(Kind::SumAnew(frame)),
            _ => ((is_same || is_widened) && can_sum(result)).then_some(Kind::Sum(frame)),
        };
    }
    if *function == *average::avg_udaf() {
        let is_float = argument == DataType::Float64 && result == &DataType::Float64;
        return is_float.then_some(Kind::Average(frame));
    }
    let is_ordered = argument == *result && is_ordered(result);
    // Both forms differ over groups only.
    let end = match function.inner().downcast_ref::<numeric::Extreme>() {
        Some(extreme) => extreme.end(),
        None if *function == *min_max::min_udaf() => numeric::End::Least,
        None if *function == *min_max::max_udaf() => numeric::End::Greatest,
        None => return None,
    };
    let extreme = match end {
        numeric::End::Least => Extreme::Min,
        numeric::End::Greatest => Extreme::Max,
    };
    is_ordered.then_some(Kind::Extreme(extreme, frame))
}

/// `lag` and `lead` by a constant number of rows: how far is seen in the range of rows that the evaluator wants.
fn shift(function: &WindowUDFExpr) -> Option<Kind> {
    const ROWS: usize = 1 << 41;
    const ROW: usize = 1 << 40;
    if function.args().len() > 1 {
        let distance = literal(function, 1)?.cast_to(&DataType::Int64).ok()?;
        if !matches!(distance, ScalarValue::Int64(Some(distance)) if distance != 0) {
            return None;
        }
    }
    let evaluator = function.create_evaluator().ok()?;
    let Range { start, end } = evaluator.get_range(ROW, ROWS).ok()?;
    let back = match evaluator.is_causal() {
        // All rows are wanted when NULLs are passed over.
        true if start > 0 => i64::try_from(ROW - start).ok()?,
        false if end < ROWS => -i64::try_from(end - ROW).ok()?,
        _ => return None,
    };
    let field = function.field().ok()?;
    let default = match function.args().len() {
        3.. => literal(function, 2)?,
        _ => ScalarValue::Null,
    };
    let default = match default.is_null() {
        true => ScalarValue::try_from(field.data_type()).ok()?,
        false => default.cast_to(field.data_type()).ok()?,
    };
    (!field.data_type().is_null()).then_some(Kind::Shift { back, default })
}

/// `first_value`, `last_value` and `nth_value`: which row they take is seen in what they take from a few rows.
fn pick(function: &WindowUDFExpr) -> Option<Pick> {
    let of = |values: Vec<Option<i64>>| -> Option<ScalarValue> {
        let rows = 0..values.len();
        let values: ArrayRef = Arc::new(Int64Array::from(values));
        function.create_evaluator().ok()?.evaluate(&[values], &rows).ok()
    };
    let nth = match **function.fun() == *nth_value::nth_value_udwf() {
        true => {
            let ScalarValue::Int64(Some(nth)) = literal(function, 1)?.cast_to(&DataType::Int64).ok()? else {
                return None;
            };
            nth.unsigned_abs()
        }
        false => 1,
    };
    if nth == 0 || nth > NTH_MAX {
        return None;
    }
    let nth = nth as i64;
    let rows = 2 * nth + 1;
    let taken = of((0..rows).map(Some).collect())?;
    let (pick, row) = match taken {
        ScalarValue::Int64(Some(row)) if row == nth - 1 => (Pick::Nth(nth), row),
        ScalarValue::Int64(Some(row)) if row == rows - nth => (Pick::Nth(-nth), row),
        _ => return None,
    };
    // The same row is taken when it is NULL, unless NULLs are passed over.
    let taken = of((0..rows).map(|place| (place != row).then_some(place)).collect())?;
    let pick = match pick {
        Pick::Nth(1) => Pick::First,
        Pick::Nth(-1) => Pick::Last,
        other => other,
    };
    taken.is_null().then_some(pick)
}

fn literal(function: &WindowUDFExpr, index: usize) -> Option<ScalarValue> {
    let argument: &Arc<dyn PhysicalExpr> = function.args().get(index)?;
    argument.downcast_ref::<Literal>().map(|literal| literal.value().clone())
}
