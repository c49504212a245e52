//! The states before a series: level and slope by a line through its first values, the season by the classical
//! decomposition.

use super::filter::State;
use super::form::{Form, Season, Trend};
use crate::forecast::classical::{Kind, seasonal_indices};

/// The line goes through so many first values, or two seasons.
const FIRST: usize = 10;

/// Where the search begins, and how far it steps.
#[derive(Debug, Clone)]
pub(super) struct Start {
    pub state: State,
    /// The season's first indices; one for the first value. Empty without a season.
    pub season: Vec<f64>,
    pub level_step: f64,
    pub slope_step: f64,
    /// The most of the level's change that a slope takes.
    pub slope_share: f64,
}

/// A slope changes over a third of a season or more: one that follows faster is the season, and goes astray where it is
/// continued. The likelihood, which looks one step ahead, would not mind.
const SLOPES_A_SEASON: f64 = 3.0;

impl Start {
    /// The states of a form. `None` where a season cannot be told.
    pub(super) fn new(form: Form, values: &[f64], length: usize) -> Option<Self> {
        let season = match form.season {
            Season::None => Vec::new(),
            Season::Additive => seasonal_indices(values, length, Kind::Additive)?,
            Season::Multiplicative => seasonal_indices(values, length, Kind::Multiplicative)?,
        };
        let count = FIRST.max(2 * season.len()).min(values.len());
        let first: Vec<f64> = (0..count)
            .map(|place| match form.season {
                Season::None => values[place],
                Season::Additive => values[place] - season[place % length],
                Season::Multiplicative => values[place] / season[place % length],
            })
            .collect();
        let n = count as f64;
        let mean = first.iter().sum::<f64>() / n;
        let middle = (n + 1.0) / 2.0;
        let (mut cross, mut square, mut spread) = (0.0, 0.0, 0.0);
        for (place, value) in first.iter().enumerate() {
            let time = (place + 1) as f64 - middle;
            cross += time * (value - mean);
            square += time * time;
            spread += (value - mean) * (value - mean);
        }
        let slope = cross / square;
        let spread = (spread / n).sqrt();
        let state = match form.trend {
            Trend::None => State { level: mean, slope: 0.0 },
            Trend::Additive | Trend::Damped => State { level: mean - slope * middle, slope },
        };
        // A series that begins constant still needs a step that is one.
        let step = spread.max(1e-3 * mean.abs()).max(1e-6);
        Some(Self {
            state,
            season,
            level_step: 0.5 * step,
            slope_step: 0.5 * (step / n).max(0.1 * slope.abs()),
            slope_share: if length > 1 { (SLOPES_A_SEASON / length as f64).min(1.0) } else { 1.0 },
        })
    }
}
