//! A ladder of statements that grow deep in every way the grammar knows, and of lists that do not.

use super::{check_depth, check_text};
use crate::ErrorKind;

const DEPTH_MAX: usize = 500;
const RUNGS: [usize; 5] = [1, 10, 100, 1_000, 100_000];

/// A way to write a statement of any size.
struct Shape {
    name: &'static str,
    /// The largest rung that must still pass; all larger ones must be refused.
    passes_to: usize,
    write: fn(usize) -> String,
}

const fn shape(name: &'static str, passes_to: usize, write: fn(usize) -> String) -> Shape {
    Shape { name, passes_to, write }
}

/// `before` n times, `middle`, `after` n times.
fn around(before: &str, middle: &str, after: &str, n: usize) -> String {
    format!("{}{middle}{}", before.repeat(n), after.repeat(n))
}

fn numbered(n: usize, separator: &str, write: impl Fn(usize) -> String) -> String {
    (0..n).map(write).collect::<Vec<_>>().join(separator)
}

const DEEP: [Shape; 39] = [
    shape("brackets", 100, |n| format!("SELECT {}", around("(", "1", ")", n))),
    shape("brackets never closed", 100, |n| format!("SELECT {}", "(".repeat(n))),
    shape("sums", 100, |n| format!("SELECT 1{}", "+1".repeat(n))),
    shape("alternatives", 100, |n| format!("SELECT * FROM t WHERE c=0{}", " OR c=1".repeat(n))),
    shape("conjunctions", 100, |n| format!("SELECT * FROM t WHERE a{}", " AND a".repeat(n))),
    shape("negations", 100, |n| format!("SELECT {}true", "NOT ".repeat(n))),
    shape("signs", 100, |n| format!("SELECT {}1", "- ".repeat(n))),
    shape("concatenations", 100, |n| format!("SELECT 'a'{}", "||'a'".repeat(n))),
    shape("unions", 100, |n| format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(n))),
    shape("intersections", 100, |n| format!("SELECT a FROM t{}", " INTERSECT SELECT a FROM t".repeat(n))),
    shape("dotted names", 100, |n| format!("SELECT a{}", ".a".repeat(n))),
    shape("casts", 100, |n| format!("SELECT 1{}", "::int".repeat(n))),
    shape("array types", 100, |n| format!("SELECT a::int{}", "[]".repeat(n))),
    shape("subscripts", 100, |n| format!("SELECT a{}", "[1]".repeat(n))),
    shape("array literals", 100, |n| format!("SELECT ARRAY{}", around("[", "1", "]", n))),
    shape("subqueries", 100, |n| format!("SELECT * FROM {}", around("(SELECT * FROM ", "t", ") AS s", n))),
    shape("subqueries in WHERE", 100, |n| {
        format!("SELECT a FROM t WHERE {}", around("a IN (SELECT a FROM t WHERE ", "true", ")", n))
    }),
    shape("subqueries side by side", 100, |n| format!("SELECT {}", numbered(n, ", ", |_| "f((SELECT 1))".into()))),
    shape("windows", 100, |n| format!("SELECT {} FROM t", numbered(n, ", ", |i| format!("f(a) OVER (ORDER BY c{i})")))),
    shape("WITH queries", 100, |n| {
        let list = numbered(n, ", ", |i| format!("c{} AS (SELECT a FROM c{i})", i + 1));
        format!("WITH c0 AS (SELECT 1 AS a), {list} SELECT a FROM c{n}")
    }),
    shape("cases in cases", 100, |n| format!("SELECT {}", around("CASE WHEN a THEN ", "1", " END", n))),
    shape("calls in calls", 10, |n| format!("SELECT {}", around("f(", "1", ")", n))),
    shape("casts in casts", 10, |n| format!("SELECT {}", around("CAST(", "1", " AS int)", n))),
    shape("joins", 100, |n| format!("SELECT * FROM t{}", " LEFT JOIN u ON t.a = u.a".repeat(n))),
    shape("joins in brackets", 100, |n| format!("SELECT * FROM {}", around("(", "t", " JOIN u ON true)", n))),
    shape("joins of queries in brackets", 10, |n| {
        format!("SELECT a FROM {}", around("((SELECT a FROM ", "t", ") AS s JOIN u ON true)", n))
    }),
    shape("relations with commas", 100, |n| format!("SELECT * FROM t{}", ", t".repeat(n))),
    shape("explanations", 100, |n| format!("{}SELECT 1", "EXPLAIN ".repeat(n))),
    shape("null tests", 100, |n| format!("SELECT a{}", " IS NULL".repeat(n))),
    shape("ranges", 100, |n| format!("SELECT a{}", " BETWEEN 1 AND 2".repeat(n))),
    shape("time zones", 100, |n| format!("SELECT a{}", " AT TIME ZONE 'UTC'".repeat(n))),
    shape("intervals", 100, |n| format!("SELECT {}'1 day'", "INTERVAL ".repeat(n))),
    shape("distinctness", 100, |n| format!("SELECT a{}", " IS DISTINCT FROM a".repeat(n))),
    // Keywords in the place of names must not pass for separators.
    shape("columns named where", 100, |n| format!("SELECT 1{}", " + where".repeat(n))),
    shape("intervals named where", 100, |n| format!("SELECT 1{}", " + INTERVAL where".repeat(n))),
    shape("windows named union", 100, |n| format!("SELECT 1{}", " + f(a) OVER union".repeat(n))),
    shape("tables named union", 100, |n| format!("SELECT * FROM a{}", " JOIN union".repeat(n))),
    shape("aliases named union", 100, |n| format!("SELECT * FROM a{}", " JOIN b JOIN c AS union".repeat(n))),
    shape("cases of columns named end", 100, |n| format!("SELECT {}", around("CASE WHEN end THEN ", "1", " END", n))),
];

const FLAT: [Shape; 9] = [
    shape("an IN list", usize::MAX, |n| {
        format!("SELECT * FROM t WHERE a IN ({})", numbered(n, ",", |i| i.to_string()))
    }),
    shape("a VALUES list", usize::MAX, |n| {
        format!("INSERT INTO t VALUES {}", numbered(n, ",", |i| format!("({i}, -{i}, 'x')")))
    }),
    shape("many columns", usize::MAX, |n| {
        format!("SELECT {} FROM t", numbered(n, ", ", |i| format!("a{i} + 1 AS b{i}")))
    }),
    shape("many calls", usize::MAX, |n| format!("SELECT {} FROM t", numbered(n, ", ", |i| format!("sum(t.a{i} * 2)")))),
    shape("many branches", usize::MAX, |n| {
        format!("SELECT CASE {} END", numbered(n, " ", |i| format!("WHEN a = {i} AND b > 0 THEN value")))
    }),
    shape("many cases", usize::MAX, |n| {
        format!("SELECT {}", numbered(n, ", ", |_| "CASE WHEN a > 0 THEN value ELSE date END AS x".into()))
    }),
    shape("many statements", usize::MAX, |n| "SELECT (1 + 1);".repeat(n)),
    shape("a long comment", usize::MAX, |n| format!("SELECT 1 /* {} */", "((+".repeat(n))),
    shape("a long text", usize::MAX, |n| format!("SELECT '{}'", "((+".repeat(n))),
];

fn climb(shapes: &[Shape]) {
    for shape in shapes {
        for n in RUNGS {
            let checked = check_depth(&(shape.write)(n), DEPTH_MAX);
            assert_eq!(checked.is_ok(), n <= shape.passes_to, "{} of size {n}: {checked:?}", shape.name);
            if let Err(error) = checked {
                assert_eq!(error.kind(), ErrorKind::TooComplex);
            }
        }
    }
}

#[test]
fn deep_statements_are_refused_and_shallow_ones_pass() {
    climb(&DEEP);
}

#[test]
fn lists_pass_however_long() {
    climb(&FLAT);
}

#[test]
fn the_error_names_depth_and_limit() {
    let error = check_depth("SELECT 1+1+1", 2).unwrap_err();
    assert_eq!(error.message(), "statement nests 3 levels deep, the limit is 2");
    assert!(check_depth("SELECT 1+1+1", 3).is_ok());
}

#[test]
fn clauses_and_branches_do_not_add_up() {
    let sql =
        "SELECT a + b FROM t JOIN u ON t.x = u.x WHERE a > 1 AND b > 1 GROUP BY a + b HAVING a > 0 ORDER BY a LIMIT 5";
    // One level, one join, and the three operators of the longest clause.
    assert!(check_depth(sql, 5).is_ok());
    assert!(check_depth(sql, 4).is_err());
}

#[test]
fn every_statement_of_a_text_counts_for_itself() {
    assert!(check_depth("SELECT 1+1; SELECT 1+1; SELECT 1+1", 2).is_ok());
    assert!(check_depth("SELECT 1; SELECT 1+1+1", 2).is_err());
}

#[test]
fn a_bracket_too_many_is_left_to_the_parser() {
    assert!(check_depth("SELECT 1))))", DEPTH_MAX).is_ok());
    assert!(check_depth("SELECT 'not closed", DEPTH_MAX).is_ok());
    assert!(check_depth("", DEPTH_MAX).is_ok());
}

#[test]
fn a_text_may_be_as_long_as_the_limit() {
    assert!(check_text("SELECT 1", 8).is_ok());
    let error = check_text("SELECT 1", 7).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooComplex);
    assert_eq!(error.message(), "statement is 8 bytes long, the limit is 7");
}
