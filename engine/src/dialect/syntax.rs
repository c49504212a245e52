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
//! | `\|/ x`, `\|\|/ x`, `@ x`, `~ x` | `sqrt(x::double precision)`, `cbrt(x)`, `abs(x)`, `-1 - x` |
//!
//! Some places take a bare number only and keep it: positions in `ORDER BY` and `GROUP BY`, `LIMIT`, subscripts, window
//! frames, and the arguments of functions in `FROM` that are no relations.
//!
//! - [`expression`]: what single expressions become
//! - [`numbers`]: numbers as operators, and as they were written
//! - [`function`]: calls that mean something else
//! - [`moment`]: the names of the statement's start
//! - [`limit`]: how many rows
//! - [`values`]: types of the columns of VALUES
//! - [`tree`]: the parts that are written in place of others

mod expression;
mod function;
mod limit;
mod moment;
mod numbers;
mod tree;
mod values;

use std::convert::Infallible;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Distinct, Expr, Fetch, FunctionArg, FunctionArgExpr, GroupByExpr, LimitClause, NamedWindowExpr, OrderByKind, Query,
    Select, SetExpr, Statement, TableFactor, TableFunctionArgs, VisitMut, VisitorMut, WindowFrame, WindowType,
};

use super::{distinct_from, hypothetical, named, row_in, using_join};

pub(crate) use tree::call;
pub(super) use tree::{cast, number};

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
            limit::rewrite(query);
        }
        if let SetExpr::Values(values) = query.body.as_mut() {
            values::type_columns(values);
        }
        if let Some(OrderByKind::Expressions(keys)) = query.order_by.as_mut().map(|order_by| &mut order_by.kind) {
            keys.iter_mut().for_each(|key| numbers::restore(&mut key.expr));
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
            keys.iter_mut().for_each(numbers::restore);
        }
        if let Some(Distinct::On(keys)) = &mut select.distinct {
            keys.iter_mut().for_each(numbers::restore);
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
            function::name_rows(function);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<Infallible> {
        if let Expr::Function(function) = expression
            && let Some(frame) = self.frames.pop()
            && let Some(WindowType::WindowSpec(window)) = &mut function.over
        {
            window.window_frame = frame;
        }
        expression::rewrite(expression);
        ControlFlow::Continue(())
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
