//! A funnel of many customers: how many came how far, how long it took them, who may still go on.
//!
//! Each customer counts once, with the furthest step that [`window_funnel`](super::window_funnel) finds. A
//! customer who has not completed the funnel is *in progress* while the window of a chain of that length is still
//! open at the end of what is known: neither converted nor lost.

use super::durations::Durations;
use super::event::elapsed;
use super::rate::{share, wilson};
use super::window_funnel::Funnel;

/// The customers of a funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelTotals {
    steps: usize,
    window: u64,
    /// By the number of steps made, from 1.
    reached: Vec<u64>,
    /// For every number of steps short of all: since when the chains that may still go on have been open.
    open: Vec<Vec<i64>>,
    /// For every step from the second: the time since the one before, of those who made it.
    times: Vec<Durations>,
    latest: Option<i64>,
    value: f64,
    valued: u64,
}

/// One step of a funnel's result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelStep {
    /// Customers who came to this step.
    pub entered: u64,
    /// Of these, who made the next one; at the last step all.
    pub converted: u64,
    /// Of these, who did not and may still do so.
    pub in_progress: u64,
    /// Of these, who did not and will not.
    pub dropped: u64,
    /// The share of those at the step before who came to this one; at the first step 1.
    pub rate_previous: Option<f64>,
    /// Wilson's interval of 95 % for that rate.
    pub interval: Option<(f64, f64)>,
    /// The share of those at the first step who came to this one.
    pub rate_start: Option<f64>,
    /// The median of the time since the step before.
    pub median: Option<f64>,
    /// The time since the step before that nine of ten stayed within.
    pub p90: Option<f64>,
    /// What those dropped here would have been worth, had they gone on as those did who made the next step.
    pub lost_value: Option<f64>,
}

/// The parts of [`FunnelTotals`], for keeping them elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelParts {
    /// Customers by the number of steps made, from 1.
    pub reached: Vec<u64>,
    /// The starts of open chains, by the number of steps made, from 1, short of all.
    pub open: Vec<Vec<i64>>,
    /// The times to every step from the second.
    pub times: Vec<Durations>,
    /// The latest time known.
    pub latest: Option<i64>,
    /// The sum of the values of conversions.
    pub value: f64,
    /// How many conversions have a value.
    pub valued: u64,
}

/// How far one customer came.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// The times of the steps made.
    pub times: &'a [i64],
    /// Since when a chain of as many steps has been open, if one is.
    pub open_since: Option<i64>,
    /// What the conversion was worth, if that is known. Of no meaning to those who did not convert.
    pub value: Option<f64>,
}

impl FunnelTotals {
    /// No customers.
    pub fn new(funnel: &Funnel) -> Self {
        let steps = funnel.steps();
        Self {
            steps,
            window: funnel.window(),
            reached: vec![0; steps],
            open: vec![Vec::new(); steps - 1],
            times: vec![Durations::new(); steps - 1],
            latest: None,
            value: 0.0,
            valued: 0,
        }
    }

    /// Takes note that time has come to `ts`, by whatever event.
    pub fn see(&mut self, ts: i64) {
        self.latest = self.latest.max(Some(ts));
    }

    /// Adds a customer who came to some step.
    pub fn update(&mut self, customer: &Progress<'_>) {
        let Some(level) = customer.times.len().checked_sub(1) else { return };
        let Some(reached) = self.reached.get_mut(level) else { return };
        *reached += 1;
        for (times, pair) in self.times.iter_mut().zip(customer.times.windows(2)) {
            times.update(elapsed(pair[0], pair[1]));
        }
        match self.open.get_mut(level) {
            Some(open) => open.extend(customer.open_since),
            None => self.worth(customer.value),
        }
    }

    fn worth(&mut self, value: Option<f64>) {
        if let Some(value) = value.filter(|value| value.is_finite()) {
            self.value += value;
            self.valued += 1;
        }
    }

    /// Adds other customers of the same funnel.
    pub fn merge(&mut self, other: &Self) {
        add(&mut self.reached, &other.reached);
        self.open.iter_mut().zip(&other.open).for_each(|(open, more)| open.extend_from_slice(more));
        self.times.iter_mut().zip(&other.times).for_each(|(times, more)| times.merge(more));
        self.latest = self.latest.max(other.latest);
        self.value += other.value;
        self.valued += other.valued;
    }

    /// The steps, as things stand at `now`, or at the latest time seen.
    pub fn finish(&mut self, now: Option<i64>) -> Vec<FunnelStep> {
        let entered = entered(&self.reached);
        let now = now.or(self.latest);
        let in_progress: Vec<u64> = self
            .open
            .iter()
            .map(|open| open.iter().filter(|&&start| self.is_open(start, now)).count() as u64)
            .chain([0])
            .collect();
        let completed = entered[self.steps - 1];
        let mean = (self.valued > 0).then(|| self.value / self.valued as f64);
        let mut steps = Vec::with_capacity(self.steps);
        for step in 0..self.steps {
            let next = entered.get(step + 1).copied().unwrap_or(completed);
            let before = entered[step.saturating_sub(1)];
            let dropped = entered[step] - next - in_progress[step];
            let going_on = share(completed, next);
            let times = step.checked_sub(1).map(|before| &mut self.times[before]);
            let (median, p90) = times.map_or((None, None), |times| (times.quantile(0.5), times.quantile(0.9)));
            steps.push(FunnelStep {
                entered: entered[step],
                converted: next,
                in_progress: in_progress[step],
                dropped,
                rate_previous: share(entered[step], before),
                interval: wilson(entered[step], before),
                rate_start: share(entered[step], entered[0]),
                median,
                p90,
                lost_value: mean.zip(going_on).map(|(mean, rate)| dropped as f64 * rate * mean),
            });
        }
        steps
    }

    /// Whether the window of a chain that started then is open. What lies after `now` is: it has just begun.
    fn is_open(&self, start: i64, now: Option<i64>) -> bool {
        now.is_none_or(|now| now <= start || elapsed(start, now) <= self.window)
    }

    /// The parts, to be kept elsewhere.
    pub fn into_parts(self) -> FunnelParts {
        let Self { reached, open, times, latest, value, valued, .. } = self;
        FunnelParts { reached, open, times, latest, value, valued }
    }

    /// The totals with these parts, `None` if they are not of a funnel of this kind.
    pub fn from_parts(funnel: &Funnel, parts: FunnelParts) -> Option<Self> {
        let steps = funnel.steps();
        let fits = parts.reached.len() == steps && parts.open.len() == steps - 1 && parts.times.len() == steps - 1;
        let fits = fits && parts.reached.iter().try_fold(0_u64, |sum, &count| sum.checked_add(count)).is_some();
        let fits = fits && parts.open.iter().zip(&parts.reached).all(|(open, &count)| open.len() as u64 <= count);
        let FunnelParts { reached, open, times, latest, value, valued } = parts;
        fits.then(|| Self { steps, window: funnel.window(), reached, open, times, latest, value, valued })
    }

    /// The memory it holds beside its own size.
    pub fn heap_bytes(&self) -> usize {
        let open: usize = self.open.iter().map(Vec::capacity).sum();
        let times: usize = self.times.iter().map(Durations::heap_bytes).sum();
        (open + self.reached.capacity()) * size_of::<u64>() + times
    }
}

/// Customers who came at least to each step, from how many came just so far.
pub fn entered(reached: &[u64]) -> Vec<u64> {
    let mut entered = reached.to_vec();
    for step in (1..entered.len()).rev() {
        entered[step - 1] += entered[step];
    }
    entered
}

/// Adds counts place by place.
pub(super) fn add(left: &mut [u64], right: &[u64]) {
    left.iter_mut().zip(right).for_each(|(left, right)| *left += right);
}

#[cfg(test)]
mod tests {
    use super::super::event::Event;
    use super::super::funnel_mode::FunnelMode;
    use super::super::random::events as random_events;
    use super::super::window_funnel::chain;
    use super::*;
    use crate::random::Random;

    fn funnel() -> Funnel {
        Funnel::new(3, 4, FunnelMode::default()).unwrap()
    }

    fn take(totals: &mut FunnelTotals, events: &[Event]) {
        let found = chain(&funnel(), events);
        let times: Vec<i64> = found.events().iter().map(|&event| events[event as usize].ts).collect();
        events.iter().for_each(|event| totals.see(event.ts));
        totals.update(&Progress { times: &times, open_since: found.open_since(), value: Some(times.len() as f64) });
    }

    fn events(pairs: &[(i64, u32)]) -> Vec<Event> {
        pairs.iter().map(|&(ts, step)| Event { ts, met: 1 << (step - 1) }).collect()
    }

    #[test]
    fn every_customer_is_counted_at_each_step_once() {
        let mut totals = FunnelTotals::new(&funnel());
        take(&mut totals, &events(&[(0, 1), (1, 2), (3, 3)]));
        take(&mut totals, &events(&[(0, 1), (0, 1), (2, 2)]));
        take(&mut totals, &events(&[(9, 1)]));
        take(&mut totals, &events(&[(2, 3), (10, 2)]));
        let steps = totals.finish(None);
        let counts: Vec<_> = steps.iter().map(|s| (s.entered, s.converted, s.in_progress, s.dropped)).collect();
        assert_eq!(counts, [(3, 2, 1, 0), (2, 1, 0, 1), (1, 1, 0, 0)]);
        assert_eq!(steps[1].rate_previous, Some(2.0 / 3.0));
        assert_eq!(steps[2].rate_start, Some(1.0 / 3.0));
        assert_eq!((steps[1].median, steps[2].p90), (Some(1.5), Some(2.0)));
        assert_eq!(steps[0].median, None);
        // One dropped after the second step; all who made the third are worth 3.
        assert_eq!(steps[1].lost_value, Some(3.0));
        assert_eq!(totals.finish(Some(100))[0].in_progress, 0);
        assert_eq!(totals.finish(Some(i64::MIN))[0].in_progress, 1);
    }

    #[test]
    fn nobody_makes_a_funnel_of_zeros_and_nulls() {
        let steps = FunnelTotals::new(&funnel()).finish(None);
        assert_eq!(steps.len(), 3);
        assert!(steps.iter().all(|step| step.entered == 0 && step.rate_previous.is_none() && step.interval.is_none()));
    }

    #[test]
    fn merging_is_associative_and_commutative_and_empty_is_its_identity() {
        let mut random = Random::new(8);
        for _ in 0..300 {
            let mut part = || {
                let mut totals = FunnelTotals::new(&funnel());
                for _ in 0..random.below(9) {
                    let mut journey = random_events(&mut random, 8, 12, 3);
                    journey.retain(|event| event.met != 0);
                    take(&mut totals, &journey);
                }
                totals
            };
            let (a, b, c) = (part(), part(), part());
            let merged = |left: &FunnelTotals, right: &FunnelTotals| {
                let mut merged = left.clone();
                merged.merge(right);
                merged
            };
            let left = merged(&merged(&a, &b), &c).finish(None);
            assert_eq!(left, merged(&a, &merged(&b, &c)).finish(None));
            assert_eq!(left, merged(&c, &merged(&b, &a)).finish(None));
            assert_eq!(merged(&a, &FunnelTotals::new(&funnel())), a);
            assert_eq!(merged(&FunnelTotals::new(&funnel()), &a), a);
            assert_eq!(FunnelTotals::from_parts(&funnel(), a.clone().into_parts()), Some(a));
        }
    }
}
