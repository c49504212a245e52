//! `avg`, `sum` and the ranks of windows.
//!
//! | written | planned as |
//! |---|---|
//! | `avg(x)` | `average(sum(x), count(x))`, which has PostgreSQL's type and shares the sum |
//! | `sum(x::bigint)` | `sum` of a function that casts: a plain cast does not show in the name of the result |
//! | `count(x::float8)` | `count(x)` |
//! | `sum(n + 1)` | with the plain `+`, which the optimizer takes apart: a sum has room for what `n + 1` has not |
//! | `row_number()`, `rank()`, `dense_rank()`, `ntile(n)` | the same as `bigint` and `integer` |

use std::sync::Arc;

use bellwether_udfs::numeric::{self, Checked};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::expr::{AggregateFunction, BinaryExpr, Cast, WindowFunction, WindowFunctionParams};
use datafusion::logical_expr::planner::{PlannerResult, RawAggregateExpr, RawWindowExpr};
use datafusion::logical_expr::{AggregateUDF, Expr, ScalarUDF, WindowFunctionDefinition};

use super::cast::called;

#[derive(Debug)]
pub(super) struct Aggregates {
    sum: Arc<AggregateUDF>,
    count: Arc<AggregateUDF>,
    average: Arc<ScalarUDF>,
}

impl Aggregates {
    pub(super) fn new(registry: &dyn FunctionRegistry) -> Result<Self> {
        Ok(Self { sum: registry.udaf("sum")?, count: registry.udaf("count")?, average: numeric::average() })
    }

    pub(super) fn plan(&self, mut raw: RawAggregateExpr) -> PlannerResult<RawAggregateExpr> {
        if raw.func.name() == "count" && raw.args.len() == 1 && !raw.distinct {
            raw.args = raw.args.into_iter().map(without_cast).collect();
            return PlannerResult::Original(raw);
        }
        raw.args = raw.args.into_iter().map(with_named_cast).collect();
        match raw.func.name() {
            "avg" if raw.args.len() == 1 => {
                let parts = [&self.sum, &self.count].map(|part| {
                    Expr::AggregateFunction(AggregateFunction::new_udf(
                        Arc::clone(part),
                        raw.args.clone(),
                        raw.distinct,
                        raw.filter.clone(),
                        raw.order_by.clone(),
                        raw.null_treatment,
                    ))
                });
                PlannerResult::Planned(self.average.call(parts.to_vec()))
            }
            "sum" if raw.args.len() == 1 => {
                raw.args = without_checks(raw.args);
                PlannerResult::Original(raw)
            }
            _ => PlannerResult::Original(raw),
        }
    }

    pub(super) fn plan_window(&self, mut raw: RawWindowExpr) -> PlannerResult<RawWindowExpr> {
        raw.args = raw.args.into_iter().map(with_named_cast).collect();
        match raw.func_def.name() {
            "avg" if raw.args.len() == 1 => {
                let parts = [&self.sum, &self.count]
                    .map(|part| window(WindowFunctionDefinition::AggregateUDF(Arc::clone(part)), raw.clone()));
                PlannerResult::Planned(self.average.call(parts.to_vec()))
            }
            "row_number" | "rank" | "dense_rank" => PlannerResult::Planned(as_type(raw, DataType::Int64)),
            "ntile" => PlannerResult::Planned(as_type(raw, DataType::Int32)),
            _ => PlannerResult::Original(raw),
        }
    }
}

/// A cast as a function, whose name tells the type: two results that differ in it alone have to be told apart.
fn with_named_cast(argument: Expr) -> Expr {
    match argument {
        // The type of a parameter is told by what it is cast to.
        Expr::Cast(cast) if !matches!(*cast.expr, Expr::Placeholder(_)) => called(*cast.expr, &cast.field),
        other => other,
    }
}

/// What is cast, as far as it matters whether it is NULL: every number has a floating-point one.
fn without_cast(argument: Expr) -> Expr {
    match argument {
        Expr::Cast(cast) if cast.field.data_type().is_floating() && matches!(*cast.expr, Expr::Column(_)) => *cast.expr,
        other => other,
    }
}

fn as_type(raw: RawWindowExpr, data_type: DataType) -> Expr {
    let ranked = window(raw.func_def.clone(), raw);
    Expr::Cast(Cast::new(Box::new(ranked), data_type))
}

fn window(fun: WindowFunctionDefinition, raw: RawWindowExpr) -> Expr {
    let RawWindowExpr { args, partition_by, order_by, window_frame, filter, null_treatment, distinct, .. } = raw;
    let params = WindowFunctionParams { args, partition_by, order_by, window_frame, filter, null_treatment, distinct };
    Expr::WindowFunction(Box::new(WindowFunction { fun, params }))
}

/// Arguments whose checked `+` or `-` is the plain operator.
pub(super) fn without_checks(arguments: Vec<Expr>) -> Vec<Expr> {
    arguments.into_iter().map(without_check).collect()
}

/// A checked `+` or `-` as the plain operator.
fn without_check(argument: Expr) -> Expr {
    match argument {
        Expr::ScalarFunction(call) => match call.func.inner().downcast_ref::<Checked>() {
            Some(checked) => match <[Expr; 2]>::try_from(call.args) {
                Ok([left, right]) => {
                    Expr::BinaryExpr(BinaryExpr::new(Box::new(left), checked.operation().operator(), Box::new(right)))
                }
                Err(args) => call.func.call(args),
            },
            None => Expr::ScalarFunction(call),
        },
        other => other,
    }
}
