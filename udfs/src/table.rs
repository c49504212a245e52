//! Table functions: relations in, a relation out, with named arguments.
//!
//! ```sql
//! SELECT * FROM rfm_summary(orders, customer => 'customer_id', ts => 'ordered_at', value => 'amount', until => now())
//! ```
//!
//! A table function sees its input group by group: the rows that share a key (a customer, an order, a series), in
//! the order of time. It takes one of two shapes.
//!
//! - [`EachGroup`] makes rows of each group alone. The groups are spread over threads and their rows stream out.
//! - [`Fold`] folds all groups into a state; the states of all threads (or machines) are merged into one, which
//!   makes the rows. `by` columns have a state for each of their values.
//!
//! ```ignore
//! pub(super) fn function() -> Function {
//!     Function::table(TableFunction {
//!         declared: Declared { name: "rfm_summary", parameters: vec![Parameter::input("orders", "…"), …], page: Page { … } },
//!         bind,
//!     })
//! }
//!
//! fn bind(call: &Call) -> Result<Bound> {                       // while planning: constants and types, no rows
//!     let summary = Summary { value: call.slot("value")?, until: call.micros("until")? };
//!     let columns = vec![ResultColumn::by(), ResultColumn::key("customer"), ResultColumn::integer("frequency")];
//!     Ok(Bound::each_group(columns, summary))
//! }
//!
//! impl EachGroup for Summary {                                  // a clone of it for each thread
//!     fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
//!         let orders = group.rows(0);                           // of the first input; sorted by the order column
//!         orders.times(); orders.numbers(self.value); orders.codes(self.channel); orders.text(self.channel, code);
//!         let mut row = out.row();                              // keys and `by` are filled in
//!         row.integer(frequency);                               // the other columns, in order
//!         Ok(())
//!     }
//! }
//! ```
//!
//! How rows arrive: numbers as `f64` (NULL is NaN), times as microseconds since 1970 in UTC (NULL is [`NULL_TIME`]),
//! text as codes of a dictionary that are in alphabetical order ([`NULL_CODE`] for NULL). Rows of a group with equal times are ordered by the
//! other columns, in the order of declaration, so that no result depends on the order of arrival. A column of
//! [`Type::Any`](crate::argument::Type) is not read: [`Rows::number`] of a row hands it on to a
//! [`ResultColumn::carried`].
//!
//! | step | file |
//! |---|---|
//! | a relation's name as an argument becomes a subquery, before names are resolved | `name` |
//! | the call becomes a logical node over projections of its inputs | `plan`, `node` |
//! | the node becomes operators | `physical`, `operator` |
//! | rows that no group needs are left out | `matching` |
//! | rows are collected, coded, grouped and ordered | `collect`, `dictionary`, `arrange` |
//! | results are built | `result` |
//! | operators travel to other machines | `codec` |

mod arrange;
mod call;
mod codec;
mod collect;
mod dictionary;
mod fold;
mod matching;
mod name;
mod node;
mod operator;
mod physical;
mod plan;
mod result;
mod rows;
mod run;
#[cfg(test)]
mod tests;
mod values;

use std::fmt;
use std::sync::Arc;

use datafusion::error::Result;

pub(crate) use self::call::{Call, FeatureColumn, Slot};
pub use self::codec::TableFunctionCodec;
pub(crate) use self::fold::Names;
pub use self::name::name_relations;
pub use self::physical::TableFunctionPlanner;
pub use self::plan::TableFunctionRelations;
pub(crate) use self::result::{ResultColumn, Row, Sink};
pub(crate) use self::rows::{Group, NULL_CODE, Rows};
use crate::adapter::bytes::{Reader, Writer};
pub(crate) use crate::adapter::column::NULL_TIME;
use crate::argument::Declared;

/// A table function.
pub(crate) struct TableFunction {
    pub declared: Declared,
    /// Reads the constants of a call, refuses those that do not fit together, and tells the result's columns.
    pub bind: fn(&Call) -> Result<Bound>,
}

/// A call that is planned: the columns it gives, and what makes them.
pub(crate) struct Bound {
    columns: Vec<ResultColumn>,
    run: Run,
    /// Whether rows of the first input are read only where the second has their key.
    matched: bool,
    /// Whether the groups of each value of the `by` columns are seen by one function, which is shown them before.
    together: bool,
    /// Whether those of all values of the `by` columns are.
    undivided: bool,
    /// Whether groups take so long that even few rows are worth spreading over threads.
    costly: bool,
}

/// What makes the rows, one for each thread.
enum Run {
    Groups(Box<dyn Fn() -> Box<dyn EachGroup> + Send + Sync>),
    Fold(Box<dyn Fn() -> Box<dyn Fold> + Send + Sync>),
}

impl Bound {
    fn new(columns: Vec<ResultColumn>, run: Run) -> Self {
        Self { columns, run, matched: false, together: false, undivided: false, costly: false }
    }

    /// Rows from each group alone.
    pub(crate) fn each_group<T: EachGroup + Clone + Sync>(columns: Vec<ResultColumn>, groups: T) -> Self {
        Self::new(columns, Run::Groups(Box::new(move || Box::new(groups.clone()))))
    }

    /// Groups take long, milliseconds or more: even few rows are spread over threads.
    #[must_use]
    pub(crate) fn costly(mut self) -> Self {
        self.costly = true;
        self
    }

    /// Rows of the first input whose key the second does not have are not seen: they are left out before they are
    /// brought together, which is most of the work where the second input is small.
    #[must_use]
    pub(crate) fn matched(mut self) -> Self {
        self.matched = true;
        self
    }

    /// One function sees all groups of a value of the `by` columns, and is shown each of them by
    /// [`EachGroup::prepare`] before the first, in the order in which it will see them.
    #[must_use]
    pub(crate) fn together(mut self) -> Self {
        self.together = true;
        self
    }

    /// One function sees all groups whatever their `by` columns, shown to it as those [`Self::together`] are.
    #[must_use]
    pub(crate) fn undivided(self) -> Self {
        Self { undivided: true, ..self.together() }
    }

    /// Rows from all groups together. The columns can be neither keys nor carried: there are no rows left.
    pub(crate) fn fold<T: Fold + Clone + Sync>(columns: Vec<ResultColumn>, empty: T) -> Self {
        Self::new(columns, Run::Fold(Box::new(move || Box::new(empty.clone()))))
    }
}

/// Makes rows of each group alone.
pub(crate) trait EachGroup: Send + 'static {
    /// Learns from a group what the rows of others depend on. Called only for those [`Bound::together`].
    fn prepare(&mut self, _group: &Group<'_>) -> Result<()> {
        Ok(())
    }

    /// Does a part of the work that comes after the last group was shown and before the first is seen: true while
    /// there is more. Parts are short, so that a query can be cancelled between them.
    fn work(&mut self) -> Result<bool> {
        Ok(false)
    }

    /// The memory it holds beside its own size. Asked of those that are shown groups, while they are and after.
    fn heap_bytes(&self) -> usize {
        0
    }

    /// Adds the rows of a group to the result. Groups come in no particular order.
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()>;
}

/// Folds groups into a state that merges.
pub(crate) trait Fold: Send + 'static {
    /// Adds a group. The state must not depend on the order in which groups come.
    fn group(&mut self, group: &Group<'_>) -> Result<()>;

    /// Writes the state. Texts are written out: another thread has other codes.
    fn save(&self, writer: &mut Writer);

    /// Adds a state that [`Self::save`] wrote. Merging is associative and commutative, and merging the state of
    /// no group changes nothing.
    fn merge(&mut self, state: &mut Reader<'_>) -> Result<()>;

    /// Adds the result's rows.
    fn finish(&mut self, out: &mut Sink<'_>) -> Result<()>;

    /// The memory it holds beside its own size. Asked after every group.
    fn heap_bytes(&self) -> usize;
}

impl TableFunction {
    /// The table function of a name.
    pub(crate) fn find(name: &str) -> Option<Arc<Self>> {
        crate::function::table_functions().get(name).cloned()
    }

    /// How many relations it reads.
    pub(crate) fn inputs(&self) -> usize {
        self.declared.parameters.iter().filter(|parameter| parameter.role == crate::argument::Role::Input).count()
    }
}

impl fmt::Debug for TableFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TableFunction").field(&self.declared.name).finish()
    }
}

impl fmt::Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bound").field("columns", &self.columns).finish_non_exhaustive()
    }
}
