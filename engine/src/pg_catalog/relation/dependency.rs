//! `pg_depend` and `pg_rewrite`: which view reads which relation, and which key which table.
//!
//! As in PostgreSQL a view depends on what it reads through its rule.

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::pg_catalog::catalogue::{Catalogue, Kind, Rule};
use crate::pg_catalog::declared::{Declared, in_pg_catalog};
use crate::pg_catalog::rows::{Rows, Value};

pub(super) fn depend(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    let id = |name: &str| in_pg_catalog(name).map_or(0, |relation| relation.id);
    let (class, rewrite, constraint, attrdef) =
        (id("pg_class"), id("pg_rewrite"), id("pg_constraint"), id("pg_attrdef"));
    let columns = ["classid", "objid", "objsubid", "refclassid", "refobjid", "refobjsubid", "deptype"];
    let mut rows = Rows::new(declared, columns)?;
    let mut push = |class: u32, object: u32, other_class: u32, other: u32, place: i16, kind: &'static str| {
        rows.push([
            class.into(),
            object.into(),
            0_i32.into(),
            other_class.into(),
            other.into(),
            place.into(),
            kind.into(),
        ]);
    };
    for relation in &catalogue.relations {
        if let Kind::View { reads, rule, .. } | Kind::Materialized { reads, rule, .. } = &relation.kind {
            // A rule goes with its view, and stands in the way of dropping what it reads.
            push(rewrite, *rule, class, relation.id, 0, "i");
            for read in reads {
                push(rewrite, *rule, class, *read, 0, "n");
            }
        }
        for (place, column) in relation.placed() {
            if let Some(default) = &column.default {
                push(attrdef, default.id, class, relation.id, place, "a");
            }
        }
    }
    for declared in &catalogue.constraints {
        for place in &declared.columns {
            push(constraint, declared.id, class, declared.table, *place, "a");
        }
        match &declared.rule {
            Rule::Primary { index } | Rule::Unique { index } => push(class, *index, constraint, declared.id, 0, "i"),
            Rule::Foreign { table, columns, .. } => {
                for place in columns {
                    push(constraint, declared.id, class, *table, *place, "n");
                }
            }
            Rule::Check { .. } => {}
        }
    }
    rows.finish()
}

pub(super) fn rules(declared: &'static Declared, catalogue: &Catalogue) -> Result<RecordBatch> {
    let columns = ["oid", "rulename", "ev_class", "ev_type", "ev_enabled", "is_instead", "ev_qual", "ev_action"];
    let mut rows = Rows::new(declared, columns)?;
    for relation in &catalogue.relations {
        let (Kind::View { sql, rule, .. } | Kind::Materialized { sql, rule, .. }) = &relation.kind else { continue };
        rows.push([
            (*rule).into(),
            "_RETURN".into(),
            relation.id.into(),
            "1".into(),
            "O".into(),
            true.into(),
            "<>".into(),
            Value::from(sql),
        ]);
    }
    rows.finish()
}
