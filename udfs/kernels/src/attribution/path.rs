//! Distinct paths, and how often each of them was seen.
//!
//! Millions of conversions take few distinct paths, so they are compressed before a model reads them. The
//! codes of all paths lie one after the other in one vector; a path costs its codes and about forty bytes.

use std::mem::size_of;

use super::Outcome;
use crate::hash::{self, IntegerMap};

/// Marks the end of a chain of paths with one hash.
const NONE: u32 = u32::MAX;

/// Distinct paths, numbered in the order in which they first came.
#[derive(Debug, Clone)]
pub struct PathSet {
    codes: Vec<u32>,
    /// Where each path begins in `codes`, and after the last where it ends.
    offsets: Vec<usize>,
    first_of_hash: IntegerMap<u64, u32>,
    /// For each path, the one before it that has its hash.
    previous_of_hash: Vec<u32>,
}

impl Default for PathSet {
    fn default() -> Self {
        let (codes, previous_of_hash) = (Vec::new(), Vec::new());
        Self { codes, offsets: vec![0], first_of_hash: IntegerMap::default(), previous_of_hash }
    }
}

impl PathSet {
    /// A set without paths.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of the path, which is a new one if it was not seen before.
    pub fn insert(&mut self, path: &[u32]) -> usize {
        let newest = self.first_of_hash.entry(hash::of_codes(path)).or_insert(NONE);
        let mut candidate = *newest;
        while candidate != NONE {
            let number = candidate as usize;
            if self.codes[self.offsets[number]..self.offsets[number + 1]] == *path {
                return number;
            }
            candidate = self.previous_of_hash[number];
        }
        let number = self.previous_of_hash.len();
        self.previous_of_hash.push(*newest);
        *newest = number as u32;
        self.codes.extend_from_slice(path);
        self.offsets.push(self.codes.len());
        number
    }

    /// The channels of the path of this number; none for a number that was never given.
    pub fn path(&self, number: usize) -> &[u32] {
        match (self.offsets.get(number), self.offsets.get(number + 1)) {
            (Some(&start), Some(&end)) => &self.codes[start..end],
            _ => &[],
        }
    }

    /// How many distinct paths there are.
    pub fn len(&self) -> usize {
        self.previous_of_hash.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.previous_of_hash.is_empty()
    }

    /// The bytes it occupies beside its own.
    pub fn size(&self) -> usize {
        self.codes.capacity() * size_of::<u32>()
            + self.offsets.capacity() * size_of::<usize>()
            + self.previous_of_hash.capacity() * size_of::<u32>()
            + self.first_of_hash.capacity() * (size_of::<(u64, u32)>() + 1)
    }
}

/// A multiset of paths: how often each was seen, and how it ended.
#[derive(Debug, Clone, Default)]
pub struct PathCounts {
    paths: PathSet,
    outcomes: Vec<Outcome>,
}

impl PathCounts {
    /// One that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts a path with how it ended.
    pub fn update(&mut self, path: &[u32], outcome: Outcome) {
        let number = self.paths.insert(path);
        if number == self.outcomes.len() {
            self.outcomes.push(Outcome::default());
        }
        self.outcomes[number].add(outcome);
    }

    /// Adds what `other` has seen; `code` translates its channels into ours.
    pub fn merge(&mut self, other: &Self, code: impl Fn(u32) -> u32) {
        let mut translated = Vec::new();
        for (path, outcome) in other.iter() {
            translated.clear();
            translated.extend(path.iter().map(|&channel| code(channel)));
            self.update(&translated, outcome);
        }
    }

    /// Every distinct path with the sum of how it ended.
    pub fn iter(&self) -> impl Iterator<Item = (&[u32], Outcome)> {
        self.outcomes.iter().enumerate().map(|(number, &outcome)| (self.paths.path(number), outcome))
    }

    /// How many distinct paths there are.
    pub fn len(&self) -> usize {
        self.paths.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    /// One more than the highest code of a channel.
    pub fn channels(&self) -> usize {
        self.paths.codes.iter().max().map_or(0, |&code| code as usize + 1)
    }

    /// What all paths together came to.
    pub fn total(&self) -> Outcome {
        let mut total = Outcome::default();
        for outcome in &self.outcomes {
            total.add(*outcome);
        }
        total
    }

    /// The bytes it occupies beside its own.
    pub fn size(&self) -> usize {
        self.paths.size() + self.outcomes.capacity() * size_of::<Outcome>()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    type Seen = Vec<(Vec<u32>, u8, u8)>;

    fn counts(seen: &[(Vec<u32>, u8, u8)]) -> PathCounts {
        let mut counts = PathCounts::new();
        for (path, conversions, nulls) in seen {
            let outcome = Outcome::new(f64::from(*conversions), f64::from(*nulls), 0.0).unwrap();
            counts.update(path, outcome);
        }
        counts
    }

    fn contents(counts: &PathCounts) -> BTreeMap<Vec<u32>, (f64, f64)> {
        counts.iter().map(|(path, end)| (path.to_vec(), (end.conversions(), end.nulls()))).collect()
    }

    fn merged(mut left: PathCounts, right: &PathCounts) -> PathCounts {
        left.merge(right, |code| code);
        left
    }

    fn seen() -> impl Strategy<Value = Seen> {
        prop::collection::vec((prop::collection::vec(0..4_u32, 0..4), any::<u8>(), any::<u8>()), 0..30)
    }

    #[test]
    fn a_path_keeps_its_number() {
        let mut set = PathSet::new();
        assert_eq!([set.insert(&[1, 2]), set.insert(&[]), set.insert(&[1, 2]), set.insert(&[2, 1])], [0, 1, 0, 2]);
        assert_eq!(set.path(0), [1, 2]);
        assert_eq!(set.path(9), [0_u32; 0]);
        assert_eq!(set.len(), 3);
    }

    #[test]
    fn merging_translates_the_codes_of_the_other() {
        let mut ours = counts(&[(vec![0, 1], 1, 0)]);
        ours.merge(&counts(&[(vec![1, 0], 2, 3)]), |code| 1 - code);
        assert_eq!(contents(&ours), BTreeMap::from([(vec![0, 1], (3.0, 3.0))]));
    }

    proptest! {
        #[test]
        fn rows_may_come_in_any_order(
            (rows, shuffled) in seen().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        ) {
            prop_assert_eq!(contents(&counts(&rows)), contents(&counts(&shuffled)));
        }

        #[test]
        fn merging_is_associative_and_commutative_and_empty_changes_nothing(a in seen(), b in seen(), c in seen()) {
            let (a, b, c) = (counts(&a), counts(&b), counts(&c));
            let left = merged(merged(a.clone(), &b), &c);
            let right = merged(a.clone(), &merged(b.clone(), &c));
            prop_assert_eq!(contents(&left), contents(&right));
            prop_assert_eq!(contents(&merged(a.clone(), &b)), contents(&merged(b, &a)));
            prop_assert_eq!(contents(&merged(a.clone(), &PathCounts::new())), contents(&a));
            prop_assert_eq!(contents(&merged(PathCounts::new(), &a)), contents(&a));
        }

        #[test]
        fn nothing_seen_is_lost(rows in seen()) {
            let conversions: f64 = rows.iter().map(|row| f64::from(row.1)).sum();
            prop_assert_eq!(counts(&rows).total().conversions(), conversions);
        }
    }
}
