//! `log_rank(duration, event, group)` — whether groups survive differently.

use std::collections::BTreeMap;
use std::mem::size_of;
use std::sync::Arc;

use bellwether_kernels::customer::kaplan_meier::log_rank;
use datafusion::arrow::array::{ArrayRef, Float64Builder, Int64Builder, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;

use super::kaplan_meier::{self, REFUSALS, refuse};
use super::model::{self, Rows};
use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Declared, Parameter, Type};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;

const NAME: &str = "log_rank";

/// The most groups: the test inverts a matrix of so many rows.
const GROUPS_MAX: usize = 200;

const PAGE: Page = Page {
    summary: "The log-rank test: whether the survival curves of groups differ by more than chance.",
    result: "record: chi_squared; degrees of freedom, the groups less one; p_value: the probability of a statistic \
             at least as large where the groups are alike; n: rows.",
    nulls: "Rows where an argument is NULL are left out.",
    undefined: "chi_squared, degrees and p_value are NULL with fewer than two groups, and where no event happened \
                while members of two were there.",
    errors: "argument duration of log_rank must be a finite number that is not negative; argument group of \
             log_rank has more than 200 values.",
    cost: "Equal rows are one with a weight, 24 bytes each; groups squared for each different time.",
    source: "Mantel (1966), as logrank_test of lifelines and survdiff of R.",
    example: "WITH contracts(kind, months, ended) AS (VALUES
  ('month', 1, true), ('month', 2, true), ('month', 3, true), ('month', 4, false),
  ('year', 3, false), ('year', 6, true), ('year', 9, false), ('year', 12, false))
SELECT round((test).chi_squared, 4) AS chi_squared, (test).degrees, round((test).p_value, 4) AS p_value, (test).n
FROM (SELECT log_rank(months, ended, kind) AS test FROM contracts) AS tested",
    output: "chi_squared | degrees | p_value | n
4.2126 | 1 | 0.0401 | 8",
};

pub(super) fn function() -> Function {
    let mut parameters = kaplan_meier::parameters();
    parameters.push(Parameter::value("group", Type::Text, "The group of each."));
    Function::aggregate(Aggregate {
        declared: Declared { name: NAME, parameters, page: PAGE },
        result: |_types| Ok(DataType::Struct(fields())),
        bind: |_arguments| Ok(Test),
    })
}

struct Test;

/// The lives of each group.
#[derive(Debug, Default)]
struct Groups(BTreeMap<String, Rows<2>>);

impl Call for Test {
    type State = Groups;

    fn empty(&self) -> Groups {
        Groups::default()
    }

    fn update(&self, state: &mut Groups, columns: &Columns, row: usize) {
        let Some(group) = columns.text(2, row) else { return };
        // Beyond the limit one group more is enough to tell.
        if let Some(rows) = state.0.get_mut(group) {
            rows.add(columns, row, 1.0, refuse, |_| false);
        } else if state.0.len() <= GROUPS_MAX {
            state.0.entry(group.to_owned()).or_default().add(columns, row, 1.0, refuse, |_| false);
        }
    }

    fn merge(&self, state: &mut Groups, other: Groups) {
        for (group, rows) in other.0 {
            state.0.entry(group).or_default().merge(&rows);
        }
    }

    fn evaluate(&self, states: &[Groups]) -> Result<ArrayRef> {
        let (mut statistics, mut p_values) = (Float64Builder::new(), Float64Builder::new());
        let (mut degrees, mut ns) = (Int64Builder::new(), Int64Builder::new());
        for Groups(groups) in states {
            if groups.len() > GROUPS_MAX {
                let fact = format!("argument group of {NAME} has more than {GROUPS_MAX} values");
                return Err(CallError::invalid(fact).with_hint("group them more coarsely").at("group").into());
            }
            if let Some(number) = groups.values().filter_map(|rows| rows.refused).min() {
                return Err(model::refused(NAME, REFUSALS, number).into());
            }
            let lives: Vec<_> =
                groups.values().map(|rows| rows.rows.clone()).filter(|rows| !rows.added().is_empty()).collect();
            let test = log_rank(&lives);
            statistics.append_option(test.map(|test| test.chi_squared));
            degrees.append_option(test.map(|test| test.degrees as i64));
            p_values.append_option(test.map(|test| test.p_value));
            ns.append_value(lives.iter().flat_map(|rows| rows.added()).map(|(_, weight)| *weight as i64).sum());
        }
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(statistics.finish()),
            Arc::new(degrees.finish()),
            Arc::new(p_values.finish()),
            Arc::new(ns.finish()),
        ];
        Ok(Arc::new(StructArray::try_new(fields(), arrays, None)?))
    }
}

fn fields() -> Fields {
    vec![
        Field::new("chi_squared", DataType::Float64, true),
        Field::new("degrees", DataType::Int64, true),
        Field::new("p_value", DataType::Float64, true),
        Field::new("n", DataType::Int64, false),
    ]
    .into()
}

impl State for Groups {
    fn save(&self, writer: &mut Writer) {
        writer.count(self.0.len() as u64);
        for (group, rows) in &self.0 {
            writer.text(group);
            rows.save(writer);
        }
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let mut groups = BTreeMap::new();
        for _ in 0..reader.length(4)? {
            let group = reader.text()?.to_owned();
            groups.insert(group, Rows::load(reader)?);
        }
        Ok(Self(groups))
    }

    fn heap_bytes(&self) -> usize {
        let entry = size_of::<(String, Rows<2>)>();
        self.0.iter().map(|(group, rows)| entry + group.capacity() + rows.heap_bytes()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::aggregate::{load, saved};

    fn groups(rows: &[(&str, f64, f64)]) -> Groups {
        let mut groups = Groups::default();
        for (group, time, event) in rows {
            groups.0.entry((*group).to_owned()).or_default().rows.update([*time, *event], 1.0);
        }
        groups
    }

    #[test]
    fn merging_parts_equals_all_and_a_state_survives_its_bytes() {
        let rows = [("a", 1.0, 1.0), ("b", 2.0, 1.0), ("a", 3.0, 0.0), ("b", 4.0, 1.0)];
        let whole = Test.evaluate(&[groups(&rows)]).unwrap();
        for cut in 0..=rows.len() {
            let mut left = groups(&rows[..cut]);
            Test.merge(&mut left, groups(&rows[cut..]));
            let loaded: Groups = load(saved([&left]).value(0)).unwrap();
            assert_eq!(Test.evaluate(&[loaded]).unwrap().as_ref(), whole.as_ref());
        }
    }
}
