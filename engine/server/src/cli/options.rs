//! The options of a run: defaults, then the configuration file, then the environment, then flags.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use bellwether::{Config, ConfigOption, Error, Result};
use clap::{Arg, ArgMatches};

/// Read when it lies in the current folder and no other file is named.
const DEFAULT_FILE: &str = "bellwether.toml";

/// Environment variables that start with this are ours.
const PREFIX: &str = "BELLWETHER_";

/// Variables of ours that are no options: the first two belong to the command line, the others say
/// where the project's tests find what they need, and a program started by a test inherits them.
const OTHER_VARIABLES: [&str; 4] = ["CONFIG", "LOG", "SHARED", "VENV"];

/// Further variables of the tests.
const TEST_VARIABLES: &str = "TEST_";

/// Heading above the options in `--help`.
const HEADING: &str = "Options of the engine and the server";

/// The options given as flags, as text.
#[derive(Debug, Clone, Default)]
pub(super) struct Flags(Vec<(&'static ConfigOption, String)>);

/// Where the value of an option comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    Default,
    File(PathBuf),
    Environment,
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Environment => f.write_str("environment"),
            Self::Flag => f.write_str("flag"),
        }
    }
}

/// All options of a run, and where each came from.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) config: Config,
    /// In the order of [`Config::OPTIONS`].
    pub(super) origins: Vec<Origin>,
}

impl Settings {
    /// Puts the sources together; `file` is the one the user named, if any.
    pub(super) fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
        flags: &Flags,
    ) -> Result<Self> {
        let mut settings = Self { config: Config::default(), origins: vec![Origin::Default; Config::OPTIONS.len()] };
        if let Some(path) = file {
            settings.read_file(path)?;
        } else if Path::new(DEFAULT_FILE).exists() {
            settings.read_file(Path::new(DEFAULT_FILE))?;
        }
        settings.read_environment(environment)?;
        for (option, value) in &flags.0 {
            settings.set(option, value, Origin::Flag)?;
        }
        settings.config.check()?;
        Ok(settings)
    }

    fn read_file(&mut self, path: &Path) -> Result<()> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::configuration(format!("configuration file {} cannot be read: {error}", path.display()))
                .with_source(error)
        })?;
        self.read_toml(&text, path)
    }

    fn read_toml(&mut self, text: &str, path: &Path) -> Result<()> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
            Error::configuration(format!("configuration file {} is not valid TOML", path.display()))
                .with_detail(error.to_string().trim_end().to_owned())
        })?;
        for (key, value) in &table {
            let option = Config::option(key).ok_or_else(|| {
                let error = Error::configuration(format!(
                    "configuration file {} sets {key}, which is no option",
                    path.display()
                ));
                error.with_hint(suggest(ConfigOption::nearest(key).map(|option| option.key().to_owned())))
            })?;
            let value = toml_text(value).ok_or_else(|| {
                Error::configuration(format!(
                    "configuration file {} sets {key} to a {}, which no option takes",
                    path.display(),
                    value.type_str()
                ))
                .with_hint("values are texts, whole numbers, or lists of texts")
            })?;
            self.set(option, &value, Origin::File(path.to_owned()))
                .map_err(|error| error.with_detail(format!("set in {}", path.display())))?;
        }
        Ok(())
    }

    fn read_environment(&mut self, environment: impl IntoIterator<Item = (OsString, OsString)>) -> Result<()> {
        for (name, value) in environment {
            let Some(name) = name.to_str() else { continue };
            let Some(key) = name.strip_prefix(PREFIX) else { continue };
            if OTHER_VARIABLES.contains(&key) || key.starts_with(TEST_VARIABLES) {
                continue;
            }
            let key = key.to_ascii_lowercase();
            let option = Config::option(&key).ok_or_else(|| {
                let nearest = ConfigOption::nearest(&key).map(variable);
                Error::configuration(format!("environment variable {name} names no option")).with_hint(suggest(nearest))
            })?;
            let value = value
                .into_string()
                .map_err(|_| Error::configuration(format!("environment variable {name} is not valid UTF-8")))?;
            self.set(option, &value, Origin::Environment)
                .map_err(|error| error.with_detail(format!("set by the environment variable {name}")))?;
        }
        Ok(())
    }

    fn set(&mut self, option: &ConfigOption, value: &str, origin: Origin) -> Result<()> {
        option.set(&mut self.config, value)?;
        for (known, slot) in Config::OPTIONS.iter().zip(&mut self.origins) {
            if known.key() == option.key() {
                *slot = origin;
                break;
            }
        }
        Ok(())
    }
}

fn suggest(nearest: Option<String>) -> String {
    match nearest {
        Some(name) => format!("did you mean {name}?"),
        None => "`bellwether config` lists all options".into(),
    }
}

fn variable(option: &'static ConfigOption) -> String {
    format!("{PREFIX}{}", option.key().to_ascii_uppercase())
}

/// A TOML value as the text that stands for it on the command line.
fn toml_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Every option as an argument of clap.
pub(super) fn arguments() -> impl Iterator<Item = Arg> {
    let defaults = Config::default();
    Config::OPTIONS.iter().map(move |option| {
        let default = option.show(&defaults);
        let meaning = option.meaning().trim_end_matches('.');
        let help = match default.as_str() {
            "" => meaning.to_owned(),
            default => format!("{meaning} [default: {default}]"),
        };
        Arg::new(option.key())
            .long(option.key().replace('_', "-"))
            .value_name(value_name(option))
            .help(help)
            .help_heading(HEADING)
    })
}

/// The last word of an option's name says what its value is: an address, a number of bytes, a path.
fn value_name(option: &ConfigOption) -> String {
    option.key().rsplit('_').next().unwrap_or_default().to_ascii_uppercase()
}

/// Options may stand before or after the command. Only `--lake` is shown with every command; the
/// whole list is shown where it belongs, see [`super::command`].
impl clap::Args for Flags {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.args(arguments().map(|argument| {
            let hidden = argument.get_id() != "lake";
            argument.global(true).hide(hidden)
        }))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for Flags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut flags = Self::default();
        flags.update_from_arg_matches(matches)?;
        Ok(flags)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for option in Config::OPTIONS {
            if let Some(value) = matches.get_one::<String>(option.key()) {
                self.0.push((option, value.clone()));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(variables: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
        variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect()
    }

    fn flags(values: &[(&str, &str)]) -> Flags {
        Flags(values.iter().map(|(key, value)| (Config::option(key).unwrap(), (*value).to_owned())).collect())
    }

    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.toml");
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    fn origin(settings: &Settings, key: &str) -> Origin {
        let place = Config::OPTIONS.iter().position(|option| option.key() == key).unwrap();
        settings.origins[place].clone()
    }

    #[test]
    fn flags_win_over_environment_over_file_over_defaults() {
        let (_folder, path) = file("lake = 'file'\nqueries_max = 1\nqueue_max = 1\n");
        let variables = environment(&[("BELLWETHER_LAKE", "environment"), ("BELLWETHER_QUERIES_MAX", "2")]);
        let settings = Settings::load(Some(&path), variables, &flags(&[("lake", "flag")])).unwrap();
        assert_eq!(settings.config.lake, "flag");
        assert_eq!(settings.config.queries_max, 2);
        assert_eq!(settings.config.queue_max, 1);
        assert_eq!(settings.config.connections_max, Config::default().connections_max);
        assert_eq!(origin(&settings, "lake"), Origin::Flag);
        assert_eq!(origin(&settings, "queries_max"), Origin::Environment);
        assert_eq!(origin(&settings, "queue_max"), Origin::File(path));
        assert_eq!(origin(&settings, "connections_max"), Origin::Default);
    }

    #[test]
    fn the_file_takes_sizes() {
        let (_folder, path) = file("memory_bytes = '2GiB'\n");
        let settings = Settings::load(Some(&path), Vec::new(), &Flags::default()).unwrap();
        assert_eq!(settings.config.memory_bytes, 2 << 30);
    }

    #[test]
    fn unknown_keys_of_the_file_are_refused_with_the_nearest_name() {
        let (_folder, path) = file("memory_byte = 5\n");
        let error = Settings::load(Some(&path), Vec::new(), &Flags::default()).unwrap_err();
        assert_eq!(error.kind(), bellwether::ErrorKind::Configuration);
        assert_eq!(error.hint(), Some("did you mean memory_bytes?"));
    }

    #[test]
    fn unknown_variables_are_refused_with_the_nearest_name() {
        let error = Settings::load(None, environment(&[("BELLWETHER_LAK", "x")]), &Flags::default()).unwrap_err();
        assert_eq!(error.message(), "environment variable BELLWETHER_LAK names no option");
        assert_eq!(error.hint(), Some("did you mean BELLWETHER_LAKE?"));
    }

    #[test]
    fn variables_of_others_and_of_the_tests_are_left_alone() {
        let variables = environment(&[("PATH", "/bin"), ("BELLWETHER_SHARED", "x"), ("BELLWETHER_TEST_S3", "x")]);
        Settings::load(None, variables, &Flags::default()).unwrap();
    }

    #[test]
    fn a_wrong_value_names_its_source() {
        let error = Settings::load(None, environment(&[("BELLWETHER_THREADS", "all")]), &Flags::default()).unwrap_err();
        assert_eq!(error.message(), "option threads must be a whole number, got \"all\"");
        assert_eq!(error.detail(), Some("set by the environment variable BELLWETHER_THREADS"));
    }

    #[test]
    fn a_file_that_is_named_must_exist() {
        let error = Settings::load(Some(Path::new("/nowhere/b.toml")), Vec::new(), &Flags::default()).unwrap_err();
        assert!(error.message().starts_with("configuration file /nowhere/b.toml cannot be read"));
    }
}
