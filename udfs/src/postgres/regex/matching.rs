//! `~`, `~*`, `!~`, `!~*` and `SIMILAR TO`.
//!
//! A pattern that is the same for all rows is translated while the statement is planned, so that the planner can
//! still make a prefix search of it; others are translated row by row.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::DFSchema;
use datafusion::common::tree_node::Transformed;
use datafusion::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::{BinaryExpr, Expr, Like, Operator, ScalarUDF, lit, not};
use datafusion::scalar::ScalarValue;
use regex::Regex;

use super::{Patterns, built, compile, translate};
use crate::postgres::argument::Type;
use crate::postgres::call::Call;
use crate::postgres::function::{Function, Gives};

/// Characters that make a pattern more than a text.
const SPECIAL: &str = "\\.[]{}()*+?^$|";

pub(super) fn functions() -> Vec<Arc<ScalarUDF>> {
    vec![matches("textregexeq"), matches_any_case("texticregexeq"), similar_to()]
}

fn matches(name: &'static str) -> Arc<ScalarUDF> {
    Function::new(name, "textregexeq(text, pattern)", "Returns whether a pattern fits in a text; the same as `~`.")
        .takes(&[Type::Text, Type::Text], Gives::One(|| DataType::Boolean), |call| fits(call, ""))
        .build()
}

fn matches_any_case(name: &'static str) -> Arc<ScalarUDF> {
    Function::new(name, "texticregexeq(text, pattern)", "Returns whether a pattern fits in any case; the same as `~*`.")
        .takes(&[Type::Text, Type::Text], Gives::One(|| DataType::Boolean), |call| fits(call, "i"))
        .build()
}

fn similar_to() -> Arc<ScalarUDF> {
    let about = "Returns whether a pattern of SQL fits the whole text; the same as `SIMILAR TO`.";
    Function::new("similar_to", "similar_to(text, pattern)", about)
        .takes(&[Type::Text, Type::Text], Gives::One(|| DataType::Boolean), is_similar)
        .build()
}

fn fits(call: &Call, flags: &'static str) -> Result<ArrayRef> {
    let mut plain = Patterns::new(call, 1, None);
    let mut any_case = call.compiled::<Regex>(1, |pattern| Ok(compile(pattern, "i")?.regex));
    call.each_boolean(|row| {
        let Some(text) = call.text(0, row) else { return Ok(None) };
        let regex = if flags.is_empty() { plain.at(row)?.map(|pattern| &pattern.regex) } else { any_case.at(row)? };
        Ok(regex.map(|regex| regex.is_match(text)))
    })
}

fn is_similar(call: &Call) -> Result<ArrayRef> {
    let mut patterns = call.compiled::<Regex>(1, |pattern| Ok(built(&translate::similar(pattern, Some('\\'))?)?));
    call.each_boolean(|row| {
        let (Some(text), Some(regex)) = (call.text(0, row), patterns.at(row)?) else { return Ok(None) };
        Ok(Some(regex.is_match(text)))
    })
}

/// Puts translated patterns, or the functions, in the place of the operators.
#[derive(Debug)]
pub(in crate::postgres) struct Matching {
    matches: Arc<ScalarUDF>,
    matches_any_case: Arc<ScalarUDF>,
    similar_to: Arc<ScalarUDF>,
}

impl Default for Matching {
    fn default() -> Self {
        Self {
            matches: matches("textregexeq"),
            matches_any_case: matches_any_case("texticregexeq"),
            similar_to: similar_to(),
        }
    }
}

impl FunctionRewrite for Matching {
    fn name(&self) -> &str {
        "postgres_patterns"
    }

    fn rewrite(&self, expr: Expr, _schema: &DFSchema, _config: &ConfigOptions) -> Result<Transformed<Expr>> {
        match expr {
            Expr::BinaryExpr(binary) => self.operator(binary),
            Expr::SimilarTo(like) => self.similar(like),
            other => Ok(Transformed::no(other)),
        }
    }
}

impl Matching {
    fn operator(&self, binary: BinaryExpr) -> Result<Transformed<Expr>> {
        let (is_negated, ignores_case) = match binary.op {
            Operator::RegexMatch => (false, false),
            Operator::RegexIMatch => (false, true),
            Operator::RegexNotMatch => (true, false),
            Operator::RegexNotIMatch => (true, true),
            _ => return Ok(Transformed::no(Expr::BinaryExpr(binary))),
        };
        if let Some(pattern) = constant(&binary.right) {
            if !pattern.contains(|char| SPECIAL.contains(char)) || is_translated(pattern) {
                return Ok(Transformed::no(Expr::BinaryExpr(binary)));
            }
            let translated = translate::advanced(pattern, "")?;
            // Without a point, whether it stops at lines makes no difference.
            let translated = match translated.strip_prefix("(?s)") {
                Some(rest) if !pattern.contains('.') => rest.to_owned(),
                _ => translated,
            };
            if translated == pattern {
                return Ok(Transformed::no(Expr::BinaryExpr(binary)));
            }
            built(&translated)?;
            let BinaryExpr { left, op, .. } = binary;
            return Ok(Transformed::yes(Expr::BinaryExpr(BinaryExpr::new(left, op, Box::new(lit(translated))))));
        }
        let function = if ignores_case { &self.matches_any_case } else { &self.matches };
        let call = function.call(vec![*binary.left, *binary.right]);
        Ok(Transformed::yes(if is_negated { not(call) } else { call }))
    }

    fn similar(&self, like: Like) -> Result<Transformed<Expr>> {
        let Like { negated, expr, pattern, escape_char, .. } = like;
        let escape = escape_char.or(Some('\\'));
        let holds = match constant(&pattern) {
            Some(pattern) => {
                let translated = translate::similar(pattern, escape)?;
                built(&translated)?;
                Expr::BinaryExpr(BinaryExpr::new(expr, Operator::RegexMatch, Box::new(lit(translated))))
            }
            None => self.similar_to.call(vec![*expr, *pattern]),
        };
        Ok(Transformed::yes(if negated { not(holds) } else { holds }))
    }
}

/// A pattern that stands in the statement.
fn constant(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Literal(ScalarValue::Utf8(Some(text)) | ScalarValue::LargeUtf8(Some(text)), _) => Some(text),
        Expr::Literal(ScalarValue::Utf8View(Some(text)), _) => Some(text),
        _ => None,
    }
}

/// Whether a pattern was translated before: patterns of PostgreSQL do not begin so.
fn is_translated(pattern: &str) -> bool {
    pattern.starts_with("(?s)") || pattern.contains("\\b{start}") || pattern.contains("\\b{end}")
}
