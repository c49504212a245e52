//! The models by name, and what each forecasts.

use super::ensemble;
use super::intermittent::{croston, tsb};
use super::naive::{average, drift, naive, seasonal_naive};
use super::notes::{Base, Notes};
use super::theta::{Theta, Variant};

/// A way to forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// The last value.
    Naive,
    /// The last season, the shortest if there are several.
    SeasonalNaive,
    /// The last season, the longest if there are several.
    LongSeasonalNaive,
    /// A line through the ends.
    Drift,
    /// The mean.
    Mean,
    /// Exponential smoothing, its form chosen by AICc.
    Ets,
    /// Complex exponential smoothing.
    Ces,
    /// The theta method.
    Theta,
    /// Its share of the line optimised.
    OptimizedTheta,
    /// The line through what was seen so far.
    DynamicTheta,
    /// Both.
    DynamicOptimizedTheta,
    /// Seasons taken out, exponential smoothing of the rest.
    Mstl,
    /// Seasons taken out, dynamic optimised theta of the rest.
    MstlTheta,
    /// Seasons taken out, complex exponential smoothing of the rest.
    MstlCes,
    /// Croston's method for intermittent demand.
    Croston,
    /// The method of Teunter, Syntetos and Babai for intermittent demand.
    Tsb,
    /// The median of the models that suit the series.
    Ensemble,
}

impl Model {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::Naive,
        Self::SeasonalNaive,
        Self::LongSeasonalNaive,
        Self::Drift,
        Self::Mean,
        Self::Ets,
        Self::Ces,
        Self::Theta,
        Self::OptimizedTheta,
        Self::DynamicTheta,
        Self::DynamicOptimizedTheta,
        Self::Mstl,
        Self::MstlTheta,
        Self::MstlCes,
        Self::Croston,
        Self::Tsb,
        Self::Ensemble,
    ];

    /// The name it goes by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Naive => "naive",
            Self::SeasonalNaive => "seasonal_naive",
            Self::LongSeasonalNaive => "long_seasonal_naive",
            Self::Drift => "drift",
            Self::Mean => "mean",
            Self::Ets => "ets",
            Self::Ces => "ces",
            Self::Theta => "theta",
            Self::OptimizedTheta => "optimized_theta",
            Self::DynamicTheta => "dynamic_theta",
            Self::DynamicOptimizedTheta => "dynamic_optimized_theta",
            Self::Mstl => "mstl",
            Self::MstlTheta => "mstl_theta",
            Self::MstlCes => "mstl_ces",
            Self::Croston => "croston",
            Self::Tsb => "tsb",
            Self::Ensemble => "ensemble",
        }
    }

    /// The model of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|model| model.name() == name)
    }

    /// The `horizon` values that follow. `periods` are the lengths of the seasons there may be, shortest first.
    /// `None` where the series is too short for the model, or cannot come from it.
    pub fn forecast(self, values: &[f64], periods: &[usize], horizon: usize) -> Option<Vec<f64>> {
        self.forecast_noted(&mut Notes::default(), values, periods, horizon)
    }

    /// The same with what was noted of the series before.
    pub fn forecast_noted(
        self,
        notes: &mut Notes,
        values: &[f64],
        periods: &[usize],
        horizon: usize,
    ) -> Option<Vec<f64>> {
        let season = periods.first().copied().unwrap_or(1);
        let theta = |variant| Some(Theta::fit(variant, values, season)?.forecast(horizon));
        let following = match self {
            Self::Naive => Some(naive(values, horizon)),
            Self::SeasonalNaive => Some(seasonal_naive(values, season, horizon)),
            Self::LongSeasonalNaive => {
                let whole = periods.iter().rev().find(|period| **period <= values.len());
                Some(seasonal_naive(values, whole.copied().unwrap_or(season), horizon))
            }
            Self::Drift => Some(drift(values, horizon)),
            Self::Mean => Some(average(values, horizon)),
            Self::Ets => notes.ets(values, season, horizon),
            Self::Ces => notes.ces(values, season, horizon),
            Self::Theta => theta(Variant::Standard),
            Self::OptimizedTheta => theta(Variant::Optimized),
            Self::DynamicTheta => theta(Variant::Dynamic),
            Self::DynamicOptimizedTheta => theta(Variant::DynamicOptimized),
            Self::Mstl => notes.decomposed(values, periods, horizon, Base::Ets),
            Self::MstlTheta => notes.decomposed(values, periods, horizon, Base::Theta),
            Self::MstlCes => notes.decomposed(values, periods, horizon, Base::Ces),
            Self::Croston => croston(values, horizon),
            Self::Tsb => tsb(values, horizon),
            Self::Ensemble => ensemble::forecast(notes, values, periods, horizon),
        }?;
        let is_sane = following.len() == horizon && within_reach(values, &following);
        is_sane.then_some(following)
    }
}

/// A forecast farther from all that was seen than so many times its range comes from a fit gone astray.
const REACH: f64 = 20.0;

fn within_reach(values: &[f64], following: &[f64]) -> bool {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let reach = REACH * (greatest - least).max(1e-9 * greatest.abs().max(least.abs()));
    following.iter().all(|value| *value >= least - reach && *value <= greatest + reach)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_is_found_by_its_name() {
        for model in Model::ALL {
            assert_eq!(Model::named(model.name()), Some(model));
        }
        assert_eq!(Model::named("prophet"), None);
    }

    #[test]
    fn every_model_gives_as_many_finite_values_as_asked_for_or_none() {
        let mut random = crate::random::Random::new(11);
        let long: Vec<f64> = (0..60).map(|_| (10.0 * random.unit() - 4.0).max(0.0)).collect();
        for length in [1, 2, 3, 5, 8, 13, 24, 25, 60] {
            for model in Model::ALL {
                if let Some(following) = model.forecast(&long[..length], &[12], 7) {
                    assert!(following.len() == 7 && following.iter().all(|v| v.is_finite()), "{model:?} {length}");
                }
            }
        }
    }
}
