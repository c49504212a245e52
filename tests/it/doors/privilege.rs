//! What a user may do is the same through every door, and no more than was granted.

use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use arrow_flight::sql::client::FlightSqlServiceClient;
use bellwether::{ClientInfo, Door, Ingest, IngestMode, Outcome, Principal, Session};
use bellwether_tests::server::{TestServer, connect};
use futures::{StreamExt, TryStreamExt};
use tokio_postgres::Client;
use tonic::transport::{Channel, Endpoint};

const GUEST: &str = "guest";
const GUESTS_PASSWORD: &str = "guest's password";

/// A lake of an agency: a schema for each client, one that both may read, and a guest without any grant.
async fn agency() -> (TestServer, Client, Client) {
    let server = TestServer::start().await;
    server.engine.create_role(GUEST, GUESTS_PASSWORD, false).await.unwrap();
    let owner = server.connect().await.unwrap();
    let setup = "CREATE SCHEMA acme; CREATE TABLE acme.orders (id bigint, amount numeric(18,2));
        INSERT INTO acme.orders VALUES (1, 10), (2, 20);
        CREATE SCHEMA other; CREATE TABLE other.orders (id bigint); INSERT INTO other.orders VALUES (7);
        CREATE VIEW acme.total AS SELECT sum(amount) AS amount FROM acme.orders;
        CREATE MATERIALIZED VIEW acme.kept AS SELECT id, sum(amount) AS amount FROM acme.orders GROUP BY id";
    owner.batch_execute(setup).await.unwrap();
    let guest = login(&server, GUEST, GUESTS_PASSWORD).await;
    (server, owner, guest)
}

async fn login(server: &TestServer, user: &str, password: &str) -> Client {
    let mut config = server.postgres();
    connect(config.user(user).password(password)).await.unwrap()
}

/// Runs a statement that must be refused for want of a privilege.
async fn denied(client: &Client, sql: &str) -> String {
    let error = client.simple_query(sql).await.err().unwrap_or_else(|| panic!("{sql} was not refused"));
    let error = error.as_db_error().unwrap_or_else(|| panic!("{sql}: {error}"));
    assert_eq!(error.code().code(), "42501", "{sql}: {error}");
    error.message().to_owned()
}

async fn run(client: &Client, sql: &str) {
    client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {:?}", error.as_db_error()));
}

async fn number(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {:?}", error.as_db_error())).get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_grants_may_do_nothing_and_is_told_why() {
    let (server, owner, guest) = agency().await;
    assert_eq!(denied(&guest, "SELECT * FROM acme.orders").await, "permission denied for schema acme");
    run(&owner, "GRANT USAGE ON SCHEMA acme TO guest").await;
    for (sql, message) in [
        ("SELECT * FROM acme.orders", "permission denied for table orders"),
        ("SELECT 1 WHERE EXISTS (SELECT 1 FROM acme.orders)", "permission denied for table orders"),
        ("WITH o AS (SELECT * FROM acme.orders) SELECT count(*) FROM o", "permission denied for table orders"),
        ("SELECT * FROM acme.orders FOR VERSION AS OF 1", "permission denied for table orders"),
        ("EXPLAIN SELECT * FROM acme.orders", "permission denied for table orders"),
        ("COPY acme.orders TO STDOUT", "permission denied for table orders"),
        ("COPY acme.orders FROM STDIN", "permission denied for table orders"),
        ("DECLARE c CURSOR WITH HOLD FOR SELECT * FROM acme.orders", "permission denied for table orders"),
        ("SELECT * FROM acme.total", "permission denied for view total"),
        ("SELECT * FROM acme.kept", "permission denied for materialized view kept"),
        ("INSERT INTO acme.orders VALUES (3, 30)", "permission denied for table orders"),
        ("UPDATE acme.orders SET amount = 0", "permission denied for table orders"),
        ("DELETE FROM acme.orders", "permission denied for table orders"),
        ("TRUNCATE acme.orders", "permission denied for table orders"),
        (
            "MERGE INTO acme.orders o USING (VALUES (1)) AS s (id) ON o.id = s.id WHEN MATCHED THEN DELETE",
            "permission denied for table orders",
        ),
        ("CREATE TABLE acme.mine (id bigint)", "permission denied for schema acme"),
        ("CREATE TABLE acme.mine AS SELECT 1 AS id", "permission denied for schema acme"),
        ("CREATE VIEW acme.mine AS SELECT 1 AS id", "permission denied for schema acme"),
        ("CREATE MATERIALIZED VIEW acme.mine AS SELECT 1 AS id", "permission denied for schema acme"),
        ("CREATE TABLE mine (id bigint)", "permission denied for schema public"),
        ("CREATE SCHEMA mine", "permission denied for database lake"),
        ("ALTER TABLE acme.orders ADD COLUMN note text", "must be owner of table orders"),
        ("ALTER TABLE acme.orders RENAME TO mine", "must be owner of table orders"),
        ("ALTER TABLE acme.orders OWNER TO guest", "must be owner of table orders"),
        ("DROP TABLE acme.orders", "must be owner of table orders"),
        ("DROP VIEW acme.total", "must be owner of view total"),
        ("DROP SCHEMA acme CASCADE", "must be owner of schema acme"),
        ("COMMENT ON TABLE acme.orders IS 'mine'", "must be owner of table orders"),
        ("COMMENT ON COLUMN acme.orders.id IS 'mine'", "must be owner of table orders"),
        ("COMMENT ON SCHEMA acme IS 'mine'", "must be owner of schema acme"),
        ("CREATE INDEX i ON acme.orders (id)", "must be owner of table orders"),
        ("REFRESH MATERIALIZED VIEW acme.kept", "must be owner of materialized view kept"),
        ("GRANT SELECT ON acme.orders TO guest", "permission denied for table orders"),
        ("GRANT SELECT ON ALL TABLES IN SCHEMA acme TO guest", "permission denied for materialized view kept"),
        ("GRANT CREATE ON SCHEMA acme TO guest", "permission denied for schema acme"),
        ("GRANT CREATE ON DATABASE lake TO guest", "permission denied for database lake"),
        (
            "ALTER DEFAULT PRIVILEGES IN SCHEMA acme GRANT SELECT ON TABLES TO guest",
            "permission denied for schema acme",
        ),
    ] {
        assert_eq!(denied(&guest, sql).await, message, "{sql}");
    }
    assert_eq!(number(&owner, "SELECT count(*) FROM acme.orders").await, 2);
    // What is nobody's is everybody's.
    run(
        &guest,
        "SET TimeZone = 'Europe/Paris'; SELECT 1; CREATE TEMPORARY TABLE t (id bigint); INSERT INTO t VALUES (1)",
    )
    .await;
    assert_eq!(number(&guest, "SELECT count(*) FROM t").await, 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_privilege_opens_what_it_is_for_and_nothing_else() {
    let (server, owner, guest) = agency().await;
    run(&owner, "GRANT USAGE ON SCHEMA acme TO guest").await;
    let reads = "UPDATE acme.orders SET amount = amount WHERE id = 0";
    for (privilege, allowed, refused) in [
        ("SELECT", vec!["SELECT * FROM acme.orders"], vec!["DELETE FROM acme.orders"]),
        ("INSERT", vec!["INSERT INTO acme.orders VALUES (3, 30)"], vec!["SELECT * FROM acme.orders"]),
        ("UPDATE", vec!["UPDATE acme.orders SET amount = 5"], vec![reads, "INSERT INTO acme.orders VALUES (4, 0)"]),
        ("UPDATE, SELECT", vec![reads], vec!["DELETE FROM acme.orders WHERE id = 0"]),
        (
            "DELETE",
            vec!["DELETE FROM acme.orders"],
            vec!["DELETE FROM acme.orders WHERE id = 0", "TRUNCATE acme.orders"],
        ),
        ("TRUNCATE", vec!["TRUNCATE acme.orders"], vec!["SELECT * FROM acme.orders"]),
    ] {
        run(&owner, &format!("GRANT {privilege} ON acme.orders TO guest")).await;
        for sql in allowed {
            guest.simple_query(sql).await.unwrap_or_else(|error| panic!("{privilege}: {sql}: {error}"));
        }
        for sql in refused {
            denied(&guest, sql).await;
        }
        run(&owner, "REVOKE ALL ON acme.orders FROM guest").await;
    }
    denied(&guest, "SELECT * FROM acme.orders").await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_of_a_schema_sees_that_schema_alone_through_every_door() {
    let (server, owner, _) = agency().await;
    server.engine.create_reader("reader", "reader's password", &["acme".to_owned()]).await.unwrap();
    run(&owner, "CREATE TABLE acme.later AS SELECT 1 AS id").await;

    let postgres = login(&server, "reader", "reader's password").await;
    assert_eq!(number(&postgres, "SELECT count(*) FROM acme.orders").await, 2);
    assert_eq!(number(&postgres, "SELECT count(*) FROM acme.later").await, 1);
    assert_eq!(number(&postgres, "SELECT count(*) FROM acme.total").await, 1);
    assert_eq!(denied(&postgres, "SELECT * FROM other.orders").await, "permission denied for schema other");
    denied(&postgres, "DELETE FROM acme.orders").await;
    let listed = "SELECT count(*) FROM information_schema.tables WHERE table_schema IN ('acme', 'other')";
    assert_eq!(number(&postgres, listed).await, 3, "orders, later and total");
    let schemas = "SELECT count(*) FROM information_schema.schemata WHERE schema_name IN ('acme', 'other')";
    assert_eq!(number(&postgres, schemas).await, 1);
    assert_eq!(number(&postgres, "SELECT count(*) FROM system.tables WHERE schema_name = 'other'").await, 0);
    assert_eq!(number(&postgres, "SELECT count(*) FROM system.queries WHERE user_name <> 'reader'").await, 0);
    assert_eq!(number(&postgres, "SELECT count(*) FROM system.sessions WHERE user_name <> 'reader'").await, 0);
    let others =
        "SELECT count(*) FROM pg_stat_activity WHERE usename <> 'reader' AND query <> '<insufficient privilege>'";
    assert_eq!(number(&postgres, others).await, 0);
    let told = "SELECT has_table_privilege('acme.orders', 'select') AND has_schema_privilege('acme', 'usage')
        AND NOT has_table_privilege('acme.orders', 'insert') AND NOT has_table_privilege('other.orders', 'select')
        AND has_table_privilege('tester', 'other.orders', 'select') AND NOT pg_has_role('tester', 'member')";
    assert!(postgres.query_one(told, &[]).await.unwrap().get::<_, bool>(0));

    let mut flight = flight(&server).await;
    flight.handshake("reader", "reader's password").await.unwrap();
    let info = flight.execute("SELECT * FROM acme.orders".into(), None).await.unwrap();
    let ticket = info.endpoint[0].ticket.clone().unwrap();
    let batches: Vec<RecordBatch> = flight.do_get(ticket).await.unwrap().try_collect().await.unwrap();
    assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 2);
    let refused = flight.execute("SELECT * FROM other.orders".into(), None).await.unwrap_err().to_string();
    assert!(refused.contains("permission denied for schema other"), "{refused}");
    let refused = flight.execute_update("DELETE FROM acme.orders".into(), None).await.unwrap_err().to_string();
    assert!(refused.contains("permission denied for table orders"), "{refused}");

    let session = embedded(&server, "reader");
    assert!(matches!(session.run("SELECT * FROM acme.orders").await, Ok(Outcome::Rows(_))));
    assert_eq!(
        session.run("SELECT * FROM other.orders").await.unwrap_err().message(),
        "permission denied for schema other"
    );
    for (mode, message) in [
        (IngestMode::Append, "permission denied for table orders"),
        (IngestMode::Replace, "must be owner of table orders"),
        (IngestMode::Upsert { key: vec!["id".into()] }, "permission denied for table orders"),
    ] {
        let refused = ingest(&session, "orders", mode).await.unwrap_err();
        assert_eq!(refused.message(), message);
    }
    let refused = ingest(&session, "fresh", IngestMode::Create).await.unwrap_err();
    assert_eq!(refused.message(), "permission denied for schema acme");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_user_makes_is_its_own_and_a_view_reads_with_its_owners_rights() {
    let (server, owner, guest) = agency().await;
    server.engine.create_role("analyst", "analyst's password", false).await.unwrap();
    run(&owner, "GRANT USAGE, CREATE ON SCHEMA acme TO analyst; GRANT SELECT ON acme.orders TO analyst").await;
    let analyst = login(&server, "analyst", "analyst's password").await;
    run(
        &analyst,
        "CREATE TABLE acme.notes (id bigint); INSERT INTO acme.notes VALUES (1); UPDATE acme.notes SET id = 2",
    )
    .await;
    run(&analyst, "CREATE VIEW acme.mine AS SELECT o.id FROM acme.orders o JOIN acme.notes n ON n.id = o.id").await;
    denied(&analyst, "CREATE VIEW acme.stolen AS SELECT * FROM other.orders").await;
    let owned = "SELECT tableowner FROM pg_tables WHERE tablename = 'notes'";
    assert_eq!(analyst.query_one(owned, &[]).await.unwrap().get::<_, &str>(0), "analyst");

    // The guest reads the view, not what it reads.
    run(&analyst, "GRANT SELECT ON acme.mine TO guest").await;
    run(&owner, "GRANT USAGE ON SCHEMA acme TO guest").await;
    assert_eq!(number(&guest, "SELECT count(*) FROM acme.mine").await, 1);
    denied(&guest, "SELECT * FROM acme.notes").await;
    denied(&guest, "SELECT * FROM acme.orders").await;
    denied(&guest, "GRANT SELECT ON acme.mine TO PUBLIC").await;

    // What the owner of the view may not read any more, nobody reads through it.
    run(&owner, "REVOKE SELECT ON acme.orders FROM analyst").await;
    assert_eq!(denied(&guest, "SELECT count(*) FROM acme.mine").await, "permission denied for table orders");
    let refused = server.engine.drop_role("analyst").await.unwrap_err();
    assert_eq!(refused.message(), "role \"analyst\" cannot be dropped because some objects depend on it");
    run(&owner, "DROP VIEW acme.mine; ALTER TABLE acme.notes OWNER TO tester").await;
    denied(&analyst, "SELECT * FROM acme.notes").await;
    server.engine.drop_role("analyst").await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_are_kept_in_the_lake_and_count_at_once() {
    let (server, owner, guest) = agency().await;
    let prepared = "SELECT count(*) FROM acme.orders";
    denied(&guest, prepared).await;
    run(&owner, "GRANT USAGE ON SCHEMA acme TO guest; GRANT SELECT ON acme.orders TO guest").await;
    let statement = guest.prepare(prepared).await.unwrap();
    assert_eq!(guest.query_one(&statement, &[]).await.unwrap().get::<_, i64>(0), 2);
    run(&owner, "REVOKE SELECT ON acme.orders FROM guest").await;
    let refused = guest.query_one(&statement, &[]).await.unwrap_err();
    assert_eq!(refused.code().map(|code| code.code()), Some("42501"));
    run(&owner, "GRANT SELECT ON acme.orders TO guest").await;

    let copied = tempfile::tempdir().unwrap();
    let target = copied.path().join("lake").display().to_string();
    server.engine.backup(&target).await.unwrap();
    let engine = bellwether::Engine::open(target).await.unwrap();
    let guests = Principal { name: GUEST.into(), superuser: false };
    let session = engine.session(guests, Door::Embedded, ClientInfo::default()).unwrap();
    assert!(session.run("SELECT * FROM acme.orders").await.is_ok());
    assert!(session.run("SELECT * FROM other.orders").await.is_err());
    engine.close().await;
    server.stop().await;
}

async fn flight(server: &TestServer) -> FlightSqlServiceClient<Channel> {
    let address = format!("http://{}", server.server.flight_address());
    FlightSqlServiceClient::new(Endpoint::new(address).unwrap().connect().await.unwrap())
}

fn embedded(server: &TestServer, user: &str) -> Session {
    let principal = Principal { name: user.into(), superuser: false };
    server.engine.session(principal, Door::Embedded, ClientInfo::default()).unwrap()
}

async fn ingest(session: &Session, table: &str, mode: IngestMode) -> Result<u64, bellwether::Error> {
    let schema = Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, true)]));
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(Int64Array::from(vec![1]))]).unwrap();
    let ingest = Ingest { schema: Some("acme".into()), table: table.into(), mode, batch: None, cluster_by: Vec::new() };
    session.ingest(ingest, schema, futures::stream::iter([Ok(batch)]).boxed()).await
}
