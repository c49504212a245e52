//! Whether chances come true: on the Telco churn data, and on rows whose chances are known.
//!
//! `BELLWETHER_STUDY` is the number of seeds that are tried on the churn data, one unless told.

use super::*;
use crate::customer::shared_data::text;
use crate::score::feature::{levels, places};

/// A column of the churn data.
enum Column {
    Number(Vec<f64>),
    Category(Vec<u32>),
}

impl Column {
    /// A column of numbers, if it has more than two; of categories otherwise.
    fn new(cells: &[&str]) -> Self {
        let numbers: Vec<f64> = cells.iter().map(|cell| cell.trim().parse().unwrap_or(f64::NAN)).collect();
        if numbers.iter().filter(|number| number.is_nan()).count() * 2 < numbers.len() {
            return Self::Number(numbers);
        }
        let mut names: Vec<&str> = cells.to_vec();
        names.sort_unstable();
        names.dedup();
        let codes: Vec<u32> = cells.iter().map(|cell| names.partition_point(|name| name < cell) as u32).collect();
        Self::Category(places(&codes, &levels(&codes, LEVELS_MAX)))
    }

    fn of(&self, rows: &[usize]) -> Self {
        match self {
            Self::Number(values) => Self::Number(rows.iter().map(|row| values[*row]).collect()),
            Self::Category(codes) => Self::Category(rows.iter().map(|row| codes[*row]).collect()),
        }
    }

    fn feature(&self) -> Feature<'_> {
        match self {
            Self::Number(values) => Feature::Number(values),
            Self::Category(codes) => Feature::Category(codes),
        }
    }
}

/// The chances of a model for rows of columns.
fn chances(model: Model, columns: &[Column]) -> Vec<f64> {
    let features: Vec<Feature<'_>> = columns.iter().map(Column::feature).collect();
    let mut chances = Vec::new();
    Scorer::new(model).chances(&features, &mut chances);
    chances
}

/// The quality of chances in five folds by row number, each learnt from the other four.
fn in_folds(columns: &[Column], labels: &[bool], seed: u64) -> Quality {
    let mut scored = Scored::default();
    for fold in 0..5 {
        let (held_out, learnt_from): (Vec<usize>, Vec<usize>) = (0..labels.len()).partition(|row| row % 5 == fold);
        let own: Vec<Column> = columns.iter().map(|column| column.of(&learnt_from)).collect();
        let features: Vec<Feature<'_>> = own.iter().map(Column::feature).collect();
        let known: Vec<bool> = learnt_from.iter().map(|row| labels[*row]).collect();
        let model = fit(&features, &known, Holdout::Random, seed).model.unwrap();
        let others: Vec<Column> = columns.iter().map(|column| column.of(&held_out)).collect();
        scored.rows.extend(chances(model, &others).into_iter().zip(held_out.iter().map(|row| labels[*row])));
    }
    scored.quality().unwrap()
}

#[test]
fn chances_of_leaving_customers_come_true_whatever_the_seed() {
    let Some(file) = text("data/churn/Telco-Customer-Churn.csv") else { return };
    let lines: Vec<Vec<&str>> = file.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let cells = |place: usize| lines.iter().map(|line| line[place]).collect::<Vec<&str>>();
    let labels: Vec<bool> = cells(20).iter().map(|cell| cell.trim() == "Yes").collect();
    let columns: Vec<Column> = (1..20).map(|place| Column::new(&cells(place))).collect();
    let seeds = std::env::var("BELLWETHER_STUDY").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(1);
    for seed in 1..=seeds {
        let found = in_folds(&columns, &labels, seed);
        assert!(found.auc >= 0.848 && found.calibration_error <= 0.007, "seed {seed}: {found:?}");
    }
}

/// Rows whose chances are known: an interaction, a bend and a category.
fn known(n: usize, seed: u64) -> (Vec<Column>, Vec<f64>, Vec<bool>) {
    let mut random = Random::new(seed);
    let (mut x, mut y, mut codes) = (Vec::new(), Vec::new(), Vec::new());
    let (mut truths, mut labels) = (Vec::new(), Vec::new());
    for _ in 0..n {
        let (one, two, code) = (random.unit(), random.unit(), random.below(5) as u32);
        let jump = if two > 0.6 && code < 2 { 1.5 } else { 0.0 };
        let odds = 3.0 * (one - 0.3).abs() + jump - 1.5 - 0.3 * f64::from(code);
        let truth = 1.0 / (1.0 + (-odds).exp());
        x.push(one);
        y.push(two);
        codes.push(code);
        truths.push(truth);
        labels.push(random.unit() < truth);
    }
    (vec![Column::Number(x), Column::Number(y), Column::Category(codes)], truths, labels)
}

#[test]
fn chances_are_those_that_rows_were_drawn_with() {
    for (n, most) in [(1000, 0.045), (6000, 0.02)] {
        let (columns, _, labels) = known(n, 1);
        let features: Vec<Feature<'_>> = columns.iter().map(Column::feature).collect();
        let found = fit(&features, &labels, Holdout::Random, 1);
        let (fresh, truths, _) = known(50_000, 2);
        let mut rows: Vec<(f64, f64)> = chances(found.model.unwrap(), &fresh).into_iter().zip(truths).collect();
        rows.sort_by(|left, right| left.0.total_cmp(&right.0));
        let groups =
            rows.chunks(5000).map(|group| group.iter().map(|(chance, truth)| truth - chance).sum::<f64>().abs());
        let error = groups.sum::<f64>() / 50_000.0;
        assert!(error <= most, "{n} rows: {error}");
    }
}
