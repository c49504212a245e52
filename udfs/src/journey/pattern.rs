//! The pattern of a sequence as an argument.

use bellwether_kernels::journey::event::Event;
use bellwether_kernels::journey::pattern::{ELEMENTS_MAX, Pattern, PatternFault};
use datafusion::error::Result;

use super::condition;
use crate::adapter::column::Columns;
use crate::argument::{Arguments, Constant, Parameter, Type};

const SECOND_MICROS: u64 = 1_000_000;

/// Where the time stands among the arguments, and where the conditions begin.
const TIME: usize = 1;
const FIRST_CONDITION: usize = 2;

/// What every function over patterns takes.
pub(super) fn parameters() -> Vec<Parameter> {
    vec![
        Parameter::option(
            "pattern",
            Constant::Text,
            "Elements one after another: `(?N)` takes an event that meets condition N, `.` any event, `.*` any number \
             of events; `(?t<=S)`, `<`, `>=`, `>`, `==` or `!=` takes any number of events and asks that the event \
             taken next comes so many seconds after the one taken last.",
        ),
        Parameter::value("ts", Type::Time, "When the event of the row happened."),
        Parameter::value("condition", Type::Flag, "Whether the row meets condition 1, condition 2, and so on.")
            .repeated(),
    ]
}

/// A pattern, and over how many conditions.
pub(super) struct Sequence {
    pub(super) pattern: Pattern,
    conditions: usize,
}

impl Sequence {
    /// Reads the pattern of a call.
    pub(super) fn bind(arguments: &Arguments) -> Result<Self> {
        let conditions = condition::count(arguments)?;
        let pattern = Pattern::parse(arguments.text("pattern")?, conditions, SECOND_MICROS).map_err(|error| {
            let must = format!("{} at position {}", fact(error.reason), error.position);
            arguments.invalid("pattern", must).with_hint(hint(error.reason, conditions))
        })?;
        Ok(Self { pattern, conditions })
    }

    /// The event of a row. Rows that meet no condition are not seen.
    pub(super) fn event(&self, columns: &Columns, row: usize) -> Option<Event> {
        let ts = columns.time(TIME, row)?;
        let met = condition::met(columns, FIRST_CONDITION, self.conditions, row);
        (met != 0).then_some(Event { ts, met })
    }
}

fn fact(fault: PatternFault) -> &'static str {
    match fault {
        PatternFault::NoElement => "has something that is no element",
        PatternFault::NoNumber => "lacks a number",
        PatternFault::NumberTooLarge => "has a number that is too large",
        PatternFault::NotClosed => "lacks a closing parenthesis",
        PatternFault::NoOperator => "lacks an operator of time",
        PatternFault::NoSuchCondition => "has a condition that is not given",
        PatternFault::TimeBeforeEvents => "has a time condition without an event before it",
        PatternFault::TimeAfterEvents => "has a time condition without an event after it",
        PatternFault::NoEvents => "takes no event",
        PatternFault::TooLong => "has too many elements",
    }
}

fn hint(fault: PatternFault, conditions: usize) -> String {
    match fault {
        PatternFault::NoElement => "elements are (?1), ., .* and (?t<=60)".to_owned(),
        PatternFault::NoNumber | PatternFault::NotClosed => "write (?1) or (?t<=60)".to_owned(),
        PatternFault::NumberTooLarge => "times are in seconds".to_owned(),
        PatternFault::NoOperator => "operators are <=, <, >=, >, == and !=".to_owned(),
        PatternFault::NoSuchCondition => format!("conditions are numbered from 1 to {conditions}"),
        PatternFault::TimeBeforeEvents | PatternFault::TimeAfterEvents => {
            "a time condition stands between two events, as in (?1)(?t<=60)(?2)".to_owned()
        }
        PatternFault::NoEvents => "name an event, as in (?1)".to_owned(),
        PatternFault::TooLong => format!("up to {ELEMENTS_MAX} events can be taken"),
    }
}
