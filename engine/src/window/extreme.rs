//! `min` and `max` over frames: the place of the extreme value of each frame, found while the frame moves.

use std::cmp::Ordering;
use std::collections::VecDeque;

use arrow::array::{Array, ArrayRef};
use datafusion::error::Result;

use super::frame::Frame;
use super::layout::Layout;
use super::order::Ordered;
use super::position::take_or_null;

/// Which end of the order is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extreme {
    Min,
    Max,
}

impl Extreme {
    /// How a value compares that is nearer to this end than another.
    fn ordering(self) -> Ordering {
        match self {
            Self::Min => Ordering::Less,
            Self::Max => Ordering::Greater,
        }
    }
}

/// The least or greatest value of each frame that is not NULL; NULL without any. Floats compare in their total
/// order.
pub(super) fn extreme(values: &ArrayRef, layout: &Layout<'_>, frame: Frame, extreme: Extreme) -> Result<ArrayRef> {
    let ordering = extreme.ordering();
    let nulls = values.nulls();
    let valid = |row: usize| nulls.is_none_or(|nulls| nulls.is_valid(row));
    let places = match Ordered::new(values)? {
        Ordered::Words(words) => places(layout, frame, valid, |a, b| words[a].cmp(&words[b]) == ordering),
        Ordered::Wide { high, low } => {
            places(layout, frame, valid, |a, b| (high[a], low[a]).cmp(&(high[b], low[b])) == ordering)
        }
        Ordered::Bytes(bytes) => places(layout, frame, valid, |a, b| bytes[a].cmp(bytes[b]) == ordering),
    };
    take_or_null(values, places)
}

/// `beats(a, b)`: the value of row `a` is nearer to the end looked for than that of `b`.
fn places(
    layout: &Layout<'_>,
    frame: Frame,
    valid: impl Fn(usize) -> bool,
    beats: impl Fn(usize, usize) -> bool,
) -> Vec<Option<u32>> {
    match frame.only_grows() {
        true => growing(layout, frame, valid, beats),
        false => sliding(layout, frame, valid, beats),
    }
}

fn growing(
    layout: &Layout<'_>,
    frame: Frame,
    valid: impl Fn(usize) -> bool,
    beats: impl Fn(usize, usize) -> bool,
) -> Vec<Option<u32>> {
    let mut places = Vec::with_capacity(layout.rows());
    for partition in layout.partitions() {
        let mut best: Option<usize> = None;
        let mut seen = partition.start;
        for row in partition.clone() {
            let end = frame.rows(layout, &partition, row).end;
            while seen < end {
                if valid(seen) && best.is_none_or(|best| beats(seen, best)) {
                    best = Some(seen);
                }
                seen += 1;
            }
            places.push(best.map(|best| best as u32));
        }
    }
    places
}

/// Keeps the rows that can still be the extreme, the best first: a row that a later one beats never is again.
fn sliding(
    layout: &Layout<'_>,
    frame: Frame,
    valid: impl Fn(usize) -> bool,
    beats: impl Fn(usize, usize) -> bool,
) -> Vec<Option<u32>> {
    let mut places = Vec::with_capacity(layout.rows());
    let mut candidates: VecDeque<usize> = VecDeque::new();
    for partition in layout.partitions() {
        candidates.clear();
        let mut seen = partition.start;
        for row in partition.clone() {
            let rows = frame.rows(layout, &partition, row);
            while seen < rows.end {
                if valid(seen) {
                    while candidates.back().is_some_and(|last| beats(seen, *last)) {
                        candidates.pop_back();
                    }
                    candidates.push_back(seen);
                }
                seen += 1;
            }
            while candidates.front().is_some_and(|first| *first < rows.start) {
                candidates.pop_front();
            }
            places.push(candidates.front().map(|best| *best as u32));
        }
    }
    places
}
