//! Logistic regression: the odds of a label from features.
//!
//! Newton's method on the likelihood (iteratively reweighted least squares), to the last digits. Numbers are
//! standardised inside, so that neither their units nor `l2` depend on each other; a category counts against its
//! most frequent level; what is missing has a coefficient of its own. Features that repeat others are left out.
//! Where the labels are separated the likelihood has no maximum: then Firth's penalty takes its place, whose maximum
//! is finite (Firth 1993; Heinze & Schemper 2002).

mod design;
mod newton;
#[cfg(test)]
mod tests;

use self::design::Design;
pub use self::design::Term;
use self::newton::Objective;
use crate::linalg::cholesky::Cholesky;
use crate::score::feature::{Feature, separates};

/// The most coefficients of a model: their products fill 32 MB.
pub const COEFFICIENTS_MAX: usize = 2000;

/// The least rows of either label from which a model is learnt.
const MINORITY_MIN: usize = 5;

/// What came of a fit.
#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    /// The likelihood has a maximum and it was found.
    Ok,
    /// The labels can be told apart without a mistake, by this feature alone if one does; the coefficients are
    /// Firth's.
    Separated(Option<usize>),
    /// The steps did not become small.
    NotConverged,
    /// All labels are the same.
    OneClass,
    /// There are too few rows of the rarer label.
    InsufficientData,
}

/// A coefficient, on the scale of the feature's own units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    pub term: Term,
    /// What it adds to the logarithm of the odds.
    pub value: f64,
    pub standard_error: f64,
    /// What the term is on average.
    pub mean: f64,
    /// Whether it is in the model: others determine it otherwise, or it never varies.
    pub is_kept: bool,
}

/// A model that was learnt.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// First the intercept; none if nothing could be learnt.
    pub coefficients: Vec<Coefficient>,
    pub log_likelihood: f64,
    pub iterations: usize,
    pub status: Status,
}

/// There are more coefficients than [`COEFFICIENTS_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyCoefficients(pub usize);

/// Learns a model of the labels. `l2` is the penalty on half the sum of squared coefficients of standardised
/// features.
pub fn fit(features: &[Feature<'_>], labels: &[bool], l2: f64) -> Result<Model, TooManyCoefficients> {
    let positives = labels.iter().filter(|label| **label).count();
    let minority = positives.min(labels.len() - positives);
    let none = |status| Model { coefficients: Vec::new(), log_likelihood: 0.0, iterations: 0, status };
    if minority == 0 && labels.len() > 1 {
        return Ok(none(Status::OneClass));
    }
    if minority < MINORITY_MIN {
        return Ok(none(Status::InsufficientData));
    }
    let design = Design::new(features);
    if design.width() > COEFFICIENTS_MAX {
        return Err(TooManyCoefficients(design.width()));
    }
    let separating = features.iter().position(|feature| separates(feature, labels));
    let is_penalised = l2 > 0.0;
    let Some(found) = newton::maximise(&design, labels, Objective::Likelihood { l2 }) else {
        return Ok(none(Status::NotConverged));
    };
    let is_separated = found.is_separated || separating.is_some();
    let firth = match is_separated && !is_penalised {
        true => newton::maximise(&design, labels, Objective::Firth),
        false => None,
    };
    let found = firth.unwrap_or(found);
    let status = match (is_separated, found.has_converged) {
        (true, _) => Status::Separated(separating),
        (false, true) => Status::Ok,
        (false, false) => Status::NotConverged,
    };
    Ok(Model {
        coefficients: coefficients(&design, &found.coefficients, &found.information),
        log_likelihood: found.log_likelihood,
        iterations: found.iterations,
        status,
    })
}

/// Coefficients of standardised terms on the scale of the features' own units.
fn coefficients(design: &Design, standardised: &[f64], information: &Cholesky) -> Vec<Coefficient> {
    let covariance = information.inverse();
    let width = design.width();
    // The intercept is that of the standardised terms, less what their means contribute.
    let mut combination = vec![0.0; width];
    let mut coefficients = Vec::with_capacity(width);
    for (place, (term, value)) in design.terms().iter().zip(standardised).enumerate() {
        let (mean, deviation) = design.scale(place);
        combination[place] = if place == 0 { 1.0 } else { -design.centre(place) / deviation };
        coefficients.push(Coefficient {
            term: *term,
            value: value / deviation,
            standard_error: covariance[place * (width + 1)].sqrt() / deviation,
            mean,
            is_kept: information.keeps(place),
        });
    }
    let mut variance = 0.0;
    for (row, left) in covariance.chunks_exact(width).zip(&combination) {
        variance += left * row.iter().zip(&combination).map(|(value, right)| value * right).sum::<f64>();
    }
    if let Some(intercept) = coefficients.first_mut() {
        intercept.value = standardised.iter().zip(&combination).map(|(value, factor)| value * factor).sum();
        intercept.standard_error = variance.sqrt();
    }
    coefficients
}
