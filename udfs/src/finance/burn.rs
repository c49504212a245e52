//! `burn(day, amount [, months])` — what a month uses up.

use std::collections::BTreeMap;
use std::mem::size_of;
use std::sync::Arc;

use bellwether_kernels::journey::stored::Period;
use datafusion::arrow::array::{ArrayRef, Float64Builder, Int64Builder, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::error::Result;

use crate::adapter::aggregate::{Aggregate, Call, State};
use crate::adapter::bytes::{Reader, Writer};
use crate::adapter::column::Columns;
use crate::argument::{Arguments, Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "What a month uses up, from payments: the mean of the last months of what went out, of what came in, and of \
              the difference, which `runway` divides the cash by. A month without payments counts as one of 0.",
    result: "record: gross: what went out in a month; inflow: what came in; net: gross less inflow, below 0 when more \
             came in; months: over how many months, fewer than asked for where there is no more.",
    nulls: "Payments whose day or amount is NULL, NaN or infinite are left out.",
    undefined: "gross, inflow and net are NULL without payments.",
    errors: "argument months of burn must be an integer from 1 to 1200, got 0.",
    cost: "24 bytes a month.",
    source: "Gross and net burn of venture accounting; the last month counts as it is, so leave out one that is not over.",
    example: "SELECT (b).gross, (b).inflow, (b).net, (b).months FROM (
  SELECT burn(day, amount) AS b FROM (VALUES (DATE '2026-01-10', 500), (DATE '2026-01-20', -900), (DATE '2026-03-05', -300))
    AS payments(day, amount)) AS burnt",
    output: "gross | inflow | net | months
400 | 166.66666666666666 | 233.33333333333334 | 3",
};

pub(super) fn function() -> Function {
    Function::aggregate(Aggregate {
        declared: Declared {
            name: "burn",
            parameters: vec![
                Parameter::value("day", Type::Time, "When money moved."),
                Parameter::value("amount", Type::Number, "How much: above 0 what came in, below what went out."),
                Parameter::option(
                    "months",
                    Constant::Integer(1, 1200),
                    "How many months, up to that of the last payment.",
                )
                .or_integer(3),
            ],
            page: PAGE,
        },
        result: |_types| Ok(DataType::Struct(fields())),
        bind: |arguments: &Arguments| Ok(Burn { months: arguments.integer("months")? }),
    })
}

fn fields() -> Fields {
    let number = |name| Field::new(name, DataType::Float64, true);
    vec![number("gross"), number("inflow"), number("net"), Field::new("months", DataType::Int64, false)].into()
}

struct Burn {
    months: i64,
}

/// What came in and went out, by month.
#[derive(Debug, Clone, Default)]
struct Payments {
    months: BTreeMap<i64, (f64, f64)>,
}

impl Payments {
    fn add(&mut self, month: i64, inflow: f64, outflow: f64) {
        let (inflows, outflows) = self.months.entry(month).or_default();
        *inflows += inflow;
        *outflows += outflow;
    }
}

impl Burn {
    /// Means of what went out and came in, and over how many months.
    fn means(&self, payments: &Payments) -> Option<(f64, f64, i64)> {
        let (first, _) = payments.months.first_key_value()?;
        let (last, _) = payments.months.last_key_value()?;
        let months = self.months.min(last - first + 1);
        let (mut inflow, mut gross) = (0.0, 0.0);
        for (inflows, outflows) in payments.months.range(last - months + 1..).map(|(_, sums)| sums) {
            inflow += inflows;
            gross += outflows;
        }
        Some((gross / months as f64, inflow / months as f64, months))
    }
}

impl Call for Burn {
    type State = Payments;

    fn empty(&self) -> Payments {
        Payments::default()
    }

    fn update(&self, state: &mut Payments, columns: &Columns, row: usize) {
        let amount = columns.number(1, row).filter(|amount| amount.is_finite());
        if let (Some(day), Some(amount)) = (columns.time(0, row), amount) {
            state.add(Period::Month.of(day), amount.max(0.0), (-amount).max(0.0));
        }
    }

    fn merge(&self, state: &mut Payments, other: Payments) {
        for (month, (inflow, outflow)) in other.months {
            state.add(month, inflow, outflow);
        }
    }

    fn evaluate(&self, states: &[Payments]) -> Result<ArrayRef> {
        let mut numbers = [(); 3].map(|()| Float64Builder::with_capacity(states.len()));
        let mut months = Int64Builder::with_capacity(states.len());
        for state in states {
            let means = self.means(state);
            let values = means.map(|(gross, inflow, _)| [gross, inflow, gross - inflow]);
            for (place, builder) in numbers.iter_mut().enumerate() {
                builder.append_option(values.map(|values| values[place]));
            }
            months.append_value(means.map_or(0, |(_, _, months)| months));
        }
        let mut arrays: Vec<ArrayRef> =
            numbers.iter_mut().map(|builder| Arc::new(builder.finish()) as ArrayRef).collect();
        arrays.push(Arc::new(months.finish()));
        Ok(Arc::new(StructArray::try_new(fields(), arrays, None)?))
    }
}

impl State for Payments {
    fn save(&self, writer: &mut Writer) {
        writer.count(self.months.len() as u64);
        for (month, (inflow, outflow)) in &self.months {
            writer.i64(*month);
            writer.f64(*inflow);
            writer.f64(*outflow);
        }
    }

    fn load(reader: &mut Reader<'_>) -> Result<Self> {
        let mut payments = Self::default();
        for _ in 0..reader.length(24)? {
            payments.add(reader.i64()?, reader.f64()?, reader.f64()?);
        }
        Ok(payments)
    }

    fn heap_bytes(&self) -> usize {
        self.months.len() * size_of::<(i64, (f64, f64))>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_without_payments_count_and_months_before_the_first_do_not() {
        let mut payments = Payments::default();
        payments.add(10, 0.0, 120.0);
        payments.add(13, 30.0, 0.0);
        let means = |months| Burn { months }.means(&payments);
        assert_eq!(means(1), Some((0.0, 30.0, 1)));
        assert_eq!(means(3), Some((0.0, 10.0, 3)));
        assert_eq!(means(12), Some((30.0, 7.5, 4)));
        assert_eq!(Burn { months: 3 }.means(&Payments::default()), None);
    }
}
