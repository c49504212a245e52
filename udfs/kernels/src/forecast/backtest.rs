//! Rolling origins: what a model would have forecast at several moments of the past, against what came.

use super::ensemble::{median_of, members};
use super::model::Model;
use super::notes::Notes;

/// The most origins: each costs as much as the forecast itself.
pub const ORIGINS_MAX: usize = 6;

/// A model is not judged on fewer values than these before an origin.
const VALUES_MIN: usize = 6;

/// Where the origins lie, and how far each looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins {
    /// How many values are known at each, the earliest first.
    pub known: Vec<usize>,
    /// How many values are forecast at each; fewer than asked for in short series.
    pub horizon: usize,
}

impl Origins {
    /// At most `most` origins, half a horizon apart, the last one horizon before the end. Each has three seasons before
    /// it, or at least half of the series. None for series of fewer than eight values.
    pub fn new(count: usize, periods: &[usize], horizon: usize, most: usize) -> Self {
        let seen = periods.iter().filter(|period| 3 * **period <= count / 2).max();
        let least = seen.map_or(count / 2, |period| (3 * period).min(count / 2)).max(VALUES_MIN);
        let room = count.saturating_sub(least);
        let horizon = horizon.min(room / 2).max(1);
        let apart = horizon.div_ceil(2);
        if room < 2 {
            return Self { known: Vec::new(), horizon: 0 };
        }
        let fitting = ((room - horizon) / apart + 1).min(most);
        let known = (0..fitting).rev().map(|place| count - horizon - place * apart).collect();
        Self { known, horizon }
    }
}

/// The errors of one model, forecast less truth.
#[derive(Debug, Clone)]
pub struct Tested {
    /// The model.
    pub model: Model,
    /// For each origin the error of each step.
    pub errors: Vec<Vec<f64>>,
    /// What was forecast.
    pub forecasts: Vec<Vec<f64>>,
}

impl Tested {
    /// The mean absolute error over all origins and steps.
    pub fn mean_absolute(&self) -> f64 {
        mean_absolute(&self.errors)
    }

    /// Tests a model's forecasts against what came.
    fn new(model: Model, values: &[f64], origins: &Origins, forecasts: Vec<Vec<f64>>) -> Self {
        let errors = origins.known.iter().zip(&forecasts).map(|(known, forecast)| {
            let truth = &values[*known..*known + origins.horizon];
            forecast.iter().zip(truth).map(|(forecast, truth)| forecast - truth).collect()
        });
        Self { model, errors: errors.collect(), forecasts }
    }
}

/// The mean absolute error over all origins and steps; zero of none.
pub(super) fn mean_absolute(errors: &[Vec<f64>]) -> f64 {
    let count: usize = errors.iter().map(Vec::len).sum();
    errors.iter().flatten().map(|error| error.abs() / count as f64).sum()
}

/// Tests one model. `None` where it has no forecast at an origin.
pub fn test(model: Model, notes: &mut Notes, values: &[f64], periods: &[usize], origins: &Origins) -> Option<Tested> {
    let forecast = |known: &usize| model.forecast_noted(notes, &values[..*known], periods, origins.horizon);
    let forecasts: Option<Vec<_>> = origins.known.iter().map(forecast).collect();
    Some(Tested::new(model, values, origins, forecasts?))
}

/// Tests the models that suit a series, their median last. A model without a forecast at an origin is left out.
pub fn test_members(notes: &mut Notes, values: &[f64], periods: &[usize], origins: &Origins) -> Vec<Tested> {
    let models = members(values, periods).iter();
    let mut tested: Vec<Tested> = models.filter_map(|model| test(*model, notes, values, periods, origins)).collect();
    let median = |place: usize| {
        let forecasts: Vec<Vec<f64>> = tested.iter().map(|tested| tested.forecasts[place].clone()).collect();
        median_of(&forecasts, origins.horizon)
    };
    let medians: Option<Vec<_>> = (0..origins.known.len()).map(median).collect();
    if let Some(medians) = medians {
        tested.push(Tested::new(Model::Ensemble, values, origins, medians));
    }
    tested
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_half_a_horizon_apart_and_end_one_before_the_end() {
        let origins = Origins::new(100, &[12], 8, 3);
        assert_eq!(origins, Origins { known: vec![84, 88, 92], horizon: 8 });
    }

    #[test]
    fn short_series_are_tested_at_a_shorter_distance_or_not_at_all() {
        let origins = Origins::new(10, &[], 30, 6);
        assert!(origins.horizon >= 1 && origins.known.iter().all(|known| known + origins.horizon <= 10));
        assert!(!origins.known.is_empty());
        assert!(Origins::new(7, &[], 3, 6).known.is_empty());
    }

    #[test]
    fn a_naive_forecast_of_a_line_is_wrong_by_its_steps() {
        let line: Vec<f64> = (0..40).map(f64::from).collect();
        let origins = Origins::new(40, &[], 3, 2);
        let tested = test(Model::Naive, &mut Notes::default(), &line, &[], &origins).unwrap();
        assert_eq!(tested.errors, [[-1.0, -2.0, -3.0], [-1.0, -2.0, -3.0]]);
        assert_eq!(tested.mean_absolute(), 2.0);
    }

    #[test]
    fn the_median_is_tested_with_its_members() {
        let values: Vec<f64> = (0..60).map(|t| 10.0 + f64::from(t % 4)).collect();
        let origins = Origins::new(60, &[4], 4, 3);
        let tested = test_members(&mut Notes::default(), &values, &[4], &origins);
        assert_eq!(tested.last().unwrap().model, Model::Ensemble);
        assert!(tested.len() >= 3);
    }
}
