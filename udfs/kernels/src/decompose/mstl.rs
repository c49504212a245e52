//! MSTL: several seasons, each found by STL in what the others leave.
//!
//! Bandara, Hyndman and Bergmeir (2021), "MSTL: A Seasonal-Trend Decomposition Algorithm for Time Series with Multiple
//! Seasonal Patterns", arXiv:2107.13462. Defaults and results are those of statsmodels' `MSTL`.

use super::{Decomposition, Season, Stl};

/// How a series with several seasons is taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mstl {
    periods: Vec<usize>,
    change: Change,
    trend_window_min: usize,
    robust: bool,
    fast: bool,
}

/// How quickly seasons change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    /// Over 11, 15, 19 … periods, longer ones more slowly.
    Usual,
    Steady,
    Never,
}

/// The parts of a series with seasons of these periods, in their default shape. Periods of which the series does not
/// have two are left out; none if none is left, or a value is not finite.
pub fn mstl(values: &[f64], periods: &[usize]) -> Option<Decomposition> {
    Mstl::new(periods).decompose(values)
}

/// How often all seasons are estimated.
const ROUNDS: usize = 2;

impl Mstl {
    /// Seasons of these periods.
    pub fn new(periods: &[usize]) -> Self {
        let mut periods = periods.to_vec();
        periods.sort_unstable();
        periods.dedup();
        Self { periods, change: Change::Usual, trend_window_min: 0, robust: false, fast: false }
    }

    /// As [`Stl::robust`].
    #[must_use]
    pub fn robust(mut self) -> Self {
        self.robust = true;
        self
    }

    /// As [`Stl::steady`].
    #[must_use]
    pub fn steady(mut self) -> Self {
        self.change = Change::Steady;
        self
    }

    /// As [`Stl::periodic`].
    #[must_use]
    pub fn periodic(mut self) -> Self {
        self.change = Change::Never;
        self
    }

    /// As [`Stl::slow_trend`].
    #[must_use]
    pub fn slow_trend(mut self, window: usize) -> Self {
        self.trend_window_min = window;
        self
    }

    /// As [`Stl::fast`].
    #[must_use]
    pub fn fast(mut self) -> Self {
        self.fast = true;
        self
    }

    /// The parts of a series; see [`mstl`].
    pub fn decompose(&self, values: &[f64]) -> Option<Decomposition> {
        let long_enough = |period: &usize| *period >= 2 && *period <= values.len() / 2;
        let mut seasons: Vec<Season> = (self.periods.iter().copied().filter(long_enough))
            .map(|period| Season { period, values: vec![0.0; values.len()] })
            .collect();
        let rounds = if seasons.len() == 1 { 1 } else { ROUNDS };
        let (mut rest, mut last) = (values.to_vec(), None);
        for _ in 0..rounds {
            for (index, season) in seasons.iter_mut().enumerate() {
                rest.iter_mut().zip(&season.values).for_each(|(rest, season)| *rest += season);
                let parts = self.stl(index, season.period).decompose(&rest)?;
                season.values.copy_from_slice(&parts.seasons[0].values);
                rest.iter_mut().zip(&season.values).for_each(|(rest, season)| *rest -= season);
                last = Some((parts.trend, parts.weights));
            }
        }
        let (trend, weights) = last?;
        rest.iter_mut().zip(&trend).for_each(|(rest, trend)| *rest -= trend);
        Some(Decomposition { trend, seasons, remainder: rest, weights })
    }

    fn stl(&self, index: usize, period: usize) -> Stl {
        let mut stl = match self.change {
            Change::Usual => Stl::new(period).seasonal_window(11 + 4 * index),
            Change::Steady => Stl::new(period).steady(),
            Change::Never => Stl::new(period).periodic(),
        }
        .slow_trend(self.trend_window_min);
        if self.robust {
            stl = stl.robust();
        }
        if self.fast {
            stl = stl.fast();
        }
        stl
    }
}
