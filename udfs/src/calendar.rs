//! Calendar arithmetic on whole columns.

mod day;

pub use day::day_of_timestamp;
