//! `channel_preference((touches), …)` — by which channel each customer is best reached.

use std::collections::BTreeMap;

use datafusion::error::Result;

use crate::argument::{Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, NULL_CODE, ResultColumn, Sink, Slot, TableFunction};

const PAGE: Page = Page {
    summary: "By which channel each customer answers most: his shares of the channels, drawn towards those of all \
              customers, so that one touch does not make a preference.",
    result: "The `by` columns; customer_id; channel: the preferred one; n: his touches on it; touches: all of his; share: n over touches; \
             preference: the share drawn towards that of all; lift: preference over the share of all.",
    nulls: "Touches without customer or channel are left out; a NULL or NaN weight is 0.",
    undefined: "A customer without touches of a positive weight has no row. Of equal preferences the channel first in \
                the alphabet is told.",
    errors: "None at run time.",
    cost: "The touches are held once, about 25 bytes each; one thread for each value of the `by` columns.",
    source: "A Dirichlet prior with the channels' shares of all customers and the weight of `strength` touches.",
    example: "WITH touches(customer, channel) AS (VALUES (1, 'email'), (1, 'email'), (1, 'phone'), (2, 'phone'), (3, 'email'), (3, 'email'))
SELECT customer_id, channel, n, touches, share FROM channel_preference(touches, customer => 'customer', channel => 'channel')
ORDER BY customer_id",
    output: "customer_id | channel | n | touches | share
1 | email | 2 | 3 | 0.6666666666666666
2 | phone | 1 | 1 | 1
3 | email | 2 | 2 | 1",
};

pub(super) fn function() -> Function {
    Function::table(TableFunction {
        declared: Declared {
            name: "channel_preference",
            parameters: vec![
                Parameter::input("touches", "Touches that customers answered, one row each."),
                Parameter::key("customer", "customer_id", "The column of the customer."),
                Parameter::rows("channel", Type::Text, "The column of the channel."),
                Parameter::rows("weight", Type::Number, "The column of how much a touch counts; 1 if not given.")
                    .optional(),
                Parameter::constant(
                    "strength",
                    Constant::Number(0.0, f64::INFINITY),
                    "How many touches the shares of all customers count for.",
                )
                .or_number(2.0),
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
        ResultColumn::text("channel"),
        ResultColumn::number("n"),
        ResultColumn::number("touches"),
        ResultColumn::number("share"),
        ResultColumn::number("preference"),
        ResultColumn::number("lift"),
    ];
    let customers = Customers {
        channel: call.slot("channel")?,
        weight: call.optional_slot("weight")?,
        strength: call.number("strength")?,
        all: BTreeMap::new(),
    };
    Ok(Bound::each_group(columns, customers).together())
}

#[derive(Debug, Clone)]
struct Customers {
    channel: Slot,
    weight: Option<Slot>,
    strength: f64,
    /// The weight of all touches of each channel.
    all: BTreeMap<u32, f64>,
}

impl Customers {
    /// The weight of a customer's touches of each channel.
    fn count(&self, group: &Group<'_>) -> BTreeMap<u32, f64> {
        let rows = group.rows(0);
        let mut counts = BTreeMap::new();
        for (row, code) in rows.codes(self.channel).iter().enumerate().filter(|(_, code)| **code != NULL_CODE) {
            let weight = self.weight.map_or(1.0, |slot| rows.numbers(slot)[row]);
            if weight.is_finite() && weight > 0.0 {
                *counts.entry(*code).or_default() += weight;
            }
        }
        counts
    }
}

impl EachGroup for Customers {
    fn prepare(&mut self, group: &Group<'_>) -> Result<()> {
        for (code, weight) in self.count(group) {
            *self.all.entry(code).or_default() += weight;
        }
        Ok(())
    }

    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let counts = self.count(group);
        let touches: f64 = counts.values().sum();
        let total: f64 = self.all.values().sum();
        if touches <= 0.0 {
            return Ok(());
        }
        let mut best: Option<(u32, f64, f64, f64)> = None;
        for (code, weight) in &self.all {
            let usual = weight / total;
            let own = counts.get(code).copied().unwrap_or(0.0);
            let preference = (own + self.strength * usual) / (touches + self.strength);
            if best.is_none_or(|(_, _, most, _)| preference > most) {
                best = Some((*code, own, preference, usual));
            }
        }
        let Some((code, own, preference, usual)) = best else { return Ok(()) };
        let mut row = out.row();
        row.text(group.rows(0).text(self.channel, code)).number(own).number(touches).number(own / touches);
        row.number(preference).number(preference / usual);
        Ok(())
    }
}
