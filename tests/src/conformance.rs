//! The conformance record: `docs/conformance.md` says for each client how many checks it passed, and what differs.
//!
//! What a client's script prints is compared with the page, line by line:
//!
//! | printed | means |
//! |---|---|
//! | `client NAME VERSION` | what follows is this client's |
//! | `ok CHECK` | the check passed |
//! | `differs CHECK: REASON` | it is known not to pass, and why |
//!
//! Counts and differences must be those of the page; versions may be others than were recorded. With
//! `BELLWETHER_CONFORMANCE=write`, as `tests/run conformance` sets it, the page is written instead.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::PathBuf;

use crate::shared::workspace;

/// The line above the rows of the record.
const HEADER: &str = "| client | version | passed | known differences |";

/// What a client did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Record {
    version: String,
    passed: usize,
    differences: Vec<String>,
}

/// Compares what scripts of clients printed with the page, or writes it there.
pub fn record(printed: &str) {
    let found = records(printed);
    assert!(!found.is_empty(), "no client says its name:\n{printed}");
    let mut file = page();
    let mut text = String::new();
    file.read_to_string(&mut text).expect("docs/conformance.md can be read");
    if std::env::var("BELLWETHER_CONFORMANCE").as_deref() == Ok("write") {
        let written = found.iter().fold(text, |text, (client, record)| with_row(&text, client, record));
        file.rewind().and_then(|()| file.set_len(0)).expect("docs/conformance.md can be written");
        file.write_all(written.as_bytes()).expect("docs/conformance.md can be written");
        return;
    }
    for (client, record) in &found {
        let row = row(client, record);
        let known = text.lines().find(|line| line.starts_with(&format!("| {client} |")));
        assert_eq!(
            known.map(without_version),
            Some(without_version(&row)),
            "docs/conformance.md is out of date; `bash tests/run conformance` writes it anew"
        );
    }
}

/// The page, held until it is closed: tests of several processes may write their rows.
fn page() -> File {
    let path: PathBuf = workspace().join("docs/conformance.md");
    let file = OpenOptions::new().read(true).write(true).open(&path).expect("docs/conformance.md is there");
    file.lock().expect("docs/conformance.md can be locked");
    file
}

fn records(printed: &str) -> BTreeMap<String, Record> {
    let mut records: BTreeMap<String, Record> = BTreeMap::new();
    let mut current = None;
    for line in printed.lines() {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if word == "client" {
            let (name, version) = rest.rsplit_once(' ').expect("a client says its name and its version");
            records.entry(name.to_owned()).or_default().version = version.to_owned();
            current = Some(name.to_owned());
            continue;
        }
        let Some(record) = current.as_ref().and_then(|name| records.get_mut(name)) else { continue };
        match word {
            "ok" => record.passed += 1,
            "differs" => record.differences.push(rest.to_owned()),
            _ => {}
        }
    }
    records
}

fn row(client: &str, record: &Record) -> String {
    let total = record.passed + record.differences.len();
    format!("| {client} | {} | {} of {total} | {} |", record.version, record.passed, record.differences.join("; "))
}

fn without_version(row: &str) -> Vec<&str> {
    row.split(" | ").enumerate().filter(|(place, _)| *place != 1).map(|(_, cell)| cell).collect()
}

/// The page with a client's row in its place among the others.
fn with_row(page: &str, client: &str, record: &Record) -> String {
    let own = format!("| {client} |");
    let mut lines: Vec<String> = page.lines().filter(|line| !line.starts_with(&own)).map(str::to_owned).collect();
    let header = lines.iter().position(|line| line == HEADER).expect("docs/conformance.md has the table of clients");
    // Under the header stands the line of dashes.
    let mut place = header + 2;
    while lines.get(place).is_some_and(|line| line.starts_with("| ") && line.to_lowercase() < own.to_lowercase()) {
        place += 1;
    }
    lines.insert(place, row(client, record));
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_counted_for_the_client_before_it() {
        let found = records("client a b 1.2\nok x\nsomething\nok y\ndiffers z: why\nclient c 3\nok w\n");
        let differences = vec!["z: why".to_owned()];
        assert_eq!(found["a b"], Record { version: "1.2".into(), passed: 2, differences });
        assert_eq!(row("a b", &found["a b"]), "| a b | 1.2 | 2 of 3 | z: why |");
        assert_eq!(found["c"].passed, 1);
    }

    #[test]
    fn a_row_takes_its_place_and_versions_do_not_count() {
        let page = format!("# Page\n\n{HEADER}\n|---|---|---|---|\n| b | 1 | 1 of 1 |  |\n\nThe end.\n");
        let one = Record { version: "2".into(), passed: 3, differences: Vec::new() };
        let page = with_row(&with_row(&page, "a", &one), "b", &one);
        assert_eq!(
            page,
            format!(
                "# Page\n\n{HEADER}\n|---|---|---|---|\n| a | 2 | 3 of 3 |  |\n| b | 2 | 3 of 3 |  |\n\nThe end.\n"
            )
        );
        assert_eq!(without_version("| a | 2 | 3 of 3 |  |"), without_version("| a | 9 | 3 of 3 |  |"));
        assert_ne!(without_version("| a | 2 | 3 of 3 |  |"), without_version("| a | 2 | 3 of 4 |  |"));
    }
}
