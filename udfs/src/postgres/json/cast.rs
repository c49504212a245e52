//! `::json` and `::jsonb`: texts checked, and brought to the usual form.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::DFSchema;
use datafusion::common::tree_node::Transformed;
use datafusion::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{Expr, ExprSchemable, ScalarUDF};

use super::scan::check;
use super::tree::Tree;
use super::{JSON, JSONB};
use crate::postgres::argument::Type;
use crate::postgres::call::Call;
use crate::postgres::function::{Function, Gives};
use crate::postgres_type;

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    vec![json(), jsonb()]
}

/// The function that makes a value of `json` or `jsonb` of a text.
pub fn json_cast(name: &str) -> Option<Arc<ScalarUDF>> {
    match name {
        JSON => Some(json()),
        JSONB => Some(jsonb()),
        _ => None,
    }
}

fn json() -> Arc<ScalarUDF> {
    let about =
        "Returns a text as JSON, as it is written. **Nulls** NULL gives NULL. **Errors** a text that is no JSON.";
    Function::new(JSON, "json(text)", about)
        .takes(&[Type::Text], Gives::One(|| DataType::Utf8), checked)
        .of_postgres_type(JSON)
        .build()
}

fn jsonb() -> Arc<ScalarUDF> {
    let about =
        "Returns a text as JSON in the usual form. **Nulls** NULL gives NULL. **Errors** a text that is no JSON.";
    Function::new(JSONB, "jsonb(text)", about)
        .takes(&[Type::Text], Gives::One(|| DataType::Utf8), usual)
        .of_postgres_type(JSONB)
        .build()
}

fn checked(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| {
        let Some(text) = call.text(0, row) else { return Ok(None) };
        check(text)?;
        Ok(Some(text.to_owned()))
    })
}

fn usual(call: &Call) -> Result<ArrayRef> {
    call.each_text(|row| call.text(0, row).map(|text| Ok(Tree::parse(text)?.text())).transpose())
}

/// Puts the functions in the place of casts to the types.
#[derive(Debug)]
pub(in crate::postgres) struct Casts {
    json: Arc<ScalarUDF>,
    jsonb: Arc<ScalarUDF>,
}

impl Default for Casts {
    fn default() -> Self {
        Self { json: json(), jsonb: jsonb() }
    }
}

impl FunctionRewrite for Casts {
    fn name(&self) -> &str {
        "json_casts"
    }

    fn rewrite(&self, expr: Expr, schema: &DFSchema, _config: &ConfigOptions) -> Result<Transformed<Expr>> {
        let Expr::Cast(cast) = expr else { return Ok(Transformed::no(expr)) };
        let function = match postgres_type::of(&cast.field) {
            Some(JSON) => &self.json,
            Some(JSONB) => &self.jsonb,
            _ => return Ok(Transformed::no(Expr::Cast(cast))),
        };
        let (_, from) = cast.expr.to_field(schema)?;
        // What is of the type already stays, in another encoding if need be.
        if postgres_type::of(&from) == postgres_type::of(&cast.field) {
            return Ok(match from.data_type() == cast.field.data_type() {
                true => Transformed::yes(*cast.expr),
                false => Transformed::no(Expr::Cast(cast)),
            });
        }
        Ok(Transformed::yes(function.call(vec![*cast.expr])))
    }
}
