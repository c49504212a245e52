//! Materialized views: queries whose rows are kept in tables, and never said to be newer than they are.
//!
//! A view is a definition in the lake's catalogue and a table. Each version of the table says in the same commit what
//! its rows were made from ([`Contents`]): which version of which table, by which definition and which functions. So
//! whether a view is fresh is a comparison, and its rows and what is said of them cannot disagree.
//!
//! - [`planned`]: the definition as a plan over the newest versions, and what it depends on.
//! - [`shape`]: the definition taken apart, in the form in which queries are compared with views.
//! - [`refresh`]: what changed, how it is taken over, and the one commit that does it.

mod audit;
mod changed;
mod classify;
mod column;
mod incremental;
mod layout;
mod lineage;
mod planned;
mod reach;
mod refresh;
mod shape;
pub(crate) mod staleness;
mod states;
mod swap;
mod touched;
mod unpopulated;
mod whole;
mod zoned;

use std::sync::Arc;

use bellwether_catalog::{Contents, Lake, MaterializedDefinition, Namespace, RefreshFailure, Relation, Snapshot};

pub(crate) use self::classify::classify;
pub(crate) use self::column::{group as group_column, state as state_column};
pub(crate) use self::lineage::{check_acyclic, check_definition, upstream};
pub(crate) use self::planned::{Planned, PlannedQuery, outputs_of};
pub(crate) use self::refresh::{fill, refresh};
pub(crate) use self::states::is_own_result;
pub(crate) use self::unpopulated::Unpopulated;
pub(crate) use self::whole::columns_of;
use crate::Result;
use crate::access::Authority;
use crate::names::RelationName;

/// A materialized view at one moment: what it is, its rows, and what they were made from.
#[derive(Debug, Clone)]
pub(crate) struct MaterializedView {
    pub name: RelationName,
    /// The query, its settings, and the class of its refreshes; `id` is the table's.
    pub definition: MaterializedDefinition,
    /// The version of the table that is read.
    pub snapshot: Arc<Snapshot>,
    /// The latest refresh's failure, if it failed.
    pub failure: Option<RefreshFailure>,
    /// Whose rights its rows are made with: those of whom it belongs to.
    pub authority: Authority,
}

impl MaterializedView {
    /// What the rows were made from: tables by id with the versions that were read, functions, and when. Nothing
    /// while the view was never filled.
    pub(crate) fn contents(&self) -> Option<&Contents> {
        self.snapshot.contents()
    }
}

/// All materialized views, by schema and name, each at its newest version.
pub(crate) async fn list(lake: &Lake) -> Result<Vec<MaterializedView>> {
    let names = lake.names().await?;
    let mut views = Vec::new();
    for (schema, entry) in &names.schemas {
        for (name, relation) in &entry.relations {
            let Relation::MaterializedView(definition) = relation else { continue };
            let name = RelationName { schema: schema.clone(), name: name.clone() };
            views.push(opened(lake, &names, name, definition).await?);
        }
    }
    Ok(views)
}

/// The materialized view of a name, at its newest version.
pub(crate) async fn find(lake: &Lake, name: &RelationName) -> Result<Option<MaterializedView>> {
    let names = lake.names().await?;
    match names.relation(&name.schema, &name.name) {
        Some(Relation::MaterializedView(definition)) => Ok(Some(opened(lake, &names, name.clone(), definition).await?)),
        _ => Ok(None),
    }
}

async fn opened(
    lake: &Lake,
    names: &Namespace,
    name: RelationName,
    definition: &MaterializedDefinition,
) -> Result<MaterializedView> {
    let snapshot = lake.table(&definition.id)?.latest().await?;
    let failure = names.failures.get(&definition.id).cloned();
    let authority = Authority::of_owner(names, &name.schema, &name.name);
    Ok(MaterializedView { name, definition: definition.clone(), snapshot, failure, authority })
}
