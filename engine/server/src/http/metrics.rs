//! Metrics: what the doors count, and what the engine and the process hold when asked.

use std::convert::Infallible;
use std::sync::OnceLock;
use std::time::Duration;

use bellwether::Engine;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

/// A process records its metrics in one place, however many servers it starts.
static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// The exporter wants its samples aggregated now and then, scraped or not.
const UPKEEP: Duration = Duration::from_secs(5);

/// The recorded metrics of the process.
#[derive(Clone)]
pub(super) struct Metrics {
    recorder: Option<PrometheusHandle>,
}

impl Metrics {
    /// Begins recording, unless the process records already.
    pub(super) fn install() -> Self {
        let recorder = RECORDER.get_or_init(|| match PrometheusBuilder::new().install_recorder() {
            Ok(recorder) => {
                describe();
                Some(recorder)
            }
            Err(error) => {
                tracing::warn!(%error, "metrics are not recorded here");
                None
            }
        });
        Self { recorder: recorder.clone() }
    }

    /// The metrics as Prometheus reads them; `None` when they are recorded elsewhere.
    pub(super) fn render(&self, engine: &Engine) -> Option<String> {
        let recorder = self.recorder.as_ref()?;
        let (used, limit) = engine.memory();
        metrics::gauge!("bellwether_ready").set(if engine.is_ready() { 1.0 } else { 0.0 });
        metrics::gauge!("bellwether_statements_running").set(engine.running() as f64);
        metrics::gauge!("bellwether_query_memory_bytes").set(used as f64);
        metrics::gauge!("bellwether_query_memory_limit_bytes").set(limit as f64);
        if let Some(bytes) = resident_bytes() {
            metrics::gauge!("process_resident_memory_bytes").set(bytes as f64);
        }
        Some(recorder.render())
    }

    /// Aggregates samples for ever.
    pub(super) async fn keep_up(self) -> Infallible {
        loop {
            tokio::time::sleep(UPKEEP).await;
            if let Some(recorder) = &self.recorder {
                recorder.run_upkeep();
            }
        }
    }
}

fn describe() {
    metrics::describe_gauge!("bellwether_build_info", "Always 1; the label tells the version.");
    metrics::describe_gauge!("bellwether_ready", "Whether the engine takes statements.");
    metrics::describe_gauge!("bellwether_statements_running", "Statements that run now.");
    metrics::describe_gauge!("bellwether_query_memory_bytes", "Memory that running queries hold.");
    metrics::describe_gauge!("bellwether_query_memory_limit_bytes", "Memory that queries may hold.");
    metrics::describe_gauge!("process_resident_memory_bytes", "Memory of the process.");
    metrics::describe_counter!("bellwether_errors_total", "Errors told to clients, by door and SQLSTATE.");
    metrics::describe_counter!("bellwether_flight_calls_total", "Calls at the Flight SQL door.");
    metrics::describe_counter!("bellwether_flight_rows_sent_total", "Rows sent through the Flight SQL door.");
    metrics::gauge!("bellwether_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

/// What Linux says of the process; other systems have no such file.
fn resident_bytes() -> Option<u64> {
    resident_of(&std::fs::read_to_string("/proc/self/status").ok()?)
}

fn resident_of(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_read_in_bytes() {
        assert_eq!(resident_of("VmPeak:\t 9 kB\nVmRSS:\t    2048 kB\n"), Some(2048 * 1024));
        assert_eq!(resident_of("VmPeak:\t 9 kB\n"), None);
        assert_eq!(resident_of("VmRSS:\t much kB\n"), None);
    }
}
