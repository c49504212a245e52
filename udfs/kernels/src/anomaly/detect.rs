//! Anomalies of a series, by the method that was asked for.

use super::Judgement;
use super::baseline::{baseline, seasonal_and_median};
use super::esd::{Spread, generalized_esd};
use super::heavy::{heaviness, spread};
use super::kind::{Kind, Point};
use super::location::{IQR_TO_SIGMA, VALUES_MIN, median, robust_deviation};
use super::online::Detector;
use super::ordered::Ordered;
use super::scale::Scale;
use crate::distribution::student_t;

/// How a value is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Against trend and seasons of the whole series.
    Stl,
    /// Against the median, in median deviations.
    Mad,
    /// Against the quartiles, in their distances.
    Iqr,
    /// Against seasons and median, as many outliers as the generalised ESD test finds.
    Esd,
    /// Against what the values before lead to expect.
    Ets,
}

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// How a value is judged. [`Method::Stl`] and [`Method::Esd`] need the whole series.
    pub method: Method,
    /// What the series counts.
    pub kind: Kind,
    /// Whether a value is judged by those before it alone.
    pub online: bool,
    /// The chance of an ordinary value to lie outside the bounds.
    pub chance: f64,
}

/// At most this part of a series is tested for being outliers.
const OUTLIERS_PART: usize = 10;
/// Steps without value are positions of the series up to this many, and as many again as there are values.
const GAPS_MAX: u64 = 10_000;
/// Larger values are judged as this: their differences and sums stay finite.
const VALUE_MAX: f64 = 1e300;

/// Judges each point of a series; `gaps` tells how many steps have no value just before it. None where there is too
/// little to judge by, or the point is not one of such a series.
pub fn detect(points: &[Point], gaps: &[u64], settings: Settings) -> Vec<Option<Judgement>> {
    match (settings.method, settings.online) {
        (Method::Ets, _) => one_by_one(points, gaps, settings),
        (Method::Mad | Method::Iqr, true) => by_the_past(points, settings),
        _ => by_the_whole(points, gaps, settings),
    }
}

fn one_by_one(points: &[Point], gaps: &[u64], settings: Settings) -> Vec<Option<Judgement>> {
    let mut detector = Detector::new(settings.kind, settings.chance);
    let judge = |(point, gap): (&Point, &u64)| {
        detector.skip(*gap);
        detector.next(*point)
    };
    points.iter().zip(gaps).map(judge).collect()
}

fn by_the_past(points: &[Point], settings: Settings) -> Vec<Option<Judgement>> {
    let mut past = Ordered::default();
    let mut trials = 0.0;
    let mut judged = Vec::with_capacity(points.len());
    for point in points {
        if !settings.kind.accepts(*point) {
            judged.push(None);
            continue;
        }
        let value = point.value.clamp(-VALUE_MAX, VALUE_MAX);
        let around = Around::of(&past, settings.method);
        judged.push(around.map(|around| around.judge(Point { value, ..*point }, around.centre, 1.0, trials, settings)));
        past.insert(value);
        trials += point.denominator;
    }
    judged
}

/// The errors of a whole series around their centre, in units of their kind.
fn by_the_whole(points: &[Point], gaps: &[u64], settings: Settings) -> Vec<Option<Judgement>> {
    let kind = settings.kind;
    let accepted = |point: &Point| kind.accepts(*point);
    let known = points.iter().filter(|point| accepted(point));
    let (known, trials) = known.fold((0, 0.0), |(known, trials), point| (known + 1, trials + point.denominator));
    let line = Line::new(points, gaps, kind);
    // Counts and rates have units; money is looked at as it varies.
    let scales = match (settings.method, kind) {
        (Method::Stl, Kind::Money) => Scale::of(&line.values),
        _ => vec![Scale::Plain],
    };
    let tried = scales.into_iter().filter_map(|scale| Some((scale, line.baselines(scale, settings)?)));
    let Some((scale, of_line)) = Scale::likeliest(&line.values, known, tried.collect()) else {
        return vec![None; points.len()];
    };
    let baseline = |position: usize| kind.within(of_line[line.places[position]]);
    let unit = |position: usize| kind.unit(baseline(position), points[position].denominator, trials);
    let value = |position: usize| scale.to(line.values[line.places[position]]);
    let mut errors = Vec::with_capacity(points.len());
    for position in (0..points.len()).filter(|position| accepted(&points[*position])) {
        errors.push((value(position) - baseline(position)) / unit(position));
    }
    let around = match settings.method {
        Method::Esd => {
            // Rosner's own test; around seasons its robust form, which is the seasonal hybrid.
            let is_flat = of_line.windows(2).all(|pair| pair[0] == pair[1]);
            let spread = if is_flat { Spread::Standard } else { Spread::Robust };
            Around::without_outliers(&errors, settings.chance, spread)
        }
        method => {
            let mut ordered = Ordered::default();
            errors.iter().for_each(|error| ordered.insert(*error));
            Around::of(&ordered, method)
        }
    };
    let Some(around) = around else { return vec![None; points.len()] };
    let judge = |(position, point): (usize, &Point)| {
        accepted(point).then(|| {
            let point = Point { value: value(position), ..*point };
            let unit = unit(position);
            let judged = around.judge(point, baseline(position) + around.centre * unit, unit, trials, settings);
            let [baseline, lower, upper] = [judged.baseline, judged.lower, judged.upper].map(|point| scale.back(point));
            Judgement { baseline, lower, upper, ..judged }
        })
    };
    points.iter().enumerate().map(judge).collect()
}

/// A series with its steps without value.
struct Line {
    /// NaN where there is no value.
    values: Vec<f64>,
    /// Where each point stands.
    places: Vec<usize>,
}

impl Line {
    fn new(points: &[Point], gaps: &[u64], kind: Kind) -> Self {
        let mut budget = GAPS_MAX + points.len() as u64;
        let (mut values, mut places) = (Vec::new(), Vec::with_capacity(points.len()));
        for (point, gap) in points.iter().zip(gaps) {
            let missing = (*gap).min(budget);
            budget -= missing;
            values.resize(values.len() + missing as usize, f64::NAN);
            places.push(values.len());
            let value = if kind.accepts(*point) { point.value } else { f64::NAN };
            values.push(value.clamp(-VALUE_MAX, VALUE_MAX));
        }
        Self { values, places }
    }

    /// What should have been at each place, on a scale. None without a value.
    fn baselines(&self, scale: Scale, settings: Settings) -> Option<Vec<f64>> {
        let on_scale: Vec<f64> =
            self.values.iter().map(|value| if value.is_nan() { f64::NAN } else { scale.to(*value) }).collect();
        match settings.method {
            Method::Stl => baseline(&on_scale),
            Method::Esd => seasonal_and_median(&on_scale),
            Method::Mad | Method::Iqr | Method::Ets => {
                let mut known: Vec<f64> = on_scale.iter().copied().filter(|value| !value.is_nan()).collect();
                Some(vec![median(&mut known)?; on_scale.len()])
            }
        }
    }
}

/// Where errors lie, and how far they spread to both sides.
struct Around {
    centre: f64,
    /// Deviations below and above, and where they are measured from: quartiles or the centre itself.
    below: Side,
    above: Side,
    /// Of Student's t: less for few errors, and for errors with heavy tails.
    freedom: f64,
    /// By how much deviations are larger because the centre is known from as many values only.
    widened: f64,
    /// How many values a p-value must hold for together.
    tests: f64,
}

#[derive(Clone, Copy)]
struct Side {
    deviation: f64,
    from: f64,
    /// How many deviations from the centre that is.
    starts_at: f64,
}

/// Φ⁻¹(3/4): where the quartiles of a normal distribution are.
const QUARTILE: f64 = 0.674_489_750_196_081_7;

impl Around {
    fn of(ordered: &Ordered, method: Method) -> Option<Self> {
        if ordered.len() < VALUES_MIN {
            return None;
        }
        let centre = ordered.median()?;
        let count = ordered.len() as f64;
        let widened = (1.0 + 1.0 / count).sqrt();
        if method == Method::Iqr {
            let (low, high) = (ordered.quantile(0.25)?, ordered.quantile(0.75)?);
            let deviation = (high - low) * IQR_TO_SIGMA;
            let side = |from| Side { deviation, from, starts_at: QUARTILE };
            let (below, above) = (side(low), side(high));
            return Some(Self { centre, below, above, freedom: count - 1.0, widened, tests: 1.0 });
        }
        let heavy = heaviness(ordered, centre)?;
        let deviation = spread(heavy) * ordered.robust_deviation(centre)?;
        let side = Side { deviation, from: centre, starts_at: 0.0 };
        let freedom = 1.0 / (1.0 / (count - 1.0) + heavy);
        Some(Self { centre, below: side, above: side, freedom, widened, tests: 1.0 })
    }

    /// Centre and deviation of what is left without the outliers.
    fn without_outliers(errors: &[f64], alpha: f64, spread: Spread) -> Option<Self> {
        if errors.len() < VALUES_MIN {
            return None;
        }
        let found = generalized_esd(errors, errors.len().div_ceil(OUTLIERS_PART), alpha, spread);
        let mut is_outlier = vec![false; errors.len()];
        found.tested[..found.outliers].iter().for_each(|tested| is_outlier[tested.position] = true);
        let mut left: Vec<f64> =
            errors.iter().zip(&is_outlier).filter(|(_, out)| !**out).map(|(error, _)| *error).collect();
        let centre = median(&mut left)?;
        let side = Side { deviation: robust_deviation(&left, centre)?, from: centre, starts_at: 0.0 };
        let count = left.len().max(2) as f64;
        let widened = (1.0 + 1.0 / count).sqrt();
        let (freedom, tests) = (count - 1.0, left.len() as f64);
        Some(Self { centre, below: side, above: side, freedom, widened, tests })
    }

    fn judge(&self, point: Point, baseline: f64, unit: f64, trials: f64, settings: Settings) -> Judgement {
        let error = (point.value - baseline) / unit + self.centre;
        let side = if error < self.centre { self.below } else { self.above };
        let beyond = (error - side.from).abs();
        // Between the quartiles a value is as ordinary as the centre.
        let inside = if error < self.centre { error > side.from } else { error < side.from };
        let distance = if inside { 0.0 } else { side.starts_at + beyond / side.deviation.max(f64::MIN_POSITIVE) };
        let by_spread = (2.0 * self.tests * student_t::tail(distance / self.widened, self.freedom)).min(1.0);
        let by_chance = settings.kind.p_value(point, baseline, trials);
        let p_value = by_spread.max(by_chance).max(f64::MIN_POSITIVE);
        let (low, high) = settings.kind.bounds(baseline, point.denominator, trials, settings.chance);
        let far = -self.widened * student_t::quantile(settings.chance / (2.0 * self.tests), self.freedom);
        let reach = |side: Side| (far - side.starts_at).max(0.0) * side.deviation;
        let at = |error: f64| baseline + (error - self.centre) * unit;
        let decades = -p_value.log10();
        Judgement {
            baseline,
            lower: settings.kind.within(at(self.below.from - reach(self.below)).min(low)),
            upper: settings.kind.within(at(self.above.from + reach(self.above)).max(high)),
            p_value,
            score: decades / (1.0 + decades),
        }
    }
}
