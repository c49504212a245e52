//! `journey_compare((events), …)` — which events set customers who convert apart from those who do not.

use bellwether_kernels::journey::compare::CompareTotals;
use datafusion::error::Result;

use crate::adapter::bytes::{Reader, Writer, damaged};
use crate::argument::{Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, Fold, Group, NULL_CODE, Names, ResultColumn, Sink, Slot, TableFunction};

const PAGE: Page = Page {
    summary: "Which events set customers who convert apart from those who do not. A customer converts with the first \
              event that is the conversion; of converters only what happened earlier is looked at. An event counts \
              once a customer. What goes together with converting need not be its cause.",
    result: "event; converters_with and others_with: customers of each kind who had it; converters and others: all of \
             each kind; support and support_others: the shares who had it; lift: the first share in units of the \
             second; p_value: of both shares being the same, by Pearson's χ² or, where an expected count is below 5, \
             by Fisher's exact test; q_value: the false discovery rate over all events. The surest come first.",
    nulls: "Events without customer, time or name are left out.",
    undefined: "lift is NULL when none of the others had the event; p_value and q_value are NULL when all or none had \
                it, or one kind is empty.",
    errors: "None at run time.",
    cost: "The events are held once, about 30 bytes each; O(events).",
    source: "Benjamini & Hochberg (1995); Cochran (1954) for the choice of the test.",
    example: "WITH events(customer, ts, event) AS (VALUES
  (1, TIMESTAMP '2026-01-01', 'demo'), (1, TIMESTAMP '2026-01-02', 'buy'), (2, TIMESTAMP '2026-01-01', 'demo'),
  (2, TIMESTAMP '2026-01-03', 'buy'), (3, TIMESTAMP '2026-01-01', 'blog'), (4, TIMESTAMP '2026-01-01', 'demo'))
SELECT event, converters_with, others_with, support, support_others, lift
FROM journey_compare(events, customer => 'customer', ts => 'ts', event => 'event', conversion => 'buy')
ORDER BY event",
    output: "event | converters_with | others_with | support | support_others | lift
blog | 0 | 1 | 0 | 0.5 | 0
demo | 2 | 1 | 1 | 0.5 | 2",
};

pub(super) fn function() -> Function {
    Function::table(TableFunction {
        declared: Declared {
            name: "journey_compare",
            parameters: vec![
                Parameter::input("events", "Events, one row each."),
                Parameter::key("customer", "customer_id", "The column of whose event it is."),
                Parameter::order("ts", "The column of when it happened."),
                Parameter::rows("event", Type::Text, "The column of what happened."),
                Parameter::constant("conversion", Constant::Text, "The event with which a customer converts."),
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
        ResultColumn::text("event"),
        ResultColumn::integer("converters_with"),
        ResultColumn::integer("others_with"),
        ResultColumn::integer("converters"),
        ResultColumn::integer("others"),
        ResultColumn::number("support"),
        ResultColumn::number("support_others"),
        ResultColumn::number("lift"),
        ResultColumn::number("p_value"),
        ResultColumn::number("q_value"),
    ];
    let mut names = Names::default();
    let conversion = names.code(call.text("conversion")?);
    let (totals, codes) = (CompareTotals::new(), Vec::new());
    Ok(Bound::fold(columns, Compare { event: call.slot("event")?, conversion, names, totals, codes }))
}

#[derive(Debug, Clone)]
struct Compare {
    event: Slot,
    conversion: u32,
    names: Names,
    totals: CompareTotals,
    /// The events of one customer; reused.
    codes: Vec<u32>,
}

impl Fold for Compare {
    fn group(&mut self, group: &Group<'_>) -> Result<()> {
        let rows = group.rows(0);
        let (times, codes) = (rows.times(), rows.codes(self.event));
        let mut own = |code| match code {
            NULL_CODE => NULL_CODE,
            code => self.names.of_code(&rows, self.event, code),
        };
        let converted_at = codes.iter().position(|&code| own(code) == self.conversion).map(|place| times[place]);
        // Of events at the very moment of the conversion none is earlier, in whatever order they stand.
        let seen = converted_at.map_or(codes.len(), |end| times.partition_point(|&ts| ts < end));
        self.codes.clear();
        self.codes.extend(codes[..seen].iter().map(|&code| own(code)).filter(|&code| code != NULL_CODE));
        if converted_at.is_none() && self.codes.is_empty() {
            return Ok(());
        }
        self.codes.sort_unstable();
        self.codes.dedup();
        self.totals.update(converted_at.is_some(), &self.codes);
        Ok(())
    }

    fn save(&self, writer: &mut Writer) {
        self.names.save(writer);
        let (converters, others) = self.totals.customers();
        writer.count(converters);
        writer.count(others);
        writer.count(self.totals.with().len() as u64);
        for with in self.totals.with() {
            with.iter().for_each(|&count| writer.count(count));
        }
    }

    fn merge(&mut self, state: &mut Reader<'_>) -> Result<()> {
        let codes = self.names.merge(state)?;
        let (converters, others) = (state.count()?, state.count()?);
        let mut with = Vec::new();
        for code in 0..state.length(2)? {
            with.push((*codes.get(code).ok_or_else(damaged)?, [state.count()?, state.count()?]));
        }
        self.totals.add(converters, others, with);
        Ok(())
    }

    fn finish(&mut self, out: &mut Sink<'_>) -> Result<()> {
        let (converters, others) = self.totals.customers();
        for compared in self.totals.finish(|code| self.names.name(code)) {
            let mut row = out.row();
            row.text(self.names.name(compared.code));
            row.integer(compared.converters_with as i64).integer(compared.others_with as i64);
            row.integer(converters as i64).integer(others as i64);
            row.number(compared.support).number(compared.support_others).number(compared.lift);
            row.number(compared.p_value).number(compared.q_value);
        }
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        self.names.heap_bytes() + self.totals.heap_bytes() + self.codes.capacity() * size_of::<u32>()
    }
}
