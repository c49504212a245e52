//! Columns of a batch, named and typed as the tables declare them; the columns that all tables have come first.

use std::fmt::Write;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array, RecordBatch,
    StringArray, StringBuilder, TimestampMicrosecondArray,
};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use bellwether::{Error, Result};

use super::chance::mix;

/// Digits of a key in the tables.
const DIGITS: usize = 16;

/// Something that has keys: the same number of another kind has another key.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
pub(super) enum Thing {
    Market = 1,
    Person,
    Twin,
    Staff,
    Vendor,
    Competitor,
    Unit,
    Account,
    Product,
    Campaign,
    Rate,
    Identity,
    Spend,
    Event,
    Lead,
    Opportunity,
    Order,
    Invoice,
    Refund,
    Quote,
    Bill,
    Line,
    Payment,
    Subscription,
    Change,
    Job,
    Ticket,
    Posting,
    Balance,
    Call,
    Message,
    Shift,
    Feedback,
    Approval,
    Target,
    Observation,
}

/// The key of thing number `number`.
pub(super) fn key(thing: Thing, number: u64) -> u64 {
    mix(mix(thing as u64 ^ 0x5bd1_e995_0000_0000).wrapping_add(number))
}

/// As the tables show it: hexadecimal.
pub(super) fn shown(key: u64) -> String {
    format!("{key:016x}")
}

/// The columns of one batch.
#[derive(Debug)]
pub(super) struct Columns {
    columns: Vec<(&'static str, ArrayRef)>,
}

impl Columns {
    /// Starts with the columns that all tables have, for these keys.
    pub(super) fn of(source: &'static str, keys: impl ExactSizeIterator<Item = u64> + Clone, updated_at: i64) -> Self {
        let rows = keys.len();
        let ids: ArrayRef = Arc::new(hexadecimal(keys));
        Self::bare()
            .array("id", Arc::clone(&ids))
            .text("source", std::iter::repeat_n(source, rows))
            .array("source_id", ids)
            .instant("updated_at", std::iter::repeat_n(updated_at, rows))
    }

    /// Starts with no columns.
    pub(super) fn bare() -> Self {
        Self { columns: Vec::with_capacity(24) }
    }

    pub(super) fn array(mut self, name: &'static str, values: ArrayRef) -> Self {
        self.columns.push((name, values));
        self
    }

    pub(super) fn text<T: AsRef<str>>(self, name: &'static str, values: impl Iterator<Item = T>) -> Self {
        self.array(name, Arc::new(StringArray::from_iter_values(values)))
    }

    pub(super) fn maybe_text<T: AsRef<str>>(self, name: &'static str, values: impl Iterator<Item = Option<T>>) -> Self {
        self.array(name, Arc::new(StringArray::from_iter(values)))
    }

    pub(super) fn key(self, name: &'static str, keys: impl ExactSizeIterator<Item = u64>) -> Self {
        self.array(name, Arc::new(hexadecimal(keys)))
    }

    pub(super) fn maybe_key(self, name: &'static str, keys: impl Iterator<Item = Option<u64>>) -> Self {
        let mut text = StringBuilder::new();
        for key in keys {
            match key {
                Some(key) => {
                    // Writing into memory cannot fail.
                    let _ = write!(text, "{key:016x}");
                    text.append_value("");
                }
                None => text.append_null(),
            }
        }
        self.array(name, Arc::new(text.finish()))
    }

    /// Amounts in ten-thousandths.
    pub(super) fn money(self, name: &'static str, amounts: impl Iterator<Item = i64>) -> Self {
        self.decimal(name, amounts.map(Some), (18, 4))
    }

    pub(super) fn maybe_money(self, name: &'static str, amounts: impl Iterator<Item = Option<i64>>) -> Self {
        self.decimal(name, amounts, (18, 4))
    }

    /// Decimals of a precision and scale, given as whole numbers of their last digit.
    pub(super) fn decimal(
        self,
        name: &'static str,
        values: impl Iterator<Item = Option<i64>>,
        (precision, scale): (u8, i8),
    ) -> Self {
        let values: Decimal128Array = values.map(|value| value.map(i128::from)).collect();
        // Whole numbers of 64 bits have fewer digits than any precision that is asked for here can refuse.
        let values = values.with_data_type(arrow::datatypes::DataType::Decimal128(precision, scale));
        self.array(name, Arc::new(values))
    }

    /// Moments in seconds.
    pub(super) fn instant(self, name: &'static str, seconds: impl Iterator<Item = i64>) -> Self {
        self.maybe_instant(name, seconds.map(Some))
    }

    pub(super) fn maybe_instant(self, name: &'static str, seconds: impl Iterator<Item = Option<i64>>) -> Self {
        let micros: TimestampMicrosecondArray = seconds.map(|second| second.map(|second| second * 1_000_000)).collect();
        self.array(name, Arc::new(micros.with_timezone("UTC")))
    }

    pub(super) fn maybe_day(self, name: &'static str, days: impl Iterator<Item = Option<i64>>) -> Self {
        self.array(name, Arc::new(days.map(|day| day.map(|day| day as i32)).collect::<Date32Array>()))
    }

    pub(super) fn day(self, name: &'static str, days: impl Iterator<Item = i64>) -> Self {
        self.maybe_day(name, days.map(Some))
    }

    pub(super) fn int(self, name: &'static str, values: impl Iterator<Item = Option<i64>>) -> Self {
        self.array(name, Arc::new(values.map(|value| value.map(|value| value as i32)).collect::<Int32Array>()))
    }

    pub(super) fn bigint(self, name: &'static str, values: impl Iterator<Item = Option<i64>>) -> Self {
        self.array(name, Arc::new(values.collect::<Int64Array>()))
    }

    pub(super) fn double(self, name: &'static str, values: impl Iterator<Item = Option<f64>>) -> Self {
        self.array(name, Arc::new(values.collect::<Float64Array>()))
    }

    pub(super) fn flag(self, name: &'static str, values: impl Iterator<Item = Option<bool>>) -> Self {
        self.array(name, Arc::new(values.collect::<BooleanArray>()))
    }

    pub(super) fn finish(self) -> Result<RecordBatch> {
        let columns = self.columns.into_iter().map(|(name, values)| (name, values, true));
        RecordBatch::try_from_iter_with_nullable(columns)
            .map_err(|error| Error::internal("the demo's columns differ in length").with_source(error))
    }
}

/// Keys as text, written digit by digit into one buffer.
pub(super) fn hexadecimal(keys: impl ExactSizeIterator<Item = u64>) -> StringArray {
    const HEXADECIMAL: &[u8; 16] = b"0123456789abcdef";
    let rows = keys.len();
    let mut text = Vec::with_capacity(rows * DIGITS);
    for key in keys {
        for digit in (0..DIGITS as u32).rev() {
            text.push(HEXADECIMAL[(key >> (4 * digit)) as usize & 15]);
        }
    }
    let offsets: ScalarBuffer<i32> = (0..=rows as i32).map(|row| row * DIGITS as i32).collect();
    StringArray::new(OffsetBuffer::new(offsets), text.into(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_shown_alike_wherever_they_stand() {
        let keys = [0_u64, 7, u64::MAX, key(Thing::Order, 3)];
        let column = hexadecimal(keys.iter().copied());
        for (row, number) in keys.iter().enumerate() {
            assert_eq!(column.value(row), shown(*number));
        }
        assert_ne!(key(Thing::Order, 3), key(Thing::Invoice, 3));
    }

    #[test]
    fn money_is_kept_to_the_cent() {
        let batch =
            Columns::of("test", [1_u64].into_iter(), 0).money("total", [1_234_500].into_iter()).finish().unwrap();
        let total = arrow::array::AsArray::as_primitive::<arrow::datatypes::Decimal128Type>(
            batch.column_by_name("total").unwrap(),
        );
        assert_eq!(total.value_as_string(0), "123.4500");
    }
}
