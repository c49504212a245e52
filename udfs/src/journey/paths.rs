//! `paths((events), …)` — the paths that most customers take.

use bellwether_kernels::journey::paths::{PathRule, PathTotals, path};
use datafusion::error::Result;

use crate::adapter::bytes::{Reader, Writer, damaged};
use crate::argument::{Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, Fold, Group, NULL_CODE, Names, ResultColumn, Sink, Slot, TableFunction};

/// What stands between the events of a path.
const ARROW: &str = " > ";

const PAGE: Page = Page {
    summary: "The paths that most customers take: the first `steps` events of each customer, from the first `start` on \
              if one is given; with `end` the last `steps` events that led to the first `end`. With both a path is \
              all that lies between them, and customers who take more than `steps` events for it have none. Each \
              customer has one path.",
    result: "rank from 1; path: the events, separated by ' > '; n: customers; share: of all who have a path. Paths of \
             equal n are in the order of their text.",
    nulls: "Events without customer, time or name are left out.",
    undefined: "No rows when nobody has a path.",
    errors: "argument steps of paths must be an integer from 1 to 32.",
    cost: "The events are held once, about 30 bytes each, and 50 bytes for each path that occurs.",
    source: "Path analysis as Snowplow and Google Analytics show it.",
    example: "WITH events(customer, ts, event) AS (VALUES
  (1, TIMESTAMP '2026-01-01 10:00', 'ad'), (1, TIMESTAMP '2026-01-01 10:01', 'ad'), (1, TIMESTAMP '2026-01-01 10:02', 'buy'),
  (2, TIMESTAMP '2026-01-01 11:00', 'ad'), (2, TIMESTAMP '2026-01-01 11:01', 'buy'), (3, TIMESTAMP '2026-01-01', 'mail'))
SELECT * FROM paths(events, customer => 'customer', ts => 'ts', event => 'event') ORDER BY rank",
    output: "rank | path | n | share
1 | ad > buy | 2 | 0.6666666666666666
2 | mail | 1 | 0.3333333333333333",
};

pub(super) fn function() -> Function {
    Function::table(TableFunction {
        declared: Declared {
            name: "paths",
            parameters: vec![
                Parameter::input("events", "Events, one row each."),
                Parameter::key("customer", "customer_id", "The column of whose event it is."),
                Parameter::order("ts", "The column of when it happened."),
                Parameter::rows("event", Type::Text, "The column of what happened, or on which channel."),
                Parameter::constant("steps", Constant::Integer(1, 32), "The longest path.").or_integer(5),
                Parameter::constant("start", Constant::Text, "The event with which a path begins.").optional(),
                Parameter::constant("end", Constant::Text, "The event with which a path ends.").optional(),
                Parameter::constant("collapse", Constant::Flag, "Whether equal events in a row are one.").or_flag(true),
                Parameter::constant("top", Constant::Integer(1, i64::MAX), "How many paths to give.").or_integer(20),
                Parameter::by(),
            ],
            page: PAGE,
        },
        bind,
    })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::integer("rank"),
        ResultColumn::text("path"),
        ResultColumn::integer("n"),
        ResultColumn::number("share"),
    ];
    let mut names = Names::default();
    let mut named = |name: &str| -> Result<Option<u32>> {
        if call.has(name) { Ok(Some(names.code(call.text(name)?))) } else { Ok(None) }
    };
    let (start, end) = (named("start")?, named("end")?);
    let rule = PathRule { steps: call.integer("steps")? as usize, start, end, collapse: call.flag("collapse")? };
    let top = usize::try_from(call.integer("top")?).unwrap_or(usize::MAX);
    let (totals, codes, path) = (PathTotals::new(), Vec::new(), Vec::new());
    Ok(Bound::fold(columns, Paths { event: call.slot("event")?, rule, top, names, totals, codes, path }))
}

#[derive(Debug, Clone)]
struct Paths {
    event: Slot,
    rule: PathRule,
    top: usize,
    names: Names,
    totals: PathTotals,
    /// The events and the path of one customer; reused.
    codes: Vec<u32>,
    path: Vec<u32>,
}

impl Fold for Paths {
    fn group(&mut self, group: &Group<'_>) -> Result<()> {
        let rows = group.rows(0);
        self.codes.clear();
        for &code in rows.codes(self.event).iter().filter(|&&code| code != NULL_CODE) {
            self.codes.push(self.names.of_code(&rows, self.event, code));
        }
        if path(&self.rule, &self.codes, &mut self.path) {
            self.totals.update(&self.path, 1);
        }
        Ok(())
    }

    fn save(&self, writer: &mut Writer) {
        self.names.save(writer);
        let entries = self.totals.entries();
        writer.count(entries.len() as u64);
        for (path, customers) in entries {
            writer.count(path.len() as u64);
            path.iter().for_each(|&code| writer.count(u64::from(code)));
            writer.count(customers);
        }
    }

    fn merge(&mut self, state: &mut Reader<'_>) -> Result<()> {
        let codes = self.names.merge(state)?;
        for _ in 0..state.length(2)? {
            self.path.clear();
            for _ in 0..state.length(1)? {
                let code = usize::try_from(state.count()?).map_err(|_| damaged())?;
                self.path.push(*codes.get(code).ok_or_else(damaged)?);
            }
            self.totals.update(&self.path, state.count()?);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Sink<'_>) -> Result<()> {
        let total = self.totals.customers() as f64;
        let mut taken: Vec<(&[u32], u64)> = self.totals.entries().collect();
        let names = |path: &[u32]| path.iter().map(|&code| self.names.name(code)).collect::<Vec<_>>();
        taken.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| names(left.0).cmp(&names(right.0))));
        for (&(path, customers), rank) in taken.iter().take(self.top).zip(1..) {
            let names: Vec<&str> = path.iter().filter_map(|&code| self.names.name(code)).collect();
            let mut row = out.row();
            row.integer(rank).text(names.join(ARROW).as_str()).integer(customers as i64);
            row.number(customers as f64 / total);
        }
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        let reused = (self.codes.capacity() + self.path.capacity()) * size_of::<u32>();
        self.names.heap_bytes() + self.totals.heap_bytes() + reused
    }
}
