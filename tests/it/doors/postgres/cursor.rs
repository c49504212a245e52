//! Portals give their rows in portions, and several may be open at a time.

use bellwether_tests::server::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_continues_where_it_was_suspended() {
    let server = TestServer::start().await;
    let mut client = server.connect().await.unwrap();
    let transaction = client.transaction().await.unwrap();
    let portal =
        transaction.bind("SELECT value FROM generate_series(1, 25) AS s (value) ORDER BY value", &[]).await.unwrap();
    let mut seen = Vec::new();
    for expected in [10, 10, 5, 0] {
        let rows = transaction.query_portal(&portal, 10).await.unwrap();
        assert_eq!(rows.len(), expected);
        seen.extend(rows.iter().map(|row| row.get::<_, i32>(0)));
    }
    assert_eq!(seen, (1..=25).collect::<Vec<i32>>());
    transaction.commit().await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_portals_are_read_in_turns() {
    let server = TestServer::start().await;
    let mut client = server.connect().await.unwrap();
    let transaction = client.transaction().await.unwrap();
    let up = "SELECT value FROM generate_series(1, 4) AS s (value) ORDER BY value";
    let down = "SELECT value FROM generate_series(1, 4) AS s (value) ORDER BY value DESC";
    let (up, down) = (transaction.bind(up, &[]).await.unwrap(), transaction.bind(down, &[]).await.unwrap());
    let mut seen = Vec::new();
    for _ in 0..4 {
        for portal in [&up, &down] {
            let rows = transaction.query_portal(portal, 1).await.unwrap();
            seen.push(rows[0].get::<_, i32>(0));
        }
    }
    assert_eq!(seen, [1, 4, 2, 3, 3, 2, 4, 1]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_can_be_left_before_its_end() {
    let server = TestServer::start().await;
    let mut client = server.connect().await.unwrap();
    let transaction = client.transaction().await.unwrap();
    let portal = transaction.bind("SELECT value FROM generate_series(1, 100000000) AS s (value)", &[]).await.unwrap();
    assert_eq!(transaction.query_portal(&portal, 3).await.unwrap().len(), 3);
    drop(portal);
    transaction.rollback().await.unwrap();
    client.simple_query("SELECT 1").await.unwrap();
    server.stop().await;
}
