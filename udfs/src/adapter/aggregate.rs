//! Aggregates over states that merge: rows go in in any order, states of parts are put together, the result is read.
//!
//! ```ignore
//! pub(super) fn function() -> Function {
//!     Function::aggregate(Aggregate {
//!         declared: Declared { name: "ratio", parameters: vec![…], page: Page { … } },
//!         result: |_types| Ok(DataType::Float64),
//!         bind: |_arguments| Ok(Ratio),
//!     })
//! }
//!
//! impl Call for Ratio {                         // the constants of one call
//!     type State = Sums;
//!     fn empty(&self) -> Sums { Sums::default() }
//!     fn update(&self, sums: &mut Sums, columns: &Columns, row: usize) { … columns.number(0, row) … }
//!     fn merge(&self, sums: &mut Sums, other: Sums) { … }
//!     fn evaluate(&self, states: &[Sums]) -> Result<ArrayRef> { … }   // one value per state, in order
//! }
//! impl State for Sums { save, load, heap_bytes }
//! ```
//!
//! Laws that a state's tests hold: merging is associative and commutative up to the result, the empty state is
//! its identity, and `load` of what `save` wrote is the same state. One adapter serves `GROUP BY`, `OVER` with any frame, and
//! partial aggregation. States travel as `bytea`: a function whose result is its state evaluates to [`saved`], one
//! that reads stored states takes an argument of [`Type::Any`](crate::argument::Type) that holds `bytea`, and [`load`]s.

mod grouped;
mod single;
mod sliding;

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BinaryArray, BinaryBuilder};
use datafusion::error::Result;
use datafusion::logical_expr::{Accumulator, GroupsAccumulator};

use self::grouped::Grouped;
pub(crate) use self::grouped::is_left_out;
use self::single::Single;
use self::sliding::Sliding;
use super::bytes::{Reader, Writer};
use super::column::Columns;
use super::definition::Definition;
use super::fold::Fold;
use crate::argument::Declared;

/// An aggregate function.
pub(crate) type Aggregate<C> = Definition<C>;

/// One call: its constants, and what it does with rows and states.
pub(crate) trait Call: Send + Sync + 'static {
    /// What is kept of the rows of a group.
    type State: State;

    /// The state of no rows.
    fn empty(&self) -> Self::State;

    /// Adds a row. Arguments count from 0 in `columns`.
    fn update(&self, state: &mut Self::State, columns: &Columns, row: usize);

    /// Adds the rows of another state.
    fn merge(&self, state: &mut Self::State, other: Self::State);

    /// The result of each state, in order.
    fn evaluate(&self, states: &[Self::State]) -> Result<ArrayRef>;
}

/// What is kept of the rows of a group.
pub(crate) trait State: Send + Sync + Sized + 'static {
    /// Writes all of it.
    fn save(&self, writer: &mut Writer);

    /// Reads what [`Self::save`] wrote. Bytes may come from a table: nothing in them is trusted.
    fn load(reader: &mut Reader<'_>) -> Result<Self>;

    /// The memory it holds beside its own size.
    fn heap_bytes(&self) -> usize {
        0
    }
}

/// States as `bytea`.
pub(crate) fn saved<'a, S: State>(states: impl IntoIterator<Item = &'a S>) -> BinaryArray {
    let mut builder = BinaryBuilder::new();
    let mut bytes = Vec::new();
    for state in states {
        let mut writer = Writer::new(std::mem::take(&mut bytes));
        state.save(&mut writer);
        bytes = writer.finish();
        builder.append_value(&bytes);
    }
    builder.finish()
}

/// A state from `bytea`.
pub(crate) fn load<S: State>(bytes: &[u8]) -> Result<S> {
    let mut reader = Reader::new(bytes)?;
    let state = S::load(&mut reader)?;
    if reader.is_done() { Ok(state) } else { Err(super::bytes::damaged()) }
}

/// Folding rows into states that merge.
pub(crate) struct AnyOrder;

impl<C: Call> Fold<C> for AnyOrder {
    const STATE: &'static str = "state";

    fn single(declared: Arc<Declared>, call: C) -> Box<dyn Accumulator> {
        Box::new(Single::new(declared, call))
    }

    fn sliding(declared: Arc<Declared>, call: C) -> Box<dyn Accumulator> {
        Box::new(Sliding::new(declared, call))
    }

    fn grouped(declared: Arc<Declared>, call: C) -> Box<dyn GroupsAccumulator> {
        Box::new(Grouped::new(declared, call))
    }
}
