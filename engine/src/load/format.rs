//! The formats a file can have, told by its first bytes and then by its name.

use std::path::Path;
use std::str::FromStr;

use crate::{Error, Result};

/// A file's format, apart from its compression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// Text with one record a line and fields between delimiters, in columns, or of fixed width.
    Csv,
    /// One JSON object a line.
    JsonLines,
    /// Parquet.
    Parquet,
    /// Arrow IPC, as a file or as a stream.
    Arrow,
}

impl FileFormat {
    /// The format of a file that starts with `head`.
    pub(super) fn detect(path: &Path, head: &[u8]) -> Self {
        if head.starts_with(b"PAR1") {
            return Self::Parquet;
        }
        if head.starts_with(b"ARROW1") || head.starts_with(&[0xff; 4]) {
            return Self::Arrow;
        }
        match inner_extension(path).as_str() {
            "parquet" | "pq" => Self::Parquet,
            "arrow" | "arrows" | "feather" | "ipc" => Self::Arrow,
            "json" | "jsonl" | "ndjson" => Self::JsonLines,
            "csv" | "tsv" | "tab" | "psv" => Self::Csv,
            _ if head.trim_ascii_start().starts_with(b"{") => Self::JsonLines,
            _ => Self::Csv,
        }
    }

    /// Whether the format is lines of text.
    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::Csv | Self::JsonLines)
    }

    /// The format in a sentence.
    pub(super) fn noun(self) -> &'static str {
        match self {
            Self::Csv => "delimited text",
            Self::JsonLines => "JSON lines",
            Self::Parquet => "Parquet",
            Self::Arrow => "Arrow IPC",
        }
    }
}

impl FromStr for FileFormat {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "text" => Ok(Self::Csv),
            "json" | "jsonl" | "ndjson" => Ok(Self::JsonLines),
            "parquet" => Ok(Self::Parquet),
            "arrow" => Ok(Self::Arrow),
            _ => Err(Error::invalid_parameter(format!("{text} is not a file format"))
                .with_hint("use csv, json, parquet or arrow")),
        }
    }
}

/// The extension that names the format: `csv` of `orders.csv.gz`; in lower case.
fn inner_extension(path: &Path) -> String {
    let extension = |path: &Path| path.extension().map(|text| text.to_string_lossy().to_ascii_lowercase());
    match extension(path).as_deref() {
        Some("gz" | "gzip" | "zst" | "zstd") => extension(&path.with_extension("")).unwrap_or_default(),
        other => other.unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_before_the_name() {
        assert_eq!(FileFormat::detect(Path::new("a.csv"), b"PAR1\x15"), FileFormat::Parquet);
        assert_eq!(FileFormat::detect(Path::new("a.csv"), b"ARROW1\0\0"), FileFormat::Arrow);
        assert_eq!(FileFormat::detect(Path::new("a.txt"), b" {\"a\":1}"), FileFormat::JsonLines);
    }

    #[test]
    fn the_name_decides_without_its_compression() {
        assert_eq!(FileFormat::detect(Path::new("a.JSONL.gz"), b"{"), FileFormat::JsonLines);
        assert_eq!(FileFormat::detect(Path::new("a.csv.zst"), b"{"), FileFormat::Csv);
        assert_eq!(FileFormat::detect(Path::new("a.parquet"), b"oops"), FileFormat::Parquet);
        assert_eq!(FileFormat::detect(Path::new("CDNOW_master"), b" id"), FileFormat::Csv);
    }
}
