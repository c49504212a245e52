//! The models of customers who buy in continuous time, as one: which of them is a choice of the caller.

use super::beta_geometric::{self, BetaGeometric, Dropout, History};
use super::fit::Fit;
use super::outlook::Purchases;
use super::pareto_nbd::{self, ParetoNbd};
use super::weighted::Weighted;

/// Which model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Leaves after a repeated purchase.
    BgNbd,
    /// Leaves after any purchase.
    MbgNbd,
    /// Leaves at any time.
    ParetoNbd,
}

/// A model with its parameters.
#[derive(Debug, Clone)]
pub enum Buying {
    /// BG/NBD or MBG/NBD.
    BetaGeometric(BetaGeometric),
    /// Pareto/NBD.
    ParetoNbd(ParetoNbd),
}

impl Kind {
    /// The likeliest parameters for customers given as rows of frequency, recency and age.
    pub fn fit(self, customers: &Weighted<3>) -> Fit<4> {
        match self {
            Self::BgNbd => beta_geometric::fit(customers, Dropout::AfterRepeat),
            Self::MbgNbd => beta_geometric::fit(customers, Dropout::AfterAny),
            Self::ParetoNbd => pareto_nbd::fit(customers),
        }
    }

    /// The model with these parameters.
    pub fn model(self, parameters: [f64; 4]) -> Buying {
        match self {
            Self::BgNbd => Buying::BetaGeometric(BetaGeometric::new(parameters, Dropout::AfterRepeat)),
            Self::MbgNbd => Buying::BetaGeometric(BetaGeometric::new(parameters, Dropout::AfterAny)),
            Self::ParetoNbd => Buying::ParetoNbd(ParetoNbd::new(parameters)),
        }
    }
}

impl Buying {
    /// The probability that the customer is still active.
    pub fn probability_alive(&self, history: History) -> f64 {
        match self {
            Self::BetaGeometric(model) => model.probability_alive(history),
            Self::ParetoNbd(model) => model.probability_alive(history),
        }
    }

    /// The purchases expected within `horizon` of one who is active now.
    pub fn expected_if_alive(&self, history: History, horizon: f64) -> f64 {
        match self {
            Self::BetaGeometric(model) => model.expected_if_alive(history, horizon),
            Self::ParetoNbd(model) => model.expected_if_alive(history, horizon),
        }
    }

    /// The purchases expected of the customer within the next `horizon`.
    pub fn expected_purchases(&self, history: History, horizon: f64) -> f64 {
        self.probability_alive(history) * self.expected_if_alive(history, horizon)
    }

    /// What is expected of the customer within the next `horizon`.
    pub fn outlook(&self, history: History, horizon: f64) -> Purchases {
        match self {
            Self::BetaGeometric(model) => model.outlook(history, horizon),
            Self::ParetoNbd(model) => model.outlook(history, horizon),
        }
    }
}
