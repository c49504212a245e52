//! `bellwether check model`: what is missing in `core`, and what cannot be answered for it.

use std::collections::{BTreeMap, BTreeSet};

use bellwether::{Config, Error, ErrorKind, Model, Result, Session};

use super::stale;
use crate::cli::answer::Answer;
use crate::cli::{owner_session, report, with_engine};
use crate::core_tables::SCHEMA;
use crate::models::{shipped, shipped_tables};

/// Views of `core` that answer from whichever tables have rows: which day it is, and where the business is.
const ANSWERING_FROM_ANY: [&str; 2] = ["clock", "business"];

/// Sums of amounts in these would be wrong or NULL where a currency has no rate.
const PRICED: [&str; 3] = ["documents", "ad_spend", "targets"];

pub(super) async fn run(config: Config) -> Result<()> {
    let problems = with_engine(config, async |engine| check(&owner_session(engine)?).await).await?;
    if problems == 0 {
        return report::line("every key of the model that is given resolves");
    }
    Err(Error::new(ErrorKind::CheckViolation, format!("{problems} keys or amounts of the model do not resolve"))
        .with_hint("load the rows they refer to, or set the keys to NULL where nobody knows them"))
}

/// Says what it finds, and gives the number of keys and currencies that do not resolve.
async fn check(session: &Session) -> Result<usize> {
    let models = shipped()?;
    let mut empty = BTreeMap::new();
    for (table, _) in shipped_tables() {
        if let Some(reason) = without_rows(session, &format!("{SCHEMA}.{table}")).await {
            report::line(format_args!("{SCHEMA}.{table} {reason}"))?;
            empty.insert(table, reason);
        }
    }
    let mut problems = 0;
    for (table, source) in shipped_tables().filter(|(table, _)| !empty.contains_key(table)) {
        for (column, to) in keys(source) {
            problems += usize::from(dangles(session, table, column, to).await?);
        }
    }
    for table in PRICED.into_iter().filter(|table| !empty.contains_key(table)) {
        problems += without_rate(session, table).await?;
    }
    report::line(format_args!(
        "{} of {} tables have rows",
        shipped_tables().count() - empty.len(),
        shipped_tables().count()
    ))?;
    unanswered(session, &models, &empty).await?;
    stale::tell(session).await?;
    Ok(problems)
}

/// Why a relation gives no rows; `None` when it gives some.
async fn without_rows(session: &Session, relation: &str) -> Option<String> {
    match Answer::to(session, &format!("select 1 from {relation} limit 1")).await {
        Ok(rows) if rows.len() > 0 => None,
        Ok(_) => Some("is empty".into()),
        Err(error) if matches!(error.kind(), ErrorKind::UndefinedTable | ErrorKind::UndefinedSchema) => {
            Some("is not there".into())
        }
        Err(error) => Some(format!("cannot be read: {}", error.message())),
    }
}

/// The columns of a table that refer to another, as its declaration says.
fn keys(source: &str) -> impl Iterator<Item = (&str, &str)> {
    source.lines().filter_map(|line| {
        let column = line.trim().split(' ').next()?;
        Some((column, crate::core_tables::references(line).next()?))
    })
}

/// Says how many keys of a column lead nowhere, if any do.
async fn dangles(session: &Session, table: &str, column: &str, to: &str) -> Result<bool> {
    let found = Answer::to(
        session,
        &format!(
            "select count(*) as keys, min(t.{column}) as example from {SCHEMA}.{table} as t \
             left join {SCHEMA}.{to} as r on r.id = t.{column} where t.{column} is not null and r.id is null"
        ),
    )
    .await?;
    let keys = found.number("keys", 0).unwrap_or(0.0);
    if keys > 0.0 {
        let example = found.text("example", 0).unwrap_or_default();
        report::line(format_args!(
            "{SCHEMA}.{table}.{column}: {keys} keys are not in {SCHEMA}.{to}, for example {example}"
        ))?;
    }
    Ok(keys > 0.0)
}

/// Says which currencies of a table have no rate, and gives their number.
async fn without_rate(session: &Session, table: &str) -> Result<usize> {
    let found = Answer::to(
        session,
        &format!(
            "select t.currency, count(*) as rows from {SCHEMA}.{table} as t cross join {SCHEMA}.business as b \
             where t.currency <> b.currency and t.currency not in (select currency from {SCHEMA}.daily_rates) \
             group by t.currency order by t.currency"
        ),
    )
    .await?;
    for row in 0..found.len() {
        let (currency, rows) = (found.text("currency", row), found.number("rows", row));
        report::line(format_args!(
            "{SCHEMA}.{table}: {} rows in {} have no rate in {SCHEMA}.fx_rates, their amounts are missing in reports",
            rows.unwrap_or(0.0),
            currency.unwrap_or_default()
        ))?;
    }
    Ok(found.len())
}

/// Says which views have no rows and read tables that have none.
async fn unanswered(session: &Session, models: &[Model], empty: &BTreeMap<&str, String>) -> Result<()> {
    for model in models.iter().filter(|model| model.name.schema != SCHEMA) {
        let missing: Vec<String> = inputs(models, model)
            .into_iter()
            .filter(|table| empty.contains_key(table.as_str()))
            .map(|table| format!("{SCHEMA}.{table}"))
            .collect();
        if missing.is_empty() {
            continue;
        }
        let name = model.name.to_string();
        let missing = missing.join(", ");
        match without_rows(session, &name).await {
            None => report::line(format_args!("{name} answers without {missing}"))?,
            Some(reason) => report::line(format_args!("{name} {reason}, for want of {missing}"))?,
        }
    }
    Ok(())
}

/// The tables of `core` that a model reads, itself or through others that need them.
fn inputs(models: &[Model], model: &Model) -> BTreeSet<String> {
    let mut tables = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<_> = model.reads.iter().collect();
    while let Some(name) = waiting.pop() {
        if !seen.insert(name) {
            continue;
        }
        match models.iter().find(|model| model.name == *name) {
            Some(_) if name.schema == SCHEMA && ANSWERING_FROM_ANY.contains(&name.name.as_str()) => {}
            Some(model) => waiting.extend(&model.reads),
            None if name.schema == SCHEMA => {
                tables.insert(name.name.clone());
            }
            None => {}
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_that_the_declaration_refers_with() {
        let (_, source) = shipped_tables().find(|(table, _)| *table == "identities").unwrap();
        assert_eq!(keys(source).collect::<Vec<_>>(), [("party_id", "parties")]);
    }

    #[test]
    fn inputs_are_followed_through_views() {
        let models = shipped().unwrap();
        let items = models.iter().find(|model| model.name.to_string() == "core.order_items").unwrap();
        let tables = inputs(&models, items);
        for table in ["document_lines", "documents", "products", "fx_rates", "identities"] {
            assert!(tables.contains(table), "{table}");
        }
        assert!(!tables.contains("ad_spend"), "the clock may go by any table");
    }
}
