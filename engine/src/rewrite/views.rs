//! All materialized views in the form in which queries are compared with them, by the tables they read.
//!
//! Forms are computed when they are first needed and kept as long as the definition, the views it reads and the names
//! of its tables stay what they were. A query looks at the views that read one of its tables, and at no others.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use bellwether_catalog::{MaterializedDefinition, Namespace, Relation, Result};
use parking_lot::RwLock;
use xxhash_rust::xxh3::Xxh3Default;

use super::form::Form;
use crate::materialized::Planned;
use crate::names::RelationName;
use crate::statement::Scope;

/// The forms of one lake's views.
#[derive(Debug, Default)]
pub(crate) struct Views {
    current: RwLock<Option<Arc<Forms>>>,
    /// Held while forms are computed, so that queries that come meanwhile do not compute them as well.
    computing: tokio::sync::Mutex<()>,
}

/// The forms of all views that one set of names has.
#[derive(Debug)]
struct Forms {
    names: Arc<Namespace>,
    /// Differs where the texts of plain views do, which definitions may read.
    plain_views: u64,
    forms: BTreeMap<String, Arc<Form>>,
    /// The names of the tables a form was made over, by id.
    tables: HashMap<String, RelationName>,
    /// Views by the tables they read.
    readers: HashMap<String, Vec<Arc<Form>>>,
}

impl Views {
    /// The views that read at least one of `tables`, by name.
    pub(super) async fn over(&self, scope: &Scope, tables: &BTreeSet<String>) -> Vec<Arc<Form>> {
        let forms = self.forms(scope).await;
        let mut found: BTreeMap<&RelationName, &Arc<Form>> = BTreeMap::new();
        for form in tables.iter().filter_map(|table| forms.readers.get(table)).flatten() {
            found.insert(&form.name, form);
        }
        found.into_values().cloned().collect()
    }

    async fn forms(&self, scope: &Scope) -> Arc<Forms> {
        // A session's own tables have names of their own and are in no definition.
        let names = scope.session.inner.engine.inner.lake.known_names();
        let current = || self.current.read().as_ref().filter(|forms| Arc::ptr_eq(&forms.names, &names)).cloned();
        if let Some(forms) = current() {
            return forms;
        }
        let _computing = self.computing.lock().await;
        if let Some(forms) = current() {
            return forms;
        }
        let before = self.current.read().clone();
        let forms = Arc::new(Forms::new(scope, names, before.as_deref()).await);
        *self.current.write() = Some(Arc::clone(&forms));
        forms
    }

    /// Computes the form of a view anew: the columns of its tables have changed.
    pub(super) async fn renew(&self, scope: &Scope, form: &Form) -> Result<Arc<Form>> {
        let _computing = self.computing.lock().await;
        let renewed = Arc::new(made(scope, form.name.clone(), &form.definition).await?);
        let mut current = self.current.write();
        if let Some(forms) = current.as_ref() {
            let mut all = forms.forms.clone();
            all.insert(form.definition.id.clone(), Arc::clone(&renewed));
            *current = Some(Arc::new(Forms::of(Arc::clone(&forms.names), forms.plain_views, all)));
        }
        Ok(renewed)
    }
}

impl Forms {
    /// The forms of the views among `names`; those of `before` that still hold are kept.
    async fn new(scope: &Scope, names: Arc<Namespace>, before: Option<&Self>) -> Self {
        let plain_views = hash_of_plain_views(&names);
        let before = before.filter(|before| before.plain_views == plain_views);
        let tables = tables_of(&names);
        let mut forms = BTreeMap::new();
        for (name, definition) in definitions(&names) {
            let kept = before.and_then(|before| {
                let form = before.forms.get(&definition.id)?;
                let is_same = form.definition == *definition && form.name == name;
                let stand = form.tables.keys().all(|id| before.tables.get(id) == tables.get(id));
                (is_same && stand).then(|| Arc::clone(form))
            });
            let form = match kept {
                Some(form) => form,
                None => match made(scope, name.clone(), definition).await {
                    Ok(form) => Arc::new(form),
                    Err(error) => {
                        // A view whose table is gone must not stand in the way of queries on others.
                        tracing::debug!(view = name.quoted(), %error, "a materialized view cannot be planned");
                        continue;
                    }
                },
            };
            forms.insert(definition.id.clone(), form);
        }
        Self::of(names, plain_views, forms)
    }

    fn of(names: Arc<Namespace>, plain_views: u64, forms: BTreeMap<String, Arc<Form>>) -> Self {
        let mut readers: HashMap<String, Vec<Arc<Form>>> = HashMap::new();
        for form in forms.values() {
            for table in form.tables.keys() {
                readers.entry(table.clone()).or_default().push(Arc::clone(form));
            }
        }
        let tables = tables_of(&names);
        Self { names, plain_views, forms, tables, readers }
    }
}

async fn made(scope: &Scope, name: RelationName, definition: &MaterializedDefinition) -> Result<Form> {
    let planned = Planned::new(scope, definition).await?;
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

/// What the tables are called, by id.
fn tables_of(names: &Namespace) -> HashMap<String, RelationName> {
    let mut tables = HashMap::new();
    for (schema, entry) in &names.schemas {
        for (name, relation) in &entry.relations {
            if let Some(id) = relation.table_id() {
                tables.insert(id.to_owned(), RelationName { schema: schema.clone(), name: name.clone() });
            }
        }
    }
    tables
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
