//! Functions that read the value of another row: `lag`, `lead`, `first_value`, `last_value` and `nth_value`.

use std::ops::Range;

use arrow::array::{ArrayRef, UInt32Array};
use arrow::compute::{interleave, take};
use datafusion::common::ScalarValue;
use datafusion::error::Result;

use super::frame::Frame;
use super::layout::Layout;

/// Which row of a frame is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pick {
    First,
    Last,
    /// Counted from one, from the end when negative.
    Nth(i64),
}

impl Pick {
    fn of(self, rows: Range<usize>) -> Option<usize> {
        let count = rows.len() as u64;
        match self {
            Self::First => (count > 0).then_some(rows.start),
            Self::Last => (count > 0).then(|| rows.end - 1),
            Self::Nth(nth) if nth == 0 || nth.unsigned_abs() > count => None,
            Self::Nth(nth) if nth > 0 => Some(rows.start + nth.unsigned_abs() as usize - 1),
            Self::Nth(nth) => Some(rows.end - nth.unsigned_abs() as usize),
        }
    }
}

/// The value of the row that `pick` chooses from each frame; NULL where there is none.
pub(super) fn pick(values: &ArrayRef, layout: &Layout<'_>, frame: Frame, pick: Pick) -> Result<ArrayRef> {
    let mut places = Vec::with_capacity(layout.rows());
    for partition in layout.partitions() {
        for row in partition.clone() {
            places.push(pick.of(frame.rows(layout, &partition, row)).map(|place| place as u32));
        }
    }
    take_or_null(values, places)
}

/// The value `back` rows before each row of its partition, after it when negative; the default outside of it.
pub(super) fn shift(values: &ArrayRef, layout: &Layout<'_>, back: i64, default: &ScalarValue) -> Result<ArrayRef> {
    let places = layout.partitions().flat_map(|partition| {
        partition.clone().map(move |row| {
            let place = usize::try_from((row as i64).saturating_sub(back)).ok()?;
            partition.contains(&place).then_some(place)
        })
    });
    if default.is_null() {
        return take_or_null(values, places.map(|place| place.map(|place| place as u32)).collect());
    }
    let default = default.to_array_of_size(1)?;
    let places: Vec<(usize, usize)> = places.map(|place| place.map_or((1, 0), |place| (0, place))).collect();
    Ok(interleave(&[values.as_ref(), default.as_ref()], &places)?)
}

/// The values at some places.
pub(super) fn take_or_null(values: &ArrayRef, places: Vec<Option<u32>>) -> Result<ArrayRef> {
    Ok(take(values.as_ref(), &UInt32Array::from(places), None)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_counted_from_either_end_of_its_frame() {
        assert_eq!(Pick::Nth(2).of(3..6), Some(4));
        assert_eq!(Pick::Nth(-1).of(3..6), Some(5));
        assert_eq!(Pick::Nth(4).of(3..6), None);
        assert_eq!(Pick::Nth(i64::MIN).of(3..6), None);
        assert_eq!((Pick::First.of(3..3), Pick::Last.of(3..3)), (None, None));
    }
}
