//! Adapters: what DataFusion asks of a function, done once, so that a function's file holds its mathematics.
//!
//! | a function that … | gives the adapter | file |
//! |---|---|---|
//! | maps values to a value | a [`scalar::Scalar`]: `bind` and a [`scalar::Map`] | `scalar` |
//! | folds rows in any order | an [`aggregate::Aggregate`]: `bind`, a [`aggregate::Call`], a mergeable [`aggregate::State`] | `aggregate` |
//! | folds the rows of a group in the order of time | a [`timeline::Timeline`]: events of 12 or 16 bytes, sorted once | `timeline` |
//! | gives every row of a partition a value | a [`window::Window`]: `bind` and a [`window::Evaluate`] | `window` |
//! | gives every row a value from its frame | a [`frame::Framed`]: `bind` and a [`frame::OverFrame`] | `frame` |
//! | turns relations into a relation | a [`crate::table::TableFunction`] | `table` |
//!
//! All of them are a [`definition::Definition`] that a [`definition::Adapter`] shows to DataFusion; aggregates differ
//! in how they [`fold::Fold`] rows, window functions in what of a window they are computed [`over::Over`]. In all of
//! them `bind` reads the constants of a call once, when it is planned; the rest sees rows through
//! [`column::Columns`]: numbers as `f64`, times as microseconds, booleans, text. States travel between threads,
//! machines and into tables as bytes, written and read by [`bytes`].

pub(crate) mod aggregate;
pub(crate) mod bytes;
pub(crate) mod column;
pub(crate) mod definition;
pub(crate) mod fold;
pub(crate) mod frame;
pub(crate) mod grouped_rows;
mod over;
pub(crate) mod scalar;
mod signature;
pub(crate) mod timeline;
pub(crate) mod window;

pub(crate) use self::signature::described;
