//! Attribution over stored journeys: which channels led to the conversions in them.

use super::super::event::elapsed;
use super::{Damaged, Scratch, Stored, Vocabulary};
use crate::attribution::model::Model;
use crate::attribution::rules::{Path, Rules};

/// A question of attribution.
///
/// Every event of the conversion's name is a conversion. Its touches are the events with a channel that happened
/// before it, no earlier than the look-back: all but conversions, or those of the names asked for.
#[derive(Debug, Clone)]
pub struct StoredAttribution {
    conversion: Box<str>,
    touches: Option<Vec<Box<str>>>,
    lookback: u64,
    model: Model,
    rules: Rules,
    excluded: Vec<Box<str>>,
}

const CONVERSION: u32 = 1;
const TOUCH: u32 = 2;

impl StoredAttribution {
    /// A question; `excluded` names the channels that the rules pass over.
    pub fn new(
        conversion: Box<str>,
        touches: Option<Vec<Box<str>>>,
        lookback: u64,
        (model, rules): (Model, Rules),
        excluded: Vec<Box<str>>,
    ) -> Self {
        // Totals meet these channels first, so that their codes are their places.
        let rules = rules.with_excluded(&(0..excluded.len() as u32).collect::<Vec<_>>());
        Self { conversion, touches, lookback, model, rules, excluded }
    }

    /// The totals of no conversions.
    pub fn totals(&self) -> AttributionTotals {
        let mut totals = AttributionTotals::new();
        self.excluded.iter().for_each(|channel| totals.add(channel, 0, 0.0));
        totals
    }

    /// Adds the conversions of a journey to totals that [`Self::totals`] began.
    pub fn update(&self, bytes: &[u8], totals: &mut AttributionTotals, scratch: &mut Scratch) -> Result<(), Damaged> {
        let stored = Stored::read(bytes)?;
        scratch.met.clear();
        for name in stored.events() {
            scratch.met.push(self.kind(name?));
        }
        if scratch.met.iter().all(|kind| kind & CONVERSION == 0) {
            return Ok(());
        }
        scratch.codes.clear();
        for name in stored.channels() {
            let name = std::str::from_utf8(name?).map_err(|_| Damaged)?;
            scratch.codes.push(totals.code(name));
        }
        scratch.times.clear();
        scratch.channels.clear();
        scratch.conversions.clear();
        stored.moments(|moment| {
            let kind = scratch.met.get(moment.event).copied().unwrap_or(0);
            if kind & CONVERSION != 0 {
                scratch.conversions.push(moment.ts);
            }
            let channel = moment.channel.and_then(|channel| scratch.codes.get(channel));
            if let Some(&channel) = channel.filter(|_| kind & TOUCH != 0) {
                scratch.times.push(moment.ts);
                scratch.channels.push(channel);
            }
            true
        });
        for &conversion in &scratch.conversions {
            let end = scratch.times.partition_point(|&ts| ts < conversion);
            let start = scratch.times[..end].partition_point(|&ts| elapsed(ts, conversion) > self.lookback);
            totals.add_conversions(1, u64::from(start == end));
            let channels = &scratch.channels[start..end];
            let path = Path { touches: &scratch.times[start..end], channels, conversion };
            scratch.weights.clear();
            self.rules.weigh(self.model, path, &mut scratch.weights);
            channels.iter().zip(&scratch.weights).for_each(|(&channel, &weight)| totals.earn(channel, 1, weight));
        }
        Ok(())
    }

    /// What an event of this name is to the question.
    fn kind(&self, name: &[u8]) -> u32 {
        let is_conversion = name == self.conversion.as_bytes();
        let is_touch = match &self.touches {
            Some(touches) => touches.iter().any(|touch| touch.as_bytes() == name),
            None => !is_conversion,
        };
        u32::from(is_conversion) * CONVERSION + u32::from(is_touch) * TOUCH
    }
}

/// Conversions by the channels that led to them.
#[derive(Debug, Clone, Default)]
pub struct AttributionTotals {
    conversions: u64,
    unattributed: u64,
    channels: Vocabulary,
    /// For every channel its touches and its share of the conversions.
    earned: Vec<(u64, f64)>,
}

/// What one channel has earned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChannelCredit<'a> {
    /// Its name, `None` for conversions without touches.
    pub channel: Option<&'a str>,
    /// Touches of the channel on the way to conversions.
    pub touches: u64,
    /// Its share of the conversions.
    pub conversions: f64,
}

impl AttributionTotals {
    /// No conversions.
    pub fn new() -> Self {
        Self::default()
    }

    /// The code of a channel.
    fn code(&mut self, channel: &str) -> u32 {
        let code = self.channels.code(channel);
        if self.earned.len() <= code as usize {
            self.earned.push((0, 0.0));
        }
        code
    }

    fn earn(&mut self, channel: u32, touches: u64, credit: f64) {
        let earned = &mut self.earned[channel as usize];
        earned.0 += touches;
        earned.1 += credit;
    }

    /// Adds what a channel has earned.
    pub fn add(&mut self, channel: &str, touches: u64, credit: f64) {
        let channel = self.code(channel);
        self.earn(channel, touches, credit);
    }

    /// Adds conversions, of which some had no touches.
    pub fn add_conversions(&mut self, conversions: u64, unattributed: u64) {
        self.conversions += conversions;
        self.unattributed += unattributed;
    }

    /// Adds other conversions.
    pub fn merge(&mut self, other: &Self) {
        self.add_conversions(other.conversions, other.unattributed);
        other.channels().for_each(|(channel, touches, credit)| self.add(channel, touches, credit));
    }

    /// The channels with their touches and their share of the conversions, in the order in which they were met.
    pub fn channels(&self) -> impl ExactSizeIterator<Item = (&str, u64, f64)> {
        self.channels
            .texts()
            .iter()
            .zip(&self.earned)
            .map(|(name, &(touches, credit))| (name.as_ref(), touches, credit))
    }

    /// The number of conversions, and of those without touches.
    pub fn conversions(&self) -> (u64, u64) {
        (self.conversions, self.unattributed)
    }

    /// The channels that have touches by name, and at the end the conversions without any. All credits sum to the
    /// conversions.
    pub fn finish(&self) -> Vec<ChannelCredit<'_>> {
        let mut rows: Vec<ChannelCredit<'_>> = self
            .channels()
            .filter(|&(_, touches, _)| touches > 0)
            .map(|(channel, touches, conversions)| ChannelCredit { channel: Some(channel), touches, conversions })
            .collect();
        rows.sort_unstable_by_key(|row| row.channel);
        if self.conversions > 0 {
            rows.push(ChannelCredit { channel: None, touches: 0, conversions: self.unattributed as f64 });
        }
        rows
    }

    /// The memory it holds beside its own size.
    pub fn heap_bytes(&self) -> usize {
        self.channels.heap_bytes() + self.earned.capacity() * size_of::<(u64, f64)>()
    }
}
