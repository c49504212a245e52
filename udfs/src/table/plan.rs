//! A call in FROM becomes a logical node. Names, columns and types are checked; nothing is computed.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, ExprSchema, not_impl_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::expr::Placeholder;
use datafusion::logical_expr::planner::{PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::type_coercion::binary::comparison_coercion;
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, LogicalPlanBuilder, cast, col};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::sql::sqlparser::ast::{
    self, FunctionArg, FunctionArgExpr, Ident, ObjectName, TableAlias, TableAliasColumnDef, TableFactor,
};

use super::TableFunction;
use super::call::{Given, projected};
use super::name::function_of;
use super::node::TableFunctionNode;
use crate::adapter::described;
use crate::argument::{Constant, Known, Parameter, Role, Takes, Type};
use crate::error::{CallError, CallErrorKind, closest};

/// Plans calls of table functions in FROM.
#[derive(Debug, Default)]
pub struct TableFunctionRelations;

impl RelationPlanner for TableFunctionRelations {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let (name, arguments, alias, ordinality) = match &relation {
            TableFactor::Table { name, args: Some(arguments), alias, with_ordinality, .. } => {
                (name, &arguments.args, alias, *with_ordinality)
            }
            TableFactor::Function { name, args, alias, with_ordinality, .. } => (name, args, alias, *with_ordinality),
            _ => return Ok(RelationPlanning::Original(Box::new(relation))),
        };
        let Some(function) = function_of(name) else {
            return match arguments.iter().all(|argument| matches!(argument, FunctionArg::Unnamed(_))) {
                true => Ok(RelationPlanning::Original(Box::new(relation))),
                false => Err(no_function(name).into()),
            };
        };
        if ordinality {
            return not_impl_err!("{} WITH ORDINALITY is not supported", function.declared.name);
        }
        let plan = plan_call(&function, arguments, context)?;
        let mut alias = alias.clone().unwrap_or_else(|| TableAlias {
            explicit: false,
            name: Ident::with_quote('"', function.declared.name),
            columns: Vec::new(),
            at: None,
        });
        // As in PostgreSQL, an alias may rename the first columns and leave the names of the others.
        let renamed = alias.columns.len();
        if renamed > 0 {
            let others = plan.schema().fields().iter().skip(renamed);
            let named = others.map(|field| Ident::with_quote('"', field.name()));
            alias.columns.extend(named.map(|name| TableAliasColumnDef { name, data_type: None }));
        }
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, Some(alias)))))
    }
}

/// Only our table functions take arguments by name.
fn no_function(name: &ObjectName) -> CallError {
    let error = CallError::new(CallErrorKind::UndefinedFunction, format!("function {name} does not exist"));
    match closest(&name.to_string(), crate::function::table_functions().keys().copied()) {
        Some(close) => error.with_hint(format!("did you mean {close}?")),
        None => error,
    }
}

fn plan_call(
    function: &Arc<TableFunction>,
    arguments: &[FunctionArg],
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let declared = &function.declared;
    let name = declared.name;
    let mut inputs = Vec::new();
    let mut given: Vec<Given> = vec![Given::Missing; declared.parameters.len()];
    for argument in arguments {
        let (parameter, value) = match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) if inputs.len() < function.inputs() => {
                inputs.push(input(function, inputs.len(), expr, context)?);
                continue;
            }
            FunctionArg::Named { name, arg: FunctionArgExpr::Expr(value), .. } => (name.clone(), value),
            FunctionArg::ExprNamed { name: ast::Expr::Identifier(name), arg: FunctionArgExpr::Expr(value), .. } => {
                (name.clone(), value)
            }
            other => {
                return Err(CallError::new(
                    CallErrorKind::UndefinedFunction,
                    format!("{name} takes its arguments by name, got {other}"),
                )
                .with_hint(declared.syntax())
                .into());
            }
        };
        let index = parameter_of(function, &context.normalize_ident(parameter))?;
        if given[index] != Given::Missing {
            let twice = format!("argument {} of {name} is given twice", declared.parameters[index].name);
            return Err(CallError::new(CallErrorKind::UndefinedFunction, twice)
                .at(declared.parameters[index].name)
                .into());
        }
        given[index] = value_of(function, &declared.parameters[index], value, context)?;
    }
    for (index, parameter) in declared.parameters.iter().enumerate() {
        let is_missing = match parameter.role {
            Role::Input => index >= inputs.len(),
            Role::Positional | Role::Named { .. } => given[index] == Given::Missing,
        };
        if is_missing {
            if let crate::argument::Value::Known(Known::Text(column)) = parameter.absent(name)?
                && matches!(parameter.takes, Takes::Rows(_))
                && (!parameter.taken_if_there || has_column(parameter, &inputs, &column))
            {
                given[index] = Given::Column(column);
            }
        }
    }
    let inputs = project(function, &given, inputs)?;
    let node = TableFunctionNode::new(Arc::clone(function), given, inputs)?;
    Ok(LogicalPlan::Extension(Extension { node: Arc::new(node) }))
}

/// Whether the inputs that a parameter is of have a column of this name.
fn has_column(parameter: &Parameter, inputs: &[LogicalPlan], name: &str) -> bool {
    let mut read = inputs.iter().enumerate().filter(|(input, _)| parameter.is_in(*input));
    read.all(|(_, plan)| plan.schema().fields().iter().any(|field| field.name() == name))
}

/// The plan of a relation argument.
fn input(
    function: &TableFunction,
    index: usize,
    expr: &ast::Expr,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let name = function.declared.name;
    let ast::Expr::Subquery(query) = expr else {
        return Err(CallError::new(
            CallErrorKind::UndefinedFunction,
            format!("argument {} of {name} must be a subquery, or the name of a table, view or CTE", index + 1),
        )
        .with_hint(function.declared.syntax())
        .into());
    };
    let plan =
        context.plan(TableFactor::Derived { lateral: false, subquery: query.clone(), alias: None, sample: None })?;
    if !outer_columns(&plan)?.is_empty() {
        return Err(CallError::invalid(format!("the input of {name} refers to a column of another relation"))
            .with_hint("give the whole input once, and name the column in by")
            .into());
    }
    Ok(plan)
}

/// The columns of other relations that a plan reads. What a lateral join inside of it hands to its right side is its own.
fn outer_columns(plan: &LogicalPlan) -> Result<Vec<Column>> {
    let mut outer = Vec::new();
    plan.apply_expressions(|expr| {
        expr.apply(|part| {
            if let Expr::OuterReferenceColumn(_, column) = part {
                outer.push(column.clone());
            }
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    for input in plan.inputs() {
        outer.extend(outer_columns(input)?);
    }
    if let LogicalPlan::Join(join) = plan {
        outer.retain(|column| !join.left.schema().has_column(column));
    }
    Ok(outer)
}

/// The parameter of a name.
fn parameter_of(function: &TableFunction, name: &str) -> Result<usize> {
    let declared = &function.declared;
    let named = |parameter: &&Parameter| matches!(parameter.role, Role::Named { .. });
    let position = declared.parameters.iter().position(|parameter| parameter.name == name && named(&parameter));
    position.ok_or_else(|| {
        let known = || declared.parameters.iter().filter(named).map(|parameter| parameter.name);
        let hint = match closest(name, known()) {
            Some(close) => format!("did you mean {close}?"),
            None => format!("it takes {}", known().collect::<Vec<_>>().join(", ")),
        };
        CallError::new(CallErrorKind::UndefinedFunction, format!("{} has no argument {name}", declared.name))
            .with_hint(hint)
            .at(name)
            .into()
    })
}

/// What a named argument gives.
fn value_of(
    function: &TableFunction,
    parameter: &Parameter,
    value: &ast::Expr,
    context: &mut dyn RelationPlannerContext,
) -> Result<Given> {
    let name = function.declared.name;
    if let ast::Expr::Identifier(_) | ast::Expr::CompoundIdentifier(_) = value {
        let what = match parameter.takes {
            Takes::Constant(_) => "must be a constant",
            _ => "must be the name of a column as text",
        };
        return Err(CallError::invalid(format!("argument {} of {name} {what}, got {value}", parameter.name))
            .with_hint(format!("write {} => '{}'", parameter.name, value.to_string().replace('"', "")))
            .at(parameter.name)
            .into());
    }
    let expr = fold(context.sql_to_expr(value.clone(), &DFSchema::empty())?, context)?;
    let read = |constant: Constant| match &expr {
        Expr::Literal(value, _) => constant.read(name, parameter.name, value),
        _ => Err(CallError::invalid(format!(
            "argument {} of {name} decides what columns there are and must be written out, got {value}",
            parameter.name
        ))
        .at(parameter.name)
        .into()),
    };
    match &parameter.takes {
        Takes::Rows(_) => match read(Constant::Text)? {
            Known::Text(column) => Ok(Given::Column(column)),
            _ => plan_err!("argument {} of {name} must be the name of a column", parameter.name),
        },
        Takes::Columns | Takes::Features => match read(Constant::Texts)? {
            Known::Texts(columns) if columns.is_empty() && matches!(parameter.takes, Takes::Features) => {
                let fact = format!("argument {} of {name} must name at least one column", parameter.name);
                Err(CallError::invalid(fact).at(parameter.name).into())
            }
            Known::Texts(columns) => {
                let mut seen = std::collections::HashSet::new();
                match columns.iter().find(|column| !seen.insert(column.as_str())) {
                    None => Ok(Given::Columns(columns)),
                    Some(twice) => {
                        let fact = format!("argument {} of {name} names column \"{twice}\" twice", parameter.name);
                        Err(CallError::invalid(fact).at(parameter.name).into())
                    }
                }
            }
            _ => plan_err!("argument {} of {name} must be an array of names", parameter.name),
        },
        Takes::Constant(constant) => {
            if let Expr::Literal(value, _) = &expr {
                constant.read(name, parameter.name, value)?;
            }
            if needs_rows(&expr)? {
                return Err(CallError::invalid(format!("argument {} of {name} must be a constant", parameter.name))
                    .with_hint("a value that a query gives can be a parameter $1")
                    .at(parameter.name)
                    .into());
            }
            Ok(Given::Constant(typed(expr, *constant)))
        }
        Takes::Relation => plan_err!("argument {} of {name} is given by position", parameter.name),
    }
}

/// Whether an expression needs rows.
fn needs_rows(expr: &Expr) -> Result<bool> {
    expr.exists(|inner| {
        Ok(matches!(
            inner,
            Expr::Column(_)
                | Expr::OuterReferenceColumn(..)
                | Expr::ScalarSubquery(_)
                | Expr::InSubquery(_)
                | Expr::Exists(_)
                | Expr::AggregateFunction(_)
                | Expr::WindowFunction(_)
        ))
    })
}

/// A parameter `$1` gets the type of the argument it is given for.
fn typed(expr: Expr, constant: Constant) -> Expr {
    match expr {
        Expr::Placeholder(Placeholder { id, field: None }) => {
            let field = Field::new("", constant.data_type(), true);
            Expr::Placeholder(Placeholder::new_with_field(id, Some(Arc::new(field))))
        }
        other => other,
    }
}

/// The value of an expression without rows, as far as it is known now.
fn fold(expr: Expr, context: &dyn RelationPlannerContext) -> Result<Expr> {
    if matches!(expr, Expr::Literal(..) | Expr::Placeholder(_)) {
        return Ok(expr);
    }
    let options = Arc::new(context.context_provider().options().clone());
    let simplifier = ExprSimplifier::new(SimplifyContext::builder().with_config_options(options).build());
    let coerced = simplifier.coerce(expr, &DFSchema::empty())?;
    simplifier.simplify(coerced)
}

/// The inputs with the columns that the function reads, and no others. Keys of several inputs get a common type.
fn project(function: &TableFunction, given: &[Given], inputs: Vec<LogicalPlan>) -> Result<Vec<LogicalPlan>> {
    let parameters = &function.declared.parameters;
    let mut chosen = Vec::with_capacity(inputs.len());
    for (input, plan) in inputs.iter().enumerate() {
        let mut columns = Vec::new();
        for (index, source, name) in projected(parameters, given, input) {
            let (column, data_type) = column_of(function, &parameters[index], plan, &source)?;
            columns.push((column, data_type, name));
        }
        chosen.push(columns);
    }
    let keys = projected(parameters, given, 0)
        .iter()
        .filter(|(index, ..)| {
            matches!(parameters[*index].takes, Takes::Columns) || parameters[*index].key_name().is_some()
        })
        .count();
    for key in 0..keys {
        let mut common = chosen[0][key].1.clone();
        for columns in &chosen[1..] {
            let other = &columns[key].1;
            let comparable = comparison_coercion(&common, other);
            common = comparable.ok_or_else(|| {
                CallError::new(
                    CallErrorKind::TypeMismatch,
                    format!(
                        "column \"{}\" is {} in one input of {} and {} in another",
                        columns[key].2,
                        described(&common),
                        function.declared.name,
                        described(other)
                    ),
                )
                .with_hint("cast one of them")
            })?;
        }
        for columns in &mut chosen {
            columns[key].1 = common.clone();
        }
    }
    let mut projections = Vec::with_capacity(inputs.len());
    for (plan, columns) in inputs.into_iter().zip(chosen) {
        let mut expressions = Vec::with_capacity(columns.len());
        for (place, (column, data_type, name)) in columns.into_iter().enumerate() {
            // The types of a union are settled after this, and may become another representation of text. Keys are
            // compared by their hashes, so they are cast even where nothing seems to need it.
            let is_settled = place >= keys && plan.schema().data_type(&column)? == &data_type;
            let value = if is_settled { col(column) } else { cast(col(column), data_type) };
            expressions.push(value.alias(name));
        }
        projections.push(LogicalPlanBuilder::from(plan).project(expressions)?.build()?);
    }
    Ok(projections)
}

/// The column of an input that an argument names, and its type.
fn column_of(
    function: &TableFunction,
    parameter: &Parameter,
    plan: &LogicalPlan,
    name: &str,
) -> Result<(Column, DataType)> {
    let schema = plan.schema();
    let called = || format!("argument {} of {}", parameter.name, function.declared.name);
    let mut found = schema.columns().into_iter().filter(|column| column.name == name);
    let Some(column) = found.next() else {
        let known: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let hint = match closest(name, known.iter().copied()) {
            Some(close) => format!("did you mean '{close}'?"),
            None => format!("the input has {}", known.join(", ")),
        };
        return Err(CallError::new(
            CallErrorKind::UndefinedColumn,
            format!("{} names column \"{name}\", which the input does not have", called()),
        )
        .with_hint(hint)
        .at(parameter.name)
        .into());
    };
    if found.next().is_some() {
        return Err(CallError::new(
            CallErrorKind::UndefinedColumn,
            format!("{} names column \"{name}\", which the input has more than once", called()),
        )
        .at(parameter.name)
        .into());
    }
    let data_type = schema.data_type(&column)?.clone();
    if let Takes::Rows(wanted) = parameter.takes
        && !wanted.accepts(&data_type)
    {
        return Err(CallError::new(
            CallErrorKind::TypeMismatch,
            format!("{} needs a {}, column \"{name}\" is {}", called(), wanted.described(), described(&data_type)),
        )
        .at(parameter.name)
        .into());
    }
    if matches!(parameter.takes, Takes::Features)
        && ![Type::Number, Type::Flag, Type::Text].iter().any(|wanted| wanted.accepts(&data_type))
    {
        return Err(CallError::new(
            CallErrorKind::TypeMismatch,
            format!("{} needs numbers, booleans or text, column \"{name}\" is {}", called(), described(&data_type)),
        )
        .with_hint("make a number of it, for example the days since a date")
        .at(parameter.name)
        .into());
    }
    Ok((column, data_type))
}
