//! Attribution over stored journeys: which channels led to the conversions in them.

use std::borrow::Cow;
use std::ops::Range;

use super::super::event::elapsed;
use super::{AttributionTotals, Damaged, Refused, Scratch, Stored, Value};
use crate::attribution::Outcome;
use crate::attribution::model::Model;
use crate::attribution::rules::{Path, Rules};

/// What divides a conversion among its touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoredModel {
    /// A rule.
    Rule(Model),
    /// Equally among the distinct channels.
    Shapley,
    /// By the removal effects of the channels at order 1, over all journeys.
    Markov,
}

impl StoredModel {
    /// The name it has in SQL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rule(model) => model.name(),
            Self::Shapley => "shapley",
            Self::Markov => "markov",
        }
    }
}

/// A question of attribution.
///
/// Every event of the conversion's name is a conversion. Its touches are the events with a channel that happened
/// before it, no earlier than the look-back: all but conversions, or those of the names asked for. Simultaneous
/// touches are in the order of their channels. What came after the last conversion is a path that ended in none.
#[derive(Debug, Clone)]
pub struct StoredAttribution {
    conversion: Box<str>,
    lookback: u64,
    models: Vec<StoredModel>,
    rules: Rules,
    touches: Option<Vec<Box<str>>>,
    collapse: bool,
    restart: bool,
    /// In lower case.
    excluded: Vec<String>,
}

const CONVERSION: u32 = 1;
const TOUCH: u32 = 2;

/// The channels that the rules see: those that they pass over, and all others.
const PASSED_OVER: u32 = 1;
const OTHER: u32 = 0;

impl StoredAttribution {
    /// A question whose touches are all events but conversions, and where no channel is passed over.
    pub fn new(conversion: Box<str>, lookback: u64, models: Vec<StoredModel>, rules: Rules) -> Self {
        let rules = rules.with_excluded(&[PASSED_OVER]);
        Self {
            conversion,
            lookback,
            models,
            rules,
            touches: None,
            collapse: false,
            restart: false,
            excluded: Vec::new(),
        }
    }

    /// The same, where only events of these names are touches.
    #[must_use]
    pub fn with_touches(mut self, touches: Vec<Box<str>>) -> Self {
        self.touches = Some(touches);
        self
    }

    /// The same, where only the first of touches of one channel in a row counts, or all of them.
    #[must_use]
    pub fn with_collapse(mut self, collapse: bool) -> Self {
        self.collapse = collapse;
        self
    }

    /// The same, where a path begins anew after a conversion, or not.
    #[must_use]
    pub fn with_restart(mut self, restart: bool) -> Self {
        self.restart = restart;
        self
    }

    /// The same, where rules pass over these channels, in upper or lower case.
    #[must_use]
    pub fn with_excluded(mut self, channels: &[String]) -> Self {
        self.excluded = channels.iter().map(|channel| channel.to_lowercase()).collect();
        self
    }

    /// The models, in the order of the results.
    pub fn models(&self) -> &[StoredModel] {
        &self.models
    }

    /// The totals of no conversions.
    pub fn totals(&self) -> AttributionTotals {
        AttributionTotals::new(self.models.len(), self.models.contains(&StoredModel::Markov))
    }

    /// Adds the conversions of a journey to totals that [`Self::totals`] began.
    pub fn update(&self, bytes: &[u8], totals: &mut AttributionTotals, scratch: &mut Scratch) -> Result<(), Damaged> {
        let stored = Stored::read(bytes)?;
        if !self.read(&stored, totals, scratch)? {
            return Ok(());
        }
        let mut end = 0;
        let conversions = std::mem::take(&mut scratch.conversions);
        for &(at, value) in &conversions {
            let times = &scratch.times[..];
            let first = if self.restart { end } else { 0 };
            end += times[end..].partition_point(|&ts| ts < at);
            let start = first + times[first..end].partition_point(|&ts| elapsed(ts, at) > self.lookback);
            self.choose(start..end, totals, scratch);
            self.convert(at, value, totals, scratch);
        }
        scratch.conversions = conversions;
        if end < scratch.times.len() && totals.paths().is_some() {
            self.choose(end..scratch.times.len(), totals, scratch);
            see_path(totals, &scratch.path, Outcome::new(0.0, 1.0, 0.0));
        }
        Ok(())
    }

    /// The totals with what models credit that must have seen all journeys.
    pub fn credited<'a>(&self, totals: &'a AttributionTotals) -> Result<Cow<'a, AttributionTotals>, Refused> {
        match self.models.iter().position(|model| *model == StoredModel::Markov) {
            Some(model) => totals.by_removal_effects(model).map(Cow::Owned),
            None => Ok(Cow::Borrowed(totals)),
        }
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

    /// Reads the touches and the conversions of a journey; false if it has none that matter to `totals`.
    fn read(
        &self,
        stored: &Stored<'_>,
        totals: &mut AttributionTotals,
        scratch: &mut Scratch,
    ) -> Result<bool, Damaged> {
        let Scratch { met, times, channels, conversions, .. } = scratch;
        let met = met.of(stored.event_names(), |name| Ok(self.kind(name)))?;
        let converts = met.iter().any(|kind| kind & CONVERSION != 0);
        if !converts && totals.paths().is_none() {
            return Ok(false);
        }
        let codes = totals.codes(stored.channel_names(), &self.excluded)?;
        times.clear();
        channels.clear();
        conversions.clear();
        stored.valued_moments(|moment, value| {
            let kind = met.get(moment.event).copied().unwrap_or(0);
            if kind & CONVERSION != 0 {
                conversions.push((moment.ts, value));
            }
            let channel = moment.channel.filter(|&channel| kind & TOUCH != 0 && channel < codes.len());
            if let Some(channel) = channel {
                times.push(moment.ts);
                channels.push(channel as u32);
            }
            true
        })?;
        let mut start = 0;
        for together in times.chunk_by(|left, right| left == right) {
            // The places of the channels are in the order of their names.
            channels[start..start + together.len()].sort_unstable();
            start += together.len();
        }
        channels.iter_mut().for_each(|channel| *channel = codes[*channel as usize]);
        Ok(true)
    }

    /// Makes a path of touches, as the rules see it.
    fn choose(&self, touches: Range<usize>, totals: &AttributionTotals, scratch: &mut Scratch) {
        let Scratch { times, channels, path, path_times, seen, .. } = scratch;
        path.clear();
        path_times.clear();
        for touch in touches {
            if !self.collapse || path.last() != Some(&channels[touch]) {
                path.push(channels[touch]);
                path_times.push(times[touch]);
            }
        }
        let passed_over = totals.passed_over();
        seen.clear();
        seen.extend(path.iter().map(|&channel| if passed_over[channel as usize] { PASSED_OVER } else { OTHER }));
    }

    /// Divides a conversion among the touches of the chosen path.
    fn convert(&self, at: i64, value: Option<Value>, totals: &mut AttributionTotals, scratch: &mut Scratch) {
        let Scratch { path, path_times, seen, weights, counts, divider, .. } = scratch;
        totals.convert(path, value);
        for (place, model) in self.models.iter().enumerate() {
            weights.clear();
            match model {
                StoredModel::Rule(rule) => {
                    let path = Path { touches: path_times, channels: seen, conversion: at };
                    self.rules.weigh(*rule, path, weights);
                }
                StoredModel::Shapley => by_distinct_channel(path, counts, weights),
                StoredModel::Markov => {
                    let number = value.map_or(0.0, |value| value.number);
                    let worth = if number.is_finite() { number } else { 0.0 };
                    see_path(totals, path, Outcome::new(1.0, 0.0, worth));
                    continue;
                }
            }
            totals.credit(place, path, weights, value, divider);
        }
    }
}

/// Keeps a path with touches and how it ended.
fn see_path(totals: &mut AttributionTotals, path: &[u32], outcome: Option<Outcome>) {
    if let (Some(paths), Some(outcome), false) = (totals.paths_mut(), outcome, path.is_empty()) {
        paths.update(path, outcome);
    }
}

/// Equal weights for the distinct channels, each divided among its touches. `counts` holds zeros by channel.
fn by_distinct_channel(path: &[u32], counts: &mut Vec<f64>, weights: &mut Vec<f64>) {
    let channels = path.iter().max().map_or(0, |&channel| channel as usize + 1);
    if counts.len() < channels {
        counts.resize(channels, 0.0);
    }
    path.iter().for_each(|&channel| counts[channel as usize] += 1.0);
    weights.extend(path.iter().map(|&channel| 1.0 / counts[channel as usize]));
    path.iter().for_each(|&channel| counts[channel as usize] = 0.0);
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= sum);
}
