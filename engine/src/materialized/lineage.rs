//! Views on views: what is refreshed before what, and that none reads itself.

use std::collections::BTreeSet;

use bellwether_catalog::{Error, ErrorKind, MaterializedDefinition, Namespace, Relation};

use crate::Result;
use crate::names::RelationName;
use crate::pg_catalog::reads;

/// The materialized views that a view reads, directly or through other views, each after those it reads itself.
pub(crate) fn upstream(names: &Namespace, view: &RelationName) -> Result<Vec<RelationName>> {
    let mut walk = Walk { names, path: Vec::new(), done: BTreeSet::new(), order: Vec::new() };
    walk.visit(view)?;
    walk.order.pop();
    Ok(walk.order)
}

/// The same for the views that a definition reads.
pub(crate) fn upstream_of(names: &Namespace, definition: &MaterializedDefinition) -> Result<Vec<RelationName>> {
    let relation = Relation::MaterializedView(Box::new(definition.clone()));
    let mut walk = Walk { names, path: Vec::new(), done: BTreeSet::new(), order: Vec::new() };
    for read in reads(names, &relation) {
        walk.visit(&read)?;
    }
    walk.order.retain(|name| matches!(names.relation(&name.schema, &name.name), Some(Relation::MaterializedView(_))));
    Ok(walk.order)
}

/// Refuses a definition that reads, directly or through other views, the view it defines.
pub(crate) fn check_acyclic(names: &Namespace, view: &RelationName) -> Result<()> {
    upstream(names, view).map(drop)
}

/// The same for a definition that has no name yet, or takes the place of another.
pub(crate) fn check_definition(
    names: &Namespace,
    view: &RelationName,
    definition: &MaterializedDefinition,
) -> Result<()> {
    let mut names = names.clone();
    let relation = Relation::MaterializedView(Box::new(definition.clone()));
    names.schema_mut(&view.schema)?.relations.insert(view.name.clone(), relation);
    check_acyclic(&names, view)
}

struct Walk<'a> {
    names: &'a Namespace,
    /// From the view that was asked for down to the one that is looked at.
    path: Vec<RelationName>,
    done: BTreeSet<RelationName>,
    order: Vec<RelationName>,
}

impl Walk<'_> {
    fn visit(&mut self, name: &RelationName) -> Result<()> {
        if let Some(start) = self.path.iter().position(|above| above == name) {
            let circle = self.path[start..].iter().chain([name]);
            let path: Vec<String> = circle.map(|name| format!("{}.{}", name.schema, name.name)).collect();
            let fact = format!("view \"{}\" would read itself", name.name);
            return Err(Error::new(ErrorKind::InvalidRecursion, fact)
                .with_detail(path.join(" → "))
                .with_hint("let one of these views read the tables below instead"));
        }
        if self.done.contains(name) {
            return Ok(());
        }
        let Some(relation) = self.names.relation(&name.schema, &name.name) else { return Ok(()) };
        self.path.push(name.clone());
        for read in reads(self.names, relation) {
            self.visit(&read)?;
        }
        self.path.pop();
        self.done.insert(name.clone());
        // The one that was asked for comes last, whatever it is.
        if matches!(relation, Relation::MaterializedView(_)) || self.path.is_empty() {
            self.order.push(name.clone());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(views: &[(&str, &str)]) -> Namespace {
        let mut names = Namespace::default();
        names.schemas.insert("s".into(), Default::default());
        names.add_relation("s", "base", Relation::Table { id: "t".into() }, None).unwrap();
        for (name, sql) in views {
            let definition = MaterializedDefinition {
                id: (*name).into(),
                sql: (*sql).into(),
                columns: Vec::new(),
                outputs: Vec::new(),
                current_schema: "s".into(),
                time_zone: "UTC".into(),
                options: Default::default(),
                class: bellwether_catalog::RefreshClass::Whole,
                reason: None,
            };
            names.add_relation("s", name, Relation::MaterializedView(Box::new(definition)), None).unwrap();
        }
        names
    }

    fn name(name: &str) -> RelationName {
        RelationName { schema: "s".into(), name: name.into() }
    }

    #[test]
    fn views_come_after_the_views_they_read() {
        let names = names(&[
            ("top", "select * from left_side join right_side using (a)"),
            ("left_side", "select * from bottom"),
            ("right_side", "select * from bottom, base"),
            ("bottom", "select * from base"),
        ]);
        let order = upstream(&names, &name("top")).unwrap();
        assert_eq!(order, [name("bottom"), name("left_side"), name("right_side")]);
        assert!(upstream(&names, &name("bottom")).unwrap().is_empty());
    }

    #[test]
    fn a_circle_is_refused_with_its_path() {
        let names = names(&[("a", "select * from b"), ("b", "select * from c"), ("c", "select * from a")]);
        let error = check_acyclic(&names, &name("a")).unwrap_err();
        assert_eq!(error.detail(), Some("s.a → s.b → s.c → s.a"));
    }
}
