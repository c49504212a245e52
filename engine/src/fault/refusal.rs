//! What the planner refuses, in PostgreSQL's words and with its code.
//!
//! The planner's errors are texts; these are told by their wording.

use bellwether_catalog::{Error, ErrorKind};

use super::quoted_before;

/// Functions that are nothing without OVER.
const OF_WINDOWS: [&str; 9] =
    ["cume_dist", "dense_rank", "lag", "lead", "nth_value", "ntile", "percent_rank", "rank", "row_number"];

/// The error that a message stands for; `None` for one without a form of PostgreSQL's.
pub(super) fn of(message: &str) -> Option<Error> {
    grouping(message)
        .or_else(|| place(message))
        .or_else(|| subquery(message))
        .or_else(|| window(message))
        .or_else(|| literal(message))
}

/// Aggregates and groups.
fn grouping(message: &str) -> Option<Error> {
    let error = |message: String| Error::new(ErrorKind::Grouping, message);
    if let Some(column) = quoted_before(message, "olumn \"", "\" must appear in the GROUP BY clause") {
        return Some(error(format!(
            "column \"{column}\" must appear in the GROUP BY clause or be used in an aggregate function"
        )));
    }
    if message.contains("ggregate function calls cannot be nested") {
        return Some(error("aggregate function calls cannot be nested".to_owned()));
    }
    if message.contains("ggregate functions are not allowed in the WHERE clause") {
        let fact = "aggregate functions are not allowed in WHERE".to_owned();
        return Some(error(fact).with_hint("put the condition into HAVING"));
    }
    None
}

/// Positions, numbers and conditions in clauses: `ORDER BY 7`, `LIMIT -1`, `WHERE 5`.
fn place(message: &str) -> Option<Error> {
    if message.contains("or SELECT DISTINCT, ORDER BY expressions ") {
        let fact = "for SELECT DISTINCT, ORDER BY expressions must appear in select list";
        return Some(Error::new(ErrorKind::InvalidColumnReference, fact));
    }
    for (clause, start, end) in [
        ("ORDER BY", "column out of bounds, specified: ", ","),
        ("GROUP BY", "Cannot find column with position ", " in"),
    ] {
        if let Some(position) = quoted_before(message, start, end) {
            let fact = format!("{clause} position {position} is not in select list");
            return Some(Error::new(ErrorKind::InvalidColumnReference, fact));
        }
    }
    if message.contains("LIMIT must be >= 0") {
        return Some(Error::new(ErrorKind::InvalidLimit, "LIMIT must not be negative"));
    }
    if message.contains("OFFSET must be >=0") {
        return Some(Error::new(ErrorKind::InvalidOffset, "OFFSET must not be negative"));
    }
    if message.contains("WITH TIES cannot be specified without ORDER BY clause") {
        return Some(Error::new(ErrorKind::Syntax, "WITH TIES cannot be specified without ORDER BY clause"));
    }
    if let Some(data_type) = message.split_once("annot create filter with non-boolean predicate ").map(|(_, rest)| rest)
    {
        let data_type = data_type.rsplit(' ').next().unwrap_or(data_type);
        let fact = format!("argument of WHERE must be type boolean, not type {}", super::postgres_type(data_type));
        return Some(Error::new(ErrorKind::TypeMismatch, fact));
    }
    None
}

/// Subqueries that stand for a value.
fn subquery(message: &str) -> Option<Error> {
    if message.contains("calar subquery returned more than one row") {
        let fact = "more than one row returned by a subquery used as an expression";
        return Some(Error::new(ErrorKind::CardinalityViolation, fact));
    }
    if message.contains("oo many columns! The subquery should only return one column") {
        return Some(Error::new(ErrorKind::Syntax, "subquery has too many columns"));
    }
    None
}

/// Functions of windows where there is no window.
fn window(message: &str) -> Option<Error> {
    let name = quoted_before(message, "Invalid function '", "'")?;
    let is_known = OF_WINDOWS.iter().any(|known| known.eq_ignore_ascii_case(name));
    is_known.then(|| Error::new(ErrorKind::WrongObjectType, format!("window function {name} requires an OVER clause")))
}

/// A literal that is no value of its type, told by one of our own errors of which only the words are left.
fn literal(message: &str) -> Option<Error> {
    const INVALID: &str = "invalid input syntax for type ";
    let (_, rest) = message.split_once(INVALID)?;
    let rest = rest.lines().next()?;
    let is_moment = ["date:", "time", "timestamp"].iter().any(|name| rest.starts_with(name));
    let kind = if is_moment { ErrorKind::InvalidDatetime } else { ErrorKind::InvalidText };
    Some(Error::new(kind, format!("{INVALID}{rest}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_have_postgresqls_kind_and_words() {
        for (message, kind, fact) in [
            (
                "Column in SELECT must be in GROUP BY or an aggregate function: While expanding wildcard, column \
                 \"n.id\" must appear in the GROUP BY clause or must be part of an aggregate function, currently …",
                ErrorKind::Grouping,
                "column \"n.id\" must appear in the GROUP BY clause or be used in an aggregate function",
            ),
            (
                "Order by column out of bounds, specified: 2, max: 1",
                ErrorKind::InvalidColumnReference,
                "ORDER BY position 2 is not in select list",
            ),
            (
                "Optimizer rule 'x' failed\ncaused by\ninvalid input syntax for type integer: \"x\"",
                ErrorKind::InvalidText,
                "invalid input syntax for type integer: \"x\"",
            ),
            ("LIMIT must be >= 0, '-1' was provided", ErrorKind::InvalidLimit, "LIMIT must not be negative"),
            (
                "Invalid function 'rank'.\nDid you mean 'tan'?",
                ErrorKind::WrongObjectType,
                "window function rank requires an OVER clause",
            ),
        ] {
            let error = of(message).unwrap();
            assert_eq!((error.kind(), error.message()), (kind, fact));
        }
        assert!(of("Invalid function 'frank'.").is_none());
    }
}
