//! `lookalike((seed), (universe), …)` — who resembles the customers of a seed.

use std::mem::size_of;

use bellwether_kernels::score::boosting::LEVELS_MAX;
use bellwether_kernels::score::logistic;
use datafusion::error::Result;

use crate::argument::{Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::score::{Frame, Regression, status, too_many};
use crate::table::{Bound, Call, EachGroup, FeatureColumn, Group, ResultColumn, Sink, TableFunction};

const NAME: &str = "lookalike";

/// A penalty that holds coefficients where a seed of few customers would let them run.
const L2: f64 = 1.0;

/// How many groups of customers of falling score there are.
const DECILES: usize = 10;

const PAGE: Page = Page {
    summary: "Who resembles the customers of a seed: every customer of the universe who is not in the seed, with the \
              chance of being one of its kind, as a logistic regression of seed against universe tells it. Not to be in \
              the seed does not mean not to be of its kind, so chances are divided by the mean chance of the seed.",
    result: "The `by` columns; customer_id; score: from 0 to 1; decile: 1 for the tenth of customers with the highest \
             scores; status.",
    nulls: "Customers whose id is NULL are left out. A NULL, NaN or infinite feature is missing.",
    undefined: "score and decile are NULL and status is insufficient_data with fewer than 5 customers in the seed or \
                outside it, and where no feature varies; one_class without a seed.",
    errors: "lookalike would have 4000 coefficients, at most 2000 are possible.",
    cost: "As `logistic_fit`, on one thread for each value of the `by` columns.",
    source: "Elkan & Noto, “Learning classifiers from only positive and unlabeled data” (2008).",
    example: "WITH customers AS (SELECT i AS id, i % 10 AS orders FROM generate_series(1, 200) AS g(i)),
  best AS (SELECT id FROM customers WHERE orders = 9 AND id < 150)
SELECT count(*) AS n, count(*) FILTER (WHERE decile = 1) AS first, bool_and(score BETWEEN 0 AND 1) AS are_chances
FROM lookalike(best, customers, customer => 'id', features => ARRAY['orders'])",
    output: "n | first | are_chances
185 | 19 | t",
};

pub(super) fn function() -> Function {
    Function::table(TableFunction {
        declared: Declared {
            name: NAME,
            parameters: vec![
                Parameter::input("seed", "The customers to be resembled."),
                Parameter::input("universe", "All customers with their features, one row each."),
                Parameter::key("customer", "customer_id", "The column of the customer, in both."),
                Parameter::features("features", "The columns of the universe they are compared by.").of(&[1]),
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
        ResultColumn::number("score"),
        ResultColumn::integer("decile"),
        ResultColumn::text("status"),
    ];
    let customers = Customers {
        features: call.features(1),
        places: Vec::new(),
        frame: Frame::default(),
        scores: Vec::new(),
        status: String::new(),
    };
    Ok(Bound::each_group(columns, customers).together())
}

#[derive(Debug, Clone)]
struct Customers {
    features: Vec<FeatureColumn>,
    /// The place of the id of each row of the frame.
    places: Vec<usize>,
    /// The customers of the universe; the label is whether they are in the seed.
    frame: Frame,
    /// Score and decile by the place of the id, once all customers were shown.
    scores: Vec<Option<(f64, usize)>>,
    status: String,
}

impl EachGroup for Customers {
    fn prepare(&mut self, group: &Group<'_>) -> Result<()> {
        let (seed, universe) = (group.rows(0), group.rows(1));
        for row in 0..universe.len().min(1) {
            self.frame.push_row(&universe, &self.features, row, seed.len() > 0);
            self.places.push(group.rank()?);
        }
        Ok(())
    }

    fn work(&mut self) -> Result<bool> {
        let places = std::mem::take(&mut self.places);
        let prepared = std::mem::take(&mut self.frame).prepare(LEVELS_MAX, true);
        let features = prepared.features();
        let model = logistic::fit(&features, &prepared.labels, L2).map_err(|wanted| too_many(NAME, wanted))?;
        self.status = status(&model.status, &prepared.known);
        let Some(regression) = Regression::new(&model) else { return Ok(false) };
        let mut chances = Vec::new();
        regression.chances(&features, &mut chances);
        if chances.windows(2).all(|pair| pair[0] == pair[1]) {
            // Where no feature varies everybody would be like the seed.
            self.status = "insufficient_data".to_owned();
            return Ok(false);
        }
        let rows = || chances.iter().zip(&prepared.labels).zip(&places);
        let seed = rows().filter(|((_, in_seed), _)| **in_seed).map(|((chance, _), _)| chance);
        let usual = seed.clone().sum::<f64>() / seed.count() as f64;
        let mut others: Vec<(f64, usize)> = rows()
            .filter(|((_, in_seed), _)| !**in_seed)
            .map(|((chance, _), place)| ((chance / usual).min(1.0), *place))
            .collect();
        others.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
        let count = others.len();
        self.scores.resize(places.iter().max().map_or(0, |place| place + 1), None);
        for (rank, (score, place)) in others.into_iter().enumerate() {
            self.scores[place] = Some((score, rank * DECILES / count + 1));
        }
        Ok(false)
    }

    fn heap_bytes(&self) -> usize {
        let scores = self.scores.capacity() * size_of::<Option<(f64, usize)>>();
        self.frame.heap_bytes() + self.places.capacity() * size_of::<usize>() + scores
    }

    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        if group.rows(0).len() > 0 || group.rows(1).len() == 0 {
            return Ok(());
        }
        let own = self.scores.get(group.rank()?).copied().flatten();
        let mut row = out.row();
        row.number(own.map(|(score, _)| score)).integer(own.map(|(_, decile)| decile as i64));
        row.text(self.status.as_str());
        Ok(())
    }
}
