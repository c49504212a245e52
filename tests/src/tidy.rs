//! The rules of the house that a reader relies on: floors, names, and first lines.
//!
//! A crate may import only crates of lower floors, so nothing imports upwards and siblings never
//! import each other. No file is named after nothing in particular. Every source file opens with a
//! sentence that says what it is, and every specification with its claim. Every model's header parses, and serves
//! bullets that the plan has.

use std::path::{Path, PathBuf};
use std::process::Command;

use bellwether::Model;
use serde_json::Value;

use crate::shared::workspace;

/// The floor of each crate, from the foundations up.
const FLOORS: [(&str, u8); 8] = [
    ("bellwether-kernels", 0),
    ("bellwether-udfs", 1),
    ("bellwether-catalog", 1),
    ("bellwether-connectors", 1),
    ("bellwether", 2),
    ("bellwether-server", 3),
    ("bellwether-tests", 4),
    ("bellwether-benches", 4),
];

/// Names that say nothing; a file is named by what it knows.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "helpers", "helper", "common", "misc"];

/// Every edge between crates of the workspace that leads upwards or sideways, in words.
pub fn wrong_edges() -> Vec<String> {
    let mut wrong = Vec::new();
    for package in packages() {
        let name = text(&package, "name");
        let Some(floor) = floor(&name) else {
            wrong.push(format!("{name} is on no floor: give it one in tests/src/tidy.rs"));
            continue;
        };
        for dependency in package["dependencies"].as_array().expect("a list of dependencies") {
            let below = text(dependency, "name");
            if self::floor(&below).is_some_and(|below| below >= floor) {
                wrong.push(format!("{name} (floor {floor}) imports {below}"));
            }
        }
    }
    wrong
}

/// Source files and folders whose name says nothing.
pub fn empty_names() -> Vec<PathBuf> {
    let mut found = files("rs");
    found.retain(|path| {
        let relative = path.strip_prefix(workspace()).unwrap_or(path);
        relative.with_extension("").iter().any(|part| EMPTY_NAMES.iter().any(|name| part == *name))
    });
    found
}

/// Source files that do not open with a `//!` sentence.
pub fn nameless_modules() -> Vec<PathBuf> {
    let mut found = files("rs");
    found.retain(|path| !first_line(path).starts_with("//! "));
    found
}

/// Specifications that do not open with a comment stating their claim.
pub fn claimless_specifications() -> Vec<PathBuf> {
    let mut found = files("slt");
    found.retain(|path| !first_line(path).starts_with("# "));
    found
}

/// Models whose header does not parse, or names a bullet that the plan does not have, in words.
pub fn wrong_models() -> Vec<String> {
    let plan = std::fs::read_to_string(workspace().join("sql/features.csv")).expect("the plan's bullets can be read");
    let bullets: Vec<&str> = plan.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    let mut wrong = Vec::new();
    for path in files("sql") {
        let Ok(relative) = path.strip_prefix(workspace().join("sql")) else { continue };
        let source = std::fs::read_to_string(&path).expect("a file of the workspace can be read");
        if !Model::is(&source) {
            continue;
        }
        match Model::parse(&relative.to_string_lossy(), &source) {
            Err(error) => wrong.push(error.to_string()),
            Ok(model) => wrong.extend(
                (model.header.plan.iter())
                    .filter(|bullet| !bullets.contains(&bullet.as_str()))
                    .map(|bullet| format!("model {}: the plan has no bullet {bullet}", model.name)),
            ),
        }
    }
    wrong
}

fn packages() -> Vec<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(workspace())
        .output()
        .expect("cargo can be run");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    metadata["packages"].as_array().expect("a list of packages").clone()
}

fn floor(package: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == package).map(|(_, floor)| *floor)
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().into()
}

fn first_line(path: &Path) -> String {
    let source = std::fs::read_to_string(path).expect("a file of the workspace can be read");
    source.lines().next().unwrap_or_default().into()
}

/// The workspace's own files with that extension.
fn files(extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![workspace()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the workspace can be read") {
            let path = entry.expect("a folder of the workspace can be read").path();
            let name = path.file_name().expect("an entry has a name").to_string_lossy().into_owned();
            if path.is_dir() {
                if name != "target" && !name.starts_with('.') {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
