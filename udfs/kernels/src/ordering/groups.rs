//! The rows of each group side by side, by a counting sort.

use std::ops::Range;

/// Rows by group: the rows of group `g` are `rows()[offsets()[g]..offsets()[g + 1]]`, in order of arrival.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups {
    offsets: Vec<u32>,
    rows: Vec<u32>,
}

impl Groups {
    /// Brings together the rows that share a code; `codes[row]` is less than `groups`.
    ///
    /// Costs one pass that counts, one over the groups and one that places rows. `None` when there are more
    /// rows than a `u32` counts or a code is out of range.
    #[must_use]
    pub fn new(codes: &[u32], groups: usize) -> Option<Self> {
        let row_count = u32::try_from(codes.len()).ok()?;
        // One place ahead: while rows are placed, `offsets[g + 1]` is where the next row of `g` goes, and at the
        // end it is where `g` ends.
        let mut offsets = vec![0_u32; groups.checked_add(2)?];
        for &code in codes {
            if code as usize >= groups {
                return None;
            }
            offsets[code as usize + 2] += 1;
        }
        for group in 2..offsets.len() {
            offsets[group] += offsets[group - 1];
        }
        let mut rows = vec![0_u32; codes.len()];
        for (row, &code) in (0..row_count).zip(codes) {
            let next = &mut offsets[code as usize + 1];
            rows[*next as usize] = row;
            *next += 1;
        }
        offsets.pop();
        Some(Self { offsets, rows })
    }

    /// The number of groups, those without rows included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Whether there is no group.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where each group starts in [`Self::rows`], and where the last one ends.
    #[must_use]
    pub fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    /// All rows, group by group.
    #[must_use]
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// Where the rows of one group are in [`Self::rows`].
    #[must_use]
    pub fn range_of(&self, group: usize) -> Range<usize> {
        self.offsets[group] as usize..self.offsets[group + 1] as usize
    }

    /// The rows of one group.
    #[must_use]
    pub fn rows_of(&self, group: usize) -> &[u32] {
        &self.rows[self.range_of(group)]
    }

    /// The offsets, and the rows to be put into order in place by [`sort_groups`](super::sort_groups).
    #[must_use]
    pub fn parts_mut(&mut self) -> (&[u32], &mut [u32]) {
        (&self.offsets, &mut self.rows)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rows_of_a_group_keep_their_order_of_arrival() {
        let groups = Groups::new(&[2, 0, 2, 3, 0, 2], 4).unwrap();
        assert_eq!(groups.len(), 4);
        assert_eq!(groups.offsets(), [0, 2, 2, 5, 6]);
        assert_eq!(groups.rows(), [1, 4, 0, 2, 5, 3]);
        assert_eq!(groups.rows_of(1), [] as [u32; 0]);
        assert_eq!(groups.rows_of(2), [0, 2, 5]);
    }

    #[test]
    fn nothing_makes_no_groups() {
        let groups = Groups::new(&[], 0).unwrap();
        assert!(groups.is_empty());
        assert_eq!(groups.rows(), [] as [u32; 0]);
        assert!(Groups::default().is_empty());
    }

    #[test]
    fn a_code_out_of_range_is_refused() {
        assert_eq!(Groups::new(&[0, 3], 3), None);
    }

    proptest! {
        #[test]
        fn grouping_equals_a_stable_sort_by_code(codes in prop::collection::vec(0_u32..20, 0..300)) {
            let groups = Groups::new(&codes, 20).unwrap();
            let mut expected: Vec<u32> = (0..codes.len() as u32).collect();
            expected.sort_by_key(|row| codes[*row as usize]);
            prop_assert_eq!(groups.rows(), &expected[..]);
            for group in 0..20 {
                prop_assert!(groups.rows_of(group).iter().all(|row| codes[*row as usize] as usize == group));
            }
        }
    }
}
