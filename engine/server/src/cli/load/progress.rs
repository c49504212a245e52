//! How far a load is: a bar on a terminal, a line now and then elsewhere.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bellwether::Progress;
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

/// Often enough to look alive.
const BAR_PERIOD: Duration = Duration::from_millis(100);

/// Seldom enough for a log.
const LINE_PERIOD: Duration = Duration::from_secs(10);

const TEMPLATE: &str = "{bar:30} {percent}% of {total_bytes}, {msg} rows, {bytes_per_sec}, {eta} left";

/// A task that shows a load's progress on standard error until it is stopped.
pub(super) struct Display {
    task: JoinHandle<()>,
    bar: Option<ProgressBar>,
}

impl Display {
    pub(super) fn start(progress: Arc<Progress>) -> Self {
        if io::stderr().is_terminal() {
            let bar = ProgressBar::new(0).with_style(style());
            let task = tokio::spawn(move_bar(bar.clone(), progress));
            Self { task, bar: Some(bar) }
        } else {
            Self { task: tokio::spawn(write_lines(progress)), bar: None }
        }
    }

    pub(super) fn stop(self) {
        self.task.abort();
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template(TEMPLATE).unwrap_or_else(|_| ProgressStyle::default_bar())
}

async fn move_bar(bar: ProgressBar, progress: Arc<Progress>) {
    let mut ticks = interval(BAR_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        bar.set_length(progress.bytes_total.load(Ordering::Relaxed));
        bar.set_position(progress.bytes_done.load(Ordering::Relaxed));
        bar.set_message(HumanCount(progress.rows.load(Ordering::Relaxed)).to_string());
    }
}

async fn write_lines(progress: Arc<Progress>) {
    let mut ticks = interval(LINE_PERIOD);
    // The first tick comes at once, when there is nothing to tell.
    ticks.tick().await;
    loop {
        ticks.tick().await;
        eprintln!(
            "loading: {} of {}, {} rows",
            HumanBytes(progress.bytes_done.load(Ordering::Relaxed)),
            HumanBytes(progress.bytes_total.load(Ordering::Relaxed)),
            HumanCount(progress.rows.load(Ordering::Relaxed))
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_has_a_valid_template() {
        assert!(ProgressStyle::with_template(TEMPLATE).is_ok());
    }
}
