//! A piece of a plan that groups rows by the same keys throughout, and the steps it consists of.
//!
//! From the bottom: a sort by the partition keys and more, then window functions, projections and further sorts
//! inside the same partitions. Expressions of the steps read only the columns that are gathered.

use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::error::Result;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::windows::{BoundedWindowAggExec, WindowAggExec, WindowExpr};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, InputOrderMode};

use super::function::Function;
use super::order::is_ordered;
use super::partition::is_partitionable;
use super::recognise::recognise;

/// What is to be done with the rows below the piece.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    /// The keys that rows are grouped by, in the order in which partitions are wanted; they read the input.
    pub(super) partition_by: Vec<PhysicalSortExpr>,
    /// The keys that rows of a partition are ordered by; they read the input.
    pub(super) order_by: Vec<PhysicalSortExpr>,
    /// The columns of the input that `order_by` reads, and `order_by` as it reads them alone.
    pub(super) key_columns: Vec<usize>,
    pub(super) keys: Vec<PhysicalSortExpr>,
    pub(super) key_schema: SchemaRef,
    /// The columns of the input that the steps read.
    pub(super) columns: Vec<usize>,
    pub(super) schema: SchemaRef,
    pub(super) steps: Vec<Step>,
    /// The nodes of the piece from the bottom: the plan that does the same by sorting.
    pub(super) nodes: Vec<Arc<dyn ExecutionPlan>>,
}

/// One step over ordered rows of whole partitions.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// Adds the results of functions, whose peers are equal in `order_by`.
    Window { functions: Vec<Function>, order_by: Vec<Arc<dyn PhysicalExpr>>, schema: SchemaRef },
    /// Replaces all columns.
    Project { expressions: Vec<Arc<dyn PhysicalExpr>>, schema: SchemaRef },
    /// Puts the rows of each partition into another order.
    Sort(Vec<PhysicalSortExpr>),
}

impl Chain {
    /// The longest chain that ends with `top`, and the input below it.
    pub(super) fn ending_with(top: &Arc<dyn ExecutionPlan>) -> Option<(Self, Arc<dyn ExecutionPlan>)> {
        let mut nodes = Vec::new();
        let mut sorts = Vec::new();
        let mut node = top;
        loop {
            if let Some(sort) = node.downcast_ref::<SortExec>() {
                nodes.push(Arc::clone(node));
                sorts.push(nodes.len());
                node = sort.input();
            } else if let Some(projection) = node.downcast_ref::<ProjectionExec>() {
                nodes.push(Arc::clone(node));
                node = projection.input();
            } else if window_of(node).is_some() {
                nodes.push(Arc::clone(node));
                node = node.children().first().copied()?;
            } else {
                break;
            }
        }
        sorts.into_iter().rev().find_map(|end| {
            let mut nodes = nodes[..end].to_vec();
            nodes.reverse();
            Self::of(nodes)
        })
    }

    /// `nodes` from the bottom, of which the first is a sort.
    fn of(nodes: Vec<Arc<dyn ExecutionPlan>>) -> Option<(Self, Arc<dyn ExecutionPlan>)> {
        let bottom = Arc::clone(nodes.first()?);
        let sort = bottom.downcast_ref::<SortExec>()?;
        let input = Arc::clone(sort.input());
        if sort.fetch().is_some()
            || !(sort.preserve_partitioning() || input.output_partitioning().partition_count() == 1)
            || input.boundedness().is_unbounded()
        {
            return None;
        }
        let (first, _) = nodes.iter().find_map(window_of)?;
        let keys = first.first()?.partition_by().to_vec();
        let (partition_by, order_by) = sort.expr().split_at_checked(keys.len())?;
        let input_schema = input.schema();
        let mut piece = Piece::new(partition_by, &input_schema);
        if !piece.partitions_by(&keys)
            || !all_types(partition_by, &input_schema, is_partitionable)
            || !all_types(order_by, &input_schema, is_ordered)
        {
            return None;
        }
        for node in &nodes[1..] {
            piece.add(node)?;
        }
        // A piece that ends with a sort or has no function is better left as it is.
        if !matches!(piece.steps.last(), Some(Step::Window { .. } | Step::Project { .. })) {
            return None;
        }
        let chain = piece.finish(order_by, nodes)?;
        Some((chain, input))
    }

    /// The names of the functions, for EXPLAIN.
    pub(super) fn function_names(&self) -> impl Iterator<Item = &str> {
        self.steps
            .iter()
            .flat_map(|step| match step {
                Step::Window { functions, .. } => functions.as_slice(),
                Step::Project { .. } | Step::Sort(_) => &[],
            })
            .map(|function| function.field.name().as_str())
    }
}

/// A chain while it is put together from below.
struct Piece<'a> {
    partition_by: &'a [PhysicalSortExpr],
    input_schema: &'a SchemaRef,
    steps: Vec<Step>,
    /// What each present column is in terms of the input; `None` for what depends on a window function.
    origins: Vec<Option<Arc<dyn PhysicalExpr>>>,
}

impl<'a> Piece<'a> {
    fn new(partition_by: &'a [PhysicalSortExpr], input_schema: &'a SchemaRef) -> Self {
        let column = |(index, field): (usize, &Arc<arrow::datatypes::Field>)| {
            Some(Arc::new(Column::new(field.name(), index)) as Arc<dyn PhysicalExpr>)
        };
        let origins = input_schema.fields().iter().enumerate().map(column).collect();
        Self { partition_by, input_schema, steps: Vec::new(), origins }
    }

    fn add(&mut self, node: &Arc<dyn ExecutionPlan>) -> Option<()> {
        if let Some(sort) = node.downcast_ref::<SortExec>() {
            let (partition_by, order_by) = sort.expr().split_at_checked(self.partition_by.len())?;
            let is_same = partition_by.iter().zip(self.partition_by).all(|(key, partition)| {
                key.options == partition.options && self.origin(&key.expr).as_ref() == Some(&partition.expr)
            });
            let schema = sort.input().schema();
            if !is_same || sort.fetch().is_some() || !all_types(order_by, &schema, is_ordered) {
                return None;
            }
            self.steps.push(Step::Sort(order_by.to_vec()));
        } else if let Some(projection) = node.downcast_ref::<ProjectionExec>() {
            let expressions: Vec<_> = projection.expr().iter().map(|column| Arc::clone(&column.expr)).collect();
            self.origins = expressions.iter().map(|expression| self.origin(expression)).collect();
            self.steps.push(Step::Project { expressions, schema: projection.schema() });
        } else {
            let (expressions, schema) = window_of(node)?;
            let input = node.children().first()?.schema();
            let order_by = expressions.first()?.order_by();
            let mut functions = Vec::with_capacity(expressions.len());
            for expression in expressions {
                if !self.partitions_by(expression.partition_by()) || expression.order_by() != order_by {
                    return None;
                }
                functions.push(recognise(expression.as_ref(), &input)?);
                self.origins.push(None);
            }
            let needs_peers = functions.iter().any(Function::needs_peers);
            if !all_types(order_by, &input, is_ordered) {
                return None;
            }
            let order_by = match needs_peers {
                true => order_by.iter().map(|key| Arc::clone(&key.expr)).collect(),
                false => Vec::new(),
            };
            self.steps.push(Step::Window { functions, order_by, schema });
        }
        Some(())
    }

    /// An expression in terms of the input.
    fn origin(&self, expression: &Arc<dyn PhysicalExpr>) -> Option<Arc<dyn PhysicalExpr>> {
        let mut is_known = true;
        let origin = Arc::clone(expression).transform_up(|node| {
            let Some(column) = node.downcast_ref::<Column>() else { return Ok(Transformed::no(node)) };
            match self.origins.get(column.index()) {
                Some(Some(origin)) => Ok(Transformed::yes(Arc::clone(origin))),
                _ => {
                    is_known = false;
                    Ok(Transformed::no(node))
                }
            }
        });
        origin.data().ok().filter(|_| is_known)
    }

    /// Whether partitions are the same by these keys.
    fn partitions_by(&self, keys: &[Arc<dyn PhysicalExpr>]) -> bool {
        let origins: Option<Vec<_>> = keys.iter().map(|key| self.origin(key)).collect();
        origins.is_some_and(|origins| {
            !origins.is_empty()
                && origins.len() == self.partition_by.len()
                && origins.iter().all(|key| self.partition_by.iter().any(|partition| partition.expr.eq(key)))
                && self.partition_by.iter().all(|partition| origins.contains(&partition.expr))
        })
    }

    fn finish(mut self, order_by: &[PhysicalSortExpr], nodes: Vec<Arc<dyn ExecutionPlan>>) -> Option<Chain> {
        let mut keys = order_by.to_vec();
        let key_columns = Reading::of(keys.iter().map(|key| &key.expr));
        for key in &mut keys {
            key.expr = key_columns.narrow(&key.expr, self.input_schema.fields().len()).ok()?;
        }
        // Up to the first projection columns have the places they have in the input, after it their own.
        let end = self.steps.iter().position(|step| matches!(step, Step::Project { .. }));
        let columns = match end {
            Some(end) => {
                let columns = Reading::of(self.steps[..=end].iter().flat_map(Step::expressions))
                    .up_to(self.input_schema.fields().len());
                for step in &mut self.steps[..=end] {
                    step.narrow(&columns, self.input_schema.fields().len()).ok()?;
                }
                columns
            }
            None => Reading { columns: (0..self.input_schema.fields().len()).collect() },
        };
        Some(Chain {
            partition_by: self.partition_by.to_vec(),
            order_by: order_by.to_vec(),
            key_schema: Arc::new(self.input_schema.project(&key_columns.columns).ok()?),
            key_columns: key_columns.columns,
            keys,
            schema: Arc::new(self.input_schema.project(&columns.columns).ok()?),
            columns: columns.columns,
            steps: self.steps,
            nodes,
        })
    }
}

impl Step {
    fn expressions(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        match self {
            Self::Window { functions, order_by, .. } => {
                functions.iter().flat_map(|function| &function.arguments).chain(order_by).collect()
            }
            Self::Project { expressions, .. } => expressions.iter().collect(),
            Self::Sort(keys) => keys.iter().map(|key| &key.expr).collect(),
        }
    }

    /// Reads `columns` of an input of so many columns, and after them what window functions added.
    fn narrow(&mut self, columns: &Reading, input_width: usize) -> Result<()> {
        let narrow = |expression: &mut Arc<dyn PhysicalExpr>| -> Result<()> {
            *expression = columns.narrow(expression, input_width)?;
            Ok(())
        };
        match self {
            Self::Window { functions, order_by, schema } => {
                functions.iter_mut().flat_map(|function| &mut function.arguments).try_for_each(narrow)?;
                order_by.iter_mut().try_for_each(narrow)?;
                let added = input_width..schema.fields().len();
                let kept: Vec<usize> = columns.columns.iter().copied().chain(added).collect();
                *schema = Arc::new(schema.project(&kept)?);
                Ok(())
            }
            Self::Project { expressions, .. } => expressions.iter_mut().try_for_each(narrow),
            Self::Sort(keys) => keys.iter_mut().map(|key| &mut key.expr).try_for_each(narrow),
        }
    }
}

/// The columns that some expressions read, in ascending order.
struct Reading {
    columns: Vec<usize>,
}

impl Reading {
    fn of<'e>(expressions: impl IntoIterator<Item = &'e Arc<dyn PhysicalExpr>>) -> Self {
        let mut columns = Vec::new();
        for expression in expressions {
            // The visit cannot fail: its closure does not.
            let _ = expression.apply(|node| {
                if let Some(column) = node.downcast_ref::<Column>() {
                    columns.push(column.index());
                }
                Ok(TreeNodeRecursion::Continue)
            });
        }
        columns.sort_unstable();
        columns.dedup();
        Self { columns }
    }

    /// Those of an input of so many columns.
    fn up_to(mut self, width: usize) -> Self {
        self.columns.retain(|column| *column < width);
        self
    }

    /// The expression as it reads these columns alone, followed by what was after the `width` columns of the input.
    fn narrow(&self, expression: &Arc<dyn PhysicalExpr>, width: usize) -> Result<Arc<dyn PhysicalExpr>> {
        let narrowed = Arc::clone(expression).transform_up(|node| {
            let Some(column) = node.downcast_ref::<Column>() else { return Ok(Transformed::no(node)) };
            let index = match column.index().checked_sub(width) {
                Some(added) => self.columns.len() + added,
                None => self.columns.partition_point(|kept| *kept < column.index()),
            };
            Ok(Transformed::yes(Arc::new(Column::new(column.name(), index)) as Arc<dyn PhysicalExpr>))
        });
        narrowed.data()
    }
}

/// The expressions of a window node over sorted rows, and its schema.
fn window_of(node: &Arc<dyn ExecutionPlan>) -> Option<(&[Arc<dyn WindowExpr>], SchemaRef)> {
    if let Some(window) = node.downcast_ref::<WindowAggExec>() {
        return Some((window.window_expr(), window.schema()));
    }
    let window = node.downcast_ref::<BoundedWindowAggExec>()?;
    (window.input_order_mode == InputOrderMode::Sorted).then(|| (window.window_expr(), window.schema()))
}

fn all_types(
    keys: &[PhysicalSortExpr],
    schema: &Schema,
    is_known: impl Fn(&arrow::datatypes::DataType) -> bool,
) -> bool {
    keys.iter().all(|key| key.expr.data_type(schema).is_ok_and(|data_type| is_known(&data_type)))
}
