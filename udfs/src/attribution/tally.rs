//! What journeys come to: the credit of each channel by several models.

use std::mem::size_of;

use bellwether_kernels::attribution::Outcome;
use bellwether_kernels::attribution::markov::{TooManyStates, Transitions, removal_effects};
use bellwether_kernels::attribution::model::Model;
use bellwether_kernels::attribution::rules::{Path, Rules};
use datafusion::error::Result;

use super::journey::{Journey, UNATTRIBUTED};
use super::state::{load_outcome, load_transitions, save_outcome, save_transitions};
use crate::adapter::bytes::{Reader, Writer};
use crate::error::CallError;
use crate::table::{Names, Rows, Slot};

/// Where a model's credits come from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    /// The place among the rules.
    Rule(usize),
    Markov,
    Shapley,
}

impl Source {
    /// Whether it reads all paths, those without a conversion too.
    pub(super) fn is_driven(&self) -> bool {
        !matches!(self, Self::Rule(_))
    }
}

/// What a channel is credited with.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Credit {
    pub conversions: f64,
    pub value: f64,
}

/// What is kept of the journeys.
#[derive(Debug, Clone)]
pub(super) struct Tally {
    pub options: Rules,
    rules: Vec<Model>,
    pub names: Names,
    /// By channel: the touches on paths of conversions.
    pub touches: Vec<u64>,
    /// By channel, then rule.
    credits: Vec<Credit>,
    /// The value of all conversions.
    pub value: f64,
    /// The steps of all paths, for markov.
    chain: Option<Transitions>,
    /// The first reason why they cannot be counted.
    refused: Option<TooManyStates>,
    /// What the distinct channels of paths share, for shapley.
    shares: Option<Shares>,
    weights: Vec<f64>,
    /// The channels of one path, as codes of ours; reused.
    path: Vec<u32>,
}

/// Conversions divided equally over the distinct channels of their paths.
#[derive(Debug, Clone, Default)]
struct Shares {
    /// By channel.
    credits: Vec<Credit>,
    /// What came of paths without channels.
    unattributed: Outcome,
    /// By channel, the number of the last path that had it.
    last_path: Vec<u64>,
    paths: u64,
}

impl Shares {
    fn reach(&mut self, channels: usize) {
        self.credits.resize(channels, Credit::default());
        self.last_path.resize(channels, 0);
    }

    /// Adds a path, whose channels are within reach.
    fn add(&mut self, path: &[u32], outcome: Outcome) {
        if path.is_empty() {
            self.unattributed.add(outcome);
            return;
        }
        if outcome.conversions() == 0.0 {
            return;
        }
        self.paths += 1;
        let mut distinct = 0;
        for &channel in path {
            let last = &mut self.last_path[channel as usize];
            distinct += u32::from(*last != self.paths);
            *last = self.paths;
        }
        let share = 1.0 / f64::from(distinct);
        // A second number tells the channels apart that have had their share.
        self.paths += 1;
        for &channel in path {
            let last = &mut self.last_path[channel as usize];
            if *last != self.paths {
                *last = self.paths;
                let credit = &mut self.credits[channel as usize];
                credit.conversions += outcome.conversions() * share;
                credit.value += outcome.value() * share;
            }
        }
    }

    fn heap_bytes(&self) -> usize {
        self.credits.capacity() * size_of::<Credit>() + self.last_path.capacity() * size_of::<u64>()
    }
}

impl Tally {
    /// One without journeys, for these models.
    pub(super) fn new(options: Rules, rules: Vec<Model>, models: &[Source]) -> Self {
        let has = |wanted: fn(&Source) -> bool| models.iter().any(wanted);
        Self {
            options,
            rules,
            names: Names::default(),
            touches: Vec::new(),
            credits: Vec::new(),
            value: 0.0,
            chain: has(|source| matches!(source, Source::Markov)).then(|| Transitions::new(1)),
            refused: None,
            shares: has(|source| matches!(source, Source::Shapley)).then(Shares::default),
            weights: Vec::new(),
            path: Vec::new(),
        }
    }

    /// Makes room for every name.
    pub(super) fn reach(&mut self) {
        self.touches.resize(self.names.len(), 0);
        self.credits.resize(self.names.len() * self.rules.len(), Credit::default());
        if let Some(shares) = &mut self.shares {
            shares.reach(self.names.len());
        }
    }

    /// Adds a journey, whose channels are the codes of a column.
    pub(super) fn add(&mut self, journey: Journey<'_>, rows: &Rows<'_>, channel: Slot) {
        self.path.clear();
        for &code in journey.channels {
            self.path.push(self.names.of_code(rows, channel, code));
        }
        self.reach();
        let value = journey.conversion.and_then(|conversion| conversion.value).unwrap_or(0.0);
        let converted = f64::from(u8::from(journey.conversion.is_some()));
        if let Some(outcome) = Outcome::new(converted, 1.0 - converted, value) {
            if let Some(chain) = self.chain.as_mut().filter(|_| self.refused.is_none()) {
                self.refused = chain.update(&self.path, outcome).err();
            }
            if let Some(shares) = &mut self.shares {
                shares.add(&self.path, outcome);
            }
        }
        let Some(conversion) = journey.conversion else { return };
        self.value += value;
        if self.path.is_empty() {
            self.path.push(self.names.code(UNATTRIBUTED));
            self.reach();
            self.weights.clear();
            self.weights.push(1.0);
            for rule in 0..self.rules.len() {
                self.credit(rule, value);
            }
            return;
        }
        for &channel in &self.path {
            self.touches[channel as usize] += 1;
        }
        let path = Path { touches: journey.times, channels: journey.channels, conversion: conversion.at };
        for rule in 0..self.rules.len() {
            self.weights.clear();
            self.options.weigh(self.rules[rule], path, &mut self.weights);
            self.credit(rule, value);
        }
    }

    fn credit(&mut self, rule: usize, value: f64) {
        for (&channel, &weight) in self.path.iter().zip(&self.weights) {
            let credit = &mut self.credits[channel as usize * self.rules.len() + rule];
            credit.conversions += weight;
            credit.value += weight * value;
        }
    }

    /// What every channel is credited with by one model, in the order of their names, and what none is.
    pub(super) fn credited(&mut self, source: Source) -> Result<Vec<(u32, Credit)>> {
        let unattributed = self.names.code(UNATTRIBUTED);
        self.reach();
        let mut credits = vec![Credit::default(); self.names.len()];
        let none = match source {
            Source::Rule(rule) => {
                let of_rule = self.credits.iter().skip(rule).step_by(self.rules.len());
                credits.iter_mut().zip(of_rule).for_each(|(credit, found)| *credit = *found);
                None
            }
            Source::Markov => {
                if let Some(error) = &self.refused {
                    return Err(refused(error).into());
                }
                let chain = self.chain.as_ref();
                let effects = chain.map_or(Ok(Vec::new()), removal_effects).map_err(|error| refused(&error))?;
                for found in effects {
                    credits[found.channel as usize] = Credit { conversions: found.conversions, value: found.value };
                }
                chain.map(Transitions::unattributed)
            }
            Source::Shapley => self.shares.as_ref().map(|shares| {
                credits.copy_from_slice(&shares.credits);
                shares.unattributed
            }),
        };
        if let Some(none) = none {
            credits[unattributed as usize] = Credit { conversions: none.conversions(), value: none.value() };
        }
        let mut credited: Vec<(u32, Credit)> = (0..).zip(credits).collect();
        credited.sort_unstable_by_key(|(channel, _)| self.names.name(*channel));
        Ok(credited)
    }

    pub(super) fn save(&self, writer: &mut Writer) {
        self.names.save(writer);
        writer.f64(self.value);
        // Names that were met last may have no place yet.
        for channel in 0..self.names.len() {
            writer.count(self.touches.get(channel).copied().unwrap_or(0));
        }
        save_credits(&self.credits, self.names.len() * self.rules.len(), writer);
        writer.u8(u8::from(self.refused.is_some()));
        if let Some(chain) = &self.chain {
            save_transitions(chain, writer);
        }
        if let Some(shares) = &self.shares {
            save_outcome(shares.unattributed, writer);
            save_credits(&shares.credits, self.names.len(), writer);
        }
    }

    /// Adds what [`Self::save`] wrote, and gives the own code of each of its channels.
    pub(super) fn merge(&mut self, state: &mut Reader<'_>) -> Result<Vec<u32>> {
        let codes = self.names.merge(state)?;
        self.value += state.f64()?;
        self.reach();
        for &code in &codes {
            self.touches[code as usize] += state.count()?;
        }
        for &code in &codes {
            for rule in 0..self.rules.len() {
                let credit = &mut self.credits[code as usize * self.rules.len() + rule];
                credit.conversions += state.f64()?;
                credit.value += state.f64()?;
            }
        }
        let is_refused = state.u8()? != 0;
        if let Some(chain) = &mut self.chain {
            self.refused = self.refused.or_else(|| is_refused.then(|| TooManyStates { order: chain.order() }));
            load_transitions(state, &codes, chain)?;
        }
        if let Some(shares) = &mut self.shares {
            shares.unattributed.add(load_outcome(state)?);
            for &code in &codes {
                let credit = &mut shares.credits[code as usize];
                credit.conversions += state.f64()?;
                credit.value += state.f64()?;
            }
        }
        Ok(codes)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.names.heap_bytes()
            + self.touches.capacity() * size_of::<u64>()
            + self.credits.capacity() * size_of::<Credit>()
            + self.chain.as_ref().map_or(0, Transitions::size)
            + self.shares.as_ref().map_or(0, Shares::heap_bytes)
    }
}

/// Writes so many credits, of which the last may have no place yet.
fn save_credits(credits: &[Credit], count: usize, writer: &mut Writer) {
    for place in 0..count {
        let credit = credits.get(place).copied().unwrap_or_default();
        writer.f64(credit.conversions);
        writer.f64(credit.value);
    }
}

fn refused(error: &dyn std::error::Error) -> CallError {
    CallError::invalid(error.to_string())
}
