//! `first_value` and `last_value` over many groups, ordered by one number, date or time.
//!
//! DataFusion's accumulator keeps each group's place in the order as a list of scalars and visits every group it
//! has ever seen once a batch: with a million groups that is all it does. This one keeps the place as an integer and
//! visits the batch's groups only. Other orders keep DataFusion's, and so does everything but the accumulator.

mod groups;
mod order;

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, GroupsAccumulator, ReversedUDAF, Signature,
};

use self::groups::FirstGroups;
use self::order::Order;

/// Puts both in the place of DataFusion's.
pub(crate) fn register(registry: &mut dyn FunctionRegistry) -> Result<()> {
    let first = registry.udaf("first_value")?;
    let last = registry.udaf("last_value")?;
    registry.register_udaf(FirstLast::function(Arc::clone(&first), Arc::clone(&last), End::First))?;
    registry.register_udaf(FirstLast::function(last, first, End::Last))?;
    Ok(())
}

/// Which end of a group's order is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum End {
    First,
    Last,
}

impl End {
    fn other(self) -> Self {
        match self {
            Self::First => Self::Last,
            Self::Last => Self::First,
        }
    }
}

/// One of the two, with DataFusion's own for what is not done here, and DataFusion's other one.
#[derive(Debug, PartialEq, Eq, Hash)]
struct FirstLast {
    inner: Arc<AggregateUDF>,
    opposite: Arc<AggregateUDF>,
    end: End,
}

impl FirstLast {
    fn function(inner: Arc<AggregateUDF>, opposite: Arc<AggregateUDF>, end: End) -> Arc<AggregateUDF> {
        Arc::new(AggregateUDF::from(Self { inner, opposite, end }))
    }

    /// The order, where it is one this accumulator knows.
    fn order(&self, args: &AccumulatorArgs) -> Option<Order> {
        let [by] = args.order_bys else { return None };
        Order::new(&by.expr.data_type(args.schema).ok()?, by.options, self.end == End::Last)
    }
}

impl AggregateUDFImpl for FirstLast {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(arg_types)
    }

    fn return_field(&self, arg_fields: &[FieldRef]) -> Result<FieldRef> {
        self.inner.return_field(arg_fields)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        self.inner.accumulator(args)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        self.inner.state_fields(args)
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        self.order(&args).is_some() || self.inner.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        match self.order(&args) {
            Some(order) => Ok(Box::new(FirstGroups::new(args.return_field.data_type(), order, args.ignore_nulls)?)),
            None => self.inner.create_groups_accumulator(args),
        }
    }

    fn with_beneficial_ordering(
        self: Arc<Self>,
        beneficial_ordering: bool,
    ) -> Result<Option<Arc<dyn AggregateUDFImpl>>> {
        let Some(inner) = Arc::clone(self.inner.inner()).with_beneficial_ordering(beneficial_ordering)? else {
            return Ok(None);
        };
        let inner = Arc::new(AggregateUDF::new_from_shared_impl(inner));
        Ok(Some(Arc::new(Self { inner, opposite: Arc::clone(&self.opposite), end: self.end })))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.inner.order_sensitivity()
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Reversed(Self::function(Arc::clone(&self.opposite), Arc::clone(&self.inner), self.end.other()))
    }

    fn supports_null_handling_clause(&self) -> bool {
        self.inner.supports_null_handling_clause()
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}
