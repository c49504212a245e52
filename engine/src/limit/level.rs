//! A level of a statement while it is read: sizes of the current item, select and level.
//!
//! How they add up to a depth is told in [`super::nesting`].

/// One open level.
#[derive(Debug)]
pub(super) struct Level {
    pub(super) is_case: bool,
    pub(super) is_query: bool,
    pub(super) in_with: bool,
    pub(super) in_from: bool,
    /// How many brackets, directly inside each other, stand where a table can; this is the last of them.
    pub(super) table_brackets: u64,
    /// How often the parser may read what is inside.
    pub(super) readings: u64,

    pub(super) operators: usize,
    deepest_level: usize,

    pub(super) joins: usize,
    /// Windows and subqueries in expressions of the current select, however deep in brackets.
    pub(super) side_relations: usize,
    tallest_item: usize,
    tallest_relation: usize,

    pub(super) set_operators: usize,
    with_queries: usize,
    tallest_select: usize,
    tallest_select_relation: usize,
    all_side_relations: usize,
}

impl Level {
    pub(super) fn new(readings: u64) -> Self {
        Self {
            is_case: false,
            is_query: false,
            in_with: false,
            in_from: false,
            table_brackets: 0,
            readings,
            operators: 0,
            deepest_level: 0,
            joins: 0,
            side_relations: 0,
            tallest_item: 0,
            tallest_relation: 0,
            set_operators: 0,
            with_queries: 0,
            tallest_select: 0,
            tallest_select_relation: 0,
            all_side_relations: 0,
        }
    }

    pub(super) fn end_item(&mut self) {
        self.tallest_item = self.tallest_item.max(self.operators + self.deepest_level);
        self.operators = 0;
        self.deepest_level = 0;
    }

    pub(super) fn end_select(&mut self) {
        self.end_item();
        let relations = self.joins + self.side_relations;
        self.tallest_select = self.tallest_select.max(relations + self.tallest_item);
        self.tallest_select_relation = self.tallest_select_relation.max(relations + self.tallest_relation);
        self.all_side_relations += self.side_relations;
        self.joins = 0;
        self.side_relations = 0;
        self.tallest_item = 0;
        self.tallest_relation = 0;
    }

    /// Depth of the level, and how many relations lie on top of each other in it.
    pub(super) fn end(&mut self) -> (usize, usize) {
        self.end_select();
        let stacked = self.with_queries + self.set_operators;
        let depth = 1 + stacked + self.tallest_select;
        let relations = usize::from(self.is_query) + stacked + self.tallest_select_relation;
        (depth, relations)
    }

    pub(super) fn take_in(&mut self, mut inner: Level) {
        let (depth, relations) = inner.end();
        self.deepest_level = self.deepest_level.max(depth);
        if !inner.is_query {
            self.side_relations += inner.all_side_relations;
        }
        if self.in_with {
            self.with_queries += relations;
            return;
        }
        self.tallest_relation = self.tallest_relation.max(relations);
        if inner.is_query && !self.in_from {
            self.side_relations += 1;
        }
    }
}
