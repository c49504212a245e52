//! `describe_segments((rows), …)` — what makes each segment different from all others.

use std::collections::BTreeMap;
use std::mem::size_of;

use bellwether_kernels::anomaly::Moments;
use datafusion::error::Result;

use crate::argument::{Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, FeatureColumn, Group, NULL_CODE, ResultColumn, Rows, Sink, TableFunction};

const PAGE: Page = Page {
    summary: "What makes each segment different: every feature inside the segment against all rows outside it. Of \
              numbers the means are compared, of text and booleans each value's share of the rows.",
    result: "The `by` columns; segment; n: rows inside; share: of all rows; feature; value: of text, the value that is counted; inside and \
             outside: means, or shares; lift: inside over outside; difference: inside less outside, in standard \
             deviations of all rows: the greater, the more telling.",
    nulls: "Rows whose segment is NULL are left out. Means are of known numbers; of text NULL is the value (missing).",
    undefined: "outside is NULL where there is one segment only; lift where outside is 0; difference where a feature \
                never varies.",
    errors: "None at run time.",
    cost: "The rows are held once, 8 bytes a number and 4 a text; one thread for each value of the `by` columns. One row \
           for each segment, feature and value.",
    source: "Standardised differences after Cohen (1988).",
    example: "WITH customers(segment, orders, plan) AS (VALUES (1, 1, 'a'), (1, 2, 'a'), (1, 3, 'b'), (2, 9, 'b'), (2, 11, 'b'))
SELECT segment, n, feature, value, inside, outside
FROM describe_segments(customers, segment => 'segment', features => ARRAY['orders', 'plan'])
WHERE segment = 2 ORDER BY feature, value",
    output: "segment | n | feature | value | inside | outside
2 | 2 | orders | NULL | 10 | 2
2 | 2 | plan | a | 0 | 0.6666666666666666
2 | 2 | plan | b | 1 | 0.3333333333333333",
};

pub(super) fn function() -> Function {
    Function::table(TableFunction {
        declared: Declared {
            name: "describe_segments",
            parameters: vec![
                Parameter::input("rows", "Rows, each in a segment."),
                Parameter::key("segment", "segment", "The column of the segment."),
                Parameter::features("features", "The columns that are compared."),
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
        ResultColumn::key("segment"),
        ResultColumn::integer("n"),
        ResultColumn::number("share"),
        ResultColumn::text("feature"),
        ResultColumn::text("value"),
        ResultColumn::number("inside"),
        ResultColumn::number("outside"),
        ResultColumn::number("lift"),
        ResultColumn::number("difference"),
    ];
    let features = call.features(0);
    let all = features.iter().map(Sums::new).collect();
    Ok(Bound::each_group(columns, Segments { features, all, rows: 0 }).together())
}

/// What is known of a feature over some rows.
#[derive(Debug, Clone)]
enum Sums {
    Number {
        sum: f64,
        moments: Moments,
    },
    /// Rows by code; [`NULL_CODE`] is one too, the last.
    Text(BTreeMap<u32, f64>),
}

impl Sums {
    fn new(feature: &FeatureColumn) -> Self {
        match feature.is_text {
            true => Self::Text(BTreeMap::new()),
            false => Self::Number { sum: 0.0, moments: Moments::default() },
        }
    }

    fn add(&mut self, rows: &Rows<'_>, feature: &FeatureColumn) {
        match self {
            Self::Number { sum, moments } => {
                for number in rows.numbers(feature.slot).iter().filter(|number| number.is_finite()) {
                    *sum += number;
                    *moments = moments.merged(&Moments::of(0.0, *number));
                }
            }
            Self::Text(counts) => {
                rows.codes(feature.slot).iter().for_each(|code| *counts.entry(*code).or_default() += 1.0);
            }
        }
    }
}

#[derive(Debug, Clone)]
struct Segments {
    features: Vec<FeatureColumn>,
    all: Vec<Sums>,
    rows: usize,
}

/// A mean or a share inside and outside, and the standard deviation over all.
struct Compared {
    inside: Option<f64>,
    outside: Option<f64>,
    deviation: f64,
}

impl Compared {
    fn write(&self, row: &mut crate::table::Row<'_>) {
        let both = self.inside.zip(self.outside);
        let finite = |value: f64| value.is_finite().then_some(value);
        row.number(self.inside).number(self.outside);
        row.number(both.and_then(|(inside, outside)| finite(inside / outside)));
        row.number(both.and_then(|(inside, outside)| finite((inside - outside) / self.deviation)));
    }
}

/// A sum over a count, if there is one.
fn mean(sum: f64, count: f64) -> Option<f64> {
    (count > 0.0).then(|| sum / count)
}

impl EachGroup for Segments {
    fn prepare(&mut self, group: &Group<'_>) -> Result<()> {
        let rows = group.rows(0);
        self.rows += rows.len();
        for (sums, feature) in self.all.iter_mut().zip(&self.features) {
            sums.add(&rows, feature);
        }
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        let counts = |sums: &Sums| match sums {
            Sums::Number { .. } => 0,
            Sums::Text(counts) => counts.len() * size_of::<(u32, f64)>(),
        };
        self.all.iter().map(counts).sum()
    }

    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let rows = group.rows(0);
        let (n, total) = (rows.len() as f64, self.rows as f64);
        for (all, feature) in self.all.iter().zip(&self.features) {
            let mut own = Sums::new(feature);
            own.add(&rows, feature);
            match (all, &own) {
                (Sums::Number { sum, moments }, Sums::Number { sum: own_sum, moments: own_moments }) => {
                    let compared = Compared {
                        inside: mean(*own_sum, own_moments.count),
                        outside: mean(sum - own_sum, moments.count - own_moments.count),
                        deviation: (moments.yy / moments.count).sqrt(),
                    };
                    let mut row = out.row();
                    row.integer(n as i64).number(n / total).text(feature.name.as_str()).text(None);
                    compared.write(&mut row);
                }
                (Sums::Text(counts), Sums::Text(own)) => {
                    for (code, count) in counts {
                        let inside = own.get(code).copied().unwrap_or(0.0);
                        let share = count / total;
                        let compared = Compared {
                            inside: mean(inside, n),
                            outside: mean(count - inside, total - n),
                            deviation: (share * (1.0 - share)).sqrt(),
                        };
                        let value = if *code == NULL_CODE { Some("(missing)") } else { rows.text(feature.slot, *code) };
                        let mut row = out.row();
                        row.integer(n as i64).number(n / total).text(feature.name.as_str()).text(value);
                        compared.write(&mut row);
                    }
                }
                // A feature is of one kind in all segments.
                _ => {}
            }
        }
        Ok(())
    }
}
