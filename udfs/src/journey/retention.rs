//! `retention(c1, c2, …)` — which conditions a customer met, provided that he met the first.

use std::sync::Arc;

use bellwether_kernels::journey::event::CONDITIONS_MAX;
use bellwether_kernels::journey::retention::Retention as Met;
use datafusion::arrow::array::{ArrayRef, Int32Builder, ListBuilder};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::error::Result;

use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Arguments, Declared, Parameter, Type};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "Which conditions the rows of a group met, provided that one met the first: element 1 is 1 if some row \
              meets `c1`; element i is 1 if some row meets `c1` and some row, the same or another, meets `ci`; \
              else 0. The sum of an element over customers is the number retained.",
    result: "integer[], 0 or 1, one element for each condition.",
    nulls: "NULL is false.",
    undefined: "A group without rows gives zeros.",
    errors: "retention takes up to 32 conditions.",
    cost: "One pass, 4 bytes a group.",
    source: "ClickHouse's retention.",
    example: "SELECT sum(r[1]) AS first_week, sum(r[2]) AS second_week
FROM (SELECT customer, retention(week = 1, week = 2) AS r
      FROM (VALUES ('a', 1), ('a', 2), ('b', 1), ('c', 2)) AS t(customer, week) GROUP BY customer) AS customers",
    output: "first_week | second_week
2 | 1",
};

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: "retention",
            parameters: vec![
                Parameter::value("condition", Type::Flag, "A condition on a row: the first of them opens the way.")
                    .repeated(),
            ],
            page: PAGE,
        },
        result: |_types| Ok(list()),
        bind,
    })
}

fn bind(arguments: &Arguments) -> Result<Retention> {
    let conditions = arguments.repeated;
    if conditions > CONDITIONS_MAX {
        return Err(
            CallError::invalid(format!("retention takes up to {CONDITIONS_MAX} conditions, got {conditions}")).into()
        );
    }
    Ok(Retention { conditions })
}

fn list() -> DataType {
    DataType::List(Arc::new(Field::new_list_field(DataType::Int32, false)))
}

struct Retention {
    conditions: usize,
}

impl Call for Retention {
    type State = Met;

    fn empty(&self) -> Met {
        Met::new()
    }

    fn update(&self, met: &mut Met, columns: &Columns, row: usize) {
        let mut bits = 0;
        for condition in 0..self.conditions {
            bits |= u32::from(columns.flag(condition, row)) << condition;
        }
        met.update(bits);
    }

    fn merge(&self, met: &mut Met, other: Met) {
        met.merge(other);
    }

    fn evaluate(&self, states: &[Met]) -> Result<ArrayRef> {
        let field = Field::new_list_field(DataType::Int32, false);
        let mut lists = ListBuilder::with_capacity(Int32Builder::new(), states.len()).with_field(field);
        for met in states {
            let bits = met.finish();
            for condition in 0..self.conditions {
                lists.values().append_value(i32::from(bits >> condition & 1 == 1));
            }
            lists.append(true);
        }
        Ok(Arc::new(lists.finish()))
    }
}

impl State for Met {
    fn save(&self, writer: &mut Writer) {
        writer.u32(self.bits());
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        Ok(Self::from_bits(reader.u32()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::aggregate::{load, saved};

    #[test]
    fn a_state_survives_its_bytes() {
        let met = Met::from_bits(0b1011);
        assert_eq!(load::<Met>(saved([&met]).value(0)).unwrap().bits(), met.bits());
    }
}
