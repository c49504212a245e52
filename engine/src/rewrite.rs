//! Aggregations answered from materialized views, where the answer is the same to the last digit.
//!
//! A statement's plan is searched for aggregations. Each is brought into a form that does not depend on how it was
//! written ([`block`]) and compared with the views that read the same tables ([`matching`]): a view answers if all
//! that is asked for follows from its columns. Then, and only then, it is looked up whether its rows were made from
//! the very versions of the tables that the statement reads ([`freshness`]); versions are pinned for the statement, so
//! the answer cannot change in between. The aggregation alone is replaced ([`substitute`]); whatever stands above it,
//! and where in the statement it stands, does not matter.

pub(crate) mod block;
mod canonical;
mod derive;
mod form;
mod freshness;
pub(crate) mod granule;
mod implication;
mod matching;
mod named;
mod notes;
mod reason;
mod roll_up;
mod small;
mod substitute;
mod views;
mod zone;

use std::collections::BTreeSet;
use std::sync::Arc;

use bellwether_catalog::{Base, Error, FileChanges, Result, Snapshot, TableScan};
use datafusion::common::tree_node::{Transformed, TreeNodeRecursion};
use datafusion::datasource::source_as_provider;
use datafusion::execution::FunctionRegistry;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Aggregate, LogicalPlan};

use block::{Block, Unfit};
use form::Form;
pub(crate) use form::settled;
pub(crate) use freshness::Differences;
use freshness::Freshness;
use matching::{Match, Query};
use notes::Notes;
use substitute::Appended;
pub(crate) use views::Views;

use crate::clock;
use crate::resolve::Relations;
use crate::statement::Scope;

/// The setting that turns it off.
pub(crate) const SETTING: &str = "bellwether.rewrite";

/// The plan with aggregations taken from materialized views where that changes nothing. What was found out about the
/// views is noted in `scope`, for EXPLAIN; `state` is set to compute what has become small by one thread.
pub(crate) async fn rewrite(
    scope: &Scope,
    relations: &Relations,
    state: &mut SessionState,
    plan: LogicalPlan,
) -> LogicalPlan {
    let notes = Notes::of(&plan, &scope.explained);
    match answered(scope, &notes, relations, state, &plan).await {
        Ok(rewritten) => rewritten.unwrap_or(plan),
        // The tables answer as well: a view that cannot be read must not keep a query from its answer.
        Err(error) => {
            tracing::warn!(%error, "a query could not be compared with materialized views");
            notes.add(|| format!("none is considered: {}", error.message()));
            plan
        }
    }
}

async fn answered(
    scope: &Scope,
    notes: &Notes<'_>,
    relations: &Relations,
    state: &mut SessionState,
    plan: &LogicalPlan,
) -> Result<Option<LogicalPlan>> {
    let rewritten = rewritten(scope, notes, relations, state, plan).await?;
    if let Some(plan) = &rewritten {
        small::compute_alone(state, plan).map_err(|error| scope.error(error))?;
    }
    Ok(rewritten)
}

/// The plan with views in the places of aggregations; nothing where none answers.
async fn rewritten(
    scope: &Scope,
    notes: &Notes<'_>,
    relations: &Relations,
    state: &SessionState,
    plan: &LogicalPlan,
) -> Result<Option<LogicalPlan>> {
    let is_off = scope.session.setting(SETTING).as_deref() == Some("off");
    if is_off && !notes.are_read() {
        return Ok(None);
    }
    let fault = |error| scope.error(error);
    let tables = aggregated_tables(plan).map_err(fault)?;
    if tables.is_empty() {
        return Ok(None);
    }
    let views = &scope.session.inner.engine.inner.views;
    if is_off {
        if views.are_over(scope, &tables) {
            notes.add(|| format!("none is considered: {SETTING} is off"));
        }
        return Ok(None);
    }
    for table in &tables {
        if scope.session.inner.changes.are_of(table).await {
            notes.add(|| "none is considered: this transaction has changed rows".to_owned());
            return Ok(None);
        }
    }
    let forms = views.over(scope, &tables).await;
    if forms.is_empty() {
        return Ok(None);
    }
    let settled = form::settled(state, plan.clone()).map_err(fault)?;
    let mut replacements = Vec::new();
    for aggregate in aggregates(&settled).map_err(fault)? {
        if let Some(replacement) = replacement(scope, notes, relations, state, &aggregate, &forms).await? {
            replacements.push((aggregate, replacement));
        }
    }
    match replacements.is_empty() {
        true => Ok(None),
        false => replaced(settled, &replacements).map(Some).map_err(fault),
    }
}

/// The tables of a plan that aggregates, by id.
fn aggregated_tables(plan: &LogicalPlan) -> datafusion::error::Result<BTreeSet<String>> {
    let (mut tables, mut aggregates) = (BTreeSet::new(), false);
    plan.apply_with_subqueries(|node| {
        match node {
            LogicalPlan::Aggregate(_) => aggregates = true,
            LogicalPlan::TableScan(scan) => {
                if let Ok(provider) = source_as_provider(&scan.source)
                    && let Some(table) = provider.downcast_ref::<TableScan>()
                    && let Some(id) = table.snapshot().root().filename()
                {
                    tables.insert(id.to_owned());
                }
            }
            _ => {}
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(if aggregates { tables } else { BTreeSet::new() })
}

/// The aggregations of a plan, each once.
fn aggregates(plan: &LogicalPlan) -> datafusion::error::Result<Vec<Aggregate>> {
    let mut found: Vec<Aggregate> = Vec::new();
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::Aggregate(aggregate) = node
            && !found.contains(aggregate)
        {
            found.push(aggregate.clone());
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(found)
}

/// What takes the place of an aggregation, if a view answers it.
async fn replacement(
    scope: &Scope,
    notes: &Notes<'_>,
    relations: &Relations,
    state: &SessionState,
    aggregate: &Aggregate,
    forms: &[Arc<Form>],
) -> Result<Option<LogicalPlan>> {
    let fault = |error| scope.error(error);
    let block = match Block::of(aggregate) {
        Ok(block) => block,
        Err(Unfit::Because(reason)) => {
            notes.add(|| format!("none can answer: {}", reason.replacen("it ", "the query ", 1)));
            return Ok(None);
        }
        Err(Unfit::Failed(error)) => return Err(fault(error)),
    };
    for source in block.sources() {
        if relations.pinned_version(&source.id) != Some(source.version) {
            notes.add(|| format!("none can answer: the query reads {} as of another time", source.name));
            return Ok(None);
        }
    }
    let query = Query {
        schema: zone::schema_of(block.sources()).map_err(fault)?,
        zone: state.config_options().execution.time_zone.clone().unwrap_or_default(),
        sum: state.udaf("sum").map_err(fault)?,
        block,
    };
    let lake = &scope.session.inner.engine.inner.lake;
    let mut candidates = Vec::new();
    for form in forms {
        let form = current(scope, &query, form).await?;
        match matching::find(&query, &form).map_err(fault)? {
            Ok(found) => {
                let known = lake.table(&form.definition.id)?.known().await?;
                candidates.push((known.rows(), form, found));
            }
            Err(reason) => notes.add(|| format!("{} does not answer: {reason}", form.alias().table())),
        }
    }
    // The one with the fewest rows is the fastest to read. Which that is need not be known to the latest version: only
    // that of the view that answers is looked up.
    candidates.sort_by_key(|(rows, form, _)| (*rows, form.name.clone()));
    let mut chosen: Option<(Arc<Form>, LogicalPlan)> = None;
    for (_, form, found) in candidates {
        if let Some((better, _)) = &chosen {
            notes.add(|| format!("{} is not needed: {} has fewer rows", form.alias().table(), better.alias().table()));
            continue;
        }
        let snapshot = relations.pinned(&form.definition.id).await?;
        let plan = answer(scope, notes, &query, aggregate, &form, found, &snapshot).await?;
        chosen = plan.map(|plan| (form, plan));
    }
    Ok(chosen.map(|(_, plan)| plan))
}

/// The form over the columns that the query's tables have: those of a view's tables may have changed since.
async fn current(scope: &Scope, query: &Query, form: &Arc<Form>) -> Result<Arc<Form>> {
    let Ok(content) = &form.content else { return Ok(Arc::clone(form)) };
    let are_same = content.block.sources().all(|source| {
        let asked = query.block.sources().find(|other| other.id == source.id);
        asked.is_none_or(|asked| asked.scan.schema().as_arrow() == source.scan.schema().as_arrow())
    });
    match are_same {
        true => Ok(Arc::clone(form)),
        false => scope.session.inner.engine.inner.views.renew(scope, form).await,
    }
}

/// The plan over a view that matches, if its rows are those of the tables.
async fn answer(
    scope: &Scope,
    notes: &Notes<'_>,
    query: &Query,
    aggregate: &Aggregate,
    form: &Form,
    found: Match,
    snapshot: &Arc<Snapshot>,
) -> Result<Option<LogicalPlan>> {
    let engine = &scope.session.inner.engine.inner;
    let name = form.alias();
    let name = name.table();
    let compared = engine.differences.compare(&engine.lake, form, snapshot.contents(), query, clock::now_ms()).await?;
    let (how, appended) = match compared {
        Freshness::Exact => (String::new(), None),
        Freshness::Within(leeway) => (format!("; {leeway}"), None),
        Freshness::Appended(base, changes) => {
            let how = format!(", with the rows of {} files that {} got since", changes.added.len(), base.name);
            (how, Some(appended(scope, query, &base, &changes)?))
        }
        Freshness::No(reason) => {
            notes.add(|| format!("{name} does not answer: {reason}"));
            return Ok(None);
        }
    };
    // With the columns that hold states, which a statement that names the view does not see.
    let scan = TableScan::of_files(Arc::clone(engine.lake.store()), Arc::clone(snapshot), None);
    let scan = scan.map(|scan| scan.keeping_rows(engine.lake.kept_rows()));
    let plan = scan.and_then(|scan| substitute::substitute(aggregate, form, found, scan, appended.as_ref()));
    match plan.map_err(|error| scope.error(error))? {
        Ok(plan) => {
            notes.add(|| format!("{name} answers{how}"));
            Ok(Some(plan))
        }
        Err(reason) => {
            notes.add(|| format!("{name} does not answer: {reason}"));
            Ok(None)
        }
    }
}

/// The rows of files that a table got.
fn appended(scope: &Scope, query: &Query, base: &Base, changes: &FileChanges) -> Result<Appended> {
    let source = query.block.sources().find(|source| source.id == base.id);
    let source = source.ok_or_else(|| Error::internal("a view was compared with a query on other tables"))?;
    let scan = source.table().map_err(|error| scope.error(error))?;
    let files = Arc::new(scan.snapshot().with_files(changes.added.clone()));
    let store = Arc::clone(scope.session.inner.engine.inner.lake.store());
    let scan = TableScan::new(store, files).map_err(|error| scope.error(error))?;
    Ok(Appended { id: base.id.clone(), scan })
}

/// The plan with views in the places of aggregations.
fn replaced(plan: LogicalPlan, replacements: &[(Aggregate, LogicalPlan)]) -> datafusion::error::Result<LogicalPlan> {
    let plan = plan.transform_down_with_subqueries(|node| {
        let LogicalPlan::Aggregate(aggregate) = &node else { return Ok(Transformed::no(node)) };
        match replacements.iter().find(|(other, _)| other == aggregate) {
            Some((_, view)) => Ok(Transformed::new(view.clone(), true, TreeNodeRecursion::Jump)),
            None => Ok(Transformed::no(node)),
        }
    })?;
    // Columns that could not be missing in a table may be so in a view, as far as types tell.
    plan.data.transform_up_with_subqueries(|node| Ok(Transformed::yes(node.recompute_schema()?))).map(|plan| plan.data)
}
