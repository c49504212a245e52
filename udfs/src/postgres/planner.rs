//! Syntax of PostgreSQL that stands for a function: `extract(… FROM …)`, `json -> 'key'`, `json['key']`.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{DFSchema, plan_err};
use datafusion::error::Result;
use datafusion::functions::string::starts_with;
use datafusion::functions_nested::array_has::array_has_any_udf;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::planner::{
    ExprPlanner, PlannerResult, RawAggregateExpr, RawBinaryExpr, RawFieldAccessExpr,
};
use datafusion::logical_expr::{Expr, ExprSchemable, GetFieldAccess, ScalarUDF, cast, lit};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::{extract, json, regex};
use crate::postgres_type;

/// Plans what PostgreSQL writes without a call.
#[derive(Debug)]
pub struct Planner {
    extract: Arc<ScalarUDF>,
    substring: Arc<ScalarUDF>,
    json: json::Operators,
}

impl Default for Planner {
    fn default() -> Self {
        let [extract, _] = extract::functions();
        Self { extract, substring: regex::substring(), json: json::Operators::default() }
    }
}

impl ExprPlanner for Planner {
    fn plan_binary_op(&self, raw: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        if let Some(call) = self.json.call(&raw.op, &raw.left, &raw.right) {
            return Ok(PlannerResult::Planned(call));
        }
        let is_json = is_json(&raw.left, schema) || is_json(&raw.right, schema);
        let call = match raw.op {
            BinaryOperator::AtArrow | BinaryOperator::ArrowAt if is_json || are_texts(&raw, schema) => {
                self.json.containment(&raw.op, &raw.left, &raw.right)
            }
            BinaryOperator::StringConcat if is_json => {
                Some(self.json.concat.call(vec![raw.left.clone(), raw.right.clone()]))
            }
            BinaryOperator::Minus if is_json => Some(self.json.delete.call(vec![raw.left.clone(), raw.right.clone()])),
            BinaryOperator::PGStartsWith => Some(starts_with().call(vec![raw.left.clone(), raw.right.clone()])),
            BinaryOperator::PGOverlap => Some(array_has_any_udf().call(vec![raw.left.clone(), raw.right.clone()])),
            _ => None,
        };
        Ok(call.map_or_else(|| PlannerResult::Original(raw), PlannerResult::Planned))
    }

    fn plan_extract(&self, args: Vec<Expr>) -> Result<PlannerResult<Vec<Expr>>> {
        Ok(PlannerResult::Planned(self.extract.call(args)))
    }

    /// `jsonb` has subscripts: keys of objects, positions in arrays. An `int2vector` counts from zero.
    fn plan_field_access(
        &self,
        mut raw: RawFieldAccessExpr,
        schema: &DFSchema,
    ) -> Result<PlannerResult<RawFieldAccessExpr>> {
        if is_vector(&raw.expr, schema)
            && let GetFieldAccess::ListIndex { key } = raw.field_access
        {
            raw.field_access = GetFieldAccess::ListIndex { key: Box::new(*key + lit(1_i64)) };
            return Ok(PlannerResult::Original(raw));
        }
        if !is_json(&raw.expr, schema) {
            return Ok(PlannerResult::Original(raw));
        }
        let key = match &raw.field_access {
            GetFieldAccess::NamedStructField { name } => Expr::Literal(name.clone(), None),
            GetFieldAccess::ListIndex { key } => key.as_ref().clone(),
            GetFieldAccess::ListRange { .. } => return plan_err!("jsonb subscript does not support slices"),
        };
        Ok(match self.json.call(&BinaryOperator::Arrow, &raw.expr, &key) {
            Some(value) => PlannerResult::Planned(value),
            None => PlannerResult::Original(raw),
        })
    }

    /// DISTINCT sorts in PostgreSQL, so what is collected comes in order. A count is a `bigint`.
    fn plan_aggregate(&self, mut raw: RawAggregateExpr) -> Result<PlannerResult<RawAggregateExpr>> {
        let collects = matches!(raw.func.name(), "array_agg" | "string_agg" | "json_agg" | "jsonb_agg");
        if collects
            && raw.distinct
            && raw.order_by.is_empty()
            && let Some(value) = raw.args.first()
        {
            raw.order_by = vec![value.clone().sort(true, false)];
        }
        if raw.func.name() == "regr_count" {
            let RawAggregateExpr { func, args, distinct, filter, order_by, null_treatment } = raw;
            let count = AggregateFunction::new_udf(func, args, distinct, filter, order_by, null_treatment);
            return Ok(PlannerResult::Planned(cast(Expr::AggregateFunction(count), DataType::Int64)));
        }
        Ok(PlannerResult::Original(raw))
    }

    fn plan_substring(&self, args: Vec<Expr>) -> Result<PlannerResult<Vec<Expr>>> {
        Ok(PlannerResult::Planned(self.substring.call(args)))
    }
}

fn is_json(expr: &Expr, schema: &DFSchema) -> bool {
    expr.to_field(schema).is_ok_and(|(_, field)| matches!(postgres_type::of(&field), Some("json" | "jsonb")))
}

fn is_vector(expr: &Expr, schema: &DFSchema) -> bool {
    expr.to_field(schema).is_ok_and(|(_, field)| matches!(postgres_type::of(&field), Some("int2vector" | "oidvector")))
}

/// Texts contain one another only as JSON.
fn are_texts(raw: &RawBinaryExpr, schema: &DFSchema) -> bool {
    let is_text = |expr: &Expr| expr.get_type(schema).is_ok_and(|data_type| data_type.is_string());
    is_text(&raw.left) && is_text(&raw.right)
}
