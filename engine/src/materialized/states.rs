//! The states of aggregates as values: computed from rows, merged with each other, and turned into results.
//!
//! | function | of | gives |
//! |---|---|---|
//! | [`of_rows`] | the aggregate's arguments, over many rows | the state, a struct |
//! | [`merged`] | the fields of states, over many rows | the state of all their rows, a struct |
//! | [`result`] | the fields of a state | what the aggregate would have given |
//!
//! A state is what the aggregate itself hands from one part of a query to another, so whatever merges there merges
//! here, in the same way.

use std::hash::Hash;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray, StructArray, new_empty_array};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema};
use datafusion::common::{DFSchema, exec_err, not_impl_err};
use datafusion::error::Result;
use datafusion::functions::core::get_field;
use datafusion::logical_expr::expr::{AggregateFunction, ScalarFunction};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, ColumnarValue, EmitTo, Expr, ExprSchemable, GroupsAccumulator,
    ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column, Literal};
use datafusion::prelude::lit;
use datafusion::scalar::ScalarValue;

/// Aggregates that give a sum or an extreme of exact values, however their rows are parted.
const OWN_RESULTS: [&str; 9] = ["count", "sum", "min", "max", "bool_and", "bool_or", "bit_and", "bit_or", "bit_xor"];

/// Whether what an aggregate of this name keeps, to be merged with more rows, is its result.
pub(crate) fn is_own_result(name: &str) -> bool {
    OWN_RESULTS.contains(&name)
}

/// A call of an aggregate: all that it takes to make its accumulators without the rows it was written for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Call {
    function: Arc<AggregateUDF>,
    arguments: Vec<(FieldRef, Option<ScalarValue>)>,
}

impl Call {
    /// A call whose arguments are over `schema` and have the types the aggregate takes.
    pub(super) fn new(call: &AggregateFunction, schema: &DFSchema) -> Result<Self> {
        let mut arguments = Vec::with_capacity(call.params.args.len());
        for (place, argument) in call.params.args.iter().enumerate() {
            let (_, field) = argument.to_field(schema)?;
            let field = Arc::new(field.as_ref().clone().with_name(format!("argument_{place}")));
            let constant = match argument {
                Expr::Literal(value, _) => Some(value.clone()),
                _ => None,
            };
            arguments.push((field, constant));
        }
        Ok(Self { function: Arc::clone(&call.func), arguments })
    }

    /// What the aggregate gives.
    pub(super) fn result_field(&self) -> Result<FieldRef> {
        self.function.return_field(&self.fields())
    }

    /// The fields of its state.
    pub(super) fn state_fields(&self) -> Result<Fields> {
        let input_fields = self.fields();
        let fields = self.function.state_fields(StateFieldsArgs {
            name: "state",
            input_fields: &input_fields,
            return_field: self.result_field()?,
            ordering_fields: &[],
            is_distinct: false,
        })?;
        let named = fields.iter().enumerate().map(|(place, field)| {
            Field::new(field_name(place), field.data_type().clone(), true).with_metadata(field.metadata().clone())
        });
        Ok(named.collect())
    }

    fn fields(&self) -> Vec<FieldRef> {
        self.arguments.iter().map(|(field, _)| Arc::clone(field)).collect()
    }

    fn with_arguments<T>(&self, make: impl FnOnce(AccumulatorArgs<'_>) -> Result<T>) -> Result<T> {
        let fields = self.fields();
        let schema = Schema::new(fields.clone());
        let exprs = self.arguments.iter().enumerate().map(|(place, (field, constant))| match constant {
            Some(value) => Arc::new(Literal::new(value.clone())) as Arc<dyn PhysicalExpr>,
            None => Arc::new(Column::new(field.name(), place)),
        });
        let exprs: Vec<Arc<dyn PhysicalExpr>> = exprs.collect();
        make(AccumulatorArgs {
            return_field: self.result_field()?,
            schema: &schema,
            ignore_nulls: false,
            order_bys: &[],
            is_reversed: false,
            name: self.function.name(),
            is_distinct: false,
            exprs: &exprs,
            expr_fields: &fields,
        })
    }

    fn single(&self) -> Result<Box<dyn Accumulator>> {
        self.with_arguments(|arguments| self.function.accumulator(arguments))
    }

    /// An accumulator for many groups at once, where the aggregate has one.
    fn grouped(&self) -> Result<Option<Box<dyn GroupsAccumulator>>> {
        let is_offered = self.with_arguments(|arguments| Ok(self.function.groups_accumulator_supported(arguments)))?;
        if !is_offered {
            return Ok(None);
        }
        self.with_arguments(|arguments| self.function.create_groups_accumulator(arguments)).map(Some)
    }
}

/// The name of a field of a state.
pub(super) fn field_name(place: usize) -> String {
    format!("s{place}")
}

/// The state of the rows that `aggregate` is over.
pub(super) fn of_rows(call: &Call, aggregate: &AggregateFunction) -> Expr {
    let function = Arc::new(AggregateUDF::from(States::new(call, false)));
    let params = &aggregate.params;
    Expr::AggregateFunction(AggregateFunction::new_udf(
        function,
        params.args.clone(),
        false,
        params.filter.clone(),
        Vec::new(),
        None,
    ))
}

/// The state of all rows of the states whose fields these are.
pub(super) fn merged(call: &Call, fields: Vec<Expr>) -> Expr {
    let function = Arc::new(AggregateUDF::from(States::new(call, true)));
    Expr::AggregateFunction(AggregateFunction::new_udf(function, fields, false, None, Vec::new(), None))
}

/// What the aggregate gives for the state whose fields these are.
pub(super) fn result(call: &Call, fields: Vec<Expr>) -> Expr {
    let function = ScalarUDF::from(Results { call: call.clone(), signature: anything() });
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(function), fields))
}

/// A field of a state.
pub(super) fn field(state: Expr, place: usize) -> Expr {
    Expr::ScalarFunction(ScalarFunction::new_udf(get_field(), vec![state, lit(field_name(place))]))
}

fn anything() -> Signature {
    Signature::variadic_any(Volatility::Immutable)
}

/// [`of_rows`] and [`merged`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct States {
    call: Call,
    /// Whether states come in, instead of rows.
    merges: bool,
    name: String,
    signature: Signature,
}

impl States {
    fn new(call: &Call, merges: bool) -> Self {
        let name = format!("{}_{}", call.function.name(), if merges { "merge" } else { "state" });
        Self { call: call.clone(), merges, name, signature: anything() }
    }
}

impl AggregateUDFImpl for States {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Struct(self.call.state_fields()?))
    }

    fn state_fields(&self, _args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        Ok(self.call.state_fields()?.iter().cloned().collect())
    }

    fn accumulator(&self, _acc_args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        let (fields, inner) = (self.call.state_fields()?, self.call.single()?);
        Ok(Box::new(Single { inner, merges: self.merges, fields }))
    }

    fn groups_accumulator_supported(&self, _args: AccumulatorArgs<'_>) -> bool {
        matches!(self.call.grouped(), Ok(Some(_)))
    }

    fn create_groups_accumulator(&self, _args: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        let Some(inner) = self.call.grouped()? else {
            return not_impl_err!("{} has no accumulator for groups", self.name);
        };
        Ok(Box::new(Grouped { inner, merges: self.merges, fields: self.call.state_fields()? }))
    }
}

#[derive(Debug)]
struct Single {
    inner: Box<dyn Accumulator>,
    merges: bool,
    fields: Fields,
}

impl Accumulator for Single {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        if self.merges { self.inner.merge_batch(values) } else { self.inner.update_batch(values) }
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.inner.merge_batch(states)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.inner.state()
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let arrays = self.inner.state()?.iter().map(ScalarValue::to_array).collect::<Result<Vec<_>>>()?;
        Ok(ScalarValue::Struct(Arc::new(StructArray::try_new(self.fields.clone(), arrays, None)?)))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.inner.size()
    }
}

struct Grouped {
    inner: Box<dyn GroupsAccumulator>,
    merges: bool,
    fields: Fields,
}

impl GroupsAccumulator for Grouped {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        match (self.merges, opt_filter) {
            (false, _) => self.inner.update_batch(values, group_indices, opt_filter, total_num_groups),
            (true, None) => self.inner.merge_batch(values, group_indices, total_num_groups),
            (true, Some(_)) => not_impl_err!("states are merged without a filter"),
        }
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], total_num_groups: usize) -> Result<()> {
        self.inner.merge_batch(values, group_indices, total_num_groups)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.inner.state(emit_to)
    }

    fn convert_to_state(&self, values: &[ArrayRef], opt_filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        match (self.merges, opt_filter) {
            (false, _) => self.inner.convert_to_state(values, opt_filter),
            (true, None) => Ok(values.to_vec()),
            (true, Some(_)) => not_impl_err!("states are merged without a filter"),
        }
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let arrays = self.inner.state(emit_to)?;
        Ok(Arc::new(StructArray::try_new(self.fields.clone(), arrays, None)?))
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.inner.size()
    }
}

/// [`result`].
#[derive(Debug, PartialEq, Eq, Hash)]
struct Results {
    call: Call,
    signature: Signature,
}

impl ScalarUDFImpl for Results {
    fn name(&self) -> &str {
        "result_of_state"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(self.call.result_field()?.data_type().clone())
    }

    /// With what clients are told of the result beyond its values.
    fn return_field_from_args(&self, _args: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::new(self.call.result_field()?.as_ref().clone().with_name(self.name()).with_nullable(true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let states = ColumnarValue::values_to_arrays(&args.args)?;
        let Some(rows) = states.first().map(|state| state.len()) else {
            return exec_err!("a result is drawn from the fields of a state");
        };
        if rows == 0 {
            return Ok(ColumnarValue::Array(new_empty_array(args.return_type())));
        }
        if let Some(mut grouped) = self.call.grouped()? {
            let each: Vec<usize> = (0..rows).collect();
            grouped.merge_batch(&states, &each, rows)?;
            return Ok(ColumnarValue::Array(grouped.evaluate(EmitTo::All)?));
        }
        let mut results = Vec::with_capacity(rows);
        for row in 0..rows {
            let state: Vec<ArrayRef> = states.iter().map(|state| state.slice(row, 1)).collect();
            let mut single = self.call.single()?;
            single.merge_batch(&state)?;
            results.push(single.evaluate()?);
        }
        Ok(ColumnarValue::Array(ScalarValue::iter_to_array(results)?))
    }
}
