//! `json_agg`, `jsonb_agg`, `json_object_agg`, `jsonb_object_agg`: JSON out of the rows of a group.
//!
//! The values are collected as `array_agg` collects them, with its ORDER BY, DISTINCT and memory; the text is made of
//! them at the end.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
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

    /// The array that is collected first: of the values, or of the keys and values.
    fn item_type(&self, types: &[DataType]) -> DataType {
        types.last().cloned().unwrap_or(DataType::Null)
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
        let types: Vec<DataType> = args.expr_fields.iter().map(|field| field.data_type().clone()).collect();
        let item = Arc::new(Field::new_list_field(self.item_type(&types), true));
        match self.shape {
            Shape::Array => {
                let return_field = Arc::new(Field::new(self.name, DataType::List(item), true));
                let collected = self.array_agg.accumulator(AccumulatorArgs { return_field, ..args })?;
                Ok(Box::new(ArrayText { collected, is_json, is_usual: self.label == JSONB }))
            }
            Shape::Object => Ok(Box::new(ObjectText::new(is_json, self.label == JSONB))),
        }
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        match self.shape {
            Shape::Array => {
                let types: Vec<DataType> = args.input_fields.iter().map(|field| field.data_type().clone()).collect();
                let item = Arc::new(Field::new_list_field(self.item_type(&types), true));
                let return_field = Arc::new(Field::new(self.name, DataType::List(item), true));
                self.array_agg.state_fields(StateFieldsArgs { return_field, ..args })
            }
            Shape::Object => {
                let text = DataType::new_list(DataType::Utf8, true);
                Ok(vec![
                    Arc::new(Field::new(format!("{}[keys]", args.name), text.clone(), true)),
                    Arc::new(Field::new(format!("{}[values]", args.name), text, true)),
                ])
            }
        }
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        match self.shape {
            Shape::Array => self.array_agg.order_sensitivity(),
            Shape::Object => AggregateOrderSensitivity::HardRequirement,
        }
    }

    fn with_beneficial_ordering(self: Arc<Self>, is_ordered: bool) -> Result<Option<Arc<dyn AggregateUDFImpl>>> {
        if self.shape == Shape::Object {
            return Ok(None);
        }
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

/// Keys and values, each already as JSON.
#[derive(Debug)]
struct ObjectText {
    keys: Vec<String>,
    values: Vec<String>,
    bytes: usize,
    is_json: bool,
    is_usual: bool,
}

impl ObjectText {
    fn new(is_json: bool, is_usual: bool) -> Self {
        Self { keys: Vec::new(), values: Vec::new(), bytes: 0, is_json, is_usual }
    }

    fn push(&mut self, key: String, value: String) -> Result<()> {
        self.bytes += key.len() + value.len() + 2 * size_of::<String>();
        if self.bytes as u64 > 4 * VALUE_BYTES_MAX {
            let amount = self.bytes as u64;
            return Err(LimitExceeded { function: "json_object_agg".into(), what: What::Value, amount }.into());
        }
        self.keys.push(key);
        self.values.push(value);
        Ok(())
    }
}

impl Accumulator for ObjectText {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let [keys, values] = values else { return exec_err!("json_object_agg takes a key and a value") };
        let style = Style { zone: Zone::UTC, lines: false };
        for row in 0..keys.len() {
            if keys.data_type().is_null() || keys.is_null(row) {
                return Err(ValueError::invalid_parameter("field name must not be null").into());
            }
            let (mut key, mut value) = (String::new(), String::new());
            quote(&output::text(keys, row, Zone::UTC)?, &mut key);
            write(values, row, self.is_json, style, &mut value)?;
            self.push(key, value)?;
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let [keys, values] = states else { return internal_err!("json_object_agg has two states") };
        let (keys, values) = (keys.as_list::<i32>(), values.as_list::<i32>());
        for row in 0..keys.len() {
            if keys.is_null(row) {
                continue;
            }
            let (keys, values) = (keys.value(row), values.value(row));
            let (keys, values) = (keys.as_string::<i32>(), values.as_string::<i32>());
            for (key, value) in keys.iter().zip(values) {
                self.push(key.unwrap_or_default().to_owned(), value.unwrap_or_default().to_owned())?;
            }
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let list = |texts: &[String]| {
            let texts: Vec<ScalarValue> = texts.iter().map(|text| ScalarValue::from(text.as_str())).collect();
            ScalarValue::List(ScalarValue::new_list_nullable(&texts, &DataType::Utf8))
        };
        Ok(vec![list(&self.keys), list(&self.values)])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        if self.keys.is_empty() {
            return Ok(ScalarValue::Utf8(None));
        }
        let mut text = "{ ".to_owned();
        for (place, (key, value)) in self.keys.iter().zip(&self.values).enumerate() {
            if place > 0 {
                text.push_str(", ");
            }
            text.push_str(key);
            text.push_str(" : ");
            text.push_str(value);
        }
        text.push_str(" }");
        finished(text, self.is_usual)
    }

    fn size(&self) -> usize {
        self.bytes + size_of::<Self>()
    }
}

fn finished(text: String, is_usual: bool) -> Result<ScalarValue> {
    if text.len() as u64 > VALUE_BYTES_MAX {
        let amount = text.len() as u64;
        return Err(LimitExceeded { function: "json_agg".into(), what: What::Value, amount }.into());
    }
    Ok(ScalarValue::Utf8(Some(if is_usual { Tree::parse(&text)?.text() } else { text })))
}
