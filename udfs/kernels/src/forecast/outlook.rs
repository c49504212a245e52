//! The forecast of a series of rows: everything between times with values and times with forecasts.

use super::auto::{self, Forecast};
use super::events::Effects;
use super::frequency::Frequency;
use super::interval::Spread;
use super::model::Model;
use super::rows::Rows;
use super::series::{Condition, Series, Steps};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    /// The model; several are weighed by a backtest if none.
    pub model: Option<Model>,
    /// The name of the steps; told from the times if none.
    pub frequency: Option<&'static str>,
    /// The steps of series that add up; each has its own if none.
    pub steps: Option<Steps>,
    /// The lengths of the seasons in steps; one is no season. Told from the steps if not given.
    pub seasons: Option<Vec<usize>>,
    /// How many steps.
    pub horizon: usize,
    /// The probability that an interval holds the truth.
    pub level: f64,
    /// Whether values below zero cannot be.
    pub nonnegative: bool,
    /// Days of a kind of their own, each by a moment of it, past and to come.
    pub holidays: Vec<i64>,
}

/// A model that weighs less is not told.
const TOLD_MIN: f64 = 0.1;

/// One step by models that are weighed, with an interval of four in five.
impl Default for Request {
    fn default() -> Self {
        Self {
            model: None,
            frequency: None,
            steps: None,
            seasons: None,
            horizon: 1,
            level: 0.8,
            nonnegative: false,
            holidays: Vec::new(),
        }
    }
}

/// A series that was read: without the effects of events, which are beside it.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub series: Series,
    /// The lengths of its seasons, shortest first.
    pub seasons: Vec<usize>,
    pub effects: Effects,
    /// Whether all values are the same.
    pub is_constant: bool,
}

/// A step ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// When. `None` beyond the range of timestamps.
    pub time: Option<i64>,
    /// What is expected.
    pub value: f64,
    /// The interval.
    pub lower: f64,
    /// Its other end.
    pub upper: f64,
}

/// A forecast of a series that has values.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// The steps, as many as were asked for.
    pub steps: Vec<Step>,
    /// The models it comes from, the heaviest first, as `ets + mstl`.
    pub model: String,
    /// The lengths of its seasons, shortest first.
    pub seasons: Vec<usize>,
    /// The backtest's error over that of the seasonal naive.
    pub mase_vs_naive: Option<f64>,
    /// The errors of the backtest, for each origin those of its steps.
    pub errors: Vec<Vec<f64>>,
    /// How the errors of sums of steps spread, in units of the series' scale.
    pub sum_spread: Option<Spread>,
    /// What must be known of it.
    pub status: &'static str,
    /// The series.
    pub series: Series,
}

impl Request {
    /// The series of rows, with the lengths of its seasons, shortest first. `None` without a finite value.
    pub fn series(&self, rows: Rows<'_>) -> Option<(Series, Vec<usize>)> {
        let series = match (self.steps, self.frequency) {
            (Some(steps), _) => Series::among(rows.times, rows.values, steps)?,
            (None, name) => {
                let given = name.and_then(|name| Frequency::named(name, rows.times));
                Series::new(rows.times, rows.values, given)?
            }
        };
        let seasons = match &self.seasons {
            Some(given) => {
                let mut seasons: Vec<usize> = given.iter().copied().filter(|season| *season > 1).collect();
                seasons.sort_unstable();
                seasons.dedup();
                seasons
            }
            None => series.seasons(),
        };
        Some((series, seasons))
    }

    /// The series of rows without the effects of events. `None` without a finite value.
    pub(super) fn read(&self, rows: Rows<'_>) -> Option<Known> {
        let (mut series, seasons) = self.series(rows)?;
        let is_constant = series.values.len() > 1 && series.values.windows(2).all(|pair| pair[0] == pair[1]);
        let effects = Effects::new(&series, &seasons, rows, &self.holidays, self.horizon);
        effects.take_out(&mut series.values);
        Some(Known { series, seasons, effects, is_constant })
    }

    /// The forecast of rows. `None` without a finite value.
    pub fn outlook(&self, rows: Rows<'_>) -> Option<Outlook> {
        let known = self.read(rows)?;
        let values = &known.series.values;
        let own = if known.is_constant { Some(Model::Naive) } else { self.model };
        let made = auto::forecast(own, values, &known.seasons, self.horizon);
        let applies = made.is_some();
        let made = match made {
            Some(made) => made,
            None => auto::forecast(Some(Model::SeasonalNaive), values, &known.seasons, self.horizon)?,
        };
        let steps = (0..self.horizon).map(|ahead| self.step(&known, &made, ahead)).collect();
        let status = match known.series.condition {
            _ if !applies => "model_not_applicable",
            _ if known.is_constant => "constant",
            _ if made.errors.is_empty() => "too_short_to_test",
            _ if !known.effects.known => "event_unknown",
            Condition::Irregular => "irregular_steps",
            Condition::Cut => "cut_at_gap",
            Condition::Filled => "gaps_filled",
            Condition::Averaged => "duplicates_averaged",
            Condition::Whole => "ok",
        };
        Some(Outlook {
            steps,
            model: described(&made),
            seasons: known.seasons,
            mase_vs_naive: made.mase_vs_naive,
            errors: made.errors.iter().map(|origin| unscaled(origin, &known.series)).collect(),
            sum_spread: made.sum_spread,
            status,
            series: known.series,
        })
    }

    fn step(&self, known: &Known, made: &Forecast, ahead: usize) -> Step {
        let reach = made.spread.map_or(0.0, |spread| spread.reach(ahead + 1, self.level));
        let (series, value) = (&known.series, made.values[ahead]);
        let place = series.values.len() + ahead;
        let bounded = |value: f64| {
            let value = series.unscaled(known.effects.with(place, value));
            if self.nonnegative { value.max(0.0) } else { value }
        };
        Step {
            time: series.time(place),
            value: bounded(value),
            lower: bounded(value - reach),
            upper: bounded(value + reach),
        }
    }
}

fn unscaled(errors: &[f64], series: &Series) -> Vec<f64> {
    errors.iter().map(|error| series.unscaled(*error)).collect()
}

/// The models with the most weight, at least one.
fn described(made: &Forecast) -> String {
    let heavy = made.models.iter().enumerate().filter(|(place, (_, weight))| *place == 0 || *weight >= TOLD_MIN);
    heavy.map(|(_, (model, _))| model.name()).collect::<Vec<_>>().join(" + ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn request(horizon: usize) -> Request {
        Request { horizon, ..Request::default() }
    }

    fn days(count: usize) -> Vec<i64> {
        (0..count as i64).map(|day| day * DAY).collect()
    }

    #[test]
    fn a_week_goes_on_from_the_day_after_the_last() {
        let values: Vec<f64> = (0..70).map(|t| 100.0 + [0.0, 5.0, 9.0, 2.0, -3.0, -20.0, 7.0][t % 7]).collect();
        let outlook = request(7).outlook(Rows::new(&days(70), &values)).unwrap();
        assert_eq!((outlook.seasons.as_slice(), outlook.steps[0].time), (&[7][..], Some(70 * DAY)));
        for (step, truth) in outlook.steps.iter().zip(&values) {
            assert!(
                (step.value - truth).abs() < 2.0 && step.lower <= step.value && step.value <= step.upper,
                "{outlook:?}"
            );
        }
    }

    #[test]
    fn what_is_extreme_gives_numbers_and_a_status() {
        let mut random = crate::random::Random::new(2);
        let noise: Vec<f64> = (0..80).map(|_| random.unit()).collect();
        let cases: [(&str, Vec<f64>); 8] = [
            ("one", vec![4.0]),
            ("two", vec![4.0, 5.0]),
            ("constant", vec![4.0; 50]),
            ("zero", vec![0.0; 50]),
            ("huge", noise.iter().map(|value| 1e300 * value).collect()),
            ("tiny", noise.iter().map(|value| 1e-310 * value).collect()),
            ("spike", (0..80).map(|t| if t == 40 { 1e300 } else { 1.0 }).collect()),
            ("signs", (0..80).map(|t| if t % 2 == 0 { 1e300 } else { -1e300 }).collect()),
        ];
        for (name, values) in cases {
            for model in Model::ALL.into_iter().map(Some).chain([None]) {
                let request = Request { model, ..request(30) };
                let outlook = request.outlook(Rows::new(&days(values.len()), &values)).unwrap();
                assert_eq!(outlook.steps.len(), 30);
                let is_number =
                    |step: &Step| step.value.is_finite() && step.lower.is_finite() && step.upper.is_finite();
                assert!(outlook.steps.iter().all(is_number), "{name} {model:?}");
                assert!(outlook.mase_vs_naive.is_none_or(f64::is_finite), "{name} {model:?}");
            }
        }
        assert!(request(3).outlook(Rows::new(&days(2), &[f64::NAN; 2])).is_none());
    }

    #[test]
    fn a_constant_has_an_interval_without_width() {
        let outlook = request(2).outlook(Rows::new(&days(30), &[7.0; 30])).unwrap();
        assert_eq!(outlook.status, "constant");
        assert!(outlook.steps.iter().all(|step| step.lower == 7.0 && step.upper == 7.0));
    }

    #[test]
    fn what_is_known_to_come_is_in_the_forecast() {
        let on = [20, 33, 48, 71, 88, 103];
        let values: Vec<f64> = (0..110)
            .map(|t| match t {
                100.. => f64::NAN,
                _ => [0.0, 5.0, 9.0, 2.0, -3.0, -20.0, 7.0][t % 7] + if on.contains(&t) { 90.0 } else { 0.0 },
            })
            .collect();
        let flags: Vec<f64> = (0..110).map(|t| f64::from(u8::from(on.contains(&t)))).collect();
        let rows = Rows { times: &days(110), values: &values, events: &[flags] };
        let outlook = request(7).outlook(rows).unwrap();
        assert_eq!((outlook.steps[0].time, outlook.status), (Some(100 * DAY), "ok"));
        let truth = |t: usize| [0.0, 5.0, 9.0, 2.0, -3.0, -20.0, 7.0][t % 7] + if t == 103 { 90.0 } else { 0.0 };
        for (step, t) in outlook.steps.iter().zip(100..) {
            assert!((step.value - truth(t)).abs() < 5.0, "{t} {step:?}");
        }
        let holidays: Vec<i64> = on.iter().map(|day| *day as i64 * DAY).collect();
        let again = Request { holidays, ..request(7) }.outlook(Rows::new(&days(110), &values)).unwrap();
        assert!((again.steps[3].value - outlook.steps[3].value).abs() < 1e-9);
    }

    #[test]
    fn nothing_is_negative_where_it_cannot_be() {
        let falling: Vec<f64> = (0..40).map(|t| 40.0 - f64::from(t)).collect();
        let outlook = Request { nonnegative: true, ..request(30) }.outlook(Rows::new(&days(40), &falling)).unwrap();
        assert!(outlook.steps.iter().all(|step| step.value >= 0.0 && step.lower >= 0.0));
    }

    #[test]
    fn a_model_that_does_not_apply_is_replaced_and_said_so() {
        let falling: Vec<f64> = (0..40).map(|t| -f64::from(t)).collect();
        let outlook =
            Request { model: Some(Model::Croston), ..request(3) }.outlook(Rows::new(&days(40), &falling)).unwrap();
        assert_eq!((outlook.status, outlook.model.as_str()), ("model_not_applicable", "seasonal_naive"));
    }
}
