//! `lookalike((seed), (universe), …)` — who resembles the customers of a seed.

use bellwether_kernels::score::boosting::LEVELS_MAX;
use bellwether_kernels::score::logistic;
use datafusion::error::Result;

use crate::argument::{Declared, Parameter};
use crate::function::Function;
use crate::page::Page;
use crate::score::{Frame, Regression, status};
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
    result: "customer_id; score: from 0 to 1; decile: 1 for the tenth of customers with the highest scores; status.",
    nulls: "Customers whose id is NULL are left out. A NULL, NaN or infinite feature is missing.",
    undefined: "score and decile are NULL and status is insufficient_data with fewer than 5 customers in the seed or \
                outside it.",
    errors: "None at run time.",
    cost: "As `logistic_fit`, on one thread.",
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
            ],
            page: PAGE,
        },
        bind,
    })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::key("customer"),
        ResultColumn::number("score"),
        ResultColumn::integer("decile"),
        ResultColumn::text("status"),
    ];
    let customers = Customers { features: call.features(1), places: Vec::new(), frame: Frame::default(), scored: None };
    Ok(Bound::each_group(columns, customers).together())
}

#[derive(Debug, Clone)]
struct Customers {
    features: Vec<FeatureColumn>,
    /// The place of the id of each row of the frame.
    places: Vec<usize>,
    /// The customers of the universe; the label is whether they are in the seed.
    frame: Frame,
    scored: Option<Scored>,
}

/// Score and decile by the place of the id.
#[derive(Debug, Clone)]
struct Scored {
    scores: Vec<Option<(f64, usize)>>,
    status: String,
}

impl Customers {
    fn score(&mut self) -> &Scored {
        let (places, frame) = (&self.places, &mut self.frame);
        self.scored.get_or_insert_with(|| {
            let prepared = std::mem::take(frame).prepare(LEVELS_MAX, true);
            let features = prepared.features();
            let mut scores = vec![None; places.iter().max().map_or(0, |place| place + 1)];
            let Ok(model) = logistic::fit(&features, &prepared.labels, L2) else {
                return Scored { scores, status: "insufficient_data".to_owned() };
            };
            let status = status(&model.status, &prepared.known);
            let Some(regression) = Regression::new(&model) else { return Scored { scores, status } };
            let mut chances = Vec::new();
            regression.chances(&features, &mut chances);
            let rows = || chances.iter().zip(&prepared.labels).zip(places);
            let seed = rows().filter(|((_, in_seed), _)| **in_seed).map(|((chance, _), _)| chance);
            let usual = seed.clone().sum::<f64>() / seed.count() as f64;
            let mut others: Vec<(f64, usize)> = rows()
                .filter(|((_, in_seed), _)| !**in_seed)
                .map(|((chance, _), place)| ((chance / usual).min(1.0), *place))
                .collect();
            others.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
            let count = others.len();
            for (rank, (score, place)) in others.into_iter().enumerate() {
                scores[place] = Some((score, rank * DECILES / count + 1));
            }
            Scored { scores, status }
        })
    }
}

impl EachGroup for Customers {
    fn prepare(&mut self, group: &Group<'_>) -> Result<()> {
        let (seed, universe) = (group.rows(0), group.rows(1));
        for row in 0..universe.len().min(1) {
            self.frame.push_row(&universe, &self.features, row, seed.len() > 0);
            self.places.push(group.rank());
        }
        Ok(())
    }

    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        if group.rows(0).len() > 0 || group.rows(1).len() == 0 {
            return Ok(());
        }
        let rank = group.rank();
        let scored = self.score();
        let own = scored.scores.get(rank).copied().flatten();
        let mut row = out.row();
        row.number(own.map(|(score, _)| score)).integer(own.map(|(_, decile)| decile as i64));
        row.text(scored.status.as_str());
        Ok(())
    }
}
