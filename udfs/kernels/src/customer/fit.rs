//! The likeliest parameters of a model, how uncertain they are, and whether they can be believed.
//!
//! Every parameter of these models is positive, so the search is for their logarithms. A standard error is that of
//! the logarithm, from the inverse of the second derivatives, times the parameter: the interval that it states is
//! `parameter × exp(± z × error / parameter)`.

use std::fmt;

use crate::linalg::cholesky::Cholesky;
use crate::optimize::bfgs::Bfgs;
use crate::optimize::difference;
use crate::optimize::nelder_mead::NelderMead;

/// How far a logarithm may move from where its search began: a factor of 60,000. Beyond it the likelihood rises
/// towards parameters of zero or infinity, and the rows do not determine them.
const REACH: f64 = 11.0;

/// The most standard error of a logarithm with which a parameter counts as determined: the interval of 95 % then
/// spans a factor of about 50 in both directions.
const ERROR_MAX: f64 = 2.0;

/// Slopes of the mean logarithm of the likelihood that count as none.
const LEVEL: f64 = 1e-8;

/// A larger slope than this at the end means that the search did not arrive.
const NEARLY_LEVEL: f64 = 1e-5;

/// The most searches: rows that determine no parameters from the best places do not from others.
const STARTS_MAX: usize = 3;

/// Of more than twice as many rows so many are fitted first.
const SAMPLE: usize = 2_000;

/// Below a share of this of their own diagonal second derivatives count as none.
const SINGULAR: f64 = 1e-9;

/// Whether a fit can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The parameters are the likeliest, and the rows determine them.
    Ok,
    /// There are too few rows, or they do not tell the parameters apart.
    InsufficientData,
    /// The search ended elsewhere than in a maximum.
    NotConverged,
}

impl Status {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::InsufficientData => "insufficient_data",
            Self::NotConverged => "not_converged",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The parameters that were found. Without the status [`Status::Ok`] they mean nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit<const N: usize> {
    /// The likeliest parameters.
    pub parameters: [f64; N],
    /// Their standard errors.
    pub errors: [f64; N],
    /// The logarithm of the likelihood.
    pub log_likelihood: f64,
    /// The steps of the search.
    pub iterations: u32,
    /// Whether it can be believed.
    pub status: Status,
}

impl<const N: usize> Fit<N> {
    /// The fit to rows that determine nothing.
    pub fn insufficient() -> Self {
        Self {
            parameters: [f64::NAN; N],
            errors: [f64::NAN; N],
            log_likelihood: f64::NAN,
            iterations: 0,
            status: Status::InsufficientData,
        }
    }
}

/// A row of numbers and how often it is there.
pub(super) type Row<const C: usize> = ([f64; C], f64);

/// Finds the parameters at which `likelihood(rows, parameters, gradient)` is greatest: the logarithm of the likelihood
/// of weighted rows, with its gradient. The search begins where the likelihood is greatest of all `starts`, and again
/// at the next best if it fails. Of many rows, every so many'th is fitted first, which leaves little to do for all.
pub(super) fn maximize<const C: usize, const N: usize>(
    rows: &[Row<C>],
    starts: &[[f64; N]],
    mut likelihood: impl FnMut(&[Row<C>], &[f64; N], &mut [f64; N]) -> f64,
) -> Fit<N> {
    if rows.len() >= 2 * SAMPLE {
        let sample: Vec<Row<C>> = rows.iter().step_by(rows.len() / SAMPLE).copied().collect();
        let first = search_all(&sample, starts, &mut likelihood);
        if let Some(covariance) = first.covariance {
            // Second derivatives of the mean, which hardly differ between the sample and all.
            let n = weight_of(&sample);
            let covariance = covariance.into_iter().map(|value| value * n).collect();
            let found = search(rows, &first.fit.parameters, Some(covariance), &mut likelihood);
            if found.fit.status == Status::Ok {
                return Fit { iterations: first.fit.iterations + found.fit.iterations, ..found.fit };
            }
        }
    }
    search_all(rows, starts, &mut likelihood).fit
}

/// A fit, and the covariance of the logarithms of its parameters, row after row, where it may be believed.
struct Found<const N: usize> {
    fit: Fit<N>,
    covariance: Option<Vec<f64>>,
}

fn weight_of<const C: usize>(rows: &[Row<C>]) -> f64 {
    rows.iter().map(|(_, weight)| weight).sum()
}

/// The best of the searches from the starts, of which the first that may be believed is the last.
fn search_all<const C: usize, const N: usize>(
    rows: &[Row<C>],
    starts: &[[f64; N]],
    likelihood: &mut impl FnMut(&[Row<C>], &[f64; N], &mut [f64; N]) -> f64,
) -> Found<N> {
    let mut slopes = [0.0; N];
    let mut ranked: Vec<(f64, [f64; N])> = starts
        .iter()
        .map(|start| (likelihood(rows, start, &mut slopes), *start))
        .filter(|(value, _)| value.is_finite())
        .collect();
    ranked.sort_by(|left, right| right.0.total_cmp(&left.0));
    let mut best = Found { fit: Fit::insufficient(), covariance: None };
    let mut is_first = true;
    for (_, start) in ranked.into_iter().take(STARTS_MAX) {
        let found = search(rows, &start, None, likelihood);
        let is_better = match (found.fit.status, best.fit.status) {
            _ if is_first => true,
            // What rises beyond a maximum of the interior does not make it one.
            (Status::Ok, _) => found.fit.log_likelihood >= best.fit.log_likelihood - LEVEL * weight_of(rows),
            (Status::InsufficientData, Status::NotConverged) => true,
            (left, right) => left == right && found.fit.log_likelihood > best.fit.log_likelihood,
        };
        is_first = false;
        if is_better {
            best = found;
        }
        if best.fit.status == Status::Ok {
            break;
        }
    }
    best
}

/// Where a search from `start` leads to.
fn search<const C: usize, const N: usize>(
    rows: &[Row<C>],
    start: &[f64; N],
    inverse: Option<Vec<f64>>,
    likelihood: &mut impl FnMut(&[Row<C>], &[f64; N], &mut [f64; N]) -> f64,
) -> Found<N> {
    let n = weight_of(rows);
    let centre = start.map(f64::ln);
    let mut loss = |point: &[f64], slopes: &mut [f64]| {
        if point.iter().zip(&centre).any(|(x, centre)| (x - centre).abs() > REACH) {
            return f64::INFINITY;
        }
        let mut parameters = [0.0; N];
        parameters.iter_mut().zip(point).for_each(|(parameter, x)| *parameter = x.exp());
        let mut gradient = [0.0; N];
        let value = likelihood(rows, &parameters, &mut gradient);
        for ((slope, gradient), parameter) in slopes.iter_mut().zip(gradient).zip(parameters) {
            *slope = -gradient * parameter / n;
        }
        -value / n
    };
    let descent = Bfgs { tolerance: LEVEL, iterations_max: 100 };
    let mut found = match inverse {
        Some(inverse) => descent.minimize_with(&mut loss, &centre, inverse),
        None => descent.minimize(&mut loss, &centre),
    };
    let mut iterations = found.iterations;
    let mut slopes = vec![0.0; N];
    if !found.converged {
        // Rounding may have stopped it close by; if not, a search without slopes goes on, and then again with them,
        // but for rows that do not tell the parameters apart: a ridge has no end.
        loss(&found.point, &mut slopes);
        if steepest(&slopes) > NEARLY_LEVEL && covariance(&mut loss, &found.point, n).is_some() {
            let simplex = NelderMead { step: 0.1, tolerance: 1e-9, iterations_max: 400 };
            let mut unused = vec![0.0; N];
            let nearer = simplex.minimize(|point| loss(point, &mut unused), &found.point);
            found = descent.minimize(&mut loss, &nearer.point);
            iterations += nearer.iterations + found.iterations;
        }
    }
    let value = loss(&found.point, &mut slopes);
    let mut fit = Fit { log_likelihood: -value * n, iterations, ..Fit::insufficient() };
    fit.parameters.iter_mut().zip(&found.point).for_each(|(parameter, x)| *parameter = x.exp());
    let is_far = found.point.iter().zip(&centre).any(|(x, centre)| (x - centre).abs() > REACH - 1.0);
    let covariance = if is_far || !value.is_finite() { None } else { covariance(loss, &found.point, n) };
    let Some(covariance) = covariance else { return Found { fit, covariance: None } };
    if steepest(&slopes) > NEARLY_LEVEL {
        fit.status = Status::NotConverged;
        return Found { fit, covariance: None };
    }
    for (index, error) in fit.errors.iter_mut().enumerate() {
        *error = covariance[index * N + index].sqrt() * fit.parameters[index];
    }
    fit.status = Status::Ok;
    Found { fit, covariance: Some(covariance) }
}

/// The covariance of the logarithms; `None` where the rows do not tell the parameters apart.
fn covariance(loss: impl FnMut(&[f64], &mut [f64]) -> f64, point: &[f64], n: f64) -> Option<Vec<f64>> {
    let size = point.len();
    let mut curvature = difference::hessian_of_gradient(loss, point);
    curvature.iter_mut().for_each(|second| *second *= n);
    let factor = Cholesky::new(curvature, size, SINGULAR).filter(|factor| factor.rank() == size)?;
    let covariance = factor.inverse();
    let are_small = covariance.iter().step_by(size + 1).all(|variance| variance.sqrt() <= ERROR_MAX);
    are_small.then_some(covariance)
}

fn steepest(slopes: &[f64]) -> f64 {
    slopes.iter().fold(0.0, |steepest, slope| if slope.is_nan() { f64::INFINITY } else { slope.abs().max(steepest) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The likelihood of values of a gamma distribution.
    fn gamma(rows: &[Row<1>], &[shape, rate]: &[f64; 2], gradient: &mut [f64; 2]) -> f64 {
        let of = |value: fn(f64) -> f64| rows.iter().map(|([x], weight)| weight * value(*x)).sum::<f64>();
        let (n, sum, logs) = (of(|_| 1.0), of(|x| x), of(f64::ln));
        *gradient = [n * (rate.ln() - crate::special::digamma(shape)) + logs, n * shape / rate - sum];
        n * (shape * rate.ln() - crate::special::ln_gamma(shape)) + (shape - 1.0) * logs - rate * sum
    }

    fn values(count: usize, value: fn(f64) -> f64) -> Vec<Row<1>> {
        (1..=count).map(|number| ([value(number as f64)], 1.0)).collect()
    }

    #[test]
    fn the_likeliest_parameters_are_found_with_their_errors() {
        let fit = maximize(&values(5, |x| x), &[[1.0, 1.0], [10.0, 0.1]], gamma);
        assert_eq!(fit.status, Status::Ok);
        // Of a gamma distribution the likeliest mean is that of the values.
        let [shape, rate] = fit.parameters;
        assert!((shape / rate - 3.0).abs() < 1e-6, "{fit:?}");
        assert!(fit.errors.iter().all(|error| *error > 0.0));
    }

    #[test]
    fn many_rows_have_the_fit_that_they_have_without_a_sample() {
        let rows = values(3 * SAMPLE, |x| 1.0 + (x * 0.618_033_988_75).fract() * 3.0);
        let (sampled, whole) =
            (maximize(&rows, &[[1.0, 1.0]], gamma), search_all(&rows, &[[1.0, 1.0]], &mut gamma).fit);
        for (left, right) in sampled.parameters.iter().zip(whole.parameters) {
            assert!((left / right - 1.0).abs() < 1e-6, "{sampled:?} {whole:?}");
        }
        assert_eq!(sampled.status, Status::Ok);
    }

    #[test]
    fn what_is_likeliest_at_infinity_is_not_determined() {
        // Five equal values: the likelihood rises with the shape for ever.
        let fit = maximize(&values(5, |_| 2.0), &[[1.0, 1.0]], gamma);
        assert_eq!(fit.status, Status::InsufficientData);
    }

    #[test]
    fn a_likelihood_that_is_nowhere_defined_is_insufficient() {
        let fit = maximize(&values(5, |x| x), &[[1.0]], |_, _, _| f64::NAN);
        assert_eq!(fit.status, Status::InsufficientData);
        assert_eq!(fit.status.to_string(), "insufficient_data");
    }
}
