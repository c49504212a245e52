//! Where customers left a funnel, and what they did next.

use std::collections::BTreeMap;

use super::durations::Durations;
use super::event::elapsed;
use super::window_funnel::Outcome;

/// What one customer did after the last step made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaving {
    /// The number of steps made, at least 1.
    pub level: usize,
    /// The position of the next event, and the time until then; `None` if there was none.
    pub next: Option<(usize, u64)>,
}

/// How a customer left who did not complete a funnel of `steps` steps; `times` are those of all events. `None` for
/// those who completed it or never began.
pub fn leaving(outcome: &Outcome, steps: usize, times: &[i64]) -> Option<Leaving> {
    let level = outcome.level();
    let last = *outcome.events().last().filter(|_| level < steps)? as usize;
    let next = (last + 1 < times.len()).then(|| (last + 1, elapsed(times[last], times[last + 1])));
    Some(Leaving { level, next })
}

/// Customers who left, by the number of steps made and the code of the event that followed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DropoffTotals {
    left: BTreeMap<(usize, Option<u32>), (u64, Durations)>,
    /// What the entries hold: kept up to date, because it is asked for after every customer.
    heap_bytes: usize,
}

/// Customers who left after one step for one event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dropoff {
    /// The number of steps made.
    pub level: usize,
    /// The code of the event that followed, `None` if nothing did.
    pub next: Option<u32>,
    /// The number of customers.
    pub customers: u64,
    /// Their share of all who left after this step.
    pub share: f64,
    /// The median of the time until the event.
    pub median: Option<f64>,
}

impl DropoffTotals {
    /// Nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a customer who left after `level` steps for an event of this code, so much later.
    pub fn update(&mut self, level: usize, next: Option<(u32, u64)>) {
        let code = next.map(|(code, _)| code);
        self.change(level, code, 1, |times| next.into_iter().for_each(|(_, time)| times.update(time)));
    }

    /// Adds customers who left after `level` steps for events of one code.
    pub fn add(&mut self, level: usize, next: Option<u32>, customers: u64, times: &Durations) {
        self.change(level, next, customers, |own| own.merge(times));
    }

    fn change(&mut self, level: usize, next: Option<u32>, more: u64, change: impl FnOnce(&mut Durations)) {
        const ENTRY_BYTES: usize = size_of::<(usize, Option<u32>)>() + size_of::<(u64, Durations)>();
        let (customers, times) = self.left.entry((level, next)).or_default();
        let before = if *customers == 0 { 0 } else { ENTRY_BYTES + times.heap_bytes() };
        *customers += more;
        change(times);
        self.heap_bytes = self.heap_bytes + ENTRY_BYTES + times.heap_bytes() - before;
    }

    /// Adds other customers, whose events have the same codes.
    pub fn merge(&mut self, other: &Self) {
        for (&(level, next), (customers, times)) in &other.left {
            self.add(level, next, *customers, times);
        }
    }

    /// All customers, by step and next event.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (usize, Option<u32>, u64, &Durations)> {
        self.left.iter().map(|(&(level, next), (customers, times))| (level, next, *customers, times))
    }

    /// By step, the most frequent first, then in the order of what `order` has for the codes; nothing comes first.
    pub fn finish<K: Ord>(&mut self, order: impl Fn(u32) -> K) -> Vec<Dropoff> {
        let mut totals: BTreeMap<usize, u64> = BTreeMap::new();
        for (&(level, _), (customers, _)) in &self.left {
            *totals.entry(level).or_default() += customers;
        }
        let mut rows: Vec<Dropoff> = self
            .left
            .iter_mut()
            .map(|(&(level, next), (customers, times))| Dropoff {
                level,
                next,
                customers: *customers,
                share: *customers as f64 / totals[&level] as f64,
                median: times.quantile(0.5),
            })
            .collect();
        rows.sort_by(|left, right| {
            let frequency = left.level.cmp(&right.level).then(right.customers.cmp(&left.customers));
            frequency.then_with(|| left.next.map(&order).cmp(&right.next.map(&order)))
        });
        rows
    }

    /// The memory it holds beside its own size.
    pub fn heap_bytes(&self) -> usize {
        self.heap_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::Event;
    use super::super::funnel_mode::FunnelMode;
    use super::super::window_funnel::{Funnel, chain};
    use super::*;

    fn left(journey: &[(i64, u32)]) -> Option<Leaving> {
        let events: Vec<Event> = journey.iter().map(|&(ts, met)| Event { ts, met }).collect();
        let times: Vec<i64> = events.iter().map(|event| event.ts).collect();
        let funnel = Funnel::new(3, 10, FunnelMode::default()).unwrap();
        leaving(&chain(&funnel, &events), 3, &times)
    }

    #[test]
    fn what_follows_the_last_step_made_is_the_next_event() {
        assert_eq!(left(&[(0, 1), (1, 2), (4, 0)]), Some(Leaving { level: 2, next: Some((2, 3)) }));
        assert_eq!(left(&[(0, 1), (1, 2)]), Some(Leaving { level: 2, next: None }));
        assert_eq!(left(&[(0, 1), (1, 2), (2, 4)]), None, "completed");
        assert_eq!(left(&[(0, 2)]), None, "never began");
    }

    #[test]
    fn the_most_frequent_way_out_of_a_step_comes_first() {
        let mut totals = DropoffTotals::new();
        totals.update(1, Some((7, 5)));
        totals.update(2, None);
        let mut other = DropoffTotals::new();
        other.update(1, None);
        other.update(1, None);
        totals.merge(&other);
        let rows = totals.finish(|code| code);
        let seen: Vec<_> = rows.iter().map(|row| (row.level, row.next, row.customers, row.median)).collect();
        assert_eq!(seen, [(1, None, 2, None), (1, Some(7), 1, Some(5.0)), (2, None, 1, None)]);
        assert_eq!(rows[0].share, 2.0 / 3.0);
    }
}
