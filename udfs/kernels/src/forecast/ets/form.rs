//! The forms of exponential smoothing: how errors, trend and season enter.

use std::fmt;

/// How errors enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Error {
    /// Of the same size everywhere.
    Additive,
    /// In proportion to the level; for positive series.
    Multiplicative,
}

/// How the level moves on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// Not at all.
    None,
    /// By a slope.
    Additive,
    /// By a slope that fades.
    Damped,
}

/// How a season enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Season {
    /// Not at all.
    None,
    /// It is added.
    Additive,
    /// It multiplies; for positive series.
    Multiplicative,
}

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// How errors enter.
    pub error: Error,
    /// How the level moves on.
    pub trend: Trend,
    /// How a season enters.
    pub season: Season,
}

impl Form {
    /// All admissible forms: those with multiplicative parts only for positive series, those with a season only where
    /// one may be. Additive errors with a multiplicative season have no finite variance and are left out (Hyndman,
    /// Koehler, Ord & Snyder 2008, §2.5).
    pub fn admissible(positive: bool, seasonal: bool) -> impl Iterator<Item = Self> {
        let errors = [Error::Additive, Error::Multiplicative];
        let trends = [Trend::None, Trend::Additive, Trend::Damped];
        let seasons = [Season::None, Season::Additive, Season::Multiplicative];
        let all = seasons.into_iter().flat_map(move |season| {
            trends.into_iter().flat_map(move |trend| errors.into_iter().map(move |error| Self { error, trend, season }))
        });
        all.filter(move |form| {
            let multiplies = form.error == Error::Multiplicative || form.season == Season::Multiplicative;
            let is_stable = form.error == Error::Multiplicative || form.season != Season::Multiplicative;
            (positive || !multiplies) && (seasonal || form.season == Season::None) && is_stable
        })
    }

    /// How many numbers are estimated: smoothing parameters, first states, and the variance.
    pub(super) fn parameters(self, season: usize) -> usize {
        let trend = match self.trend {
            Trend::None => 0,
            Trend::Additive => 2,
            Trend::Damped => 3,
        };
        let seasonal = if self.season == Season::None { 0 } else { season };
        3 + trend + seasonal
    }
}

/// As the literature writes it: `ETS(M,Ad,M)`.
impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = if self.error == Error::Additive { "A" } else { "M" };
        let trend = match self.trend {
            Trend::None => "N",
            Trend::Additive => "A",
            Trend::Damped => "Ad",
        };
        let season = match self.season {
            Season::None => "N",
            Season::Additive => "A",
            Season::Multiplicative => "M",
        };
        write!(f, "ETS({error},{trend},{season})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifteen_forms_are_admissible_for_a_positive_seasonal_series() {
        assert_eq!(Form::admissible(true, true).count(), 15);
        assert_eq!(Form::admissible(false, true).count(), 6);
        assert_eq!(Form::admissible(true, false).count(), 6);
        assert!(
            !Form::admissible(true, true)
                .any(|form| form.to_string().starts_with("ETS(A") && form.to_string().ends_with("M)"))
        );
    }
}
