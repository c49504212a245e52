//! Values that are not as they should be, and where a series changes.
//!
//! | question | answer | file |
//! |---|---|---|
//! | how far is a value from others, whatever a few of them are | medians, robust deviations | `location`, `ordered` |
//! | mean, variance and slope of a moving window | moments | `moments` |
//! | which values of a sample are outliers | generalised ESD | `esd` |
//! | on which scale are errors of one size, how heavy are their tails | roots, logarithms; degrees of freedom | `scale`, `heavy` |
//! | how unlikely is an error, given those before | extreme value tail | `tail` |
//! | what can chance do to a count or a rate | Poisson, binomial | `kind` |
//! | what is expected next | simple forecasters, the best is heard | `expert` |
//! | is a value of a series an anomaly, knowing the past only | a detector | `online` |
//! | and knowing the whole series | [`detect`] | `detect`, `baseline` |
//! | where does the level change | PELT, Bayesian online | `change`, `pelt`, `bayes` |
//! | which steps have no value | the median of the differences of times | `step` |

mod baseline;
mod bayes;
mod change;
mod detect;
mod esd;
mod expert;
mod heavy;
mod kind;
mod location;
mod moments;
mod online;
mod ordered;
mod pelt;
mod scale;
mod step;
#[cfg(test)]
mod study;
mod tail;

pub use self::change::{LevelChange, Search, level_changes};
pub use self::detect::{Method, Settings, detect};
pub use self::kind::{Kind, Point};
pub use self::location::{IQR_TO_SIGMA, VALUES_MIN};
pub use self::moments::{Moments, MovingMoments};
pub use self::ordered::Ordered;
pub use self::step::missing_steps;

/// What a value of a series is, against what was expected of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// What was expected.
    pub baseline: f64,
    /// Between these a value is ordinary.
    pub lower: f64,
    /// Between these a value is ordinary.
    pub upper: f64,
    /// The chance of an error at least as large.
    pub p_value: f64,
    /// From 0, nothing new, to 1: how much of an alarm it is.
    pub score: f64,
}

impl Judgement {
    /// Whether a value lies outside the bounds.
    pub fn is_anomaly(&self, value: f64) -> bool {
        value < self.lower || value > self.upper
    }
}

#[cfg(test)]
mod tests;
