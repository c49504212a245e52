//! `text || anything`: the other side is written as its type writes it.

use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::expr::BinaryExpr;

use super::cast::to_type;
use super::operator::Planned;

/// Plans a concatenation of a text and a value of another type.
pub(super) fn plan(binary: BinaryExpr, left: &DataType, right: &DataType) -> Result<Planned> {
    let is_plain = |data_type: &DataType| !data_type.is_nested() && !data_type.is_null() && !data_type.is_binary();
    if left.is_string() == right.is_string() || !is_plain(left) || !is_plain(right) {
        return Ok(Err(binary));
    }
    let left = to_type(*binary.left, left, &DataType::Utf8)?;
    let right = to_type(*binary.right, right, &DataType::Utf8)?;
    Ok(Ok(Expr::BinaryExpr(BinaryExpr::new(Box::new(left), binary.op, Box::new(right)))))
}
