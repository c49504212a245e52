//! A function of PostgreSQL: overloads by the types of arguments, computed row by row.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{internal_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, DocSection, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, Volatility,
};

use super::argument::Type;
use super::call::Call;
use crate::postgres_type;

/// A function with its overloads.
#[derive(Debug)]
pub(super) struct Function {
    name: &'static str,
    aliases: Vec<String>,
    overloads: Vec<Overload>,
    is_strict: bool,
    simplify: Option<Simplify>,
    ordering: Option<Ordering>,
    mark: Mark,
    signature: Signature,
    documentation: Documentation,
}

/// One form of a function.
#[derive(Debug, Clone, Copy)]
struct Overload {
    takes: &'static [Type],
    is_variadic: bool,
    gives: Gives,
    compute: Compute,
}

/// Which type of PostgreSQL a result has that Arrow has no own type for.
#[derive(Debug, Clone, Copy)]
enum Mark {
    None,
    /// Decimals are of no declared digits.
    Numeric,
    One(&'static str),
    Argument(usize, &'static str),
}

/// What a form of a function computes.
pub(super) type Compute = fn(&Call) -> Result<ArrayRef>;

/// What a call becomes when it is planned, knowing the start of the statement and the session's settings.
pub(super) type Simplify = fn(Vec<Expr>, &SimplifyContext) -> Result<ExprSimplifyResult>;

/// What order the results are in for arguments in an order.
pub(super) type Ordering = fn(&[ExprProperties]) -> SortProperties;

/// What type a result has.
#[derive(Debug, Clone, Copy)]
pub(super) enum Gives {
    /// Always the same.
    One(fn() -> DataType),
    /// That of an argument.
    Same(usize),
    /// What the arguments' types and constants say.
    From(fn(&ReturnFieldArgs) -> Result<DataType>),
}

impl Function {
    /// A function that gives NULL for a NULL, and the same for the same.
    pub(super) fn new(name: &'static str, syntax: &str, description: &str) -> Self {
        Self {
            name,
            aliases: Vec::new(),
            overloads: Vec::new(),
            is_strict: true,
            simplify: None,
            ordering: None,
            mark: Mark::None,
            signature: Signature::user_defined(Volatility::Immutable),
            documentation: Documentation::builder(DocSection::default(), description, syntax).build(),
        }
    }

    pub(super) fn alias(mut self, name: &str) -> Self {
        self.aliases.push(name.to_owned());
        self
    }

    /// A form that takes these arguments.
    pub(super) fn takes(mut self, takes: &'static [Type], gives: Gives, compute: Compute) -> Self {
        self.overloads.push(Overload { takes, is_variadic: false, gives, compute });
        self
    }

    /// A form that takes these arguments, and as many more of the last as there are.
    pub(super) fn takes_many(mut self, takes: &'static [Type], gives: Gives, compute: Compute) -> Self {
        self.overloads.push(Overload { takes, is_variadic: true, gives, compute });
        self
    }

    /// The function is called for NULLs as well.
    pub(super) fn sees_nulls(mut self) -> Self {
        self.is_strict = false;
        self
    }

    /// Calls become something simpler when they are planned.
    pub(super) fn simplifies(mut self, simplify: Simplify) -> Self {
        self.simplify = Some(simplify);
        self
    }

    /// The results have an order.
    pub(super) fn ordered_by(mut self, ordering: Ordering) -> Self {
        self.ordering = Some(ordering);
        self
    }

    /// The parameters have names, by which they may be given.
    pub(super) fn named(mut self, names: &[&str]) -> Self {
        self.signature.parameter_names = Some(names.iter().map(|name| (*name).to_owned()).collect());
        self
    }

    /// The result is of a type of PostgreSQL that Arrow has no own type for.
    pub(super) fn of_postgres_type(mut self, name: &'static str) -> Self {
        self.mark = Mark::One(name);
        self
    }

    /// Results that are decimals have as many digits as each has, whatever their type needs to hold them.
    pub(super) fn of_no_declared_digits(mut self) -> Self {
        self.mark = Mark::Numeric;
        self
    }

    /// The result is of the type of PostgreSQL that an argument has, or of another if it has none.
    pub(super) fn of_type_of_argument(mut self, index: usize, otherwise: &'static str) -> Self {
        self.mark = Mark::Argument(index, otherwise);
        self
    }

    pub(super) fn volatility(mut self, volatility: Volatility) -> Self {
        self.signature.volatility = volatility;
        self
    }

    pub(super) fn build(self) -> Arc<ScalarUDF> {
        Arc::new(ScalarUDF::from(self))
    }

    /// The form that is nearest to the types of the arguments, the first of equals.
    fn nearest(&self, types: &[DataType]) -> Option<&Overload> {
        let mut nearest: Option<(u32, &Overload)> = None;
        for overload in &self.overloads {
            let Some(distance) = overload.distance(types) else { continue };
            if nearest.is_none_or(|(shortest, _)| distance < shortest) {
                nearest = Some((distance, overload));
            }
        }
        nearest.map(|(_, overload)| overload)
    }

    fn overload(&self, types: &[DataType]) -> Result<&Overload> {
        match self.nearest(types) {
            Some(overload) => Ok(overload),
            // The words by which the engine tells that there is no such function.
            None => plan_err!("Function '{}' failed to match any signature", self.name),
        }
    }
}

impl Overload {
    fn parameter(&self, index: usize) -> Option<Type> {
        let last = self.takes.len().saturating_sub(1);
        self.takes.get(if self.is_variadic { index.min(last) } else { index }).copied()
    }

    fn distance(&self, types: &[DataType]) -> Option<u32> {
        let fits = if self.is_variadic { types.len() >= self.takes.len() } else { types.len() == self.takes.len() };
        if !fits {
            return None;
        }
        let mut total = 0;
        for (index, from) in types.iter().enumerate() {
            total += self.parameter(index)?.distance(from)?;
        }
        Some(total)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Function {}

impl Hash for Function {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        self.name
    }

    fn aliases(&self) -> &[String] {
        &self.aliases
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> Result<Vec<DataType>> {
        let overload = self.overload(arg_types)?;
        let types = arg_types.iter().enumerate();
        Ok(types.filter_map(|(index, from)| overload.parameter(index).map(|to| to.arrow(from))).collect())
    }

    fn return_type(&self, _arg_types: &[DataType]) -> Result<DataType> {
        internal_err!("{} has its type from its arguments", self.name)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let types: Vec<DataType> = args.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        let data_type = match self.overload(&types)?.gives {
            Gives::One(data_type) => data_type(),
            Gives::Same(index) => types.get(index).cloned().unwrap_or(DataType::Null),
            Gives::From(find) => find(&args)?,
        };
        let field = Field::new(self.name, data_type, true);
        Ok(Arc::new(match self.mark {
            Mark::Numeric if field.data_type().is_decimal() => postgres_type::mark(field, "numeric"),
            Mark::None | Mark::Numeric => field,
            Mark::One(name) => postgres_type::mark(field, name),
            Mark::Argument(index, otherwise) => {
                let own = args.arg_fields.get(index).and_then(|field| postgres_type::of(field));
                postgres_type::mark(field, own.unwrap_or(otherwise))
            }
        }))
    }

    fn is_strict(&self) -> bool {
        self.is_strict
    }

    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        match self.simplify {
            Some(simplify) => simplify(args, info),
            None => Ok(ExprSimplifyResult::Original(args)),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let types: Vec<DataType> = args.args.iter().map(ColumnarValue::data_type).collect();
        let overload = self.overload(&types)?;
        let is_volatile = self.signature.volatility == Volatility::Volatile;
        let call = Call::new(self.name, &args, self.is_strict, is_volatile)?;
        call.finish((overload.compute)(&call)?)
    }

    fn output_ordering(&self, inputs: &[ExprProperties]) -> Result<SortProperties> {
        Ok(self.ordering.map_or(SortProperties::Unordered, |ordering| ordering(inputs)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
