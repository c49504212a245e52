//! `variance`, `stddev` and their population forms, exact for integers and decimals.
//!
//! | argument | result |
//! |---|---|
//! | integer, `numeric` | `numeric`, from exact sums of values and squares |
//! | float | `double precision`, by the recurrence of Youngs and Cramer |
//!
//! Both are PostgreSQL's, down to the digits. **Undefined** without values, and the sample forms with one: NULL.
//! Source: `numeric_stddev_internal` in PostgreSQL's `numeric.c`, `float8_accum` in `float.c`.

mod exact;
mod float;
mod groups;

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, DocSection, Documentation, GroupsAccumulator, Signature, Volatility,
};

use self::exact::ExactMoments;
use self::float::FloatMoments;
use self::groups::{Groups, Single};
use super::Shape;
use super::operand::decimal_type;

/// The aggregates with their aliases.
const NAMES: [(&str, &[&str], Measure); 4] = [
    ("stddev", &["stddev_samp"], Measure { is_root: true, is_sample: true }),
    ("stddev_pop", &[], Measure { is_root: true, is_sample: false }),
    ("var_samp", &["variance", "var", "var_sample"], Measure { is_root: false, is_sample: true }),
    ("var_pop", &["var_population"], Measure { is_root: false, is_sample: false }),
];

/// Which number is drawn from the moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Measure {
    /// The root of the variance.
    is_root: bool,
    /// Of a sample, divided by one less than the count.
    is_sample: bool,
}

pub(super) fn functions() -> Vec<AggregateUDF> {
    NAMES
        .iter()
        .map(|(name, aliases, measure)| {
            let description = format!(
                "Returns the {}{} of a set of numbers. **Nulls** skipped. **Undefined** without values, and of a \
                 sample with one: NULL. **Source** PostgreSQL 16, section 9.21.",
                if measure.is_sample { "sample " } else { "population " },
                if measure.is_root { "standard deviation" } else { "variance" },
            );
            let documentation =
                Documentation::builder(DocSection::default(), description, format!("{name}(number)")).build();
            AggregateUDF::from(Deviation {
                name,
                aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
                measure: *measure,
                signature: Signature::user_defined(Volatility::Immutable),
                documentation,
            })
        })
        .collect()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Deviation {
    name: &'static str,
    aliases: Vec<String>,
    measure: Measure,
    signature: Signature,
    documentation: Documentation,
}

impl AggregateUDFImpl for Deviation {
    fn name(&self) -> &str {
        self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        Ok(match arg_types.first().and_then(Shape::of) {
            Some(shape) => shape.deviation(self.measure.is_root).data_type(),
            None => DataType::Float64,
        })
    }

    fn return_field(&self, arg_fields: &[FieldRef]) -> Result<FieldRef> {
        let types: Vec<DataType> = arg_fields.iter().map(|field| field.data_type().clone()).collect();
        Ok(super::field(self.name(), self.return_type(&types)?))
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let [argument] = arg_types else {
            return plan_err!("{} takes 1 argument, got {}", self.name, arg_types.len());
        };
        Ok(vec![match argument {
            DataType::Null => DataType::Float64,
            float if float.is_floating() => DataType::Float64,
            other => match decimal_type(other) {
                Some(decimal) => decimal,
                None => return plan_err!("Function '{}' failed to match any signature for {other}", self.name),
            },
        }])
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        let types = match args.return_type() {
            DataType::Float64 => FloatMoments::STATE,
            _ => ExactMoments::STATE,
        };
        let names = ["count", "sum", "squares"];
        let field = |(name, data_type): (&str, DataType)| {
            Arc::new(Field::new(format_state_name(args.name, name), data_type, true))
        };
        Ok(names.into_iter().zip(types).map(field).collect())
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if args.is_distinct {
            return plan_err!("{}(DISTINCT) is not supported", self.name);
        }
        Ok(match args.return_type() {
            DataType::Float64 => Box::new(Single::<FloatMoments>::new(self.measure, args.return_type())),
            result => Box::new(Single::<ExactMoments>::new(self.measure, result)),
        })
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(match args.return_type() {
            DataType::Float64 => Box::new(Groups::<FloatMoments>::new(self.measure, args.return_type())),
            result => Box::new(Groups::<ExactMoments>::new(self.measure, result)),
        })
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// Count, sum and squares of some values.
trait Moments: Default + Clone + std::fmt::Debug + Send + Sync + 'static {
    /// The types of a state's three columns.
    const STATE: [DataType; 3];
    /// The values of a batch, ready to be added.
    type Values;

    fn values(array: &ArrayRef) -> Result<Self::Values>;

    /// Adds the value of a row that is not NULL; `scale` is that of decimals.
    fn add(&mut self, values: &Self::Values, row: usize) -> Result<()>;

    fn is_null(values: &Self::Values, row: usize) -> bool;

    /// Takes off a value that was added.
    fn remove(&mut self, values: &Self::Values, row: usize) -> Result<()>;

    fn merge(&mut self, states: &[ArrayRef], row: usize) -> Result<()>;

    fn state(moments: &[Self]) -> Result<Vec<ArrayRef>>;

    fn results(moments: &[Self], measure: Measure, result: &DataType) -> Result<ArrayRef>;
}
