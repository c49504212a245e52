//! The streams of an operator: rows are collected, groups are seen, results go out batch by batch.
//!
//! Memory is reserved for what is held, before a batch is taken and again after. Between batches, and within a long
//! run of groups, the thread is let go, so that a query can be cancelled.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::arrow::array::{ArrayRef, AsArray, BinaryBuilder};
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::EmitTo;
use datafusion::physical_plan::aggregates::group_values::{GroupValues, new_group_values};
use datafusion::physical_plan::aggregates::order::GroupOrdering;
use datafusion::physical_plan::metrics::{BaselineMetrics, Count, ExecutionPlanMetricsSet, Gauge, MetricBuilder};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{StreamExt, TryStreamExt, stream};

use super::call::Planned;
use super::collect::{Collector, Grouped};
use super::result::{Output, Sink, Sources};
use super::rows::Group;
use super::{EachGroup, Fold, Run};
use crate::adapter::bytes::{Reader, Writer};

/// Rows of groups seen before the thread is let go.
const ROWS_BETWEEN_PAUSES: usize = 1 << 17;

/// Time spent on groups before the thread is let go: a forecast takes longer than its few rows tell.
const TIME_BETWEEN_PAUSES: Duration = Duration::from_millis(50);

/// Rows of sorted input collected before complete groups are seen.
const SORTED_ROWS: usize = 1 << 16;

/// What a stream is made of.
pub(super) struct Parts<'a> {
    pub call: Arc<Planned>,
    pub input_schema: SchemaRef,
    pub schema: SchemaRef,
    pub streams: Vec<SendableRecordBatchStream>,
    pub partition: usize,
    pub metrics: &'a ExecutionPlanMetricsSet,
}

/// What all stages count.
struct Counted {
    baseline: BaselineMetrics,
    groups: Count,
    memory: Gauge,
    reservation: MemoryReservation,
}

impl Counted {
    fn new(parts: &Parts<'_>, context: &TaskContext) -> Self {
        let consumer = MemoryConsumer::new(format!("{}[{}]", parts.call.name(), parts.partition));
        Self {
            baseline: BaselineMetrics::new(parts.metrics, parts.partition),
            groups: MetricBuilder::new(parts.metrics).counter("groups", parts.partition),
            memory: MetricBuilder::new(parts.metrics).gauge("peak_memory_bytes", parts.partition),
            reservation: consumer.register(context.memory_pool()),
        }
    }

    fn hold(&mut self, bytes: usize) -> Result<()> {
        self.memory.set_max(bytes);
        self.reservation.try_resize(bytes)
    }
}

/// Reads the inputs into a collector: all of them, or the first until complete groups are worth seeing.
struct Inputs {
    collector: Collector,
    streams: VecDeque<(usize, SendableRecordBatchStream)>,
}

impl Inputs {
    fn new(call: &Arc<Planned>, schema: &Schema, streams: Vec<SendableRecordBatchStream>, is_divisible: bool) -> Self {
        let collector = Collector::new(call, schema, is_divisible);
        Self { collector, streams: streams.into_iter().enumerate().collect() }
    }

    /// Reads until there are `enough` rows or no more.
    async fn read(&mut self, enough: usize, counted: &mut Counted) -> Result<()> {
        while let Some((input, stream)) = self.streams.front_mut() {
            match stream.next().await {
                Some(batch) => {
                    let batch = batch?;
                    let timer = counted.baseline.elapsed_compute().timer();
                    self.collector.push(*input, &batch)?;
                    timer.done();
                    counted.hold(self.collector.size())?;
                    if self.collector.rows() >= enough {
                        return Ok(());
                    }
                }
                None => {
                    // An input that was read to its end gives back what it holds.
                    self.streams.pop_front();
                }
            }
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.streams.is_empty()
    }
}

/// Rows of each group.
pub(super) fn groups(
    parts: Parts<'_>,
    context: &TaskContext,
    comes_in_groups: bool,
) -> Result<SendableRecordBatchStream> {
    let is_divisible = !comes_in_groups && !parts.call.bound.together;
    let state = GroupsState {
        function: seer(&parts.call)?,
        call: Arc::clone(&parts.call),
        output: Output::new(&parts.call),
        batch_rows: context.session_config().batch_size(),
        enough: if comes_in_groups { SORTED_ROWS } else { usize::MAX },
        seen: None,
        next: 0,
        shown: 0,
        division: 0,
        held: 0,
        counted: Counted::new(&parts, context),
        inputs: Inputs::new(&parts.call, &parts.input_schema, parts.streams, is_divisible),
    };
    let batches = stream::try_unfold(state, |mut state| async move {
        let batch = state.next_batch().await?;
        Ok(batch.map(|batch| (batch, state)))
    });
    Ok(Box::pin(RecordBatchStreamAdapter::new(parts.schema, batches)))
}

/// What sees the groups of a call.
fn seer(call: &Planned) -> Result<Box<dyn EachGroup>> {
    match &call.bound.run {
        Run::Groups(make) => Ok(make()),
        Run::Fold(_) => internal_err!("a fold does not see groups alone"),
    }
}

struct GroupsState {
    call: Arc<Planned>,
    function: Box<dyn EachGroup>,
    inputs: Inputs,
    /// The groups that are being seen, and the next of them.
    seen: Option<Grouped>,
    next: usize,
    /// How many of them the function may see: groups that are seen together were shown to it before.
    shown: usize,
    /// The next of the divisions that are shown.
    division: usize,
    /// The memory they hold.
    held: usize,
    output: Output,
    batch_rows: usize,
    enough: usize,
    counted: Counted,
}

impl GroupsState {
    async fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if self.seen.is_none() && !self.arrange().await? {
                self.counted.baseline.done();
                return Ok(None);
            }
            let is_last = self.see().await?;
            let Some(grouped) = &self.seen else { continue };
            let rows = self.output.rows();
            let batch = match rows {
                0 => None,
                _ => {
                    let timer = self.counted.baseline.elapsed_compute().timer();
                    let sources = Sources { keys: &grouped.keys, inputs: &grouped.inputs };
                    let batch = self.output.batch(&sources)?;
                    timer.done();
                    Some(batch)
                }
            };
            if is_last {
                self.seen = None;
                self.counted.hold(self.inputs.collector.size())?;
            }
            if let Some(batch) = batch {
                self.counted.baseline.record_output(batch.num_rows());
                return Ok(Some(batch));
            }
        }
    }

    /// Collects and arranges groups; false when there are no more.
    async fn arrange(&mut self) -> Result<bool> {
        loop {
            let enough = self.enough.saturating_add(self.inputs.collector.rows());
            self.inputs.read(enough, &mut self.counted).await?;
            let timer = self.counted.baseline.elapsed_compute().timer();
            self.held = self.inputs.collector.size();
            let grouped = match self.inputs.is_done() {
                true if self.inputs.collector.rows() == 0 => return Ok(false),
                true => Some(self.inputs.collector.take()?),
                // One group may be longer than what is enough: then more is read.
                false => self.inputs.collector.take_complete()?,
            };
            timer.done();
            if let Some(mut grouped) = grouped {
                (self.next, self.division) = (0, 0);
                self.shown = grouped.groups;
                if self.call.bound.together {
                    grouped.divide(self.call.dividing_keys())?;
                    self.shown = 0;
                }
                self.seen = Some(grouped);
                return Ok(true);
            }
        }
    }

    /// Shows the groups of the next division to a function of their own, and lets it work out what they depend on.
    async fn prepare(&mut self) -> Result<()> {
        let Some(grouped) = &self.seen else { return Ok(()) };
        let Some(divisions) = &grouped.divisions else { return Ok(()) };
        let places = divisions.range_of(self.division);
        self.division += 1;
        self.shown = places.end;
        self.function = seer(&self.call)?;
        let mut rows = 0;
        let elapsed = self.counted.baseline.elapsed_compute().clone();
        let mut timer = elapsed.timer();
        for code in &divisions.rows()[places] {
            self.function.prepare(&Group::new(*code, grouped))?;
            rows += length(grouped, *code);
            if rows >= ROWS_BETWEEN_PAUSES {
                rows = 0;
                timer.stop();
                self.counted.hold(self.held + grouped.order_bytes() + self.function.heap_bytes())?;
                tokio::task::yield_now().await;
                timer.restart();
            }
        }
        timer.stop();
        loop {
            self.counted.hold(self.held + grouped.order_bytes() + self.function.heap_bytes())?;
            timer.restart();
            let goes_on = self.function.work()?;
            timer.stop();
            if !goes_on {
                break;
            }
            tokio::task::yield_now().await;
        }
        self.counted.hold(self.held + grouped.order_bytes() + self.function.heap_bytes())
    }

    /// Sees groups until there is a batch of rows; true when it has seen the last.
    async fn see(&mut self) -> Result<bool> {
        let mut rows = 0;
        loop {
            if self.next == self.shown && self.seen.as_ref().is_some_and(|grouped| self.next < grouped.groups) {
                self.prepare().await?;
            }
            let Some(grouped) = &self.seen else { return Ok(true) };
            if self.next >= grouped.groups {
                return Ok(true);
            }
            let timer = self.counted.baseline.elapsed_compute().timer();
            let started = Instant::now();
            let goes_on = |rows| rows < ROWS_BETWEEN_PAUSES && started.elapsed() < TIME_BETWEEN_PAUSES;
            while self.next < self.shown && goes_on(rows) && self.output.rows() < self.batch_rows {
                let code = match &grouped.divisions {
                    Some(divisions) => divisions.rows()[self.next],
                    None => self.next as u32,
                };
                self.next += 1;
                let length = length(grouped, code);
                // A group without rows is one whose rows are still to come.
                if length == 0 {
                    continue;
                }
                rows += length;
                self.counted.groups.add(1);
                let group = Group::new(code, grouped);
                self.function.group(&group, &mut Sink::new(&mut self.output, code))?;
            }
            timer.done();
            if self.output.rows() >= self.batch_rows {
                let beside = grouped.order_bytes() + self.function.heap_bytes();
                self.counted.hold(self.held + beside + self.output.size())?;
                return Ok(self.next >= grouped.groups);
            }
            rows = 0;
            tokio::task::yield_now().await;
        }
    }
}

/// How many rows a group has, in all inputs.
fn length(grouped: &Grouped, code: u32) -> usize {
    grouped.inputs.iter().map(|input| input.groups.range_of(code as usize).len()).sum()
}

/// A state for each value of the `by` columns.
pub(super) fn fold(parts: Parts<'_>, context: &TaskContext) -> Result<SendableRecordBatchStream> {
    let mut counted = Counted::new(&parts, context);
    let mut inputs = Inputs::new(&parts.call, &parts.input_schema, parts.streams, true);
    let (call, schema) = (Arc::clone(&parts.call), Arc::clone(&parts.schema));
    let batches = stream::once(async move {
        inputs.read(usize::MAX, &mut counted).await?;
        let mut states = States::new(Arc::clone(&call), &schema)?;
        let mut rows = 0;
        while inputs.collector.rows() > 0 {
            let timer = counted.baseline.elapsed_compute().timer();
            let held = inputs.collector.size();
            let grouped = inputs.collector.take()?;
            timer.done();
            let divisions = states.divisions(&grouped)?;
            for code in 0..grouped.groups {
                let group = Group::new(code as u32, &grouped);
                states.folds[divisions[code]].group(&group)?;
                counted.groups.add(1);
                rows += grouped.inputs.iter().map(|input| input.groups.range_of(code).len()).sum::<usize>();
                if rows >= ROWS_BETWEEN_PAUSES {
                    rows = 0;
                    counted.hold(held + states.size())?;
                    tokio::task::yield_now().await;
                }
            }
        }
        counted.hold(states.size())?;
        let batch = states.batch(&schema)?;
        counted.baseline.record_output(batch.num_rows());
        counted.baseline.done();
        Ok(batch)
    });
    Ok(Box::pin(RecordBatchStreamAdapter::new(parts.schema, batches)))
}

/// Rows of the merged states.
pub(super) fn merge(parts: Parts<'_>, context: &TaskContext) -> Result<SendableRecordBatchStream> {
    let mut counted = Counted::new(&parts, context);
    let (call, input_schema) = (Arc::clone(&parts.call), Arc::clone(&parts.input_schema));
    let mut states_in = stream::iter(parts.streams).flatten();
    let batches = stream::once(async move {
        let mut states = States::new(Arc::clone(&call), &input_schema)?;
        while let Some(batch) = states_in.try_next().await? {
            states.merge(&batch)?;
            counted.hold(states.size())?;
        }
        let mut output = Output::new(&call);
        // Without `by` columns there is one result, even of no rows.
        if call.by == 0 && states.folds.is_empty() {
            states.reach(1)?;
        }
        let keys = states.keys()?;
        for (code, fold) in (0..).zip(&mut states.folds) {
            fold.finish(&mut Sink::new(&mut output, code))?;
        }
        counted.hold(states.size() + output.size())?;
        let batch = output.batch(&Sources { keys: &keys, inputs: &[] })?;
        counted.baseline.record_output(batch.num_rows());
        counted.baseline.done();
        Ok(batch)
    });
    Ok(Box::pin(RecordBatchStreamAdapter::new(parts.schema, batches)))
}

/// The folds of the values of the `by` columns.
struct States {
    call: Arc<Planned>,
    by: Option<Box<dyn GroupValues>>,
    folds: Vec<Box<dyn Fold>>,
}

impl States {
    /// No folds; `schema` begins with the `by` columns.
    fn new(call: Arc<Planned>, schema: &Schema) -> Result<Self> {
        let fields: Vec<_> = schema.fields().iter().take(call.by).cloned().collect();
        let by = match fields.is_empty() {
            true => None,
            false => Some(new_group_values(Arc::new(Schema::new(fields)), &GroupOrdering::None)?),
        };
        Ok(Self { call, by, folds: Vec::new() })
    }

    fn reach(&mut self, folds: usize) -> Result<()> {
        let Run::Fold(make) = &self.call.bound.run else { return internal_err!("groups alone do not fold") };
        while self.folds.len() < folds {
            self.folds.push(make());
        }
        Ok(())
    }

    /// The fold of each row of `by` columns.
    fn codes(&mut self, by: &[ArrayRef], rows: usize) -> Result<Vec<usize>> {
        let mut codes = vec![0; rows];
        let folds = match &mut self.by {
            Some(values) => {
                values.intern(by, &mut codes)?;
                values.len()
            }
            None => usize::from(rows > 0),
        };
        self.reach(folds)?;
        Ok(codes)
    }

    /// The fold of each group.
    fn divisions(&mut self, grouped: &Grouped) -> Result<Vec<usize>> {
        let by = self.call.by;
        self.codes(&grouped.keys[..by], grouped.groups)
    }

    fn merge(&mut self, batch: &RecordBatch) -> Result<()> {
        let by = self.call.by;
        let codes = self.codes(&batch.columns()[..by], batch.num_rows())?;
        let Some(states) = batch.column(by).as_binary_opt::<i32>() else {
            return internal_err!("{} merges something that is no state", self.call.name());
        };
        for (row, code) in codes.into_iter().enumerate() {
            self.folds[code].merge(&mut Reader::new(states.value(row))?)?;
        }
        Ok(())
    }

    fn keys(&mut self) -> Result<Vec<ArrayRef>> {
        match &mut self.by {
            Some(values) => values.emit(EmitTo::All),
            None => Ok(Vec::new()),
        }
    }

    fn batch(mut self, schema: &SchemaRef) -> Result<RecordBatch> {
        let mut columns = self.keys()?;
        let mut states = BinaryBuilder::new();
        let mut bytes = Vec::new();
        for fold in &self.folds {
            let mut writer = Writer::new(std::mem::take(&mut bytes));
            fold.save(&mut writer);
            bytes = writer.finish();
            states.append_value(&bytes);
        }
        columns.push(Arc::new(states.finish()));
        Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
    }

    fn size(&self) -> usize {
        let folds: usize = self.folds.iter().map(|fold| fold.heap_bytes()).sum();
        folds + self.by.as_ref().map_or(0, |values| values.size())
    }
}
