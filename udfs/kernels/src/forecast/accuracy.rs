//! How good forecasts were: the scores of every model in a backtest.

use super::backtest::{Origins, Tested, test, test_members};
use super::events::Effects;
use super::interval::Spread;
use super::model::Model;
use super::notes::Notes;
use super::outlook::{Known, Request};
use super::rows::Rows;

/// The scores of a model over all origins and steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The model.
    pub model: Model,
    /// How many origins there were.
    pub origins: usize,
    /// How many steps were forecast at each.
    pub horizon: usize,
    /// The mean absolute error.
    pub mae: f64,
    /// The same in mean steps of a season on what was known; `None` for what did not change.
    pub mase: Option<f64>,
    /// The symmetric mean absolute percentage error, 0 to 200.
    pub smape: f64,
    /// The mean of forecast less truth.
    pub bias: f64,
    /// The share of truths within the interval, which is made from the other origins' errors.
    pub coverage: Option<f64>,
    /// The mean absolute error over that of the seasonal naive; `None` where that made none.
    pub mase_vs_naive: Option<f64>,
}

impl Request {
    /// The scores at `most` origins of the model that is asked for, or of all that suit the series and their median;
    /// in either case also of the seasonal naive. The best comes first. Effects of events count as known. Nothing for
    /// series that are too short; `None` without a finite value.
    pub fn scores(&self, rows: Rows<'_>, most: usize) -> Option<Vec<Score>> {
        let Known { series, seasons, effects, .. } = self.read(rows)?;
        let origins = Origins::new(series.values.len(), &seasons, self.horizon, most);
        let mut notes = Notes::default();
        let baseline = test(Model::SeasonalNaive, &mut notes, &series.values, &seasons, &origins)?;
        if origins.known.is_empty() {
            return Some(Vec::new());
        }
        let mut tested = match self.model {
            Some(model) => test(model, &mut notes, &series.values, &seasons, &origins).into_iter().collect(),
            None => test_members(&mut notes, &series.values, &seasons, &origins),
        };
        if !tested.iter().any(|tested| tested.model == Model::SeasonalNaive) {
            tested.push(baseline);
        }
        tested.iter_mut().for_each(|tested| tested.put_back(&effects, &origins));
        let naive = tested.iter().find(|tested| tested.model == Model::SeasonalNaive);
        let naive_error = naive.map_or(f64::NAN, Tested::mean_absolute);
        let season = seasons.first().copied().unwrap_or(1);
        let whole: Vec<f64> =
            (series.values.iter().enumerate()).map(|(step, value)| effects.with(step, *value)).collect();
        let score = |tested: &Tested| {
            let mut score = tested.score(&whole, &origins, season, self.level);
            score.mase_vs_naive = Some(score.mae / naive_error).filter(|ratio| ratio.is_finite());
            score.mae = series.unscaled(score.mae);
            score.bias = series.unscaled(score.bias);
            score
        };
        let mut scores: Vec<Score> = tested.iter().map(score).collect();
        scores.sort_by(|a, b| a.mae.total_cmp(&b.mae));
        Some(scores)
    }
}

impl Tested {
    /// Puts the effects of events back into forecasts and errors.
    fn put_back(&mut self, effects: &Effects, origins: &Origins) {
        if effects.is_none() {
            return;
        }
        for ((known, errors), forecasts) in origins.known.iter().zip(&mut self.errors).zip(&mut self.forecasts) {
            for ((step, error), forecast) in (*known..).zip(errors).zip(forecasts) {
                *forecast = effects.with(step, *forecast);
                if effects.multiply {
                    *error *= effects.at(step);
                }
            }
        }
    }

    fn score(&self, values: &[f64], origins: &Origins, season: usize, level: f64) -> Score {
        let count = (origins.known.len() * origins.horizon) as f64;
        let mut score = Score {
            model: self.model,
            origins: origins.known.len(),
            horizon: origins.horizon,
            mae: self.mean_absolute(),
            mase: None,
            smape: 0.0,
            bias: self.errors.iter().flatten().map(|error| error / count).sum(),
            coverage: self.coverage(level),
            mase_vs_naive: None,
        };
        let mut scaled = 0.0;
        for ((known, errors), forecasts) in origins.known.iter().zip(&self.errors).zip(&self.forecasts) {
            let truths = &values[*known..*known + origins.horizon];
            for ((truth, forecast), error) in truths.iter().zip(forecasts).zip(errors) {
                let size = truth.abs() + forecast.abs();
                score.smape += if size > 0.0 { 200.0 * error.abs() / size / count } else { 0.0 };
            }
            scaled +=
                errors.iter().map(|error| error.abs() / count).sum::<f64>() / seasonal_step(&values[..*known], season);
        }
        // Where all signs are wrong, rounding would go beyond.
        score.smape = score.smape.min(200.0);
        score.mase = Some(scaled).filter(|mase| mase.is_finite());
        score
    }

    /// The share of truths within the interval that the other origins' errors would have given.
    fn coverage(&self, level: f64) -> Option<f64> {
        let (mut within, mut count) = (0, 0);
        for (place, errors) in self.errors.iter().enumerate() {
            let mut others = self.errors.clone();
            others.remove(place);
            let spread = Spread::of(&others, &[])?;
            for (step, error) in (1..).zip(errors) {
                within += usize::from(error.abs() <= spread.reach(step, level));
                count += 1;
            }
        }
        (count > 0).then(|| f64::from(within as u32) / f64::from(count))
    }
}

/// The mean absolute step from a season to the next, of single values where there is no whole season.
fn seasonal_step(values: &[f64], season: usize) -> f64 {
    let lag = if season < values.len() { season } else { 1 };
    let count = values.len().saturating_sub(lag) as f64;
    values.iter().zip(values.iter().skip(lag)).map(|(before, after)| (after - before).abs() / count).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    fn request(model: Option<Model>) -> Request {
        Request { model, seasons: Some(vec![1]), horizon: 3, ..Request::default() }
    }

    #[test]
    fn a_naive_forecast_of_a_line_has_the_scores_of_its_steps() {
        let times: Vec<i64> = (0..40).map(|day| day * DAY).collect();
        let line: Vec<f64> = (0..40).map(|t| 100.0 + f64::from(t)).collect();
        let scores = request(Some(Model::Naive)).scores(Rows::new(&times, &line), 2).unwrap();
        let naive = scores.iter().find(|score| score.model == Model::Naive).unwrap();
        assert!(
            [naive.mae, naive.mase.unwrap(), -naive.bias].iter().all(|score| (score - 2.0).abs() < 1e-9),
            "{naive:?}"
        );
        assert_eq!((naive.origins, naive.horizon, naive.mase_vs_naive), (2, 3, Some(1.0)));
        assert!((naive.smape - 100.0 * 2.0 / 137.0).abs() < 0.05, "{naive:?}");
        assert_eq!(naive.coverage, Some(1.0));
    }

    #[test]
    fn the_best_model_comes_first_and_short_series_have_no_scores() {
        let times: Vec<i64> = (0..60).map(|day| day * DAY).collect();
        let line: Vec<f64> = (0..60).map(f64::from).collect();
        let scores = request(None).scores(Rows::new(&times, &line), 4).unwrap();
        assert!(scores.windows(2).all(|pair| pair[0].mae <= pair[1].mae));
        assert!(scores.iter().any(|score| score.model == Model::Ensemble));
        assert_eq!(request(None).scores(Rows::new(&times[..5], &line[..5]), 4), Some(Vec::new()));
        assert_eq!(request(None).scores(Rows::new(&times[..1], &[f64::NAN]), 4), None);
    }
}
