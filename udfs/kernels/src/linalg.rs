//! Linear systems.
//!
//! - [`inverse`]: of a dense matrix whose diagonal dominates;
//! - [`gmres`]: large systems that are known only by what they do to a vector.

pub mod gmres;
pub mod inverse;
