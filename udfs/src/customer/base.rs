//! A customer base as one: the purchases of all customers, and the models that are likeliest for them.

use bellwether_kernels::customer::buying::{Buying, Kind};
use bellwether_kernels::customer::fit::Status;
use bellwether_kernels::customer::gamma_gamma::{self, GammaGamma};
use bellwether_kernels::customer::weighted::Weighted;

use super::purchases::Purchases;
use crate::argument::{Constant, Parameter};

/// The argument that says which model of buying.
pub(super) fn model() -> Parameter {
    let models = Constant::Choice(&["bg_nbd", "mbg_nbd", "pareto_nbd"]);
    let meaning = "The model of buying: who leaves does so after a repeated purchase, after any, or at any time.";
    Parameter::constant("model", models, meaning).or("bg_nbd")
}

/// The model of a name.
pub(super) fn kind(name: &str) -> Kind {
    match name {
        "mbg_nbd" => Kind::MbgNbd,
        "pareto_nbd" => Kind::ParetoNbd,
        _ => Kind::BgNbd,
    }
}

/// The histories of customers, and what their orders were worth.
#[derive(Debug, Clone, Default)]
pub(super) struct Base {
    histories: Weighted<3>,
    spending: Weighted<2>,
}

impl Base {
    /// Adds a customer.
    pub(super) fn add(&mut self, purchases: &Purchases) {
        self.histories.update(purchases.history().row(), 1.0);
        if let Some(monetary) = purchases.monetary().filter(|monetary| *monetary > 0.0 && monetary.is_finite()) {
            self.spending.update([purchases.frequency as f64, monetary], 1.0);
        }
    }

    /// The memory it holds beside its own size.
    pub(super) fn heap_bytes(&self) -> usize {
        self.histories.heap_bytes() + self.spending.heap_bytes()
    }

    /// The likeliest model of how all of them buy, or why there is none.
    pub(super) fn buying(&self, kind: Kind) -> Result<Buying, Status> {
        let fit = kind.fit(&self.histories);
        if fit.status == Status::Ok { Ok(kind.model(fit.parameters)) } else { Err(fit.status) }
    }

    /// The likeliest model of what their orders are worth, or why there is none.
    pub(super) fn value(&self) -> Result<GammaGamma, Status> {
        let fit = gamma_gamma::fit(&self.spending);
        let [p, q, v] = fit.parameters;
        if fit.status == Status::Ok { Ok(GammaGamma { p, q, v }) } else { Err(fit.status) }
    }
}
