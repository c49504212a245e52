//! The least value of a function, and where it is zero.
//!
//! - [`bfgs`]: of several variables, smooth, the gradient given;
//! - [`brent`]: roots of one variable;
//! - [`difference`]: second derivatives from gradients;
//! - [`nelder_mead`]: of several variables, with values alone.
//!
//! A value that is not finite is where the function is not defined: a search turns away from there. All of them end
//! after a stated number of steps and say whether they arrived.

pub mod bfgs;
pub mod brent;
pub mod difference;
pub mod nelder_mead;

/// Where a search ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Minimum {
    /// The point.
    pub point: Vec<f64>,
    /// The function's value there.
    pub value: f64,
    /// The steps taken.
    pub iterations: u32,
    /// Whether nothing better is near.
    pub converged: bool,
}
