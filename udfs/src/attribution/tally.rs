//! What journeys come to: the credit of each channel by several models.

use std::mem::size_of;

use bellwether_kernels::attribution::markov::{Transitions, removal_effects};
use bellwether_kernels::attribution::model::Model;
use bellwether_kernels::attribution::path::PathCounts;
use bellwether_kernels::attribution::rules::{Path, Rules};
use bellwether_kernels::attribution::{Outcome, shapley};
use datafusion::error::Result;

use super::journey::{Journey, UNATTRIBUTED};
use super::state::{load_paths, save_paths};
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
    /// All paths, for models that are driven by them.
    paths: Option<PathCounts>,
    weights: Vec<f64>,
    /// The channels of one path, as codes of ours; reused.
    path: Vec<u32>,
}

impl Tally {
    /// One without journeys. Paths are kept if one of the `models` is driven by them.
    pub(super) fn new(options: Rules, rules: Vec<Model>, models: &[Source]) -> Self {
        let driven = models.iter().any(Source::is_driven);
        Self {
            options,
            rules,
            names: Names::default(),
            touches: Vec::new(),
            credits: Vec::new(),
            value: 0.0,
            paths: driven.then(PathCounts::new),
            weights: Vec::new(),
            path: Vec::new(),
        }
    }

    /// Makes room for every name.
    pub(super) fn reach(&mut self) {
        self.touches.resize(self.names.len(), 0);
        self.credits.resize(self.names.len() * self.rules.len(), Credit::default());
    }

    /// Adds a journey, whose channels are the codes of a column.
    pub(super) fn add(&mut self, journey: Journey<'_>, rows: &Rows<'_>, channel: Slot) {
        self.path.clear();
        for &code in journey.channels {
            self.path.push(self.names.of_code(rows, channel, code));
        }
        self.reach();
        let value = journey.conversion.and_then(|conversion| conversion.value).unwrap_or(0.0);
        if let Some(paths) = &mut self.paths {
            let converted = f64::from(u8::from(journey.conversion.is_some()));
            if let Some(outcome) = Outcome::new(converted, 1.0 - converted, value) {
                paths.update(&self.path, outcome);
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
        match (source, &self.paths) {
            (Source::Rule(rule), _) => {
                let of_rule = self.credits.iter().skip(rule).step_by(self.rules.len());
                credits.iter_mut().zip(of_rule).for_each(|(credit, found)| *credit = *found);
            }
            (Source::Markov, Some(paths)) => {
                let transitions = Transitions::of(paths, 1).map_err(|error| refused(&error))?;
                for found in removal_effects(&transitions).map_err(|error| refused(&error))? {
                    credits[found.channel as usize] = Credit { conversions: found.conversions, value: found.value };
                }
            }
            (Source::Shapley, Some(paths)) => {
                for found in shapley::sum::shares(paths) {
                    credits[found.channel as usize] = Credit { conversions: found.conversions, value: found.value };
                }
            }
            (Source::Markov | Source::Shapley, None) => {}
        }
        if let (true, Some(paths)) = (source.is_driven(), &self.paths) {
            let none = shapley::sum::unattributed(paths);
            credits[unattributed as usize] = Credit { conversions: none.conversions(), value: none.value() };
        }
        let mut credited: Vec<(u32, Credit)> = (0..).zip(credits).collect();
        credited.sort_unstable_by_key(|(channel, _)| self.names.name(*channel));
        Ok(credited)
    }

    pub(super) fn save(&self, writer: &mut Writer) {
        self.names.save(writer);
        writer.f64(self.value);
        for touches in &self.touches {
            writer.count(*touches);
        }
        for credit in &self.credits {
            writer.f64(credit.conversions);
            writer.f64(credit.value);
        }
        if let Some(paths) = &self.paths {
            save_paths(paths, writer);
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
        if let Some(paths) = &mut self.paths {
            load_paths(state, &codes, paths)?;
        }
        Ok(codes)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.names.heap_bytes()
            + self.touches.capacity() * size_of::<u64>()
            + self.credits.capacity() * size_of::<Credit>()
            + self.paths.as_ref().map_or(0, PathCounts::size)
    }
}

fn refused(error: &dyn std::error::Error) -> CallError {
    CallError::invalid(error.to_string())
}
