//! A bucket to keep a lake in: moto's, started here, or a real one named by the environment.
//!
//! `BELLWETHER_TEST_S3_LAKE=s3://bucket/prefix` uses a real store with the caller's `AWS_…`
//! variables. Otherwise moto serves one from memory: only servers under test are killed.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{chance, child, clients, http};

/// A place for a lake, and the variables that lead to it.
#[derive(Debug)]
pub struct ObjectStore {
    /// Where the lake is.
    pub lake: String,
    /// What a program needs to get there.
    pub variables: Vec<(&'static str, String)>,
    process: Option<Child>,
}

impl ObjectStore {
    /// `None` where moto is not installed and no real store is named.
    pub async fn start() -> Option<Self> {
        if let Ok(lake) = std::env::var("BELLWETHER_TEST_S3_LAKE") {
            let lake = format!("{}/test-{:016x}", lake.trim_end_matches('/'), chance::any_seed());
            return Some(Self { lake, variables: Vec::new(), process: None });
        }
        let moto = clients::python_script("moto_server")?;
        let address = child::free_address();
        let process = Command::new(moto)
            .args(["-H", "127.0.0.1", "-p", &address.port().to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("moto starts");
        let store = Self {
            lake: "s3://bucket/lake".into(),
            variables: vec![
                ("AWS_ENDPOINT", format!("http://{address}")),
                ("AWS_ALLOW_HTTP", "true".into()),
                ("AWS_REGION", "us-east-1".into()),
                ("AWS_ACCESS_KEY_ID", "test".into()),
                ("AWS_SECRET_ACCESS_KEY", "test".into()),
            ],
            process: Some(process),
        };
        let deadline = Instant::now() + Duration::from_secs(60);
        while !matches!(http::request(address, "PUT", "/bucket").await, Ok((200, _))) {
            assert!(Instant::now() < deadline, "moto did not make a bucket within a minute");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Some(store)
    }
}

impl Drop for ObjectStore {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            // Both fail only when moto has ended already.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
