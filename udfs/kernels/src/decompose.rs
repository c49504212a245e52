//! A time series taken apart: trend, seasons, remainder.
//!
//! ```ignore
//! let parts = Stl::new(12).decompose(&values)?;                    // one season; statsmodels' STL to 1e-9
//! let parts = Stl::new(12).robust().decompose(&values)?;           // outliers go to the remainder
//! let parts = mstl(&values, &[24, 168])?;                          // several seasons; statsmodels' MSTL
//! parts.trend; parts.seasons[0].values; parts.remainder;           // add up to the values
//! parts.seasonal_strength(0);                                      // 0 none … 1 all
//!
//! let found = detect_periods(&values, 400);                        // nothing known: spectrum, proved by autocorrelation
//! let season = is_seasonal(&values, 12);                           // a calendar's period: is it there?
//! let whole = interpolate(&values)?;                               // NaN filled on straight lines
//! ```
//!
//! Values are equally spaced and finite; what is missing is filled first. Where there is no answer (fewer than two
//! full periods, a value that is not finite) the result is `None`.
//!
//! | step | file |
//! |---|---|
//! | weighted local regression | `loess` |
//! | one season (Cleveland et al. 1990) | `stl` |
//! | several seasons (Bandara, Hyndman, Bergmeir 2021) | `mstl` |
//! | which periods there are | `period`, with the transforms of `fourier` |
//! | missing values | `gap` |

mod fourier;
mod gap;
mod loess;
mod mstl;
mod period;
mod stl;

pub use self::gap::interpolate;
pub use self::mstl::{Mstl, mstl};
pub use self::period::{Period, autocorrelations, detect_periods, is_seasonal};
pub use self::stl::Stl;

/// A series' parts, which add up to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decomposition {
    /// What changes slowly.
    pub trend: Vec<f64>,
    /// What repeats, shortest period first.
    pub seasons: Vec<Season>,
    /// What is left.
    pub remainder: Vec<f64>,
    /// How much each value was trusted, 0 to 1; all 1 unless the decomposition is robust.
    pub weights: Vec<f64>,
}

/// One season of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Season {
    /// Values in one period.
    pub period: usize,
    /// What the season adds to each value.
    pub values: Vec<f64>,
}

impl Decomposition {
    /// The sum of all seasons at a position.
    pub fn seasonal(&self, position: usize) -> f64 {
        self.seasons.iter().map(|season| season.values[position]).sum()
    }

    /// How strong a season is against the remainder: max(0, 1 − Var(remainder) / Var(season + remainder)).
    ///
    /// Wang, Smith and Hyndman (2006), "Characteristic-based clustering for time series data". No spread at all is 0.
    pub fn seasonal_strength(&self, season: usize) -> f64 {
        self.strength(&self.seasons[season].values)
    }

    fn strength(&self, part: &[f64]) -> f64 {
        let largest = self.trend.iter().chain(&self.remainder).fold(0.0_f64, |largest, value| largest.max(value.abs()));
        if largest == 0.0 {
            return 0.0;
        }
        let with_part: Vec<f64> =
            part.iter().zip(&self.remainder).map(|(part, rest)| part / largest + rest / largest).collect();
        let alone: Vec<f64> = self.remainder.iter().map(|rest| rest / largest).collect();
        let spread = variance(&with_part);
        if spread <= ROUNDING { 0.0 } else { (1.0 - variance(&alone) / spread).max(0.0) }
    }
}

/// A variance below this part of the squared values is their rounding.
const ROUNDING: f64 = 1e-24;

fn variance(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count
}

#[cfg(test)]
mod tests;
