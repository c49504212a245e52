//! `shapley_attribution(path, conversions, value, nulls [, game …])` — the average contribution of each channel.

use bellwether_kernels::attribution::Outcome;
use bellwether_kernels::attribution::path::PathCounts;
use bellwether_kernels::attribution::shapley::{Share, rate, sample, sum};
use datafusion::arrow::array::ArrayRef;
use datafusion::error::Result;

use super::journey::UNATTRIBUTED;
use super::path_list::{self, CONVERSIONS, Channels, NULLS, VALUE};
use super::state::{load_paths, save_paths};
use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{Reader, Writer, damaged};
use crate::adapter::column::Columns;
use crate::argument::{Arguments, Constant, Declared, Parameter};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;
use crate::table::Names;

const NUMBERS: &[&str] = &["conversions", "value", "conversions_error", "value_error"];

const PAGE: Page = Page {
    summary: "The Shapley value of each channel: its average contribution over all orders in which channels could \
              have joined. In the sum game a set of channels is worth the conversions of the paths that use none but \
              these; then each path's worth is divided equally over its distinct channels. In the rate game it is \
              worth their conversions per path, scaled to all paths; a channel can then contribute less than nothing, \
              which `negative` keeps or cuts off at zero, the rest in proportion.",
    result: "An array of records, ordered by channel: channel, conversions, value, and their standard errors, which \
             are 0 where they are exact: in the sum game, and in the rate game up to 20 channels. The credits sum to \
             what the paths have earned. Paths without channels stand under (unattributed).",
    nulls: "A NULL path or count is empty, a NULL channel on a path is left out.",
    undefined: "An empty array without paths.",
    errors: "arguments conversions and nulls of shapley_attribution must be finite and not negative.",
    cost: "One pass; memory grows with the distinct paths. The rate game takes n·2ⁿ steps for n channels up to 20; \
           beyond, two for each of the `samples` and distinct set of channels.",
    source: "Zhao, Mahboobi & Bagheri (2018), arXiv:1804.05327; Castro, Gómez & Tejada (2009).",
    example: "SELECT c['channel'] AS channel, c['conversions'] AS conversions, c['value'] AS value
FROM (SELECT unnest(shapley_attribution(path, conversions, value, nulls)) AS c
      FROM (VALUES ('search > email > search', 2, 30.0, 0), ('search', 1, 5.0, 4))
           AS paths(path, conversions, value, nulls)) AS credits",
    output: "channel | conversions | value
email | 1 | 15
search | 2 | 20",
};

pub(super) fn function() -> Function {
    let mut parameters = path_list::parameters();
    parameters.extend([
        Parameter::option("game", Constant::Choice(&["sum", "rate"]), "What a set of channels is worth.").or("sum"),
        Parameter::option("negative", Constant::Choice(&["keep", "clip"]), "What becomes of negative contributions.")
            .or("keep"),
        Parameter::option("samples", Constant::Integer(2, 1_000_000), "Pairs of orders, beyond 20 channels.")
            .or_integer(1000),
        Parameter::option("seed", Constant::Integer(0, i64::MAX), "Which orders are sampled.").or_integer(1),
    ]);
    Function::aggregate(Aggregate {
        declared: Declared { name: "shapley_attribution", parameters, page: PAGE },
        result: |_types| Ok(Channels::data_type(NUMBERS)),
        bind,
    })
}

fn bind(arguments: &Arguments) -> Result<Shapley> {
    Ok(Shapley {
        is_rate: arguments.text("game")? == "rate",
        clips: arguments.text("negative")? == "clip",
        pairs: arguments.integer("samples")? as usize,
        seed: arguments.integer("seed")? as u64,
    })
}

struct Shapley {
    is_rate: bool,
    clips: bool,
    pairs: usize,
    seed: u64,
}

/// The paths of a group.
#[derive(Debug, Default)]
struct Seen {
    names: Names,
    paths: PathCounts,
    refused: bool,
    /// The channels of one row; reused.
    path: Vec<u32>,
}

impl Call for Shapley {
    type State = Seen;

    fn empty(&self) -> Seen {
        Seen::default()
    }

    fn update(&self, state: &mut Seen, columns: &Columns, row: usize) {
        let number = |argument| columns.number(argument, row).unwrap_or(0.0);
        let Some(outcome) = Outcome::new(number(CONVERSIONS), number(NULLS), number(VALUE)) else {
            state.refused = true;
            return;
        };
        path_list::read(columns, row, &mut state.names, &mut state.path);
        state.paths.update(&state.path, outcome);
    }

    fn merge(&self, state: &mut Seen, other: Seen) {
        let codes: Vec<u32> = other.names.iter().map(|name| state.names.code(name)).collect();
        state.paths.merge(&other.paths, |code| codes[code as usize]);
        state.refused |= other.refused;
    }

    fn evaluate(&self, states: &[Seen]) -> Result<ArrayRef> {
        let mut channels = Channels::new(NUMBERS);
        for state in states {
            self.list(state, &mut channels)?;
            channels.end();
        }
        channels.finish()
    }
}

impl Shapley {
    fn list(&self, state: &Seen, channels: &mut Channels) -> Result<()> {
        if state.refused {
            let fact = "arguments conversions and nulls of shapley_attribution must be finite and not negative";
            return Err(CallError::invalid(fact).into());
        }
        let none = sum::unattributed(&state.paths);
        let mut rows: Vec<(&str, [f64; 4])> = Vec::new();
        for share in self.shares(&state.paths) {
            let numbers = [share.conversions, share.value, share.conversions_error, share.value_error];
            rows.push((state.names.name(share.channel).unwrap_or_default(), numbers));
        }
        if none.conversions() != 0.0 || none.value() != 0.0 {
            rows.push((UNATTRIBUTED, [none.conversions(), none.value(), 0.0, 0.0]));
        }
        rows.sort_unstable_by_key(|(channel, _)| *channel);
        rows.iter().for_each(|(channel, numbers)| channels.push(channel, &numbers.map(Some)));
        Ok(())
    }

    fn shares(&self, paths: &PathCounts) -> Vec<Share> {
        if !self.is_rate {
            return sum::shares(paths);
        }
        let mut shares = rate::shares(paths).unwrap_or_else(|| sample::shares(paths, self.pairs, self.seed));
        if self.clips {
            clip(&mut shares, |share| &mut share.conversions);
            clip(&mut shares, |share| &mut share.value);
        }
        shares
    }
}

/// Cuts negative amounts off at zero, and scales the others so that the sum stays.
fn clip(shares: &mut [Share], amount: impl Fn(&mut Share) -> &mut f64) {
    let (mut sum, mut positive) = (0.0, 0.0);
    for share in shares.iter_mut() {
        let amount = *amount(share);
        sum += amount;
        positive += amount.max(0.0);
    }
    // Where the whole is negative there is nothing to scale to.
    if sum <= 0.0 {
        return;
    }
    for share in shares {
        let amount = amount(share);
        *amount = amount.max(0.0) * sum / positive;
    }
}

impl State for Seen {
    fn save(&self, writer: &mut Writer) {
        writer.u8(u8::from(self.refused));
        self.names.save(writer);
        save_paths(&self.paths, writer);
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let refused = match reader.u8()? {
            0 => false,
            1 => true,
            _ => return Err(damaged()),
        };
        let mut seen = Self { refused, ..Self::default() };
        let codes = seen.names.merge(reader)?;
        load_paths(reader, &codes, &mut seen.paths)?;
        Ok(seen)
    }

    fn heap_bytes(&self) -> usize {
        self.names.heap_bytes() + self.paths.size()
    }
}
