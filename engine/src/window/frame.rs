//! Which rows a function sees from a row: its window frame.

use std::ops::Range;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{WindowFrame, WindowFrameBound, WindowFrameUnits};

use super::layout::Layout;

/// A frame whose bounds follow from a row's position, its peers and its partition, without looking at values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    start: Bound,
    end: Bound,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    /// The first or last row of the partition.
    Partition,
    /// The first or last row that the order does not tell apart from this one.
    Peers,
    /// So many rows after this one; before it when negative.
    Row(i64),
}

impl Frame {
    /// The frame, unless it depends on values (`range 7 preceding`) or counts peer groups (`groups 1 preceding`).
    pub(super) fn of(frame: &WindowFrame) -> Option<Self> {
        let bound = |bound: &WindowFrameBound, outer: bool| {
            let offset = match (frame.units, bound) {
                (WindowFrameUnits::Rows, WindowFrameBound::CurrentRow) => return Some(Bound::Row(0)),
                (_, WindowFrameBound::CurrentRow) => return Some(Bound::Peers),
                (_, WindowFrameBound::Preceding(value) | WindowFrameBound::Following(value)) if value.is_null() => {
                    return outer.then_some(Bound::Partition);
                }
                (
                    WindowFrameUnits::Rows,
                    WindowFrameBound::Preceding(ScalarValue::UInt64(Some(offset)))
                    | WindowFrameBound::Following(ScalarValue::UInt64(Some(offset))),
                ) => i64::try_from(*offset).unwrap_or(i64::MAX),
                _ => return None,
            };
            Some(Bound::Row(if matches!(bound, WindowFrameBound::Preceding(_)) { -offset } else { offset }))
        };
        Some(Self {
            start: bound(&frame.start_bound, matches!(frame.start_bound, WindowFrameBound::Preceding(_)))?,
            end: bound(&frame.end_bound, matches!(frame.end_bound, WindowFrameBound::Following(_)))?,
        })
    }

    /// Whether bounds depend on which rows are peers.
    pub(super) fn needs_peers(self) -> bool {
        self.start == Bound::Peers || self.end == Bound::Peers
    }

    /// Whether every frame starts with the partition, so that no row leaves it again.
    pub(super) fn only_grows(self) -> bool {
        self.start == Bound::Partition
    }

    /// The rows that `row` of `partition` sees; empty when the start is not before the end.
    ///
    /// From one row to the next neither bound moves back.
    #[inline]
    pub(super) fn rows(self, layout: &Layout<'_>, partition: &Range<usize>, row: usize) -> Range<usize> {
        let at = |offset: i64| {
            let place = (row as i64).saturating_add(offset);
            place.clamp(partition.start as i64, partition.end as i64) as usize
        };
        let start = match self.start {
            Bound::Partition => partition.start,
            Bound::Peers => layout.peers(row).start,
            Bound::Row(offset) => at(offset),
        };
        let end = match self.end {
            Bound::Partition => partition.end,
            Bound::Peers => layout.peers(row).end,
            Bound::Row(offset) => at(offset.saturating_add(1)),
        };
        start..end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preceding(rows: u64) -> WindowFrameBound {
        WindowFrameBound::Preceding(ScalarValue::UInt64(Some(rows)))
    }

    fn following(rows: u64) -> WindowFrameBound {
        WindowFrameBound::Following(ScalarValue::UInt64(Some(rows)))
    }

    fn seen(start: WindowFrameBound, end: WindowFrameBound) -> Vec<Range<usize>> {
        let frame = Frame::of(&WindowFrame::new_bounds(WindowFrameUnits::Rows, start, end)).unwrap();
        let layout = Layout::new(&[0, 4], None);
        (0..4).map(|row| frame.rows(&layout, &(0..4), row)).collect()
    }

    #[test]
    fn a_frame_of_rows_stays_within_its_partition() {
        assert_eq!(seen(preceding(1), following(1)), [0..2, 0..3, 1..4, 2..4]);
        assert_eq!(seen(preceding(2), preceding(1)), [0..0, 0..1, 0..2, 1..3]);
        assert_eq!(seen(following(u64::MAX), following(u64::MAX)), [4..4, 4..4, 4..4, 4..4]);
    }

    #[test]
    fn frames_that_depend_on_values_or_count_peers_are_not_known() {
        for units in [WindowFrameUnits::Range, WindowFrameUnits::Groups] {
            assert_eq!(Frame::of(&WindowFrame::new_bounds(units, preceding(1), following(1))), None);
        }
    }
}
