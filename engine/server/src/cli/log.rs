//! Log lines: to standard error, filtered, for people or for collectors.

use std::io::{self, IsTerminal};

use bellwether::{Error, LogFormat, Result};
use tracing_subscriber::EnvFilter;

/// What a server tells: its own doings, and what worries the libraries below. Not that a scan skips no file because
/// nobody knows the smallest value of a column, which is no worry.
pub(super) const SERVER: &str = "warn,bellwether=info,buoyant_kernel=off,datafusion_common::pruning=error";

/// What a command tells: worries alone. The kernel of Delta calls a log that is not there an error,
/// and every new table begins so; what really fails comes back as an error of ours.
pub(super) const COMMAND: &str = "warn,buoyant_kernel=off,datafusion_common::pruning=error";

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
