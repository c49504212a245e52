//! `array_agg` of values whose type Arrow has no own type for: an array of that type, `uuid[]`, `name[]`.
//!
//! What is collected is what `array_agg` collects; the array that comes out says of its items what they are.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature};
use datafusion::scalar::ScalarValue;

use crate::postgres_type;

const NAME: &str = "array_agg";

/// The aggregate for values of `field`, if they are of such a type and `aggregate` is the plain one.
pub fn marked_array_agg(aggregate: &Arc<AggregateUDF>, field: &Field) -> Option<Arc<AggregateUDF>> {
    let is_plain = aggregate.name() == NAME && aggregate.inner().downcast_ref::<Marked>().is_none();
    if !is_plain || postgres_type::of(field).is_none() {
        return None;
    }
    Some(Arc::new(AggregateUDF::from(Marked { collect: Arc::clone(aggregate) })))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Marked {
    collect: Arc<AggregateUDF>,
}

impl Marked {
    /// The result of the plain aggregate.
    fn plain(fields: &[FieldRef]) -> Result<FieldRef> {
        let [field] = fields else { return internal_err!("array_agg takes one argument") };
        let item = Field::new_list_field(field.data_type().clone(), true);
        Ok(Arc::new(Field::new(NAME, DataType::List(Arc::new(item)), true)))
    }

    /// An item of the result.
    fn item(field: &Field) -> FieldRef {
        let item = Field::new_list_field(field.data_type().clone(), true);
        Arc::new(match postgres_type::of(field) {
            Some(name) => postgres_type::mark(item, name),
            None => item,
        })
    }
}

impl AggregateUDFImpl for Marked {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        self.collect.signature()
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.collect.return_type(arg_types)
    }

    fn return_field(&self, arg_fields: &[FieldRef]) -> Result<FieldRef> {
        let [field] = arg_fields else { return internal_err!("array_agg takes one argument") };
        Ok(Arc::new(Field::new(NAME, DataType::List(Self::item(field)), true)))
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let [field] = args.expr_fields else { return internal_err!("array_agg takes one argument") };
        let item = Self::item(field);
        let return_field = Self::plain(args.expr_fields)?;
        let collected = self.collect.accumulator(AccumulatorArgs { return_field, ..args })?;
        Ok(Box::new(MarkedItems { collected, item }))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let return_field = Self::plain(args.input_fields)?;
        self.collect.state_fields(StateFieldsArgs { return_field, ..args })
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.collect.order_sensitivity()
    }

    fn with_beneficial_ordering(self: Arc<Self>, is_ordered: bool) -> Result<Option<Arc<dyn AggregateUDFImpl>>> {
        let collect = self.collect.as_ref().clone().with_beneficial_ordering(is_ordered)?;
        Ok(collect.map(|collect| Arc::new(Self { collect: Arc::new(collect) }) as Arc<dyn AggregateUDFImpl>))
    }

    fn supports_null_handling_clause(&self) -> bool {
        self.collect.supports_null_handling_clause()
    }
}

#[derive(Debug)]
struct MarkedItems {
    collected: Box<dyn Accumulator>,
    item: FieldRef,
}

impl Accumulator for MarkedItems {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.collected.update_batch(values)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.collected.merge_batch(states)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.collected.state()
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let array = self.collected.evaluate()?.to_array()?;
        let Some(list) = array.as_list_opt::<i32>() else { return internal_err!("array_agg gave no array") };
        let marked = ListArray::try_new(
            Arc::clone(&self.item),
            list.offsets().clone(),
            Arc::clone(list.values()),
            list.nulls().cloned(),
        )?;
        Ok(ScalarValue::List(Arc::new(marked)))
    }

    fn size(&self) -> usize {
        self.collected.size() + size_of::<Self>()
    }
}
