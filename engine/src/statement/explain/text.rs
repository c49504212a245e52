//! A plan as lines of text, indented as PostgreSQL indents them.

use super::options::Options;
use super::{Node, Told, milliseconds};

/// How far a level stands to the right of the one before.
const STEP: usize = 6;

pub(super) fn lines(told: &Told, options: &Options) -> Vec<String> {
    let mut lines = Vec::new();
    operator(&told.root, 0, &mut lines);
    lines.extend(told.views.iter().map(|view| format!("Materialized views: {view}")));
    if options.summary {
        lines.push(format!("Planning Time: {:.3} ms", milliseconds(told.planning)));
        lines.extend(told.execution.map(|time| format!("Execution Time: {:.3} ms", milliseconds(time))));
    }
    lines
}

fn operator(node: &Node, depth: usize, lines: &mut Vec<String>) {
    let mut line = match depth {
        0 => String::new(),
        _ => format!("{:1$}->  ", "", STEP * depth - 4),
    };
    line.push_str(&node.name);
    if !node.details.is_empty() {
        line.push_str(": ");
        line.push_str(&node.details);
    }
    if let Some(rows) = node.rows() {
        line.push_str(&format!("  (actual rows={rows} loops=1)"));
    }
    // A text inside of the plan may have lines of its own.
    lines.push(line.replace('\n', " "));
    let indent = " ".repeat(STEP * depth + 2);
    if let Some(columns) = &node.columns {
        lines.push(format!("{indent}Output: {columns}"));
    }
    let counts = node.counts();
    if !counts.is_empty() {
        let counts: Vec<String> = counts.into_iter().map(|(name, amount)| format!("{name}={amount}")).collect();
        lines.push(format!("{indent}Metrics: {}", counts.join(", ")));
    }
    for input in &node.inputs {
        operator(input, depth + 1, lines);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::options::Format;
    use super::*;

    fn node(name: &str, details: &str, inputs: Vec<Node>) -> Node {
        Node { name: name.into(), details: details.into(), columns: None, metrics: None, inputs }
    }

    #[test]
    fn inputs_stand_behind_arrows() {
        let scan = node("DataSourceExec", "orders", Vec::new());
        let root = node("SortExec", "a\nb", vec![node("FilterExec", "", vec![scan])]);
        let views = vec!["daily answers".to_owned()];
        let told = Told { root, views, planning: Duration::from_micros(1500), execution: None };
        let options = Options { analyze: false, verbose: false, summary: true, format: Format::Text };
        assert_eq!(
            lines(&told, &options),
            [
                "SortExec: a b",
                "  ->  FilterExec",
                "        ->  DataSourceExec: orders",
                "Materialized views: daily answers",
                "Planning Time: 1.500 ms",
            ]
        );
    }
}
