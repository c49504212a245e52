//! What follows from a view's columns: an expression over tables as one over the rows of a view.

use std::collections::{BTreeSet, HashMap};

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, Operator, Volatility, cast};

use super::canonical::literal;
use super::granule::{Cut, Granule, TIME, border, moment};

const DAY_US: i64 = 86_400_000_000;

/// The values that are known of every row of a view, and of the tables joined to it.
pub(super) struct Known<'a> {
    /// What the view is grouped by, and the columns that hold it.
    pub keys: &'a HashMap<Expr, Expr>,
    /// The tables that are joined to the view, by id.
    pub joined: &'a BTreeSet<String>,
    /// Columns that are equal in all rows that are asked for.
    pub equal: &'a [(Expr, Expr)],
    /// The columns of all tables.
    pub schema: &'a DFSchema,
}

impl Known<'_> {
    /// `expr` over the view's columns; nothing when it does not follow from them.
    pub(super) fn derive(&self, expr: &Expr) -> Result<Option<Expr>> {
        let mut is_known = true;
        let derived = expr.clone().transform_down(|inner| {
            if let Some(found) = self.follows(&inner)? {
                return Ok(Transformed::new(found, true, TreeNodeRecursion::Jump));
            }
            is_known &= match &inner {
                Expr::Column(_) | Expr::AggregateFunction(_) | Expr::WindowFunction(_) => false,
                Expr::ScalarFunction(call) => call.func.signature().volatility != Volatility::Volatile,
                _ => true,
            };
            let next = if is_known { TreeNodeRecursion::Continue } else { TreeNodeRecursion::Stop };
            Ok(Transformed::new(inner, false, next))
        })?;
        Ok(is_known.then_some(derived.data))
    }

    /// What `expr` as a whole is, when that is known.
    fn follows(&self, expr: &Expr) -> Result<Option<Expr>> {
        if let Some(column) = self.keys.get(expr) {
            return Ok(Some(column.clone()));
        }
        match expr {
            Expr::Column(_) => Ok(self.column(expr)),
            Expr::IsNull(time) => Ok(self.any_cut(time)?.map(|(key, _)| key.is_null())),
            Expr::IsNotNull(time) => Ok(self.any_cut(time)?.map(|(key, _)| key.is_not_null())),
            Expr::BinaryExpr(binary) => self.comparison(binary),
            _ => self.coarser(expr),
        }
    }

    fn column(&self, expr: &Expr) -> Option<Expr> {
        if self.is_joined(expr) {
            return Some(expr.clone());
        }
        let equals = self.equal.iter().flat_map(|(left, right)| [(left, right), (right, left)]);
        let others = equals.filter(|(one, _)| *one == expr).map(|(_, other)| other);
        others
            .into_iter()
            .find_map(|other| self.keys.get(other).cloned().or_else(|| self.is_joined(other).then(|| other.clone())))
    }

    fn is_joined(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Column(column) => column.relation.as_ref().is_some_and(|table| self.joined.contains(table.table())),
            _ => false,
        }
    }

    /// The view's columns that hold `time` cut down, with what it was cut down to.
    fn cuts(&self, time: &Expr) -> Result<Vec<(&Expr, Granule)>> {
        if literal(time).is_some() || time.get_type(self.schema).ok() != Some(TIME) {
            return Ok(Vec::new());
        }
        let of_time = self.keys.iter().filter_map(|(key, column)| {
            let cut = Cut::of(key)?;
            (cut.time == time).then_some((column, cut.granule))
        });
        let mut cuts: Vec<_> = of_time.collect();
        cuts.sort_by_key(|(column, granule)| (*granule, column.to_string()));
        Ok(cuts)
    }

    fn any_cut(&self, time: &Expr) -> Result<Option<(Expr, Granule)>> {
        Ok(self.cuts(time)?.first().map(|(column, granule)| ((*column).clone(), *granule)))
    }

    /// `date_trunc('month', time)`, `time::date` or `extract(dow from time)`, from the same time cut down less.
    fn coarser(&self, expr: &Expr) -> Result<Option<Expr>> {
        let Some(cut) = Cut::of(expr).or_else(|| Cut::of_field(expr)) else { return Ok(None) };
        let finer = self.cuts(cut.time)?.into_iter().find(|(_, granule)| granule.divides(cut.granule));
        let Some((column, _)) = finer else { return Ok(None) };
        let is_day = self.is_day(column);
        let wants_day = matches!(expr, Expr::Cast(_));
        if is_day && wants_day {
            return Ok(Some(column.clone()));
        }
        let time = if is_day { cast(column.clone(), TIME) } else { column.clone() };
        let whole = cut.time.clone();
        let replaced = expr.clone().transform_down(|inner| match inner == whole {
            true => Ok(Transformed::new(time.clone(), true, TreeNodeRecursion::Jump)),
            false => Ok(Transformed::no(inner)),
        })?;
        Ok(Some(replaced.data))
    }

    /// Whether a key's column holds dates: the keys that are times cast to dates do.
    fn is_day(&self, column: &Expr) -> bool {
        let key = self.keys.iter().find(|(_, other)| *other == column).map(|(key, _)| key);
        matches!(key, Some(Expr::Cast(to)) if *to.field.data_type() == DataType::Date32)
    }

    /// `time >= '2026-01-01'`, where the literal does not fall inside a part of time the view keeps together.
    fn comparison(&self, binary: &BinaryExpr) -> Result<Option<Expr>> {
        let is_above = match binary.op {
            Operator::Lt | Operator::GtEq => true,
            Operator::LtEq | Operator::Gt => false,
            _ => return Ok(None),
        };
        let Some(us) = literal(&binary.right).and_then(moment) else { return Ok(None) };
        for (column, granule) in self.cuts(&binary.left)? {
            if border(granule, us, is_above) != Some(true) {
                continue;
            }
            let above_us = if is_above { us } else { us + 1 };
            let op = if matches!(binary.op, Operator::Lt | Operator::LtEq) { Operator::Lt } else { Operator::GtEq };
            let value = match self.is_day(column) {
                true => match i32::try_from(above_us.div_euclid(DAY_US)) {
                    Ok(days) => ScalarValue::Date32(Some(days)),
                    Err(_) => continue,
                },
                false => ScalarValue::TimestampMicrosecond(Some(above_us), None),
            };
            let value = Expr::Literal(value, None);
            return Ok(Some(Expr::BinaryExpr(BinaryExpr::new(Box::new(column.clone()), op, Box::new(value)))));
        }
        Ok(None)
    }
}
