//! The schema `information_schema`: relations, columns and keys under the names the SQL standard gives them.
//!
//! What is about functions and options is DataFusion's own. What is about relations is ours: it knows keys and
//! PostgreSQL's types, opens no table only to list it, and lists all others when one of them is damaged.

mod array;
mod column_type;
mod columns;
mod constraint_column_usage;
mod declaration;
mod key_column_usage;
mod referential_constraints;
mod schemata;
mod table_constraints;
mod tables;
mod views;

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use bellwether_catalog::{Lake, Namespace};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::information_schema::InformationSchemaProvider;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::catalog::{SchemaProvider, TableFunction, TableProvider};
use datafusion::datasource::TableType;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;

use self::declaration::Declarations;
use crate::resolve::Relations;

/// The schema's name.
pub(crate) const INFORMATION_SCHEMA: &str = "information_schema";

/// The relations of `information_schema`, as one statement sees them.
#[derive(Debug)]
pub(crate) struct InformationSchema {
    source: Source,
    others: InformationSchemaProvider,
}

/// What the rows are read from.
#[derive(Debug, Clone)]
struct Source {
    relations: Relations,
    lake: Arc<Lake>,
    names: Arc<Namespace>,
}

/// A relation whose rows are ours.
#[derive(Debug, Clone, Copy)]
enum Own {
    Columns,
    ConstraintColumnUsage,
    KeyColumnUsage,
    ReferentialConstraints,
    Schemata,
    TableConstraints,
    Tables,
    Views,
}

const OWN: [(&str, Own); 8] = [
    ("columns", Own::Columns),
    ("constraint_column_usage", Own::ConstraintColumnUsage),
    ("key_column_usage", Own::KeyColumnUsage),
    ("referential_constraints", Own::ReferentialConstraints),
    ("schemata", Own::Schemata),
    ("table_constraints", Own::TableConstraints),
    ("tables", Own::Tables),
    ("views", Own::Views),
];

impl InformationSchema {
    pub(crate) fn new(
        relations: Relations,
        lake: Arc<Lake>,
        names: Arc<Namespace>,
        table_functions: HashMap<String, Arc<TableFunction>>,
    ) -> Self {
        let others = InformationSchemaProvider::new(Arc::new(relations.clone())).with_table_functions(table_functions);
        Self { source: Source { relations, lake, names }, others }
    }
}

#[async_trait]
impl SchemaProvider for InformationSchema {
    fn table_names(&self) -> Vec<String> {
        let mut names: Vec<String> = OWN.iter().map(|(name, _)| (*name).to_owned()).collect();
        names.extend(self.others.table_names().into_iter().filter(|name| own(name).is_none()));
        names
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let Some(own) = own(name) else { return self.others.table(name).await };
        let listed = Listed { own, schema: own.schema(), source: self.source.clone() };
        Ok(Some(Arc::new(StreamingTable::try_new(own.schema(), vec![Arc::new(listed)])?)))
    }

    async fn table_type(&self, name: &str) -> Result<Option<TableType>> {
        Ok(self.table_exist(name).then_some(TableType::View))
    }

    fn table_exist(&self, name: &str) -> bool {
        own(name).is_some() || self.others.table_exist(name)
    }
}

fn own(name: &str) -> Option<Own> {
    OWN.iter().find(|(known, _)| *known == name).map(|(_, own)| *own)
}

impl Own {
    fn schema(self) -> SchemaRef {
        match self {
            Self::Columns => columns::schema(),
            Self::ConstraintColumnUsage => constraint_column_usage::schema(),
            Self::KeyColumnUsage => key_column_usage::schema(),
            Self::ReferentialConstraints => referential_constraints::schema(),
            Self::Schemata => schemata::schema(),
            Self::TableConstraints => table_constraints::schema(),
            Self::Tables => tables::schema(),
            Self::Views => views::schema(),
        }
    }

    async fn rows(self, source: &Source) -> Result<RecordBatch> {
        match self {
            Self::Columns => columns::batch(source).await,
            Self::ConstraintColumnUsage => constraint_column_usage::batch(&Declarations::read(source).await),
            Self::KeyColumnUsage => key_column_usage::batch(&Declarations::read(source).await),
            Self::ReferentialConstraints => referential_constraints::batch(&Declarations::read(source).await),
            Self::Schemata => schemata::batch(source),
            Self::TableConstraints => table_constraints::batch(&Declarations::read(source).await),
            Self::Tables => tables::batch(source),
            Self::Views => views::batch(source),
        }
    }
}

/// A relation whose rows are read when a query asks for them, not when it is planned.
#[derive(Debug)]
struct Listed {
    own: Own,
    schema: SchemaRef,
    source: Source,
}

impl PartitionStream for Listed {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (own, source) = (self.own, self.source.clone());
        let rows = futures::stream::once(async move { own.rows(&source).await });
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), rows))
    }
}
