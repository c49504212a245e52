//! What arguments are beside their Arrow type, kept where they are brought to plain text.
//!
//! Files hold texts in another encoding than functions read. The planner casts them, and a cast to an Arrow type takes
//! the mark away by which a function knows `jsonb` from a text. So the cast is made here, to a type with the mark.

use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::DFSchema;
use datafusion::common::tree_node::Transformed;
use datafusion::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::logical_expr::expr::{Cast, ScalarFunction};
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{Expr, ExprSchemable};

use super::function::Function;
use crate::postgres_type;

#[derive(Debug)]
pub(super) struct KeptMarks;

impl FunctionRewrite for KeptMarks {
    fn name(&self) -> &str {
        "kept_marks"
    }

    fn rewrite(&self, expr: Expr, schema: &DFSchema, _config: &ConfigOptions) -> Result<Transformed<Expr>> {
        let Expr::ScalarFunction(ScalarFunction { func, mut args }) = expr else { return Ok(Transformed::no(expr)) };
        let mut is_changed = false;
        if func.inner().downcast_ref::<Function>().is_some() {
            for arg in &mut args {
                if let Some(plain) = plain(arg, schema) {
                    *arg = plain;
                    is_changed = true;
                }
            }
        }
        let call = Expr::ScalarFunction(ScalarFunction { func, args });
        Ok(if is_changed { Transformed::yes(call) } else { Transformed::no(call) })
    }
}

/// A marked text in the encoding that functions read, if it has another.
fn plain(arg: &Expr, schema: &DFSchema) -> Option<Expr> {
    let (_, field) = arg.to_field(schema).ok()?;
    let name = postgres_type::of(&field)?;
    if !matches!(field.data_type(), DataType::Utf8View | DataType::LargeUtf8) {
        return None;
    }
    let plain = postgres_type::mark(Field::new("", DataType::Utf8, true), name);
    Some(Expr::Cast(Cast::new_from_field(Box::new(arg.clone()), plain.into())))
}
