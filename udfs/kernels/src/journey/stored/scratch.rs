//! Room for what is read of one journey, used again for the next.

use super::super::event::Event;
use super::super::window_funnel::{NO_STARTS, Starts};

/// Buffers that every question needs while it looks at a journey.
#[derive(Debug, Clone)]
pub struct Scratch {
    /// What each event name of the journey is to the question.
    pub(super) met: Vec<u32>,
    /// The events, where a question must see all of them at once.
    pub(super) events: Vec<Event>,
    /// Room for the scan of a funnel: it is large, and most journeys are short.
    pub(super) starts: Starts,
    /// The periods in which a customer was active, and the codes of the journey's channels.
    pub(super) codes: Vec<u32>,
    /// The touches: when, and on which channel.
    pub(super) times: Vec<i64>,
    pub(super) channels: Vec<u32>,
    /// When conversions happened.
    pub(super) conversions: Vec<i64>,
    /// The weights of the touches of one conversion.
    pub(super) weights: Vec<f64>,
}

impl Default for Scratch {
    fn default() -> Self {
        let (met, events, codes, times) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (channels, conversions, weights) = (Vec::new(), Vec::new(), Vec::new());
        Self { met, events, starts: NO_STARTS, codes, times, channels, conversions, weights }
    }
}

impl Scratch {
    /// Empty buffers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The memory it holds beside its own size.
    pub fn heap_bytes(&self) -> usize {
        (self.met.capacity() + self.codes.capacity() + self.channels.capacity()) * size_of::<u32>()
            + self.events.capacity() * size_of::<Event>()
            + (self.times.capacity() + self.conversions.capacity() + self.weights.capacity()) * size_of::<u64>()
    }
}
