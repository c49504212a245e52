//! Ten thousand messages with a mistake in them: each may end its own connection, and nothing else.

mod stream;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bellwether_tests::chance::Chance;
use bellwether_tests::server::TestServer;
use futures::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_postgres::{Client, NoTls};

use self::stream::{Garbled, Sent};

/// Connections at a time.
const WORKERS: usize = 16;

/// Messages with mistakes, of all workers together.
const MESSAGES: usize = 10_000;

/// So many of each kind that a client sends, at least: start-up, password, query, parse, bind, describe, execute,
/// close, sync, the rows of a COPY and its end.
const OF_EACH_KIND: usize = 5;
const KINDS: &[u8] = b"\0pQPBDECSdc";

/// A message that says it is longer than it is leaves the server waiting: a client that has waited so long goes.
const PATIENCE: Duration = Duration::from_millis(150);

/// What a client does on a connection that garbles what it sends.
async fn act(client: &mut Client, what: usize) -> Result<(), tokio_postgres::Error> {
    match what % 5 {
        0 => drop(client.simple_query("SELECT 1; SELECT * FROM t ORDER BY id").await?),
        1 => drop(client.query("SELECT id, name FROM t WHERE id > $1 AND name <> $2", &[&3_i64, &"x"]).await?),
        2 => {
            let sink = client.copy_in("COPY t FROM STDIN").await?;
            let mut sink = std::pin::pin!(sink);
            sink.send("7\tseven\n8\teight\n".as_bytes()).await?;
            sink.close().await?;
        }
        3 => {
            let transaction = client.transaction().await?;
            let portal = transaction.bind("SELECT value FROM generate_series(1, 9) AS s (value)", &[]).await?;
            transaction.query_portal(&portal, 2).await?;
            transaction.query_portal(&portal, 0).await?;
            transaction.rollback().await?;
        }
        _ => {
            let rows = client.copy_out("COPY t TO STDOUT WITH (FORMAT binary)").await?;
            let mut rows = std::pin::pin!(rows);
            while let Some(row) = rows.next().await {
                row?;
            }
        }
    }
    Ok(())
}

/// Whether all kinds were sent often enough; chance may be against the rare ones, but not for ever.
fn is_enough(sent: &Sent) -> bool {
    let all = sent.all();
    all >= 4 * MESSAGES || (all >= MESSAGES && KINDS.iter().all(|&kind| sent.of(kind) >= OF_EACH_KIND))
}

/// One connection: logs in, then sends with mistakes until the server or the client has enough.
async fn garbled_connection(server: &TestServer, seed: u64, sent: &Arc<Sent>) {
    let Ok(socket) = TcpStream::connect(server.server.postgres_address()).await else { return };
    // Some connections begin with their mistakes, before anybody is known.
    let from_the_start = seed % 7 == 0;
    let (stream, mistakes) = Garbled::new(socket, Chance::new(seed), Arc::clone(sent));
    if from_the_start {
        mistakes.begin();
    }
    let settings = server.postgres();
    let patience = if from_the_start { PATIENCE } else { Duration::from_secs(10) };
    let login = tokio::time::timeout(patience, settings.connect_raw(stream, NoTls));
    let Ok(Ok((mut client, connection))) = login.await else { return };
    let driver = tokio::spawn(connection);
    mistakes.begin();
    for what in seed as usize.. {
        let outcome = tokio::time::timeout(PATIENCE, act(&mut client, what)).await;
        if outcome.is_err() || client.is_closed() || is_enough(sent) {
            break;
        }
    }
    driver.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn garbled_messages_end_their_own_connection_only() {
    let panics = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&panics);
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        counted.fetch_add(1, Ordering::Relaxed);
        report(panic);
    }));
    let server = Arc::new(TestServer::start_with(|config| config.connections_max = 4 * WORKERS).await);
    let witness = server.connect().await.unwrap();
    witness.batch_execute("CREATE TABLE t (id bigint, name text); INSERT INTO t VALUES (1, 'one')").await.unwrap();

    let sent = Arc::new(Sent::none());
    let mut workers = Vec::new();
    for worker in 0..WORKERS as u64 {
        let (server, sent) = (Arc::clone(&server), Arc::clone(&sent));
        workers.push(tokio::spawn(async move {
            let mut seed = worker << 32;
            while !is_enough(&sent) {
                garbled_connection(&server, seed, &sent).await;
                seed += 1;
            }
        }));
    }
    // A client that makes no mistakes is served all the while.
    while workers.iter().any(|worker| !worker.is_finished()) {
        let one = tokio::time::timeout(Duration::from_secs(10), witness.query_one("SELECT 1::bigint", &[])).await;
        assert_eq!(one.expect("an answer in time").unwrap().get::<_, i64>(0), 1);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for worker in workers {
        worker.await.unwrap();
    }

    assert_eq!(panics.load(Ordering::Relaxed), 0, "something panicked");
    assert!(sent.all() >= MESSAGES);
    for &kind in KINDS {
        assert!(sent.of(kind) >= OF_EACH_KIND, "{} messages of kind {:?}", sent.of(kind), char::from(kind));
    }
    // Connections that ended are gone: only the witness is left.
    let mut sessions = 0;
    for _ in 0..100 {
        sessions = witness.query_one("SELECT count(*) FROM system.sessions", &[]).await.unwrap().get::<_, i64>(0);
        if sessions == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(sessions, 1, "connections were left behind");
}
