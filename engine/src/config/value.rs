//! How the values of options are written: numbers, sizes, addresses, paths.

use std::net::SocketAddr;
use std::path::PathBuf;

/// A type an option can have.
pub(super) trait ConfigValue: Sized {
    /// What the text must be, for error messages.
    const FORM: &'static str;

    /// Reads a value; `None` when the text is not one.
    fn parse(text: &str) -> Option<Self>;

    /// Writes the value so that [`ConfigValue::parse`] reads the same.
    fn show(&self) -> String;
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One readable line an event.
    Text,
    /// One JSON object an event.
    Json,
}

impl ConfigValue for LogFormat {
    const FORM: &'static str = "text or json";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "text" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Text => "text".into(),
            Self::Json => "json".into(),
        }
    }
}

impl ConfigValue for String {
    const FORM: &'static str = "a text that is not empty";

    fn parse(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn show(&self) -> String {
        self.clone()
    }
}

impl ConfigValue for bool {
    const FORM: &'static str = "true or false";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl ConfigValue for SocketAddr {
    const FORM: &'static str = "an IP address with a port, such as 127.0.0.1:5433";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

/// An empty text means that the option is not set.
impl ConfigValue for Option<PathBuf> {
    const FORM: &'static str = "a path";

    fn parse(text: &str) -> Option<Self> {
        Some((!text.is_empty()).then(|| PathBuf::from(text)))
    }

    fn show(&self) -> String {
        self.as_ref().map(|path| path.display().to_string()).unwrap_or_default()
    }
}

impl ConfigValue for usize {
    const FORM: &'static str = "a whole number";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl ConfigValue for u64 {
    const FORM: &'static str = "a whole number";

    fn parse(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

/// Decimal and binary units; the binary ones also serve to show a size, largest first.
const UNITS: [(&str, u64); 9] = [
    ("TiB", 1 << 40),
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("TB", 1_000_000_000_000),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("KB", 1_000),
    ("B", 1),
];

/// Bytes from `1048576`, `512MB` or `2 GiB`.
pub(super) fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    let unit = unit.trim_start();
    if unit.is_empty() {
        return Some(number);
    }
    let (_, factor) = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?;
    number.checked_mul(*factor)
}

/// The size in the largest binary unit that gives a whole number.
pub(super) fn show_size(bytes: u64) -> String {
    for (unit, factor) in UNITS.iter().filter(|(unit, _)| unit.ends_with("iB")) {
        if bytes != 0 && bytes.is_multiple_of(*factor) {
            return format!("{}{unit}", bytes / factor);
        }
    }
    bytes.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_decimal_and_binary_units() {
        assert_eq!(parse_size("1048576"), Some(1 << 20));
        assert_eq!(parse_size("512MB"), Some(512_000_000));
        assert_eq!(parse_size("2 gib"), Some(2 << 30));
        assert_eq!(parse_size("7B"), Some(7));
    }

    #[test]
    fn sizes_that_are_not_sizes_are_refused() {
        for text in ["", "MB", "-1", "1.5GB", "3 parsecs", "99999999999TiB"] {
            assert_eq!(parse_size(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_are_shown_in_the_largest_whole_unit() {
        assert_eq!(show_size(100 << 30), "100GiB");
        assert_eq!(show_size(1536), "1536");
        assert_eq!(show_size(0), "0");
    }

    #[test]
    fn an_empty_path_means_not_set() {
        assert_eq!(Option::<PathBuf>::parse(""), Some(None));
    }
}
