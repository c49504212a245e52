//! What channels have earned of the conversions in stored journeys: totals that merge.

use std::fmt;

use super::meanings::Meanings;
use super::read::Names;
use super::{Damaged, Digits, Value, Vocabulary};
use crate::attribution::apportion::Apportioner;
use crate::attribution::markov::{TooManyStates, Transitions, Unsolved, removal_effects};
use crate::attribution::path::PathCounts;

/// The units of sums: exact for decimals of any digits that are kept.
const UNIT_DIGITS: u8 = 18;

/// A sum of values: that of decimals exactly, beside it that of other numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Amount {
    /// In units of 10⁻¹⁸.
    pub units: i128,
    /// What is not counted in units.
    pub number: f64,
}

impl Amount {
    /// Adds units of decimals with so many digits.
    fn add_units(&mut self, units: i128, digits: u8) {
        let power = 10_i128.pow(u32::from(UNIT_DIGITS.saturating_sub(digits)));
        match units.checked_mul(power).and_then(|units| self.units.checked_add(units)) {
            Some(sum) => self.units = sum,
            None => self.number += units as f64 / 10_f64.powi(digits.into()),
        }
    }

    fn add(&mut self, other: Self) {
        match self.units.checked_add(other.units) {
            Some(sum) => self.units = sum,
            None => self.number += other.units as f64 / 10_f64.powi(UNIT_DIGITS.into()),
        }
        self.number += other.number;
    }

    fn add_value(&mut self, value: Value) {
        match (value.digits, value.digits.units(value.number)) {
            (Digits::Decimal(digits), Some(units)) => self.add_units(units.into(), digits),
            _ => self.number += value.number,
        }
    }

    /// The sum as a number; no decimal of it had more than so many digits.
    fn rounded(self, digits: u8) -> f64 {
        let power = 10_i128.pow(u32::from(UNIT_DIGITS.saturating_sub(digits)));
        (self.units / power) as f64 / 10_f64.powi(digits.into()) + self.number
    }
}

/// What a channel has earned by one model.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Earned {
    /// Its share of the conversions.
    pub conversions: f64,
    /// Its share of their value.
    pub amount: Amount,
}

/// What is counted beside the channels.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Counts {
    /// The conversions.
    pub conversions: u64,
    /// Those with a value.
    pub valued: u64,
    /// Those without touches.
    pub unattributed: u64,
    /// The value of those without touches.
    pub lost: Amount,
    /// The most digits that a value had after the point.
    pub digits: u8,
}

/// Conversions by the channels that led to them.
#[derive(Debug, Clone, Default)]
pub struct AttributionTotals {
    models: usize,
    counts: Counts,
    channels: Vocabulary,
    /// For every channel its touches on the way to conversions, and what it has earned by each model.
    touches: Vec<u64>,
    earned: Vec<Earned>,
    /// Of all journeys, where a model asks for them.
    paths: Option<PathCounts>,
    /// By code, whether rules pass over a channel.
    passed_over: Vec<bool>,
    /// The codes of the channels that journeys have.
    known: Meanings,
}

/// What one channel has earned by one model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChannelCredit<'a> {
    /// The place of the model among those that were asked for.
    pub model: usize,
    /// Its name, `None` for conversions without touches.
    pub channel: Option<&'a str>,
    /// Touches of the channel on the way to conversions.
    pub touches: u64,
    /// Its share of the conversions.
    pub conversions: f64,
    /// Its share of their value, `None` if no conversion has one.
    pub value: Option<f64>,
}

/// Why there are no effects of channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// There are too many channels.
    States(TooManyStates),
    /// The chain has no solution.
    Unsolved(Unsolved),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::States(error) => error.fmt(f),
            Self::Unsolved(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Refused {}

/// What divides values by weights; reused.
#[derive(Debug, Clone, Default)]
pub(super) struct Divider {
    apportioner: Apportioner,
    shares: Vec<i128>,
}

impl Divider {
    pub(super) fn heap_bytes(&self) -> usize {
        // The apportioner holds a remainder and a weight for each share.
        self.shares.capacity() * (size_of::<i128>() + size_of::<(u128, usize)>() + size_of::<u64>())
    }
}

impl AttributionTotals {
    /// No conversions, to be credited by so many models; with `paths` the paths of all journeys are kept.
    pub fn new(models: usize, paths: bool) -> Self {
        Self { models, paths: paths.then(PathCounts::new), ..Self::default() }
    }

    /// The totals with these counts, which channels and paths are still to be added to.
    pub fn of_counts(models: usize, paths: bool, counts: Counts) -> Self {
        Self { counts, ..Self::new(models, paths) }
    }

    /// How many models credit the conversions.
    pub fn models(&self) -> usize {
        self.models
    }

    /// What is counted beside the channels.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The code of a channel.
    pub fn code(&mut self, channel: &str) -> u32 {
        let code = self.channels.code(channel);
        if self.touches.len() <= code as usize {
            self.touches.push(0);
            self.earned.resize(self.touches.len() * self.models, Earned::default());
        }
        code
    }

    /// The channels by code.
    pub(super) fn names(&self) -> &[Box<str>] {
        self.channels.texts()
    }

    /// The codes of a journey's channels, of which rules pass over the excluded ones.
    pub(super) fn codes(&mut self, names: &Names<'_>, excluded: &[String]) -> Result<&[u32], Damaged> {
        let Self { known, channels, touches, earned, passed_over, .. } = self;
        let code = |name: &[u8]| Ok(channels.code(std::str::from_utf8(name).map_err(|_| Damaged)?));
        let codes = known.of(names, code)?;
        let texts = channels.texts();
        if passed_over.len() < texts.len() {
            touches.resize(texts.len(), 0);
            earned.resize(texts.len() * self.models, Earned::default());
            passed_over.extend(texts[passed_over.len()..].iter().map(|name| excluded.contains(&name.to_lowercase())));
        }
        Ok(codes)
    }

    /// By code, whether rules pass over a channel.
    pub(super) fn passed_over(&self) -> &[bool] {
        &self.passed_over
    }

    /// The paths of all journeys, where they are kept.
    pub fn paths(&self) -> Option<&PathCounts> {
        self.paths.as_ref()
    }

    /// The paths, to add to them.
    pub fn paths_mut(&mut self) -> Option<&mut PathCounts> {
        self.paths.as_mut()
    }

    /// Counts a conversion with the touches that led to it.
    pub(super) fn convert(&mut self, path: &[u32], value: Option<Value>) {
        self.counts.conversions += 1;
        if let Some(value) = value {
            self.counts.valued += 1;
            if let Digits::Decimal(digits) = value.digits {
                self.counts.digits = self.counts.digits.max(digits);
            }
        }
        if path.is_empty() {
            self.counts.unattributed += 1;
            if let Some(value) = value {
                self.counts.lost.add_value(value);
            }
        }
        path.iter().for_each(|&channel| self.touches[channel as usize] += 1);
    }

    /// Divides a conversion among the channels of its path by the weights of one model. Decimals are divided in units
    /// of their last digit, so that the shares sum to the value.
    pub(super) fn credit(
        &mut self,
        model: usize,
        path: &[u32],
        weights: &[f64],
        value: Option<Value>,
        divider: &mut Divider,
    ) {
        let units = value.and_then(|value| match value.digits {
            Digits::Decimal(digits) => value.digits.units(value.number).map(|units| (units, digits)),
            Digits::Float => None,
        });
        divider.shares.clear();
        if let Some((units, _)) = units {
            divider.apportioner.divide(units.into(), weights, &mut divider.shares);
        }
        for (place, (&channel, &weight)) in path.iter().zip(weights).enumerate() {
            let earned = &mut self.earned[channel as usize * self.models + model];
            earned.conversions += weight;
            match (units, divider.shares.get(place), value) {
                (Some((_, digits)), Some(&share), _) => earned.amount.add_units(share, digits),
                (_, _, Some(value)) => earned.amount.number += value.number * weight,
                _ => {}
            }
        }
    }

    /// Adds what a channel has earned by each model.
    pub fn add(&mut self, channel: &str, touches: u64, earned: &[Earned]) {
        let channel = self.code(channel) as usize;
        self.touches[channel] += touches;
        let own = &mut self.earned[channel * self.models..(channel + 1) * self.models];
        for (own, more) in own.iter_mut().zip(earned) {
            own.conversions += more.conversions;
            own.amount.add(more.amount);
        }
    }

    /// Adds other conversions, credited by the same models.
    pub fn merge(&mut self, other: &Self) {
        let (own, more) = (&mut self.counts, other.counts);
        own.conversions += more.conversions;
        own.valued += more.valued;
        own.unattributed += more.unattributed;
        own.lost.add(more.lost);
        own.digits = own.digits.max(more.digits);
        other.channels().for_each(|(channel, touches, earned)| self.add(channel, touches, earned));
        if let (Some(own), Some(more)) = (&mut self.paths, &other.paths) {
            let codes: Vec<u32> = other.names().iter().map(|name| self.channels.code(name)).collect();
            own.merge(more, |channel| codes[channel as usize]);
        }
    }

    /// The channels with their touches and what they have earned by each model, in the order in which they were met.
    pub fn channels(&self) -> impl ExactSizeIterator<Item = (&str, u64, &[Earned])> {
        self.names().iter().enumerate().map(|(channel, name)| {
            let earned = &self.earned[channel * self.models..(channel + 1) * self.models];
            (name.as_ref(), self.touches[channel], earned)
        })
    }

    /// For every model the channels that have touches by name, and at the end the conversions without any. The credits
    /// of each model sum to the conversions, and to their value.
    pub fn finish(&self) -> Vec<ChannelCredit<'_>> {
        let counts = self.counts;
        let value = |amount: Amount| (counts.valued > 0).then(|| amount.rounded(counts.digits));
        let mut rows = Vec::new();
        for model in 0..self.models {
            let first = rows.len();
            for (channel, touches, earned) in self.channels().filter(|&(_, touches, _)| touches > 0) {
                let Earned { conversions, amount } = earned[model];
                let value = value(amount);
                rows.push(ChannelCredit { model, channel: Some(channel), touches, conversions, value });
            }
            rows[first..].sort_unstable_by_key(|row: &ChannelCredit<'_>| row.channel);
            if counts.conversions > 0 {
                let (conversions, value) = (counts.unattributed as f64, value(counts.lost));
                rows.push(ChannelCredit { model, channel: None, touches: 0, conversions, value });
            }
        }
        rows
    }

    /// The same totals without paths, where one model divides every conversion by the removal effects of its channels
    /// at order 1, over the paths of all journeys.
    pub(super) fn by_removal_effects(&self, model: usize) -> Result<Self, Refused> {
        let mut totals = Self {
            models: self.models,
            counts: self.counts,
            channels: self.channels.clone(),
            touches: self.touches.clone(),
            earned: self.earned.clone(),
            ..Self::default()
        };
        let Some(paths) = &self.paths else { return Ok(totals) };
        let transitions = Transitions::of(paths, 1).map_err(Refused::States)?;
        let mut effects = vec![0.0; self.touches.len()];
        for credit in removal_effects(&transitions).map_err(Refused::Unsolved)? {
            // What rounding makes negative is nothing.
            effects[credit.channel as usize] = credit.removal_effect.max(0.0);
        }
        for (path, outcome) in paths.iter().filter(|(_, outcome)| outcome.conversions() > 0.0) {
            let sum: f64 = path.iter().map(|&channel| effects[channel as usize]).sum();
            for &channel in path {
                let weight = if sum > 0.0 { effects[channel as usize] / sum } else { 1.0 / path.len() as f64 };
                let earned = &mut totals.earned[channel as usize * self.models + model];
                earned.conversions += outcome.conversions() * weight;
                earned.amount.number += outcome.value() * weight;
            }
        }
        Ok(totals)
    }

    /// The memory it holds beside its own size.
    pub fn heap_bytes(&self) -> usize {
        self.channels.heap_bytes()
            + self.touches.capacity() * size_of::<u64>()
            + self.earned.capacity() * size_of::<Earned>()
            + self.paths.as_ref().map_or(0, PathCounts::size)
            + self.passed_over.capacity()
            + self.known.heap_bytes()
    }
}
