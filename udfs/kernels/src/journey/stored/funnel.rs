//! A new funnel over stored journeys.

use super::super::event::{CONDITIONS_MAX, Event, sort};
use super::super::funnel::{FunnelTotals, Progress};
use super::super::window_funnel::{Funnel, TracedScan, chain};
use super::{Damaged, Scratch, Stored};

/// A funnel whose steps are event names.
#[derive(Debug, Clone)]
pub struct StoredFunnel {
    funnel: Funnel,
    steps: Vec<Box<str>>,
    /// Whether the events can be scanned as they come: each makes one step at most, and nothing else matters.
    scans: bool,
}

impl StoredFunnel {
    /// A funnel with these names of steps; as many as the funnel has.
    pub fn new(funnel: Funnel, steps: Vec<Box<str>>) -> Self {
        let different = (1..steps.len()).all(|step| !steps[..step].contains(&steps[step]));
        Self { scans: funnel.scans_single_steps() && different, funnel, steps }
    }

    /// The names of the steps.
    pub fn steps(&self) -> &[Box<str>] {
        &self.steps
    }

    /// What the steps are of.
    pub fn funnel(&self) -> &Funnel {
        &self.funnel
    }

    /// Adds the customer of a journey to the totals of this funnel.
    pub fn update(&self, bytes: &[u8], totals: &mut FunnelTotals, scratch: &mut Scratch) -> Result<(), Damaged> {
        let stored = Stored::read(bytes)?;
        let Scratch { met, events, trace, times, .. } = scratch;
        let met = met.of(stored.event_names(), |name| Ok(self.met(name)))?;
        let mut latest = None;
        // Without the first step there is no chain.
        if met.iter().all(|met| met & 1 == 0) {
            stored.times(|ts| {
                latest = Some(ts);
                true
            });
            latest.into_iter().for_each(|latest| totals.see(latest));
            return Ok(());
        }
        times.clear();
        let open_since;
        if self.scans {
            let mut scan = TracedScan::new(&self.funnel, trace);
            stored.valued(met, |ts, met| {
                latest = Some(ts);
                scan.push(ts, met, 0);
                true
            });
            let traced = scan.finish();
            open_since = traced.open_since;
            times.extend(trace.steps(&traced).map(|(ts, _)| ts));
            times.reverse();
        } else {
            events.clear();
            stored.valued(met, |ts, met| {
                latest = Some(ts);
                events.push(Event { ts, met });
                true
            });
            sort(events);
            let found = chain(&self.funnel, events);
            open_since = found.open_since();
            times.extend(found.events().iter().map(|&event| events[event as usize].ts));
        }
        latest.into_iter().for_each(|latest| totals.see(latest));
        let completed = times.last().filter(|_| times.len() == self.steps.len() && stored.digits().is_some());
        let value = completed.map_or(Ok(None), |&at| self.value(&stored, met, at))?;
        totals.update(&Progress { times, open_since, value });
        Ok(())
    }

    /// The steps that an event of this name makes.
    fn met(&self, name: &[u8]) -> u32 {
        let steps = self.steps.iter().take(CONDITIONS_MAX).enumerate();
        steps.filter(|(_, step)| step.as_bytes() == name).fold(0, |own, (step, _)| own | 1 << step)
    }

    /// What the last step, made at this time, was worth.
    fn value(&self, stored: &Stored<'_>, met: &[u32], at: i64) -> Result<Option<f64>, Damaged> {
        let mut found = None;
        stored.valued_moments(|moment, value| {
            let met = met.get(moment.event).copied().unwrap_or(0);
            if moment.ts == at && met >> (self.steps.len() - 1) & 1 == 1 {
                found = Some(value.map(|value| value.number));
            }
            found.is_none()
        })?;
        Ok(found.flatten())
    }
}
