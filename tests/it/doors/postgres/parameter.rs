//! Parameters and results in binary, described before they are run.

use bellwether_tests::server::TestServer;
use tokio_postgres::types::Type;

#[tokio::test(flavor = "multi_thread")]
async fn parameters_arrive_and_results_come_back_in_binary() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let row = client
        .query_one(
            "SELECT $1::bigint + 1, $2::text || '!', $3::double precision * 2, NOT $4::boolean, $5::smallint, $6::integer",
            &[&41_i64, &"hé", &1.25_f64, &true, &7_i16, &8_i32],
        )
        .await
        .unwrap();
    assert_eq!(row.get::<_, i64>(0), 42);
    assert_eq!(row.get::<_, String>(1), "hé!");
    assert_eq!(row.get::<_, f64>(2).to_bits(), 2.5_f64.to_bits());
    assert!(!row.get::<_, bool>(3));
    assert_eq!(row.get::<_, i16>(4), 7);
    assert_eq!(row.get::<_, i32>(5), 8);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_null_parameter_is_null() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let row = client.query_one("SELECT $1::text IS NULL, $1::text", &[&None::<String>]).await.unwrap();
    assert!(row.get::<_, bool>(0));
    assert_eq!(row.get::<_, Option<String>>(1), None);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_type_of_a_parameter_is_found_in_what_it_is_compared_with() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    client.batch_execute("CREATE TABLE orders (id bigint, state text, amount double precision)").await.unwrap();
    client.batch_execute("INSERT INTO orders VALUES (1, 'paid', 10), (2, 'open', 20), (3, 'paid', 30)").await.unwrap();
    let statement = client
        .prepare("SELECT id FROM orders WHERE id > $1 AND state = $2 AND amount BETWEEN $3 AND $4 ORDER BY id LIMIT $5")
        .await
        .unwrap();
    assert_eq!(statement.params(), [Type::INT8, Type::TEXT, Type::FLOAT8, Type::FLOAT8, Type::INT8]);
    assert_eq!(statement.columns()[0].name(), "id");
    assert_eq!(statement.columns()[0].type_(), &Type::INT8);
    let rows = client.query(&statement, &[&0_i64, &"paid", &0.0, &100.0, &1_i64]).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.get::<_, i64>(0)).collect::<Vec<_>>(), [1]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_runs_again_with_other_values() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    client.batch_execute("CREATE TABLE facts (id bigint, name text)").await.unwrap();
    let insert = client.prepare("INSERT INTO facts VALUES ($1, $2)").await.unwrap();
    for id in 0..5_i64 {
        assert_eq!(client.execute(&insert, &[&id, &format!("row {id}")]).await.unwrap(), 1);
    }
    let count = client.prepare("SELECT count(*) FROM facts WHERE id >= $1").await.unwrap();
    for (least, expected) in [(0_i64, 5_i64), (3, 2), (9, 0)] {
        assert_eq!(client.query_one(&count, &[&least]).await.unwrap().get::<_, i64>(0), expected);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn update_and_delete_take_parameters_and_count_rows() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    client.batch_execute("CREATE TABLE facts (id bigint, name text)").await.unwrap();
    client.batch_execute("INSERT INTO facts VALUES (1, 'a'), (2, 'b'), (3, 'c')").await.unwrap();
    assert_eq!(client.execute("UPDATE facts SET name = $1 WHERE id <= $2", &[&"z", &2_i64]).await.unwrap(), 2);
    assert_eq!(client.execute("DELETE FROM facts WHERE name = $1", &[&"z"]).await.unwrap(), 2);
    let left = client.query("SELECT id FROM facts", &[]).await.unwrap();
    assert_eq!(left.len(), 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_statement_is_refused_when_it_is_prepared() {
    let server = TestServer::start().await;
    let client = server.connect().await.unwrap();
    let error = client.prepare("SELECT * FROM absent WHERE id = $1").await.unwrap_err();
    assert_eq!(error.code().map(|state| state.code()), Some("42P01"));
    let error = client.prepare("SELECT $1::bigint FROM (VALUES (1)) AS v (x) WHERE y = $1").await.unwrap_err();
    assert_eq!(error.code().map(|state| state.code()), Some("42703"));
    client.simple_query("SELECT 1").await.unwrap();
    server.stop().await;
}
