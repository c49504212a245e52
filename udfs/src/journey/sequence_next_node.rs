//! `sequence_next_node(direction, base, ts, event, base_condition, c1, c2, …)` — what came next after a sequence.

use std::sync::Arc;

use bellwether_kernels::journey::event::Event;
use bellwether_kernels::journey::next_node::{BASE, Base, Direction, next_node};
use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::condition;
use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Arguments, Constant, Declared, Parameter, Type};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;

/// One bit of an event is needed to say whether it may be the base.
const CONDITIONS_MAX: usize = BASE.trailing_zeros() as usize;

/// Where the arguments stand.
const TIME: usize = 2;
const EVENT: usize = 3;
const BASE_CONDITION: usize = 4;
const FIRST_CONDITION: usize = 5;

const PAGE: Page = Page {
    summary: "The event that came next after a sequence. From a base event on, one event after another must meet \
              conditions 1, 2, …, the base itself condition 1, forward or backward in time and without others in \
              between; the result is the event after the last of them. The base is the first event (`head`) or the \
              last (`tail`) if it meets `base_condition`, or the first (`first_match`) or last (`last_match`) that \
              meets both `base_condition` and condition 1. Simultaneous events are ordered by their text.",
    result: "text: the value of `event`.",
    nulls: "Rows without time are left out; an event that is NULL counts, and can be the result; a condition that is \
            NULL is not met.",
    undefined: "NULL without a base, a whole sequence, or an event after it.",
    errors: "argument base of sequence_next_node has nothing before 'head' (after 'tail'); sequence_next_node takes up \
             to 31 conditions.",
    cost: "About 60 bytes a row and its text, kept until the result is asked for.",
    source: "ClickHouse's sequenceNextNode.",
    example: "SELECT sequence_next_node('forward', 'first_match', ts, page, true, page = 'home', page = 'shop') AS next
FROM (VALUES (TIMESTAMP '2026-01-01 10:00:00', 'home'), (TIMESTAMP '2026-01-01 10:01:00', 'shop'),
             (TIMESTAMP '2026-01-01 10:02:00', 'basket')) AS t(ts, page)",
    output: "next
basket",
};

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: "sequence_next_node",
            parameters: vec![
                Parameter::option("direction", Constant::Choice(&["forward", "backward"]), "Which way to go."),
                Parameter::option(
                    "base",
                    Constant::Choice(&["head", "tail", "first_match", "last_match"]),
                    "Where the sequence begins.",
                ),
                Parameter::value("ts", Type::Time, "When the event of the row happened."),
                Parameter::value("event", Type::Text, "What it is: what the result is taken from."),
                Parameter::value("base_condition", Type::Flag, "Whether the event may be the base."),
                Parameter::value("condition", Type::Flag, "Whether the row meets condition 1, condition 2, and so on.")
                    .repeated(),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Utf8),
        bind,
    })
}

fn bind(arguments: &Arguments) -> Result<NextNode> {
    let (way, from) = (arguments.text("direction")?, arguments.text("base")?);
    let (Some(direction), Some(base)) = (Direction::parse(way), Base::parse(from)) else {
        return Err(arguments.invalid("base", "has no such name").into());
    };
    if !base.allows(direction) {
        let side = if direction == Direction::Forward { "after" } else { "before" };
        let error = arguments.invalid("base", format!("has nothing {side} '{from}'"));
        return Err(error.with_hint(format!("with '{way}' the other three can be the base")).into());
    }
    let conditions = arguments.repeated;
    if conditions > CONDITIONS_MAX {
        let fact = format!("sequence_next_node takes up to {CONDITIONS_MAX} conditions, got {conditions}");
        return Err(CallError::invalid(fact).into());
    }
    Ok(NextNode { direction, base, conditions })
}

struct NextNode {
    direction: Direction,
    base: Base,
    conditions: usize,
}

/// The events of one customer, as they came.
#[derive(Debug, Clone, PartialEq, Default)]
struct Nodes {
    nodes: Vec<(i64, Option<Box<str>>, u32)>,
    text_bytes: usize,
}

impl Nodes {
    fn push(&mut self, ts: i64, event: Option<&str>, met: u32) {
        self.text_bytes += event.map_or(0, str::len);
        self.nodes.push((ts, event.map(Box::from), met));
    }
}

impl Call for NextNode {
    type State = Nodes;

    fn empty(&self) -> Nodes {
        Nodes::default()
    }

    fn update(&self, nodes: &mut Nodes, columns: &Columns, row: usize) {
        let Some(ts) = columns.time(TIME, row) else { return };
        let met = condition::met(columns, FIRST_CONDITION, self.conditions, row);
        let base = if columns.flag(BASE_CONDITION, row) { BASE } else { 0 };
        nodes.push(ts, columns.text(EVENT, row), met | base);
    }

    fn merge(&self, nodes: &mut Nodes, other: Nodes) {
        nodes.nodes.extend(other.nodes);
        nodes.text_bytes += other.text_bytes;
    }

    fn evaluate(&self, states: &[Nodes]) -> Result<ArrayRef> {
        let mut events: Vec<Event> = Vec::new();
        let next = |state: &Nodes| {
            let mut order: Vec<&(i64, Option<Box<str>>, u32)> = state.nodes.iter().collect();
            order.sort_unstable();
            events.clear();
            events.extend(order.iter().map(|&&(ts, _, met)| Event { ts, met }));
            let place = next_node(self.direction, self.base, self.conditions, &events)?;
            order[place].1.clone()
        };
        let found: StringArray = states.iter().map(next).collect();
        Ok(Arc::new(found))
    }
}

impl State for Nodes {
    fn save(&self, writer: &mut Writer) {
        writer.count(self.nodes.len() as u64);
        for (ts, event, met) in &self.nodes {
            writer.i64(*ts);
            writer.u32(*met);
            writer.u8(u8::from(event.is_some()));
            if let Some(event) = event {
                writer.text(event);
            }
        }
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let mut nodes = Self::default();
        for _ in 0..reader.length(13)? {
            let (ts, met) = (reader.i64()?, reader.u32()?);
            let event = if reader.u8()? == 0 { None } else { Some(reader.text()?) };
            nodes.push(ts, event, met);
        }
        Ok(nodes)
    }

    fn heap_bytes(&self) -> usize {
        self.nodes.capacity() * size_of::<(i64, Option<Box<str>>, u32)>() + self.text_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::aggregate::{load, saved};

    #[test]
    fn a_state_survives_its_bytes() {
        let mut nodes = Nodes::default();
        nodes.push(-3, Some("é"), 5);
        nodes.push(i64::MAX, None, BASE);
        assert_eq!(load::<Nodes>(saved([&nodes]).value(0)).unwrap(), nodes);
    }
}
