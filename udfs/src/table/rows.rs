//! The rows of a group, as a function sees them.

use datafusion::arrow::array::StringArray;
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

use super::arrange::Arranged;
use super::call::Slot;
use super::collect::Grouped;
use super::values::Values;

/// The integer that stands for NULL.
pub(super) const NULL_INTEGER: i64 = i64::MIN;

/// The code that stands for a NULL text.
pub(crate) const NULL_CODE: u32 = u32::MAX;

/// The rows that share a key, of every input.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    code: u32,
    grouped: &'a Grouped,
}

impl<'a> Group<'a> {
    pub(super) fn new(code: u32, grouped: &'a Grouped) -> Self {
        Self { code, grouped }
    }

    /// The place of its key in order, from zero, among those of the groups that a function sees together.
    pub(crate) fn rank(&self) -> Result<usize> {
        self.grouped.rank(self.code)
    }

    /// Its keys: first the values of the `by` columns.
    pub(crate) fn keys(&self) -> Result<Vec<ScalarValue>> {
        self.grouped.keys.iter().map(|key| ScalarValue::try_from_array(key, self.code as usize)).collect()
    }

    /// The rows of an input, none where the key does not occur in it.
    pub(crate) fn rows(&self, input: usize) -> Rows<'a> {
        let arranged = &self.grouped.inputs[input];
        let range = arranged.groups.range_of(self.code as usize);
        Rows { arranged, start: range.start, end: range.end, texts: &self.grouped.texts }
    }
}

/// Rows of one input and one group, in order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows<'a> {
    arranged: &'a Arranged,
    start: usize,
    end: usize,
    texts: &'a [Option<StringArray>],
}

impl<'a> Rows<'a> {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.end - self.start
    }

    /// When each was: microseconds since 1970, ascending. Empty if the function has no order.
    pub(crate) fn times(&self) -> &'a [i64] {
        self.arranged.times.get(self.start..self.end).unwrap_or_default()
    }

    fn values(&self, slot: Slot) -> Option<&'a Values> {
        self.arranged.columns.get(slot.0).and_then(Option::as_ref)
    }

    /// A number of each, NaN for NULL.
    pub(crate) fn numbers(&self, slot: Slot) -> &'a [f64] {
        match self.values(slot) {
            Some(Values::Number(values)) => &values[self.start..self.end],
            _ => &[],
        }
    }

    /// The code of a text of each, [`NULL_CODE`] for NULL. Codes compare as their texts do.
    pub(crate) fn codes(&self, slot: Slot) -> &'a [u32] {
        match self.values(slot) {
            Some(Values::Code(values)) => &values[self.start..self.end],
            _ => &[],
        }
    }

    /// The text of a code of a column, the same column in every input.
    pub(crate) fn text(&self, slot: Slot, code: u32) -> Option<&'a str> {
        let texts = self.texts.get(slot.0).and_then(Option::as_ref)?;
        (code != NULL_CODE).then(|| texts.value(code as usize))
    }

    /// How many texts a column has: one more than the greatest code.
    pub(crate) fn texts(&self, slot: Slot) -> usize {
        use datafusion::arrow::array::Array;
        self.texts.get(slot.0).and_then(Option::as_ref).map_or(0, Array::len)
    }

    /// The number of a row, for columns that are carried to the result.
    pub(crate) fn number(&self, row: usize) -> u32 {
        self.arranged.groups.rows()[self.start + row]
    }
}
