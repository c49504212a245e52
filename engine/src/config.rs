//! What can be set, once: every option with its type, default and meaning.
//!
//! The list below is the only one. Its names are keys of the configuration file, `BELLWETHER_…`
//! environment variables and `--…` options of the command line; its comments are their help.
//! A number's unit is its name's last word, and options whose name ends in `_bytes` also take
//! `512MB` or `2GiB`.

mod option;
mod value;

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::{Error, Result};

pub use option::ConfigOption;
use value::ConfigValue;
pub use value::LogFormat;

/// Declares [`Config`] together with its defaults and [`Config::OPTIONS`], so that they cannot differ.
macro_rules! options {
    ($($(#[doc = $meaning:literal])+ $key:ident: $type:ty = $default:expr;)+) => {
        /// The options of an engine and its server.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Config {
            $($(#[doc = $meaning])+ pub $key: $type,)+
        }

        impl Default for Config {
            fn default() -> Self {
                Self { $($key: $default,)+ }
            }
        }

        impl Config {
            /// Every option, in the order of the documentation.
            pub const OPTIONS: &'static [ConfigOption] = &[
                $(ConfigOption {
                    key: stringify!($key),
                    meaning: concat!($($meaning),+),
                    form: <$type as ConfigValue>::FORM,
                    show: |config| config.$key.show(),
                    parse: |config, text| {
                        config.$key = <$type as ConfigValue>::parse(text)?;
                        Some(())
                    },
                },)+
            ];
        }
    };
}

options! {
    /// Where the lake is: a folder, or `s3://bucket/prefix`.
    lake: String = "./lake".into();
    /// Address of the Postgres door.
    postgres_address: SocketAddr = loopback(5433);
    /// Address of the Arrow Flight SQL door.
    flight_address: SocketAddr = loopback(5434);
    /// Address of `/healthz`, `/readyz` and `/metrics`.
    http_address: SocketAddr = loopback(5435);
    /// Certificate chain (PEM) for the Postgres and Flight doors; needed on any address but loopback.
    tls_certificate: Option<PathBuf> = None;
    /// Private key (PEM) of the certificate.
    tls_key: Option<PathBuf> = None;
    /// Memory all queries share; 0 means 60 % of the machine's (or the container's) memory.
    memory_bytes: usize = 0;
    /// The largest part of that memory one query may hold, in per cent.
    query_memory_percent: usize = 80;
    /// Where sorts, joins and aggregates spill; the system's temporary folder unless set.
    spill_folder: Option<PathBuf> = None;
    /// The most that may be spilled at a time.
    spill_bytes: u64 = 100 << 30;
    /// Threads that compute; 0 means one for each core.
    threads: usize = 0;
    /// Connections over all doors.
    connections_max: usize = 200;
    /// Queries that run at a time; more wait.
    queries_max: usize = 16;
    /// Queries that may wait; more are refused.
    queue_max: usize = 64;
    /// The longest a statement may run unless the session sets less; 0 means without end.
    statement_timeout_ms: u64 = 300_000;
    /// The longest statement text.
    statement_bytes: usize = 1 << 20;
    /// The deepest nesting of a statement's expressions.
    statement_depth: usize = 500;
    /// How long running queries may finish after SIGTERM.
    drain_seconds: u64 = 30;
    /// Days that old table versions stay readable before vacuum removes their files.
    retention_days: u64 = 7;
    /// Seconds between two rounds of compaction, checkpointing and vacuum; 0 means never.
    maintenance_seconds: u64 = 60;
    /// Whether this server does the lake's background work when it is its turn: refreshes, compaction, vacuum.
    background_work: bool = true;
    /// How log lines look: `text` for people, `json` for collectors.
    log_format: LogFormat = LogFormat::Text;
}

impl Config {
    /// The option of this name.
    pub fn option(key: &str) -> Option<&'static ConfigOption> {
        Self::OPTIONS.iter().find(|option| option.key == key)
    }

    /// Whether the options fit together; each alone was checked when it was set.
    pub fn check(&self) -> Result<()> {
        if self.tls_certificate.is_some() != self.tls_key.is_some() {
            return Err(Error::configuration("tls_certificate and tls_key belong together, only one of them is set")
                .with_hint("set both, or neither for connections without TLS on loopback"));
        }
        if !(1..=100).contains(&self.query_memory_percent) {
            return Err(Error::configuration(format!(
                "query_memory_percent must be from 1 to 100, got {}",
                self.query_memory_percent
            )));
        }
        let at_least_one = [
            ("connections_max", self.connections_max),
            ("queries_max", self.queries_max),
            ("statement_bytes", self.statement_bytes),
            ("statement_depth", self.statement_depth),
        ];
        for (key, value) in at_least_one {
            if value == 0 {
                return Err(Error::configuration(format!("{key} must be at least 1, got 0"))
                    .with_hint("with 0 the server could not answer anything"));
            }
        }
        Ok(())
    }
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_reads_back_what_it_shows() {
        let mut config = Config {
            lake: "s3://bucket/lake".into(),
            tls_key: Some("/etc/key.pem".into()),
            memory_bytes: 3 << 30,
            log_format: LogFormat::Json,
            ..Config::default()
        };
        let before = config.clone();
        for option in Config::OPTIONS {
            let text = option.show(&config);
            option.set(&mut config, &text).unwrap();
        }
        assert_eq!(config, before);
    }

    #[test]
    fn the_defaults_fit_together() {
        Config::default().check().unwrap();
    }

    #[test]
    fn half_a_tls_configuration_is_refused() {
        let config = Config { tls_key: Some("key.pem".into()), ..Config::default() };
        assert!(config.check().unwrap_err().message().contains("belong together"));
    }

    #[test]
    fn limits_of_zero_that_would_block_everything_are_refused() {
        let config = Config { queries_max: 0, ..Config::default() };
        assert_eq!(config.check().unwrap_err().message(), "queries_max must be at least 1, got 0");
    }
}
