//! Whether a view holds what an aggregation asks for, and how it is got from the view.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::common::DFSchema;
use datafusion::error::Result;
use datafusion::logical_expr::{AggregateUDF, BinaryExpr, Expr, ExprSchemable, Operator};

use super::block::{Block, Outer, Source};
use super::derive::Known;
use super::form::{Content, Form};
use super::implication;
use super::reason::Reason;
use super::roll_up::{RollUp, Rolled};

/// An aggregation that a statement asks for.
pub(super) struct Query {
    pub block: Block,
    /// The columns of its tables.
    pub schema: DFSchema,
    /// The time zone of the session.
    pub zone: String,
    pub sum: Arc<AggregateUDF>,
}

/// How an aggregation is computed from a view.
pub(super) struct Match {
    /// Tables that are joined to the view's rows.
    pub joined: Vec<Source>,
    pub outer: Vec<Outer>,
    /// Over the view's columns and those of joined tables, as everything below.
    pub filters: Vec<Expr>,
    pub groups: Vec<Expr>,
    /// The columns that hold the results, where each group is a row of the view.
    pub stored: Option<Vec<Expr>>,
    /// The results for groups made of several of the view's rows, where they follow from these.
    pub rolled: Option<Vec<Rolled>>,
}

/// A match, or the reason why there is none.
type Found<T> = std::result::Result<T, Reason>;

/// Compares an aggregation with a view, whatever the versions of their tables.
pub(super) fn find(query: &Query, form: &Form) -> Result<Found<Match>> {
    let content = match &form.content {
        Ok(content) => content,
        Err(reason) => return Ok(Err(Reason::Said(reason.clone()))),
    };
    let comparison = Comparison { query, content };
    if let Err(reason) = comparison.tables(form) {
        return Ok(Err(reason));
    }
    comparison.find()
}

struct Comparison<'a> {
    query: &'a Query,
    content: &'a Content,
}

impl Comparison<'_> {
    /// Whether the view reads no other tables, joined in the same way, in the same time zone.
    fn tables(&self, form: &Form) -> Found<()> {
        let (asked, kept) = (&self.query.block.rows, &self.content.block.rows);
        for source in kept.sources() {
            if !asked.sources().any(|other| other.id == source.id) {
                return Err(Reason::Said(format!("it also reads {}", source.name)));
            }
        }
        if kept.tables.iter().any(|source| asked.outer.iter().any(|outer| outer.table.id == source.id)) {
            return Err(Reason::Said("it lacks the rows that the outer join keeps".into()));
        }
        for outer in &kept.outer {
            let is_same = |other: &Outer| other.table.id == outer.table.id && other.on == outer.on;
            if !asked.outer.iter().any(is_same) {
                return Err(Reason::Said(format!("it reads {} by another outer join", outer.table.name)));
            }
        }
        if self.content.is_zoned && form.definition.time_zone != self.query.zone {
            return Err(Reason::Said(format!(
                "it is computed in the time zone {}, the session's is {}",
                form.definition.time_zone, self.query.zone
            )));
        }
        Ok(())
    }

    fn find(&self) -> Result<Found<Match>> {
        let (asked, kept) = (&self.query.block.rows, &self.content.block.rows);
        for filter in &kept.filters {
            if !implication::follows(filter, &asked.filters) {
                return Ok(Err(Reason::HoldsOnly(filter.clone())));
            }
        }
        let is_kept = |source: &Source| kept.sources().any(|other| other.id == source.id);
        let joined: Vec<Source> = asked.tables.iter().filter(|source| !is_kept(source)).cloned().collect();
        let mut ids: BTreeSet<String> = joined.iter().map(|source| source.id.clone()).collect();
        ids.extend(asked.outer.iter().filter(|outer| !is_kept(&outer.table)).map(|outer| outer.table.id.clone()));
        // What is equal in all of the view's rows may stand for one another everywhere. What the query's own filters
        // make equal only may where those filters have been applied, and not in them.
        let (everywhere, filtered) = (self.equalities(&kept.filters)?, self.equalities(&asked.filters)?);
        let known = |equal| Known { keys: &self.content.keys, joined: &ids, equal, schema: &self.query.schema };
        let (rows, known) = (known(&everywhere), known(&filtered));

        let mut outer = Vec::new();
        for join in asked.outer.iter().filter(|outer| !is_kept(&outer.table)) {
            let mut on = Vec::with_capacity(join.on.len());
            for condition in &join.on {
                match rows.derive(condition)? {
                    Some(condition) => on.push(condition),
                    None => {
                        let reason = format!("it does not keep apart what {} joins by", join.table.name);
                        return Ok(Err(Reason::Said(reason)));
                    }
                }
            }
            outer.push(Outer { table: join.table.clone(), on });
        }
        let mut filters = Vec::new();
        for filter in asked.filters.iter().filter(|filter| !kept.filters.contains(filter)) {
            match rows.derive(filter)? {
                Some(filter) => filters.push(filter),
                None => return Ok(Err(Reason::DoesNotTell(filter.clone()))),
            }
        }
        let mut groups = Vec::with_capacity(self.query.block.groups.len());
        for group in &self.query.block.groups {
            match known.derive(group)? {
                Some(group) => groups.push(group),
                None => return Ok(Err(Reason::DoesNotKeepApart(group.clone()))),
            }
        }
        let is_alone = joined.is_empty() && outer.is_empty();
        let stored = if is_alone { self.stored() } else { None };
        let rolled = self.rolled(&known, stored.is_some())?;
        Ok(rolled.map(|rolled| Match { joined, outer, filters, groups, stored, rolled }))
    }

    /// The columns with the results, if the query keeps apart all that the view does.
    fn stored(&self) -> Option<Vec<Expr>> {
        let content = self.content;
        let is_kept_apart = |group: &Expr| self.query.block.groups.contains(group);
        if !content.tells_groups || !content.block.groups.iter().all(is_kept_apart) {
            return None;
        }
        self.query.block.aggregates.iter().map(|aggregate| content.aggregates.get(aggregate).cloned()).collect()
    }

    /// The results from several rows of the view; where they are not needed, nothing rather than a reason.
    fn rolled(&self, known: &Known<'_>, is_stored: bool) -> Result<Found<Option<Vec<Rolled>>>> {
        let roll_up = RollUp { known, stored: &self.content.aggregates, sum: &self.query.sum };
        let mut rolled = Vec::with_capacity(self.query.block.aggregates.len());
        for aggregate in &self.query.block.aggregates {
            if roll_up.is_inexact(aggregate)? {
                return Ok(Err(Reason::IsInexact(aggregate.clone())));
            }
            match roll_up.roll_up(aggregate)? {
                Some(aggregate) => rolled.push(aggregate),
                None if is_stored => return Ok(Ok(None)),
                None => return Ok(Err(Reason::DoesNotFollow(aggregate.clone()))),
            }
        }
        Ok(Ok(Some(rolled)))
    }

    /// Columns that filters say are equal.
    fn equalities(&self, filters: &[Expr]) -> Result<Vec<(Expr, Expr)>> {
        let mut equal = Vec::new();
        for filter in filters {
            let Expr::BinaryExpr(BinaryExpr { left, op: Operator::Eq, right }) = filter else { continue };
            let (Expr::Column(_), Expr::Column(_)) = (left.as_ref(), right.as_ref()) else { continue };
            let types = (left.get_type(&self.query.schema)?, right.get_type(&self.query.schema)?);
            if types.0 == types.1 && !types.0.is_floating() {
                equal.push((left.as_ref().clone(), right.as_ref().clone()));
            }
        }
        Ok(equal)
    }
}
