//! Options of a materialized view: `WITH (…)`, `SET (…)`, and the header of its query.

use bellwether_catalog::{Error, Header, RefreshOptions, Result};
use datafusion::sql::sqlparser::ast::{CreateTableOptions, Expr, SqlOption, Value};

use super::syntax::NO_DATA;
use crate::materialized::staleness;
use crate::names::identifier;
use crate::scheduler::Schedule;
use crate::statement::Scope;

/// The options of a new view, and whether it is filled at once.
pub(super) fn of_create(scope: &Scope, given: &CreateTableOptions) -> Result<(RefreshOptions, bool)> {
    let mut options = of_header(&scope.sql)?;
    let given: &[SqlOption] = match given {
        CreateTableOptions::None => &[],
        CreateTableOptions::With(given) => given,
        other => return Err(unknown(&other.to_string())),
    };
    let is_mark = |option: &&SqlOption| matches!(option, SqlOption::Ident(ident) if ident.value == NO_DATA);
    let with_data = !given.iter().any(|option| is_mark(&option));
    let given: Vec<SqlOption> = given.iter().filter(|option| !is_mark(option)).cloned().collect();
    set(&mut options, &given)?;
    Ok((options, with_data))
}

/// Takes options over; an empty text takes one back.
pub(super) fn set(options: &mut RefreshOptions, given: &[SqlOption]) -> Result<()> {
    for option in given {
        let SqlOption::KeyValue { key, value: Expr::Value(value) } = option else {
            return Err(unknown(&option.to_string()));
        };
        let Value::SingleQuotedString(text) = &value.value else { return Err(unknown(&option.to_string())) };
        let text = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        match identifier(key).as_str() {
            "refresh" => {
                text.as_deref().map(Schedule::parse).transpose()?;
                options.refresh = text;
            }
            "max_staleness" => {
                text.as_deref().map(staleness::parse).transpose()?;
                options.max_staleness = text;
            }
            "grain" => options.grain = text,
            "audits" => options.audits = text,
            other => return Err(unknown(other)),
        }
    }
    check(options)
}

/// Grain and audits of a header above the query, as models have it.
fn of_header(sql: &str) -> Result<RefreshOptions> {
    let mut options = RefreshOptions::default();
    let Some(start) = sql.find("\n--") else { return Ok(options) };
    let source = &sql[start + 1..];
    let has_audits =
        source.lines().take_while(|line| line.starts_with("--")).any(|line| line.starts_with("-- audits:"));
    if has_audits {
        let (header, _) = Header::split(source)?;
        let audits: Vec<String> = header.audits.iter().map(ToString::to_string).collect();
        options.grain = Some(header.grain.join(", "));
        options.audits = Some(audits.join(", "));
    }
    Ok(options)
}

fn check(options: &RefreshOptions) -> Result<()> {
    use bellwether_catalog::Audit;
    let is_empty = |audit: &Audit| match audit {
        Audit::Unique(columns) | Audit::NotNull(columns) => columns.is_empty(),
        Audit::Holds(_) => false,
    };
    if options.audits().iter().any(is_empty) {
        return Err(Error::invalid_parameter("an audit names no column")
            .with_hint("unique(grain) needs the option grain: WITH (grain = 'day, channel', …)"));
    }
    Ok(())
}

fn unknown(option: &str) -> Error {
    Error::invalid_parameter(format!("unrecognized materialized view option {option}")).with_hint(
        "the options are refresh = '…', max_staleness = '…', grain = 'column, …' and audits = 'unique(grain), …'",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_above_the_query_gives_grain_and_audits() {
        let sql = "create materialized view v as\n-- One row per day.\n-- grain: day\n-- plan: 1.1\n\
                   -- audits: unique(grain), n > 0\n-- example: select * from v\n-- columns:\n--   day Day.\nselect 1";
        let options = of_header(sql).unwrap();
        assert_eq!(options.grain.as_deref(), Some("day"));
        assert_eq!(options.audits.as_deref(), Some("unique(day), n > 0"));
        assert_eq!(
            of_header("create materialized view v as\n-- a remark\nselect 1").unwrap(),
            RefreshOptions::default()
        );
    }

    #[test]
    fn unique_over_the_grain_needs_a_grain() {
        let options = RefreshOptions { audits: Some("unique(grain)".into()), ..RefreshOptions::default() };
        assert!(check(&options).is_err());
        assert!(check(&RefreshOptions { grain: Some("day".into()), ..options }).is_ok());
    }
}
