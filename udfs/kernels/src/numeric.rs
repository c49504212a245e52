//! Numbers with PostgreSQL's digits.
//!
//! A decimal is a whole number of units of `10^-scale`. Results are exact or rounded half away from zero, with as
//! many digits after the point as PostgreSQL's `numeric` shows.
//!
//! - [`division`]: quotients, and decimals of another scale;
//! - [`root`], [`logarithm`], [`exponential`]: square roots, logarithms, powers;
//! - [`float_text`]: floating-point numbers as text.

mod binary;
pub mod division;
pub mod exponential;
pub mod float_text;
pub mod logarithm;
pub mod root;
mod undefined;

pub use num_bigint::BigInt;
pub use undefined::Undefined;
