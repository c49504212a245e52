//! What the pages of all functions that fit models of customers say.

/// What NULL does.
pub(super) const NULLS: &str = "Rows where an argument is NULL are left out.";

/// What a fit is without an answer.
pub(super) const UNDEFINED: &str = "Without status `ok` the parameters are NULL. `insufficient_data`: too few customers, or rows that do not tell the \
     parameters apart, as when the likelihood rises towards infinity or a standard error is above twice the parameter; \
     `not_converged`: the search ended elsewhere than in a maximum.";
