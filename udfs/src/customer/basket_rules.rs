//! `basket_rules((orders), …)` — which items are bought together more often than chance would have it.

use std::collections::HashMap;
use std::mem::size_of;

use datafusion::error::Result;

use crate::adapter::bytes::{Reader, Writer, damaged};
use crate::argument::{Constant, Declared, Parameter, Type};
use crate::error::CallError;
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, Fold, Group, NULL_CODE, Names, ResultColumn, Sink, Slot, TableFunction};

/// The most different items of one order: a thousand make half a million pairs.
const ITEMS_MAX: usize = 1000;

const PAGE: Page = Page {
    summary: "Rules “who buys the antecedent also buys the consequent” for pairs of items. An item counts once in an \
              order, however often it is there.",
    result: "antecedent, consequent; support: share of all orders that have both; confidence: share of the orders \
             with the antecedent that have the consequent; lift: confidence over the share of all orders that have \
             the consequent, 1 when they are independent; n: orders that have both.",
    nulls: "Rows without order or item are left out.",
    undefined: "No rows when no pair has the support.",
    errors: "an order of basket_rules has more than 1000 different items.",
    cost: "The rows are held once, about 25 bytes each, and 20 bytes for each pair that occurs. Time is quadratic in \
           the items of an order.",
    source: "Agrawal, Imieliński & Swami (1993); lift after Brin et al. (1997).",
    example: "WITH lines(order_id, item) AS (VALUES
  (1, 'bread'), (1, 'butter'), (2, 'bread'), (2, 'butter'), (3, 'bread'), (4, 'milk'))
SELECT * FROM basket_rules(lines, order_id => 'order_id', item => 'item', min_support => 0.2)
ORDER BY antecedent",
    output: "antecedent | consequent | support | confidence | lift | n
bread | butter | 0.5 | 0.6666666666666666 | 1.3333333333333333 | 2
butter | bread | 0.5 | 1 | 1.3333333333333333 | 2",
};

pub(super) fn function() -> Function {
    Function::table(TableFunction {
        declared: Declared {
            name: "basket_rules",
            parameters: vec![
                Parameter::input("orders", "Order lines, one row for each item of an order."),
                Parameter::key("order_id", "order_id", "The column of the order."),
                Parameter::rows("item", Type::Text, "The column of the item."),
                Parameter::constant("min_support", Constant::Number(0.0, 1.0), "The least share of orders with both.")
                    .or_number(0.01),
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
        ResultColumn::text("antecedent"),
        ResultColumn::text("consequent"),
        ResultColumn::number("support"),
        ResultColumn::number("confidence"),
        ResultColumn::number("lift"),
        ResultColumn::integer("n"),
    ];
    let empty = Baskets {
        item: call.slot("item")?,
        min_support: call.number("min_support")?,
        orders: 0,
        names: Names::default(),
        counts: Vec::new(),
        pairs: HashMap::new(),
        items: Vec::new(),
    };
    Ok(Bound::fold(columns, empty))
}

/// Orders counted by item and by pair of items.
#[derive(Debug, Clone)]
struct Baskets {
    item: Slot,
    min_support: f64,
    orders: u64,
    names: Names,
    /// Orders that have each item.
    counts: Vec<u64>,
    /// Orders that have both items; the lower code comes first.
    pairs: HashMap<(u32, u32), u64>,
    /// The items of one order; reused.
    items: Vec<u32>,
}

impl Baskets {
    fn count_item(&mut self, item: u32, orders: u64) {
        let place = item as usize;
        if self.counts.len() <= place {
            self.counts.resize(place + 1, 0);
        }
        self.counts[place] += orders;
    }

    fn count_pair(&mut self, a: u32, b: u32, orders: u64) {
        *self.pairs.entry((a.min(b), a.max(b))).or_default() += orders;
    }
}

impl Fold for Baskets {
    fn group(&mut self, group: &Group<'_>) -> Result<()> {
        let rows = group.rows(0);
        let mut items = std::mem::take(&mut self.items);
        items.clear();
        for code in rows.codes(self.item).iter().filter(|code| **code != NULL_CODE) {
            items.push(self.names.of_code(&rows, self.item, *code));
        }
        items.sort_unstable();
        items.dedup();
        if items.len() > ITEMS_MAX {
            let fact = format!("an order of basket_rules has more than {ITEMS_MAX} different items");
            return Err(CallError::invalid(fact).with_hint("leave such orders out, or use coarser items").into());
        }
        self.orders += u64::from(!items.is_empty());
        for (place, item) in items.iter().enumerate() {
            self.count_item(*item, 1);
            for other in &items[place + 1..] {
                self.count_pair(*item, *other, 1);
            }
        }
        self.items = items;
        Ok(())
    }

    fn save(&self, writer: &mut Writer) {
        writer.count(self.orders);
        self.names.save(writer);
        writer.count(self.counts.len() as u64);
        self.counts.iter().for_each(|count| writer.count(*count));
        writer.count(self.pairs.len() as u64);
        for ((a, b), count) in &self.pairs {
            writer.u32(*a);
            writer.u32(*b);
            writer.count(*count);
        }
    }

    fn merge(&mut self, state: &mut Reader<'_>) -> Result<()> {
        self.orders += state.count()?;
        let codes = self.names.merge(state)?;
        let own = |code: usize| codes.get(code).copied().ok_or_else(damaged);
        for code in 0..state.length(1)? {
            let count = state.count()?;
            self.count_item(own(code)?, count);
        }
        for _ in 0..state.length(9)? {
            let (a, b) = (own(state.u32()? as usize)?, own(state.u32()? as usize)?);
            let count = state.count()?;
            // Both items have a count, even if the bytes forgot one.
            self.count_item(a.max(b), 0);
            self.count_pair(a, b, count);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Sink<'_>) -> Result<()> {
        let orders = self.orders as f64;
        let mut rules = Vec::new();
        for ((a, b), count) in &self.pairs {
            if *count as f64 / orders >= self.min_support {
                rules.extend([(*a, *b, *count), (*b, *a, *count)]);
            }
        }
        rules.sort_unstable_by_key(|(a, b, _)| (self.names.name(*a), self.names.name(*b)));
        for (antecedent, consequent, count) in rules {
            let both = count as f64;
            let confidence = both / self.counts[antecedent as usize] as f64;
            let lift = confidence / (self.counts[consequent as usize] as f64 / orders);
            let mut row = out.row();
            row.text(self.names.name(antecedent)).text(self.names.name(consequent));
            row.number(both / orders).number(confidence).number(lift).integer(count as i64);
        }
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        let pair = size_of::<((u32, u32), u64)>() + 1;
        self.names.heap_bytes() + self.counts.capacity() * size_of::<u64>() + self.pairs.capacity() * pair
    }
}
