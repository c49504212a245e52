//! What is found out about views, for EXPLAIN.

use datafusion::logical_expr::LogicalPlan;
use parking_lot::Mutex;

/// Takes notes as far as somebody will read them.
pub(super) struct Notes<'a> {
    lines: Option<&'a Mutex<Vec<String>>>,
}

impl<'a> Notes<'a> {
    /// Notes of a plan that is explained, which go into `lines`; of other plans nothing is noted.
    pub(super) fn of(plan: &LogicalPlan, lines: &'a Mutex<Vec<String>>) -> Self {
        Self { lines: matches!(plan, LogicalPlan::Explain(_)).then_some(lines) }
    }

    /// Whether somebody will read them.
    pub(super) fn are_read(&self) -> bool {
        self.lines.is_some()
    }

    /// Adds a line, unless it is there.
    pub(super) fn add(&self, line: impl FnOnce() -> String) {
        let Some(lines) = self.lines else { return };
        let line = line();
        let mut lines = lines.lock();
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
}
