//! Segments: customers who resemble each other.
//!
//! - [`compare`]: by how much two segments differ;
//! - [`points`]: rows of numbers;
//! - [`scale`]: features brought to like scales;
//! - [`kmeans`]: centres, and which is nearest;
//! - [`silhouette`]: how well clusters are apart, and how many there are;
//! - [`rfm`]: scores of recency, frequency and monetary value.

pub mod compare;
pub mod kmeans;
pub mod points;
pub mod rfm;
pub mod scale;
pub mod silhouette;
