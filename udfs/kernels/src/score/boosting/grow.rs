//! Growing a tree: the leaf whose best split gains most is split, until there are enough.

use super::bins::{Binned, Cuts};
use super::tree::{BinSet, Child, LEAVES_MAX, MISSING_BIN, Node, Tree};

/// The bins of a feature.
const BINS: usize = 256;

/// What decides about splits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// The most leaves, up to [`LEAVES_MAX`].
    pub leaves: usize,
    /// The least rows of a leaf.
    pub rows_min: f64,
    /// Added to the curvature of a leaf: it draws values towards zero.
    pub l2: f64,
    /// Added to the curvature of a level when levels are put in order: it draws rare ones to the middle.
    pub level_l2: f64,
    /// What a leaf's value is multiplied with.
    pub rate: f64,
}

/// Sums over rows: slopes and curvatures of the loss, and how many rows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    pub slope: f64,
    pub curvature: f64,
    pub rows: f64,
}

impl Sums {
    fn plus(self, other: Self) -> Self {
        Self {
            slope: self.slope + other.slope,
            curvature: self.curvature + other.curvature,
            rows: self.rows + other.rows,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            slope: self.slope - other.slope,
            curvature: self.curvature - other.curvature,
            rows: self.rows - other.rows,
        }
    }

    /// What the loss falls by when the rows get their best common value, twice.
    fn gain(self, l2: f64) -> f64 {
        self.slope * self.slope / (self.curvature + l2)
    }
}

/// A way to split a leaf.
#[derive(Debug, Clone, Copy)]
pub(super) struct Split {
    pub feature: usize,
    pub left_bins: BinSet,
    pub gain: f64,
}

/// A leaf that may be split.
struct Open {
    /// Its rows stand together.
    rows: std::ops::Range<usize>,
    sums: Sums,
    /// The sums of each bin of each feature that is looked at.
    histogram: Vec<Sums>,
    best: Option<Split>,
    /// The node it hangs on, and whether on its left.
    parent: Option<(usize, bool)>,
}

/// Grows a tree over `rows`, which get another order, by slope and curvature of each row's loss.
pub(super) fn grow(binned: &Binned, losses: &[[f32; 2]], rows: &mut [u32], features: &[usize], rules: Rules) -> Tree {
    let histogram = histogram(binned, losses, rows, features);
    let sums = total(losses, rows);
    let mut leaves = vec![Open { rows: 0..rows.len(), sums, histogram, best: None, parent: None }];
    leaves[0].best = best_split(binned, &leaves[0].histogram, sums, features, rules);
    let mut nodes: Vec<Node> = Vec::with_capacity(LEAVES_MAX - 1);
    let mut buffer = Vec::new();
    while leaves.len() < rules.leaves.min(LEAVES_MAX) {
        let gains = leaves.iter().enumerate().filter_map(|(place, leaf)| Some((place, leaf.best?)));
        // Of equals the first, so that the tree does not depend on how they compare.
        let Some((place, split)) = gains.reduce(|best, next| if next.1.gain > best.1.gain { next } else { best })
        else {
            break;
        };
        let leaf = leaves.swap_remove(place);
        let own = &mut rows[leaf.rows.clone()];
        let left_count = divide(own, &binned.columns[split.feature], &split.left_bins, &mut buffer);
        let node = nodes.len();
        nodes.push(Node {
            feature: split.feature as u16,
            left_bins: split.left_bins,
            left: Child::Leaf(0),
            right: Child::Leaf(0),
        });
        hang(&mut nodes, leaf.parent, Child::Node(node as u8));
        let middle = leaf.rows.start + left_count;
        let (left_rows, right_rows) = (leaf.rows.start..middle, middle..leaf.rows.end);
        let left_is_smaller = left_rows.len() <= right_rows.len();
        let smaller = if left_is_smaller { left_rows.clone() } else { right_rows.clone() };
        let is_last = leaves.len() + 2 == rules.leaves;
        let few_sums = total(losses, &rows[smaller.clone()]);
        let (few, many) = match is_last {
            true => (Vec::new(), Vec::new()),
            false => {
                let few = self::histogram(binned, losses, &rows[smaller], features);
                let many = leaf.histogram.iter().zip(&few).map(|(all, few)| all.minus(*few)).collect();
                (few, many)
            }
        };
        let many_sums = leaf.sums.minus(few_sums);
        let ((left, left_sums), (right, right_sums)) = match left_is_smaller {
            true => ((few, few_sums), (many, many_sums)),
            false => ((many, many_sums), (few, few_sums)),
        };
        for (rows, histogram, sums, is_left) in
            [(left_rows, left, left_sums, true), (right_rows, right, right_sums, false)]
        {
            let best = best_split(binned, &histogram, sums, features, rules);
            leaves.push(Open { rows, sums, histogram, best, parent: Some((node, is_left)) });
        }
    }
    let mut tree = Tree { nodes, values: Vec::new(), covers: Vec::new() };
    for (place, leaf) in leaves.iter().enumerate() {
        hang(&mut tree.nodes, leaf.parent, Child::Leaf(place as u8));
        tree.values.push(-rules.rate * leaf.sums.slope / (leaf.sums.curvature + rules.l2));
        tree.covers.push(leaf.rows.len() as f64);
    }
    tree
}

fn hang(nodes: &mut [Node], parent: Option<(usize, bool)>, child: Child) {
    if let Some((parent, is_left)) = parent {
        let node = &mut nodes[parent];
        *(if is_left { &mut node.left } else { &mut node.right }) = child;
    }
}

/// Puts rows whose bin is in the set first, in their order, and gives how many there are.
fn divide(rows: &mut [u32], column: &[u8], left_bins: &BinSet, buffer: &mut Vec<u32>) -> usize {
    buffer.clear();
    let mut left = 0;
    for place in 0..rows.len() {
        let row = rows[place];
        if left_bins.has(column[row as usize]) {
            rows[left] = row;
            left += 1;
        } else {
            buffer.push(row);
        }
    }
    rows[left..].copy_from_slice(buffer);
    left
}

fn total(losses: &[[f32; 2]], rows: &[u32]) -> Sums {
    let mut sums = Sums { rows: rows.len() as f64, ..Sums::default() };
    for row in rows {
        let [slope, curvature] = losses[*row as usize];
        sums.slope += f64::from(slope);
        sums.curvature += f64::from(curvature);
    }
    sums
}

fn histogram(binned: &Binned, losses: &[[f32; 2]], rows: &[u32], features: &[usize]) -> Vec<Sums> {
    let mut histogram = vec![Sums::default(); features.len() * BINS];
    for (feature, sums) in features.iter().zip(histogram.chunks_exact_mut(BINS)) {
        let column = &binned.columns[*feature];
        for row in rows {
            let [slope, curvature] = losses[*row as usize];
            let sum = &mut sums[usize::from(column[*row as usize])];
            sum.slope += f64::from(slope);
            sum.curvature += f64::from(curvature);
            sum.rows += 1.0;
        }
    }
    histogram
}

/// The split that gains most, if one gains; `histogram` is empty where none is wanted.
fn best_split(binned: &Binned, histogram: &[Sums], total: Sums, features: &[usize], rules: Rules) -> Option<Split> {
    let mut best: Option<Split> = None;
    for (feature, sums) in features.iter().zip(histogram.chunks_exact(BINS)) {
        let found = match &binned.cuts[*feature] {
            Cuts::Number(cuts) => number_split(sums, total, cuts.len(), rules),
            Cuts::Category => category_split(sums, total, rules),
        };
        if let Some((left_bins, gain)) = found
            && best.is_none_or(|best| gain > best.gain)
        {
            best = Some(Split { feature: *feature, left_bins, gain });
        }
    }
    best
}

/// What a split of the rows gains, if both sides have enough of them.
fn gain(left: Sums, total: Sums, rules: Rules) -> Option<f64> {
    let right = total.minus(left);
    if left.rows < rules.rows_min || right.rows < rules.rows_min {
        return None;
    }
    let gain = left.gain(rules.l2) + right.gain(rules.l2) - total.gain(rules.l2);
    // Gains below this are rounding.
    (gain > 1e-9).then_some(gain)
}

/// The best cut of numbers; what is missing goes to the side where it gains more, to the larger if none is missing.
fn number_split(sums: &[Sums], total: Sums, cuts: usize, rules: Rules) -> Option<(BinSet, f64)> {
    let missing = sums[usize::from(MISSING_BIN)];
    let mut best: Option<(usize, bool, f64)> = None;
    let mut left = Sums::default();
    for (cut, sum) in sums.iter().enumerate().take(cuts) {
        left = left.plus(*sum);
        let mut consider = |left: Sums, missing_left: bool| {
            if let Some(gain) = gain(left, total, rules)
                && best.is_none_or(|(_, _, most)| gain > most)
            {
                best = Some((cut, missing_left, gain));
            }
        };
        if missing.rows > 0.0 {
            consider(left, false);
            consider(left.plus(missing), true);
        } else {
            consider(left, left.rows * 2.0 >= total.rows);
        }
    }
    if missing.rows > 0.0 {
        // All that is known against what is missing.
        let known = total.minus(missing);
        if let Some(gain) = gain(known, total, rules)
            && best.is_none_or(|(_, _, most)| gain > most)
        {
            best = Some((cuts, false, gain));
        }
    }
    let (cut, missing_left, gain) = best?;
    let mut left_bins = BinSet::default();
    (0..=cut as u8).for_each(|bin| left_bins.insert(bin));
    if missing_left {
        left_bins.insert(MISSING_BIN);
    }
    Some((left_bins, gain))
}

/// The best division of levels, among those that keep their order by slope (Fisher 1958). Levels that the node has
/// no rows of go to the larger side.
fn category_split(sums: &[Sums], total: Sums, rules: Rules) -> Option<(BinSet, f64)> {
    let mut levels: Vec<usize> = (0..BINS).filter(|bin| sums[*bin].rows > 0.0).collect();
    let key = |bin: usize| sums[bin].slope / (sums[bin].curvature + rules.level_l2);
    levels.sort_by(|left, right| key(*left).total_cmp(&key(*right)));
    let mut best: Option<(usize, f64, f64)> = None;
    let mut left = Sums::default();
    for (place, level) in levels.iter().enumerate() {
        left = left.plus(sums[*level]);
        if let Some(gain) = gain(left, total, rules)
            && best.is_none_or(|(_, most, _)| gain > most)
        {
            best = Some((place, gain, left.rows));
        }
    }
    let (last, gain, left_rows) = best?;
    let mut left_bins = BinSet::default();
    let unknown_left = left_rows * 2.0 >= total.rows;
    for bin in 0..BINS {
        let is_known = sums[bin].rows > 0.0;
        if (is_known && levels[..=last].contains(&bin)) || (!is_known && unknown_left) {
            left_bins.insert(bin as u8);
        }
    }
    Some((left_bins, gain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::score::feature::{Feature, MISSING};

    const RULES: Rules = Rules { leaves: LEAVES_MAX, rows_min: 2.0, l2: 0.0, level_l2: 0.0, rate: 1.0 };

    /// The most that any way to send the groups left or right gains.
    fn brute_force(groups: &[Sums], total: Sums, orders: bool) -> f64 {
        let mut best = 0.0_f64;
        for code in 0..1_u32 << groups.len() {
            // Of numbers, the last group is what is missing and may be on either side; the others are cut once.
            let known = groups.len() - 1;
            let is_cut = (0..known.saturating_sub(1)).all(|group| code >> group & 1 >= code >> (group + 1) & 1);
            if orders && !is_cut {
                continue;
            }
            let mut left = Sums::default();
            (0..groups.len()).filter(|group| code >> group & 1 == 1).for_each(|group| left = left.plus(groups[group]));
            best = best.max(gain(left, total, RULES).unwrap_or(0.0));
        }
        best
    }

    fn losses(n: usize, random: &mut Random) -> Vec<[f32; 2]> {
        (0..n).map(|_| [random.unit() as f32 - 0.5, 0.05 + random.unit() as f32 / 5.0]).collect()
    }

    #[test]
    fn the_best_cut_of_numbers_is_that_of_a_search_through_all() {
        let mut random = Random::new(3);
        for _ in 0..50 {
            let n = 30;
            let values: Vec<f64> =
                (0..n).map(|_| if random.below(5) == 0 { f64::NAN } else { random.below(7) as f64 }).collect();
            let losses = losses(n, &mut random);
            let binned = Binned::new(&[Feature::Number(&values)], n);
            let rows: Vec<u32> = (0..n as u32).collect();
            let sums = histogram(&binned, &losses, &rows, &[0]);
            let total = total(&losses, &rows);
            let mut groups: Vec<Sums> = sums[..7].to_vec();
            groups.push(sums[usize::from(MISSING_BIN)]);
            let found = best_split(&binned, &sums, total, &[0], RULES).map_or(0.0, |split| split.gain);
            let expected = brute_force(&groups, total, true);
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
    }

    #[test]
    fn the_best_division_of_levels_is_that_of_a_search_through_all() {
        let mut random = Random::new(4);
        for _ in 0..50 {
            let n = 40;
            let codes: Vec<u32> =
                (0..n).map(|_| if random.below(6) == 0 { MISSING } else { random.below(6) as u32 }).collect();
            let losses = losses(n, &mut random);
            let binned = Binned::new(&[Feature::Category(&codes)], n);
            let rows: Vec<u32> = (0..n as u32).collect();
            let sums = histogram(&binned, &losses, &rows, &[0]);
            let total = total(&losses, &rows);
            let groups: Vec<Sums> = sums.iter().copied().filter(|sum| sum.rows > 0.0).collect();
            let rules = Rules { rows_min: 0.5, ..RULES };
            let found = best_split(&binned, &sums, total, &[0], rules).map_or(0.0, |split| split.gain);
            let mut expected = 0.0_f64;
            for code in 1..(1_u32 << groups.len()) - 1 {
                let mut left = Sums::default();
                (0..groups.len()).filter(|g| code >> g & 1 == 1).for_each(|g| left = left.plus(groups[g]));
                expected = expected.max(gain(left, total, rules).unwrap_or(0.0));
            }
            assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        }
    }

    #[test]
    fn a_tree_gives_every_leaf_the_value_of_its_rows() {
        let mut random = Random::new(8);
        let n = 500;
        let x: Vec<f64> = (0..n).map(|_| random.unit()).collect();
        let codes: Vec<u32> = (0..n).map(|_| random.below(5) as u32).collect();
        let losses = losses(n, &mut random);
        let binned = Binned::new(&[Feature::Number(&x), Feature::Category(&codes)], n);
        let mut rows: Vec<u32> = (0..n as u32).collect();
        let tree = grow(&binned, &losses, &mut rows, &[0, 1], RULES);
        assert!(tree.is_sound(2));
        assert_eq!(tree.values.len(), LEAVES_MAX);
        let mut sums = vec![Sums::default(); LEAVES_MAX];
        for row in 0..n {
            let leaf = tree.leaf(|feature| binned.columns[feature][row]);
            sums[leaf] = sums[leaf].plus(self::total(&losses, &[row as u32]));
        }
        for (leaf, sums) in sums.iter().enumerate() {
            assert_eq!(tree.covers[leaf], sums.rows);
            assert!((tree.values[leaf] + sums.slope / sums.curvature).abs() < 1e-9);
        }
    }

    #[test]
    fn rows_that_cannot_be_told_apart_are_one_leaf() {
        let binned = Binned::new(&[Feature::Number(&[1.0; 40])], 40);
        let mut rows: Vec<u32> = (0..40).collect();
        let tree = grow(&binned, &[[0.5, 0.25]; 40], &mut rows, &[0], RULES);
        assert_eq!((tree.nodes.len(), tree.values.as_slice()), (0, [-2.0].as_slice()));
        assert!(tree.is_sound(1));
    }
}
