//! Who came back in which period after the first, over stored journeys.

use super::super::funnel::add;
use super::{Damaged, Period, Scratch, Stored};
use crate::hash::IntegerMap;

/// A question of retention.
#[derive(Debug, Clone)]
pub struct StoredRetention {
    period: Period,
    /// The last period after the first that is looked at.
    periods: u32,
    /// The event whose first occurrence puts a customer into a cohort; any if there is none.
    first: Option<Box<str>>,
    /// The event that counts as coming back; any if there is none.
    back: Option<Box<str>>,
}

const FIRST: u32 = 1;
const BACK: u32 = 2;

impl StoredRetention {
    /// A question over so many periods after the first.
    pub fn new(period: Period, periods: u32, first: Option<Box<str>>, back: Option<Box<str>>) -> Self {
        Self { period, periods, first, back }
    }

    /// The periods that are asked for.
    pub fn period(&self) -> Period {
        self.period
    }

    /// Adds the customer of a journey.
    pub fn update(&self, bytes: &[u8], totals: &mut RetentionTotals, scratch: &mut Scratch) -> Result<(), Damaged> {
        let stored = Stored::read(bytes)?;
        let Scratch { met, active, .. } = scratch;
        active.clear();
        let mut customer =
            Customer { period: self.period, periods: self.periods, active, cohort: None, counted_until: i64::MIN };
        if self.first.is_none() && self.back.is_none() {
            stored.times(|ts| customer.take(ts, FIRST | BACK));
        } else {
            let met = met.of(stored.event_names(), |name| Ok(self.kind(name)))?;
            stored.valued(met, |ts, met| customer.take(ts, met));
        }
        if let Some(cohort) = customer.cohort {
            totals.enter(cohort, active);
        }
        Ok(())
    }

    /// What an event of this name is to the question.
    fn kind(&self, name: &[u8]) -> u32 {
        let is = |asked: &Option<Box<str>>| asked.as_ref().is_none_or(|asked| asked.as_bytes() == name);
        u32::from(is(&self.first)) * FIRST + u32::from(is(&self.back)) * BACK
    }
}

/// A customer whose events are being looked at, in the order of time.
struct Customer<'a> {
    period: Period,
    periods: u32,
    /// The periods after the first in which the customer was active.
    active: &'a mut Vec<u32>,
    /// The period of the first event.
    cohort: Option<i64>,
    /// The end of the last period that was counted: events before it change nothing.
    counted_until: i64,
}

impl Customer<'_> {
    /// Takes an event; false when no further one can matter.
    #[inline]
    fn take(&mut self, ts: i64, met: u32) -> bool {
        if self.cohort.is_some() && (ts < self.counted_until || met & BACK == 0) {
            return true;
        }
        let now = self.period.of(ts);
        if self.cohort.is_none() && met & FIRST != 0 {
            self.cohort = Some(now);
        }
        let Some(cohort) = self.cohort.filter(|_| met & BACK != 0) else { return true };
        let Some(later) = u32::try_from(now - cohort).ok().filter(|&later| later <= self.periods) else {
            return false;
        };
        self.active.push(later);
        self.counted_until = self.period.end(now);
        true
    }
}

/// Customers by the period of their first event, and how many were active in which period after it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RetentionTotals {
    cohorts: IntegerMap<i64, Cohort>,
    /// How many numbers the cohorts hold.
    cells: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Cohort {
    customers: u64,
    active: Vec<u64>,
}

/// One period of one cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionCell {
    /// The number of the cohort's period.
    pub cohort: i64,
    /// How many periods later.
    pub later: u32,
    /// The number of customers in the cohort.
    pub customers: u64,
    /// Of these, who came back in this period.
    pub active: u64,
}

impl RetentionTotals {
    /// Nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a customer of a cohort who was active in these periods.
    fn enter(&mut self, cohort: i64, periods: &[u32]) {
        let end = periods.last().map_or(0, |&last| last as usize + 1);
        let cohort = self.reach(cohort, end);
        cohort.customers += 1;
        periods.iter().for_each(|&period| cohort.active[period as usize] += 1);
    }

    /// The cohort of a period, with places for so many periods.
    fn reach(&mut self, cohort: i64, periods: usize) -> &mut Cohort {
        let cohort = self.cohorts.entry(cohort).or_default();
        if cohort.active.len() < periods {
            self.cells += periods - cohort.active.len();
            cohort.active.resize(periods, 0);
        }
        cohort
    }

    /// Adds a cohort with the numbers of those who were active in each period.
    pub fn add(&mut self, cohort: i64, customers: u64, active: &[u64]) {
        let own = self.reach(cohort, active.len());
        own.customers += customers;
        add(&mut own.active, active);
    }

    /// Adds other customers.
    pub fn merge(&mut self, other: &Self) {
        other.cohorts.iter().for_each(|(&cohort, counts)| self.add(cohort, counts.customers, &counts.active));
    }

    /// The cohorts, in no order: period, customers, active customers by period.
    pub fn cohorts(&self) -> impl ExactSizeIterator<Item = (i64, u64, &[u64])> {
        self.cohorts.iter().map(|(&cohort, counts)| (cohort, counts.customers, counts.active.as_slice()))
    }

    /// The periods in which anybody came back, by cohort and then in time.
    pub fn finish(&self) -> Vec<RetentionCell> {
        let mut cells = Vec::with_capacity(self.cells);
        for (cohort, customers, active) in self.cohorts() {
            let active = active.iter().zip(0..).filter(|(active, _)| **active > 0);
            cells.extend(active.map(|(&active, later)| RetentionCell { cohort, later, customers, active }));
        }
        cells.sort_unstable_by_key(|cell| (cell.cohort, cell.later));
        cells
    }

    /// The memory it holds beside its own size.
    pub fn heap_bytes(&self) -> usize {
        self.cohorts.capacity() * size_of::<(i64, Cohort)>() + 2 * self.cells * size_of::<u64>()
    }
}
