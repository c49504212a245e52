//! Log lines: to standard error, filtered, for people or for collectors.

use std::io::{self, IsTerminal};

use bellwether::{Error, LogFormat, Result};
use tracing_subscriber::EnvFilter;

/// Starts logging; `filter` names levels and modules as `RUST_LOG` does.
pub(super) fn start(filter: &str, format: LogFormat) -> Result<()> {
    let parsed = EnvFilter::try_new(filter).map_err(|error| {
        Error::configuration(format!("log filter \"{filter}\" cannot be read: {error}"))
            .with_hint("for example info, or warn,bellwether=debug")
    })?;
    let lines = tracing_subscriber::fmt().with_env_filter(parsed).with_writer(io::stderr);
    let started = match format {
        LogFormat::Text => lines.with_ansi(io::stderr().is_terminal()).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| Error::internal(format!("logging cannot start: {error}")))
}
