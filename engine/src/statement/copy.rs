//! `COPY … TO STDOUT` and `COPY … FROM STDIN`: what a client wants copied, and how it is written.
//!
//! The rows themselves travel in the door's own messages, so a COPY is described here and carried out there:
//! [`CopyTo`] has a query to run, [`CopyFrom`] the columns that rows are to have, which
//! [`Session::copy_from`] writes in one commit. Files and programs of the server are out of reach.

mod defaults;
mod format;

use std::sync::Arc;

use bellwether_catalog::{Error, ErrorKind, Privileges, Result};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::sql::sqlparser::ast::{self, CopySource, CopyTarget, Ident, ObjectName};
use futures::StreamExt;
use futures::stream::BoxStream;

pub use format::CopyFormat;

use self::defaults::Defaults;
use super::{Parsed, Scope, transaction};
use crate::names::{RelationName, identifier, quote};
use crate::{Ingest, IngestMode, Prepared, Session, Statement, temporary};

/// A `COPY` between a client and the lake.
#[derive(Debug, Clone)]
pub enum Copy {
    /// `COPY … TO STDOUT`.
    To(CopyTo),
    /// `COPY … FROM STDIN`.
    From(CopyFrom),
}

/// Rows for a client.
#[derive(Debug, Clone)]
pub struct CopyTo {
    prepared: Prepared,
    format: CopyFormat,
}

/// Rows from a client.
#[derive(Debug, Clone)]
pub struct CopyFrom {
    relation: RelationName,
    columns: SchemaRef,
    defaults: Defaults,
    format: CopyFormat,
}

impl CopyTo {
    /// The query that gives the rows.
    pub fn prepared(&self) -> &Prepared {
        &self.prepared
    }

    /// How the client wants them written.
    pub fn format(&self) -> &CopyFormat {
        &self.format
    }
}

impl CopyFrom {
    /// The name of the table, without its schema.
    pub fn table(&self) -> &str {
        &self.relation.name
    }

    /// The columns of the rows, in the order the client writes them.
    pub fn columns(&self) -> &SchemaRef {
        &self.columns
    }

    /// How the client writes them.
    pub fn format(&self) -> &CopyFormat {
        &self.format
    }
}

impl Session {
    /// What a statement wants copied; `None` when it is no `COPY`.
    pub async fn copy(&self, statement: &Statement) -> Result<Option<Copy>> {
        let parsed = &statement.parsed;
        let ast::Statement::Copy { source, to, target, options, legacy_options, .. } = &parsed.ast else {
            return Ok(None);
        };
        self.admit(statement)?;
        if let Some(refused) = refused(target) {
            return Err(refused);
        }
        let format = format::parse(options, legacy_options)?;
        let copy = match (to, source) {
            (true, CopySource::Query(query)) => {
                self.copy_to(parsed, ast::Statement::Query(query.clone()), format).await?
            }
            (true, CopySource::Table { table_name, columns }) => {
                let query = self.rows_of(table_name, columns)?;
                self.copy_to(parsed, query, format).await?
            }
            (false, CopySource::Table { table_name, columns }) => {
                let work = describe(self.clone(), Arc::clone(parsed), table_name.clone(), columns.clone(), format);
                Copy::From(self.inner.engine.compute(work).await?)
            }
            (false, CopySource::Query(_)) => {
                return Err(Error::new(ErrorKind::Syntax, "COPY … FROM needs a table, not a query"));
            }
        };
        Ok(Some(copy))
    }

    /// Writes the rows of a `COPY … FROM STDIN` in one commit, and gives their number once they are durable.
    ///
    /// Columns that the client does not write get their defaults. An error among `batches` leaves the table as it is.
    pub async fn copy_from(&self, copy: &CopyFrom, batches: BoxStream<'_, Result<RecordBatch>>) -> Result<u64> {
        let ingest = Ingest {
            schema: Some(copy.relation.schema.clone()),
            table: copy.relation.name.clone(),
            mode: IngestMode::Append,
            batch: crate::ingest::batch_id(self)?,
            cluster_by: Vec::new(),
        };
        let schema = copy.defaults.schema(&copy.columns);
        let completed = {
            let (defaults, schema) = (copy.defaults.clone(), Arc::clone(&schema));
            batches.map(move |batch| defaults.complete(&batch?, &schema)).boxed()
        };
        self.ingest(ingest, schema, completed).await
    }

    async fn copy_to(&self, copy: &Parsed, query: ast::Statement, format: CopyFormat) -> Result<Copy> {
        // The text stays that of the whole statement, which is what the user wrote and can find again.
        let statement = Statement { parsed: Arc::new(Parsed { text: Arc::clone(&copy.text), ast: query }) };
        let prepared = self.prepare(&statement, &[]).await?;
        if !prepared.parameter_types().is_empty() {
            return Err(
                Error::new(ErrorKind::Syntax, "a COPY takes no parameters").with_hint("write the values in the query")
            );
        }
        Ok(Copy::To(CopyTo { prepared, format }))
    }

    /// The query for columns of a relation, all of them when none is named.
    fn rows_of(&self, relation: &ObjectName, columns: &[Ident]) -> Result<ast::Statement> {
        let columns: Vec<String> = columns.iter().map(|column| quote(&identifier(column))).collect();
        let columns = if columns.is_empty() { "*".to_owned() } else { columns.join(", ") };
        let mut statements = self.parse(&format!("SELECT {columns} FROM {relation}"))?;
        match statements.pop() {
            Some(statement) => Ok(statement.parsed.ast.clone()),
            None => Err(Error::internal("a relation's rows could not be asked for")),
        }
    }
}

/// Why a `COPY` does not run where only statements are run.
pub(super) fn not_here(target: &CopyTarget) -> Error {
    refused(target).unwrap_or_else(|| {
        Error::unsupported("COPY to or from the client is not offered here")
            .with_hint("use the Postgres door, or SELECT and a bulk ingest over Flight SQL")
    })
}

fn refused(target: &CopyTarget) -> Option<Error> {
    let what = match target {
        CopyTarget::Stdin | CopyTarget::Stdout => return None,
        CopyTarget::File { .. } => "a file",
        CopyTarget::Program { .. } => "a program",
    };
    let message = format!("COPY to or from {what} of the server is not offered");
    let hint = "use COPY … TO STDOUT or COPY … FROM STDIN (in psql: \\copy), or the load command";
    Some(Error::new(ErrorKind::PermissionDenied, message).with_hint(hint))
}

/// The table and the columns that rows are copied into.
async fn describe(
    session: Session,
    parsed: Arc<Parsed>,
    table: ObjectName,
    columns: Vec<Ident>,
    format: CopyFormat,
) -> Result<CopyFrom> {
    let scope = Scope::new(&session, &parsed).await?;
    let relation = scope.relation_name(&table)?;
    if relation.schema != temporary::SCHEMA {
        transaction::require_writing(&session, "COPY FROM")?;
    }
    scope.authority().require(&scope.names, &relation.schema, &relation.name, Privileges::INSERT)?;
    let snapshot = session.inner.changes.declared(scope.table(&relation)?.as_ref()).await?;
    let columns = chosen(snapshot.schema(), &columns, &relation)?;
    let defaults = Defaults::new(&scope, &snapshot, &columns)?;
    Ok(CopyFrom { relation, columns, defaults, format })
}

/// The named columns of a table, all of them when none is named.
fn chosen(table: &SchemaRef, names: &[Ident], relation: &RelationName) -> Result<SchemaRef> {
    if names.is_empty() {
        return Ok(Arc::clone(table));
    }
    let mut fields = Vec::with_capacity(names.len());
    let mut seen = std::collections::HashSet::new();
    for name in names {
        let name = identifier(name);
        let (_, field) = table.fields().find(&name).ok_or_else(|| {
            let message = format!("column \"{name}\" of relation \"{}\" does not exist", relation.name);
            Error::new(ErrorKind::UndefinedColumn, message)
        })?;
        fields.push(Arc::clone(field));
        if !seen.insert(name) {
            let message = format!("column \"{}\" specified more than once", field.name());
            return Err(Error::new(ErrorKind::DuplicateColumn, message));
        }
    }
    Ok(Arc::new(Schema::new(fields)))
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::datatypes::{DataType, Field};

    use super::*;

    #[test]
    fn columns_come_in_the_order_they_are_named() {
        let field = |name: &str| Field::new(name, DataType::Int64, true);
        let table: SchemaRef = Arc::new(Schema::new(vec![field("a"), field("b"), field("C")]));
        let relation = RelationName { schema: "public".into(), name: "orders".into() };
        let names = |names: &[Ident]| -> Result<Vec<String>> {
            let chosen = chosen(&table, names, &relation)?;
            Ok(chosen.fields().iter().map(|field| field.name().clone()).collect())
        };
        assert_eq!(names(&[]).unwrap(), vec!["a", "b", "C"]);
        assert_eq!(names(&[Ident::with_quote('"', "C"), Ident::new("A")]).unwrap(), vec!["C", "a"]);
        let missing = names(&[Ident::new("missing")]);
        assert_eq!(missing.unwrap_err().message(), "column \"missing\" of relation \"orders\" does not exist");
        let twice = names(&[Ident::new("a"), Ident::new("a")]);
        assert_eq!(twice.unwrap_err().kind(), ErrorKind::DuplicateColumn);
    }

    #[test]
    fn files_and_programs_of_the_server_are_out_of_reach() {
        let file = CopyTarget::File { filename: "/etc/passwd".into() };
        assert_eq!(not_here(&file).kind(), ErrorKind::PermissionDenied);
        assert_eq!(not_here(&file).message(), "COPY to or from a file of the server is not offered");
        let program = CopyTarget::Program { command: "id".into() };
        assert_eq!(not_here(&program).kind(), ErrorKind::PermissionDenied);
        assert_eq!(not_here(&CopyTarget::Stdin).kind(), ErrorKind::Unsupported);
    }
}
