//! Bounded functions where they are not called by name.
//!
//! `ARRAY[…]`, `overlay(… placing …)` and `||` are planned with DataFusion's own functions and
//! operators, whatever is registered under their names. The analyzer replaces them afterwards.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::DFSchema;
use datafusion::common::tree_node::Transformed;
use datafusion::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, Operator, ScalarUDF};

/// Replaces DataFusion's functions by ours of the same name, and `||` on text by [`super::textcat`].
#[derive(Debug)]
pub(super) struct ReplaceByBounded {
    pub(super) by_name: HashMap<String, Arc<ScalarUDF>>,
    pub(super) textcat: Arc<ScalarUDF>,
}

impl FunctionRewrite for ReplaceByBounded {
    fn name(&self) -> &str {
        "replace_by_bounded"
    }

    fn rewrite(&self, expr: Expr, schema: &DFSchema, _config: &ConfigOptions) -> Result<Transformed<Expr>> {
        match expr {
            Expr::ScalarFunction(mut call) => match self.by_name.get(call.func.name()) {
                Some(bounded) if *call.func != **bounded => {
                    call.func = Arc::clone(bounded);
                    Ok(Transformed::yes(Expr::ScalarFunction(call)))
                }
                _ => Ok(Transformed::no(Expr::ScalarFunction(call))),
            },
            Expr::BinaryExpr(binary) if is_text_concatenation(&binary, schema) => {
                Ok(Transformed::yes(self.textcat.call(vec![*binary.left, *binary.right])))
            }
            other => Ok(Transformed::no(other)),
        }
    }
}

/// Whether at least one side is text, and neither a list; not where a type is still unknown.
fn is_text_concatenation(binary: &BinaryExpr, schema: &DFSchema) -> bool {
    if binary.op != Operator::StringConcat {
        return false;
    }
    let (Ok(left), Ok(right)) = (binary.left.get_type(schema), binary.right.get_type(schema)) else {
        return false;
    };
    (left.is_string() || right.is_string()) && !left.is_nested() && !right.is_nested()
}
