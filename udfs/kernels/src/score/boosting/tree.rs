//! A tree: nodes that send a row left or right by the bin of a feature, and leaves that add to its score.

/// The most leaves of a tree: so many that one byte can say which a row may still come to.
pub const LEAVES_MAX: usize = 8;

/// The bin of what is missing.
pub(super) const MISSING_BIN: u8 = 255;

/// The bin of levels that have none of their own.
pub(super) const OTHER_BIN: u8 = 254;

/// A set of bins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BinSet(pub [u64; 4]);

impl BinSet {
    pub(super) fn insert(&mut self, bin: u8) {
        self.0[usize::from(bin >> 6)] |= 1 << (bin & 63);
    }

    pub(super) fn has(&self, bin: u8) -> bool {
        self.0[usize::from(bin >> 6)] >> (bin & 63) & 1 == 1
    }
}

/// What is under a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Child {
    Node(u8),
    Leaf(u8),
}

/// Sends rows left whose bin of the feature is in the set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    pub feature: u16,
    pub left_bins: BinSet,
    pub left: Child,
    pub right: Child,
}

/// A tree; the first node is its root. Without nodes there is one leaf.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    pub nodes: Vec<Node>,
    /// What each leaf adds to the score.
    pub values: Vec<f64>,
    /// How many rows each leaf had when it was learnt.
    pub covers: Vec<f64>,
}

impl Tree {
    /// The leaf of a row, given the bin of each feature.
    pub(super) fn leaf(&self, bin: impl Fn(usize) -> u8) -> usize {
        let mut at = if self.nodes.is_empty() { Child::Leaf(0) } else { Child::Node(0) };
        loop {
            match at {
                Child::Leaf(leaf) => return usize::from(leaf),
                Child::Node(node) => {
                    let node = &self.nodes[usize::from(node)];
                    let is_left = node.left_bins.has(bin(usize::from(node.feature)));
                    at = if is_left { node.left } else { node.right };
                }
            }
        }
    }

    /// Whether it is a tree: every node and leaf but the root is the child of one node before it, there are as many
    /// values and covers as leaves, and all features are below `features`. What is not may come from outside.
    pub fn is_sound(&self, features: usize) -> bool {
        let leaves = self.nodes.len() + 1;
        if leaves > LEAVES_MAX || self.values.len() != leaves || self.covers.len() != leaves {
            return false;
        }
        let mut seen_nodes = [false; LEAVES_MAX];
        let mut seen_leaves = [false; LEAVES_MAX];
        for (place, node) in self.nodes.iter().enumerate() {
            for child in [node.left, node.right] {
                let (seen, index, allowed) = match child {
                    Child::Node(node) => (&mut seen_nodes, usize::from(node), place + 1..self.nodes.len()),
                    Child::Leaf(leaf) => (&mut seen_leaves, usize::from(leaf), 0..leaves),
                };
                if !allowed.contains(&index) || std::mem::replace(&mut seen[index], true) {
                    return false;
                }
            }
            if usize::from(node.feature) >= features {
                return false;
            }
        }
        self.values.iter().all(|value| value.is_finite())
            && self.covers.iter().all(|cover| cover.is_finite() && *cover > 0.0)
    }

    /// The leaves under each side of every node, as bits.
    pub(super) fn sides(&self) -> Vec<[u8; 2]> {
        let mut sides = vec![[0; 2]; self.nodes.len()];
        // Children stand behind their node.
        for place in (0..self.nodes.len()).rev() {
            let node = &self.nodes[place];
            sides[place] = [node.left, node.right].map(|child| match child {
                Child::Leaf(leaf) => 1_u8.checked_shl(u32::from(leaf)).unwrap_or(0),
                Child::Node(node) => sides.get(usize::from(node)).map_or(0, |[left, right]| left | right),
            });
        }
        sides
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_nodes() -> Tree {
        let mut low = BinSet::default();
        (0..=3).for_each(|bin| low.insert(bin));
        let nodes = vec![
            Node { feature: 0, left_bins: low, left: Child::Leaf(0), right: Child::Node(1) },
            Node { feature: 1, left_bins: low, left: Child::Leaf(1), right: Child::Leaf(2) },
        ];
        Tree { nodes, values: vec![1.0, 2.0, 3.0], covers: vec![5.0, 3.0, 2.0] }
    }

    #[test]
    fn a_row_comes_to_the_leaf_of_its_bins() {
        let tree = two_nodes();
        let leaf = |bins: [u8; 2]| tree.leaf(|feature| bins[feature]);
        assert_eq!([leaf([3, 9]), leaf([4, 3]), leaf([MISSING_BIN, 4])], [0, 1, 2]);
        assert_eq!(tree.sides(), [[0b001, 0b110], [0b010, 0b100]]);
    }

    #[test]
    fn what_is_no_tree_is_not_sound() {
        assert!(two_nodes().is_sound(2));
        assert!(!two_nodes().is_sound(1));
        let mut circle = two_nodes();
        circle.nodes[1].left = Child::Node(0);
        assert!(!circle.is_sound(2));
        let mut twice = two_nodes();
        twice.nodes[1].left = Child::Leaf(0);
        assert!(!twice.is_sound(2));
        let mut short = two_nodes();
        short.values.pop();
        assert!(!short.is_sound(2));
    }
}
