//! Which parts of a syntax tree become operators of ours.
//!
//! | written | becomes |
//! |---|---|
//! | `5`, `1.5`, `-2` | `NULL OPERATOR(bellwether.number) '5'` |
//! | `x::t`, `CAST(x AS t)`, `t 'x'`, `INTERVAL 'x' DAY` | `x OPERATOR(bellwether.cast) CAST(NULL AS t)` |
//! | `t AT TIME ZONE z` | `timezone(z, t)` |
//! | `now()`, `current_date`, `localtimestamp(0)` | `transaction_timestamp()`, cast where it is local or rounded |
//! | `date(x)`, `text(x)`, `int4(x)` | `x::date`, `x::text`, `x::int4` |
//! | `row(…)`, `f(t.*)` | `row_value(…)`, `f(t)` |
//! | `LIMIT '2'` | `LIMIT 2` |
//! | `FETCH FIRST n ROWS ONLY` | `LIMIT n` |
//! | `FETCH FIRST n ROWS WITH TIES` | `LIMIT n OPERATOR(bellwether.ties) NULL` |
//! | `VALUES (date '…'), ('…')` | `VALUES (date '…'), (date '…')`, and numbers beside a float |
//! | `date 'today'`, `timestamp 'now'` | `transaction_timestamp()`, cast |
//! | `(a, b) OVERLAPS (c, d)` | `overlaps(a, b, c, d)` |
//! | `rank(v) WITHIN GROUP (ORDER BY x)` | `1 + count(*) FILTER (WHERE x < v)` |
//! | `x BETWEEN SYMMETRIC a AND b` | `x >= a AND x <= b OR x >= b AND x <= a` |
//! | `a IS DISTINCT FROM b AND c` | `(a IS DISTINCT FROM b) AND c` |
//! | `a[:2]`, `a[2:]` | `a[1:2]`, `a[2:2147483647]` |
//! | `x = ANY (a)`, `x <> ALL (a)` | `x OPERATOR(bellwether."any =") a` |
//! | `x = ANY (SELECT …)`, `x <> ALL (SELECT …)` | `x IN (SELECT …)`, `x NOT IN (SELECT …)` |
//! | `x LIKE ANY (ARRAY[a, b])` | `(x LIKE a OR x LIKE b)` |
//! | `x LIKE p ESCAPE e` | `x LIKE like_escape(p, e)` |
//! | `\|/ x`, `\|\|/ x`, `@ x`, `~ x` | `sqrt(x)`, `cbrt(x)`, `abs(x)`, `-1 - x` |
//!
//! Some places take a bare number only and keep it: positions in `ORDER BY` and `GROUP BY`, `LIMIT`, subscripts, window
//! frames, and the arguments of functions in `FROM` that are no relations.

use std::convert::Infallible;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, CastKind, DataType, DateTimeField, Distinct, ExactNumberInfo, Expr, Fetch, Function,
    FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, GroupByExpr, Ident, Interval, LimitClause,
    NamedWindowExpr, ObjectName, ObjectNamePart, OrderByKind, Query, Select, SetExpr, Statement, Subscript,
    TableFactor, TableFunctionArgs, TimezoneInfo, UnaryOperator, Value, ValueWithSpan, Values, VisitMut, VisitorMut,
    WindowFrame, WindowType,
};

use super::operator::{CAST, NUMBER, OPERATORS, TIES};
use super::types::is_known;
use super::{distinct_from, hypothetical, like_any, moment_word, named, row_in, symmetric, using_join};

/// The largest position in an array.
const SUBSCRIPT_MAX: &str = "2147483647";

/// Rewrites a statement that is about to be planned.
pub(crate) fn rewrite(statement: &mut Statement) {
    let ControlFlow::Continue(()) = statement.visit(&mut Rewriter::default());
}

/// What is kept from the visit is put back when the visit has passed.
#[derive(Default)]
struct Rewriter {
    frames: Vec<Option<WindowFrame>>,
    named_frames: Vec<Vec<Option<WindowFrame>>>,
    limits: Vec<(Option<LimitClause>, Option<Fetch>)>,
    arguments: Vec<Arguments>,
}

/// The arguments of a function in FROM.
enum Arguments {
    None,
    OfTable(Option<TableFunctionArgs>),
    OfFunction(Vec<FunctionArg>),
}

impl Rewriter {
    /// Rewrites the relations among the arguments of a function in FROM, which reads all its others as they are.
    fn rewrite_inputs<'a>(&mut self, arguments: impl Iterator<Item = &'a mut FunctionArg>) -> ControlFlow<Infallible> {
        for argument in arguments {
            if let FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Subquery(query))) = argument {
                query.visit(self)?;
            }
        }
        ControlFlow::Continue(())
    }
}

impl VisitorMut for Rewriter {
    type Break = Infallible;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Infallible> {
        using_join::rewrite_ordered(query);
        self.limits.push((query.limit_clause.take(), query.fetch.take()));
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<Infallible> {
        if let Some((limit, fetch)) = self.limits.pop() {
            query.limit_clause = limit;
            query.fetch = fetch;
            limit_for_fetch(query);
            if let Some(LimitClause::LimitOffset { limit, offset, .. }) = &mut query.limit_clause {
                limit.iter_mut().chain(offset.as_mut().map(|offset| &mut offset.value)).for_each(as_number);
            }
        }
        if let SetExpr::Values(values) = query.body.as_mut() {
            type_columns(values);
        }
        if let Some(OrderByKind::Expressions(keys)) = query.order_by.as_mut().map(|order_by| &mut order_by.kind) {
            keys.iter_mut().for_each(|key| restore_number(&mut key.expr));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Infallible> {
        // Of parts of a set operation; others are rewritten with their order.
        drop(using_join::rewrite(select));
        if let Some(condition) = &mut select.selection {
            row_in::rewrite(condition);
        }
        let frames = select.named_window.iter_mut().map(|window| match &mut window.1 {
            NamedWindowExpr::WindowSpec(window) => window.window_frame.take(),
            NamedWindowExpr::NamedWindow(_) => None,
        });
        self.named_frames.push(frames.collect());
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<Infallible> {
        let frames = self.named_frames.pop().unwrap_or_default();
        for (window, frame) in select.named_window.iter_mut().zip(frames) {
            if let NamedWindowExpr::WindowSpec(window) = &mut window.1 {
                window.window_frame = frame;
            }
        }
        if let GroupByExpr::Expressions(keys, _) = &mut select.group_by {
            keys.iter_mut().for_each(restore_number);
        }
        if let Some(Distinct::On(keys)) = &mut select.distinct {
            keys.iter_mut().for_each(restore_number);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<Infallible> {
        self.arguments.push(match factor {
            TableFactor::Table { args, .. } => Arguments::OfTable(args.take()),
            TableFactor::Function { args, .. } => Arguments::OfFunction(std::mem::take(args)),
            _ => Arguments::None,
        });
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<Infallible> {
        match (self.arguments.pop(), factor) {
            (Some(Arguments::OfTable(mut kept)), TableFactor::Table { args, .. }) => {
                self.rewrite_inputs(kept.iter_mut().flat_map(|kept| &mut kept.args))?;
                *args = kept;
            }
            (Some(Arguments::OfFunction(mut kept)), TableFactor::Function { args, .. }) => {
                self.rewrite_inputs(kept.iter_mut())?;
                *args = kept;
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<Infallible> {
        distinct_from::regroup(expression);
        if let Some(written) = hypothetical::written_out(expression) {
            *expression = written;
        }
        if let Expr::Function(function) = expression {
            self.frames.push(match &mut function.over {
                Some(WindowType::WindowSpec(window)) => window.window_frame.take(),
                _ => None,
            });
            named::place(function);
            name_rows(function);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<Infallible> {
        let written = like_any::written_out(expression)
            .or_else(|| symmetric::written_out(expression))
            .or_else(|| overlap(expression));
        if let Some(written) = written {
            *expression = written;
            return ControlFlow::Continue(());
        }
        match expression {
            Expr::Function(function) => {
                if let (Some(frame), Some(WindowType::WindowSpec(window))) = (self.frames.pop(), &mut function.over) {
                    window.window_frame = frame;
                }
                if let Some(instead) = moment(function).or_else(|| cast_call(function)) {
                    *expression = instead;
                }
            }
            Expr::Identifier(word) if word.quote_style.is_none() => {
                if let Some(data_type) = local_time(&word.value) {
                    *expression = cast(call("transaction_timestamp", Vec::new()), data_type);
                }
            }
            Expr::Value(ValueWithSpan { value: Value::Number(number, _), .. }) => {
                *expression = operator(Expr::value(Value::Null), NUMBER, text(number.clone()));
            }
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => {
                if let Some(number) = number_of(expr).filter(|number| !number.starts_with('-')) {
                    *expression = operator(Expr::value(Value::Null), NUMBER, text(format!("-{number}")));
                }
            }
            Expr::Tuple(values) => values.iter_mut().for_each(restore_number),
            Expr::CompoundFieldAccess { access_chain, .. } => {
                for access in access_chain {
                    match access {
                        AccessExpr::Subscript(Subscript::Index { index }) => restore_number(index),
                        AccessExpr::Subscript(Subscript::Slice { lower_bound, upper_bound, .. }) => {
                            lower_bound.get_or_insert_with(|| number("1"));
                            upper_bound.get_or_insert_with(|| number(SUBSCRIPT_MAX));
                        }
                        AccessExpr::Dot(_) => {}
                    }
                }
            }
            Expr::Cast {
                kind: CastKind::Cast | CastKind::DoubleColon,
                expr,
                data_type,
                array: false,
                format: None,
            } if is_known(data_type) => {
                *expression =
                    moment_word::meant(expr, data_type).unwrap_or_else(|| cast(take(expr), data_type.clone()));
            }
            Expr::TypedString(typed) if is_known(&typed.data_type) => {
                let value = Expr::Value(typed.value.clone());
                *expression = moment_word::meant(&value, &typed.data_type)
                    .unwrap_or_else(|| cast(value, typed.data_type.clone()));
            }
            Expr::Interval(interval) => {
                if let Some(written) = interval_text(interval) {
                    *expression = cast(text(written), DataType::Interval { fields: None, precision: None });
                }
            }
            Expr::AtTimeZone { timestamp, time_zone } => {
                *expression = call("timezone", vec![take(time_zone), take(timestamp)]);
            }
            Expr::AnyOp { left, compare_op: BinaryOperator::Eq, right, .. } if is_query(right) => {
                *expression = member(take(left), take(right), false);
            }
            Expr::AllOp { left, compare_op: BinaryOperator::NotEq, right } if is_query(right) => {
                *expression = member(take(left), take(right), true);
            }
            Expr::AnyOp { left, compare_op, right, .. } if !is_query(right) => {
                *expression = operator(take(left), &format!("any {compare_op}"), take(right));
            }
            Expr::AllOp { left, compare_op, right } if !is_query(right) => {
                *expression = operator(take(left), &format!("all {compare_op}"), take(right));
            }
            Expr::Like { pattern, escape_char: escape @ Some(_), .. }
            | Expr::ILike { pattern, escape_char: escape @ Some(_), .. } => {
                if let Some(escape) = escape.take() {
                    **pattern = call("like_escape", vec![take(pattern), Expr::Value(escape)]);
                }
            }
            Expr::UnaryOp { op: UnaryOperator::PGSquareRoot, expr } => *expression = call("sqrt", vec![take(expr)]),
            Expr::UnaryOp { op: UnaryOperator::PGCubeRoot, expr } => *expression = call("cbrt", vec![take(expr)]),
            Expr::UnaryOp { op: UnaryOperator::PGAbs, expr } => *expression = call("abs", vec![take(expr)]),
            Expr::UnaryOp { op: UnaryOperator::BitwiseNot, expr } => {
                let minus_one = number("-1");
                let right = Expr::Nested(Box::new(take(expr)));
                *expression =
                    Expr::BinaryOp { left: Box::new(minus_one), op: BinaryOperator::Minus, right: Box::new(right) };
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// `FETCH FIRST n ROWS ONLY` as `LIMIT n`, and WITH TIES as a limit with a mark.
fn limit_for_fetch(query: &mut Query) {
    let Some(Fetch { with_ties, percent: false, quantity }) = &query.fetch else { return };
    let mut rows = quantity.clone().unwrap_or_else(|| Expr::value(Value::Number("1".to_owned(), false)));
    if *with_ties {
        as_number(&mut rows);
        rows = operator(rows, TIES, Expr::value(Value::Null));
    }
    let limit = Some(rows);
    match &mut query.limit_clause {
        None => {
            query.limit_clause = Some(LimitClause::LimitOffset { limit, offset: None, limit_by: Vec::new() });
        }
        Some(LimitClause::LimitOffset { limit: none @ None, .. }) => *none = limit,
        Some(_) => return,
    }
    query.fetch = None;
}

/// Literals without a type in a column of VALUES are of the type that another row's value is cast to, and all numbers
/// are floats beside one that is cast to a float.
fn type_columns(values: &mut Values) {
    let columns = values.rows.first().map_or(0, |row| row.content.len());
    for column in 0..columns {
        let types = || values.rows.iter().filter_map(|row| cast_type(row.content.get(column)?));
        let float = types().find(|data_type| is_float(data_type)).filter(|_| types().all(is_number));
        let Some(data_type) = float.or_else(|| types().next()).cloned() else { continue };
        let are_floats = is_float(&data_type);
        for row in &mut values.rows {
            if let Some(value) = row.content.get_mut(column)
                && (is_untyped(value) || (are_floats && (number_of(value).is_some() || cast_type(value).is_some())))
            {
                *value = cast(take(value), data_type.clone());
            }
        }
    }
}

/// Whether a value is a literal without a type, or NULL.
fn is_untyped(value: &Expr) -> bool {
    matches!(value, Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(_) | Value::Null, .. }))
}

fn is_float(data_type: &DataType) -> bool {
    match data_type {
        DataType::Custom(name, _) => name.to_string().eq_ignore_ascii_case("float8"),
        other => matches!(
            other,
            DataType::Double(_) | DataType::DoublePrecision | DataType::Float8 | DataType::Float(ExactNumberInfo::None)
        ),
    }
}

fn is_number(data_type: &DataType) -> bool {
    is_float(data_type)
        || matches!(
            data_type,
            DataType::SmallInt(_)
                | DataType::Int2(_)
                | DataType::Int(_)
                | DataType::Integer(_)
                | DataType::Int4(_)
                | DataType::BigInt(_)
                | DataType::Int8(_)
                | DataType::Real
                | DataType::Float4
                | DataType::Numeric(_)
                | DataType::Decimal(_)
        )
}

/// The type that a cast of ours is to.
fn cast_type(expression: &Expr) -> Option<&DataType> {
    match expression {
        Expr::BinaryOp { op: BinaryOperator::PGCustomBinaryOperator(name), right, .. }
            if name.last().is_some_and(|name| name == CAST) =>
        {
            match right.as_ref() {
                Expr::Cast { data_type, .. } => Some(data_type),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The start of the statement in local time, which has no brackets.
fn local_time(word: &str) -> Option<DataType> {
    match word.to_ascii_lowercase().as_str() {
        "localtimestamp" => Some(DataType::Timestamp(None, TimezoneInfo::None)),
        "localtime" => Some(DataType::Time(None, TimezoneInfo::None)),
        _ => None,
    }
}

/// The start of the statement, by any of the names that are no function here.
fn moment(function: &Function) -> Option<Expr> {
    let [ObjectNamePart::Identifier(name)] = function.name.0.as_slice() else { return None };
    let arguments = match &function.args {
        FunctionArguments::None => &[],
        FunctionArguments::List(list) => list.args.as_slice(),
        FunctionArguments::Subquery(_) => return None,
    };
    if function.over.is_some() {
        return None;
    }
    // Digits of a second.
    let digits = match arguments {
        [] => None,
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(digits))] => Some(number_of(digits)?.parse().ok()?),
        _ => return None,
    };
    let start = call("transaction_timestamp", Vec::new());
    match (name.value.to_ascii_lowercase().as_str(), digits) {
        ("now" | "current_timestamp", None) => Some(start),
        ("current_timestamp", digits) => Some(cast(start, DataType::Timestamp(digits, TimezoneInfo::Tz))),
        ("current_date", None) => Some(cast(start, DataType::Date)),
        ("localtimestamp", digits) => Some(cast(start, DataType::Timestamp(digits, TimezoneInfo::None))),
        ("localtime", digits) => Some(cast(start, DataType::Time(digits, TimezoneInfo::None))),
        _ => None,
    }
}

/// A type's name as a function, which casts.
fn cast_call(function: &mut Function) -> Option<Expr> {
    const TYPES: [&str; 11] =
        ["bool", "bpchar", "date", "float4", "float8", "int2", "int4", "int8", "text", "timestamptz", "varchar"];
    let [ObjectNamePart::Identifier(name)] = function.name.0.as_slice() else { return None };
    let name = name.value.to_ascii_lowercase();
    let FunctionArguments::List(list) = &mut function.args else { return None };
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(operand))] = list.args.as_mut_slice() else { return None };
    if !TYPES.contains(&name.as_str()) || function.over.is_some() {
        return None;
    }
    Some(cast(take(operand), DataType::Custom(ObjectName::from(vec![Ident::new(name)]), Vec::new())))
}

/// `row(…)` is a function of ours, and `t.*` as an argument the row of `t`.
fn name_rows(function: &mut Function) {
    if let [ObjectNamePart::Identifier(name)] = function.name.0.as_slice()
        && name.value.eq_ignore_ascii_case("row")
    {
        function.name = ObjectName::from(vec![Ident::new("row_value")]);
    }
    let FunctionArguments::List(list) = &mut function.args else { return };
    for argument in &mut list.args {
        if let FunctionArg::Unnamed(FunctionArgExpr::QualifiedWildcard(name)) = argument
            && let [ObjectNamePart::Identifier(relation)] = name.0.as_slice()
        {
            *argument = FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(relation.clone())));
        }
    }
}

/// A number in quotes is one where only a number can be.
fn as_number(expression: &mut Expr) {
    if let Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(text), .. }) = expression
        && text.trim().parse::<u64>().is_ok()
    {
        *expression = Expr::value(Value::Number(text.trim().to_owned(), false));
    }
}

fn is_query(expression: &Expr) -> bool {
    matches!(expression, Expr::Subquery(_))
}

/// `x IN (SELECT …)`, or NOT IN.
fn member(value: Expr, query: Expr, negated: bool) -> Expr {
    match query {
        Expr::Subquery(subquery) => Expr::InSubquery { expr: Box::new(value), subquery, negated },
        other => other,
    }
}

/// `(a, b) OVERLAPS (c, d)` as a call.
fn overlap(expression: &mut Expr) -> Option<Expr> {
    let Expr::BinaryOp { left, op: BinaryOperator::Overlaps, right } = expression else { return None };
    match (left.as_mut(), right.as_mut()) {
        (Expr::Tuple(first), Expr::Tuple(second)) if first.len() == 2 && second.len() == 2 => {
            Some(call("overlaps", first.drain(..).chain(second.drain(..)).collect()))
        }
        _ => None,
    }
}

/// `left OPERATOR(bellwether.name) right`.
fn operator(left: Expr, name: &str, right: Expr) -> Expr {
    let op = BinaryOperator::PGCustomBinaryOperator(vec![OPERATORS.to_owned(), name.to_owned()]);
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

/// The number of that text.
pub(super) fn number(digits: &str) -> Expr {
    operator(Expr::value(Value::Null), NUMBER, text(digits.to_owned()))
}

/// `operand OPERATOR(bellwether.cast) CAST(NULL AS type)`.
pub(super) fn cast(operand: Expr, data_type: DataType) -> Expr {
    let null = Box::new(Expr::value(Value::Null));
    let right = Expr::Cast { kind: CastKind::Cast, expr: null, data_type, array: false, format: None };
    operator(operand, CAST, right)
}

/// A call of a function.
pub(crate) fn call(name: &str, args: Vec<Expr>) -> Expr {
    let args = args.into_iter().map(|arg| FunctionArg::Unnamed(FunctionArgExpr::Expr(arg))).collect();
    Expr::Function(Function {
        name: ObjectName::from(vec![Ident::new(name)]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList { duplicate_treatment: None, args, clauses: Vec::new() }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

fn take(expression: &mut Expr) -> Expr {
    std::mem::replace(expression, Expr::value(Value::Null))
}

/// The text of an interval's literal, with the unit that may stand behind it.
fn interval_text(interval: &Interval) -> Option<String> {
    let value = match interval.value.as_ref() {
        Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(text), .. }) => text,
        _ => return None,
    };
    Some(match &interval.leading_field {
        // The unit is that of a bare number, of which it leaves no fraction.
        Some(field) if value.trim().parse::<f64>().is_ok() => {
            let field = interval.last_field.as_ref().unwrap_or(field);
            match value.split_once('.') {
                Some((whole, _)) if !matches!(field, DateTimeField::Second | DateTimeField::Seconds) => {
                    format!("{whole} {field}")
                }
                _ => format!("{value} {field}"),
            }
        }
        _ => value.clone(),
    })
}

fn text(text: String) -> Expr {
    Expr::value(Value::SingleQuotedString(text))
}

/// The number that an operator of ours stands for.
fn number_of(expression: &Expr) -> Option<&str> {
    match expression {
        Expr::BinaryOp { op: BinaryOperator::PGCustomBinaryOperator(name), right, .. }
            if name.last().is_some_and(|name| name == NUMBER) =>
        {
            match right.as_ref() {
                Expr::Value(ValueWithSpan { value: Value::SingleQuotedString(number), .. }) => Some(number),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Puts a number back as it was written.
fn restore_number(expression: &mut Expr) {
    if let Some(number) = number_of(expression).filter(|number| !number.starts_with('-')) {
        *expression = Expr::value(Value::Number(number.to_owned(), false));
    }
}

#[cfg(test)]
mod tests {
    use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
    use datafusion::sql::sqlparser::parser::Parser;

    use super::*;

    fn rewritten(sql: &str) -> String {
        let mut statement = Parser::parse_sql(&PostgreSqlDialect {}, sql).unwrap().remove(0);
        rewrite(&mut statement);
        statement.to_string().replace("NULL OPERATOR(bellwether.number) ", "#")
    }

    #[test]
    fn numbers_become_operators_wherever_they_are_values() {
        assert_eq!(
            rewritten("SELECT 5, -1.5, f(2) FROM t WHERE a > 3"),
            "SELECT #'5', #'-1.5', f(#'2') FROM t WHERE a > #'3'"
        );
        assert_eq!(rewritten("VALUES (1, -a)"), "VALUES (#'1', -a)");
    }

    #[test]
    fn positions_limits_frames_and_table_functions_keep_their_numbers() {
        for sql in [
            "SELECT a FROM t GROUP BY 1 ORDER BY 1 LIMIT 10 OFFSET 5",
            "SELECT sum(a) OVER (ORDER BY b ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM t",
            "SELECT sum(a) OVER w FROM t WINDOW w AS (ORDER BY b ROWS 2 PRECEDING)",
            "SELECT * FROM generate_series(1, 10)",
            "SELECT DISTINCT ON (1) a FROM t",
        ] {
            assert_eq!(rewritten(sql), sql);
        }
    }
}
