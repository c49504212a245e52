//! The median of several models: hardly ever the best of them on one series, and better than each over many
//! (Petropoulos & Svetunkov 2020, sixth in M4 with the median of four).

use super::ets;
use super::intermittent::is_intermittent;
use super::model::Model;
use super::notes::Notes;

/// A season of at most so many shorter ones repeats as they do: a week of days of hours. A year of weeks does not.
const NESTED_MAX: usize = 31;

/// The models that suit a series, by its seasons and whether it is demand that comes now and then. Seasons too long
/// for indices of their own are decomposed; of seasons that nest the last ones of each are members too, because what
/// days and weeks share is never quite additive.
pub fn members(values: &[f64], periods: &[usize]) -> &'static [Model] {
    if is_intermittent(values) {
        return &[Model::Croston, Model::Tsb, Model::Ets];
    }
    let mut seen = periods.iter().copied().filter(|period| *period > 1 && values.len() >= 2 * period);
    match (seen.next(), seen.last()) {
        (None, _) => &[Model::Ets, Model::Ces, Model::DynamicOptimizedTheta],
        (Some(only), None) if only <= ets::SEASON_MAX => {
            &[Model::Ets, Model::Ces, Model::DynamicOptimizedTheta, Model::Mstl]
        }
        (Some(_), None) => &[Model::Ets, Model::DynamicOptimizedTheta, Model::Mstl, Model::MstlTheta, Model::MstlCes],
        (Some(shortest), Some(longest)) if longest % shortest == 0 && longest <= NESTED_MAX * shortest => {
            &[Model::Mstl, Model::MstlTheta, Model::SeasonalNaive, Model::LongSeasonalNaive]
        }
        (Some(_), Some(_)) => &[Model::Ets, Model::DynamicOptimizedTheta, Model::Mstl, Model::MstlTheta],
    }
}

/// The median of the members' forecasts. `None` where no member can forecast.
pub(super) fn forecast(notes: &mut Notes, values: &[f64], periods: &[usize], horizon: usize) -> Option<Vec<f64>> {
    let members = members(values, periods).iter();
    let forecasts: Vec<Vec<f64>> =
        members.filter_map(|model| model.forecast_noted(notes, values, periods, horizon)).collect();
    median_of(&forecasts, horizon)
}

/// The median at each step, the mean of the two in the middle of an even number. `None` of nothing.
pub(super) fn median_of(forecasts: &[Vec<f64>], horizon: usize) -> Option<Vec<f64>> {
    let last = forecasts.len().checked_sub(1)?;
    let mut at_step = vec![0.0; forecasts.len()];
    let medians = (0..horizon).map(|step| {
        for (value, forecast) in at_step.iter_mut().zip(forecasts) {
            *value = forecast[step];
        }
        at_step.sort_unstable_by(f64::total_cmp);
        f64::midpoint(at_step[last / 2], at_step[last.div_ceil(2)])
    });
    Some(medians.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_taken_step_by_step() {
        let three = [vec![1.0, 9.0], vec![2.0, 8.0], vec![100.0, 7.0]];
        assert_eq!(median_of(&three, 2).unwrap(), [2.0, 8.0]);
        assert_eq!(median_of(&three[..2], 2).unwrap(), [1.5, 8.5]);
        assert!(median_of(&[], 2).is_none());
    }

    #[test]
    fn members_follow_the_seasons() {
        let steady = vec![5.0; 400];
        assert!(!members(&steady, &[]).contains(&Model::Mstl));
        assert!(members(&steady, &[12]).contains(&Model::Ces));
        assert!(members(&steady, &[52]).contains(&Model::MstlCes));
        assert!(members(&steady, &[24, 168]).contains(&Model::LongSeasonalNaive));
        assert!(!members(&[5.0; 800], &[7, 365]).contains(&Model::LongSeasonalNaive));
        // A season that was not seen twice is none.
        assert_eq!(members(&steady, &[24, 365]), members(&steady, &[24]));
    }
}
