//! Probability distributions: what lies below a value, what lies above it, and which value leaves how much below.
//!
//! Every tail has its own digits: the upper one is not one minus the lower. Quantiles of discrete distributions are
//! the least value that is not below the probability. What is outside the parameters' range is NaN.
//!
//! [`binomial`], [`chi_squared`], [`normal`], [`poisson`], [`student_t`].

pub mod binomial;
pub mod chi_squared;
mod invert;
pub mod normal;
pub mod poisson;
pub mod student_t;
