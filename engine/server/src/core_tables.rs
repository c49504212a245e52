//! The tables of the canonical model, made in a lake.

use std::collections::BTreeSet;

use bellwether::{Error, Outcome, Result, Session};
use futures::TryStreamExt;

use crate::models::shipped_tables;

/// The schema of the canonical model.
pub const SCHEMA: &str = "core";

/// Makes the tables of `core` that are not there, each behind those that its keys refer to, and gives the number of
/// those it made. A relation that is there stays as it is: a view over tables of one's own takes a table's place.
pub async fn install(session: &Session) -> Result<usize> {
    session.run(&format!("create schema if not exists {SCHEMA}")).await?;
    let mut there = relations(session).await?;
    let mut waiting: Vec<_> = shipped_tables().filter(|(name, _)| !there.contains(*name)).collect();
    let missing = waiting.len();
    while !waiting.is_empty() {
        let (ready, later): (Vec<_>, Vec<_>) = waiting
            .into_iter()
            .partition(|(name, source)| references(source).all(|to| to == *name || there.contains(to)));
        if ready.is_empty() {
            return Err(Error::internal("the tables of core refer to each other in a circle"));
        }
        for (name, source) in ready {
            for statement in session.parse(source)? {
                session.execute(&session.prepare(&statement, &[]).await?, Vec::new()).await?;
            }
            there.insert(name.to_owned());
        }
        waiting = later;
    }
    Ok(missing)
}

/// The relations of `core` that the lake has.
async fn relations(session: &Session) -> Result<BTreeSet<String>> {
    let query = format!("select table_name from information_schema.tables where table_schema = '{SCHEMA}'");
    let mut names = BTreeSet::new();
    if let Outcome::Rows(mut rows) = session.run(&query).await? {
        while let Some(batch) = rows.try_next().await? {
            let column = arrow::array::AsArray::as_string_opt::<i32>(batch.column(0));
            names.extend(column.into_iter().flatten().flatten().map(str::to_owned));
        }
    }
    Ok(names)
}

/// The tables of `core` that a table's declaration refers to.
pub(crate) fn references(source: &str) -> impl Iterator<Item = &str> {
    source.split("references core.").skip(1).filter_map(|rest| rest.split([' ', '(']).next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_has_25_tables() {
        assert_eq!(shipped_tables().count(), 25);
    }

    #[test]
    fn every_table_says_what_it_and_each_of_its_columns_is() {
        for (name, source) in shipped_tables() {
            assert!(source.contains(&format!("comment on table core.{name} is '")), "{name}");
            let columns = source.lines().filter(|line| line.starts_with("    ")).map(str::trim);
            for line in columns.filter(|line| !line.starts_with("check ") && !line.starts_with("unique ")) {
                assert!(line.contains(" comment '"), "{name}: {line}");
            }
        }
    }

    #[test]
    fn references_are_read_from_the_declaration() {
        let source =
            "create table core.a (b_id text references core.b (id), c_id text not null references core.c (id))";
        assert_eq!(references(source).collect::<Vec<_>>(), ["b", "c"]);
    }
}
