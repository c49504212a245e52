//! One window function, evaluated over the ordered rows of many partitions at once.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::FieldRef;
use datafusion::common::{ScalarValue, internal_err};
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr_common::utils::evaluate_expressions_to_arrays;

use super::extreme::{Extreme, extreme};
use super::frame::Frame;
use super::layout::Layout;
use super::position::{Pick, pick, shift};
use super::{aggregate, rank};

/// A function with its arguments and the type of its result.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) kind: Kind,
    pub(super) arguments: Vec<Arc<dyn PhysicalExpr>>,
    pub(super) field: FieldRef,
}

/// What a function does.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    RowNumber,
    Rank,
    DenseRank,
    PercentRank,
    CumeDist,
    Ntile(u64),
    /// `lag`, and `lead` with a negative distance.
    Shift {
        back: i64,
        default: ScalarValue,
    },
    Pick(Pick, Frame),
    Count(Frame),
    Sum(Frame),
    /// Of floats, added up for each row.
    SumAnew(Frame),
    Average(Frame),
    Extreme(Extreme, Frame),
}

impl Function {
    /// Whether the result depends on which rows are peers.
    pub(super) fn needs_peers(&self) -> bool {
        match self.kind {
            Kind::Rank | Kind::DenseRank | Kind::PercentRank | Kind::CumeDist => true,
            Kind::RowNumber | Kind::Ntile(_) | Kind::Shift { .. } => false,
            Kind::Pick(_, frame)
            | Kind::Count(frame)
            | Kind::Sum(frame)
            | Kind::SumAnew(frame)
            | Kind::Average(frame)
            | Kind::Extreme(_, frame) => frame.needs_peers(),
        }
    }

    /// The result for each row of `batch`, which `layout` describes.
    pub(super) fn evaluate(&self, batch: &RecordBatch, layout: &Layout<'_>) -> Result<ArrayRef> {
        let arguments = evaluate_expressions_to_arrays(&self.arguments, batch)?;
        match (&self.kind, arguments.as_slice()) {
            (Kind::RowNumber, _) => Ok(rank::row_number(layout)),
            (Kind::Rank, _) => Ok(rank::rank(layout)),
            (Kind::DenseRank, _) => Ok(rank::dense_rank(layout)),
            (Kind::PercentRank, _) => Ok(rank::percent_rank(layout)),
            (Kind::CumeDist, _) => Ok(rank::cume_dist(layout)),
            (Kind::Ntile(buckets), _) => Ok(rank::ntile(layout, *buckets)),
            (Kind::Count(frame), values) => Ok(aggregate::count(values, layout, *frame)),
            (Kind::Shift { back, default }, [values]) => shift(values, layout, *back, default),
            (Kind::Pick(which, frame), [values, ..]) => pick(values, layout, *frame, *which),
            (Kind::Sum(frame), [values]) => aggregate::sum(values, layout, *frame, self.field.data_type()),
            (Kind::SumAnew(frame), [values]) => Ok(aggregate::sum_anew(values, layout, *frame)),
            (Kind::Average(frame), [values]) => Ok(aggregate::average(values, layout, *frame)),
            (Kind::Extreme(which, frame), [values]) => extreme(values, layout, *frame, *which),
            (kind, arguments) => internal_err!("{kind:?} cannot have {} arguments", arguments.len()),
        }
    }
}
