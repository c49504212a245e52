//! `string_agg` of a bounded length.
//!
//! A text of a column that is sent or stored has at most 2 GiB, and arrays of more fail wherever they are made.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, Documentation, EmitTo, GroupsAccumulator, ReversedUDAF, Signature,
};
use datafusion::scalar::ScalarValue;

use super::limit::{LimitExceeded, TEXT_BYTES_MAX, What};

/// DataFusion's `string_agg`, which stops where a text becomes too long.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct BoundedText {
    inner: Arc<AggregateUDF>,
}

impl BoundedText {
    pub(super) fn new(inner: Arc<AggregateUDF>) -> Self {
        Self { inner }
    }
}

impl AggregateUDFImpl for BoundedText {
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

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        // Of texts that come again and again it keeps one.
        let is_distinct = args.is_distinct;
        let inner = self.inner.accumulator(args)?;
        Ok(if is_distinct { inner } else { Box::new(Text { inner, bytes: 0 }) })
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        self.inner.state_fields(args)
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        self.inner.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        let inner = self.inner.create_groups_accumulator(args)?;
        Ok(Box::new(Texts { inner }))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.inner.order_sensitivity()
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        match self.inner.inner().reverse_expr() {
            ReversedUDAF::Reversed(inner) => ReversedUDAF::Reversed(Arc::new(AggregateUDF::from(Self { inner }))),
            other => other,
        }
    }

    fn supports_null_handling_clause(&self) -> bool {
        self.inner.supports_null_handling_clause()
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }
}

/// One text, with the bytes that were put into it.
#[derive(Debug)]
struct Text {
    inner: Box<dyn Accumulator>,
    bytes: u64,
}

impl Text {
    fn count(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.bytes += values.first().map_or(0, |values| bytes(values.as_ref()));
        check(self.bytes)
    }
}

impl Accumulator for Text {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.count(values)?;
        self.inner.update_batch(values)
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.count(states)?;
        self.inner.merge_batch(states)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.inner.state()
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        self.inner.evaluate()
    }

    fn size(&self) -> usize {
        self.inner.size() + size_of::<Self>()
    }
}

/// The texts of many groups, which are looked at when they are done.
struct Texts {
    inner: Box<dyn GroupsAccumulator>,
}

impl GroupsAccumulator for Texts {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        groups: usize,
    ) -> Result<()> {
        self.inner.update_batch(values, group_indices, filter, groups)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let texts = self.inner.evaluate(emit_to)?;
        if let Some(texts) = texts.as_string_opt::<i64>() {
            check(texts.offsets().lengths().max().unwrap_or(0) as u64)?;
        }
        Ok(texts)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.inner.state(emit_to)
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], groups: usize) -> Result<()> {
        self.inner.merge_batch(values, group_indices, groups)
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        self.inner.convert_to_state(values, filter)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }
}

fn check(bytes: u64) -> Result<()> {
    match bytes > TEXT_BYTES_MAX {
        true => Err(LimitExceeded { function: "string_agg".into(), what: What::Text, amount: bytes }.into()),
        false => Ok(()),
    }
}

/// Bytes of the texts of an array, or of the texts in an array of lists.
fn bytes(values: &dyn Array) -> u64 {
    let span = |start: i64, end: i64| (end - start).unsigned_abs();
    match values.data_type() {
        DataType::Utf8 => {
            let offsets = values.as_string::<i32>().value_offsets();
            span(offsets.first().copied().unwrap_or(0).into(), offsets.last().copied().unwrap_or(0).into())
        }
        DataType::LargeUtf8 => {
            let offsets = values.as_string::<i64>().value_offsets();
            span(offsets.first().copied().unwrap_or(0), offsets.last().copied().unwrap_or(0))
        }
        // The lower half of a view is the length of its text.
        DataType::Utf8View => values.as_string_view().views().iter().map(|view| u64::from(*view as u32)).sum(),
        DataType::List(_) => {
            let lists = values.as_list::<i32>();
            (0..lists.len()).filter(|row| lists.is_valid(*row)).map(|row| bytes(lists.value(row).as_ref())).sum()
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{LargeStringArray, ListArray, StringArray, StringViewArray};
    use datafusion::arrow::buffer::OffsetBuffer;
    use datafusion::arrow::datatypes::Field;

    use super::*;

    #[test]
    fn the_bytes_of_texts_are_counted_however_they_lie_in_memory() {
        let texts = ["", "four", "a text too long to be inlined"];
        let plain = StringArray::from_iter_values(texts);
        assert_eq!(bytes(&plain), 33);
        assert_eq!(bytes(&plain.slice(1, 1)), 4);
        assert_eq!(bytes(&LargeStringArray::from_iter_values(texts)), 33);
        assert_eq!(bytes(&StringViewArray::from_iter_values(texts)), 33);
        let item = Arc::new(Field::new_list_field(DataType::Utf8, true));
        let list = ListArray::new(item, OffsetBuffer::from_lengths([2, 1]), Arc::new(plain), None);
        assert_eq!(bytes(&list), 33);
        assert_eq!(bytes(&list.slice(0, 1)), 4);
    }

    #[test]
    fn a_text_longer_than_the_limit_is_refused() {
        assert!(check(TEXT_BYTES_MAX).is_ok());
        let error = check(TEXT_BYTES_MAX + 1).unwrap_err().to_string();
        assert!(error.contains("string_agg would make a text of 1073741825 bytes, the limit is 1073741824"), "{error}");
    }
}
