//! What a series is made of, before its end and after it: a trend, its seasons, and what is left.

use super::model::smoothed;
use super::mstl::TakenApart;
use super::naive::naive;
use super::outlook::Request;
use super::series::Series;

/// The trend of a series without a season is the mean of so many values around each.
const WINDOW: usize = 7;

/// A step and its parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Component {
    /// When. `None` beyond the range of timestamps.
    pub time: Option<i64>,
    /// Whether it is yet to come.
    pub ahead: bool,
    /// The value, or what is expected.
    pub value: f64,
    /// What changes slowly.
    pub trend: f64,
    /// What all seasons add, or by what they multiply.
    pub season: f64,
    /// What is left, added or multiplied; nothing of what is yet to come.
    pub remainder: f64,
}

/// A series in parts.
#[derive(Debug, Clone)]
pub struct Components {
    /// The steps of the series, then those ahead.
    pub steps: Vec<Component>,
    /// Whether the parts multiply; they add up otherwise.
    pub multiply: bool,
    /// The shortest season, one without any.
    pub season: usize,
    /// The series.
    pub series: Series,
}

impl Request {
    /// The parts of rows in ascending order of time, and of the steps ahead. `None` without a finite value.
    pub fn components(&self, times: &[i64], values: &[f64]) -> Option<Components> {
        let (series, seasons) = self.series(times, values)?;
        let known = &series.values;
        let apart = TakenApart::new(known, &seasons);
        let (multiply, trend, season) = match &apart {
            Some(apart) => (apart.multiply, apart.trend().collect(), apart.season().collect()),
            None => (false, moving_mean(known), vec![0.0; known.len()]),
        };
        let continued = match &apart {
            Some(apart) => apart.trend_ahead(self.horizon, smoothed),
            None => smoothed(known, self.horizon),
        };
        let last: &f64 = trend.last()?;
        let trend_ahead = continued.unwrap_or_else(|| naive(&[*last], self.horizon));
        let season_ahead =
            apart.as_ref().map_or_else(|| vec![0.0; self.horizon], |apart| apart.season_ahead(self.horizon));
        let together =
            |trend: f64, season: f64| apart.as_ref().map_or(trend + season, |apart| apart.together(trend, season));
        // Factors have no unit; what is added has that of the values.
        let factor = |value: f64| if multiply { value } else { series.unscaled(value) };
        let mut steps = Vec::with_capacity(known.len() + self.horizon);
        for (place, ((value, trend), season)) in known.iter().zip(&trend).zip(&season).enumerate() {
            let expected = together(*trend, *season);
            let remainder = if multiply { value / expected } else { value - expected };
            steps.push(Component {
                time: series.time(place),
                ahead: false,
                value: series.unscaled(*value),
                trend: series.unscaled(*trend),
                season: factor(*season),
                remainder: factor(remainder),
            });
        }
        for (step, (trend, season)) in trend_ahead.iter().zip(&season_ahead).enumerate() {
            steps.push(Component {
                time: series.time(known.len() + step),
                ahead: true,
                value: series.unscaled(together(*trend, *season)),
                trend: series.unscaled(*trend),
                season: factor(*season),
                remainder: if multiply { 1.0 } else { 0.0 },
            });
        }
        let shortest = if apart.is_some() { seasons.first().copied().unwrap_or(1) } else { 1 };
        Some(Components { steps, multiply, season: shortest, series })
    }
}

/// The mean of the values around each, of fewer at the ends.
fn moving_mean(values: &[f64]) -> Vec<f64> {
    let around = |place: usize| {
        let reach = (WINDOW / 2).min(place).min(values.len() - 1 - place);
        let window = &values[place - reach..=place + reach];
        window.iter().sum::<f64>() / window.len() as f64
    };
    (0..values.len()).map(around).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn parts(values: &[f64]) -> Components {
        let request =
            Request { model: None, frequency: None, season: None, horizon: 7, level: 0.8, nonnegative: false };
        let times: Vec<i64> = (0..values.len() as i64).map(|day| day * DAY).collect();
        request.components(&times, values).unwrap()
    }

    #[test]
    fn parts_make_the_values() {
        let week = [5.0, 1.0, 1.0, 1.0, 2.0, 8.0, 9.0];
        let added: Vec<f64> = (0..70).map(|t| week[t % 7] - 4.0 + 0.1 * t as f64).collect();
        let multiplied: Vec<f64> = (0..70).map(|t| week[t % 7] * (10.0 + t as f64)).collect();
        for (values, multiply) in [(added, false), (multiplied, true)] {
            let components = parts(&values);
            assert_eq!((components.multiply, components.season, components.steps.len()), (multiply, 7, 77));
            for step in &components.steps {
                let together = match multiply {
                    true => step.trend * step.season * step.remainder,
                    false => step.trend + step.season + step.remainder,
                };
                assert!((together - step.value).abs() < 1e-9 * step.value.abs().max(1.0), "{step:?}");
            }
            assert!(components.steps[70..].iter().all(|step| step.ahead));
        }
    }

    #[test]
    fn a_series_without_a_season_has_a_trend_all_the_same() {
        let components = parts(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(components.season, 1);
        assert!(components.steps[..5].iter().all(|step| step.trend == step.value && step.season == 0.0));
        assert_eq!(parts(&[3.0]).steps.len(), 8);
    }
}
