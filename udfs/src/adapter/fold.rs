//! Aggregates as DataFusion calls them, whatever they keep of their rows.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::not_impl_err;
use datafusion::error::Result;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, Documentation, Expr, GroupsAccumulator, Signature};

use super::definition::Adapter;
use super::signature;
use crate::argument::Declared;

/// A way of folding the rows of calls `C`: what keeps them for one group, for a window whose start moves, and for
/// many groups. States travel as one column of `bytea`.
pub(crate) trait Fold<C>: 'static {
    /// What the column of states is called.
    const STATE: &'static str;

    /// For one group.
    fn single(declared: Arc<Declared>, call: C) -> Box<dyn Accumulator>;

    /// For a window whose start moves.
    fn sliding(declared: Arc<Declared>, call: C) -> Box<dyn Accumulator> {
        Self::single(declared, call)
    }

    /// For many groups.
    fn grouped(declared: Arc<Declared>, call: C) -> Box<dyn GroupsAccumulator>;
}

impl<C, K> Adapter<C, K> {
    fn planned_call(&self, args: &AccumulatorArgs<'_>) -> Result<C> {
        if args.is_distinct {
            return not_impl_err!("{}(DISTINCT …) is not supported", self.declared.name);
        }
        self.call(&signature::constants(args.exprs))
    }
}

impl<C: 'static, K: Fold<C>> AggregateUDFImpl for Adapter<C, K> {
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
        Ok(K::single(self.declared(), self.planned_call(&args)?))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(K::sliding(self.declared(), self.planned_call(&args)?))
    }

    /// Refuses constants that do not fit while the statement is planned; nothing is made simpler.
    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        let check = self.check();
        Some(Box::new(move |call: AggregateFunction, _: &SimplifyContext| {
            check(&signature::literals(&call.params.args))?;
            Ok(Expr::AggregateFunction(call))
        }))
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        Ok(vec![Arc::new(Field::new(format_state_name(args.name, K::STATE), DataType::Binary, true))])
    }

    fn groups_accumulator_supported(&self, _args: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(K::grouped(self.declared(), self.planned_call(&args)?))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
