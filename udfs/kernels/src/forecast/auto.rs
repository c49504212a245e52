//! The weighing of models by what they would have forecast.
//!
//! The models that suit a series, their median and the seasonal naive have the weights that their errors at the origins
//! of a backtest give them, as far as the origins tell: errors of Laplace's distribution, whose size is not known, are
//! likely by their mean to the power of minus their number. What is taken never had more error than the seasonal naive.

use super::backtest::{ORIGINS_MAX, Origins, Tested, mean_absolute, test, test_members};
use super::interval::Spread;
use super::model::Model;
use super::notes::Notes;
use super::presumed::Presumed;

/// A model that weighs less is not fitted for it.
const WEIGHT_MIN: f64 = 0.02;

/// How much more of the seasonal naive is tried.
const SHARES: [f64; 5] = [0.0, 0.2, 0.4, 0.6, 0.8];

/// A forecast, and how good such forecasts were.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// The models it comes from, the heaviest first, and their weights, which sum to one.
    pub models: Vec<(Model, f64)>,
    /// The values that follow.
    pub values: Vec<f64>,
    /// How far such forecasts were wrong in the backtest, for each origin at each step; empty without one.
    pub errors: Vec<Vec<f64>>,
    /// How far they may be wrong.
    pub spread: Option<Spread>,
    /// How far their sums may be wrong.
    pub sum_spread: Option<Spread>,
    /// The mean absolute error in the backtest over that of the seasonal naive. `None` without a backtest, or where the
    /// seasonal naive made no error.
    pub mase_vs_naive: Option<f64>,
}

/// Forecasts by a model, or by those that are likely. `None` for an empty series, or one that the model cannot forecast.
pub fn forecast(model: Option<Model>, values: &[f64], periods: &[usize], horizon: usize) -> Option<Forecast> {
    let origins = Origins::new(values.len(), periods, horizon, ORIGINS_MAX);
    let mut notes = Notes::default();
    let baseline = test(Model::SeasonalNaive, &mut notes, values, periods, &origins)?;
    let (models, errors) = match model {
        Some(model) => {
            let tested = test(model, &mut notes, values, periods, &origins);
            (vec![(model, 1.0)], tested.map_or_else(Vec::new, |tested| tested.errors))
        }
        None => weighed(test_members(&mut notes, values, periods, &origins), &baseline),
    };
    // Notes of the past save time where errors are looked at. The forecast itself is fitted anew: what suited the series
    // once may not be what suits it now.
    let mut notes = Notes::default();
    let mut following = vec![0.0; horizon];
    for (one, weight) in &models {
        let own = match (one.forecast_noted(&mut notes, values, periods, horizon), model) {
            (Some(own), _) => own,
            (None, Some(_)) => return None,
            // What could be fitted at every origin can be fitted at the end, but for chance.
            (None, None) => Model::SeasonalNaive.forecast(values, periods, horizon)?,
        };
        following.iter_mut().zip(own).for_each(|(sum, value)| *sum += weight * value);
    }
    let ratio = Some(mean_absolute(&errors) / baseline.mean_absolute()).filter(|ratio| ratio.is_finite());
    Some(Forecast {
        models,
        values: following,
        spread: spread(&errors, &origins, values, periods, horizon),
        sum_spread: Spread::of_sums(&errors),
        mase_vs_naive: ratio.filter(|_| !errors.is_empty()),
        errors,
    })
}

/// How far forecasts may be wrong, by the errors of the backtest. A series that has no room for many origins is presumed
/// to be wrong as its steps make likely, and if it grows, by more than it was.
fn spread(errors: &[Vec<f64>], origins: &Origins, values: &[f64], periods: &[usize], horizon: usize) -> Option<Spread> {
    if errors.len() >= ORIGINS_MAX {
        return Spread::of(errors, &[]);
    }
    let season = periods.first().copied().unwrap_or(1);
    let Some(Presumed { squares, grows }) = Presumed::new(values, season, horizon) else {
        return Spread::of(errors, &[]).or_else(|| Spread::of_steps(values));
    };
    let last = values.last()?;
    let grown = |known: &usize| if grows { last / values[known - 1] } else { 1.0 };
    let scaled = |(origin, known)| -> Vec<f64> {
        let errors: &Vec<f64> = origin;
        errors.iter().map(|error| error * grown(known)).collect()
    };
    Spread::of(&errors.iter().zip(&origins.known).map(scaled).collect::<Vec<_>>(), &squares)
}

/// The models with their weights, the heaviest first, and the errors of what they forecast together.
fn weighed(mut tested: Vec<Tested>, baseline: &Tested) -> (Vec<(Model, f64)>, Vec<Vec<f64>>) {
    if baseline.errors.is_empty() {
        return (vec![(Model::SeasonalNaive, 1.0)], Vec::new());
    }
    tested.retain(|tested| tested.model != Model::SeasonalNaive);
    tested.push(baseline.clone());
    let errors: Vec<f64> = tested.iter().map(Tested::mean_absolute).collect();
    let least = errors.iter().copied().fold(f64::INFINITY, f64::min);
    let likelihood = |error: f64| if error > least { (least / error).powf(baseline.errors.len() as f64) } else { 1.0 };
    let mut weights: Vec<f64> = errors.into_iter().map(likelihood).collect();
    normalise(&mut weights);
    weights.iter_mut().filter(|weight| **weight < WEIGHT_MIN).for_each(|weight| *weight = 0.0);
    normalise(&mut weights);
    let limit = baseline.mean_absolute();
    let with = |share: f64| -> Vec<f64> {
        let mut weights: Vec<f64> = weights.iter().map(|weight| (1.0 - share) * weight).collect();
        weights.last_mut().into_iter().for_each(|naive| *naive += share);
        weights
    };
    let mut tried = SHARES.into_iter().map(|share| (with(share), together(&tested, &with(share))));
    let found = tried.find(|(_, errors)| mean_absolute(errors) <= limit);
    let (weights, errors) = found.unwrap_or_else(|| (with(1.0), baseline.errors.clone()));
    let weights = tested.iter().map(|tested| tested.model).zip(weights);
    let mut models: Vec<(Model, f64)> = weights.filter(|(_, weight)| *weight > 0.0).collect();
    models.sort_by(|a, b| b.1.total_cmp(&a.1));
    (models, errors)
}

fn normalise(weights: &mut [f64]) {
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= sum);
}

/// The errors of a weighted mean of forecasts.
fn together(tested: &[Tested], weights: &[f64]) -> Vec<Vec<f64>> {
    let mut errors: Vec<Vec<f64>> = Vec::new();
    for (tested, weight) in tested.iter().zip(weights) {
        errors.resize_with(tested.errors.len(), Vec::new);
        for (sums, own) in errors.iter_mut().zip(&tested.errors) {
            sums.resize(own.len(), 0.0);
            sums.iter_mut().zip(own).for_each(|(sum, error)| *sum += weight * error);
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tested(model: Model, errors: &[f64]) -> Tested {
        Tested { model, errors: errors.iter().map(|error| vec![*error]).collect(), forecasts: Vec::new() }
    }

    #[test]
    fn the_better_model_weighs_more_by_as_much_as_origins_tell() {
        let naive = tested(Model::SeasonalNaive, &[4.0, 4.0]);
        let (models, errors) =
            weighed(vec![tested(Model::Drift, &[1.0, 1.0]), tested(Model::Mean, &[-2.0, 2.0])], &naive);
        // Likelihoods of 1, 1/4 and 1/16 at two origins.
        let expected = [(Model::Drift, 16.0), (Model::Mean, 4.0), (Model::SeasonalNaive, 1.0)];
        for ((model, weight), (wanted, part)) in models.iter().zip(expected) {
            assert!(*model == wanted && (weight - part / 21.0).abs() < 1e-12, "{models:?}");
        }
        assert!((errors[0][0] - (16.0 - 8.0 + 4.0) / 21.0).abs() < 1e-12, "{errors:?}");
    }

    #[test]
    fn nothing_is_taken_that_was_worse_than_the_naive() {
        let naive = tested(Model::SeasonalNaive, &[0.0, 0.0]);
        let (models, errors) = weighed(vec![tested(Model::Drift, &[1.0, 1.0])], &naive);
        assert_eq!((models, errors), (vec![(Model::SeasonalNaive, 1.0)], naive.errors.clone()));
        let untested = tested(Model::SeasonalNaive, &[]);
        assert_eq!(weighed(Vec::new(), &untested), (vec![(Model::SeasonalNaive, 1.0)], Vec::new()));
    }
}
