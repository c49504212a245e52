//! A materialized view that was never filled: it has columns, and cannot be read.

use std::sync::Arc;

use async_trait::async_trait;
use bellwether_catalog::{Error, ErrorKind};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::TableType;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;

/// Stands for the view in plans, and refuses to be run.
#[derive(Debug)]
pub(crate) struct Unpopulated {
    pub name: String,
    pub schema: SchemaRef,
}

#[async_trait]
impl TableProvider for Unpopulated {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        _projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let fact = format!("materialized view \"{}\" has not been populated", self.name);
        let error = Error::new(ErrorKind::ObjectNotReady, fact).with_hint("use the REFRESH MATERIALIZED VIEW command");
        Err(DataFusionError::External(Box::new(error)))
    }
}
