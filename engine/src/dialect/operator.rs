//! The operators, and who plans which.

use std::sync::Arc;

use bellwether_catalog::Result as EngineResult;
use bellwether_udfs::postgres_type;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::{DFSchema, plan_err};
use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::expr::{BinaryExpr, Cast, Expr};
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawAggregateExpr, RawBinaryExpr, RawWindowExpr};
use datafusion::logical_expr::{ExprSchemable, Operator, ScalarUDF};
use datafusion::scalar::ScalarValue;
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::aggregate::Aggregates;
use super::{arithmetic, cast, comparison, concatenation, literal, quantified, with_ties};
use crate::Error;

/// The schema of the operators that [`super::rewrite`] writes.
pub(super) const OPERATORS: &str = "bellwether";
/// A number, whose text is the right operand.
pub(super) const NUMBER: &str = "number";

/// A cast; the right operand is NULL as the type.
pub(super) const CAST: &str = "cast";

/// The number of a limit with ties; the right operand says nothing.
pub(super) const TIES: &str = "ties";

/// Plans operators and aggregates as PostgreSQL understands them.
#[derive(Debug)]
pub(crate) struct Operators {
    aggregates: Aggregates,
    overlap: Arc<ScalarUDF>,
}

impl Operators {
    pub(crate) fn new(registry: &dyn FunctionRegistry) -> EngineResult<Self> {
        let missing = |source| Error::internal("the operators could not be set up").with_source(source);
        let aggregates = Aggregates::new(registry).map_err(missing)?;
        let overlap = registry.udf("array_has_any").map_err(missing)?;
        Ok(Self { aggregates, overlap })
    }
}

impl ExprPlanner for Operators {
    fn plan_binary_op(&self, raw: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        if let BinaryOperator::PGCustomBinaryOperator(name) = &raw.op
            && let [namespace, name] = name.as_slice()
            && namespace == OPERATORS
        {
            return Ok(PlannerResult::Planned(own(name, raw.left, raw.right, schema)?));
        }
        if raw.op == BinaryOperator::PGOverlap && are_lists(&raw, schema) {
            return Ok(PlannerResult::Planned(self.overlap.call(vec![raw.left, raw.right])));
        }
        if let BinaryOperator::PGBitwiseShiftLeft | BinaryOperator::PGBitwiseShiftRight = raw.op
            && let Ok(shifted @ DataType::Int16) = raw.left.get_type(schema)
        {
            return Ok(PlannerResult::Planned(shift(raw, shifted)));
        }
        let Some(operator) = operator_of(&raw.op) else { return Ok(PlannerResult::Original(raw)) };
        // Without types, as with a parameter or before the input is known, the analyzer decides.
        let (Ok(left), Ok(right)) = (raw.left.get_type(schema), raw.right.get_type(schema)) else {
            return Ok(PlannerResult::Original(raw));
        };
        let binary = BinaryExpr::new(Box::new(raw.left), operator, Box::new(raw.right));
        let binary = uuid_beside_literal(binary, schema)?;
        let planned = if operator.is_numerical_operators() {
            arithmetic::plan(binary, &left, &right)?
        } else if operator == Operator::StringConcat {
            concatenation::plan(binary, &left, &right)?
        } else {
            comparison::plan(binary, &left, &right)?
        };
        Ok(match planned {
            Ok(planned) => PlannerResult::Planned(planned),
            Err(binary) => {
                PlannerResult::Original(RawBinaryExpr { op: raw.op, left: *binary.left, right: *binary.right })
            }
        })
    }

    fn plan_aggregate(&self, raw: RawAggregateExpr) -> Result<PlannerResult<RawAggregateExpr>> {
        Ok(self.aggregates.plan(raw))
    }

    fn plan_window(&self, raw: RawWindowExpr) -> Result<PlannerResult<RawWindowExpr>> {
        Ok(self.aggregates.plan_window(raw))
    }
}

/// What is shifted keeps its type, however wide the number of places is.
fn shift(raw: RawBinaryExpr, shifted: DataType) -> Expr {
    let operator = match raw.op {
        BinaryOperator::PGBitwiseShiftLeft => Operator::BitwiseShiftLeft,
        _ => Operator::BitwiseShiftRight,
    };
    let operation = Expr::BinaryExpr(BinaryExpr::new(Box::new(raw.left), operator, Box::new(raw.right)));
    Expr::Cast(Cast::new(Box::new(operation), shifted))
}

fn are_lists(raw: &RawBinaryExpr, schema: &DFSchema) -> bool {
    let is_list = |operand: &Expr| operand.get_type(schema).is_ok_and(|data_type| data_type.is_list());
    is_list(&raw.left) && is_list(&raw.right)
}

/// A literal without a type beside a `uuid` is one, in the one form that uuids are compared in.
fn uuid_beside_literal(mut binary: BinaryExpr, schema: &DFSchema) -> Result<BinaryExpr> {
    let is_uuid =
        |operand: &Expr| operand.to_field(schema).is_ok_and(|(_, field)| postgres_type::of(&field) == Some("uuid"));
    let as_uuid = |literal: Expr| {
        let uuid = postgres_type::mark(Field::new("", DataType::Utf8, true), "uuid");
        cast::plan(literal, &DataType::Utf8, &uuid)
    };
    if cast::is_unknown(&binary.right) && is_uuid(&binary.left) {
        *binary.right = as_uuid(*binary.right)?;
    } else if cast::is_unknown(&binary.left) && is_uuid(&binary.right) {
        *binary.left = as_uuid(*binary.left)?;
    }
    Ok(binary)
}

/// An operator that the planner leaves as it was, if no rule is for its operands.
pub(super) type Planned = Result<Expr, BinaryExpr>;

fn own(name: &str, left: Expr, right: Expr, schema: &DFSchema) -> Result<Expr> {
    match (name, &right) {
        (NUMBER, Expr::Literal(ScalarValue::Utf8(Some(text)), _)) => return literal::number(text),
        (CAST, Expr::Cast(target)) => {
            let from = left.get_type(schema)?;
            return cast::plan(left, &from, &target.field);
        }
        (TIES, _) => return Ok(with_ties::marked(left)),
        _ => {}
    }
    let (left_type, right_type) = (left.get_type(schema)?, right.get_type(schema)?);
    match quantified::plan(name, left, &left_type, right, &right_type)? {
        Some(planned) => Ok(planned),
        None => plan_err!("operator does not exist: {OPERATORS}.{name}"),
    }
}

/// The comparison of a name: `=`, `<>`.
pub(super) fn named(name: &str) -> Option<Operator> {
    Some(match name {
        "=" => Operator::Eq,
        "<>" => Operator::NotEq,
        "<" => Operator::Lt,
        "<=" => Operator::LtEq,
        ">" => Operator::Gt,
        ">=" => Operator::GtEq,
        _ => return None,
    })
}

fn operator_of(operator: &BinaryOperator) -> Option<Operator> {
    Some(match operator {
        BinaryOperator::Plus => Operator::Plus,
        BinaryOperator::Minus => Operator::Minus,
        BinaryOperator::Multiply => Operator::Multiply,
        BinaryOperator::Divide => Operator::Divide,
        BinaryOperator::Modulo => Operator::Modulo,
        BinaryOperator::Eq => Operator::Eq,
        BinaryOperator::NotEq => Operator::NotEq,
        BinaryOperator::Lt => Operator::Lt,
        BinaryOperator::LtEq => Operator::LtEq,
        BinaryOperator::Gt => Operator::Gt,
        BinaryOperator::GtEq => Operator::GtEq,
        BinaryOperator::StringConcat => Operator::StringConcat,
        _ => return None,
    })
}
