//! `bellwether config`: every option with its value and where that came from.

use std::fmt::Write as _;

use bellwether::{Config, Result};

use super::options::Settings;
use super::report;

pub(super) fn run(settings: &Settings) -> Result<()> {
    report::line(describe(settings).trim_end())
}

/// The settings as a configuration file, so that the output can be edited and used as one.
fn describe(settings: &Settings) -> String {
    let mut text = String::new();
    for (option, origin) in Config::OPTIONS.iter().zip(&settings.origins) {
        let value = option.show(&settings.config);
        let assignment = match value.parse::<i64>() {
            _ if value.is_empty() => format!("# {} = ", option.key()),
            Ok(number) => format!("{} = {number}", option.key()),
            Err(_) => format!("{} = {}", option.key(), toml::Value::String(value)),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "# {}\n{assignment}  # {origin}\n", option.meaning());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::options::Flags;
    use super::*;

    #[test]
    fn the_output_is_a_configuration_file_with_the_same_meaning() {
        let variables = [("BELLWETHER_MEMORY_BYTES".into(), "3GiB".into())];
        let settings = Settings::load(None, variables, &Flags::default()).unwrap();
        let text = describe(&settings);
        assert!(text.contains("memory_bytes = \"3GiB\"  # environment"), "{text}");
        assert!(text.contains("threads = 0  # default"), "{text}");

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bellwether.toml");
        std::fs::write(&path, text).unwrap();
        let again = Settings::load(Some(&path), Vec::new(), &Flags::default()).unwrap();
        assert_eq!(again.config, settings.config);
    }
}
