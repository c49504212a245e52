//! A model: a view as a file, a query with a header.
//!
//! The file's place is its name: `marketing/roi_daily.sql` is `marketing.roi_daily`. A model names what it reads
//! with its schema, so its place in the lineage is in its own text and nowhere else.

mod page;

use std::collections::BTreeSet;
use std::fmt;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, Ident, ObjectName, Statement, TableFactor, Visit, Visitor,
};
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;

pub use page::models_markdown;

use crate::header::Header;
use crate::{Error, ErrorKind, Result};

/// What a model is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModelName {
    /// The area, which is its schema.
    pub schema: String,
    /// The view.
    pub name: String,
}

impl fmt::Display for ModelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.schema, self.name)
    }
}

/// A view with its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// What it is called.
    pub name: ModelName,
    /// What it says of itself.
    pub header: Header,
    /// The query.
    pub query: String,
    /// The relations that the query names with their schema.
    pub reads: BTreeSet<ModelName>,
}

impl Model {
    /// Whether a file of SQL is a model: others, with statements, declare the tables that models read.
    pub fn is(source: &str) -> bool {
        let first = source.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("--"));
        first.and_then(|line| line.split_whitespace().next()).is_some_and(|word| matches!(word, "with" | "select"))
    }

    /// The model that `source` is, in the file `path` below the folder of models.
    pub fn parse(path: &str, source: &str) -> Result<Self> {
        let name = name(path)?;
        let in_file = |error: Error| {
            let mut told = Error::new(error.kind(), format!("model {name}: {}", error.message()));
            if let Some(hint) = error.hint() {
                told = told.with_hint(hint);
            }
            told
        };
        let (header, query) = Header::split(source).map_err(in_file)?;
        let reads = reads(query).map_err(in_file)?;
        Ok(Self { header, query: query.to_owned(), reads, name })
    }
}

/// The name that a path spells.
fn name(path: &str) -> Result<ModelName> {
    let is_name = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_lowercase())
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    match path.strip_suffix(".sql").and_then(|path| path.split_once('/')) {
        Some((schema, name)) if is_name(schema) && is_name(name) => {
            Ok(ModelName { schema: schema.to_owned(), name: name.to_owned() })
        }
        _ => Err(Error::new(ErrorKind::InvalidParameter, format!("`{path}` does not name a model"))
            .with_hint("a model is a file area/view.sql, its names in lower-case letters, digits and underscores")),
    }
}

/// What a query reads: relations in FROM, and names that table functions take as their inputs.
fn reads(query: &str) -> Result<BTreeSet<ModelName>> {
    let statements = Parser::parse_sql(&PostgreSqlDialect {}, query)
        .map_err(|error| Error::new(ErrorKind::Syntax, error.to_string()))?;
    let [statement @ Statement::Query(_)] = statements.as_slice() else {
        return Err(Error::new(ErrorKind::Syntax, "a model is exactly one query"));
    };
    let mut relations = Relations::default();
    let _ = statement.visit(&mut relations);
    Ok(relations.named)
}

#[derive(Debug, Default)]
struct Relations {
    named: BTreeSet<ModelName>,
}

impl Relations {
    fn add(&mut self, parts: &[&Ident]) {
        if let [schema, name] = parts {
            self.named.insert(ModelName { schema: folded(schema), name: folded(name) });
        }
    }
}

impl Visitor for Relations {
    type Break = ();

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        let parts: Option<Vec<&Ident>> = relation.0.iter().map(|part| part.as_ident()).collect();
        self.add(&parts.unwrap_or_default());
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        let arguments = match factor {
            TableFactor::Table { args: Some(arguments), .. } => &arguments.args,
            TableFactor::Function { args, .. } => args,
            _ => return ControlFlow::Continue(()),
        };
        for argument in arguments {
            if let FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::CompoundIdentifier(parts))) = argument {
                self.add(&parts.iter().collect::<Vec<_>>());
            }
        }
        ControlFlow::Continue(())
    }
}

/// An identifier as PostgreSQL folds it: lower case unless quoted.
fn folded(ident: &Ident) -> String {
    match ident.quote_style {
        Some(_) => ident.value.clone(),
        None => ident.value.to_lowercase(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A model of that name with a header that says little.
    pub(crate) fn model(name: &str, query: &str) -> Result<Model> {
        let header = "-- A row.\n-- grain: a\n-- plan: 1.1.1\n-- audits: unique(grain)\n-- example: select 1\n";
        let path = format!("{}.sql", name.replace('.', "/"));
        Model::parse(&path, &format!("{header}-- columns:\n--   a  One.\n{query}"))
    }

    fn read(query: &str) -> Vec<String> {
        model("area.view", query).unwrap().reads.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_model_reads_what_it_names_with_a_schema_wherever_it_names_it() {
        assert_eq!(
            read("with orders as (select * from core.orders) select (select max(a) from Core.Calls) from orders"),
            ["core.calls", "core.orders"]
        );
    }

    #[test]
    fn a_table_function_reads_what_it_is_given() {
        assert_eq!(
            read("select * from forecast(planning.daily, ts => 'day', value => 'x.y'), f((select * from core.deals))"),
            ["core.deals", "planning.daily"]
        );
    }

    #[test]
    fn a_file_that_is_not_one_query_is_refused() {
        let message = |query| model("area.view", query).unwrap_err().message().to_owned();
        assert_eq!(message("delete from core.orders"), "model area.view: a model is exactly one query");
        assert_eq!(message("select 1; select 2"), "model area.view: a model is exactly one query");
        assert!(message("select (").starts_with("model area.view: sql parser error"));
    }

    #[test]
    fn a_file_that_declares_a_table_is_no_model() {
        assert!(Model::is("-- Orders.\n-- grain: a\n\nwith a as (select 1) select * from a"));
        assert!(!Model::is("-- Orders.\ncreate table if not exists core.orders (id text)"));
        assert!(!Model::is("-- Nothing."));
    }

    #[test]
    fn a_path_that_spells_no_name_is_refused() {
        for path in ["roi.sql", "marketing/roi.txt", "marketing/Roi.sql", "a/b/c.sql", "/roi.sql", "a/1.sql"] {
            assert!(name(path).is_err(), "{path}");
        }
    }
}
