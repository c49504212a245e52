//! Window functions over many small partitions, evaluated column by column.
//!
//! DataFusion sorts all rows by (partition keys, order keys), comparing rows, and then evaluates each function for
//! one partition after the other; with a million customers of a dozen rows each both cost far more than the
//! functions themselves. [`GroupWindows`] replaces that piece of a plan by one operator, `GroupedWindowExec`, which
//! per hash partition
//!
//! 1. collects all rows,
//! 2. gives every row the dense code of its partition and brings rows together by counting,
//! 3. for a batch of whole partitions at a time, gathers keys, orders the rows inside each partition, gathers what
//!    else is read, and evaluates functions and projections over all of these rows at once.
//!
//! Partitions come in the order of their keys and rows in the order of the order keys, so the output has exactly
//! the order that the replaced sort established, and whatever relies on it still can.
//!
//! Known are `row_number`, `rank`, `dense_rank`, `percent_rank`, `cume_dist`, `ntile`, `lag` and `lead` by a
//! constant, `first_value`, `last_value`, `nth_value`, `count`, `sum`, `avg` of floats, `min` and `max`, over frames
//! of rows and over frames that end with the peers of a row or with the partition. With `ignore nulls`, `filter`,
//! `distinct`, another function or frame, a float as partition key, or without partition keys, the plan stays
//! DataFusion's; so it does when the rows come in order or a limit was pushed into the sort.
//!
//! Memory is that of the collected rows, eight bytes for each, and the largest partition again. When it is refused,
//! the collected rows and those to come go through the plan that was replaced, whose sort writes to disk.

mod aggregate;
mod chain;
mod chunk;
mod exec;
mod extreme;
mod frame;
mod function;
mod layout;
mod narrow;
mod order;
mod partition;
mod position;
mod rank;
mod recognise;
mod rule;
mod run;
mod sorted;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use rule::GroupWindows;
