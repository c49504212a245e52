//! Finance: what the cash at hand will be.
//!
//! - [`cash`]: balances ahead from flows that are expected, and from how late such flows have been.

pub mod cash;
