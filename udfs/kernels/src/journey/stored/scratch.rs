//! Room for what a question reads of one journey, used again for the next.

use super::super::event::Event;
use super::super::window_funnel::Trace;
use super::Value;
use super::credit::Divider;
use super::meanings::Meanings;

/// Buffers that one question needs while it looks at journeys.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    /// What event names are to the question.
    pub(super) met: Meanings,
    /// The events, where a question must see all of them at once.
    pub(super) events: Vec<Event>,
    /// The chains of a funnel.
    pub(super) trace: Trace,
    /// The periods in which a customer was active.
    pub(super) active: Vec<u32>,
    /// The touches: when, and on which channel. Of a funnel: when the steps were made.
    pub(super) times: Vec<i64>,
    pub(super) channels: Vec<u32>,
    /// When conversions happened, and what they were worth.
    pub(super) conversions: Vec<(i64, Option<Value>)>,
    /// The touches of one conversion: their channels, their times, and what the rules see of their channels.
    pub(super) path: Vec<u32>,
    pub(super) path_times: Vec<i64>,
    pub(super) seen: Vec<u32>,
    /// The weights of the touches of one conversion.
    pub(super) weights: Vec<f64>,
    /// How often each channel is on the path: zeros between two of them.
    pub(super) counts: Vec<f64>,
    pub(super) divider: Divider,
}

impl Scratch {
    /// Empty buffers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The memory it holds beside its own size.
    pub fn heap_bytes(&self) -> usize {
        let codes = [&self.active, &self.channels, &self.path, &self.seen];
        let words = self.times.capacity() + self.path_times.capacity() + self.weights.capacity();
        codes.iter().map(|codes| codes.capacity() * size_of::<u32>()).sum::<usize>()
            + self.met.heap_bytes()
            + self.events.capacity() * size_of::<Event>()
            + self.trace.heap_bytes()
            + (words + self.counts.capacity()) * size_of::<u64>()
            + self.conversions.capacity() * size_of::<(i64, Option<Value>)>()
            + self.divider.heap_bytes()
    }
}
