//! The limits and the error that tells of them.

use std::error::Error;
use std::fmt;

use datafusion::error::DataFusionError;

/// The largest value a function makes, in bytes.
pub const VALUE_BYTES_MAX: u64 = 16 << 20;

/// The most bytes a function makes for one batch of rows.
pub const BATCH_BYTES_MAX: u64 = 256 << 20;

/// The longest text an aggregate collects, in bytes.
pub const TEXT_BYTES_MAX: u64 = 1 << 30;

/// The most centroids of an approximate percentile; a hundred already give it within a per cent.
pub const CENTROIDS_MAX: u64 = 10_000;

/// A function was asked for more than it may make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitExceeded {
    /// The function as it is called in SQL.
    pub function: String,
    /// What there would be too much of.
    pub what: What,
    /// How much it would be.
    pub amount: u64,
}

/// What a limit is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Bytes of a single value.
    Value,
    /// Bytes of the values of one batch.
    Batch,
    /// Bytes of a text that an aggregate collects.
    Text,
    /// Centroids of a percentile.
    Centroids,
}

impl fmt::Display for LimitExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function, what, amount } = self;
        match what {
            What::Value => {
                write!(f, "{function} would make a value of {amount} bytes, the limit is {VALUE_BYTES_MAX}")
            }
            What::Batch => {
                write!(f, "{function} would make a batch of {amount} bytes, the limit is {BATCH_BYTES_MAX}")
            }
            What::Text => {
                write!(f, "{function} would make a text of {amount} bytes, the limit is {TEXT_BYTES_MAX}")
            }
            What::Centroids => {
                write!(f, "{function} would keep {amount} centroids, the limit is {CENTROIDS_MAX}")
            }
        }
    }
}

impl Error for LimitExceeded {}

impl From<LimitExceeded> for DataFusionError {
    fn from(error: LimitExceeded) -> Self {
        DataFusionError::External(Box::new(error))
    }
}
