//! `rfm((orders), …)` — each customer's recency, frequency and monetary value, scored against all others.

use std::mem::size_of;

use bellwether_kernels::segment::rfm::{bin, edges, ntile, segment};
use datafusion::error::Result;

use crate::argument::{Constant, Declared, Parameter, Type};
use crate::customer::refuse_infinite;
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, ResultColumn, Sink, Slot, TableFunction};

const NAME: &str = "rfm";

const DAY_MICROS: i64 = 86_400_000_000;

const PAGE: Page = Page {
    summary: "Scores every customer by how recently, how often and for how much he ordered, each from 1 to `bins`, \
              where `bins` is best, and names the segment that the scores say. With `binning => 'quantile'` equal \
              customers have equal scores; with `ntile` all scores have equally many customers, of equals the one \
              whose id comes first has the lower score. Orders after `until` are not seen.",
    result: "The `by` columns; customer_id; recency: days from the last order to `until`; frequency: orders; monetary: sum of their \
             values; r, f, m: scores; score: the three together, 555 for 5, 5 and 5; segment: champions, loyal, \
             potential loyal, new, promising, needs attention, about to sleep, at risk, cannot lose, hibernating or \
             lost.",
    nulls: "Orders without customer or time are left out; a NULL or NaN value counts as 0.",
    undefined: "m and monetary are NULL when no `value` is given; score and segment then rest on r and f. Customers \
                without orders until `until` have no row.",
    errors: "argument value of rfm must be finite.",
    cost: "The orders are held once, about 30 bytes each, and 50 bytes a customer, who are sorted by each measure: one \
           thread for each value of the `by` columns.",
    source: "Hughes, “Strategic Database Marketing” (1994); quantiles of Hyndman & Fan's type 7.",
    example: "WITH orders(customer, day, amount) AS (VALUES
  (1, DATE '2026-01-30', 90), (1, DATE '2026-01-08', 80), (1, DATE '2026-01-02', 70),
  (2, DATE '2026-01-20', 50), (2, DATE '2026-01-04', 10), (3, DATE '2026-01-05', 7))
SELECT * FROM rfm(orders, customer => 'customer', ts => 'day', value => 'amount', until => '2026-01-31', bins => 3)
ORDER BY customer_id",
    output: "customer_id | recency | frequency | monetary | r | f | m | score | segment
1 | 1 | 3 | 240 | 3 | 3 | 3 | 333 | champions
2 | 11 | 2 | 60 | 2 | 2 | 2 | 222 | loyal
3 | 26 | 1 | 7 | 1 | 1 | 1 | 111 | hibernating",
};

pub(super) fn function() -> Function {
    Function::table(TableFunction {
        declared: Declared {
            name: NAME,
            parameters: vec![
                Parameter::input("orders", "Orders, one row each."),
                Parameter::key("customer", "customer_id", "The column of who ordered."),
                Parameter::order("ts", "The column of when."),
                Parameter::rows("value", Type::Number, "The column of what an order was worth.").optional(),
                Parameter::constant("until", Constant::Time, "The last moment that is looked at, in UTC."),
                Parameter::constant("bins", Constant::Integer(2, 9), "How many scores there are.").or_integer(5),
                Parameter::constant("binning", Constant::Choice(&["quantile", "ntile"]), "How scores are cut.")
                    .or("quantile"),
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
        ResultColumn::key("customer"),
        ResultColumn::integer("recency"),
        ResultColumn::integer("frequency"),
        ResultColumn::number("monetary"),
        ResultColumn::integer("r"),
        ResultColumn::integer("f"),
        ResultColumn::integer("m"),
        ResultColumn::text("score"),
        ResultColumn::text("segment"),
    ];
    let customers = Customers {
        value: call.optional_slot("value")?,
        until: call.micros("until")?,
        bins: call.integer("bins")? as usize,
        by_tiles: call.text("binning")? == "ntile",
        seen: Default::default(),
        scale: Scale::Edges(Default::default()),
        score: String::new(),
    };
    Ok(Bound::each_group(columns, customers).together())
}

/// What a customer is measured by. Recency is negative, so that more is better in all three.
#[derive(Debug, Clone, Copy)]
struct Measured {
    recency_days: i64,
    frequency: i64,
    monetary: f64,
}

impl Measured {
    fn values(&self) -> [f64; 3] {
        [-self.recency_days as f64, self.frequency as f64, self.monetary]
    }
}

#[derive(Debug, Clone)]
struct Customers {
    value: Option<Slot>,
    until: i64,
    bins: usize,
    by_tiles: bool,
    /// Each measure of all customers, and for tiles the place of the customer's id.
    seen: [Vec<(f64, usize)>; 3],
    /// What scores are read from, once all customers were shown.
    scale: Scale,
    /// The three scores of a customer together; reused.
    score: String,
}

/// How a measure becomes a score.
#[derive(Debug, Clone)]
enum Scale {
    /// The edges between scores. Those of recency are of days, so that a customer on an edge has the better score.
    Edges([Vec<f64>; 3]),
    /// The score of each place of an id.
    Tiles([Vec<u8>; 3]),
}

impl Customers {
    fn measure(&self, group: &Group<'_>) -> Option<Measured> {
        let orders = group.rows(0);
        let seen = orders.times().partition_point(|time| *time <= self.until);
        let last = *orders.times()[..seen].last()?;
        let values = self.value.map(|slot| &orders.numbers(slot)[..seen]).unwrap_or_default();
        Some(Measured {
            recency_days: self.until.div_euclid(DAY_MICROS) - last.div_euclid(DAY_MICROS),
            frequency: seen as i64,
            monetary: values.iter().filter(|value| !value.is_nan()).sum(),
        })
    }

    /// The scores of a customer.
    fn scores(&self, group: &Group<'_>, measured: &Measured) -> Result<[usize; 3]> {
        Ok(match &self.scale {
            Scale::Tiles(tiles) => {
                let rank = group.rank()?;
                tiles.each_ref().map(|scores| scores.get(rank).map_or(1, |score| usize::from(*score)))
            }
            Scale::Edges([recency, frequency, monetary]) => [
                self.bins + 1 - bin(measured.recency_days as f64, recency),
                bin(measured.frequency as f64, frequency),
                bin(measured.monetary, monetary),
            ],
        })
    }
}

/// The score of each place of an id: of equal values the lower place first. Of recency more days come first, so
/// that the order by days falling and place rising is that of the measure.
fn tiles(measure: &mut [(f64, usize)], bins: usize) -> Vec<u8> {
    measure.sort_unstable_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
    let places = measure.iter().map(|(_, place)| place + 1).max().unwrap_or(0);
    let mut scores = vec![0; places];
    for (index, (_, place)) in measure.iter().enumerate() {
        scores[*place] = ntile(index, measure.len(), bins) as u8;
    }
    scores
}

impl EachGroup for Customers {
    fn prepare(&mut self, group: &Group<'_>) -> Result<()> {
        if let Some(value) = self.value {
            refuse_infinite(&group.rows(0), value, self.until, NAME)?;
        }
        if let Some(measured) = self.measure(group) {
            let place = if self.by_tiles { group.rank()? } else { 0 };
            for (seen, value) in self.seen.iter_mut().zip(measured.values()) {
                seen.push((value, place));
            }
        }
        Ok(())
    }

    fn work(&mut self) -> Result<bool> {
        let (mut seen, bins) = (std::mem::take(&mut self.seen), self.bins);
        let edges_of = |seen: &[Vec<(f64, usize)>; 3], measure: usize, sign: f64| {
            let mut values: Vec<f64> = seen[measure].iter().map(|(value, _)| sign * value).collect();
            edges(&mut values, bins)
        };
        self.scale = match self.by_tiles {
            true => Scale::Tiles(seen.each_mut().map(|measure| tiles(measure, bins))),
            false => Scale::Edges([edges_of(&seen, 0, -1.0), edges_of(&seen, 1, 1.0), edges_of(&seen, 2, 1.0)]),
        };
        Ok(false)
    }

    fn heap_bytes(&self) -> usize {
        let seen: usize = self.seen.iter().map(|measure| measure.capacity() * size_of::<(f64, usize)>()).sum();
        seen + match &self.scale {
            Scale::Edges(_) => 0,
            Scale::Tiles(tiles) => tiles.iter().map(Vec::capacity).sum(),
        }
    }

    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let Some(measured) = self.measure(group) else { return Ok(()) };
        let (bins, has_value) = (self.bins, self.value.is_some());
        let [r, f, m] = self.scores(group, &measured)?;
        self.score.clear();
        // Scores have one digit each.
        for score in [r, f, m].into_iter().take(if has_value { 3 } else { 2 }) {
            self.score.push(char::from(b'0' + score as u8));
        }
        let mut row = out.row();
        row.integer(measured.recency_days).integer(measured.frequency);
        row.number(has_value.then_some(measured.monetary));
        row.integer(r as i64).integer(f as i64).integer(has_value.then_some(m as i64));
        row.text(self.score.as_str()).text(segment(r, f, if has_value { m } else { f }, bins));
        Ok(())
    }
}
