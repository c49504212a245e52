//! Types of PostgreSQL where Arrow's planner forgets them: through CASE, NULLIF, COALESCE and subqueries.

use bellwether_udfs::postgres_type;
use datafusion::arrow::datatypes::Field;
use datafusion::common::DFSchema;
use datafusion::common::metadata::FieldMetadata;
use datafusion::common::tree_node::{Transformed, TransformedResult};
use datafusion::error::Result;
use datafusion::logical_expr::expr::Alias;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, Projection};

/// The plan with a type for every column of a projection that has one in PostgreSQL.
pub(super) fn infer(plan: LogicalPlan) -> Result<LogicalPlan> {
    plan.transform_up_with_subqueries(|node| {
        let LogicalPlan::Projection(projection) = node else {
            return Ok(Transformed::yes(node.recompute_schema()?));
        };
        let input = projection.input.schema();
        let mut changed = false;
        let mut expressions = Vec::with_capacity(projection.expr.len());
        for (expression, (qualifier, field)) in projection.expr.iter().zip(projection.schema.iter()) {
            let declared = if postgres_type::of(field).is_none() { declared(expression, input) } else { None };
            expressions.push(match declared {
                None => expression.clone(),
                Some(declared) => {
                    changed = true;
                    let mark = postgres_type::mark(Field::new("", field.data_type().clone(), true), &declared);
                    Expr::Alias(
                        Alias::new(expression.clone().unalias(), qualifier.cloned(), field.name())
                            .with_metadata(Some(FieldMetadata::new_from_field(&mark))),
                    )
                }
            });
        }
        let plan = LogicalPlan::Projection(Projection::try_new(expressions, projection.input)?);
        Ok(if changed { Transformed::yes(plan) } else { Transformed::no(plan) })
    })
    .data()
}

/// The type of an expression that its field does not tell.
fn declared(expression: &Expr, schema: &DFSchema) -> Option<String> {
    let own = expression.to_field(schema).ok().and_then(|(_, field)| postgres_type::of(&field).map(str::to_owned));
    if own.is_some() {
        return own;
    }
    match expression {
        Expr::Alias(alias) => declared(&alias.expr, schema),
        Expr::ScalarSubquery(subquery) => {
            subquery.subquery.schema().fields().first().and_then(|field| postgres_type::of(field)).map(str::to_owned)
        }
        Expr::Case(case) => {
            // As in PostgreSQL, what comes last has the first say.
            let branches = case.else_expr.iter().chain(case.when_then_expr.iter().map(|(_, then)| then));
            common(branches.map(AsRef::as_ref), schema)
        }
        Expr::ScalarFunction(call) if matches!(call.func.name(), "coalesce" | "nullif") => {
            common(call.args.iter(), schema)
        }
        _ => None,
    }
}

/// The one type of several values. A literal has none, so it takes that of the others.
fn common<'a>(values: impl Iterator<Item = &'a Expr>, schema: &DFSchema) -> Option<String> {
    let mut found: Option<String> = None;
    for value in values.filter(|value| !is_untyped(value)) {
        // A name stays one beside texts, which PostgreSQL casts to each other without being asked.
        if found.as_deref() == Some("name") && value.get_type(schema).is_ok_and(|data_type| data_type.is_string()) {
            continue;
        }
        let declared = declared(value, schema)?;
        match &found {
            Some(known) if *known != declared => return None,
            _ => found = Some(declared),
        }
    }
    found
}

fn is_untyped(expression: &Expr) -> bool {
    match expression {
        Expr::Literal(..) => true,
        Expr::Alias(alias) => is_untyped(&alias.expr),
        Expr::Cast(cast) => matches!(cast.expr.as_ref(), Expr::Literal(value, _) if value.is_null()),
        _ => false,
    }
}
