//! Bulk ingest: a stream of batches into a table, in one commit.

use std::collections::HashMap;

use arrow_flight::sql::{CommandStatementIngest, TableDefinitionOptions, TableExistsOption, TableNotExistOption};
use bellwether::{BatchId, Error, ErrorKind, Ingest, IngestMode, Result};

use super::incoming::Upload;
use super::login::Login;
use super::tables::CATALOG;

/// Who writes, for batches that may be sent twice.
const WRITER: &str = "bellwether.writer";
/// The number of the batch, ever larger for one writer.
const BATCH: &str = "bellwether.batch";

/// Writes everything a client sends and gives the number of rows, which are durable then.
pub(super) async fn ingest(login: &Login, command: CommandStatementIngest, upload: Option<Upload>) -> Result<i64> {
    let ingest = request(command)?;
    let upload = upload.ok_or_else(|| Error::new(ErrorKind::Protocol, "the client sent no schema for the rows"))?;
    let rows = login.session.ingest(ingest, upload.schema, upload.batches).await?;
    Ok(i64::try_from(rows).unwrap_or(i64::MAX))
}

fn request(command: CommandStatementIngest) -> Result<Ingest> {
    if command.temporary {
        return Err(Error::unsupported("temporary tables are not offered for ingest")
            .with_hint("ingest into a table and drop it afterwards"));
    }
    if let Some(catalog) = given(command.catalog) {
        if catalog != CATALOG {
            return Err(Error::new(ErrorKind::UndefinedObject, format!("catalog \"{catalog}\" does not exist"))
                .with_hint(format!("the one catalog is called \"{CATALOG}\"")));
        }
    }
    if command.table.is_empty() {
        return Err(Error::invalid_parameter("the ingest names no table"));
    }
    Ok(Ingest {
        schema: given(command.schema),
        table: command.table,
        mode: mode(command.table_definition_options)?,
        batch: batch(command.options)?,
        cluster_by: Vec::new(),
    })
}

fn mode(options: Option<TableDefinitionOptions>) -> Result<IngestMode> {
    let options = options.unwrap_or_default();
    match (options.if_not_exist(), options.if_exists()) {
        (TableNotExistOption::Create, TableExistsOption::Fail) => Ok(IngestMode::Create),
        (TableNotExistOption::Fail, TableExistsOption::Append) => Ok(IngestMode::Append),
        (TableNotExistOption::Create, TableExistsOption::Append) => Ok(IngestMode::CreateAppend),
        (TableNotExistOption::Create, TableExistsOption::Replace) => Ok(IngestMode::Replace),
        (TableNotExistOption::Fail, TableExistsOption::Replace) => {
            Err(Error::unsupported("replacing a table only if it exists is not offered")
                .with_hint("let the ingest create a table that does not exist"))
        }
        (TableNotExistOption::Fail, TableExistsOption::Fail) => {
            Err(Error::invalid_parameter("the ingest fails whether the table exists or not"))
        }
        (TableNotExistOption::Unspecified, _) | (_, TableExistsOption::Unspecified) => {
            Err(Error::invalid_parameter("the ingest does not say what to do with a table that is or is not there")
                .with_hint("set both if_not_exist and if_exists"))
        }
    }
}

fn batch(mut options: HashMap<String, String>) -> Result<Option<BatchId>> {
    let (writer, number) = (options.remove(WRITER), options.remove(BATCH));
    if let Some(name) = options.keys().min() {
        return Err(Error::invalid_parameter(format!("ingest has no option \"{name}\""))
            .with_hint(format!("the options are {WRITER} and {BATCH}")));
    }
    match (writer, number) {
        (None, None) => Ok(None),
        (Some(writer), Some(number)) => {
            let number = number.parse().map_err(|_| {
                Error::invalid_parameter(format!("option {BATCH} must be a whole number, got \"{number}\""))
            })?;
            Ok(Some(BatchId { writer, number }))
        }
        _ => Err(Error::invalid_parameter(format!("options {WRITER} and {BATCH} are given together or not at all"))),
    }
}

/// Clients send an empty text where they mean none.
fn given(name: Option<String>) -> Option<String> {
    name.filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(if_not_exist: TableNotExistOption, if_exists: TableExistsOption) -> CommandStatementIngest {
        let options = TableDefinitionOptions { if_not_exist: if_not_exist.into(), if_exists: if_exists.into() };
        CommandStatementIngest {
            table_definition_options: Some(options),
            table: "orders".into(),
            ..CommandStatementIngest::default()
        }
    }

    fn create() -> CommandStatementIngest {
        command(TableNotExistOption::Create, TableExistsOption::Fail)
    }

    #[test]
    fn the_four_modes_of_adbc_are_told_apart() {
        use {TableExistsOption as Exists, TableNotExistOption as Missing};
        for (missing, exists, mode) in [
            (Missing::Create, Exists::Fail, IngestMode::Create),
            (Missing::Fail, Exists::Append, IngestMode::Append),
            (Missing::Create, Exists::Append, IngestMode::CreateAppend),
            (Missing::Create, Exists::Replace, IngestMode::Replace),
        ] {
            assert_eq!(request(command(missing, exists)).unwrap().mode, mode);
        }
        for (missing, exists) in [
            (Missing::Fail, Exists::Replace),
            (Missing::Fail, Exists::Fail),
            (Missing::Unspecified, Exists::Append),
            (Missing::Create, Exists::Unspecified),
        ] {
            assert!(request(command(missing, exists)).is_err());
        }
    }

    #[test]
    fn names_are_taken_as_given_and_empty_ones_as_none() {
        let ingest = request(CommandStatementIngest {
            catalog: Some(CATALOG.into()),
            schema: Some(String::new()),
            table: "My Orders".into(),
            ..create()
        })
        .unwrap();
        assert_eq!((ingest.schema, ingest.table.as_str()), (None, "My Orders"));
    }

    #[test]
    fn temporary_tables_and_other_catalogs_are_refused() {
        let temporary = request(CommandStatementIngest { temporary: true, ..create() }).unwrap_err();
        assert_eq!(temporary.kind(), ErrorKind::Unsupported);
        let elsewhere = request(CommandStatementIngest { catalog: Some("other".into()), ..create() }).unwrap_err();
        assert_eq!(elsewhere.kind(), ErrorKind::UndefinedObject);
    }

    #[test]
    fn a_batch_id_has_a_writer_and_a_number() {
        let with = |options: &[(&str, &str)]| {
            let options = options.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
            request(CommandStatementIngest { options, ..create() }).map(|ingest| ingest.batch)
        };
        assert_eq!(with(&[]).unwrap(), None);
        let id = BatchId { writer: "shop".into(), number: 7 };
        assert_eq!(with(&[(WRITER, "shop"), (BATCH, "7")]).unwrap(), Some(id));
        assert!(with(&[(WRITER, "shop")]).is_err());
        assert!(with(&[(WRITER, "shop"), (BATCH, "seven")]).is_err());
        assert_eq!(with(&[("speed", "high")]).unwrap_err().message(), "ingest has no option \"speed\"");
    }
}
