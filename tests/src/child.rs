//! The program as a process of its own: started on loopback, killed or asked to stop by its own id.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::http;
use crate::server::{PASSWORD, USER};

/// A running `bellwether serve`.
#[derive(Debug)]
pub struct ChildServer {
    process: Child,
    /// The Postgres door.
    pub postgres: SocketAddr,
    /// The Flight SQL door.
    pub flight: SocketAddr,
    /// `/healthz`, `/readyz`, `/metrics`.
    pub http: SocketAddr,
}

impl ChildServer {
    /// Serves `lake` on free ports and waits until it is ready; `variables` are set for it alone.
    pub async fn serve(lake: &str, variables: &[(&str, String)]) -> Self {
        let (postgres, flight, http) = (free_address(), free_address(), free_address());
        let mut command = command();
        command.arg("serve").args(["--lake", lake, "--maintenance-seconds", "1"]);
        command.args(["--postgres-address", &postgres.to_string(), "--flight-address", &flight.to_string()]);
        command.args(["--http-address", &http.to_string()]);
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        let process = command.stdin(Stdio::null()).spawn().expect("the program starts");
        let mut server = Self { process, postgres, flight, http };
        server.wait_until_ready().await;
        server
    }

    async fn wait_until_ready(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            if let Ok((200, _)) = http::get(self.http, "/readyz").await {
                return;
            }
            if let Some(status) = self.process.try_wait().expect("the process can be asked") {
                panic!("the server ended before it was ready: {status}");
            }
            assert!(Instant::now() < deadline, "the server was not ready within a minute");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Ends the process at once, as a power switch would, and waits for its end.
    pub fn kill(mut self) {
        self.end_now();
    }

    /// Sends SIGTERM and gives the way the process ended.
    pub async fn terminate(mut self) -> ExitStatus {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().expect("kill can be run");
        assert!(sent.success(), "SIGTERM could not be sent to {id}");
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            if let Some(status) = self.process.try_wait().expect("the process can be asked") {
                return status;
            }
            assert!(Instant::now() < deadline, "the server did not end within a minute of SIGTERM");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The most memory the process has held so far.
    pub fn peak_memory_bytes(&self) -> u64 {
        let path = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(path).expect("the process's status can be read");
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("the kernel tells the peak");
        let kibibytes = line.split_whitespace().nth(1).and_then(|number| number.parse::<u64>().ok());
        kibibytes.expect("the peak is a number") * 1024
    }

    fn end_now(&mut self) {
        // Both fail only when the process has ended already, which is what is wanted.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for ChildServer {
    fn drop(&mut self) {
        self.end_now();
    }
}

/// Adds the test user to the lake, as an operator would.
pub fn create_user(lake: &str, variables: &[(&str, String)]) {
    let mut command = command();
    command.args(["user", "create", USER, "--superuser", "--password-stdin", "--lake", lake]);
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    let mut process = command.stdin(Stdio::piped()).spawn().expect("the program starts");
    let mut input = process.stdin.take().expect("standard input is a pipe");
    writeln!(input, "{PASSWORD}").expect("the program reads the password");
    drop(input);
    let status = process.wait().expect("the program ends");
    assert!(status.success(), "user create: {status}");
}

/// The program, without any setting of the caller's environment.
pub fn command() -> Command {
    let mut command = Command::new(program());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("BELLWETHER_") {
            command.env_remove(name);
        }
    }
    command.env("BELLWETHER_LOG", "warn");
    command
}

/// An address on loopback that nobody listens on.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.local_addr().expect("a listener has an address")
}

/// Where `cargo build` put the program: beside the folder of this test binary.
fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a process knows its program");
    let folder = test.ancestors().nth(2).expect("test binaries lie in target/<profile>/deps");
    let program = folder.join("bellwether");
    assert!(program.exists(), "{} is missing: run `cargo build` first, as tests/run does", program.display());
    program
}
