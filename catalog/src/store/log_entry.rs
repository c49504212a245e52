//! A log entry, `<table>/_delta_log/<20 digits>.json`, and what makes it whole.
//!
//! Readers of Delta logs take an empty file for a version without changes, so that acknowledged rows vanish
//! without an error. Here an entry is whole when it is UTF-8 without NUL, every line is a JSON object, and one
//! of the lines is the `commitInfo` every writer adds (or the `protocol` that starts a table).

use object_store::path::Path;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::{Error, Result};

/// The name of a table's log folder.
const LOG_FOLDER: &str = "_delta_log";

/// How many digits the version has in the name of an entry.
const VERSION_DIGITS: usize = 20;

/// Where an entry is, and of which table and version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LogEntry<'a> {
    path: &'a Path,
    table: &'a str,
    version: u64,
}

/// The parts of a line that tell whether it identifies its commit.
#[derive(Deserialize)]
struct Action {
    #[serde(rename = "commitInfo")]
    commit_info: Option<IgnoredAny>,
    protocol: Option<IgnoredAny>,
}

impl<'a> LogEntry<'a> {
    /// The entry at `path`, if the path is one of a log entry.
    pub(super) fn of(path: &'a Path) -> Option<Self> {
        let (folder, name) = path.as_ref().rsplit_once('/')?;
        let table = folder.strip_suffix(LOG_FOLDER)?;
        if !table.is_empty() && !table.ends_with('/') {
            return None;
        }
        let digits = name.strip_suffix(".json")?;
        if digits.len() != VERSION_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(Self { path, table: table.trim_end_matches('/'), version: digits.parse().ok()? })
    }

    /// Whether an entry of this size can be whole.
    pub(super) fn check_size(self, size: u64) -> Result<()> {
        if size == 0 {
            return Err(self.broken("it is zero bytes long"));
        }
        Ok(())
    }

    /// Whether these bytes are a whole entry.
    pub(super) fn check(self, bytes: &[u8]) -> Result<()> {
        self.check_size(bytes.len() as u64)?;
        if bytes.contains(&0) {
            return Err(self.broken("it contains NUL bytes"));
        }
        let text = std::str::from_utf8(bytes).map_err(|err| self.broken("it is not UTF-8").with_source(err))?;

        let mut identified = false;
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            let number = index + 1;
            // A struct is also read from a JSON array, hence the look at the first character.
            if !line.starts_with('{') {
                return Err(self.broken(&format!("line {number} is not a JSON object")));
            }
            let action: Action = serde_json::from_str(line)
                .map_err(|err| self.broken(&format!("line {number} is not a complete JSON object")).with_source(err))?;
            identified |= action.commit_info.is_some() || action.protocol.is_some();
        }
        if !identified {
            return Err(self.broken("it has no commitInfo"));
        }
        Ok(())
    }

    fn broken(self, why: &str) -> Error {
        let table = if self.table.is_empty() { "." } else { self.table };
        Error::corrupt(format!("log entry {} of table folder {table} is damaged: {why}", self.version))
            .with_detail(format!("the file is {}", self.path))
            .with_hint("restore the file from a backup; versions before it can still be read")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "{\"commitInfo\":{\"timestamp\":1}}\n{\"add\":{\"path\":\"a.parquet\"}}";

    fn path() -> Path {
        Path::from("tables/orders/_delta_log/00000000000000000007.json")
    }

    #[test]
    fn the_path_tells_table_and_version() {
        let path = path();
        let entry = LogEntry::of(&path).unwrap();
        assert_eq!((entry.table, entry.version), ("tables/orders", 7));
        let root = Path::from("_delta_log/00000000000000000000.json");
        assert_eq!(LogEntry::of(&root).unwrap().table, "");
    }

    #[test]
    fn other_paths_are_no_log_entries() {
        for other in [
            "tables/orders/part-0.parquet",
            "tables/orders/_delta_log/_last_checkpoint",
            "tables/orders/_delta_log/0000000000000000007.json",
            "tables/orders/_delta_log/0000000000000000000x.json",
            "tables/orders/_delta_log/99999999999999999999.json",
            "tables/orders/_delta_log/00000000000000000007.checkpoint.parquet",
            "tables/orders/my_delta_log/00000000000000000007.json",
            "00000000000000000007.json",
        ] {
            assert_eq!(LogEntry::of(&Path::from(other)), None, "{other}");
        }
    }

    #[test]
    fn whole_entries_pass() {
        let path = path();
        let entry = LogEntry::of(&path).unwrap();
        let with_end = format!("{WHOLE}\n");
        let with_returns = WHOLE.replace('\n', "\r\n");
        for text in [WHOLE, &with_end, &with_returns, "{\"protocol\":{}}"] {
            entry.check(text.as_bytes()).unwrap();
        }
    }

    #[test]
    fn damaged_entries_are_refused_with_table_and_version() {
        let path = path();
        let entry = LogEntry::of(&path).unwrap();
        let damaged: [(&[u8], &str); 10] = [
            (b"", "zero bytes"),
            (&[0; 512], "NUL"),
            (b"{\"commitInfo\":{}}\n\0\0\0\0", "NUL"),
            (b"{\"commitInfo\":{}}\n{\"add\":{\"path\":\"a.par", "line 2 is not a complete"),
            (b"{\"commitInfo\":{}}\n[1]", "line 2 is not a JSON object"),
            (b"{\"commitInfo\":{}}\n{\"add\":{}}{", "line 2 is not a complete"),
            (b"{\"commitInfo\":{}}\n7", "line 2 is not a JSON object"),
            (b"{\"commitInfo\":{\"a\":\"\xff\xfe\"}}", "UTF-8"),
            (b"{\"add\":{\"path\":\"a.parquet\"}}", "no commitInfo"),
            (b"\n\n", "no commitInfo"),
        ];
        for (bytes, why) in damaged {
            let err = entry.check(bytes).unwrap_err();
            assert!(err.message().starts_with("log entry 7 of table folder tables/orders is damaged: "), "{err}");
            assert!(err.message().contains(why), "{err}");
        }
    }

    #[test]
    fn an_entry_cut_anywhere_inside_a_line_is_refused() {
        let path = path();
        let entry = LogEntry::of(&path).unwrap();
        let line_end = WHOLE.find('\n').unwrap();
        for length in 0..WHOLE.len() {
            let at_line_end = length == line_end || length == line_end + 1;
            assert_eq!(entry.check(&WHOLE.as_bytes()[..length]).is_ok(), at_line_end, "cut to {length} bytes");
        }
    }
}
