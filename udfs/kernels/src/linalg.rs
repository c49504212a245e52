//! Linear systems.
//!
//! - [`cholesky`]: of a symmetric positive matrix, with columns that repeat others left out;
//! - [`inverse`]: of a dense matrix whose diagonal dominates;
//! - [`gmres`]: large systems that are known only by what they do to a vector.

pub mod cholesky;
pub mod gmres;
pub mod inverse;
