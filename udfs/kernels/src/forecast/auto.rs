//! The choice of a model by what it would have forecast.
//!
//! The median of the models that suit a series is taken, unless one of them was clearly better at the origins of a
//! backtest, or the seasonal naive was better than what is taken.

use super::backtest::{ORIGINS_MAX, Origins, Tested, mix, test, test_members};
use super::interval::Spread;
use super::model::Model;
use super::notes::Notes;
use super::presumed::Presumed;

/// A single model must have had less than this part of the median's error at all origins; the fewer there are, the less
/// they say, and the less it must be.
const CLEARLY_BETTER: f64 = 0.7;

/// How much of the seasonal naive is tried.
const SHARES: [f64; 5] = [0.0, 0.2, 0.4, 0.6, 0.8];

/// A forecast, and how good such forecasts were.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// The model it comes from.
    pub model: Model,
    /// How much of it is the seasonal naive: none, part, or all.
    pub naive_share: f64,
    /// The values that follow.
    pub values: Vec<f64>,
    /// How far such forecasts were wrong in the backtest, for each origin at each step; empty without one.
    pub errors: Vec<Vec<f64>>,
    /// How far they may be wrong.
    pub spread: Option<Spread>,
    /// How far their sums may be wrong.
    pub sum_spread: Option<Spread>,
    /// The model's mean absolute error in the backtest over that of the seasonal naive. `None` without a backtest, or
    /// where the seasonal naive made no error.
    pub mase_vs_naive: Option<f64>,
}

/// Forecasts by a model, or by the one that is chosen. `None` for an empty series, or one that the model cannot forecast.
pub fn forecast(model: Option<Model>, values: &[f64], periods: &[usize], horizon: usize) -> Option<Forecast> {
    let origins = Origins::new(values.len(), periods, horizon, ORIGINS_MAX);
    let mut notes = Notes::default();
    let baseline = test(Model::SeasonalNaive, &mut notes, values, periods, &origins)?;
    let (tested, naive_share) = match model {
        Some(model) => (test(model, &mut notes, values, periods, &origins), 0.0),
        None if origins.known.is_empty() => (None, 1.0),
        None => {
            let (tested, share) = choose(test_members(&mut notes, values, periods, &origins), &baseline);
            (Some(tested), share)
        }
    };
    let last_season = || Model::SeasonalNaive.forecast(values, periods, horizon);
    let wanted = model.or(tested.as_ref().map(|tested| tested.model)).unwrap_or(Model::SeasonalNaive);
    let (made, following) = match (wanted.forecast_noted(&mut notes, values, periods, horizon), model) {
        (Some(following), _) if naive_share == 0.0 => (wanted, following),
        (Some(following), _) => (wanted, mix(&following, &last_season()?, naive_share)),
        (None, Some(_)) => return None,
        // What could be fitted at every origin can be fitted at the end, but for chance.
        (None, None) => (Model::SeasonalNaive, last_season()?),
    };
    let tested = tested.filter(|tested| tested.model == made);
    let sum_spread = tested.as_ref().and_then(|tested| Spread::of_sums(&tested.errors));
    let ratio = tested.as_ref().map(|tested| tested.mean_absolute() / baseline.mean_absolute());
    let ratio = ratio.filter(|ratio| ratio.is_finite());
    let errors = tested.map_or_else(Vec::new, |tested| tested.errors);
    let spread = spread(&errors, &origins, values, periods, horizon);
    let naive_share = if made == Model::SeasonalNaive { 1.0 } else { naive_share };
    Some(Forecast { model: made, naive_share, values: following, spread, sum_spread, mase_vs_naive: ratio, errors })
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

/// The median of the members, or the member that was clearly better, with as much of the seasonal naive as it needs
/// not to lose to it: a few origins are too few to drop either for the other.
fn choose(tested: Vec<Tested>, baseline: &Tested) -> (Tested, f64) {
    let origins = baseline.errors.len() as f64;
    let clearly = CLEARLY_BETTER.powf(ORIGINS_MAX as f64 / origins);
    let mut best: Option<Tested> = None;
    for one in tested.into_iter().rev() {
        let needed = if best.as_ref().is_some_and(|best| best.model == Model::Ensemble) { clearly } else { 1.0 };
        let limit = best.as_ref().map_or(f64::INFINITY, |best| needed * best.mean_absolute());
        if one.mean_absolute() < limit {
            best = Some(one);
        }
    }
    let limit = baseline.mean_absolute();
    let mixed = best.and_then(|best| {
        SHARES
            .into_iter()
            .map(|share| (best.mixed(baseline, share), share))
            .find(|(mixed, _)| mixed.mean_absolute() <= limit)
    });
    mixed.unwrap_or_else(|| (baseline.clone(), 1.0))
}
