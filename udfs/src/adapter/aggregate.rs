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

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BinaryArray, BinaryBuilder};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::not_impl_err;
use datafusion::error::Result;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, Documentation, Expr, GroupsAccumulator, Signature};

use self::grouped::Grouped;
pub(super) use self::grouped::is_left_out;
use self::single::Single;
use self::sliding::Sliding;
use super::bytes::{Reader, Writer};
use super::column::Columns;
use super::signature;
use crate::argument::{Arguments, Declared};

/// An aggregate function.
pub(crate) struct Aggregate<C> {
    pub declared: Declared,
    /// The type of the result for arguments of these types.
    pub result: fn(&[DataType]) -> Result<DataType>,
    /// Reads the constants of a call, and refuses those that do not fit together.
    pub bind: fn(&Arguments) -> Result<C>,
}

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

/// The aggregate as DataFusion calls it.
pub(crate) struct AggregateAdapter<C> {
    declared: Arc<Declared>,
    result: fn(&[DataType]) -> Result<DataType>,
    bind: fn(&Arguments) -> Result<C>,
    signature: Signature,
    documentation: Documentation,
}

impl<C: Call> AggregateAdapter<C> {
    pub(crate) fn new(aggregate: Aggregate<C>) -> Self {
        Self {
            signature: signature::signature(&aggregate.declared),
            documentation: aggregate.declared.page.documentation(&aggregate.declared),
            declared: Arc::new(aggregate.declared),
            result: aggregate.result,
            bind: aggregate.bind,
        }
    }

    pub(crate) fn declared(&self) -> Arc<Declared> {
        Arc::clone(&self.declared)
    }

    fn call(&self, args: &AccumulatorArgs<'_>) -> Result<Arc<C>> {
        if args.is_distinct {
            return not_impl_err!("{}(DISTINCT …) is not supported", self.declared.name);
        }
        let constants = signature::constants(args.exprs);
        Ok(Arc::new((self.bind)(&Arguments::positional(&self.declared, &constants)?)?))
    }
}

impl<C: Call> AggregateUDFImpl for AggregateAdapter<C> {
    fn name(&self) -> &str {
        self.declared.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        signature::coerce(&self.declared, arg_types)
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        (self.result)(arg_types)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Single::new(Arc::clone(&self.declared), self.call(&args)?)))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Sliding::new(Arc::clone(&self.declared), self.call(&args)?)))
    }

    /// Refuses constants that do not fit while the statement is planned; nothing is made simpler.
    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        let (declared, bind) = (Arc::clone(&self.declared), self.bind);
        Some(Box::new(move |call: AggregateFunction, _: &SimplifyContext| {
            if let Some(arguments) = signature::planned(&declared, &signature::literals(&call.params.args))? {
                bind(&arguments)?;
            }
            Ok(Expr::AggregateFunction(call))
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format_state_name(args.name, "state"), DataType::Binary, true))])
    }

    fn groups_accumulator_supported(&self, _args: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Grouped::new(Arc::clone(&self.declared), self.call(&args)?)))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

// A function is known by its name: there is one of each.
impl<C> PartialEq for AggregateAdapter<C> {
    fn eq(&self, other: &Self) -> bool {
        self.declared.name == other.declared.name
    }
}

impl<C> Eq for AggregateAdapter<C> {}

impl<C> Hash for AggregateAdapter<C> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.declared.name.hash(state);
    }
}

impl<C> fmt::Debug for AggregateAdapter<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AggregateAdapter").field(&self.declared.name).finish()
    }
}
