//! `percentile_cont`, `percentile_disc` and `mode` `WITHIN GROUP (ORDER BY …)`.
//!
//! A continuous percentile of numbers is DataFusion's, which needs no order. Everything else collects the values of
//! its group that are no NULLs and sorts them at the end: intervals, arrays of fractions, values of the group itself.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, ListArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::{SortOptions, concat, filter, is_not_null, sort};
use datafusion::arrow::datatypes::{
    DataType, Field, FieldRef, Float64Type, IntervalMonthDayNano, IntervalMonthDayNanoType, Schema,
};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{internal_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, ColumnarValue, DocSection, Documentation, GroupsAccumulator,
    Signature, Volatility,
};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::scalar::ScalarValue;

use super::argument::INTERVAL;
use crate::interval;
use crate::value_error::{ValueError, ValueErrorKind};

/// The aggregates, over DataFusion's percentile of doubles.
pub(super) fn functions(percentile_cont: Arc<AggregateUDF>) -> [AggregateUDF; 3] {
    [
        OrderedSet::new(
            Kind::Continuous(percentile_cont),
            "percentile_cont",
            "percentile_cont(fraction) WITHIN GROUP (ORDER BY value)",
            "Returns the value that a fraction of a group lies below, between two values if need be; of an array of \
             fractions an array. **Nulls** are left out; NULL of no values. **Errors** a fraction outside 0 to 1.",
        ),
        OrderedSet::new(
            Kind::Discrete,
            "percentile_disc",
            "percentile_disc(fraction) WITHIN GROUP (ORDER BY value)",
            "Returns the first value of a group that a fraction of its values lies at or below; of an array of \
             fractions an array. **Nulls** are left out; NULL of no values. **Errors** a fraction outside 0 to 1.",
        ),
        OrderedSet::new(
            Kind::Mode,
            "mode",
            "mode() WITHIN GROUP (ORDER BY value)",
            "Returns the most frequent value of a group, the first of equally frequent ones. **Nulls** are left out.",
        ),
    ]
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Kind {
    Continuous(Arc<AggregateUDF>),
    Discrete,
    Mode,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct OrderedSet {
    kind: Kind,
    name: &'static str,
    aliases: Vec<String>,
    signature: Signature,
    documentation: Documentation,
}

impl OrderedSet {
    fn new(kind: Kind, name: &'static str, syntax: &str, about: &str) -> AggregateUDF {
        // DataFusion's own name for it must not bring its own form back.
        let aliases = if name == "percentile_cont" { vec!["quantile_cont".to_owned()] } else { Vec::new() };
        AggregateUDF::from(Self {
            kind,
            name,
            aliases,
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: Documentation::builder(DocSection::default(), about, syntax).build(),
        })
    }

    /// DataFusion's percentile, where it does.
    fn inner(&self, args: &AccumulatorArgs) -> Option<&Arc<AggregateUDF>> {
        let is_double = args.expr_fields.first().is_some_and(|field| *field.data_type() == DataType::Float64);
        match (&self.kind, fractions(args.exprs)) {
            (Kind::Continuous(inner), Ok(Fractions::One(Some(_)))) if is_double => Some(inner),
            _ => None,
        }
    }
}

impl AggregateUDFImpl for OrderedSet {
    fn name(&self) -> &str {
        self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let is_mode = self.kind == Kind::Mode;
        let (value, fraction) = match types {
            [value] if is_mode => (value, None),
            [value, fraction] if !is_mode => (value, Some(fraction)),
            _ => return plan_err!("Function '{}' failed to match any signature", self.name),
        };
        let value = match (&self.kind, value) {
            (Kind::Continuous(_), DataType::Interval(_)) => INTERVAL,
            (Kind::Continuous(_), _) => DataType::Float64,
            (_, value) => value.clone(),
        };
        let fraction = fraction.map(|fraction| match fraction {
            DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(_, _) => {
                DataType::new_list(DataType::Float64, true)
            }
            _ => DataType::Float64,
        });
        Ok(std::iter::once(value).chain(fraction).collect())
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match types {
            [value, DataType::List(_)] => Ok(DataType::new_list(value.clone(), true)),
            [value, ..] => Ok(value.clone()),
            [] => plan_err!("{} needs a value", self.name),
        }
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        // The same for DataFusion's percentile: a list of the values.
        let item = args.input_fields.first().map_or(DataType::Null, |field| field.data_type().clone());
        let list = DataType::List(Arc::new(Field::new_list_field(item, true)));
        Ok(vec![Arc::new(Field::new(format!("{}[values]", args.name), list, true))])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if let Some(inner) = self.inner(&args) {
            return inner.accumulator(args);
        }
        let Some(field) = args.expr_fields.first() else { return plan_err!("{} needs a value", self.name) };
        let fractions = if self.kind == Kind::Mode { Fractions::One(None) } else { fractions(args.exprs)? };
        let options = args.order_bys.first().map(|order| order.options).unwrap_or_default();
        Ok(Box::new(Collected {
            kind: self.kind.clone(),
            fractions,
            options,
            item: field.data_type().clone(),
            values: Vec::new(),
        }))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        self.inner(&args).is_some_and(|inner| inner.groups_accumulator_supported(args.clone()))
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        match self.inner(&args) {
            Some(inner) => inner.create_groups_accumulator(args.clone()),
            None => internal_err!("{} has no accumulator of groups", self.name),
        }
    }

    fn supports_within_group_clause(&self) -> bool {
        true
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// The fractions that are asked for.
#[derive(Debug, Clone)]
enum Fractions {
    One(Option<f64>),
    Many(Vec<Option<f64>>),
}

/// The constant fractions of a percentile.
fn fractions(exprs: &[Arc<dyn PhysicalExpr>]) -> Result<Fractions> {
    let Some(expr) = exprs.get(1) else { return Ok(Fractions::One(None)) };
    let no_rows = RecordBatch::new_empty(Arc::new(Schema::empty()));
    let Ok(ColumnarValue::Scalar(value)) = expr.evaluate(&no_rows) else {
        return plan_err!("the fraction of a percentile must be a constant");
    };
    let checked = |fraction: Option<f64>| match fraction {
        Some(fraction) if !(0.0..=1.0).contains(&fraction) => {
            let message = format!("percentile value {fraction} is not between 0 and 1");
            Err(ValueError::new(ValueErrorKind::OutOfRange, message))
        }
        fraction => Ok(fraction),
    };
    match value {
        ScalarValue::List(list) if list.len() == 1 && list.is_valid(0) => {
            let items = list.value(0);
            let Some(items) = items.as_primitive_opt::<Float64Type>() else {
                return plan_err!("the fractions of a percentile must be numbers");
            };
            Ok(Fractions::Many(items.iter().map(checked).collect::<Result<_, _>>()?))
        }
        ScalarValue::Float64(fraction) => Ok(Fractions::One(checked(fraction)?)),
        _ => Ok(Fractions::One(None)),
    }
}

/// The values of a group.
#[derive(Debug)]
struct Collected {
    kind: Kind,
    fractions: Fractions,
    options: SortOptions,
    item: DataType,
    values: Vec<ArrayRef>,
}

impl Collected {
    fn push(&mut self, values: &ArrayRef) -> Result<()> {
        if values.data_type().is_null() {
            return Ok(());
        }
        let values = if values.null_count() == 0 { Arc::clone(values) } else { filter(values, &is_not_null(values)?)? };
        if !values.is_empty() {
            self.values.push(values);
        }
        Ok(())
    }

    fn all(&self) -> Result<ArrayRef> {
        let parts: Vec<&dyn Array> = self.values.iter().map(AsRef::as_ref).collect();
        if parts.is_empty() {
            return Ok(datafusion::arrow::array::new_empty_array(&self.item));
        }
        Ok(concat(&parts)?)
    }

    /// The percentile of sorted values.
    fn percentile(&self, sorted: &ArrayRef, fraction: Option<f64>) -> Result<ScalarValue> {
        let (Some(fraction), Some(last)) = (fraction, sorted.len().checked_sub(1)) else {
            return ScalarValue::try_from(&self.item);
        };
        if self.kind == Kind::Discrete {
            let place = (fraction * sorted.len() as f64).ceil() as usize;
            return ScalarValue::try_from_array(sorted, place.saturating_sub(1).min(last));
        }
        let place = fraction * last as f64;
        let (low, high) = (place.floor() as usize, (place.ceil() as usize).min(last));
        let part = place - place.floor();
        between(sorted, low, high, part)
    }

    fn mode(sorted: &ArrayRef) -> Result<Option<usize>> {
        if sorted.is_empty() {
            return Ok(None);
        }
        let ranges = datafusion::arrow::compute::partition(std::slice::from_ref(sorted))?.ranges();
        // The first of the longest: a later one must be longer.
        let mut longest = 0..0;
        for range in ranges {
            if range.len() > longest.len() {
                longest = range;
            }
        }
        Ok(Some(longest.start))
    }
}

/// A value between two others, as far from the lower one as `part` of their distance.
fn between(sorted: &ArrayRef, low: usize, high: usize, part: f64) -> Result<ScalarValue> {
    if let Some(values) = sorted.as_primitive_opt::<Float64Type>() {
        let (low, high) = (values.value(low), values.value(high));
        return Ok(ScalarValue::from(if part == 0.0 { low } else { low + part * (high - low) }));
    }
    let Some(values) = sorted.as_primitive_opt::<IntervalMonthDayNanoType>() else {
        return internal_err!("a percentile of neither numbers nor intervals");
    };
    let (low, high) = (values.value(low), values.value(high));
    if part == 0.0 {
        return Ok(ScalarValue::IntervalMonthDayNano(Some(low)));
    }
    let overflow = || interval::out_of_range();
    let distance = IntervalMonthDayNano::new(
        high.months.checked_sub(low.months).ok_or_else(overflow)?,
        high.days.checked_sub(low.days).ok_or_else(overflow)?,
        high.nanoseconds.checked_sub(low.nanoseconds).ok_or_else(overflow)?,
    );
    let step = interval::multiply(distance, part)?;
    Ok(ScalarValue::IntervalMonthDayNano(Some(IntervalMonthDayNano::new(
        low.months.checked_add(step.months).ok_or_else(overflow)?,
        low.days.checked_add(step.days).ok_or_else(overflow)?,
        low.nanoseconds.checked_add(step.nanoseconds).ok_or_else(overflow)?,
    ))))
}

impl Accumulator for Collected {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        match values.first() {
            Some(values) => self.push(values),
            None => Ok(()),
        }
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let Some(lists) = states.first().and_then(|state| state.as_list_opt::<i32>()) else {
            return internal_err!("the state of an ordered set is a list");
        };
        for list in lists.iter().flatten() {
            self.push(&list)?;
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let values = self.all()?;
        let field = Arc::new(Field::new_list_field(self.item.clone(), true));
        let list = ListArray::new(field, OffsetBuffer::from_lengths([values.len()]), values, None);
        Ok(vec![ScalarValue::List(Arc::new(list))])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let sorted = sort(&self.all()?, Some(self.options))?;
        if self.kind == Kind::Mode {
            return match Self::mode(&sorted)? {
                Some(place) => ScalarValue::try_from_array(&sorted, place),
                None => ScalarValue::try_from(&self.item),
            };
        }
        match &self.fractions {
            Fractions::One(fraction) => self.percentile(&sorted, *fraction),
            Fractions::Many(_) if sorted.is_empty() => {
                ScalarValue::try_from(&DataType::new_list(self.item.clone(), true))
            }
            Fractions::Many(fractions) => {
                let values = fractions.iter().map(|fraction| self.percentile(&sorted, *fraction));
                let values = values.collect::<Result<Vec<_>>>()?;
                Ok(ScalarValue::List(ScalarValue::new_list_nullable(&values, &self.item)))
            }
        }
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.values.iter().map(|values| values.get_array_memory_size()).sum::<usize>()
    }
}
