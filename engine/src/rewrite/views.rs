//! All materialized views by the tables they read, and the forms in which queries are compared with them.
//!
//! Which tables a definition names is read off its text, for all views whenever names have changed. Its form takes a
//! plan: it is computed when a query on one of these tables first needs it, and kept as long as the definition, the
//! plain views it reads and the names of its tables stay what they were.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use bellwether_catalog::{ErrorKind, MaterializedDefinition, Namespace, Relation, Result};
use parking_lot::RwLock;
use xxhash_rust::xxh3::Xxh3Default;

use super::form::Form;
use super::named;
use crate::access::Authority;
use crate::materialized::Planned;
use crate::names::RelationName;
use crate::statement::Scope;

/// One lake's views.
#[derive(Debug, Default)]
pub(crate) struct Views {
    current: RwLock<Option<Arc<Listed>>>,
}

/// The views that one set of names has.
#[derive(Debug)]
struct Listed {
    names: Arc<Namespace>,
    /// Differs where the texts of plain views do, which definitions may read.
    plain_views: u64,
    views: BTreeMap<String, Arc<View>>,
    /// Views by the tables they read.
    readers: HashMap<String, Vec<Arc<View>>>,
}

/// A view, with its form once it was needed.
#[derive(Debug)]
struct View {
    name: RelationName,
    definition: MaterializedDefinition,
    /// The relations it names, through plain views as well.
    named: BTreeSet<RelationName>,
    /// Those of them that are tables, by id.
    tables: BTreeMap<String, RelationName>,
    /// Held for writing while the form is computed, so that queries that come meanwhile do not compute it as well.
    form: tokio::sync::RwLock<Kept>,
}

#[derive(Debug)]
enum Kept {
    NotYet,
    Form(Arc<Form>),
    /// It cannot be planned as long as the names are what they are.
    Unplannable,
}

impl Views {
    /// The forms of the views that read at least one of `tables`, by name.
    pub(super) async fn over(&self, scope: &Scope, tables: &BTreeSet<String>) -> Vec<Arc<Form>> {
        let listed = self.listed(scope);
        let mut found: BTreeMap<&RelationName, &Arc<View>> = BTreeMap::new();
        for view in tables.iter().filter_map(|table| listed.readers.get(table)).flatten() {
            found.insert(&view.name, view);
        }
        let mut forms = Vec::with_capacity(found.len());
        for view in found.into_values() {
            forms.extend(view.form(scope).await);
        }
        forms
    }

    /// Whether a view reads one of `tables`.
    pub(super) fn are_over(&self, scope: &Scope, tables: &BTreeSet<String>) -> bool {
        let listed = self.listed(scope);
        tables.iter().any(|table| listed.readers.contains_key(table))
    }

    fn listed(&self, scope: &Scope) -> Arc<Listed> {
        // A session's own tables have names of their own and are in no definition.
        let names = scope.session.inner.engine.inner.lake.known_names();
        let before = self.current.read().clone();
        if let Some(listed) = before.as_ref().filter(|listed| Arc::ptr_eq(&listed.names, &names)) {
            return Arc::clone(listed);
        }
        let listed = Arc::new(Listed::new(names, before.as_deref()));
        let mut current = self.current.write();
        match current.as_ref() {
            // Another query was faster, and forms may have been computed since.
            Some(other) if Arc::ptr_eq(&other.names, &listed.names) => Arc::clone(other),
            _ => {
                *current = Some(Arc::clone(&listed));
                listed
            }
        }
    }

    /// Computes the form of a view anew: the columns of its tables have changed.
    pub(super) async fn renew(&self, scope: &Scope, form: &Form) -> Result<Arc<Form>> {
        let renewed = Arc::new(made(scope, form.name.clone(), &form.definition).await?);
        let listed = self.current.read().clone();
        let view = listed.as_ref().and_then(|listed| listed.views.get(&form.definition.id));
        if let Some(view) = view.filter(|view| view.is_of(&renewed)) {
            *view.form.write().await = Kept::Form(Arc::clone(&renewed));
        }
        Ok(renewed)
    }
}

impl Listed {
    /// The views among `names`; of those of `before` that still hold, the forms are kept.
    fn new(names: Arc<Namespace>, before: Option<&Self>) -> Self {
        let plain_views = hash_of_plain_views(&names);
        let before = before.filter(|before| before.plain_views == plain_views);
        let mut views = BTreeMap::new();
        let mut readers: HashMap<String, Vec<Arc<View>>> = HashMap::new();
        for (name, definition) in definitions(&names) {
            let known = before.and_then(|before| before.views.get(&definition.id));
            let known = known.filter(|known| known.definition == *definition && known.name == name);
            let view = View::new(&names, name, definition, known);
            for table in view.tables.keys() {
                readers.entry(table.clone()).or_default().push(Arc::clone(&view));
            }
            views.insert(definition.id.clone(), view);
        }
        Self { names, plain_views, views, readers }
    }
}

impl View {
    /// The view of a definition; `known` is the same one under the names of before.
    fn new(
        names: &Namespace,
        name: RelationName,
        definition: &MaterializedDefinition,
        known: Option<&Arc<Self>>,
    ) -> Arc<Self> {
        let named = match known {
            Some(known) => known.named.clone(),
            None => named::by(names, definition),
        };
        let mut tables = BTreeMap::new();
        for name in &named {
            if let Some(id) = names.relation(&name.schema, &name.name).and_then(Relation::table_id) {
                tables.insert(id.to_owned(), name.clone());
            }
        }
        if let Some(known) = known.filter(|known| known.tables == tables && !known.is_unplannable()) {
            return Arc::clone(known);
        }
        let form = tokio::sync::RwLock::new(Kept::NotYet);
        Arc::new(Self { name, definition: definition.clone(), named, tables, form })
    }

    fn is_unplannable(&self) -> bool {
        self.form.try_read().is_ok_and(|form| matches!(*form, Kept::Unplannable))
    }

    /// Whether a form is one of this view over the tables its names stand for.
    fn is_of(&self, form: &Form) -> bool {
        form.definition == self.definition && form.tables.keys().all(|id| self.tables.contains_key(id))
    }

    /// The form, if the definition can be planned: a view whose table is gone must not stand in the way of queries on
    /// others.
    async fn form(&self, scope: &Scope) -> Option<Arc<Form>> {
        match &*self.form.read().await {
            Kept::NotYet => {}
            Kept::Form(form) => return Some(Arc::clone(form)),
            Kept::Unplannable => return None,
        }
        let mut kept = self.form.write().await;
        match &*kept {
            Kept::NotYet => {}
            Kept::Form(form) => return Some(Arc::clone(form)),
            Kept::Unplannable => return None,
        }
        match made(scope, self.name.clone(), &self.definition).await {
            Ok(form) => {
                let form = Arc::new(form);
                // A statement that began under other names plans over other tables.
                if self.is_of(&form) {
                    *kept = Kept::Form(Arc::clone(&form));
                }
                Some(form)
            }
            Err(error) => {
                tracing::debug!(view = self.name.quoted(), %error, "a materialized view cannot be planned");
                // A store that does not answer now may do so for the next query.
                if error.kind() != ErrorKind::Io {
                    *kept = Kept::Unplannable;
                }
                None
            }
        }
    }
}

async fn made(scope: &Scope, name: RelationName, definition: &MaterializedDefinition) -> Result<Form> {
    // Whether the asker may read the tables was judged before; a form gives no rows of its own.
    let planned = Planned::new(scope, definition, Authority::Superuser).await?;
    Form::new(name, definition.clone(), planned).map_err(|error| scope.error(error))
}

fn definitions(names: &Namespace) -> impl Iterator<Item = (RelationName, &MaterializedDefinition)> {
    names.schemas.iter().flat_map(|(schema, entry)| {
        entry.relations.iter().filter_map(move |(name, relation)| match relation {
            Relation::MaterializedView(definition) => {
                Some((RelationName { schema: schema.clone(), name: name.clone() }, definition.as_ref()))
            }
            _ => None,
        })
    })
}

fn hash_of_plain_views(names: &Namespace) -> u64 {
    let mut hash = Xxh3Default::new();
    for (schema, entry) in &names.schemas {
        for (name, relation) in &entry.relations {
            if let Relation::View { sql, current_schema, columns, .. } = relation {
                for text in [schema, name, sql, current_schema].into_iter().chain(columns) {
                    hash.update(&(text.len() as u64).to_le_bytes());
                    hash.update(text.as_bytes());
                }
            }
        }
    }
    hash.digest()
}
