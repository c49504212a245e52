//! Newton's method: steps to the maximum of what is to be maximised, shortened where they go too far.

use super::design::Design;
use crate::linalg::cholesky::Cholesky;

/// Newton's steps double the digits: who needs more has no maximum to come to.
const ITERATIONS_MAX: usize = 50;

/// Firth's steps are not quite Newton's and come closer by a factor each.
const FIRTH_ITERATIONS_MAX: usize = 500;

/// How often a step is halved before it is taken as it is.
const HALVINGS_MAX: usize = 25;

/// The step below which the maximum is found, of coefficients of standardised terms.
const STEP_MIN: f64 = 1e-10;

/// The same for Firth's steps.
const FIRTH_STEP_MIN: f64 = 1e-8;

/// The longest step: it changes odds by a factor of 150.
const STEP_MAX: f64 = 5.0;

/// What remains of a column after those before it, relative to itself, below which they determine it.
const DEPENDENT: f64 = 1e-9;

/// Where columns come to depend on each other while odds are beyond 1 : 20,000, the labels are being separated.
const LOG_ODDS_CERTAIN: f64 = 10.0;

/// What is maximised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Objective {
    /// The likelihood, less half the sum of squares of the coefficients times `l2`.
    Likelihood { l2: f64 },
    /// The likelihood with Jeffreys' prior.
    Firth,
}

/// Where the steps ended.
#[derive(Debug)]
pub(super) struct Found {
    pub coefficients: Vec<f64>,
    /// The factor of the information there.
    pub information: Cholesky,
    pub log_likelihood: f64,
    pub iterations: usize,
    pub has_converged: bool,
    /// Whether the coefficients were on their way to infinity.
    pub is_separated: bool,
}

/// What a place is worth: chances of all rows, the logarithm of the likelihood, and the objective.
struct Value {
    chances: Vec<f64>,
    log_likelihood: f64,
    objective: f64,
    information: Cholesky,
}

/// The maximum, or the place where the search for it ended; `None` of numbers too large to be added.
pub(super) fn maximise(design: &Design, labels: &[bool], objective: Objective) -> Option<Found> {
    let width = design.width();
    let positives = labels.iter().filter(|label| **label).count() as f64;
    let mut coefficients = vec![0.0; width];
    coefficients[0] = (positives / (labels.len() as f64 - positives)).ln();
    let mut value = evaluate(design, labels, &coefficients, objective)?;
    let rank = value.information.rank();
    let (step_min, iterations_max) = match objective {
        Objective::Likelihood { .. } => (STEP_MIN, ITERATIONS_MAX),
        Objective::Firth => (FIRTH_STEP_MIN, FIRTH_ITERATIONS_MAX),
    };
    let may_separate = objective == Objective::Likelihood { l2: 0.0 };
    let (mut iterations, mut has_converged, mut is_separated) = (0, false, false);
    while iterations < iterations_max && !has_converged && !is_separated {
        iterations += 1;
        let mut step = score(design, labels, &coefficients, &value, objective);
        value.information.solve(&mut step);
        let longest = step.iter().fold(0.0_f64, |longest, part| longest.max(part.abs()));
        let share = (STEP_MAX / longest).min(1.0);
        let (next, reached) = shorten(design, labels, &coefficients, &step, share, &value, objective)?;
        let largest = next.iter().fold(1.0_f64, |largest, own| largest.max(own.abs()));
        has_converged = longest <= step_min * largest;
        coefficients = next;
        value = reached;
        let is_certain = |chance: &f64| logit(*chance).abs() > LOG_ODDS_CERTAIN;
        is_separated = may_separate && value.information.rank() < rank && value.chances.iter().any(is_certain);
    }
    is_separated |= may_separate && !has_converged;
    let log_likelihood = value.log_likelihood;
    Some(Found {
        coefficients,
        information: value.information,
        log_likelihood,
        iterations,
        has_converged,
        is_separated,
    })
}

/// Takes a share of a step, or less where that would go down.
fn shorten(
    design: &Design,
    labels: &[bool],
    from: &[f64],
    step: &[f64],
    mut share: f64,
    value: &Value,
    objective: Objective,
) -> Option<(Vec<f64>, Value)> {
    // A step within rounding of the maximum may seem to go down.
    let slack = 1e-12 * (1.0 + value.objective.abs());
    for _ in 0..HALVINGS_MAX {
        let next: Vec<f64> = from.iter().zip(step).map(|(own, part)| own + share * part).collect();
        match evaluate(design, labels, &next, objective) {
            Some(reached) if reached.objective >= value.objective - slack => return Some((next, reached)),
            _ => share *= 0.5,
        }
    }
    let next: Vec<f64> = from.iter().zip(step).map(|(own, part)| own + share * part).collect();
    let reached = evaluate(design, labels, &next, objective)?;
    Some((next, reached))
}

fn logit(chance: f64) -> f64 {
    (chance / (1.0 - chance)).ln()
}

fn evaluate(design: &Design, labels: &[bool], coefficients: &[f64], objective: Objective) -> Option<Value> {
    let mut chances = Vec::with_capacity(design.rows());
    let mut log_likelihood = 0.0;
    for (row, label) in labels.iter().enumerate() {
        let sum = design.sum(row, coefficients);
        let towards = if *label { sum } else { -sum };
        // ln(1 / (1 + e⁻ˣ)), without overflow on either side.
        log_likelihood += towards.min(0.0) - (-towards.abs()).exp().ln_1p();
        chances.push(chance(sum));
    }
    let information = information(design, &chances, objective)?;
    let objective = match objective {
        Objective::Likelihood { l2 } => {
            log_likelihood - 0.5 * l2 * coefficients[1..].iter().map(|own| own * own).sum::<f64>()
        }
        Objective::Firth => log_likelihood + 0.5 * information.log_determinant(),
    };
    Some(Value { chances, log_likelihood, objective, information })
}

/// The chance of log odds.
fn chance(sum: f64) -> f64 {
    1.0 / (1.0 + (-sum).exp())
}

/// The sum of the products of a row's terms, weighted by what the row's chance leaves open.
fn information(design: &Design, chances: &[f64], objective: Objective) -> Option<Cholesky> {
    let width = design.width();
    let mut sums = vec![0.0; width * width];
    for (row, chance) in chances.iter().enumerate() {
        let weight = chance * (1.0 - chance);
        let numbers = design.numbers(row);
        let ones = design.ones(row);
        sums[0] += weight;
        for (place, value) in (1..).zip(numbers) {
            let weighted = weight * value;
            let (first, rest) = sums[place * width..place * width + place + 1].split_at_mut(1);
            first[0] += weighted;
            rest.iter_mut().zip(numbers).for_each(|(sum, other)| *sum += weighted * other);
        }
        for place in ones.clone() {
            let own = &mut sums[place * width..(place + 1) * width];
            own[0] += weight;
            own[1..].iter_mut().zip(numbers).for_each(|(sum, value)| *sum += weight * value);
            for other in ones.clone().filter(|other| *other <= place) {
                own[other] += weight;
            }
        }
    }
    if let Objective::Likelihood { l2 } = objective {
        (1..width).for_each(|place| sums[place * (width + 1)] += l2);
    }
    Cholesky::new(sums, width, DEPENDENT)
}

/// The slope of the objective.
fn score(design: &Design, labels: &[bool], coefficients: &[f64], value: &Value, objective: Objective) -> Vec<f64> {
    let mut slope = vec![0.0; design.width()];
    let inverse = (objective == Objective::Firth).then(|| value.information.inverse());
    for (row, (label, chance)) in labels.iter().zip(&value.chances).enumerate() {
        let mut open = f64::from(u8::from(*label)) - chance;
        if let Some(inverse) = &inverse {
            open += chance * (1.0 - chance) * leverage(design, row, inverse) * (0.5 - chance);
        }
        slope[0] += open;
        slope[1..].iter_mut().zip(design.numbers(row)).for_each(|(sum, number)| *sum += open * number);
        design.ones(row).for_each(|place| slope[place] += open);
    }
    if let Objective::Likelihood { l2 } = objective {
        slope[1..].iter_mut().zip(&coefficients[1..]).for_each(|(sum, own)| *sum -= l2 * own);
    }
    slope
}

/// The product of a row with the inverse and itself.
fn leverage(design: &Design, row: usize, inverse: &[f64]) -> f64 {
    let width = design.width();
    let numbers = || (1..).zip(design.numbers(row).iter().copied());
    let terms = || std::iter::once((0, 1.0)).chain(numbers()).chain(design.ones(row).map(|place| (place, 1.0)));
    let mut sum = 0.0;
    for (place, value) in terms() {
        let products = terms().map(|(other, right)| inverse[place * width + other] * right);
        sum += value * products.sum::<f64>();
    }
    sum
}
