//! What functions that fit models of customers have in common: what their pages say, and all but the page of those that
//! read a history.

use bellwether_kernels::customer::buying::Kind;
use bellwether_kernels::customer::fit::Fit;
use bellwether_kernels::customer::weighted::Weighted;

use super::model::{self, Fitted};
use super::{history, prediction};
use crate::argument::Declared;
use crate::page::Page;

/// What NULL does.
pub(super) const NULLS: &str = "Rows where an argument is NULL are left out.";

/// What a fit is without an answer.
pub(super) const UNDEFINED: &str = "Without status `ok` the parameters are NULL. `insufficient_data`: too few customers, or rows that do not tell the \
     parameters apart, as when the likelihood rises towards infinity or a standard error is above twice the parameter; \
     `not_converged`: the search ended elsewhere than in a maximum.";

impl Fitted<3, 4> {
    /// The function that fits models of a kind to histories.
    pub(super) const fn of(kind: Kind) -> Self {
        let fit: fn(&Weighted<3>) -> Fit<4> = match kind {
            Kind::BgNbd => |customers| Kind::BgNbd.fit(customers),
            Kind::MbgNbd => |customers| Kind::MbgNbd.fit(customers),
            Kind::ParetoNbd => |customers| Kind::ParetoNbd.fit(customers),
        };
        Self {
            function: prediction::maker(kind),
            parameters: prediction::names(kind),
            refuse: history::refuse,
            refusals: history::REFUSALS,
            skip: |_| false,
            fit,
            beside: None,
        }
    }

    /// What is declared of it.
    pub(super) fn declared(&self, page: Page) -> Declared {
        let mut parameters = history::parameters();
        parameters.push(model::weight());
        Declared { name: self.function, parameters, page }
    }
}
