//! A plan as JSON, with the keys PostgreSQL has for what both know.

use serde_json::{Map, Value, json};

use super::options::Options;
use super::{Node, Told, milliseconds};

pub(super) fn document(told: &Told, options: &Options) -> String {
    let mut query = Map::new();
    query.insert("Plan".to_owned(), operator(&told.root));
    if !told.views.is_empty() {
        query.insert("Materialized Views".to_owned(), json!(told.views));
    }
    if options.summary {
        query.insert("Planning Time".to_owned(), json!(milliseconds(told.planning)));
        if let Some(time) = told.execution {
            query.insert("Execution Time".to_owned(), json!(milliseconds(time)));
        }
    }
    format!("{:#}", Value::Array(vec![Value::Object(query)]))
}

fn operator(node: &Node) -> Value {
    let mut told = Map::new();
    told.insert("Node Type".to_owned(), json!(node.name));
    if !node.details.is_empty() {
        told.insert("Details".to_owned(), json!(node.details));
    }
    if let Some(columns) = &node.columns {
        told.insert("Output".to_owned(), json!(columns.split(", ").collect::<Vec<_>>()));
    }
    if let Some(rows) = node.rows() {
        told.insert("Actual Rows".to_owned(), json!(rows));
        told.insert("Actual Loops".to_owned(), json!(1));
    }
    let counts = node.counts();
    if !counts.is_empty() {
        let counts = counts.into_iter().map(|(name, amount)| (name, Value::String(amount))).collect();
        told.insert("Metrics".to_owned(), Value::Object(counts));
    }
    if !node.inputs.is_empty() {
        told.insert("Plans".to_owned(), Value::Array(node.inputs.iter().map(operator).collect()));
    }
    Value::Object(told)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::options::Format;
    use super::*;

    #[test]
    fn a_plan_is_an_object_in_a_list() {
        let scan = Node {
            name: "DataSourceExec".to_owned(),
            details: String::new(),
            columns: Some("a, b".to_owned()),
            metrics: None,
            inputs: Vec::new(),
        };
        let root = Node {
            name: "FilterExec".to_owned(),
            details: "a > 1".to_owned(),
            columns: None,
            metrics: None,
            inputs: vec![scan],
        };
        let told = Told { root, views: Vec::new(), planning: Duration::ZERO, execution: None };
        let options = Options { analyze: false, verbose: true, summary: false, format: Format::Json };
        let written: Value = serde_json::from_str(&document(&told, &options)).unwrap();
        assert_eq!(
            written,
            json!([{"Plan": {
                "Node Type": "FilterExec",
                "Details": "a > 1",
                "Plans": [{"Node Type": "DataSourceExec", "Output": ["a", "b"]}],
            }}])
        );
    }
}
