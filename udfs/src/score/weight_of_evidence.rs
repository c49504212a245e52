//! `weight_of_evidence((rows), …)` — what each value of each feature says about a label.

use std::collections::BTreeMap;

use bellwether_kernels::score::evidence::{Cell, evidence};
use bellwether_kernels::segment::rfm::{bin, edges};
use datafusion::error::Result;

use super::frame::label_of;
use crate::argument::{Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;
use crate::table::{
    Bound, Call, EachGroup, FeatureColumn, Group, NULL_CODE, ResultColumn, Rows, Sink, Slot, TableFunction,
};

const NAME: &str = "weight_of_evidence";

const PAGE: Page = Page {
    summary: "What each value of each feature says about a label: the logarithm of the value's share of the rows \
              without the label over its share of the rows with it. Numbers are cut into bins of equally many rows. \
              The information value of a feature says how well it tells the labels apart at all: below 0.02 not, \
              from 0.3 on strongly, above 0.5 suspiciously well.",
    result: "The `by` columns; feature; value: the text, the bounds of a bin of numbers, or (missing); n: rows; \
             positives: rows with the label; rate: positives over n; woe: above 0 the label is rarer than usual; iv: \
             the value's part of the information value; iv_total: the feature's.",
    nulls: "Rows whose label is NULL are left out. A NULL feature is the value (missing); so is one that is NaN \
            or infinite.",
    undefined: "woe and iv are NULL when only one of the labels occurs. To a value that has only one of them half a \
                row of each is added.",
    errors: "argument label of weight_of_evidence must be true or false, or 1 or 0, got 7.",
    cost: "The rows are held once, 8 bytes a number, 4 a text; numbers are sorted.",
    source: "Good (1950); Siddiqi, “Credit Risk Scorecards” (2006).",
    example: "WITH customers(churned, contract) AS (VALUES
  (true, 'monthly'), (true, 'monthly'), (false, 'monthly'), (true, 'yearly'), (false, 'yearly'), (false, 'yearly'))
SELECT value, n, positives, round(woe, 6) AS woe, round(iv_total, 6) AS iv_total
FROM weight_of_evidence(customers, label => 'churned', features => ARRAY['contract']) ORDER BY value",
    output: "value | n | positives | woe | iv_total
monthly | 3 | 2 | -0.693147 | 0.462098
yearly | 3 | 1 | 0.693147 | 0.462098",
};

pub(super) fn function() -> Function {
    Function::table(TableFunction {
        declared: Declared {
            name: NAME,
            parameters: vec![
                Parameter::input("rows", "Rows whose label is known."),
                Parameter::rows("label", Type::Label, "The column of the label: true or false, or 1 or 0."),
                Parameter::features("features", "The columns that say something about it."),
                Parameter::constant("bins", Constant::Integer(2, 100), "How many bins numbers are cut into.")
                    .or_integer(10),
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
        ResultColumn::text("feature"),
        ResultColumn::text("value"),
        ResultColumn::integer("n"),
        ResultColumn::integer("positives"),
        ResultColumn::number("rate"),
        ResultColumn::number("woe"),
        ResultColumn::number("iv"),
        ResultColumn::number("iv_total"),
    ];
    let bins = call.integer("bins")? as usize;
    Ok(Bound::each_group(columns, Values { label: call.slot("label")?, features: call.features(0), bins }))
}

#[derive(Debug, Clone)]
struct Values {
    label: Slot,
    features: Vec<FeatureColumn>,
    bins: usize,
}

impl EachGroup for Values {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let rows = group.rows(0);
        let mut labels = Vec::with_capacity(rows.numbers(self.label).len());
        for value in rows.numbers(self.label) {
            labels.push(label_of(*value, NAME)?);
        }
        for feature in &self.features {
            let (places, names) = places(&rows, feature, self.bins);
            let mut cells: BTreeMap<usize, Cell> = BTreeMap::new();
            for (place, label) in places.into_iter().zip(&labels) {
                let Some(label) = label else { continue };
                let cell = cells.entry(place).or_default();
                *(if *label { &mut cell.positives } else { &mut cell.negatives }) += 1.0;
            }
            let counts: Vec<Cell> = cells.values().copied().collect();
            let found = evidence(&counts);
            let total = found.as_ref().map(|found| found.iter().map(|own| own.iv).sum::<f64>());
            for (index, (place, cell)) in cells.iter().enumerate() {
                let own = found.as_ref().and_then(|found| found.get(index));
                let n = cell.negatives + cell.positives;
                let mut row = out.row();
                row.text(feature.name.as_str()).text(names.get(*place).map_or("(missing)", String::as_str));
                row.integer(n as i64).integer(cell.positives as i64).number(cell.positives / n);
                row.number(own.map(|own| own.woe)).number(own.map(|own| own.iv)).number(total);
            }
        }
        Ok(())
    }
}

/// The place of each row's value among the names of values; a place beyond them is what is missing.
fn places(rows: &Rows<'_>, feature: &FeatureColumn, bins: usize) -> (Vec<usize>, Vec<String>) {
    if feature.is_text {
        let names: Vec<String> = (0..rows.texts(feature.slot))
            .map(|code| rows.text(feature.slot, code as u32).unwrap_or_default().to_owned())
            .collect();
        let place = |code: &u32| if *code == NULL_CODE { names.len() } else { *code as usize };
        return (rows.codes(feature.slot).iter().map(place).collect(), names);
    }
    let numbers = rows.numbers(feature.slot);
    let mut known: Vec<f64> = numbers.iter().copied().filter(|number| number.is_finite()).collect();
    let mut edges = edges(&mut known, bins);
    edges.dedup();
    let mut names = Vec::with_capacity(edges.len() + 1);
    for place in 0..=edges.len() {
        names.push(match (place.checked_sub(1).map(|before| edges[before]), edges.get(place)) {
            (None, Some(high)) => format!("≤ {high}"),
            (Some(low), Some(high)) => format!("> {low} and ≤ {high}"),
            (Some(low), None) => format!("> {low}"),
            (None, None) => "all".to_owned(),
        });
    }
    let place = |number: &f64| if number.is_finite() { bin(*number, &edges) - 1 } else { names.len() };
    (numbers.iter().map(place).collect(), names)
}
