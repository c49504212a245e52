//! What the planner makes of named statements: the names, and that no name changes what a statement means.

use datafusion::arrow::util::display::array_value_to_string;
use datafusion::dataframe::DataFrame;
use datafusion::error::Result;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::Statement as PlannerStatement;
use datafusion::sql::sqlparser::dialect::PostgreSqlDialect;
use datafusion::sql::sqlparser::parser::Parser;
use futures::TryStreamExt;

use super::*;

fn named(sql: &str) -> Statement {
    let mut statement = Parser::parse_sql(&PostgreSqlDialect {}, sql).unwrap().remove(0);
    assign(&mut statement);
    statement
}

/// A planner with a table `t` whose columns are called like functions.
async fn planner() -> SessionContext {
    let context = SessionContext::new();
    let rows = "(VALUES (1, 'b', 5, 7), (2, 'a', 6, 8), (3, 'a', 9, 1)) AS v (id, name, x, sum)";
    context.sql(&format!("CREATE TABLE t AS SELECT * FROM {rows}")).await.unwrap();
    context
}

async fn plan(statement: Statement) -> Result<LogicalPlan> {
    planner().await.state().statement_to_plan(PlannerStatement::Statement(Box::new(statement))).await
}

/// The names of a query's columns, and its rows.
async fn answer(sql: &str) -> (String, Vec<String>) {
    let plan = plan(named(sql)).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let rows = DataFrame::new(SessionContext::new().state(), plan).execute_stream().await.unwrap();
    let rows = visible_rows(rows);
    let names: Vec<String> = rows.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut lines = Vec::new();
    for batch in rows.try_collect::<Vec<_>>().await.unwrap() {
        let found: Vec<String> = batch.schema().fields().iter().map(|field| field.name().clone()).collect();
        assert_eq!(found, names, "{sql}");
        for row in 0..batch.num_rows() {
            let values = batch.columns().iter().map(|column| array_value_to_string(column, row).unwrap());
            lines.push(values.collect::<Vec<_>>().join(" "));
        }
    }
    (names.join(" "), lines)
}

async fn names(sql: &str) -> String {
    answer(sql).await.0
}

async fn rows(sql: &str) -> Vec<String> {
    answer(sql).await.1
}

#[tokio::test]
async fn columns_without_a_name_are_called_as_postgresql_calls_them() {
    assert_eq!(
        names("SELECT count(*), sum(t.x), 1 + 1, x, x::int, true FROM t GROUP BY x").await,
        "count sum ?column? x x ?column?"
    );
    assert_eq!(names("SELECT upper(name), name || '!' FROM t").await, "upper ?column?");
    assert_eq!(names("VALUES (1, 2)").await, "column1 column2");
}

#[tokio::test]
async fn columns_may_have_one_name() {
    assert_eq!(names("SELECT x, x, count(*), count(name) FROM t GROUP BY x").await, "x x count count");
    assert_eq!(names("SELECT 1, 1, 1 AS a, 2 AS a").await, "?column? ?column? a a");
    assert_eq!(names("SELECT a.id, b.id FROM t a JOIN t b ON a.id = b.id").await, "id id");
    assert_eq!(names("SELECT *, x FROM t").await, "id name x sum x");
    assert_eq!(names("SELECT *, upper(name) AS name FROM t").await, "id name x sum name");
    assert_eq!(names("SELECT * FROM (SELECT 1, 2) AS c").await, "?column? ?column?");
}

#[tokio::test]
async fn a_set_operation_has_the_names_of_its_first_query() {
    let (names, rows) = answer("SELECT count(*) FROM t UNION ALL SELECT max(x) FROM t ORDER BY count").await;
    assert_eq!(names, "count");
    assert_eq!(rows, ["3", "9"]);
}

#[tokio::test]
async fn order_by_means_what_it_meant() {
    assert_eq!(rows("SELECT upper(name) FROM t ORDER BY upper(name)").await, ["A", "A", "B"]);
    assert_eq!(rows("SELECT upper(name) FROM t ORDER BY id").await, ["B", "A", "A"]);
    assert_eq!(rows("SELECT upper(name), id FROM t ORDER BY 1, 2 DESC").await, ["A 3", "A 2", "B 1"]);
    assert_eq!(rows("SELECT name, count(*) FROM t GROUP BY name ORDER BY count(*)").await, ["b 1", "a 2"]);
    assert_eq!(rows("SELECT name, count(*) FROM t GROUP BY name ORDER BY count(*) + 1 DESC").await, ["a 2", "b 1"]);
}

#[tokio::test]
async fn order_by_a_name_takes_the_result_and_an_expression_the_input() {
    assert_eq!(rows("SELECT sum(x) FROM t GROUP BY sum ORDER BY sum").await, ["5", "6", "9"]);
    assert_eq!(rows("SELECT sum(x) FROM t GROUP BY sum ORDER BY -sum").await, ["6", "5", "9"]);
    assert_eq!(rows("SELECT sum(sum) FROM t GROUP BY name ORDER BY sum(sum)").await, ["7", "9"]);
    let within = "WITH c AS (SELECT sum(x) FROM t GROUP BY sum ORDER BY sum + 1 LIMIT 1) SELECT * FROM c";
    assert_eq!(answer(within).await, ("sum".to_owned(), vec!["9".to_owned()]));
}

#[tokio::test]
async fn distinct_rows_are_sorted_by_an_expression_that_is_selected() {
    assert_eq!(rows("SELECT DISTINCT upper(name) FROM t ORDER BY upper(name)").await, ["A", "B"]);
    assert_eq!(rows("SELECT DISTINCT upper(name) AS u FROM t ORDER BY upper(name) DESC").await, ["B", "A"]);
    let first = "SELECT DISTINCT ON (lower(name)) lower(name), x FROM t ORDER BY lower(name), x";
    assert_eq!(rows(first).await, ["a 6", "b 5"]);
}

#[tokio::test]
async fn group_by_and_having_mean_what_they_meant() {
    assert_eq!(rows("SELECT lower(name) FROM t GROUP BY lower(name) ORDER BY lower").await, ["a", "b"]);
    assert_eq!(rows("SELECT upper(name), count(*) FROM t GROUP BY upper ORDER BY upper").await, ["A 2", "B 1"]);
    assert_eq!(rows("SELECT upper(name), count(*) FROM t GROUP BY 1 ORDER BY 1").await, ["A 2", "B 1"]);
    assert_eq!(rows("SELECT sum(x) FROM t GROUP BY sum HAVING sum > 7").await, ["6"]);
    assert_eq!(rows("SELECT max(x) FROM t HAVING max(x) > 1").await, ["9"]);
    assert!(rows("SELECT max(x) FROM t HAVING max(x) > 100").await.is_empty());
}

#[tokio::test]
async fn a_query_around_another_refers_to_the_names() {
    assert_eq!(rows("SELECT count FROM (SELECT count(*) FROM t) AS c").await, ["3"]);
    let totals = "WITH c AS (SELECT name, sum(x) FROM t GROUP BY name) SELECT name, sum FROM c ORDER BY name";
    assert_eq!(rows(totals).await, ["a 15", "b 5"]);
    let casted = "SELECT c.x FROM (SELECT x::int, count(*) FROM t GROUP BY x::int) AS c ORDER BY c.x";
    assert_eq!(rows(casted).await, ["5", "6", "9"]);
    assert_eq!(rows("WITH c (n) AS (SELECT count(*) FROM t) SELECT n FROM c").await, ["3"]);
}

#[tokio::test]
async fn a_reference_to_one_of_two_alike_is_refused() {
    assert!(plan(named("SELECT c.count FROM (SELECT count(*), count(name) FROM t) AS c")).await.is_err());
    assert!(plan(named("SELECT c.id FROM (SELECT a.id, b.id FROM t a JOIN t b ON a.id = b.id) AS c")).await.is_err());
}

/// The names stored with a view, or why there is no such view.
async fn columns(sql: &str, given: &[&str]) -> Result<Vec<String>, String> {
    let Statement::CreateView(create) = named(&format!("CREATE VIEW v AS {sql}")) else { panic!("{sql} is no view") };
    let plan = plan(Statement::Query(create.query)).await.unwrap();
    let given = given.iter().map(|name| (*name).to_owned()).collect();
    view_columns(&plan, given).map_err(|error| error.message().to_owned())
}

#[tokio::test]
async fn a_view_is_stored_with_names_and_refused_with_two_alike() {
    assert_eq!(
        named("CREATE VIEW v AS SELECT count(*) FROM t").to_string(),
        "CREATE VIEW v AS SELECT count(*) AS \"count\" FROM t"
    );
    assert_eq!(columns("SELECT count(*), max(x) FROM t", &[]).await.unwrap(), [""; 0]);
    assert_eq!(columns("SELECT sum(x) FROM t GROUP BY sum ORDER BY sum + 1", &[]).await.unwrap(), ["sum"]);
    assert_eq!(columns("SELECT 1, 2", &["a", "b"]).await.unwrap(), ["a", "b"]);
    assert_eq!(columns("SELECT 1, 2, 3", &["a", "b"]).await.unwrap(), ["a", "b", "?column?"]);
    assert_eq!(columns("SELECT 1, 2", &[]).await.unwrap_err(), "column \"?column?\" specified more than once");
    assert_eq!(columns("SELECT 1, 2", &["a", "a"]).await.unwrap_err(), "column \"a\" specified more than once");
}

#[test]
fn what_nobody_sees_keeps_its_text() {
    for sql in [
        "SELECT x FROM t WHERE x IN (SELECT max(x) FROM t)",
        "SELECT x FROM t WHERE EXISTS (SELECT 1, 1 FROM t)",
        "SELECT x AS a, t.name FROM t ORDER BY x, 2",
        "UPDATE t SET x = (SELECT max(x) FROM t)",
        "DELETE FROM t WHERE x = (SELECT max(x) FROM t)",
    ] {
        assert_eq!(named(sql).to_string(), sql);
    }
}

#[test]
fn what_fills_a_table_or_a_file_may_have_columns_of_one_name() {
    let marked = "SELECT x, x AS \"x\u{E000}0\" FROM t";
    assert_eq!(named("INSERT INTO s SELECT x, x FROM t").to_string(), format!("INSERT INTO s {marked}"));
    assert_eq!(named("CREATE TABLE s AS SELECT x, x FROM t").to_string(), format!("CREATE TABLE s AS {marked}"));
    assert_eq!(named("COPY (SELECT x, x FROM t) TO STDOUT").to_string(), format!("COPY ({marked}) TO STDOUT"));
}

#[test]
fn a_plan_that_is_shown_has_plain_names() {
    assert_eq!(named("EXPLAIN SELECT count(*) FROM t").to_string(), "EXPLAIN SELECT count(*) AS \"count\" FROM t");
}
