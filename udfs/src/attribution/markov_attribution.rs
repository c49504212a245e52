//! `markov_attribution(path, conversions, value, nulls [, order])` — what would be lost without each channel.

use bellwether_kernels::attribution::Outcome;
use bellwether_kernels::attribution::markov::{ORDER_MAX, TooManyStates, Transitions, removal_effects};
use datafusion::arrow::array::ArrayRef;
use datafusion::error::Result;

use super::journey::UNATTRIBUTED;
use super::path_list::{self, CONVERSIONS, Channels, NULLS, VALUE};
use super::state::{load_transitions, save_transitions};
use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{Reader, Writer, damaged};
use crate::adapter::column::Columns;
use crate::argument::{Arguments, Constant, Declared, Parameter};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;
use crate::table::Names;

const NUMBERS: &[&str] = &["removal_effect", "conversions", "value"];

const PAGE: Page = Page {
    summary: "The credit of each channel in a Markov chain of paths, whose states are the last `order` channels. \
              removal_effect: the share of the conversions that is lost when every state with the channel leads to \
              none. Conversions are divided in proportion to it, the value in proportion to the share of the value \
              that is lost. Both are solved exactly, not simulated.",
    result: "An array of records, ordered by channel: channel, removal_effect (0 to 1), conversions, value; they sum \
             to what the paths have earned. Paths without channels stand under (unattributed).",
    nulls: "A NULL path or count is empty, a NULL channel on a path is left out.",
    undefined: "An empty array without paths; removal_effect is 0 where nothing converts.",
    errors: "argument conversions or nulls of markov_attribution must not be negative; a Markov chain of order n over \
             these paths has more than 50000 states.",
    cost: "One pass; memory grows with the distinct steps, 40 bytes each. Solving is instant for hundreds of \
           channels, half a minute for five thousand.",
    source: "Anderl, Becker, von Wangenheim & Schumann (2016), IJRM 33(3).",
    example: "SELECT c['channel'] AS channel, c['removal_effect'] AS removal_effect, c['conversions'] AS conversions,
       c['value'] AS value
FROM (SELECT unnest(markov_attribution(path, conversions, value, nulls)) AS c
      FROM (VALUES ('search > email > direct', 1, 10.0, 0), ('search', 0, 0.0, 1), ('email > direct', 0, 0.0, 1))
           AS paths(path, conversions, value, nulls)) AS credits",
    output: "channel | removal_effect | conversions | value
direct | 1 | 0.4 | 4
email | 1 | 0.4 | 4
search | 0.5 | 0.2 | 2",
};

pub(super) fn function() -> Function {
    let mut parameters = path_list::parameters();
    let orders = Constant::Integer(1, ORDER_MAX as i64);
    parameters.push(Parameter::option("order", orders, "How many channels a state remembers.").or_integer(1));
    Function::aggregate(Aggregate {
        declared: Declared { name: "markov_attribution", parameters, page: PAGE },
        result: |_types| Ok(Channels::data_type(NUMBERS)),
        bind: |arguments: &Arguments| Ok(Markov { order: arguments.integer("order")? as usize }),
    })
}

struct Markov {
    order: usize,
}

/// The transitions of the paths of a group, and whether something cannot be counted.
#[derive(Debug)]
struct Counted {
    names: Names,
    transitions: Transitions,
    refused: Option<Refused>,
    /// The channels of one row; reused.
    path: Vec<u32>,
}

/// What a row has that cannot be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refused {
    Count,
    States,
}

impl From<TooManyStates> for Refused {
    fn from(_: TooManyStates) -> Self {
        Self::States
    }
}

impl Call for Markov {
    type State = Counted;

    fn empty(&self) -> Counted {
        Counted::new(self.order)
    }

    fn update(&self, state: &mut Counted, columns: &Columns, row: usize) {
        if state.refused.is_some() {
            return;
        }
        let number = |argument| columns.number(argument, row).unwrap_or(0.0);
        let Some(outcome) = Outcome::new(number(CONVERSIONS), number(NULLS), number(VALUE)) else {
            state.refused = Some(Refused::Count);
            return;
        };
        path_list::read(columns, row, &mut state.names, &mut state.path);
        state.refused = state.transitions.update(&state.path, outcome).err().map(Refused::from);
    }

    fn merge(&self, state: &mut Counted, other: Counted) {
        let codes: Vec<u32> = other.names.iter().map(|name| state.names.code(name)).collect();
        let merged = state.transitions.merge(&other.transitions, |code| codes[code as usize]);
        state.refused = state.refused.or(other.refused).or(merged.err().map(Refused::from));
    }

    fn evaluate(&self, states: &[Counted]) -> Result<ArrayRef> {
        let mut channels = Channels::new(NUMBERS);
        for state in states {
            state.list(&mut channels)?;
            channels.end();
        }
        channels.finish()
    }
}

impl Counted {
    fn new(order: usize) -> Self {
        Self { names: Names::default(), transitions: Transitions::new(order), refused: None, path: Vec::new() }
    }

    fn list(&self, channels: &mut Channels) -> Result<()> {
        match self.refused {
            None => {}
            Some(Refused::Count) => {
                let fact = "arguments conversions and nulls of markov_attribution must be finite and not negative";
                return Err(CallError::invalid(fact).into());
            }
            Some(Refused::States) => {
                let fact = TooManyStates { order: self.transitions.order() }.to_string();
                return Err(CallError::invalid(fact).with_hint("use a lower order, or coarser channels").into());
            }
        }
        let credits = removal_effects(&self.transitions).map_err(|error| CallError::invalid(error.to_string()))?;
        let none = self.transitions.unattributed();
        let mut rows: Vec<(&str, [Option<f64>; 3])> = Vec::with_capacity(credits.len() + 1);
        for credit in credits {
            let numbers = [credit.removal_effect, credit.conversions, credit.value].map(Some);
            rows.push((self.names.name(credit.channel).unwrap_or_default(), numbers));
        }
        if none.conversions() != 0.0 || none.value() != 0.0 {
            rows.push((UNATTRIBUTED, [None, Some(none.conversions()), Some(none.value())]));
        }
        rows.sort_unstable_by_key(|(channel, _)| *channel);
        rows.iter().for_each(|(channel, numbers)| channels.push(channel, numbers));
        Ok(())
    }
}

impl State for Counted {
    fn save(&self, writer: &mut Writer) {
        writer.u8(match self.refused {
            None => 0,
            Some(Refused::Count) => 1,
            Some(Refused::States) => 2,
        });
        writer.u8(self.transitions.order() as u8);
        self.names.save(writer);
        save_transitions(&self.transitions, writer);
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let refused = match reader.u8()? {
            0 => None,
            1 => Some(Refused::Count),
            2 => Some(Refused::States),
            _ => return Err(damaged()),
        };
        let order = usize::from(reader.u8()?);
        if !(1..=ORDER_MAX).contains(&order) {
            return Err(damaged());
        }
        let mut counted = Self { refused, ..Self::new(order) };
        let codes = counted.names.merge(reader)?;
        load_transitions(reader, &codes, &mut counted.transitions)?;
        Ok(counted)
    }

    fn heap_bytes(&self) -> usize {
        self.names.heap_bytes() + self.transitions.size()
    }
}
