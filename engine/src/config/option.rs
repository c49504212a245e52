//! One option: its name, its meaning, and how its value is read from text and shown as text.

use datafusion::common::utils::datafusion_strsim::levenshtein;

use super::{Config, value};
use crate::{Error, Result};

/// An option of [`Config`], as the command line, the configuration file and the environment see it.
#[derive(Debug, Clone, Copy)]
pub struct ConfigOption {
    pub(super) key: &'static str,
    pub(super) meaning: &'static str,
    pub(super) form: &'static str,
    pub(super) show: fn(&Config) -> String,
    pub(super) parse: fn(&mut Config, &str) -> Option<()>,
}

impl ConfigOption {
    /// The name, for example `memory_bytes`.
    pub fn key(&self) -> &'static str {
        self.key
    }

    /// What the option means, in a sentence or two.
    pub fn meaning(&self) -> &'static str {
        self.meaning.trim()
    }

    /// The value in `config` as text that [`ConfigOption::set`] understands.
    pub fn show(&self, config: &Config) -> String {
        let text = (self.show)(config);
        match text.parse() {
            Ok(bytes) if self.is_size() => value::show_size(bytes),
            _ => text,
        }
    }

    /// Changes the value in `config`; refuses text that is not a value of this option.
    pub fn set(&self, config: &mut Config, text: &str) -> Result<()> {
        let written = if self.is_size() {
            value::parse_size(text).and_then(|bytes| (self.parse)(config, &bytes.to_string()))
        } else {
            (self.parse)(config, text)
        };
        written.ok_or_else(|| {
            let form = if self.is_size() { "a size such as 1048576, 512MB or 2GiB" } else { self.form };
            Error::configuration(format!("option {} must be {form}, got \"{text}\"", self.key))
        })
    }

    /// The option whose name is closest to `key`, if one is close enough to be meant.
    pub fn nearest(key: &str) -> Option<&'static ConfigOption> {
        let nearest = Config::OPTIONS.iter().min_by_key(|option| levenshtein(option.key, key))?;
        // One slip in three letters still looks like a slip; more is another word.
        let slips = (key.chars().count() / 3).max(2);
        (levenshtein(nearest.key, key) <= slips).then_some(nearest)
    }

    fn is_size(&self) -> bool {
        self.key.ends_with("_bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_take_units() {
        let mut config = Config::default();
        Config::option("memory_bytes").unwrap().set(&mut config, "512MB").unwrap();
        Config::option("spill_bytes").unwrap().set(&mut config, "2 GiB").unwrap();
        assert_eq!(config.memory_bytes, 512_000_000);
        assert_eq!(config.spill_bytes, 2 << 30);
    }

    #[test]
    fn a_wrong_value_is_refused_by_name_and_the_old_one_stays() {
        let mut config = Config::default();
        let error = Config::option("threads").unwrap().set(&mut config, "many").unwrap_err();
        assert_eq!(error.message(), "option threads must be a whole number, got \"many\"");
        assert_eq!(config, Config::default());
    }

    #[test]
    fn a_slip_finds_the_option_that_was_meant() {
        assert_eq!(ConfigOption::nearest("memory_byte").unwrap().key(), "memory_bytes");
        assert_eq!(ConfigOption::nearest("querys_max").unwrap().key(), "queries_max");
        assert!(ConfigOption::nearest("colour").is_none());
    }
}
