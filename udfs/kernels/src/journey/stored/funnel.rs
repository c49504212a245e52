//! A new funnel over stored journeys.

use super::super::event::{CONDITIONS_MAX, Event, sort};
use super::super::window_funnel::{Funnel, FunnelScan, level};
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

    /// The level that the customer of a journey reached.
    pub fn level(&self, bytes: &[u8], scratch: &mut Scratch) -> Result<usize, Damaged> {
        let stored = Stored::read(bytes)?;
        let Scratch { met, events, starts, .. } = scratch;
        met.clear();
        let mut occurring = 0;
        for name in stored.events() {
            let name = name?;
            let steps = self.steps.iter().take(CONDITIONS_MAX).enumerate();
            let own = steps.filter(|(_, step)| step.as_bytes() == name).fold(0, |own, (step, _)| own | 1_u32 << step);
            met.push(own);
            occurring |= own;
        }
        // No chain goes beyond the first step that never occurs.
        let most = occurring.trailing_ones() as usize;
        if most == 0 {
            return Ok(0);
        }
        if self.scans {
            if most == 1 {
                return Ok(1);
            }
            let mut scan = FunnelScan::new(&self.funnel, most, starts);
            stored.valued(met, |ts, met| {
                scan.push(ts, met);
                !scan.is_complete()
            });
            return Ok(scan.level());
        }
        events.clear();
        stored.valued(met, |ts, met| {
            events.push(Event { ts, met });
            true
        });
        sort(events);
        Ok(level(&self.funnel, events))
    }
}
