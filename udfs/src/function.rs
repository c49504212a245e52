//! The functions of this crate: what they are, in families, and how they are registered.
//!
//! A family is a module with a list, `pub(crate) fn functions() -> Vec<Function>`, one line a function, and one line
//! in [`FAMILIES`]. A function is a file of its family with `pub(super) fn function() -> Function`, made by
//! [`Function::scalar`], [`Function::aggregate`], [`Function::timeline`], [`Function::window`],
//! [`Function::framed`] or [`Function::table`].
//! Its page holds an example that a test runs.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::datatypes::{DataType, TimeUnit};
use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

use crate::adapter::aggregate::{self, Aggregate, AnyOrder};
use crate::adapter::definition::{Adapter, Definition};
use crate::adapter::fold::Fold;
use crate::adapter::frame::{Framed, OfFrames, OverFrame};
use crate::adapter::scalar::{Map, Scalar};
use crate::adapter::timeline::{self, InTime, Timeline};
use crate::adapter::window::{Evaluate, WholePartition, Window};
use crate::argument::{Declared, Takes, Type};
use crate::table::TableFunction;
use crate::{anomaly, attribution, customer, finance, forecast, general, journey, operations, score, segment};

/// A family's name, what it is about, and its functions.
type Family = (&'static str, &'static str, fn() -> Vec<Function>);

/// All families, in the order of `FUNCTIONS.md`.
const FAMILIES: &[Family] = &[
    ("attribution", attribution::ABOUT, attribution::functions),
    ("journey", journey::ABOUT, journey::functions),
    ("customer", customer::ABOUT, customer::functions),
    ("forecast", forecast::ABOUT, forecast::functions),
    ("anomaly", anomaly::ABOUT, anomaly::functions),
    ("segment", segment::ABOUT, segment::functions),
    ("score", score::ABOUT, score::functions),
    ("operations", operations::ABOUT, operations::functions),
    ("finance", finance::ABOUT, finance::functions),
    ("general", general::ABOUT, general::functions),
];

/// Whether a function gives a value, folds rows, sees a window or makes a relation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionKind {
    /// A value for each row.
    Scalar,
    /// A value for each group of rows.
    Aggregate,
    /// A value for each row of a window.
    Window,
    /// A relation.
    Table,
}

impl fmt::Display for FunctionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scalar => "scalar",
            Self::Aggregate => "aggregate",
            Self::Window => "window",
            Self::Table => "table",
        })
    }
}

/// A function as a family lists it.
pub(crate) struct Function {
    pub declared: Arc<Declared>,
    pub body: Body,
}

/// What DataFusion is given of a function.
pub(crate) enum Body {
    Scalar(Arc<ScalarUDF>),
    Aggregate(Arc<AggregateUDF>),
    Window(Arc<WindowUDF>),
    Table(Arc<TableFunction>),
}

impl Function {
    /// A value for each row.
    pub(crate) fn scalar<C: Map>(scalar: Scalar<C>) -> Self {
        let adapter = <Adapter<C>>::new(scalar);
        Self { declared: adapter.declared(), body: Body::Scalar(Arc::new(ScalarUDF::from(adapter))) }
    }

    /// A value for each group, from a state that merges.
    pub(crate) fn aggregate<C: aggregate::Call>(aggregate: Aggregate<C>) -> Self {
        Self::fold::<C, AnyOrder>(aggregate)
    }

    /// A value for each group, from its rows in the order of time.
    pub(crate) fn timeline<C: timeline::Call>(timeline: Timeline<C>) -> Self {
        Self::fold::<C, InTime>(timeline)
    }

    /// A value for each group, from what `K` keeps of its rows.
    pub(crate) fn fold<C: 'static, K: Fold<C>>(aggregate: Definition<C>) -> Self {
        let adapter = <Adapter<C, K>>::new(aggregate);
        Self { declared: adapter.declared(), body: Body::Aggregate(Arc::new(AggregateUDF::from(adapter))) }
    }

    /// A value for each row, from its window.
    pub(crate) fn window<C: Evaluate>(window: Window<C>) -> Self {
        let adapter = <Adapter<C, WholePartition>>::new(window);
        Self { declared: adapter.declared(), body: Body::Window(Arc::new(WindowUDF::from(adapter))) }
    }

    /// A value for each row, from its frame.
    pub(crate) fn framed<C: OverFrame>(framed: Framed<C>) -> Self {
        let adapter = <Adapter<C, OfFrames>>::new(framed);
        Self { declared: adapter.declared(), body: Body::Window(Arc::new(WindowUDF::from(adapter))) }
    }

    /// A relation.
    pub(crate) fn table(table: TableFunction) -> Self {
        Self { declared: Arc::new(table.declared.clone()), body: Body::Table(Arc::new(table)) }
    }

    /// The kind.
    pub(crate) fn kind(&self) -> FunctionKind {
        match self.body {
            Body::Scalar(_) => FunctionKind::Scalar,
            Body::Aggregate(_) => FunctionKind::Aggregate,
            Body::Window(_) => FunctionKind::Window,
            Body::Table(_) => FunctionKind::Table,
        }
    }
}

/// All functions, with the name of their family.
fn all() -> impl Iterator<Item = (&'static str, Function)> {
    FAMILIES.iter().flat_map(|(family, _, functions)| functions().into_iter().map(move |function| (*family, function)))
}

/// The table functions by name.
pub(crate) fn table_functions() -> &'static HashMap<&'static str, Arc<TableFunction>> {
    static BY_NAME: LazyLock<HashMap<&'static str, Arc<TableFunction>>> = LazyLock::new(|| {
        let mut by_name = HashMap::new();
        for (_, function) in all() {
            if let Body::Table(table) = function.body {
                by_name.insert(table.declared.name, table);
            }
        }
        by_name
    });
    &BY_NAME
}

/// What the function of a name declares that takes its arguments by position.
pub(crate) fn by_position(name: &str) -> Option<&'static Declared> {
    static BY_NAME: LazyLock<HashMap<&'static str, Arc<Declared>>> = LazyLock::new(|| {
        let by_position = all().filter(|(_, function)| function.kind() != FunctionKind::Table);
        by_position.map(|(_, function)| (function.declared.name, function.declared)).collect()
    });
    BY_NAME.get(name).map(AsRef::as_ref)
}

/// The type that a parameter `$1` has as an argument of a function by position, where the function tells.
pub fn argument_type(function: &str, position: usize) -> Option<DataType> {
    match by_position(function)?.at(position)?.takes {
        Takes::Constant(constant) => Some(constant.data_type()),
        Takes::Rows(Type::Number) => Some(DataType::Float64),
        Takes::Rows(Type::Integer) => Some(DataType::Int64),
        Takes::Rows(Type::Time) => Some(DataType::Timestamp(TimeUnit::Microsecond, None)),
        Takes::Rows(Type::Text | Type::Path) => Some(DataType::Utf8),
        Takes::Rows(Type::Flag) => Some(DataType::Boolean),
        Takes::Rows(Type::Label) => Some(DataType::Boolean),
        Takes::Rows(Type::Record | Type::Model | Type::Features | Type::Any)
        | Takes::Relation
        | Takes::Columns
        | Takes::Features => None,
    }
}

/// Registers all functions but table functions, which a relation planner finds by name.
pub(crate) fn register(registry: &mut dyn FunctionRegistry) -> Result<()> {
    for (_, function) in all() {
        match function.body {
            Body::Scalar(scalar) => drop(registry.register_udf(scalar)?),
            Body::Aggregate(aggregate) => drop(registry.register_udaf(aggregate)?),
            Body::Window(window) => drop(registry.register_udwf(window)?),
            Body::Table(_) => {}
        }
    }
    Ok(())
}

/// A function as lists show it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The SQL name.
    pub name: &'static str,
    /// The folder it belongs to.
    pub family: &'static str,
    /// Whether it gives a value, folds rows, sees a window or makes a relation.
    pub kind: FunctionKind,
    /// Names and types of its arguments, in a reader's words, and what each means.
    pub arguments: Vec<(&'static str, String, &'static str)>,
    /// The type of its result, in a reader's words.
    pub result: &'static str,
    /// What it computes.
    pub summary: &'static str,
    /// A call of it.
    pub syntax: String,
    /// A query that calls it, and what that prints.
    pub example: (&'static str, &'static str),
    /// Its page, in Markdown.
    pub page: String,
}

/// All functions of the families, in the order of `FUNCTIONS.md`.
pub fn functions() -> Vec<Listed> {
    let listed = all().map(|(family, function)| {
        let declared = &function.declared;
        let arguments = declared.parameters.iter();
        Listed {
            name: declared.name,
            family,
            kind: function.kind(),
            arguments: arguments
                .map(|parameter| (parameter.name, parameter.takes.described(), parameter.meaning))
                .collect(),
            result: declared.page.result,
            summary: declared.page.summary,
            syntax: declared.syntax(),
            example: (declared.page.example, declared.page.output),
            page: declared.page.markdown(declared, &function.kind().to_string()),
        }
    });
    listed.collect()
}

/// What families there are, and what they are about.
pub(crate) fn families() -> impl Iterator<Item = (&'static str, &'static str)> {
    FAMILIES.iter().map(|(family, about, _)| (*family, *about))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_function_has_a_name_of_its_own() {
        let mut seen = HashSet::new();
        for (family, function) in all() {
            // A relation and a value can go by one name: they stand in different places of a statement.
            let is_table = function.kind() == FunctionKind::Table;
            let name = function.declared.name;
            assert!(seen.insert((name, is_table)), "{name} of {family} is there twice");
        }
    }

    #[test]
    fn every_parameter_of_a_function_has_a_name_of_its_own() {
        for (_, function) in all() {
            let mut seen = HashSet::new();
            for parameter in &function.declared.parameters {
                assert!(seen.insert(parameter.name), "{} has {} twice", function.declared.name, parameter.name);
            }
        }
    }

    #[test]
    fn every_question_of_a_page_is_answered_and_every_example_prints_something() {
        for (_, function) in all() {
            let page = &function.declared.page;
            let answers = [page.summary, page.result, page.nulls, page.undefined, page.errors, page.cost, page.source];
            for answer in answers.into_iter().chain(function.declared.parameters.iter().map(|known| known.meaning)) {
                assert!(answer.ends_with(['.', ')']), "of {}: {answer:?} is no sentence", function.declared.name);
            }
            assert!(page.output.lines().count() > 1, "{} prints no rows", function.declared.name);
        }
    }
}
