//! `MERGE INTO t USING s ON … WHEN MATCHED … WHEN NOT MATCHED … WHEN NOT MATCHED BY SOURCE …`.
//!
//! One join decides for every row of the touched files, and for every row of the source, what becomes of it.
//! Each outcome has a code: 0 keeps the row, -1 drops a source row nobody wants, n > 0 is the n-th clause.
//! A target row that joins more than one source row is an error, as the standard has it.

use std::sync::Arc;

use bellwether_catalog::{Error, ErrorKind, FILE_COLUMN, Operation, Result};
use datafusion::arrow::array::{AsArray, BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::scalar::ScalarValue;
use datafusion::sql::sqlparser::ast::{self, Merge, MergeAction, MergeClauseKind, MergeInsertKind};
use futures::StreamExt;
use parking_lot::Mutex;

use super::target::Target;
use super::update::assignments;
use super::{RowChecks, Scope, change, parameter, query};
use crate::Done;
use crate::names::{identifier, quote};

const ACTION: &str = "\"__action\"";
const EXISTS: &str = "\"__target\".\"__exists\"";
const MATCHED: &str = "\"__source\".\"__matched\"";
const SKIP: i64 = -1;

/// What a merge does: the source as SQL, the join's condition, and the clauses in their order.
pub(super) struct Instructions {
    pub source: String,
    pub on: String,
    pub clauses: Vec<Clause>,
}

/// One WHEN clause; predicates and values are SQL.
pub(super) enum Clause {
    Update { predicate: Option<String>, changes: Vec<(String, String)> },
    Delete { predicate: Option<String> },
    Insert { predicate: Option<String>, values: Vec<(String, String)> },
    UpdateUnmatched { predicate: Option<String>, changes: Vec<(String, String)> },
    DeleteUnmatched { predicate: Option<String> },
}

/// The parameters a merge takes.
pub(super) async fn parameters(
    scope: &Scope,
    merge: &Merge,
    types: &[Option<DataType>],
) -> Result<Vec<Option<DataType>>> {
    let target = Target::new(scope, &merge.table).await?;
    parameters_of(scope, &target, &instructions(&target, merge)?, types).await
}

/// The parameters of instructions.
pub(super) async fn parameters_of(
    scope: &Scope,
    target: &Target,
    instructions: &Instructions,
    types: &[Option<DataType>],
) -> Result<Vec<Option<DataType>>> {
    let plan = target.plan(scope, None, &outcomes(target, instructions)).await?;
    parameter::parameters_of(&plan, types)
}

/// Runs a merge.
pub(super) async fn run(scope: &Scope, merge: &Merge, parameters: Vec<ScalarValue>) -> Result<Done> {
    for attempt in 1.. {
        match attempt_once(scope, merge, &parameters).await {
            Err(error) if change::is_conflict(&error) && attempt < change::ATTEMPTS => continue,
            outcome => return outcome.map(|rows| Done::rows("MERGE", rows)),
        }
    }
    Err(Error::internal("a merge was not attempted"))
}

async fn attempt_once(scope: &Scope, merge: &Merge, parameters: &[ScalarValue]) -> Result<u64> {
    let mut target = Target::new(scope, &merge.table).await?;
    let table = Arc::clone(&target.table);
    let _writer = table.writer().await;
    target.refresh(scope).await?;
    let instructions = instructions(&target, merge)?;
    apply(scope, &target, &instructions, parameters, Operation::Merge).await
}

/// Carries instructions out; the writer's place is held by the caller. Gives the number of changed rows.
pub(super) async fn apply(
    scope: &Scope,
    target: &Target,
    instructions: &Instructions,
    parameters: &[ScalarValue],
    operation: Operation,
) -> Result<u64> {
    let places = touched(scope, target, instructions, parameters).await?;
    let seen = if instructions.only_inserts() { None } else { Some(places.clone()) };
    let state = target.state(scope, seen)?;
    let plan = scope.plan_text(&state, &outcomes(target, instructions)).await?;
    let plan = query::with_parameters(scope, plan, parameters.to_vec())?;
    let plan = change::in_order_of(scope, plan, &target.snapshot)?;
    let checks = RowChecks::new(&state, &target.name.name, &target.snapshot)?;
    let rows = scope.rows(&state, &plan).await?;
    let tally = Arc::new(Mutex::new(Tally::new(target, instructions, &places)));
    let counting = Arc::clone(&tally);
    let kept =
        change::translated(scope, rows).map(move |batch| counting.lock().take(&batch?)).chain(futures::stream::once({
            let tally = Arc::clone(&tally);
            async move { tally.lock().finish() }
        }));
    change::replace_files(scope, target, &checks, operation, places, Box::pin(kept)).await?;
    let changed = tally.lock().changed;
    Ok(changed)
}

/// The files with rows the merge may change.
async fn touched(
    scope: &Scope,
    target: &Target,
    instructions: &Instructions,
    parameters: &[ScalarValue],
) -> Result<Vec<usize>> {
    if instructions.only_inserts() {
        return Ok(Vec::new());
    }
    if instructions.changes_unmatched() {
        return Ok((0..target.snapshot.files().len()).collect());
    }
    let file = format!("{}.{}", quote(&target.alias), quote(FILE_COLUMN));
    let sql = format!(
        "SELECT {file}, count(*) FROM {} JOIN {} ON {} GROUP BY {file}",
        target.from(),
        instructions.marked_source(),
        instructions.on
    );
    let (places, _) = target.matches(scope, &sql, parameters).await?;
    Ok(places)
}

/// A query for every row's outcome: the table's columns, what becomes of the row, whether it was there before.
fn outcomes(target: &Target, instructions: &Instructions) -> String {
    let action = instructions.action();
    let alias = quote(&target.alias);
    let mut columns = Vec::with_capacity(target.snapshot.schema().fields().len() + 2);
    for field in target.snapshot.schema().fields() {
        let name = quote(field.name());
        let mut cases = String::new();
        for (index, clause) in instructions.clauses.iter().enumerate() {
            if let Some(value) = clause.value(field.name()) {
                cases.push_str(&format!(" WHEN {} THEN {value}", index + 1));
            }
        }
        columns.push(match cases.is_empty() {
            true => format!("{alias}.{name} AS {name}"),
            false => format!("CASE {action}{cases} ELSE {alias}.{name} END AS {name}"),
        });
    }
    columns.push(format!("CAST({action} AS bigint) AS {ACTION}"));
    columns.push(format!("{EXISTS} IS NOT NULL AS \"__existed\""));
    let (join, only) = match (instructions.only_inserts(), instructions.inserts()) {
        (true, _) => ("RIGHT JOIN", format!(" WHERE {EXISTS} IS NULL")),
        (false, true) => ("FULL JOIN", String::new()),
        (false, false) => ("LEFT JOIN", String::new()),
    };
    format!(
        "SELECT {} FROM ({} CROSS JOIN (SELECT true AS \"__exists\") AS \"__target\") {join} \
         {} ON {}{only}",
        columns.join(", "),
        target.from(),
        instructions.marked_source(),
        instructions.on,
    )
}

impl Instructions {
    fn inserts(&self) -> bool {
        self.clauses.iter().any(|clause| matches!(clause, Clause::Insert { .. }))
    }

    fn only_inserts(&self) -> bool {
        self.clauses.iter().all(|clause| matches!(clause, Clause::Insert { .. }))
    }

    fn changes_unmatched(&self) -> bool {
        self.clauses
            .iter()
            .any(|clause| matches!(clause, Clause::UpdateUnmatched { .. } | Clause::DeleteUnmatched { .. }))
    }

    /// The source's rows, each with a mark that a row without one does not have.
    fn marked_source(&self) -> String {
        format!("({} CROSS JOIN (SELECT true AS \"__matched\") AS \"__source\")", self.source)
    }

    /// The code of a row's outcome, as SQL.
    fn action(&self) -> String {
        let codes = |wanted: fn(&Clause) -> bool, otherwise: i64| {
            let mut cases = String::new();
            for (index, clause) in self.clauses.iter().enumerate().filter(|(_, clause)| wanted(clause)) {
                let predicate =
                    clause.predicate().map_or_else(|| "true".to_owned(), |predicate| format!("({predicate})"));
                cases.push_str(&format!(" WHEN {predicate} THEN {}", index + 1));
            }
            if cases.is_empty() { otherwise.to_string() } else { format!("CASE{cases} ELSE {otherwise} END") }
        };
        let matched = codes(|clause| matches!(clause, Clause::Update { .. } | Clause::Delete { .. }), 0);
        let unmatched =
            codes(|clause| matches!(clause, Clause::UpdateUnmatched { .. } | Clause::DeleteUnmatched { .. }), 0);
        let new = codes(|clause| matches!(clause, Clause::Insert { .. }), SKIP);
        format!(
            "(CASE WHEN {EXISTS} IS NOT NULL AND {MATCHED} IS NOT NULL THEN {matched} \
             WHEN {EXISTS} IS NOT NULL THEN {unmatched} ELSE {new} END)"
        )
    }
}

impl Clause {
    fn predicate(&self) -> Option<&str> {
        match self {
            Self::Update { predicate, .. }
            | Self::Delete { predicate }
            | Self::Insert { predicate, .. }
            | Self::UpdateUnmatched { predicate, .. }
            | Self::DeleteUnmatched { predicate } => predicate.as_deref(),
        }
    }

    /// What the clause puts into a column, if anything.
    fn value(&self, column: &str) -> Option<String> {
        let among = |values: &[(String, String)]| {
            values.iter().find(|(name, _)| name == column).map(|(_, value)| value.clone())
        };
        match self {
            Self::Update { changes, .. } | Self::UpdateUnmatched { changes, .. } => among(changes),
            Self::Insert { values, .. } => Some(among(values).unwrap_or_else(|| "NULL".to_owned())),
            Self::Delete { .. } | Self::DeleteUnmatched { .. } => None,
        }
    }

    fn deletes(&self) -> bool {
        matches!(self, Self::Delete { .. } | Self::DeleteUnmatched { .. })
    }
}

/// Counts outcomes on their way, and takes out the rows that go.
struct Tally {
    columns: usize,
    deletes: Vec<bool>,
    /// Rows of the touched files, when every file tells and rows may join: each must come out once.
    expected: Option<u64>,
    existed: u64,
    changed: u64,
    schema: datafusion::arrow::datatypes::SchemaRef,
}

impl Tally {
    fn new(target: &Target, instructions: &Instructions, places: &[usize]) -> Self {
        let files = target.snapshot.files();
        let rows: Option<usize> = places.iter().map(|&place| files.get(place).and_then(|file| file.rows())).sum();
        Self {
            columns: target.snapshot.schema().fields().len(),
            deletes: instructions.clauses.iter().map(Clause::deletes).collect(),
            expected: rows.filter(|_| !instructions.only_inserts()).map(|rows| rows as u64),
            existed: 0,
            changed: 0,
            schema: Arc::clone(target.snapshot.schema()),
        }
    }

    fn take(&mut self, batch: &RecordBatch) -> Result<RecordBatch> {
        let fault = || Error::internal("the outcomes of a merge could not be told");
        let actions = batch.column(self.columns).as_primitive_opt::<Int64Type>().ok_or_else(fault)?;
        let existed = batch.column(self.columns + 1).as_boolean_opt().ok_or_else(fault)?;
        self.existed += existed.true_count() as u64;
        let mut keep = Vec::with_capacity(batch.num_rows());
        for row in 0..actions.len() {
            let code = actions.value(row);
            let deletes =
                usize::try_from(code - 1).is_ok_and(|clause| self.deletes.get(clause).copied().unwrap_or(false));
            self.changed += u64::from(code > 0);
            keep.push(code != SKIP && !deletes);
        }
        let rows = batch
            .project(&(0..self.columns).collect::<Vec<_>>())
            .and_then(|rows| filter_record_batch(&rows, &BooleanArray::from(keep)));
        rows.map_err(|source| fault().with_source(source))
    }

    /// The check at the end; an empty batch when all is well.
    fn finish(&self) -> Result<RecordBatch> {
        if self.expected.is_some_and(|expected| self.existed > expected) {
            return Err(Error::new(
                ErrorKind::CardinalityViolation,
                "a row of the target matches more than one row of the source",
            )
            .with_hint("make the source's rows unique by the columns of the condition"));
        }
        Ok(RecordBatch::new_empty(Arc::clone(&self.schema)))
    }
}

fn instructions(target: &Target, merge: &Merge) -> Result<Instructions> {
    let mut clauses = Vec::with_capacity(merge.clauses.len());
    for clause in &merge.clauses {
        clauses.push(instruction(target, clause)?);
    }
    Ok(Instructions { source: merge.source.to_string(), on: merge.on.to_string(), clauses })
}

fn instruction(target: &Target, clause: &ast::MergeClause) -> Result<Clause> {
    let predicate = clause.predicate.as_ref().map(ToString::to_string);
    let by_source = matches!(clause.clause_kind, MergeClauseKind::NotMatchedBySource);
    let by_target = matches!(clause.clause_kind, MergeClauseKind::NotMatched | MergeClauseKind::NotMatchedByTarget);
    match &clause.action {
        MergeAction::Update(update) if !by_target => {
            let changes = assignments(target, &update.assignments)?;
            Ok(match by_source {
                true => Clause::UpdateUnmatched { predicate, changes },
                false => Clause::Update { predicate, changes },
            })
        }
        MergeAction::Delete { .. } if !by_target => Ok(match by_source {
            true => Clause::DeleteUnmatched { predicate },
            false => Clause::Delete { predicate },
        }),
        MergeAction::Insert(insert) if by_target => {
            Ok(Clause::Insert { predicate, values: inserted(target, &insert.columns, &insert.kind)? })
        }
        other => Err(Error::new(ErrorKind::Syntax, format!("WHEN {} cannot {other}", clause.clause_kind))),
    }
}

/// The columns an INSERT clause fills, and the values as SQL.
fn inserted(target: &Target, columns: &[ast::ObjectName], kind: &MergeInsertKind) -> Result<Vec<(String, String)>> {
    let MergeInsertKind::Values(values) = kind else {
        return Err(
            Error::unsupported("INSERT ROW is not supported").with_hint("write INSERT (columns) VALUES (values)")
        );
    };
    let [row] = values.rows.as_slice() else {
        return Err(Error::new(ErrorKind::Syntax, "WHEN NOT MATCHED inserts one row"));
    };
    let fields = target.snapshot.schema().fields();
    let names: Vec<String> = match columns {
        [] => fields.iter().map(|field| field.name().clone()).collect(),
        some => some.iter().filter_map(|name| name.0.last()?.as_ident().map(identifier)).collect(),
    };
    if names.len() < row.content.len() || (!columns.is_empty() && names.len() != row.content.len()) {
        return Err(Error::new(
            ErrorKind::Syntax,
            format!("INSERT has {} columns and {} values", names.len(), row.content.len()),
        ));
    }
    if let Some(name) = names.iter().find(|name| !fields.iter().any(|field| field.name() == *name)) {
        return Err(Error::new(
            ErrorKind::UndefinedColumn,
            format!("column \"{name}\" of relation \"{}\" does not exist", target.name.name),
        ));
    }
    let mut filled: Vec<(String, String)> =
        names.into_iter().zip(&row.content).map(|(name, value)| (name, format!("({value})"))).collect();
    for (column, default) in &target.snapshot.declared().defaults {
        if !filled.iter().any(|(name, _)| name == column) {
            filled.push((column.clone(), default.clone()));
        }
    }
    Ok(filled)
}
