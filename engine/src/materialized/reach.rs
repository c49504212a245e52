//! Where the rows of touched groups can be: conditions with constants, by which scans skip files and partitions.
//!
//! Whether a row belongs to a touched group is found out by joining it with these groups, and for that it is read. What
//! the groups have in common is therefore said once more of the tables' columns: a table that is partitioned or
//! clustered by day, or was just filled day after day, is read at the touched days and nowhere else.

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch};
use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::Result;
use datafusion::logical_expr::expr::InList;
use datafusion::logical_expr::utils::{conjunction, disjunction};
use datafusion::logical_expr::{Expr, ExprSchemable, lit};

use crate::rewrite::granule::{Cut, Granule};

/// So many values are told one by one, which is as many as a scan looks up; of more their range is told.
const VALUES_MAX: usize = 16;

const DAY_US: i64 = 86_400_000_000;

/// What a day of a time zone may begin earlier or end later than a day of UTC, with room for clocks that change.
const ZONE_US: i64 = 2 * DAY_US;

/// What holds for all rows of the groups in `touched`, whose columns are the values of `groups` in their order;
/// `schema` is that of the rows. Nothing where it would let no file be skipped.
pub(super) fn condition(groups: &[Expr], schema: &DFSchema, touched: &[RecordBatch]) -> Result<Option<Expr>> {
    let mut conditions = Vec::new();
    for (place, group) in groups.iter().enumerate() {
        let is_column = matches!(group, Expr::Column(_));
        let cut = Cut::of(group).filter(|cut| is_column_in_time(cut.time));
        if !is_column && cut.is_none() {
            continue;
        }
        let columns: Vec<&ArrayRef> = touched.iter().map(|batch| batch.column(place)).collect();
        let Some(values) = Values::of(&columns)? else { continue };
        let found = match &cut {
            Some(cut) => values.in_time(cut, schema)?,
            None => Some(values.in_column(group)),
        };
        let whole = cut.map_or(group, |cut| cut.time);
        conditions.extend(found.map(|found| match values.has_null {
            true => found.or(whole.clone().is_null()),
            false => found,
        }));
    }
    Ok(conjunction(conditions))
}

/// A column, or one of dates taken for times.
fn is_column_in_time(time: &Expr) -> bool {
    match time {
        Expr::Column(_) => true,
        Expr::Cast(cast) => matches!(cast.expr.as_ref(), Expr::Column(_)),
        _ => false,
    }
}

/// The values of one group among all that are touched.
struct Values {
    /// Each of them, while they are few.
    each: Option<Vec<ScalarValue>>,
    /// The least and the greatest, if there are any but NULL.
    range: Option<(ScalarValue, ScalarValue)>,
    has_null: bool,
}

impl Values {
    /// Nothing for types that scans do not skip by.
    fn of(columns: &[&ArrayRef]) -> Result<Option<Self>> {
        let mut values = Self { each: Some(Vec::new()), range: None, has_null: false };
        for column in columns {
            if !is_ordered(column.data_type()) {
                return Ok(None);
            }
            for row in 0..column.len() {
                match column.is_null(row) {
                    true => values.has_null = true,
                    false => values.add(ScalarValue::try_from_array(column, row)?),
                }
            }
        }
        Ok(Some(values))
    }

    fn add(&mut self, value: ScalarValue) {
        self.range = Some(match self.range.take() {
            None => (value.clone(), value.clone()),
            Some((least, greatest)) if value < least => (value.clone(), greatest),
            Some((least, greatest)) if value > greatest => (least, value.clone()),
            Some(range) => range,
        });
        match &mut self.each {
            Some(each) if each.contains(&value) => {}
            Some(each) if each.len() < VALUES_MAX => each.push(value),
            _ => self.each = None,
        }
    }

    /// That a column has one of the values, or is among them.
    fn in_column(&self, column: &Expr) -> Expr {
        let literal = |value: &ScalarValue| Expr::Literal(value.clone(), None);
        match (&self.each, &self.range) {
            (_, None) => lit(false),
            (Some(each), _) => {
                let list = each.iter().map(literal).collect();
                Expr::InList(InList::new(Box::new(column.clone()), list, false))
            }
            (None, Some((least, greatest))) => {
                column.clone().gt_eq(literal(least)).and(column.clone().lt_eq(literal(greatest)))
            }
        }
    }

    /// That a time lies in one of the parts that these values begin, or among them.
    fn in_time(&self, cut: &Cut<'_>, schema: &DFSchema) -> Result<Option<Expr>> {
        let DataType::Timestamp(TimeUnit::Microsecond, zone) = cut.time.get_type(schema)? else { return Ok(None) };
        let parts: Vec<(&ScalarValue, &ScalarValue)> = match (&self.each, &self.range) {
            (_, None) => Vec::new(),
            (Some(each), _) => each.iter().map(|value| (value, value)).collect(),
            (None, Some((least, greatest))) => vec![(least, greatest)],
        };
        let mut found = Vec::with_capacity(parts.len());
        for (first, last) in parts {
            let (Some(start), Some(last)) = (begin_us(first), begin_us(last)) else { return Ok(None) };
            let leeway = if zone.is_some() { ZONE_US } else { 0 };
            let literal = |us| Expr::Literal(ScalarValue::TimestampMicrosecond(Some(us), zone.clone()), None);
            let above = start.checked_sub(leeway).map(|us| cut.time.clone().gt_eq(literal(us)));
            let end = longest_us(cut.granule).checked_add(leeway).and_then(|length| last.checked_add(length));
            let below = end.map(|us| cut.time.clone().lt(literal(us)));
            match conjunction(above.into_iter().chain(below)) {
                Some(part) => found.push(part),
                None => return Ok(None),
            }
        }
        Ok(Some(disjunction(found).unwrap_or_else(|| lit(false))))
    }
}

/// Whether the least and the greatest value of a file are known of a type, and tell what is between them.
fn is_ordered(data_type: &DataType) -> bool {
    data_type.is_integer()
        || data_type.is_string()
        || matches!(
            data_type,
            DataType::Date32 | DataType::Decimal128(..) | DataType::Timestamp(TimeUnit::Microsecond, _)
        )
}

/// Where a part of time begins, in microseconds since 1970.
fn begin_us(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::Date32(Some(days)) => i64::from(*days).checked_mul(DAY_US),
        ScalarValue::TimestampMicrosecond(us, _) => *us,
        _ => None,
    }
}

/// How long the longest part of its kind is.
fn longest_us(granule: Granule) -> i64 {
    match granule {
        Granule::Microsecond => 1,
        Granule::Millisecond => 1_000,
        Granule::Second => 1_000_000,
        Granule::Minute => 60_000_000,
        Granule::Hour => 3_600_000_000,
        Granule::Day => DAY_US,
        Granule::Week => 7 * DAY_US,
        Granule::Month => 31 * DAY_US,
        Granule::Quarter => 92 * DAY_US,
        Granule::Year => 366 * DAY_US,
        Granule::Decade => 3_653 * DAY_US,
        Granule::Century => 36_525 * DAY_US,
        Granule::Millennium => 365_250 * DAY_US,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{Date32Array, Int64Array, StringArray, TimestampMicrosecondArray};
    use datafusion::arrow::datatypes::{Field, Schema};
    use datafusion::functions::expr_fn::date_trunc;
    use datafusion::logical_expr::{cast, col};

    use super::*;

    fn said(group: Expr, values: ArrayRef) -> Option<String> {
        let schema = Schema::new(vec![
            Field::new("day", DataType::Date32, true),
            Field::new("n", DataType::Int64, true),
            Field::new("name", DataType::Utf8, true),
            Field::new("ts", DataType::Timestamp(TimeUnit::Microsecond, None), true),
            Field::new("at", DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), true),
        ]);
        let schema = DFSchema::try_from(schema).unwrap();
        let touched = RecordBatch::try_from_iter_with_nullable([("__group_0", values, true)]).unwrap();
        condition(&[group], &schema, &[touched]).unwrap().map(|found| found.to_string())
    }

    #[test]
    fn few_values_of_a_column_are_told_one_by_one_and_many_by_their_range() {
        let few = Arc::new(Date32Array::from(vec![Some(3), Some(3), None]));
        assert_eq!(said(col("day"), few).unwrap(), "day IN ([Date32(\"1970-01-04\")]) OR day IS NULL");
        let many = Arc::new(Int64Array::from_iter_values((0..100).rev()));
        assert_eq!(said(col("n"), many).unwrap(), "n >= Int64(0) AND n <= Int64(99)");
        let none = Arc::new(StringArray::from(vec![None::<&str>]));
        assert_eq!(said(col("name"), none).unwrap(), "Boolean(false) OR name IS NULL");
    }

    #[test]
    fn a_month_is_told_as_the_times_that_may_be_in_it() {
        let month = |values: Vec<i64>| Arc::new(TimestampMicrosecondArray::from(values));
        let group = date_trunc(lit("month"), col("ts"));
        let said_of_month = said(group.clone(), month(vec![0])).unwrap();
        assert_eq!(
            said_of_month,
            format!("ts >= TimestampMicrosecond(0, None) AND ts < TimestampMicrosecond({}, None)", 31 * DAY_US)
        );
        // Beyond the last time there is there is nothing to leave out.
        let endless = said(group, month(vec![i64::MAX])).unwrap();
        assert_eq!(endless, format!("ts >= TimestampMicrosecond({}, None)", i64::MAX));
    }

    #[test]
    fn a_day_of_an_instant_has_room_for_every_time_zone() {
        let day = Arc::new(Date32Array::from(vec![10]));
        let said = said(cast(col("at"), DataType::Date32), day).unwrap();
        assert!(said.starts_with(&format!("at >= TimestampMicrosecond({}, ", 8 * DAY_US)), "{said}");
        assert!(said.contains(&format!("at < TimestampMicrosecond({}, ", 13 * DAY_US)), "{said}");
    }

    #[test]
    fn of_other_expressions_nothing_is_said() {
        assert_eq!(said(col("n") % lit(7_i64), Arc::new(Int64Array::from(vec![1]))), None);
    }
}
