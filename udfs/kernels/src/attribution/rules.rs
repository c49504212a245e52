//! Rule-based attribution: the weights of the touches of one path, by each model.
//!
//! With `n` touches, numbered from the first:
//!
//! | model | weights |
//! |---|---|
//! | `first_touch`, `last_touch` | all to the first, the last |
//! | `last_non_direct` | all to the last touch whose channel is not excluded; if all are excluded, to the last |
//! | `linear` | `1/n` each |
//! | `time_decay` | `2^(−age / half-life)`, normalised; in steps: `0.5^⌊age / half-life⌋` |
//! | `position_based` | `f, m/(n−2) each, l`; with two touches `f + m/2` and `l + m/2`; with one, all |
//! | `w_shaped` | 30 % each to the first, the middle (number `⌊n/2⌋ + 1`) and the last, 10 % over the others; with three touches a third each, with two a half |
//! | `custom` | the user's weights by position from the end, the last of them repeated, normalised |
//!
//! Custom weights that are all zero over the length of a path (as `0, 1` for a single touch) say nothing
//! about it: its touches share equally, for credit is never lost.

use std::fmt;

use super::model::Model;

/// The share of each of the three touches a W rests on.
const W_ANCHOR: f64 = 0.3;

/// The share of all the touches between them.
const W_BETWEEN: f64 = 0.1;

/// The touches of one conversion, in order of time, and when it happened.
#[derive(Debug, Clone, Copy)]
pub struct Path<'a> {
    /// When each touch happened.
    pub touches: &'a [i64],
    /// The channel of each touch.
    pub channels: &'a [u32],
    /// When the conversion happened, in the unit of the touches.
    pub conversion: i64,
}

/// What the models leave open, settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    half_life: f64,
    step: bool,
    position: [f64; 3],
    custom: Vec<f64>,
    excluded: Vec<u32>,
}

/// Why an option of a model cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidRule {
    /// The half-life is not longer than nothing.
    HalfLife,
    /// A weight is negative or not a number.
    Weight,
    /// There is no weight above zero.
    ZeroWeights,
}

impl fmt::Display for InvalidRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::HalfLife => "a half-life must be longer than zero",
            Self::Weight => "a weight must be a number of at least zero",
            Self::ZeroWeights => "weights must not sum to zero",
        })
    }
}

impl std::error::Error for InvalidRule {}

impl Rules {
    /// Rules with this half-life, in the unit of the timestamps: 40/20/40 by position, nothing excluded, and
    /// custom weights that are all the same.
    pub fn new(half_life: i64) -> Result<Self, InvalidRule> {
        if half_life <= 0 {
            return Err(InvalidRule::HalfLife);
        }
        let position = [0.4, 0.2, 0.4];
        Ok(Self { half_life: half_life as f64, step: false, position, custom: vec![1.0], excluded: Vec::new() })
    }

    /// Whether time decays in whole half-lives before the conversion rather than continuously.
    pub fn with_steps(mut self, step: bool) -> Self {
        self.step = step;
        self
    }

    /// The shares of the first touch, of those between, and of the last.
    pub fn with_position(mut self, weights: [f64; 3]) -> Result<Self, InvalidRule> {
        self.position = weights;
        normalise(&mut self.position)?;
        Ok(self)
    }

    /// The user's own weights, beginning with that of the last touch.
    pub fn with_custom(mut self, weights: &[f64]) -> Result<Self, InvalidRule> {
        self.custom = weights.to_vec();
        normalise(&mut self.custom)?;
        Ok(self)
    }

    /// The channels that `last_non_direct` passes over.
    pub fn with_excluded(mut self, channels: &[u32]) -> Self {
        self.excluded = channels.to_vec();
        self.excluded.sort_unstable();
        self
    }

    /// Appends the weights of the touches of `path`, which sum to one; nothing for a path without touches.
    pub fn weigh(&self, model: Model, path: Path<'_>, weights: &mut Vec<f64>) {
        let n = path.touches.len().min(path.channels.len());
        let start = weights.len();
        weights.resize(start + n, 0.0);
        let Some(weights) = weights.get_mut(start..).filter(|weights| !weights.is_empty()) else {
            return;
        };
        let last = n - 1;
        match model {
            Model::FirstTouch => weights[0] = 1.0,
            Model::LastTouch => weights[last] = 1.0,
            Model::LastNonDirect => weights[self.last_not_excluded(&path.channels[..n]).unwrap_or(last)] = 1.0,
            Model::Linear => weights.fill(1.0 / n as f64),
            Model::TimeDecay => self.decay(&path.touches[..n], path.conversion, weights),
            Model::PositionBased => by_position(self.position, weights),
            Model::WShaped => w_shaped(weights),
            Model::Custom => self.customise(weights),
        }
    }

    fn last_not_excluded(&self, channels: &[u32]) -> Option<usize> {
        channels.iter().rposition(|channel| self.excluded.binary_search(channel).is_err())
    }

    /// Ages are counted from the newest touch, which weighs one: however old a path is, its weights cannot all
    /// vanish, and the common factor falls out when they are normalised.
    fn decay(&self, touches: &[i64], conversion: i64, weights: &mut [f64]) {
        let newest = touches.iter().copied().max().unwrap_or(conversion);
        let steps_of_newest = self.steps(conversion, newest);
        let mut sum = 0.0;
        for (weight, &touch) in weights.iter_mut().zip(touches) {
            let half_lives = match self.step {
                true => self.steps(conversion, touch) - steps_of_newest,
                false => newest.abs_diff(touch) as f64 / self.half_life,
            };
            *weight = (-half_lives).exp2();
            sum += *weight;
        }
        for weight in weights {
            *weight /= sum;
        }
    }

    /// The whole half-lives from the touch to the conversion; none if the touch is the later one.
    fn steps(&self, conversion: i64, touch: i64) -> f64 {
        if touch >= conversion {
            return 0.0;
        }
        (conversion.abs_diff(touch) as f64 / self.half_life).floor()
    }

    fn customise(&self, weights: &mut [f64]) {
        let n = weights.len();
        let padding = self.custom.last().copied().unwrap_or(1.0);
        let mut sum = 0.0;
        for (from_end, weight) in weights.iter_mut().rev().enumerate() {
            *weight = self.custom.get(from_end).copied().unwrap_or(padding);
            sum += *weight;
        }
        if sum <= 0.0 {
            weights.fill(1.0 / n as f64);
            return;
        }
        for weight in weights {
            *weight /= sum;
        }
    }
}

fn by_position([first, middle, last]: [f64; 3], weights: &mut [f64]) {
    match weights {
        [only] => *only = 1.0,
        [one, two] => {
            *one = first + middle / 2.0;
            *two = last + middle / 2.0;
        }
        [one, between @ .., two] => {
            let share = middle / between.len() as f64;
            between.fill(share);
            *one = first;
            *two = last;
        }
        [] => {}
    }
}

fn w_shaped(weights: &mut [f64]) {
    let n = weights.len();
    if n <= 3 {
        weights.fill(1.0 / n as f64);
        return;
    }
    weights.fill(W_BETWEEN / (n - 3) as f64);
    for anchor in [0, n / 2, n - 1] {
        weights[anchor] = W_ANCHOR;
    }
}

/// Divides by the sum, and by the largest first so that the sum stays finite.
fn normalise(weights: &mut [f64]) -> Result<(), InvalidRule> {
    if weights.iter().any(|weight| !weight.is_finite() || *weight < 0.0) {
        return Err(InvalidRule::Weight);
    }
    let largest = weights.iter().copied().fold(0.0, f64::max);
    if largest == 0.0 {
        return Err(InvalidRule::ZeroWeights);
    }
    for weight in weights.iter_mut() {
        *weight /= largest;
    }
    let sum: f64 = weights.iter().sum();
    for weight in weights {
        *weight /= sum;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
