//! The theta method and its optimised and dynamic kin (Assimakopoulos & Nikolopoulos 2000; Fiorucci et al. 2016).
//!
//! The forecast of the next value is `ℓ + ω·((1−α)^(t−1)·A + (1−(1−α)^t)/α·B)`: a smoothed level, and a share
//! `ω = 1 − 1/θ` of a straight line `A + B·t`. For a given `α` the errors are linear in `ω` and in the level before
//! the first value, so both follow from normal equations in one pass over the series, and the search is over `α` alone.

use super::classical::{Adjusted, mean};

/// Which of the family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// Half of the line through the whole series.
    Standard,
    /// The share of the line through the whole series that fits best.
    Optimized,
    /// Half of the line through what was seen so far.
    Dynamic,
    /// The share of the line through what was seen so far that fits best.
    DynamicOptimized,
}

/// Errors of so many first values do not count: the level has yet to settle.
const SETTLING: usize = 3;

/// Fewest values that can be fitted.
const VALUES_MIN: usize = SETTLING + 2;

/// The bounds of the smoothing parameter.
const ALPHA: (f64, f64) = (0.1, 0.99);

/// The variance of a level that does not count any more cannot be told.
const WEIGHT_MIN: f64 = 1e-12;

/// A fitted model.
#[derive(Debug, Clone)]
pub struct Theta {
    dynamic: bool,
    alpha: f64,
    share: f64,
    count: usize,
    state: State,
    adjusted: Adjusted,
}

/// What is known after a value.
#[derive(Debug, Clone, Copy)]
struct State {
    level: f64,
    mean: f64,
    line: Line,
}

/// A straight line `a + b·t`.
#[derive(Debug, Clone, Copy)]
struct Line {
    a: f64,
    b: f64,
}

/// The least squares of one smoothing parameter.
#[derive(Debug, Clone, Copy)]
struct Trial {
    alpha: f64,
    share: f64,
    /// The level after the last value.
    level: f64,
    squares: f64,
}

impl Theta {
    /// Fits a variant, after taking out a season where there is one. `None` for fewer than five values.
    pub fn fit(variant: Variant, values: &[f64], season: usize) -> Option<Self> {
        if values.len() < VALUES_MIN {
            return None;
        }
        let adjusted = Adjusted::new(values, season);
        let series = &adjusted.values;
        let dynamic = matches!(variant, Variant::Dynamic | Variant::DynamicOptimized);
        let lines = if dynamic { lines_so_far(series) } else { vec![line_through(series); series.len()] };
        let share = match variant {
            Variant::Standard | Variant::Dynamic => Some(0.5),
            Variant::Optimized | Variant::DynamicOptimized => None,
        };
        let best = search(|alpha| trial(series, &lines, alpha, share));
        let state = State { level: best.level, mean: mean(series), line: *lines.last()? };
        let count = series.len();
        Some(Self { dynamic, alpha: best.alpha, share: best.share, count, state, adjusted })
    }

    /// The values that follow.
    pub fn forecast(&self, horizon: usize) -> Vec<f64> {
        let mut state = self.state;
        let mut following = Vec::with_capacity(horizon);
        let mut forgotten = (1.0 - self.alpha).powf(self.count as f64);
        for step in 0..horizon {
            let line = state.line;
            let next = forgotten * (1.0 - self.alpha);
            let mu = state.level + self.share * (forgotten * line.a + (1.0 - next) / self.alpha * line.b);
            forgotten = next;
            following.push(mu);
            state.level += self.alpha * (mu - state.level);
            if self.dynamic {
                state.see(mu, self.count + step);
            }
        }
        self.adjusted.restore(&mut following);
        following
    }
}

impl State {
    /// Moves mean and line on by a value that comes after `count` others.
    fn see(&mut self, value: f64, count: usize) {
        let seen = count as f64;
        let difference = value - self.mean;
        self.mean += difference / (seen + 1.0);
        self.line.b = ((seen - 1.0) * self.line.b + 6.0 * difference / (seen + 1.0)) / (seen + 2.0);
        self.line.a = self.mean - self.line.b * (seen + 2.0) / 2.0;
    }
}

/// The least squares line; times count from one.
fn line_through(values: &[f64]) -> Line {
    let count = values.len() as f64;
    let mean = mean(values);
    let weighted: f64 = (1_u32..).zip(values).map(|(t, value)| f64::from(t) * value / count).sum();
    let b = 6.0 * (2.0 * weighted - (1.0 + count) * mean) / (count * count - 1.0);
    Line { a: mean - (count + 1.0) * b / 2.0, b }
}

/// The line through the values up to each.
fn lines_so_far(values: &[f64]) -> Vec<Line> {
    let mut state = State { level: 0.0, mean: values[0], line: Line { a: values[0], b: 0.0 } };
    let mut lines = Vec::with_capacity(values.len());
    lines.push(state.line);
    for (count, value) in values.iter().enumerate().skip(1) {
        state.see(*value, count);
        lines.push(state.line);
    }
    lines
}

/// The parameter with the least squares: a coarse grid, then a golden section around its best.
fn search(trial: impl Fn(f64) -> Trial) -> Trial {
    const GRID: usize = 10;
    const SECTIONS: usize = 14;
    const GOLDEN: f64 = 0.618_033_988_749_895;
    let (low, high) = ALPHA;
    let width = (high - low) / (GRID - 1) as f64;
    let better = |a: Trial, b: Trial| if b.squares < a.squares { b } else { a };
    let mut best = trial(low);
    for place in 1..GRID {
        best = better(best, trial(low + width * place as f64));
    }
    let (mut left, mut right) = ((best.alpha - width).max(low), (best.alpha + width).min(high));
    let mut inner = [trial(right - GOLDEN * (right - left)), trial(left + GOLDEN * (right - left))];
    for _ in 0..SECTIONS {
        best = better(better(best, inner[0]), inner[1]);
        if inner[0].squares < inner[1].squares {
            right = inner[1].alpha;
            inner = [trial(right - GOLDEN * (right - left)), inner[0]];
        } else {
            left = inner[0].alpha;
            inner = [inner[1], trial(left + GOLDEN * (right - left))];
        }
    }
    best
}

/// The normal equations of the level before the first value and the share of the line.
#[derive(Default)]
struct Normal {
    level_level: f64,
    level_share: f64,
    share_share: f64,
    level_rest: f64,
    share_rest: f64,
    rest_rest: f64,
}

impl Normal {
    /// The level that fits best with a share.
    fn level(&self, share: f64) -> f64 {
        if self.level_level < WEIGHT_MIN {
            0.0
        } else {
            (self.level_rest - share * self.level_share) / self.level_level
        }
    }

    /// The share that fits best, from none of the line to all of it.
    fn share(&self) -> f64 {
        let (cross, own) = match self.level_level < WEIGHT_MIN {
            true => (self.share_rest, self.share_share),
            false => {
                let ratio = self.level_share / self.level_level;
                (self.share_rest - ratio * self.level_rest, self.share_share - ratio * self.level_share)
            }
        };
        if own > WEIGHT_MIN * self.share_share { (cross / own).clamp(0.0, 1.0) } else { 0.0 }
    }

    fn squares(&self, level: f64, share: f64) -> f64 {
        self.rest_rest - 2.0 * (level * self.level_rest + share * self.share_rest)
            + level * level * self.level_level
            + 2.0 * level * share * self.level_share
            + share * share * self.share_share
    }
}

/// One pass with the level at zero before the first value; what the level adds is `(1−α)^t`.
fn trial(values: &[f64], lines: &[Line], alpha: f64, share: Option<f64>) -> Trial {
    let keep = 1.0 - alpha;
    let inverse = 1.0 / alpha;
    let mut normal = Normal::default();
    let mut level = 0.0;
    let mut forgotten = 1.0;
    for (place, value) in values.iter().enumerate() {
        if place >= SETTLING {
            let line = lines[place - 1];
            let from_line = forgotten * line.a + (1.0 - forgotten * keep) * inverse * line.b;
            let rest = value - level;
            normal.level_level += forgotten * forgotten;
            normal.level_share += forgotten * from_line;
            normal.share_share += from_line * from_line;
            normal.level_rest += forgotten * rest;
            normal.share_rest += from_line * rest;
            normal.rest_rest += rest * rest;
        }
        level = alpha * value + keep * level;
        forgotten *= keep;
    }
    let share = share.unwrap_or_else(|| normal.share());
    let before = normal.level(share);
    Trial { alpha, share, level: level + before * forgotten, squares: normal.squares(before, share) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VARIANTS: [Variant; 4] = [Variant::Standard, Variant::Optimized, Variant::Dynamic, Variant::DynamicOptimized];

    #[test]
    fn a_constant_series_stays_constant() {
        for variant in VARIANTS {
            let forecast = Theta::fit(variant, &[5.0; 30], 12).unwrap().forecast(4);
            assert!(forecast.iter().all(|value| (value - 5.0).abs() < 1e-6), "{variant:?} {forecast:?}");
        }
    }

    #[test]
    fn a_line_goes_on_at_half_its_slope_or_more() {
        let line: Vec<f64> = (0..40).map(|t| 10.0 + 2.0 * f64::from(t)).collect();
        for variant in VARIANTS {
            let forecast = Theta::fit(variant, &line, 1).unwrap().forecast(10);
            let slope = forecast[9] - forecast[8];
            assert!((0.9..2.05).contains(&slope), "{variant:?} {forecast:?}");
        }
    }

    #[test]
    fn lines_so_far_are_the_lines_through_what_was_seen() {
        let values = [3.0, 5.0, 4.0, 8.0, 9.0, 7.0, 12.0];
        let lines = lines_so_far(&values);
        for count in 2..values.len() {
            let line = line_through(&values[..=count]);
            assert!((line.a - lines[count].a).abs() < 1e-9 && (line.b - lines[count].b).abs() < 1e-9);
        }
    }

    #[test]
    fn four_values_are_too_few() {
        assert!(Theta::fit(Variant::Standard, &[1.0, 2.0, 3.0, 4.0], 1).is_none());
    }

    /// Fiorucci's models as statsforecast fits them, which searches three parameters where here one is left.
    #[test]
    fn forecasts_are_those_of_statsforecast() {
        let golden = include_str!("../../golden/forecast/theta.csv");
        let mut values = Vec::new();
        let mut compared = 0;
        for line in golden.lines().filter(|line| !line.starts_with('#')) {
            let mut cells = line.split(',').skip(1);
            let kind = cells.next().unwrap();
            let numbers: Vec<f64> = cells.map(|cell| cell.parse().unwrap()).collect();
            let variant = match kind {
                "values" => {
                    values = numbers;
                    continue;
                }
                "Theta" => Variant::Standard,
                _ => Variant::DynamicOptimized,
            };
            let forecast = Theta::fit(variant, &values, 1).unwrap().forecast(numbers.len());
            for (own, other) in forecast.iter().zip(&numbers) {
                assert!((own / other - 1.0).abs() < 3e-4, "{line}: {own} instead of {other}");
                compared += 1;
            }
        }
        assert_eq!(compared, 4 * 2 * 13);
    }
}
