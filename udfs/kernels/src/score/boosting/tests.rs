//! A whole model: what it learns, that its scores are those of its trees, and that explanations add up.

use super::tree::MISSING_BIN;
use super::*;
use crate::random::Random;
use crate::score::feature::{MISSING, OTHER};

struct Sample {
    x: Vec<f64>,
    y: Vec<f64>,
    codes: Vec<u32>,
    labels: Vec<bool>,
}

impl Sample {
    fn new(n: usize, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut sample = Self { x: Vec::new(), y: Vec::new(), codes: Vec::new(), labels: Vec::new() };
        for _ in 0..n {
            let (x, y, code) = (random.unit() * 10.0, random.unit(), random.below(6) as u32);
            let odds = if (x > 4.0) == (code % 2 == 0) { 1.5 } else { -1.5 };
            sample.labels.push(random.unit() < 1.0 / (1.0 + f64::exp(-odds)));
            sample.x.push(if random.below(20) == 0 { f64::NAN } else { x });
            sample.y.push(y);
            sample.codes.push(if random.below(20) == 0 { MISSING } else { code });
        }
        sample
    }

    fn features(&self) -> [Feature<'_>; 3] {
        [Feature::Number(&self.x), Feature::Number(&self.y), Feature::Category(&self.codes)]
    }

    fn fit(&self) -> Fit {
        fit(&self.features(), &self.labels, Holdout::Random, 1)
    }
}

fn chances(model: &Model, features: &[Feature<'_>]) -> Vec<f64> {
    let mut chances = Vec::new();
    Scorer::new(model.clone()).chances(features, &mut chances);
    chances
}

#[test]
fn an_interaction_that_no_line_sees_is_learnt() {
    let sample = Sample::new(3000, 1);
    let found = sample.fit();
    assert_eq!(found.status, Status::Ok);
    let quality = found.quality.unwrap();
    // The chances are 0.82 and 0.18: no model comes above 0.82.
    assert!(quality.auc > 0.77 && quality.auc < 0.84, "{quality:?}");
    let fresh = Sample::new(3000, 2);
    let model = found.model.unwrap();
    let rows = chances(&model, &fresh.features()).into_iter().zip(fresh.labels.iter().copied()).collect();
    let unseen = Scored { rows }.quality().unwrap();
    assert!((unseen.auc - quality.auc).abs() < 0.03, "{unseen:?} {quality:?}");
    assert!(unseen.calibration_error < 0.04, "{unseen:?}");
    let importance = model.importance();
    assert!(importance[1] < importance[0] && importance[1] < importance[2], "{importance:?}");
}

#[test]
fn the_scores_of_many_rows_are_those_of_the_trees() {
    let sample = Sample::new(700, 3);
    let model = sample.fit().model.unwrap();
    assert!(model.is_sound());
    let features = sample.features();
    for (row, chance) in chances(&model, &features).into_iter().enumerate() {
        let mut score = model.base;
        for tree in &model.trees {
            let leaf = tree.leaf(|feature| match (&model.cuts[feature], &features[feature]) {
                (Cuts::Number(cuts), Feature::Number(values)) => Cuts::bin_of_number(cuts, values[row]),
                (Cuts::Category, Feature::Category(codes)) => Cuts::bin_of_level(codes[row]),
                _ => MISSING_BIN,
            });
            score += tree.values[leaf];
        }
        assert!((model.calibration.chance(score) - chance).abs() < 1e-12);
    }
}

#[test]
fn contributions_add_up_to_the_score_and_are_shapleys() {
    let sample = Sample::new(600, 4);
    let model = sample.fit().model.unwrap();
    let features = sample.features();
    let expected: f64 = model
        .trees
        .iter()
        .map(|tree| {
            let cover: f64 = tree.covers.iter().sum();
            tree.values.iter().zip(&tree.covers).map(|(value, own)| value * own).sum::<f64>() / cover
        })
        .sum();
    let base = model.base + expected;
    for (row, chance) in chances(&model, &features).into_iter().enumerate().take(100) {
        let sum: f64 = model.contributions(&features, row).iter().sum();
        let explained = model.calibration.chance(base + sum);
        assert!((explained - chance).abs() < 1e-9, "row {row}: {base} + {sum} is not {chance}");
    }
    // All orders of three features, by the worth of what is known of them.
    for row in 0..20 {
        let contributions = model.contributions(&features, row);
        for (feature, contribution) in contributions.iter().enumerate() {
            let others: Vec<usize> = (0..3).filter(|other| *other != feature).collect();
            let mut value = 0.0;
            for set in 0..4_u8 {
                let known: Vec<usize> =
                    others.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1).map(|(_, f)| *f).collect();
                let weight = if known.len() == 1 { 1.0 / 6.0 } else { 1.0 / 3.0 };
                let with: Vec<usize> = known.iter().copied().chain([feature]).collect();
                value += weight * (worth(&model, &features, row, &with) - worth(&model, &features, row, &known));
            }
            assert!((value - contribution).abs() < 1e-9);
        }
    }
}

/// The score of a row of which only some features are known.
fn worth(model: &Model, features: &[Feature<'_>], row: usize, known: &[usize]) -> f64 {
    let bin = |feature: usize| match (&model.cuts[feature], &features[feature]) {
        (Cuts::Number(cuts), Feature::Number(values)) => Cuts::bin_of_number(cuts, values[row]),
        (Cuts::Category, Feature::Category(codes)) => Cuts::bin_of_level(codes[row]),
        _ => MISSING_BIN,
    };
    model.trees.iter().map(|tree| under(tree, Child::Node(0), known, &bin).0).sum()
}

/// Value and cover of a part of a tree.
fn under(tree: &Tree, at: Child, known: &[usize], bin: &dyn Fn(usize) -> u8) -> (f64, f64) {
    match at {
        _ if tree.nodes.is_empty() => (tree.values[0], tree.covers[0]),
        Child::Leaf(leaf) => (tree.values[usize::from(leaf)], tree.covers[usize::from(leaf)]),
        Child::Node(node) => {
            let node = &tree.nodes[usize::from(node)];
            let (left, right) = (under(tree, node.left, known, bin), under(tree, node.right, known, bin));
            let feature = usize::from(node.feature);
            let cover = left.1 + right.1;
            match (known.contains(&feature), node.left_bins.has(bin(feature))) {
                (true, true) => (left.0, cover),
                (true, false) => (right.0, cover),
                (false, _) => ((left.0 * left.1 + right.0 * right.1) / cover, cover),
            }
        }
    }
}

#[test]
fn a_seed_determines_the_model() {
    let sample = Sample::new(400, 5);
    assert_eq!(sample.fit(), sample.fit());
}

#[test]
fn a_feature_that_knows_the_label_is_named() {
    let sample = Sample::new(400, 6);
    let knows: Vec<f64> = sample.labels.iter().map(|label| if *label { f64::NAN } else { 2.0 }).collect();
    let features = [Feature::Number(&sample.x), Feature::Number(&knows)];
    let found = fit(&features, &sample.labels, Holdout::Random, 1);
    assert_eq!(found.status, Status::Separated(Some(1)));
    assert!(found.quality.unwrap().auc > 0.999);
}

#[test]
fn levels_that_were_never_seen_have_chances_too() {
    let sample = Sample::new(400, 7);
    let model = sample.fit().model.unwrap();
    let features = [
        Feature::Number(&[f64::INFINITY, -1.0][..]),
        Feature::Number(&[0.0, f64::NAN]),
        Feature::Category(&[OTHER, 9999]),
    ];
    assert!(chances(&model, &features).iter().all(|chance| (0.0..=1.0).contains(chance)));
}

#[test]
fn labels_that_say_nothing_give_no_model() {
    let x: Vec<f64> = (0..100).map(f64::from).collect();
    let features = [Feature::Number(&x)];
    assert_eq!(fit(&features, &[false; 100], Holdout::Random, 1).status, Status::OneClass);
    let few: Vec<bool> = (0..100).map(|i| i % 10 == 0).collect();
    assert_eq!(fit(&features, &few, Holdout::Random, 1).status, Status::InsufficientData);
    // Of one label, nothing came last.
    let early: Vec<bool> = (0..100).map(|i| i < 50).collect();
    assert_eq!(fit(&features, &early, Holdout::Last, 1).status, Status::InsufficientData);
    let constant = [7.0; 100];
    let labels: Vec<bool> = (0..100).map(|i| i % 3 == 0).collect();
    assert!(fit(&[], &labels, Holdout::Random, 1).model.unwrap().is_sound());
    let found = fit(&[Feature::Number(&constant)], &labels, Holdout::Random, 1);
    assert!((chances(&found.model.unwrap(), &[Feature::Number(&[7.0])])[0] - 0.34).abs() < 0.01);
}
