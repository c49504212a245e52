//! Rows of groups, brought together by counting and put into order inside each group.
//!
//! A general sort of `n` rows by (group, key, …) compares groups over and over: `n log n` comparisons, most of
//! them across groups. When the group of every row is known as a dense code, [`Groups`] brings the rows of each
//! group together in two linear passes, and [`sort_groups`] orders each group alone. Many small groups then
//! cost a few nanoseconds a row.
//!
//! Rows are positions, `u32`; keys stay where they are and are read through [`SortKey`]. Nothing allocates in
//! proportion to the number of groups times keys.
//!
//! ```
//! use bellwether_kernels::ordering::{Groups, SortKey, ascending_i64, sort_groups};
//!
//! // Two customers, their touches in the order of arrival.
//! let customers = [1, 0, 1, 0, 1];
//! let at: Vec<u64> = [30, 5, 10, 4, 20].into_iter().map(ascending_i64).collect();
//! let mut groups = Groups::new(&customers, 2).expect("five rows can be counted");
//! let (offsets, rows) = groups.parts_mut();
//! sort_groups(offsets, &[SortKey::Words(&at)], rows);
//! assert_eq!(groups.rows_of(0), [3, 1]);
//! assert_eq!(groups.rows_of(1), [2, 4, 0]);
//! ```

mod groups;
mod key;
mod sort;

pub use groups::Groups;
pub use key::{SortKey, ascending_f64, ascending_i64};
pub use sort::sort_groups;
