//! `json_agg`, `jsonb_agg`, `json_object_agg`, `jsonb_object_agg`: JSON out of the rows of a group.
//!
//! The values are collected as `array_agg` collects them, with its ORDER BY, DISTINCT and memory; the text is made of
//! them at the end.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringBuilder};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{exec_err, internal_err};
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, DocSection, Documentation, Signature, Volatility,
};
use datafusion::scalar::ScalarValue;

use super::build::joined;
use super::tree::{Tree, quote};
use super::write::{Style, is_json, write};
use super::{JSON, JSONB};
use crate::bounded::{LimitExceeded, VALUE_BYTES_MAX, What};
use crate::postgres::output;
use crate::postgres::zone::Zone;
use crate::postgres_type;
use crate::value_error::ValueError;

/// The aggregates, over DataFusion's `array_agg`.
pub(in crate::postgres) fn functions(array_agg: &Arc<AggregateUDF>) -> Vec<AggregateUDF> {
    [
        ("json_agg", Shape::Array, JSON),
        ("jsonb_agg", Shape::Array, JSONB),
        ("json_object_agg", Shape::Object, JSON),
        ("jsonb_object_agg", Shape::Object, JSONB),
    ]
    .into_iter()
    .map(|(name, shape, label)| AggregateUDF::from(JsonAggregate::new(name, shape, label, array_agg)))
    .collect()
}

/// What the rows of a group become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Shape {
    Array,
    Object,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct JsonAggregate {
    name: &'static str,
    shape: Shape,
    label: &'static str,
    array_agg: Arc<AggregateUDF>,
    signature: Signature,
    documentation: Documentation,
}

impl JsonAggregate {
    fn new(name: &'static str, shape: Shape, label: &'static str, array_agg: &Arc<AggregateUDF>) -> Self {
        let (arguments, syntax, about) = match shape {
            Shape::Array => (1, "json_agg(value)", "Returns the values of a group as a JSON array; NULL of no rows."),
            Shape::Object => {
                (2, "json_object_agg(key, value)", "Returns keys and values as a JSON object; NULL of no rows.")
            }
        };
        Self {
            name,
            shape,
            label,
            array_agg: Arc::clone(array_agg),
            signature: Signature::any(arguments, Volatility::Stable),
            documentation: Documentation::builder(DocSection::default(), about, syntax).build(),
        }
    }

    /// What is collected first: the values, or the members as texts.
    fn item(&self, arguments: &[FieldRef]) -> FieldRef {
        let data_type = match self.shape {
            Shape::Array => arguments.last().map_or(DataType::Null, |field| field.data_type().clone()),
            Shape::Object => DataType::Utf8,
        };
        Arc::new(Field::new_list_field(data_type, true))
    }

    /// The array of these.
    fn collected(&self, item: &FieldRef) -> FieldRef {
        Arc::new(Field::new(self.name, DataType::List(Arc::clone(item)), true))
    }
}

impl AggregateUDFImpl for JsonAggregate {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn return_field(&self, _arg_fields: &[FieldRef]) -> Result<FieldRef> {
        Ok(Arc::new(postgres_type::mark(Field::new(self.name, DataType::Utf8, true), self.label)))
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let is_json = args.expr_fields.last().is_some_and(|field| is_json(field));
        let item = self.item(args.expr_fields);
        let (return_field, expr_fields) = (self.collected(&item), &[item]);
        let collected = self.array_agg.accumulator(AccumulatorArgs { return_field, expr_fields, ..args })?;
        let is_usual = self.label == JSONB;
        Ok(match self.shape {
            Shape::Array => Box::new(ArrayText { collected, is_json, is_usual }),
            Shape::Object => Box::new(ObjectText { collected, is_json, is_usual }),
        })
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let item = self.item(args.input_fields);
        let (return_field, input_fields) = (self.collected(&item), &[item]);
        self.array_agg.state_fields(StateFieldsArgs { return_field, input_fields, ..args })
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.array_agg.order_sensitivity()
    }

    fn with_beneficial_ordering(self: Arc<Self>, is_ordered: bool) -> Result<Option<Arc<dyn AggregateUDFImpl>>> {
        let array_agg = self.array_agg.as_ref().clone().with_beneficial_ordering(is_ordered)?;
        Ok(array_agg.map(|array_agg| {
            Arc::new(Self::new(self.name, self.shape, self.label, &Arc::new(array_agg))) as Arc<dyn AggregateUDFImpl>
        }))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// What `array_agg` collects, as a JSON array.
#[derive(Debug)]
struct ArrayText {
    collected: Box<dyn Accumulator>,
    is_json: bool,
    is_usual: bool,
}

impl Accumulator for ArrayText {
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
        let ScalarValue::List(list) = self.collected.evaluate()? else {
            return internal_err!("array_agg gave no array");
        };
        if list.is_empty() || list.is_null(0) {
            return Ok(ScalarValue::Utf8(None));
        }
        // Instants inside JSON are shown in UTC here: an accumulator does not know the session.
        let text = joined(&list.value(0), self.is_json, Style { zone: Zone::UTC, lines: false })?;
        finished(text, self.is_usual)
    }

    fn size(&self) -> usize {
        self.collected.size() + size_of::<Self>()
    }
}

/// Members that `array_agg` collects as texts, as a JSON object.
#[derive(Debug)]
struct ObjectText {
    collected: Box<dyn Accumulator>,
    is_json: bool,
    is_usual: bool,
}

impl ObjectText {
    /// Each key with its value.
    fn members(&self, keys: &ArrayRef, values: &ArrayRef) -> Result<ArrayRef> {
        let style = Style { zone: Zone::UTC, lines: false };
        let mut members = StringBuilder::new();
        let mut member = String::new();
        for row in 0..keys.len() {
            if keys.data_type().is_null() || keys.is_null(row) {
                return Err(ValueError::invalid_parameter("field name must not be null").into());
            }
            member.clear();
            quote(&output::text(keys, row, Zone::UTC)?, &mut member);
            member.push_str(" : ");
            write(values, row, self.is_json, style, &mut member)?;
            members.append_value(&member);
        }
        Ok(Arc::new(members.finish()))
    }
}

impl Accumulator for ObjectText {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        // Behind the key and the value stands what they are ordered by.
        let [keys, values, order @ ..] = values else { return exec_err!("json_object_agg takes a key and a value") };
        let mut inputs = vec![self.members(keys, values)?];
        inputs.extend_from_slice(order);
        self.collected.update_batch(&inputs)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.collected.merge_batch(states)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.collected.state()
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let ScalarValue::List(list) = self.collected.evaluate()? else {
            return internal_err!("array_agg gave no array");
        };
        if list.is_empty() || list.is_null(0) {
            return Ok(ScalarValue::Utf8(None));
        }
        let members = list.value(0);
        let members: Vec<&str> = members.as_string::<i32>().iter().flatten().collect();
        finished(format!("{{ {} }}", members.join(", ")), self.is_usual)
    }

    fn size(&self) -> usize {
        self.collected.size() + size_of::<Self>()
    }
}

fn finished(text: String, is_usual: bool) -> Result<ScalarValue> {
    if text.len() as u64 > VALUE_BYTES_MAX {
        let amount = text.len() as u64;
        return Err(LimitExceeded { function: "json_agg".into(), what: What::Value, amount }.into());
    }
    Ok(ScalarValue::Utf8(Some(if is_usual { Tree::parse(&text)?.text() } else { text })))
}
