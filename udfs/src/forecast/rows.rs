//! The rows of a series with what was on beside its values, as the models take them.

use std::borrow::Cow;

use bellwether_kernels::forecast::Rows;
use datafusion::error::Result;

use super::request;
use crate::argument::Parameter;
use crate::error::CallError;
use crate::table::{self, Call, FeatureColumn, Group, NULL_CODE, Slot};

/// The most events that are estimated beside each other.
const EVENTS_MAX: usize = 200;

/// The parameters that tell of holidays and events.
pub(super) fn events() -> Vec<Parameter> {
    let events = "Columns of what was on and what is known to come: a number or boolean, or a text, each of whose \
                  values is an event. Rows after the last value tell what will be on; NULL is nothing, and a step \
                  without a row is as usual.";
    vec![request::holidays(), Parameter::features("events", events).optional()]
}

/// The columns of a series.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    value: Slot,
    events: Vec<FeatureColumn>,
}

/// The rows of a group.
#[derive(Debug, Clone)]
pub(super) struct Read<'a> {
    /// When.
    pub times: Cow<'a, [i64]>,
    values: Cow<'a, [f64]>,
    events: Vec<Vec<f64>>,
}

impl Columns {
    /// The columns of a call.
    pub(super) fn new(call: &Call) -> Result<Self> {
        Ok(Self { value: call.slot("value")?, events: call.features(0) })
    }

    /// Reads the rows of a group.
    pub(super) fn read<'a>(&self, group: &Group<'a>) -> Result<Read<'a>> {
        let rows = group.rows(0);
        let mut events = Vec::new();
        for column in &self.events {
            match column.is_text {
                true => of_each_text(&rows, column, &mut events)?,
                false => events.push(rows.numbers(column.slot).to_vec()),
            }
        }
        Ok(Read { times: rows.times().into(), values: rows.numbers(self.value).into(), events })
    }
}

impl Read<'_> {
    /// As the models take them.
    pub(super) fn rows(&self) -> Rows<'_> {
        Rows { times: &self.times, values: &self.values, events: &self.events }
    }

    /// The same in memory of their own.
    pub(super) fn kept(self) -> Read<'static> {
        Read { times: self.times.into_owned().into(), values: self.values.into_owned().into(), events: self.events }
    }

    /// The memory they hold where it is their own.
    pub(super) fn heap_bytes(&self) -> usize {
        let events: usize = self.events.iter().map(|event| size_of_val(event.as_slice())).sum();
        size_of_val(&*self.times) + size_of_val(&*self.values) + events
    }
}

/// An event for each text of a column, in alphabetical order.
fn of_each_text(rows: &table::Rows<'_>, column: &FeatureColumn, events: &mut Vec<Vec<f64>>) -> Result<()> {
    let codes = rows.codes(column.slot);
    let mut present: Vec<u32> = codes.iter().copied().filter(|code| *code != NULL_CODE).collect();
    present.sort_unstable();
    present.dedup();
    if events.len() + present.len() > EVENTS_MAX {
        let fact = format!("a series has more than {EVENTS_MAX} different events, in column \"{}\"", column.name);
        let hint = "name in events only what happens again and again";
        return Err(CallError::invalid(fact).with_hint(hint).at("events").into());
    }
    for text in present {
        events.push(codes.iter().map(|code| f64::from(u8::from(*code == text))).collect());
    }
    Ok(())
}
