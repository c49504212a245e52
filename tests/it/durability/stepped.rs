//! Killed at each write of a refresh, before it is stored and after, a materialized view holds what its query gives for
//! one committed version of its table, the version it says.
//!
//! The lake is in a bucket of the test's own. The bucket stops answering at the write in question, and then the server
//! is killed. Each write of each class of refreshes is met once, and `BELLWETHER_TEST_KILL_CYCLES` asks for more kills:
//! what was lost in one round is stored in the next.

use bellwether_tests::chance::Chance;
use bellwether_tests::child::{self, ChildServer};
use bellwether_tests::server::{connect, postgres_config};
use bellwether_tests::variable::number;
use tokio_postgres::Client;

use super::bucket::{Bucket, LAKE};
use super::refresh::{VIEWS, append, check, create, update};

async fn served(variables: &[(&str, String)]) -> (ChildServer, Client) {
    let server = ChildServer::serve(LAKE, variables).await;
    let client = connect(&postgres_config(server.postgres)).await.unwrap();
    (server, client)
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_each_write_of_a_refresh_a_view_holds_what_its_table_had_at_the_version_it_names() {
    let cycles = number("BELLWETHER_TEST_KILL_CYCLES").unwrap_or(0);
    let mut chance = Chance::new(number("BELLWETHER_TEST_SEED").unwrap_or(1));
    let bucket = Bucket::start(true).await;
    let mut variables = bucket.variables();
    // What compacts and vacuums would write as well.
    variables.push(("BELLWETHER_BACKGROUND_WORK", "false".into()));
    child::create_user(LAKE, &variables);
    let (mut server, mut client) = served(&variables).await;
    create(&client).await;
    let mut kills = 0;
    for round in 0.. {
        if round > 0 && kills >= cycles {
            break;
        }
        for (view, _) in VIEWS {
            let refresh = format!("REFRESH MATERIALIZED VIEW {view}");
            for write in 1.. {
                let change = if write % 2 == 1 { append(&mut chance) } else { update(&mut chance) };
                client.batch_execute(&change).await.unwrap();
                bucket.stop_at(write, (write + round) % 2 == 0);
                let is_done = tokio::select! {
                    done = client.batch_execute(&refresh) => {
                        done.unwrap();
                        true
                    }
                    () = bucket.stopped() => false,
                };
                if is_done {
                    bucket.go_on();
                    assert!(write > 2, "{view} was refreshed with {} writes", write - 1);
                    break;
                }
                server.kill();
                bucket.go_on();
                kills += 1;
                (server, client) = served(&variables).await;
                check(&client).await;
            }
        }
    }
    println!("{kills} kills, at each write of each refresh: views always held what their table had at one version");
    assert!(server.terminate().await.success());
}
