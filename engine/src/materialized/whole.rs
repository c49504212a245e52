//! All rows computed anew.

use std::sync::Arc;

use bellwether_catalog::{COMMENT, Declared};
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::logical_expr::LogicalPlan;

use super::Planned;
use super::classify::Classified;
use super::refresh::Mode;
use super::swap::{Swap, stored_columns};
use crate::Result;
use crate::statement::Scope;

/// The columns of the table that holds a definition's rows.
pub(crate) fn columns_of(scope: &Scope, planned: &Planned, classified: &Classified) -> Result<(SchemaRef, Declared)> {
    let (plan, hidden) = plan_of(scope, planned, classified)?;
    let optimized = planned.state.optimize(&plan).map_err(|error| scope.error(error))?;
    stored_columns(optimized.schema().inner(), &hidden)
}

/// Replaces all rows; gives their number.
pub(super) async fn refresh(swap: &Swap<'_>, planned: &Planned, classified: &Classified) -> Result<u64> {
    let (plan, hidden) = plan_of(swap.scope, planned, classified)?;
    let rows = swap.scope.rows(&planned.state, &plan).await?;
    let (columns, declared) = stored_columns(&rows.schema(), &hidden)?;
    let target = swap.before.altered(described(&columns, swap.before.schema()), declared);
    let (add, count) = swap.write(&target, vec![rows]).await?;
    swap.commit(&target, planned.contents(Mode::Whole), add, (0..swap.before.files().len()).collect()).await?;
    Ok(count)
}

/// The columns, each with the description that the column of its name has had.
fn described(columns: &Schema, before: &Schema) -> SchemaRef {
    let fields = columns.fields().iter().map(|field| {
        let text = before.field_with_name(field.name()).ok().and_then(|known| known.metadata().get(COMMENT));
        let mut metadata = field.metadata().clone();
        metadata.extend(text.map(|text| (COMMENT.to_owned(), text.clone())));
        field.as_ref().clone().with_metadata(metadata)
    });
    Arc::new(Schema::new_with_metadata(fields.collect::<Vec<_>>(), columns.metadata().clone()))
}

/// The definition's rows with the columns that the view does not show, and the names of these.
fn plan_of(scope: &Scope, planned: &Planned, classified: &Classified) -> Result<(LogicalPlan, Vec<String>)> {
    match &classified.parts {
        Some((shape, Some(layout))) if !layout.hidden.is_empty() => {
            let plan = shape.grouped_input(shape.scans()).and_then(|input| layout.computed(shape, input));
            Ok((plan.map_err(|error| scope.error(error))?, layout.hidden.clone()))
        }
        _ => Ok((planned.plan.clone(), Vec::new())),
    }
}
