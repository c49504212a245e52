//! A regression as it is used: terms with their coefficients.

use bellwether_kernels::score::feature::{Feature, MISSING, OTHER};
use bellwether_kernels::score::logistic::{COEFFICIENTS_MAX, Model, Term, TooManyCoefficients};

use crate::error::CallError;

/// The refusal of features that would have too many coefficients.
pub(crate) fn too_many(function: &str, TooManyCoefficients(wanted): TooManyCoefficients) -> CallError {
    CallError::invalid(format!("{function} would have {wanted} coefficients, at most {COEFFICIENTS_MAX} are possible"))
        .with_hint("use fewer features, or coarser ones")
        .at("features")
}

/// The terms that are in the model: what each is multiplied with, and its mean.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Regression {
    pub terms: Vec<(Term, f64, f64)>,
}

impl Regression {
    /// The terms of a model that are in it; `None` if nothing was learnt.
    pub(crate) fn new(model: &Model) -> Option<Self> {
        let kept = model.coefficients.iter().filter(|own| own.is_kept);
        let terms: Vec<(Term, f64, f64)> = kept.map(|own| (own.term, own.value, own.mean)).collect();
        (!terms.is_empty()).then_some(Self { terms })
    }

    /// Adds the chance of every row.
    pub(crate) fn chances(&self, features: &[Feature<'_>], chances: &mut Vec<f64>) {
        let rows = features.first().map_or(0, Feature::rows);
        let mut sums = vec![0.0; rows];
        for (term, coefficient, mean) in &self.terms {
            for (row, sum) in sums.iter_mut().enumerate() {
                *sum += coefficient * value(term, *mean, features, row);
            }
        }
        chances.extend(sums.into_iter().map(|sum: f64| 1.0 / (1.0 + (-sum).exp())));
    }

    /// What each feature adds to the log odds of a row, compared with its mean.
    pub(super) fn contributions(&self, features: &[Feature<'_>], row: usize) -> Vec<f64> {
        let mut contributions = vec![0.0; features.len()];
        for (term, coefficient, mean) in &self.terms {
            if let Term::Number { feature } | Term::Level { feature, .. } = term {
                if let Some(own) = contributions.get_mut(*feature) {
                    *own += coefficient * (value(term, *mean, features, row) - mean);
                }
            }
        }
        contributions
    }
}

/// The value of a term in a row: of a number that is missing its mean.
fn value(term: &Term, mean: f64, features: &[Feature<'_>], row: usize) -> f64 {
    let one = |is_one: bool| f64::from(u8::from(is_one));
    match term {
        Term::Intercept => 1.0,
        Term::Number { feature } => match features.get(*feature) {
            Some(Feature::Number(values)) if !values[row].is_nan() => values[row],
            _ => mean,
        },
        Term::Level { feature, level } => match features.get(*feature) {
            Some(Feature::Number(values)) => one(*level == MISSING && values[row].is_nan()),
            Some(Feature::Category(levels)) => one(levels[row] == *level),
            None => one(*level == OTHER),
        },
    }
}
