//! Table functions in a planner of their own: calls, errors, plans, and operators as bytes.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::catalog::MemTable;
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::physical_plan::{ExecutionPlan, collect, displayable};
use datafusion::prelude::{SessionConfig, SessionContext, col};
use datafusion::sql::parser::Statement;
use datafusion_proto::bytes::{
    physical_plan_from_bytes_with_extension_codec, physical_plan_to_bytes_with_extension_codec,
};

use super::{TableFunctionCodec, TableFunctionPlanner, TableFunctionRelations, name_relations};

fn context() -> SessionContext {
    context_with(SessionConfig::new().with_target_partitions(2).with_batch_size(3))
}

fn context_with(mut config: SessionConfig) -> SessionContext {
    config.options_mut().sql_parser.dialect = datafusion::config::Dialect::PostgreSQL;
    let state = SessionStateBuilder::new()
        .with_config(config)
        .with_default_features()
        .with_relation_planners(vec![Arc::new(TableFunctionRelations)])
        .with_query_planner(Arc::new(TableFunctionPlanner))
        .build();
    SessionContext::new_with_state(state)
}

const ORDERS: &str = "WITH orders(customer, day, amount, shop) AS (VALUES
    (1, DATE '2026-01-01', 10, 'a'), (1, DATE '2026-01-08', 30, 'a'), (2, DATE '2026-01-05', 7, 'b'),
    (NULL, DATE '2026-01-05', 7, 'b'), (3, NULL, 7, 'b'), (1, DATE '2026-01-08', 20, 'b')) ";

const CALL: &str = "rfm_summary(orders, customer => 'customer', ts => 'day', value => 'amount', until => '2026-01-31'";

async fn run(sql: &str) -> Result<String, DataFusionError> {
    run_in(&context(), sql).await
}

async fn run_in(context: &SessionContext, sql: &str) -> Result<String, DataFusionError> {
    let state = context.state();
    let mut statement = state.sql_to_statement(sql, &datafusion::config::Dialect::PostgreSQL)?;
    name_all(&mut statement);
    let plan = state.statement_to_plan(statement).await?;
    let batches = context.execute_logical_plan(plan).await?.collect().await?;
    Ok(pretty_format_batches(&batches)?.to_string())
}

fn name_all(statement: &mut Statement) {
    match statement {
        Statement::Statement(statement) => name_relations(statement),
        Statement::Explain(explain) => name_all(&mut explain.statement),
        _ => {}
    }
}

async fn error(sql: &str) -> String {
    let error = run(sql).await.unwrap_err().to_string();
    error.lines().next().unwrap_or_default().replace("External error: ", "")
}

#[tokio::test]
async fn a_call_composes_with_aliases_filters_and_joins() {
    let sql = format!(
        "{ORDERS} SELECT a.c, a.f, b.frequency FROM {CALL}) AS a(c, f)
         JOIN LATERAL {CALL}) b ON a.c = b.customer_id WHERE a.f >= 0 ORDER BY 1"
    );
    let shown = run(&sql).await.unwrap();
    assert_eq!(
        shown,
        "+---+---+-----------+\n| c | f | frequency |\n+---+---+-----------+\n| 1 | 1 | 1         |\n| 2 | 0 | 0         |\n+---+---+-----------+"
    );
}

#[tokio::test]
async fn by_columns_divide_the_result() {
    let sql = format!("{ORDERS} SELECT * FROM {CALL}, by => ARRAY['shop']) ORDER BY 1, 2");
    let shown = run(&sql).await.unwrap();
    let rows: Vec<&str> = shown.lines().skip(3).collect();
    assert_eq!(rows.len(), 4, "{shown}");
    assert!(rows[0].starts_with("| a    | 1           | 1 "), "{shown}");
    assert!(rows[1].starts_with("| b    | 1           | 0 "), "{shown}");
}

#[tokio::test]
async fn a_condition_on_a_key_is_met_below_the_call_and_only_columns_named_are_read() {
    let sql = format!("{ORDERS} SELECT * FROM {CALL}) WHERE customer_id = 2 AND frequency = 0");
    let shown = run(&format!("EXPLAIN {sql}")).await.unwrap();
    let call = shown.find("TableFunctionExec").unwrap();
    assert!(shown[..call].contains("frequency"), "{shown}");
    assert!(!shown[call..].contains("shop"), "{shown}");
    assert!(run(&sql).await.unwrap().contains("| 2           | 0 "));
}

#[tokio::test]
async fn wrong_calls_are_refused_with_what_could_be_meant() {
    let call = |rest: &str| format!("{ORDERS} SELECT * FROM rfm_summary({rest})");
    for (rest, expected) in [
        ("orders", "rfm_summary needs its argument customer (any: The column of who ordered.)"),
        (
            "orders, customer => 'costumer', ts => 'day', until => '2026-01-31'",
            "argument customer of rfm_summary names column \"costumer\", which the input does not have (did you mean 'customer'?)",
        ),
        (
            "orders, customer => 'customer', ts => 'amount', until => '2026-01-31'",
            "argument ts of rfm_summary needs a timestamp or date, column \"amount\" is integer",
        ),
        ("orders, custmer => 'customer'", "rfm_summary has no argument custmer (did you mean customer?)"),
        ("orders, customer => 'customer', customer => 'customer'", "argument customer of rfm_summary is given twice"),
        (
            "orders, customer => customer",
            "argument customer of rfm_summary must be the name of a column as text, got customer (write customer => 'customer')",
        ),
        (
            "orders, customer => 'customer', ts => 'day', until => '2026-01-31', unit => 'weeks'",
            "argument unit of rfm_summary must be one of 'day', 'week', 'month', got 'weeks' (did you mean 'week'?)",
        ),
        (
            "orders, customer => 'customer', ts => 'day', until => NULL",
            "argument until of rfm_summary must not be null",
        ),
        (
            "7",
            "argument 1 of rfm_summary must be a subquery, or the name of a table, view or CTE (rfm_summary((orders), customer => …, ts => …, until => …, [value => …], [unit => …], [by => …]))",
        ),
    ] {
        assert_eq!(error(&call(rest)).await, expected);
    }
}

#[tokio::test]
async fn sorted_input_gives_the_same_rows_without_being_held() {
    let rows = 300_000;
    let customers: Int64Array = (0..rows).map(|row| Some(row / 7)).collect();
    let days: Date32Array = (0..rows).map(|row| Some(((row * 31) % 400) as i32)).collect();
    let batch = RecordBatch::try_from_iter([
        ("customer", Arc::new(customers) as ArrayRef),
        ("day", Arc::new(days) as ArrayRef),
    ])
    .unwrap();
    let batches: Vec<RecordBatch> =
        (0..rows as usize).step_by(8192).map(|at| batch.slice(at, 8192.min(rows as usize - at))).collect();
    let call = "SELECT count(*), sum(customer_id * frequency), sum(recency), sum(t)
        FROM rfm_summary(orders, customer => 'customer', ts => 'day', until => '1971-06-01')";
    let mut results = Vec::new();
    for is_sorted in [false, true] {
        let mut table = MemTable::try_new(batch.schema(), vec![batches.clone()]).unwrap();
        if is_sorted {
            table = table.with_sort_order(vec![vec![col("customer").sort(true, false)]]);
        }
        let context = context_with(SessionConfig::new().with_target_partitions(1));
        context.register_table("orders", Arc::new(table)).unwrap();
        let plan = run_in(&context, &format!("EXPLAIN {call}")).await.unwrap();
        assert_eq!(plan.contains("groups, sorted"), is_sorted, "{plan}");
        results.push(run_in(&context, call).await.unwrap());
    }
    assert_eq!(results[0], results[1]);
    assert!(results[0].contains("| 42858 "), "{}", results[0]);
}

/// Orders of customers in two shops, in two partitions: shop, customer, day.
fn orders_of_two_shops(context: &SessionContext, customers: i64) {
    let shops: Int64Array = (0..customers * 4).map(|row| Some(row % 2)).collect();
    let numbers: Int64Array = (0..customers * 4).map(|row| Some(row / 2 % customers)).collect();
    let days: Date32Array = (0..customers * 4).map(|row| Some(((row * 31) % 400) as i32)).collect();
    let columns: [(&str, ArrayRef); 3] =
        [("shop", Arc::new(shops)), ("customer", Arc::new(numbers)), ("day", Arc::new(days))];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let half = batch.num_rows() / 2;
    let partitions = vec![vec![batch.slice(0, half)], vec![batch.slice(half, half)]];
    let table = MemTable::try_new(batch.schema(), partitions).unwrap();
    context.register_table("orders", Arc::new(table)).unwrap();
}

#[tokio::test]
async fn groups_seen_together_are_those_of_the_by_columns_and_divide_threads() {
    let context = context();
    orders_of_two_shops(&context, 50);
    let call = "rfm(orders, customer => 'customer', ts => 'day', until => '1971-06-01', binning => 'ntile'";
    let plan = run_in(&context, &format!("EXPLAIN SELECT * FROM {call}, by => ARRAY['shop'])")).await.unwrap();
    assert!(plan.contains("Hash([shop@0], 2)"), "{plan}");
    let plan = run_in(&context, &format!("EXPLAIN SELECT * FROM {call})")).await.unwrap();
    assert!(!plan.contains("Hash("), "{plan}");
    let all = format!("SELECT * FROM {call}, by => ARRAY['shop']) WHERE shop = 1 ORDER BY customer_id");
    let one = format!(
        "WITH orders AS (SELECT * FROM orders WHERE shop = 1) SELECT 1 AS shop, * FROM {call}) ORDER BY customer_id"
    );
    let (all, one) = (run_in(&context, &all).await.unwrap(), run_in(&context, &one).await.unwrap());
    let rows = |shown: &str| shown.lines().skip(3).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(rows(&all), rows(&one));
    assert_eq!(rows(&all).len(), 51, "{all}");
}

/// The most memory that the operators of a plan held.
fn peak_memory_bytes(plan: &dyn ExecutionPlan) -> usize {
    let own = plan.metrics().and_then(|metrics| metrics.sum_by_name("peak_memory_bytes"));
    let below: usize = plan.children().into_iter().map(|child| peak_memory_bytes(child.as_ref())).sum();
    own.map_or(0, |peak| peak.as_usize()) + below
}

#[tokio::test]
async fn what_a_function_keeps_of_its_groups_is_memory_it_holds() {
    let context = context_with(SessionConfig::new().with_target_partitions(1));
    orders_of_two_shops(&context, 20_000);
    let mut peaks = Vec::new();
    for call in ["rfm_summary", "rfm"] {
        let sql = format!("SELECT * FROM {call}(orders, customer => 'customer', ts => 'day', until => '1971-06-01')");
        let state = context.state();
        let mut statement = state.sql_to_statement(&sql, &datafusion::config::Dialect::PostgreSQL).unwrap();
        name_all(&mut statement);
        let plan = state.statement_to_plan(statement).await.unwrap();
        let plan = state.create_physical_plan(&plan).await.unwrap();
        collect(Arc::clone(&plan), context.task_ctx()).await.unwrap();
        peaks.push(peak_memory_bytes(plan.as_ref()));
    }
    // Three measures of 16 bytes for each of 20,000 customers.
    assert!(peaks[1] >= peaks[0] + 900_000, "{peaks:?}");
}

#[tokio::test]
async fn operators_survive_their_bytes() {
    let basket = "basket_rules(orders, order_id => 'customer', item => 'shop', min_support => 0)";
    for sql in [
        format!("{ORDERS} SELECT * FROM {CALL}, by => ARRAY['shop']) ORDER BY 1, 2"),
        format!("{ORDERS} SELECT * FROM {basket} ORDER BY 1"),
    ] {
        let context = context();
        let state = context.state();
        let mut statement = state.sql_to_statement(&sql, &datafusion::config::Dialect::PostgreSQL).unwrap();
        name_all(&mut statement);
        let plan = state.statement_to_plan(statement).await.unwrap();
        let operators = state.create_physical_plan(&plan).await.unwrap();
        let bytes = physical_plan_to_bytes_with_extension_codec(Arc::clone(&operators), &TableFunctionCodec).unwrap();
        let read =
            physical_plan_from_bytes_with_extension_codec(&bytes, &context.task_ctx(), &TableFunctionCodec).unwrap();
        let shown = |plan| displayable(plan).indent(false).to_string();
        assert_eq!(shown(read.as_ref()), shown(operators.as_ref()));
        let rows = pretty_format_batches(&collect(operators, context.task_ctx()).await.unwrap()).unwrap().to_string();
        let again = pretty_format_batches(&collect(read, context.task_ctx()).await.unwrap()).unwrap().to_string();
        assert_eq!(again, rows);
        assert!(rows.lines().count() > 4, "{rows}");
    }
}
