//! The functions there are, as `pg_proc` lists them.

use std::collections::{BTreeMap, HashMap};

use bellwether_catalog::DEFAULT_SCHEMA;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Signature, TypeSignature};

use super::function;
use super::object_id::ObjectIds;
use super::types::{PostgresType, parse};

/// `"any"`: an argument of no type in particular.
const ANY: u32 = 2276;

/// `anyelement`: a result whose type follows from the arguments.
const ANY_ELEMENT: u32 = 2283;

/// `record`: the rows of a table function.
const RECORD: u32 = 2249;

/// A function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Function {
    pub id: u32,
    pub name: String,
    pub kind: Kind,
    pub arguments: Vec<u32>,
    pub is_variadic: bool,
    pub result: u32,
    /// Whether it is one of this engine's own, which PostgreSQL does not have.
    pub is_own: bool,
    pub description: Option<String>,
    pub syntax: Option<String>,
}

impl Function {
    /// PostgreSQL's are in its own schema, ours where everybody finds them.
    pub(crate) fn schema_name(&self) -> &'static str {
        if self.is_own { DEFAULT_SCHEMA } else { "pg_catalog" }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Scalar,
    Aggregate,
    Window,
    Table,
}

impl Kind {
    /// `prokind`.
    pub(crate) fn letter(self) -> &'static str {
        match self {
            Self::Scalar | Self::Table => "f",
            Self::Aggregate => "a",
            Self::Window => "w",
        }
    }
}

/// PostgreSQL's functions that its other relations refer to, then ours, by name.
pub(crate) fn functions(state: &SessionState) -> Vec<Function> {
    let mut functions: Vec<Function> =
        include_str!("data/functions.txt").lines().filter_map(postgres_function).collect();
    // Functions are known by all their names, each of which clients may look up.
    let mut ours = BTreeMap::new();
    for (name, function) in state.scalar_functions() {
        let result = |types: &[DataType]| function.return_type(types).ok();
        let description = function.documentation().map(|page| page.description.clone());
        ours.insert(name.clone(), described(Kind::Scalar, function.signature(), &result, description));
    }
    for (name, function) in state.aggregate_functions() {
        let result = |types: &[DataType]| function.return_type(types).ok();
        let description = function.documentation().map(|page| page.description.clone());
        ours.insert(name.clone(), described(Kind::Aggregate, function.signature(), &result, description));
    }
    for (name, function) in state.window_functions() {
        let description = function.documentation().map(|page| page.description.clone());
        ours.entry(name.clone())
            .or_insert_with(|| described(Kind::Window, function.signature(), &|_| None, description));
    }
    for name in state.table_functions().keys() {
        ours.entry(name.clone()).or_insert_with(|| Description {
            kind: Kind::Table,
            arguments: vec![ANY],
            is_variadic: true,
            result: RECORD,
            text: None,
        });
    }
    for (name, arguments, result) in function::listed() {
        let id = |name: &str| parse(name).map_or(ANY, |found| found.id);
        let arguments = arguments.into_iter().map(id).collect();
        let described =
            Description { kind: Kind::Scalar, arguments, is_variadic: false, result: id(result), text: None };
        ours.insert(name.to_owned(), described);
    }
    let pages: HashMap<&str, bellwether_udfs::Listed> =
        bellwether_udfs::functions().into_iter().map(|page| (page.name, page)).collect();
    for (name, page) in &pages {
        ours.entry((*name).to_owned()).or_insert_with(|| Description {
            kind: Kind::Table,
            arguments: vec![ANY],
            is_variadic: true,
            result: RECORD,
            text: Some(page.summary.to_owned()),
        });
    }
    let mut ids = ObjectIds::default();
    for (name, Description { kind, arguments, is_variadic, result, text }) in ours {
        let id = ids.of(&format!("function {name}"));
        let page = pages.get(name.as_str());
        let syntax = page.map(|page| page.syntax.clone());
        let is_own = page.is_some();
        functions.push(Function { id, name, kind, arguments, is_variadic, result, is_own, description: text, syntax });
    }
    functions
}

/// The id of one of PostgreSQL's functions that its other relations refer to.
pub(crate) fn function_id(name: &str) -> Option<u32> {
    let found = include_str!("data/functions.txt").lines().find_map(|line| {
        let (id, rest) = line.split_once(' ')?;
        (rest.split_once(' ')?.0 == name).then_some(id)
    })?;
    found.parse().ok()
}

struct Description {
    kind: Kind,
    arguments: Vec<u32>,
    is_variadic: bool,
    result: u32,
    text: Option<String>,
}

fn described(
    kind: Kind,
    signature: &Signature,
    result: &dyn Fn(&[DataType]) -> Option<DataType>,
    text: Option<String>,
) -> Description {
    let (types, is_variadic) = arguments(&signature.type_signature);
    let known: Option<Vec<DataType>> = types.iter().cloned().collect();
    let result = known.and_then(|types| result(&types)).map_or(ANY_ELEMENT, |data_type| id_of(&data_type));
    let arguments = types.iter().map(|data_type| data_type.as_ref().map_or(ANY, id_of)).collect();
    Description { kind, arguments, is_variadic, result, text }
}

fn id_of(data_type: &DataType) -> u32 {
    PostgresType::of(&Field::new("", data_type.clone(), true)).id
}

/// The arguments of a signature, of no type where it leaves that open; of several forms, the first.
fn arguments(signature: &TypeSignature) -> (Vec<Option<DataType>>, bool) {
    match signature {
        TypeSignature::Exact(types) => (types.iter().cloned().map(Some).collect(), false),
        TypeSignature::Uniform(count, types) => {
            let only = types.first().filter(|_| types.len() == 1);
            (vec![only.cloned(); *count], false)
        }
        TypeSignature::Numeric(count)
        | TypeSignature::String(count)
        | TypeSignature::Comparable(count)
        | TypeSignature::Any(count) => (vec![None; *count], false),
        TypeSignature::Coercible(types) => (vec![None; types.len()], false),
        TypeSignature::OneOf(forms) => forms.first().map_or_else(|| (Vec::new(), false), arguments),
        TypeSignature::ArraySignature(_) => (vec![None], false),
        TypeSignature::Nullary => (Vec::new(), false),
        TypeSignature::Variadic(_) | TypeSignature::VariadicAny | TypeSignature::UserDefined => (vec![None], true),
    }
}

/// `id name result arguments`.
fn postgres_function(line: &str) -> Option<Function> {
    let mut words = line.split(' ');
    let id = words.next()?.parse().ok()?;
    let name = words.next()?.to_owned();
    let result = words.next()?.parse().ok()?;
    let arguments = words.next()?.split(',').filter_map(|argument| argument.parse().ok()).collect();
    Some(Function {
        id,
        name,
        kind: Kind::Scalar,
        arguments,
        is_variadic: false,
        result,
        is_own: false,
        description: None,
        syntax: None,
    })
}

#[cfg(test)]
mod tests {
    use datafusion::prelude::SessionContext;

    use super::*;

    #[test]
    fn functions_of_postgresql_have_its_ids_and_ours_have_ids_of_their_own() {
        let functions = functions(&SessionContext::new().state());
        let named = |name: &str| functions.iter().find(|function| function.name == name).unwrap();
        assert_eq!((named("array_recv").id, named("array_recv").result), (2400, 2277));
        assert!(named("lower").id > 16_384);
        assert_eq!(named("count").kind, Kind::Aggregate);
    }
}
