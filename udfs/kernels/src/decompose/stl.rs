//! STL: trend and one season by alternating local regressions.
//!
//! Cleveland, Cleveland, McRae and Terpenning (1990), "STL: A Seasonal-Trend Decomposition Procedure Based on Loess",
//! Journal of Official Statistics 6. Defaults and results are those of statsmodels' `STL`.

use super::loess::Loess;
use super::{Decomposition, Season};

/// How a series is taken apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stl {
    period: usize,
    seasonal: Loess,
    trend_window_min: usize,
    robust: bool,
    fast: bool,
}

/// The seasonal window that statsmodels and R's `forecast` start with.
const SEASONAL_WINDOW: usize = 7;
/// The window of a steady season: one period's part in it is less than a tenth.
const STEADY_WINDOW: usize = 35;
/// Passes over a series whose values are all trusted.
const PLAIN_PASSES: usize = 5;
/// Passes between two estimates of trust, and how often trust is estimated.
const ROBUST_PASSES: usize = 2;
const ROBUST_ROUNDS: usize = 15;

impl Stl {
    /// One season of `period` values, which may change over [`SEASONAL_WINDOW`] periods.
    pub fn new(period: usize) -> Self {
        let seasonal = Loess { window: SEASONAL_WINDOW, line: true, jump: 1 };
        Self { period, seasonal, trend_window_min: 0, robust: false, fast: false }
    }

    /// The season may change over so many periods (made odd, at least 7).
    #[must_use]
    pub fn seasonal_window(mut self, periods: usize) -> Self {
        self.seasonal.window = periods.max(SEASONAL_WINDOW) | 1;
        self
    }

    /// The season changes slowly, over [`STEADY_WINDOW`] periods: one that follows quickly takes part in what is not
    /// right once, which then looks smaller, and so does the spread of what is left. Along lines: at the ends of a
    /// series whose seasons grow with its level, a mean of the periods beside would be too large or too small.
    #[must_use]
    pub fn steady(mut self) -> Self {
        self.seasonal = Loess { window: STEADY_WINDOW, line: true, jump: 1 };
        self
    }

    /// The season never changes.
    #[must_use]
    pub fn periodic(mut self) -> Self {
        // Ten times any series: all periods weigh the same.
        self.seasonal = Loess { window: usize::MAX / 32 | 1, line: false, jump: 1 };
        self
    }

    /// The trend is smoothed over at least so many values: without it over little more than one and a half periods.
    #[must_use]
    pub fn slow_trend(mut self, window: usize) -> Self {
        self.trend_window_min = window;
        self
    }

    /// Outliers are left in the remainder: trend and season hardly see them.
    #[must_use]
    pub fn robust(mut self) -> Self {
        self.robust = true;
        self
    }

    /// Fits a tenth of the positions and draws lines between, as R's `stl` does: nearly the same, several times faster.
    #[must_use]
    pub fn fast(mut self) -> Self {
        self.fast = true;
        self
    }

    /// The parts of a series; none if it has fewer than two periods, a period is not at least 2, or a value is not finite.
    pub fn decompose(&self, values: &[f64]) -> Option<Decomposition> {
        let count = values.len();
        if self.period < 2 || count / 2 < self.period || values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let mut work = Work::new(self, values);
        work.run(if self.robust { ROBUST_ROUNDS } else { 0 }, if self.robust { ROBUST_PASSES } else { PLAIN_PASSES });
        let fitted = work.trend.iter().zip(&work.season);
        let remainder = values.iter().zip(fitted).map(|(value, (trend, season))| value - trend - season).collect();
        let seasons = vec![Season { period: self.period, values: work.season }];
        let weights = work.trust.unwrap_or_else(|| vec![1.0; count]);
        Some(Decomposition { trend: work.trend, seasons, remainder, weights })
    }

    fn low_pass(&self) -> Loess {
        self.slow((self.period + 1) | 1)
    }

    /// The window that leaves the season to the season: 1.5 × period / (1 − 1.5 / seasonal window), rounded up to odd, or
    /// a wider one that was asked for.
    fn trend(&self) -> Loess {
        let window = 1.5 * self.period as f64 / (1.0 - 1.5 / self.seasonal.window as f64);
        self.slow((window.ceil() as usize).max(self.trend_window_min) | 1)
    }

    fn slow(&self, window: usize) -> Loess {
        Loess { window, line: true, jump: if self.fast { window.div_ceil(10) } else { 1 } }
    }
}

/// What the passes of one decomposition share.
struct Work<'a> {
    values: &'a [f64],
    period: usize,
    seasonal: Loess,
    low_pass: Loess,
    smooth_trend: Loess,
    trend: Vec<f64>,
    season: Vec<f64>,
    trust: Option<Vec<f64>>,
    detrended: Vec<f64>,
    /// The smoothed seasons, one period longer than the series at each end.
    cycles: Vec<f64>,
    averaged: Vec<f64>,
    averaged_twice: Vec<f64>,
    level: Vec<f64>,
}

impl<'a> Work<'a> {
    fn new(stl: &Stl, values: &'a [f64]) -> Self {
        let (count, longer) = (values.len(), values.len() + 2 * stl.period);
        Self {
            values,
            period: stl.period,
            seasonal: stl.seasonal,
            low_pass: stl.low_pass(),
            smooth_trend: stl.trend(),
            trend: vec![0.0; count],
            season: vec![0.0; count],
            trust: None,
            detrended: vec![0.0; count],
            cycles: vec![0.0; longer],
            averaged: vec![0.0; longer - stl.period + 1],
            averaged_twice: vec![0.0; count + 2],
            level: vec![0.0; count],
        }
    }

    fn run(&mut self, rounds: usize, passes: usize) {
        for round in 0..=rounds {
            for _ in 0..passes {
                self.pass();
            }
            if round < rounds {
                self.trust = Some(self.bisquare());
            }
        }
    }

    /// Once season, then trend, each from what the other leaves.
    fn pass(&mut self) {
        for (out, (value, trend)) in self.detrended.iter_mut().zip(self.values.iter().zip(&self.trend)) {
            *out = value - trend;
        }
        self.smooth_cycles();
        let count = self.values.len();
        moving_average(&self.cycles, self.period, &mut self.averaged);
        moving_average(&self.averaged, self.period, &mut self.averaged_twice);
        moving_average(&self.averaged_twice, 3, &mut self.averaged[..count]);
        self.low_pass.smooth(&self.averaged[..count], None, &mut self.level);
        for (position, out) in self.season.iter_mut().enumerate() {
            *out = self.cycles[self.period + position] - self.level[position];
        }
        for (out, (value, season)) in self.detrended.iter_mut().zip(self.values.iter().zip(&self.season)) {
            *out = value - season;
        }
        self.smooth_trend.smooth(&self.detrended, self.trust.as_deref(), &mut self.trend);
    }

    /// Smooths the values of each phase of the period (all Januaries) and extends each by one period at both ends.
    fn smooth_cycles(&mut self) {
        let most = self.values.len().div_ceil(self.period);
        let (mut phase_values, mut phase_trust) = (Vec::with_capacity(most), Vec::with_capacity(most));
        let mut smoothed = vec![0.0; most];
        for phase in 0..self.period {
            phase_values.clear();
            phase_values.extend(self.detrended[phase..].iter().step_by(self.period));
            let count = phase_values.len();
            let trust = self.trust.as_deref().map(|trust| {
                phase_trust.clear();
                phase_trust.extend(trust[phase..].iter().step_by(self.period));
                phase_trust.as_slice()
            });
            self.seasonal.smooth(&phase_values, trust, &mut smoothed[..count]);
            let width = self.seasonal.window.min(count);
            let first = self.seasonal.fit(&phase_values, trust, -1, 0, width).unwrap_or(smoothed[0]);
            let last = self.seasonal.fit(&phase_values, trust, count as isize, count - width, count);
            self.cycles[phase] = first;
            for (cycle, value) in smoothed[..count].iter().enumerate() {
                self.cycles[(cycle + 1) * self.period + phase] = *value;
            }
            self.cycles[(count + 1) * self.period + phase] = last.unwrap_or(smoothed[count - 1]);
        }
    }

    /// How much each value is trusted from its remainder: bisquare weights with six times the median as end.
    fn bisquare(&self) -> Vec<f64> {
        let fitted = self.trend.iter().zip(&self.season);
        let away: Vec<f64> =
            self.values.iter().zip(fitted).map(|(value, (trend, season))| (value - trend - season).abs()).collect();
        let mut ordered = away.clone();
        let (middle, count) = (away.len() / 2, away.len());
        let (below, &mut upper, _) = ordered.select_nth_unstable_by(middle, f64::total_cmp);
        let lower = if count % 2 == 1 { upper } else { below.iter().copied().fold(f64::MIN, f64::max) };
        let end = 3.0 * lower + 3.0 * upper;
        if end == 0.0 {
            return vec![1.0; count];
        }
        let weight = |away: f64| match away / end {
            part if part <= 0.001 => 1.0,
            part if part <= 0.999 => (1.0 - part * part) * (1.0 - part * part),
            _ => 0.0,
        };
        away.into_iter().map(weight).collect()
    }
}

/// Means of `length` neighbours: as many as fit.
fn moving_average(values: &[f64], length: usize, out: &mut [f64]) {
    let scale = length as f64;
    let mut sum: f64 = values[..length].iter().sum();
    out[0] = sum / scale;
    for (position, out) in out.iter_mut().enumerate().skip(1) {
        sum += values[position + length - 1] - values[position - 1];
        *out = sum / scale;
    }
}
