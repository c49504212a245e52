//! `segment_compare((first), (second), …)` — how two segments differ, or one segment at two dates.

use std::mem::size_of;

use bellwether_kernels::anomaly::Moments;
use bellwether_kernels::segment::compare::{Difference, Means, Shares, Sizes};
use datafusion::error::Result;

use crate::adapter::bytes::{Reader, Writer, damaged};
use crate::argument::{Constant, Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::table::{
    Bound, Call, FeatureColumn, Fold, Group, NULL_CODE, Names, ResultColumn, Rows, Sink, TableFunction,
};

const NAME: &str = "segment_compare";

const PAGE: Page = Page {
    summary: "How two segments differ: how many customers each has, who is in both, and every feature with the interval \
              in which its difference lies. Given a segment as it was and as it is, the customers in both stayed, those \
              only in the second moved in, those only in the first moved out. Of numbers and booleans the means are \
              compared, of text each value's share of the customers.",
    result: "The `by` columns; feature; value: of text, the value that is counted; first and second: means, or shares; \
             difference: second less first; lower_bound and upper_bound: between them the difference lies with the \
             probability `level`; lift: second over first; n_first and n_second: customers; stayed, moved_in and \
             moved_out; status.",
    nulls: "Customers whose id is NULL are left out. Means are of known numbers; of text NULL is the value (missing). Of \
            several rows of a customer the mean counts, of text the value first in the alphabet.",
    undefined: "Bounds are NULL and status is insufficient_data with fewer than two known numbers in a segment, or where \
                they never vary; of shares, where a segment has no customers. lift is NULL where first is 0.",
    errors: "argument features of segment_compare must be of one type in both inputs, column \"plan\" is text in one.",
    cost: "The rows are held once, 8 bytes a number and 4 a text, on all threads. One row for each feature and value.",
    source: "Derrick, Russ, Toher & White (2017) for means of partly the same customers; Newcombe (1998) and Zou & Donner \
             (2008) for shares.",
    example: "WITH january(id, orders, plan) AS (VALUES (1, 1, 'free'), (2, 2, 'free'), (3, 3, 'pro'), (4, 4, 'pro')),
  february(id, orders, plan) AS (VALUES (1, 2, 'free'), (2, 4, 'pro'), (3, 6, 'pro'), (5, 8, 'pro'))
SELECT feature, value, first, second, difference, round(lower_bound, 2) AS low, round(upper_bound, 2) AS high, stayed, moved_in, moved_out
FROM segment_compare(january, february, customer => 'id', features => ARRAY['orders', 'plan']) ORDER BY feature, value",
    output: "feature | value | first | second | difference | low | high | stayed | moved_in | moved_out
orders | NULL | 2.5 | 5 | 2.5 | -0.67 | 5.67 | 3 | 1 | 1
plan | free | 0.5 | 0.25 | -0.25 | -0.58 | 0.20 | 3 | 1 | 1
plan | pro | 0.5 | 0.75 | 0.25 | -0.20 | 0.58 | 3 | 1 | 1",
};

pub(super) fn function() -> Function {
    Function::table(TableFunction {
        declared: Declared {
            name: NAME,
            parameters: vec![
                Parameter::input("first", "The customers of one segment, or of a segment as it was, one row each."),
                Parameter::input("second", "Those of the other, or of the segment as it is."),
                Parameter::key("customer", "customer_id", "The column of the customer, in both."),
                Parameter::features("features", "The columns that are compared, in both."),
                Parameter::constant("level", Constant::Number(0.01, 0.999), "The probability between the bounds.")
                    .or_number(0.95),
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
        ResultColumn::number("first"),
        ResultColumn::number("second"),
        ResultColumn::number("difference"),
        ResultColumn::number("lower_bound"),
        ResultColumn::number("upper_bound"),
        ResultColumn::number("lift"),
        ResultColumn::integer("n_first"),
        ResultColumn::integer("n_second"),
        ResultColumn::integer("stayed"),
        ResultColumn::integer("moved_in"),
        ResultColumn::integer("moved_out"),
        ResultColumn::text("status"),
    ];
    let features = call.features(0);
    let others = call.features(1);
    if let Some((own, _)) = features.iter().zip(&others).find(|(own, other)| own.is_text != other.is_text) {
        let must = format!("must be of one type in both inputs, column \"{}\" is text in one", own.name);
        return Err(call.invalid("features", must).into());
    }
    let compared = features.iter().map(Compared::new).collect();
    Ok(Bound::fold(columns, Segments { features, level: call.number("level")?, sizes: Sizes::default(), compared }))
}

/// What is known of a feature in both segments.
#[derive(Debug, Clone)]
enum Compared {
    Number(Means),
    /// By code of the value: the first for what is missing, then the names.
    Text(Vec<Shares>, Names),
}

#[derive(Debug, Clone)]
struct Segments {
    features: Vec<FeatureColumn>,
    level: f64,
    sizes: Sizes,
    compared: Vec<Compared>,
}

impl Compared {
    fn new(feature: &FeatureColumn) -> Self {
        match feature.is_text {
            true => Self::Text(Vec::new(), Names::default()),
            false => Self::Number(Means::default()),
        }
    }

    /// Adds a customer, with his rows in both segments.
    fn add(&mut self, feature: &FeatureColumn, first: &Rows<'_>, second: &Rows<'_>) {
        match self {
            Self::Number(means) => {
                let known = |rows: &Rows<'_>| Some(super::mean(rows, feature.slot)).filter(|mean| !mean.is_nan());
                means.update(known(first), known(second));
            }
            Self::Text(shares, names) => {
                let mut code = |rows: &Rows<'_>| match *rows.codes(feature.slot).iter().min()? {
                    NULL_CODE => Some(0),
                    code => Some(names.of_code(rows, feature.slot, code) as usize + 1),
                };
                let (before, after) = (code(first), code(second));
                let is_in_both = before.is_some() && after.is_some();
                if let Some(before) = before {
                    reach(shares, before).update(true, after == Some(before), is_in_both);
                }
                if let Some(after) = after.filter(|after| before != Some(*after)) {
                    reach(shares, after).update(false, true, is_in_both);
                }
            }
        }
    }
}

/// The shares of the value of a code.
fn reach(shares: &mut Vec<Shares>, code: usize) -> &mut Shares {
    if shares.len() <= code {
        shares.resize(code + 1, Shares::default());
    }
    &mut shares[code]
}

impl Fold for Segments {
    fn group(&mut self, group: &Group<'_>) -> Result<()> {
        let (first, second) = (group.rows(0), group.rows(1));
        self.sizes.update(first.len() > 0, second.len() > 0);
        for (feature, compared) in self.features.iter().zip(&mut self.compared) {
            compared.add(feature, &first, &second);
        }
        Ok(())
    }

    fn save(&self, writer: &mut Writer) {
        write_sizes(writer, &self.sizes);
        for compared in &self.compared {
            match compared {
                Compared::Number(means) => {
                    for Moments { count, mean_x, mean_y, xx, xy, yy } in [means.first, means.second, means.both] {
                        [count, mean_x, mean_y, xx, xy, yy].into_iter().for_each(|number| writer.f64(number));
                    }
                }
                Compared::Text(shares, names) => {
                    names.save(writer);
                    writer.count(shares.len() as u64);
                    for own in shares {
                        write_sizes(writer, &own.with);
                        writer.count(own.then);
                        writer.count(own.now);
                    }
                }
            }
        }
    }

    fn merge(&mut self, state: &mut Reader<'_>) -> Result<()> {
        self.sizes.merge(&read_sizes(state)?);
        for compared in &mut self.compared {
            match compared {
                Compared::Number(means) => {
                    let [first, second, both] = [read_moments(state)?, read_moments(state)?, read_moments(state)?];
                    means.merge(&Means { first, second, both });
                }
                Compared::Text(shares, names) => {
                    let codes = names.merge(state)?;
                    for place in 0..state.length(5)? {
                        let code = match place.checked_sub(1) {
                            None => 0,
                            Some(name) => *codes.get(name).ok_or_else(damaged)? as usize + 1,
                        };
                        let with = read_sizes(state)?;
                        reach(shares, code).merge(&Shares { with, then: state.count()?, now: state.count()? });
                    }
                }
            }
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Sink<'_>) -> Result<()> {
        for (feature, compared) in self.features.iter().zip(&self.compared) {
            match compared {
                Compared::Number(means) => self.write(&feature.name, None, means.difference(self.level), out),
                Compared::Text(shares, names) => {
                    let name = |code: usize| code.checked_sub(1).and_then(|code| names.name(code as u32));
                    let mut order: Vec<usize> =
                        (0..shares.len()).filter(|code| shares[*code] != Shares::default()).collect();
                    order.sort_unstable_by_key(|code| name(*code));
                    for code in order {
                        let value = name(code).unwrap_or("(missing)");
                        self.write(&feature.name, Some(value), shares[code].difference(self.sizes, self.level), out);
                    }
                }
            }
        }
        Ok(())
    }

    fn heap_bytes(&self) -> usize {
        let of = |compared: &Compared| match compared {
            Compared::Number(_) => 0,
            Compared::Text(shares, names) => shares.capacity() * size_of::<Shares>() + names.heap_bytes(),
        };
        self.compared.iter().map(of).sum()
    }
}

impl Segments {
    fn write(&self, feature: &str, value: Option<&str>, found: Difference, out: &mut Sink<'_>) {
        let Sizes { first, second, both } = self.sizes;
        let means = found.first.zip(found.second);
        let lift = means.map(|(first, second)| second / first).filter(|lift| lift.is_finite());
        let mut row = out.row();
        row.text(feature).text(value).number(found.first).number(found.second);
        row.number(means.map(|(first, second)| second - first));
        row.number(found.bounds.map(|bounds| bounds.0)).number(found.bounds.map(|bounds| bounds.1)).number(lift);
        row.integer(first as i64).integer(second as i64);
        row.integer(both as i64).integer((second - both) as i64).integer((first - both) as i64);
        row.text(if found.bounds.is_some() { "ok" } else { "insufficient_data" });
    }
}

fn write_sizes(writer: &mut Writer, sizes: &Sizes) {
    [sizes.first, sizes.second, sizes.both].into_iter().for_each(|count| writer.count(count));
}

/// Sizes that may come from anywhere: nobody is in both who is not in each.
fn read_sizes(state: &mut Reader<'_>) -> Result<Sizes> {
    let sizes = Sizes { first: state.count()?, second: state.count()?, both: state.count()? };
    if sizes.both <= sizes.first.min(sizes.second) { Ok(sizes) } else { Err(damaged()) }
}

fn read_moments(state: &mut Reader<'_>) -> Result<Moments> {
    let [count, mean_x, mean_y] = [state.f64()?, state.f64()?, state.f64()?];
    Ok(Moments { count, mean_x, mean_y, xx: state.f64()?, xy: state.f64()?, yy: state.f64()? })
}
