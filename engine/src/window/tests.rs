//! The operator against the plan that it replaces, on random rows.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow::compute::{concat_batches, sort_to_indices, take_record_batch};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::datasource::MemTable;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::physical_plan::displayable;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::StreamExt;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::GroupWindows;

/// Sums of floats whose order of addition is not determined by the query may differ by this much, relatively.
const TOLERANCE: f64 = 1e-12;

const FRAMES: [&str; 9] = [
    "",
    "rows between unbounded preceding and current row",
    "rows between 2 preceding and 1 following",
    "rows between 3 preceding and 1 preceding",
    "rows between 1 following and 3 following",
    "rows between current row and unbounded following",
    "rows between unbounded preceding and 1 preceding",
    "rows between unbounded preceding and unbounded following",
    "range between current row and unbounded following",
];

/// In a total order every function has one result.
const TOTAL_ORDERS: [&str; 5] = [
    "order by id",
    "order by n desc nulls last, id",
    "order by s nulls first, id desc",
    "order by s desc, x, id",
    "order by at nulls first, d desc, id",
];

/// Rows that tie have the same result in these.
const ORDERS_WITH_TIES: [&str; 4] = ["", "order by n", "order by n desc nulls last, s", "order by x nulls first"];

const POSITIONAL: &str = "row_number() over w, ntile(3) over w, lag(s) over w, lag(n, 2, -7) over w, lead(x) over w, \
     lead(s, 3, 'none') over w, lag(d) over w, lead(at, 1) over w, first_value(s) over w, last_value(n) over w, \
     nth_value(x, 2) over w, nth_value(s, -1) over w";

const RANKS: &str = "rank() over w, dense_rank() over w, percent_rank() over w, cume_dist() over w";

const AGGREGATES: &str = "count(*) over w, count(n) over w, sum(n) over w, sum(x) over w, sum(d) over w, \
     avg(x) over w, min(n) over w, max(n) over w, min(x) over w, max(x) over w, min(s) over w, max(s) over w, \
     min(at) over w, max(d) over w, max(case when n > 3 then at end) over w";

fn rows(seed: u64, count: usize, partitions: i64) -> Vec<RecordBatch> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut batches = Vec::new();
    let mut id = 0;
    while (id as usize) < count {
        let size = random.random_range(1..200).min(count - id as usize);
        let ids: Vec<i64> = (id..id + size as i64).collect();
        id += size as i64;
        let mut integers = |low: i64, high: i64| -> Vec<Option<i64>> {
            (0..size).map(|_| random.random_bool(0.9).then(|| random.random_range(low..high))).collect()
        };
        let text = |values: Vec<Option<i64>>| {
            let text = values.into_iter().map(|value| value.map(|value| format!("value {value:03}")));
            Arc::new(StringArray::from_iter(text)) as ArrayRef
        };
        let floats = [-2.5, -0.0, 0.0, 1.0 / 3.0, 96.5, f64::NAN];
        let columns: Vec<(&str, ArrayRef, bool)> = vec![
            ("id", Arc::new(Int64Array::from(ids)), false),
            ("g", Arc::new(Int64Array::from(integers(0, partitions))), true),
            ("h", text(integers(0, partitions)), true),
            ("n", Arc::new(Int64Array::from(integers(-3, 8))), true),
            ("s", text(integers(0, 9)), true),
            (
                "x",
                Arc::new(Float64Array::from_iter(
                    // NaN is rare: it would make most sums NaN.
                    integers(0, 60).into_iter().map(|value| {
                        value.map(|value| match value {
                            0..6 => floats[value as usize],
                            value => value as f64 / 7.0,
                        })
                    }),
                )),
                true,
            ),
            (
                "d",
                Arc::new(
                    Decimal128Array::from_iter(integers(-900, 900).into_iter().map(|value| value.map(i128::from)))
                        .with_precision_and_scale(18, 4)
                        .unwrap(),
                ),
                true,
            ),
            ("at", Arc::new(TimestampMicrosecondArray::from(integers(0, 50))), true),
        ];
        batches.push(RecordBatch::try_from_iter_with_nullable(columns).unwrap());
    }
    batches
}

struct Engines {
    grouped: SessionContext,
    sorted: SessionContext,
}

impl Engines {
    /// With DataFusion's functions.
    fn new(batches: &[RecordBatch], config: &SessionConfig) -> Self {
        Self::with_functions(batches, config, |_| {})
    }

    fn with_functions(batches: &[RecordBatch], config: &SessionConfig, register: fn(&mut SessionState)) -> Self {
        let context = |is_grouped: bool| {
            let mut state = SessionStateBuilder::new().with_config(config.clone()).with_default_features();
            if is_grouped {
                state = state.with_physical_optimizer_rule(Arc::new(GroupWindows));
            }
            let mut state = state.build();
            register(&mut state);
            let context = SessionContext::new_with_state(state);
            let size = batches.len().div_ceil(config.target_partitions());
            let parts = batches.chunks(size).map(<[RecordBatch]>::to_vec).collect();
            let table = MemTable::try_new(batches[0].schema(), parts).unwrap();
            context.register_table("rows", Arc::new(table)).unwrap();
            context
        };
        Self { grouped: context(true), sorted: context(false) }
    }

    /// Both give the same for a query with a column `id`, and only one of them by the operator.
    async fn agree(&self, query: &str) {
        let (plan, mut grouped) = run(&self.grouped, query).await;
        assert!(plan.contains("GroupedWindowExec") && !plan.contains("WindowAggExec"), "{query}\n{plan}");
        let (plan, mut sorted) = run(&self.sorted, query).await;
        assert!(!plan.contains("GroupedWindowExec"), "{query}\n{plan}");
        for result in [&mut grouped, &mut sorted] {
            let order = sort_to_indices(result.column_by_name("id").unwrap(), None, None).unwrap();
            *result = take_record_batch(result, &order).unwrap();
        }
        assert_eq!(grouped.schema(), sorted.schema(), "{query}");
        for (column, field) in sorted.schema().fields().iter().enumerate() {
            same(grouped.column(column), sorted.column(column), &format!("{} of {query}", field.name()));
        }
    }

    /// The operator stays out of a query.
    async fn leaves_alone(&self, query: &str) {
        let (plan, _) = run(&self.grouped, query).await;
        assert!(!plan.contains("GroupedWindowExec"), "{query}\n{plan}");
    }
}

async fn run(context: &SessionContext, query: &str) -> (String, RecordBatch) {
    let plan = context.sql(query).await.unwrap().create_physical_plan().await.unwrap();
    let shown = displayable(plan.as_ref()).indent(false).to_string();
    let schema = plan.schema();
    let batches = datafusion::physical_plan::collect(plan, context.task_ctx()).await.unwrap();
    if shown.contains("GroupedWindowExec") {
        let size = context.task_ctx().session_config().batch_size();
        assert!(batches.iter().all(|batch| batch.num_rows() <= size));
    }
    (shown, concat_batches(&schema, &batches).unwrap())
}

fn same(left: &ArrayRef, right: &ArrayRef, what: &str) {
    if left.data_type() != &DataType::Float64 {
        assert_eq!(left, right, "{what}");
        return;
    }
    let (left, right) = (left.as_primitive::<Float64Type>(), right.as_primitive::<Float64Type>());
    for (row, (left, right)) in left.iter().zip(right).enumerate() {
        let is_same = match (left, right) {
            (Some(left), Some(right)) => {
                left == right
                    || (left.is_nan() && right.is_nan())
                    || (left - right).abs() <= TOLERANCE * left.abs().max(right.abs()).max(1.0)
            }
            (left, right) => left == right,
        };
        assert!(is_same, "{left:?} and {right:?} in row {row} of {what}");
    }
}

fn config(batch_size: usize) -> SessionConfig {
    SessionConfig::new().with_target_partitions(2).with_batch_size(batch_size)
}

#[tokio::test]
async fn functions_over_all_frames_give_what_datafusion_gives() {
    let engines = Engines::new(&rows(1, 600, 40), &config(256));
    for (index, frame) in FRAMES.iter().enumerate() {
        let order = TOTAL_ORDERS[index % TOTAL_ORDERS.len()];
        engines
            .agree(&format!(
                "select id, {POSITIONAL}, {RANKS}, {AGGREGATES} from rows window w as (partition by g {order} {frame})"
            ))
            .await;
    }
}

#[tokio::test]
async fn bellwethers_sums_are_known_too() {
    let engines = Engines::with_functions(&rows(11, 500, 30), &config(128), |state| {
        bellwether_udfs::register(state).unwrap();
    });
    for frame in FRAMES {
        engines
            .agree(&format!(
                "select id, sum(n) over w as a, sum(cast(n as int) + 0) over w as b, sum(x) over w as c, \
                 sum(d) over w as d, sum(-x) over w as e \
                 from rows window w as (partition by g order by id {frame})"
            ))
            .await;
    }
}

#[tokio::test]
async fn rows_that_tie_are_peers() {
    let engines = Engines::new(&rows(2, 700, 40), &config(100));
    let frames = ["", "range between current row and unbounded following", "range between current row and current row"];
    for order in ORDERS_WITH_TIES {
        for frame in frames {
            // Without an order a frame of peers is the whole partition, which DataFusion allows by leaving it out.
            if order.is_empty() && !frame.is_empty() {
                continue;
            }
            engines
                .agree(&format!(
                    "select id, {RANKS}, {AGGREGATES} from rows window w as (partition by h {order} {frame})"
                ))
                .await;
        }
    }
}

#[tokio::test]
async fn partitions_can_have_any_size_and_any_keys() {
    let query = |keys: &str| {
        format!(
            "select id, row_number() over w, lag(s) over w, sum(x) over w, max(s) over w, \
             sum(n) over (partition by {keys}) from rows window w as (partition by {keys} order by n, id)"
        )
    };
    for (partitions, batch_size) in [(1, 64), (1, 8192), (3, 1), (100_000, 1), (100_000, 8192)] {
        let engines = Engines::new(&rows(3, 300, partitions), &config(batch_size));
        for keys in ["g", "h", "g, h", "h, n", "id", "at", "d", "n > 2", "g + 1, h"] {
            engines.agree(&query(keys)).await;
        }
    }
    let wide = "select id, sum(n) over (partition by g * 1000000007 order by id) from rows";
    Engines::new(&rows(4, 600, 50), &config(128)).agree(wide).await;
}

#[tokio::test]
async fn windows_of_one_partition_are_one_operator() {
    let engines = Engines::new(&rows(5, 2_000, 150), &config(512));
    // A funnel: each step reads the result of the one before.
    let funnel = "with
        a as (select *, max(case when n = 1 then id end) over (partition by g order by id rows unbounded preceding) as s1 from rows),
        b as (select *, max(case when n = 2 and id < s1 + 900 then s1 end) over (partition by g order by id rows unbounded preceding) as s2 from a),
        c as (select *, max(case when n = 3 and id < s2 + 900 then s2 end) over (partition by g order by id rows unbounded preceding) as s3 from b)
        select id, s1, s2, s3 from c";
    // Sessions: the second window reads a difference to the first.
    let sessions = "with a as (select id, g, case when id - lag(id) over (partition by g order by id) < 300 then 0 else 1 end as new from rows)
        select id, sum(new) over (partition by g order by id rows unbounded preceding) as session from a";
    // Another order within the same partitions, and the whole partition.
    let orders = "select id, row_number() over (partition by g order by id) as a, rank() over (partition by g order by n desc) as b,
        sum(x) over (partition by g) as c, count(*) over (partition by g order by s, id desc) as d from rows";
    for query in [funnel, sessions, orders] {
        engines.agree(query).await;
        let (plan, _) = run(&engines.grouped, query).await;
        assert_eq!(plan.matches("GroupedWindowExec").count(), 1, "{plan}");
        assert!(!plan.contains("SortExec"), "{plan}");
    }
    // A filter that passes on few columns.
    let filtered = "select id, a from (select *, lag(n) over (partition by g order by id) as a, lead(n) over (partition by g order by s, id) as b from rows) where b > a";
    engines.agree(filtered).await;
    // Different partitions are different operators.
    let query = "select id, row_number() over (partition by g order by id) as a, row_number() over (partition by h order by id) as b from rows";
    engines.agree(query).await;
}

#[tokio::test]
async fn the_output_is_in_the_order_that_the_plan_relies_on() {
    let engines = Engines::new(&rows(6, 1_500, 90), &config(300));
    for query in [
        "select id, g, n, row_number() over (partition by g order by n, id) as r from rows order by g, n, id",
        "select id, h, n, row_number() over (partition by h order by n desc, id) as r from rows order by h, n desc, id",
        "select id, g, h, sum(n) over (partition by g, h order by id) as r from rows order by g, h, id",
        "select g as id, max(r) as last, count(*) as c from (select g, row_number() over (partition by g order by id) as r from rows) group by g order by g",
    ] {
        let (plan, grouped) = run(&engines.grouped, query).await;
        assert!(plan.contains("GroupedWindowExec"), "{plan}");
        let (_, sorted) = run(&engines.sorted, query).await;
        assert_eq!(grouped, sorted, "{query}");
    }
}

#[tokio::test]
async fn an_empty_input_has_an_empty_result() {
    let engines = Engines::new(&rows(7, 100, 10), &config(64));
    engines
        .agree(&format!(
            "select id, {POSITIONAL}, {AGGREGATES} from rows where id < 0 window w as (partition by g order by id)"
        ))
        .await;
    engines
        .agree(&format!(
            "select id, {POSITIONAL}, {AGGREGATES} from rows where id = 5 window w as (partition by h order by id)"
        ))
        .await;
}

#[tokio::test]
async fn what_is_not_known_stays_with_datafusion() {
    let engines = Engines::new(&rows(8, 100, 10), &config(64));
    for window in [
        "sum(n) filter (where n > 1) over (partition by g order by id)",
        "lag(n) ignore nulls over (partition by g order by id)",
        "lead(n) ignore nulls over (partition by g order by id)",
        "first_value(n) ignore nulls over (partition by g order by id)",
        "last_value(n) ignore nulls over (partition by g order by id)",
        "nth_value(n, 2) ignore nulls over (partition by g order by id)",
        "count(distinct n) over (partition by g)",
        "sum(n) over (partition by g order by id groups between 1 preceding and current row)",
        "sum(n) over (partition by g order by id range between 5 preceding and current row)",
        "row_number() over (order by id)",
        "row_number() over (partition by x order by id)",
        "stddev(x) over (partition by g order by id)",
        "array_agg(n) over (partition by g order by id)",
    ] {
        engines.leaves_alone(&format!("select id, {window} from rows")).await;
    }
}

#[tokio::test]
async fn rows_are_sorted_on_disk_when_memory_is_refused() {
    let batches = rows(9, 60_000, 4_000);
    let config = SessionConfig::new()
        .with_target_partitions(1)
        .with_batch_size(1_024)
        .with_sort_spill_reservation_bytes(256 << 10);
    let query = "select id, row_number() over (partition by g order by n, id) as a, lag(s) over (partition by g order by n, id) as b, \
         sum(d) over (partition by g) as c from rows";
    let engines = Engines::new(&batches, &config);
    let (_, expected) = run(&engines.sorted, query).await;

    let pool = Arc::new(FairSpillPool::new(4 << 20));
    let environment = RuntimeEnvBuilder::new().with_memory_pool(Arc::clone(&pool) as _).build_arc().unwrap();
    let state = SessionStateBuilder::new_from_existing(engines.grouped.state()).with_runtime_env(environment).build();
    let context = SessionContext::new_with_state(state);
    let plan = context.sql(query).await.unwrap().create_physical_plan().await.unwrap();
    assert_eq!(plan.name(), "GroupedWindowExec");
    let batches = datafusion::physical_plan::collect(Arc::clone(&plan), context.task_ctx()).await.unwrap();
    let metrics = plan.metrics().unwrap();
    assert_eq!(metrics.sum_by_name("sorted_for_memory").unwrap().as_usize(), 1);
    assert_eq!(metrics.output_rows(), Some(60_000));
    let result = concat_batches(&plan.schema(), &batches).unwrap();
    let by_id = |batch: &RecordBatch| {
        take_record_batch(batch, &sort_to_indices(batch.column_by_name("id").unwrap(), None, None).unwrap()).unwrap()
    };
    assert_eq!(by_id(&result), by_id(&expected));
}

#[tokio::test]
async fn dropping_the_results_gives_memory_back() {
    let engines = Engines::new(&rows(10, 20_000, 500), &config(100));
    let environment =
        RuntimeEnvBuilder::new().with_memory_pool(Arc::new(FairSpillPool::new(256 << 20))).build_arc().unwrap();
    let pool = Arc::clone(&environment.memory_pool);
    let state = SessionStateBuilder::new_from_existing(engines.grouped.state()).with_runtime_env(environment).build();
    let context = SessionContext::new_with_state(state);
    let query = "select id, row_number() over (partition by g order by id) as a from rows";
    let plan = context.sql(query).await.unwrap().create_physical_plan().await.unwrap();
    let mut stream = plan.execute(0, context.task_ctx()).unwrap();
    let first = stream.next().await.unwrap().unwrap();
    assert!(first.num_rows() <= 100 && pool.reserved() > 0);
    drop(stream);
    drop(plan);
    assert_eq!(pool.reserved(), 0);
}
