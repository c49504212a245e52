//! Which channel follows which: the edges of a Sankey diagram of all journeys.

use std::mem::size_of;

use super::Outcome;
use crate::hash::IntegerMap;
use crate::journey::durations::Durations;

/// One step from a channel to the next, over all journeys. Where a journey begins or ends, the caller gives the
/// beginning and the end codes of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// The code of the channel that came first.
    pub from: u32,
    /// The code of the channel that came next.
    pub to: u32,
    /// How often.
    pub n: u64,
    /// What the journeys ended in that took the step, each counted as often as it did.
    pub outcome: Outcome,
    /// The time between the two, half of the steps being faster; `None` if no step had a time.
    pub median_gap: Option<f64>,
}

/// What was counted of an edge so far.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// The code of the channel that came first.
    pub from: u32,
    /// The code of the channel that came next.
    pub to: u32,
    /// How often.
    pub n: u64,
    /// What the journeys ended in.
    pub outcome: Outcome,
    /// The gaps that are known.
    pub gaps: &'a Durations,
}

#[derive(Debug, Clone, Default)]
struct Steps {
    n: u64,
    outcome: Outcome,
    gaps: Durations,
}

/// Counts steps. The median gap of an edge is that of [`Durations`]: exact while the steps are few, and near when they
/// are many, so that memory grows with the edges, not with the steps.
#[derive(Debug, Clone, Default)]
pub struct Edges {
    edges: IntegerMap<u64, Steps>,
    gap_bytes: usize,
}

impl Edges {
    /// One that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts one step of a journey that ended in `outcome`.
    pub fn update(&mut self, from: u32, to: u32, outcome: Outcome, gap: Option<u64>) {
        let steps = self.edges.entry(key(from, to)).or_default();
        steps.n += 1;
        steps.outcome.add(outcome);
        if let Some(gap) = gap {
            let before = steps.gaps.heap_bytes();
            steps.gaps.update(gap);
            self.gap_bytes = (self.gap_bytes + steps.gaps.heap_bytes()).saturating_sub(before);
        }
    }

    /// Counts `n` steps whose journeys ended in `outcome`, some of which have a gap.
    pub fn add(&mut self, from: u32, to: u32, n: u64, outcome: Outcome, gaps: &Durations) {
        let steps = self.edges.entry(key(from, to)).or_default();
        steps.n += n;
        steps.outcome.add(outcome);
        let before = steps.gaps.heap_bytes();
        steps.gaps.merge(gaps);
        self.gap_bytes = (self.gap_bytes + steps.gaps.heap_bytes()).saturating_sub(before);
    }

    /// Adds what `other` has seen; `code` translates its channels into ours.
    pub fn merge(&mut self, other: &Self, code: impl Fn(u32) -> u32) {
        for steps in other.iter() {
            self.add(code(steps.from), code(steps.to), steps.n, steps.outcome, steps.gaps);
        }
    }

    /// What was counted of every edge, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = Counted<'_>> {
        self.edges.iter().map(|(&pair, steps)| {
            let (from, to) = ends(pair);
            Counted { from, to, n: steps.n, outcome: steps.outcome, gaps: &steps.gaps }
        })
    }

    /// Every edge, ordered by its channels.
    pub fn finish(self) -> Vec<Edge> {
        let mut edges: Vec<Edge> = Vec::with_capacity(self.edges.len());
        for (pair, mut steps) in self.edges {
            let (from, to) = ends(pair);
            let median_gap = steps.gaps.quantile(0.5);
            edges.push(Edge { from, to, n: steps.n, outcome: steps.outcome, median_gap });
        }
        edges.sort_unstable_by_key(|edge| (edge.from, edge.to));
        edges
    }

    /// The bytes it occupies beside its own.
    pub fn size(&self) -> usize {
        self.edges.capacity() * (size_of::<(u64, Steps)>() + 1) + self.gap_bytes
    }
}

fn key(from: u32, to: u32) -> u64 {
    u64::from(from) << 32 | u64::from(to)
}

fn ends(key: u64) -> (u32, u32) {
    ((key >> 32) as u32, key as u32)
}

/// The middle value, or halfway between the two in the middle.
pub fn median(values: &mut [i64]) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let odd = values.len() % 2 == 1;
    let (below, &mut upper, _) = values.select_nth_unstable(values.len() / 2);
    match below.iter().max() {
        Some(&lower) if !odd => Some(lower as f64 + (upper as f64 - lower as f64) / 2.0),
        _ => Some(upper as f64),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Rows = Vec<(u32, u32, u8, Option<u64>)>;

    fn edges(rows: &[(u32, u32, u8, Option<u64>)]) -> Edges {
        let mut edges = Edges::new();
        for &(from, to, conversions, gap) in rows {
            edges.update(from, to, Outcome::new(f64::from(conversions), 1.0, 0.5).unwrap(), gap);
        }
        edges
    }

    fn rows() -> impl Strategy<Value = Rows> {
        prop::collection::vec((0..4_u32, 0..4_u32, any::<u8>(), prop::option::of(0..50_u64)), 0..40)
    }

    #[test]
    fn the_median_is_in_the_middle() {
        for (gaps, expected) in [(vec![3, 1, 2], 2.0), (vec![4, 1], 2.5), (vec![9, 1, 3, 2], 2.5), (vec![5], 5.0)] {
            assert_eq!(median(&mut gaps.clone()), Some(expected), "{gaps:?}");
        }
        assert_eq!(median(&mut []), None);
        assert_eq!(median(&mut [i64::MAX, i64::MIN]), Some(0.0));
    }

    #[test]
    fn a_step_without_a_time_counts_but_has_no_gap() {
        let found = edges(&[(0, 1, 2, None), (0, 1, 3, Some(7)), (1, 0, 0, None)]).finish();
        assert_eq!((found[0].n, found[0].outcome.conversions(), found[0].median_gap), (2, 5.0, Some(7.0)));
        assert_eq!((found[1].from, found[1].to, found[1].median_gap), (1, 0, None));
    }

    proptest! {
        #[test]
        fn merging_is_the_same_as_having_seen_all(a in rows(), b in rows(), c in rows()) {
            let merged = |mut left: Edges, right: &Edges| { left.merge(right, |code| code); left };
            let all: Rows = a.iter().chain(&b).chain(&c).copied().collect();
            let (a, b, c) = (edges(&a), edges(&b), edges(&c));
            let left = merged(merged(a.clone(), &b), &c).finish();
            prop_assert_eq!(&left, &merged(a.clone(), &merged(b.clone(), &c)).finish());
            prop_assert_eq!(&left, &merged(merged(c, &b), &a).finish());
            prop_assert_eq!(&left, &edges(&all).finish());
            prop_assert_eq!(merged(Edges::new(), &a).finish(), a.finish());
        }
    }
}
