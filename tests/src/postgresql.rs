//! A PostgreSQL server of Debian's, to compare with: on a free loopback port, with an empty database.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::clients::file;

/// Where Debian keeps the servers, one folder a version.
const SERVERS: &str = "/usr/lib/postgresql";
/// How long a server may take to accept connections.
const START_SECONDS: u64 = 60;

/// A running server; it ends, and its files go, with this.
#[derive(Debug)]
pub struct PostgreSql {
    server: Child,
    port: u16,
    _folder: TempDir,
}

impl PostgreSql {
    /// Starts a server, or tells how to install one.
    pub fn start() -> Option<Self> {
        let binaries = binaries()?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let port = free_port();
        // The server refuses to run as root, so there the package's user runs it.
        let is_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0");
        let as_user = |program: &Path| {
            if !is_root {
                return Command::new(program);
            }
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
            command
        };
        if is_root {
            done(Command::new("chown").arg("postgres").arg(folder.path()));
        }
        done(as_user(&binaries.join("initdb")).arg("-D").arg(&data).args([
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]));
        let server = as_user(&binaries.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-h", "127.0.0.1", "-F"])
            .arg("-k")
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the reference server can be started");
        let running = Self { server, port, _folder: folder };
        running.wait();
        Some(running)
    }

    /// How libpq connects.
    pub fn dsn(&self) -> String {
        format!("host=127.0.0.1 port={} user=postgres dbname=postgres", self.port)
    }

    fn wait(&self) {
        let deadline = Instant::now() + Duration::from_secs(START_SECONDS);
        while std::net::TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < deadline, "the reference server does not answer");
            std::thread::sleep(Duration::from_millis(100));
        }
        // The port is open a little before the server takes connections.
        std::thread::sleep(Duration::from_millis(500));
    }
}

impl Drop for PostgreSql {
    fn drop(&mut self) {
        // Under another user the child is a wrapper that has become the server, so its id is the server's.
        let _ = Command::new("kill").args(["-INT", &self.server.id().to_string()]).status();
        let _ = self.server.wait();
    }
}

/// The newest server's folder of programs.
fn binaries() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(SERVERS)
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .filter(|folder| folder.join("initdb").exists())
        .collect();
    found.sort();
    match found.pop() {
        Some(folder) => Some(folder),
        None => file(&format!("{SERVERS}/15/bin/initdb"), "postgresql"),
    }
}

fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    socket.local_addr().expect("a bound socket has an address").port()
}

fn done(command: &mut Command) {
    let output = command.output().expect("the command can be run");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
