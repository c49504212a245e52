//! Foreign clients the tests run: found, or named with the way to install them.
//!
//! With `CI=true` a missing client is a failure; on a developer's machine it is a printed `SKIP`.

use std::path::PathBuf;
use std::process::Command;

use crate::shared::workspace;

/// The interpreter of the virtual environment that `tests/run` makes.
pub fn python() -> Option<PathBuf> {
    let folder =
        std::env::var_os("BELLWETHER_TEST_VENV").map_or_else(|| workspace().join("target/clients"), PathBuf::from);
    let python = folder.join("bin/python");
    if python.exists() {
        return Some(python);
    }
    missing(&format!("{}", python.display()), "tests/run makes the virtual environment")
}

/// A script of the virtual environment, such as `moto_server`.
pub fn python_script(name: &str) -> Option<PathBuf> {
    let script = python()?.with_file_name(name);
    if script.exists() { Some(script) } else { missing(name, "tests/run installs it") }
}

/// The packages for Node.js that `tests/run` installs where npm is; not every machine has it.
pub fn node_modules() -> Option<PathBuf> {
    let is_there = |name: &str| Command::new(name).arg("--version").output().is_ok_and(|told| told.status.success());
    if !is_there("node") || !is_there("npm") {
        println!("SKIP: node and npm are not both there: apt-get install nodejs npm");
        return None;
    }
    let folder = std::env::var_os("BELLWETHER_TEST_NODE")
        .map_or_else(|| workspace().join("target/clients-node"), PathBuf::from)
        .join("node_modules");
    if folder.exists() {
        return Some(folder);
    }
    missing(&format!("{}", folder.display()), "tests/run installs the packages")
}

/// What `tests/run slow` has installed of a client; nothing in a run that leaves these clients out.
pub fn slow_client(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("BELLWETHER_TEST_SLOW") else {
        println!("SKIP: {name} is of the slow tier: `tests/run slow` runs it");
        return None;
    };
    let folder = PathBuf::from(folder).join(name);
    if folder.exists() { Some(folder) } else { missing(&folder.display().to_string(), "tests/run slow makes it") }
}

/// A program of the machine, and the Debian package that has it.
pub fn program(name: &str, package: &str) -> Option<PathBuf> {
    let found = Command::new("sh").arg("-c").arg(format!("command -v {name}")).output().ok()?;
    if found.status.success() {
        return Some(String::from_utf8_lossy(&found.stdout).trim().into());
    }
    missing(name, &format!("apt-get install {package}"))
}

/// A file of the machine, and the Debian package that has it.
pub fn file(path: &str, package: &str) -> Option<PathBuf> {
    let path = PathBuf::from(path);
    if path.exists() { Some(path) } else { missing(&path.display().to_string(), &format!("apt-get install {package}")) }
}

fn missing(what: &str, remedy: &str) -> Option<PathBuf> {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{what} is missing: {remedy}");
    println!("SKIP: {what} is missing: {remedy}");
    None
}
