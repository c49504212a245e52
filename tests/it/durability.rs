//! Killed at any moment, the server has every acknowledged batch: whole, once, and soon again.
//!
//! Four writers send numbered batches over both doors while the process is killed at random times.
//! Whatever a writer got no answer for it sends again under the same number. After each restart the
//! table is compared with the ledger of acknowledgements, which is kept outside the server.
//!
//! `BELLWETHER_TEST_KILL_CYCLES` sets how often the process is killed, `BELLWETHER_TEST_SEED` when.

mod bucket;
mod careless;
mod ledger;
mod refresh;
mod stepped;
mod stop;
mod writer;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bellwether_tests::chance::{Chance, any_seed};
use bellwether_tests::child::{self, ChildServer};
use bellwether_tests::object_store::ObjectStore;
use bellwether_tests::server::{connect, postgres_config};
use bellwether_tests::variable::number;
use tokio::sync::watch;

use ledger::Ledger;
use writer::{Addresses, Door, State, Writer};

const DOORS: [(&str, Door); 4] = [
    ("postgres one", Door::Postgres),
    ("postgres two", Door::Postgres),
    ("flight insert", Door::FlightInsert),
    ("flight ingest", Door::FlightIngest),
];

#[tokio::test(flavor = "multi_thread")]
async fn killed_on_a_local_folder_nothing_acknowledged_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake").display().to_string();
    kill_again_and_again(&lake, &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_on_an_object_store_nothing_acknowledged_is_lost() {
    let Some(store) = ObjectStore::start().await else { return };
    kill_again_and_again(&store.lake, &store.variables).await;
}

async fn kill_again_and_again(lake: &str, variables: &[(&str, String)]) {
    let cycles = number("BELLWETHER_TEST_KILL_CYCLES").unwrap_or(10);
    let seed = number("BELLWETHER_TEST_SEED").unwrap_or_else(any_seed);
    println!("{cycles} cycles, seed {seed}");
    let mut chance = Chance::new(seed);
    child::create_user(lake, variables);

    let ledger = Arc::new(Ledger::default());
    let (state, states) = watch::channel(State::Down);
    let writers: Vec<_> = DOORS
        .iter()
        .map(|(name, door)| tokio::spawn(Writer::new(name, *door, states.clone(), Arc::clone(&ledger)).run()))
        .collect();

    let mut slowest_restart = Duration::ZERO;
    for cycle in 0..cycles {
        let started = Instant::now();
        let server = ChildServer::serve(lake, variables).await;
        slowest_restart = slowest_restart.max(started.elapsed());
        let client = connect(&postgres_config(server.postgres)).await.unwrap();
        if cycle == 0 {
            client.batch_execute("CREATE TABLE facts (writer text, batch bigint, part bigint)").await.unwrap();
        }
        ledger.compare(&client).await;
        state.send_replace(State::Up(Addresses { postgres: server.postgres, flight: server.flight }));
        tokio::time::sleep(Duration::from_millis(300 + chance.below(1_700))).await;
        server.kill();
        state.send_replace(State::Down);
    }

    // Once more, long enough for every writer to get its open batch acknowledged.
    let server = ChildServer::serve(lake, variables).await;
    state.send_replace(State::Up(Addresses { postgres: server.postgres, flight: server.flight }));
    tokio::time::sleep(Duration::from_secs(2)).await;
    state.send_replace(State::Finished);
    for writer in writers {
        writer.await.unwrap();
    }
    let client = connect(&postgres_config(server.postgres)).await.unwrap();
    let stored = ledger.compare(&client).await;
    println!(
        "{cycles} kills: {} batches acknowledged, {stored} stored, lost 0, torn 0, duplicated 0; slowest restart {slowest_restart:.1?}",
        ledger.acknowledged()
    );
    for (name, _) in DOORS {
        assert!(
            ledger.acknowledged_by(name) > 0,
            "{name} never got an acknowledgement: {:?}",
            ledger.last_refusal(name)
        );
    }
    assert!(server.terminate().await.success());
}
