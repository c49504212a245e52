//! Each bound from both sides: a value just below passes, one just above is refused.

use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::error::{DataFusionError, Result};
use datafusion::prelude::SessionContext;

use super::limit::{LimitExceeded, What};

fn bounded() -> SessionContext {
    let mut context = SessionContext::new();
    super::register(&mut context).unwrap();
    context
}

async fn run(context: &SessionContext, sql: &str) -> Result<String> {
    let batches = context.sql(sql).await?.collect().await?;
    Ok(pretty_format_batches(&batches)?.to_string())
}

/// The limit an error tells of, however it is wrapped.
fn limit_exceeded(error: &DataFusionError) -> Option<LimitExceeded> {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = source {
        if let Some(limit) = error.downcast_ref::<LimitExceeded>() {
            return Some(limit.clone());
        }
        source = error.source();
    }
    None
}

/// Calls with `#`, the largest number that passes, and what the next one would make.
const LIMITS: [(&str, u64, u64); 16] = [
    ("octet_length(repeat(x, #))", 16_777_216, 16_777_217),
    ("octet_length(lpad(x, #))", 16_777_216, 16_777_217),
    ("octet_length(rpad(x, #))", 16_777_216, 16_777_217),
    ("octet_length(lpad(x, #, 'é'))", 8_388_608, 16_777_217),
    ("octet_length(concat(repeat(x, 8388608), repeat(x, #)))", 8_388_608, 16_777_217),
    ("octet_length(concat_ws('-', repeat(x, 8388607), repeat(x, #)))", 8_388_608, 16_777_217),
    ("octet_length(repeat(x, 8388608) || repeat(x, #))", 8_388_608, 16_777_217),
    ("octet_length(replace(repeat(x, #), 'x', 'abcd'))", 4_194_304, 16_777_220),
    ("octet_length(translate(repeat(x, #), 'x', 'é'))", 8_388_608, 16_777_218),
    ("octet_length(overlay(repeat(x, 8388608) placing repeat(x, #) from 1))", 8_388_608, 16_777_217),
    ("array_length(array_repeat(n, #))", 1_048_576, 16_777_232),
    ("array_length(array_resize(make_array(n), #, n))", 1_048_576, 16_777_224),
    ("array_length(array_concat(range(1048576), range(#)))", 1_048_576, 16_777_224),
    ("octet_length(array_to_string(array_repeat(x, 1000), repeat(x, #)))", 16_776, 16_778_000),
    ("array_length(range(0, #))", 2_097_151, 16_777_224),
    ("array_length(range(0, -#, -n))", 2_097_151, 16_777_224),
];

#[tokio::test]
async fn a_value_of_the_limit_passes_and_the_next_larger_does_not() {
    let context = bounded();
    for (call, passes, next) in LIMITS {
        let sql = |number: u64| {
            format!("SELECT {} FROM (VALUES ('x', 1), (NULL, NULL)) AS t(x, n)", call.replace('#', &number.to_string()))
        };
        let fits = run(&context, &sql(passes)).await;
        assert!(fits.is_ok(), "{call} of {passes}: {fits:?}");
        let error = run(&context, &sql(passes + 1)).await.unwrap_err();
        let Some(limit) = limit_exceeded(&error) else { panic!("{call}: {error}") };
        assert_eq!((limit.what, limit.amount), (What::Value, next), "{call}");
    }
}

#[tokio::test]
async fn the_error_names_function_size_and_limit() {
    let error = run(&bounded(), "SELECT repeat('x', 2000000000)").await.unwrap_err();
    assert_eq!(
        limit_exceeded(&error).unwrap().to_string(),
        "repeat would make a value of 2000000000 bytes, the limit is 16777216"
    );
}

#[tokio::test]
async fn values_that_fit_may_be_too_many_for_a_batch() {
    let context = bounded();
    let sql = "SELECT count(repeat('x', 16777216 - value)) FROM generate_series(1, 17)";
    let error = run(&context, sql).await.unwrap_err();
    assert_eq!(limit_exceeded(&error).unwrap().what, What::Batch);
}

#[tokio::test]
async fn sizes_beyond_any_number_are_refused_as_well() {
    let context = bounded();
    for call in [
        "repeat('xx', 9223372036854775807)",
        "lpad('x', 9223372036854775807)",
        "array_repeat(1, 9223372036854775807)",
        "range(-9223372036854775807, 9223372036854775807)",
    ] {
        let error = run(&context, &format!("SELECT {call}")).await.unwrap_err();
        assert!(limit_exceeded(&error).is_some(), "{call}: {error}");
    }
}

#[tokio::test]
async fn a_series_without_end_is_refused() {
    let sql = "SELECT range(date '2024-01-31', date '2000-01-01', interval '1 month -30 days')";
    let error = run(&bounded(), sql).await.unwrap_err();
    assert!(error.to_string().contains("a series needs a step in one direction"), "{error}");
}

#[tokio::test]
async fn a_percentile_keeps_a_limited_number_of_centroids() {
    let context = bounded();
    for call in ["approx_percentile_cont(0.5, #)", "approx_percentile_cont_with_weight(w, 0.5, #)"] {
        let sql = |number: u64| {
            let call = call.replace('#', &number.to_string());
            format!("SELECT {call} WITHIN GROUP (ORDER BY v) FROM (VALUES (1.0, 1.0), (2.0, 1.0)) AS t(v, w)")
        };
        run(&context, &sql(10_000)).await.unwrap();
        for number in [10_001, 2_147_483_648, 18_446_744_073_709_551_615] {
            let error = run(&context, &sql(number)).await.unwrap_err();
            let limit = limit_exceeded(&error).unwrap();
            assert_eq!((limit.what, limit.amount), (What::Centroids, number));
        }
    }
}

#[tokio::test]
async fn within_the_limits_everything_is_as_it_was() {
    let (bounded, plain) = (bounded(), SessionContext::new());
    for call in [
        "repeat(x, n)",
        "repeat(x, -1)",
        "repeat(x, NULL)",
        "lpad(x, n, 'ab')",
        "lpad(x, -1)",
        "lpad(x, 5, '')",
        "rpad(x, n, x)",
        "concat(x, NULL, x)",
        "concat(x, 1, 'y')",
        "concat_ws(',', x, NULL, 'y')",
        "concat_ws(NULL, x, 'y')",
        "x || n",
        "x || NULL",
        "'a' || x || 'c'",
        "replace(x, '', '-')",
        "replace(x, x, '')",
        "replace(NULL, 'a', 'b')",
        "translate(x, 'xy', 'é')",
        "overlay(x placing 'yy' from 1)",
        "array_repeat(n, n)",
        "array_repeat(n, -1)",
        "array_repeat(make_array(n), 2)",
        "list_repeat(x, 2)",
        "array_resize(make_array(n), 3)",
        "array_resize(make_array(n), 3, n)",
        "array_resize(make_array(x), 0)",
        "array_concat(make_array(n), make_array(2, 3))",
        "array_cat(make_array(x), make_array(NULL))",
        "make_array(x) || make_array('y')",
        "array_to_string(make_array(n, NULL, 3), ',', '*')",
        "array_to_string(make_array(make_array(n), make_array(2)), ',')",
        "range(n, 5)",
        "range(5, n)",
        "range(NULL, 5)",
        "range(timestamp '2024-01-01', timestamp '2024-01-02', interval '6 hours')",
    ] {
        let sql = format!("SELECT {call} AS result FROM (VALUES ('x', 1), ('xyz', 4), (NULL, NULL)) AS t(x, n)");
        let expected = run(&plain, &sql).await;
        let got = run(&bounded, &sql).await;
        match (expected, got) {
            (Ok(expected), Ok(got)) => assert_eq!(got, expected, "{call}"),
            (Err(_), Err(_)) => {}
            (expected, got) => panic!("{call}: {got:?} instead of {expected:?}"),
        }
    }
}

#[tokio::test]
async fn what_is_not_called_by_name_is_bounded_too() {
    let context = bounded();
    for call in [
        "x || repeat(x, 16777216)",
        "overlay(x placing repeat(x, 16777216) from 1)",
        "ARRAY[range(1048576), range(1048576)]",
        "range(1048576) || range(1048576) || range(1)",
    ] {
        let error = run(&context, &format!("SELECT {call} FROM (VALUES ('x')) AS t(x)")).await.unwrap_err();
        assert!(limit_exceeded(&error).is_some(), "{call}: {error}");
    }
}

#[tokio::test]
async fn doubling_in_subqueries_ends_at_the_limit() {
    let context = bounded();
    for doubled in ["x || x", "concat(x, x)", "replace(x, 'x', 'xx')"] {
        let mut sql = "SELECT x FROM (VALUES (repeat('x', 8192)), ('y')) AS t(x)".to_owned();
        for level in 0..16 {
            sql = format!("SELECT {doubled} AS x FROM ({sql}) AS t{level}");
        }
        let error = run(&context, &sql).await.unwrap_err();
        assert!(limit_exceeded(&error).is_some(), "{doubled}: {error}");
    }
}

#[tokio::test]
async fn aliases_are_bounded_too() {
    let context = bounded();
    for call in
        ["list_repeat(1, 1048577)", "list_cat(range(1048576), range(1048577))", "array_join(range(300000), ',')"]
    {
        let error = run(&context, &format!("SELECT {call}")).await.unwrap_err();
        assert!(limit_exceeded(&error).is_some(), "{call}: {error}");
    }
}
