//! Special functions of mathematics, to about fourteen digits.
//!
//! - [`beta`]: the logarithm of the beta function, the regularised incomplete beta function;
//! - [`error_function`]: erfc, the complement of the error function;
//! - [`gamma`]: ln Γ, differences of it without cancellation, digamma, the regularised incomplete gamma functions;
//! - [`hypergeometric`]: Gauss' ₂F₁;
//! - [`log_sum`]: logarithms of sums of what is known by its logarithm.

pub mod beta;
pub mod error_function;
pub mod gamma;
pub mod hypergeometric;
pub mod log_sum;

pub use beta::ln_beta;
pub use error_function::erfc;
pub use gamma::{digamma, gamma_p, gamma_q, ln_factorial, ln_gamma, ln_gamma_ratio};
pub use hypergeometric::hyp2f1;
pub use log_sum::log_sum_exp;
