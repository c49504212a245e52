//! `price_volume_mix(quantity_before, price_before, quantity_after, price_after)` — why revenue changed.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Builder, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;

use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const NAMES: [&str; 8] = ["before", "price", "volume", "mix", "new", "lost", "after", "change"];

const PAGE: Page = Page {
    summary: "Why revenue changed, from one row for each product: price: what changed prices brought; volume: what more \
              or less of everything brought, at the old mix and prices; mix: what more of the dearer or the cheaper \
              brought; new and lost: products that were sold in one of the periods only. The parts sum to the change.",
    result: "record: before and after: revenues; price, volume, mix, new, lost; change: after less before.",
    nulls: "A NULL or NaN quantity is 0; of a NULL or NaN price the product counts as if it was not sold.",
    undefined: "All zero without rows.",
    errors: "None at run time.",
    cost: "One pass, constant memory.",
    source: "The price-volume-mix analysis of management accounting.",
    example: "SELECT (b).price, round((b).volume, 4) AS volume, round((b).mix, 4) AS mix, (b).change
FROM (SELECT price_volume_mix(q0, p0, q1, p1) AS b
      FROM (VALUES (100, 10, 90, 11), (50, 20, 70, 19), (20, 50, 15, 52)) AS t(q0, p0, q1, p1)) AS bridge",
    output: "price | volume | mix | change
50 | 88.2353 | -38.2353 | 100",
};

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: "price_volume_mix",
            parameters: vec![
                Parameter::value("quantity_before", Type::Number, "How much was sold before."),
                Parameter::value("price_before", Type::Number, "At which price."),
                Parameter::value("quantity_after", Type::Number, "How much was sold after."),
                Parameter::value("price_after", Type::Number, "At which price."),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Struct(fields())),
        bind: |_arguments| Ok(PriceVolumeMix),
    })
}

fn fields() -> Fields {
    NAMES.map(|name| Field::new(name, DataType::Float64, true)).into_iter().collect()
}

struct PriceVolumeMix;

/// Sums over products. Those of both periods: quantities, revenue before, what was sold after at either price.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    sold_before: f64,
    sold_after: f64,
    before: f64,
    after_at_old_price: f64,
    after: f64,
    new: f64,
    lost: f64,
}

impl Sums {
    fn parts(&mut self) -> [&mut f64; 7] {
        [
            &mut self.sold_before,
            &mut self.sold_after,
            &mut self.before,
            &mut self.after_at_old_price,
            &mut self.after,
            &mut self.new,
            &mut self.lost,
        ]
    }

    /// The result's numbers.
    fn bridge(&self) -> [f64; 8] {
        let growth = if self.sold_before == 0.0 { 1.0 } else { self.sold_after / self.sold_before };
        let before = self.before + self.lost;
        let after = self.after + self.new;
        let price = self.after - self.after_at_old_price;
        let volume = (growth - 1.0) * self.before;
        let mix = self.after_at_old_price - growth * self.before;
        [before, price, volume, mix, self.new, 0.0 - self.lost, after, after - before]
    }
}

impl Call for PriceVolumeMix {
    type State = Sums;

    fn empty(&self) -> Sums {
        Sums::default()
    }

    fn update(&self, state: &mut Sums, columns: &Columns, row: usize) {
        let number = |argument| columns.number(argument, row).filter(|number| number.is_finite());
        let sold = |quantity, price| number(quantity).filter(|sold| *sold != 0.0).zip(number(price));
        match (sold(0, 1), sold(2, 3)) {
            (Some((q0, p0)), Some((q1, p1))) => {
                state.sold_before += q0;
                state.sold_after += q1;
                state.before += q0 * p0;
                state.after_at_old_price += q1 * p0;
                state.after += q1 * p1;
            }
            (Some((q0, p0)), None) => state.lost += q0 * p0,
            (None, Some((q1, p1))) => state.new += q1 * p1,
            (None, None) => {}
        }
    }

    fn merge(&self, state: &mut Sums, mut other: Sums) {
        state.parts().into_iter().zip(other.parts()).for_each(|(own, other)| *own += *other);
    }

    fn evaluate(&self, states: &[Sums]) -> Result<ArrayRef> {
        let mut numbers = NAMES.map(|_| Float64Builder::new());
        for state in states {
            numbers.iter_mut().zip(state.bridge()).for_each(|(builder, part)| builder.append_value(part));
        }
        let arrays = numbers.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef).collect();
        Ok(Arc::new(StructArray::try_new(fields(), arrays, None)?))
    }
}

impl State for Sums {
    fn save(&self, writer: &mut Writer) {
        let mut sums = *self;
        sums.parts().into_iter().for_each(|part| writer.f64(*part));
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let mut sums = Self::default();
        for part in sums.parts() {
            *part = reader.f64()?;
        }
        Ok(sums)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_sum_to_the_change_with_new_and_lost_products_too() {
        let sums = Sums {
            sold_before: 170.0,
            sold_after: 175.0,
            before: 3000.0,
            after_at_old_price: 3050.0,
            after: 3100.0,
            new: 40.0,
            lost: 70.0,
        };
        let [_, price, volume, mix, new, lost, _, change] = sums.bridge();
        assert!((price + volume + mix + new + lost - change).abs() < 1e-9);
        assert!((price - 50.0).abs() < 1e-9 && (volume - 88.235_294_117_647_07).abs() < 1e-9);
    }
}
