//! A subquery with the combinations of outer columns it refers to as one more input.

use std::sync::Arc;

use datafusion::catalog::cte_worktable::CteWorkTable;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchema, NullEquality, Result, ScalarValue, not_impl_err};
use datafusion::datasource::provider_as_source;
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::expr::{AggregateFunction, Sort, WindowFunction, WindowFunctionDefinition};
use datafusion::logical_expr::{
    Aggregate, Distinct, EmptyRelation, Expr, ExprFunctionExt, ExprSchemable, FetchType, JoinType, Limit, LogicalPlan,
    LogicalPlanBuilder, RecursiveQuery, SkipType, Values, col, lit,
};

/// The combinations of outer columns a subquery is asked for.
pub(super) struct Domain {
    /// The columns, as the query around calls them.
    pub outer: Vec<Column>,
    /// Their distinct combinations.
    plan: LogicalPlan,
}

impl Domain {
    /// The domain of a subquery over the input of the query around it; `None` where it refers to others as well.
    pub(super) fn of(input: &LogicalPlan, subquery: &LogicalPlan, numbers: &mut usize) -> Result<Option<Self>> {
        let outer = outer_columns(subquery)?;
        if outer.is_empty() || !outer.iter().all(|column| input.schema().has_column(column)) {
            return Ok(None);
        }
        *numbers += 1;
        let keys = outer
            .iter()
            .enumerate()
            .map(|(place, column)| Expr::Column(column.clone()).alias(format!("__outer_{numbers}_{place}")));
        let plan = LogicalPlanBuilder::from(input.clone()).project(keys)?.distinct()?.build()?;
        Ok(Some(Self { outer, plan }))
    }
}

/// The columns of the query around that a plan refers to, its own subqueries included.
pub(super) fn outer_columns(plan: &LogicalPlan) -> Result<Vec<Column>> {
    let mut columns = Vec::new();
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expression| {
            expression.apply(|expression| {
                if let Expr::OuterReferenceColumn(_, column) = expression
                    && !columns.contains(column)
                {
                    columns.push(column.clone());
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(columns)
}

/// A plan that has the outer columns among its own.
pub(super) struct Pushed {
    pub plan: LogicalPlan,
    /// Where they are, in the order of the domain's.
    pub keys: Vec<Column>,
}

pub(super) struct Push<'a> {
    domain: &'a Domain,
    numbers: &'a mut usize,
    /// What recursive queries around read of themselves: by name, the rows so far and where the outer columns are.
    recursive: Vec<(String, LogicalPlan, Vec<Column>)>,
}

impl<'a> Push<'a> {
    pub(super) fn new(domain: &'a Domain, numbers: &'a mut usize) -> Self {
        Self { domain, numbers, recursive: Vec::new() }
    }

    /// The plan for all combinations at once.
    pub(super) fn plan(&mut self, plan: LogicalPlan) -> Result<Pushed> {
        if !self.refers(&plan)? {
            return self.crossed(plan);
        }
        match plan {
            LogicalPlan::TableScan(scan) => match self.rows_so_far(scan.table_name.table()) {
                Some((_, rows, keys)) => Ok(Pushed { plan: rows.clone(), keys: keys.clone() }),
                None => self.crossed(LogicalPlan::TableScan(scan)),
            },
            LogicalPlan::RecursiveQuery(query) => self.recursive(query),
            LogicalPlan::Projection(projection) => {
                let input = self.plan(Arc::unwrap_or_clone(projection.input))?;
                let mut columns = Vec::with_capacity(projection.expr.len() + input.keys.len());
                for (expression, (qualifier, field)) in projection.expr.into_iter().zip(projection.schema.iter()) {
                    let is_column = matches!(expression, Expr::Column(_));
                    let inner = self.inner(expression, &input.keys)?;
                    // What refers to an outer column has another name now; the query above knows the old one.
                    let named = match inner {
                        Expr::Column(_) if is_column => inner,
                        inner => inner.unalias().alias_qualified(qualifier.cloned(), field.name()),
                    };
                    columns.push(named);
                }
                columns.extend(input.keys.iter().cloned().map(Expr::Column));
                let plan = LogicalPlanBuilder::from(input.plan).project(columns)?.build()?;
                Ok(Pushed { plan, keys: input.keys })
            }
            LogicalPlan::Filter(filter) => {
                let input = self.plan(Arc::unwrap_or_clone(filter.input))?;
                let predicate = self.inner(filter.predicate, &input.keys)?;
                let plan = LogicalPlanBuilder::from(input.plan).filter(predicate)?.build()?;
                Ok(Pushed { plan, keys: input.keys })
            }
            LogicalPlan::SubqueryAlias(alias) => {
                let input = self.plan(Arc::unwrap_or_clone(alias.input))?;
                let keys = input.keys.into_iter().map(|key| Column::new(Some(alias.alias.clone()), key.name)).collect();
                let plan = LogicalPlanBuilder::from(input.plan).alias(alias.alias)?.build()?;
                Ok(Pushed { plan, keys })
            }
            LogicalPlan::Subquery(subquery) => self.plan(Arc::unwrap_or_clone(subquery.subquery)),
            LogicalPlan::Aggregate(aggregate) => self.aggregate(aggregate),
            LogicalPlan::Distinct(Distinct::All(input)) => {
                let input = self.plan(Arc::unwrap_or_clone(input))?;
                let plan = LogicalPlanBuilder::from(input.plan).distinct()?.build()?;
                Ok(Pushed { plan, keys: input.keys })
            }
            LogicalPlan::Sort(sort) if sort.fetch.is_none() => {
                let input = self.plan(Arc::unwrap_or_clone(sort.input))?;
                let keys = self.sort_keys(sort.expr, &input.keys)?;
                let plan = LogicalPlanBuilder::from(input.plan).sort(keys)?.build()?;
                Ok(Pushed { plan, keys: input.keys })
            }
            LogicalPlan::Limit(limit) => self.limit(limit),
            LogicalPlan::Union(union) => {
                let mut branches = Vec::with_capacity(union.inputs.len());
                let count = union.schema.fields().len();
                for input in union.inputs {
                    let input = self.plan(Arc::unwrap_or_clone(input))?;
                    branches.push(keys_last(input, count)?);
                }
                united(branches, count)
            }
            LogicalPlan::Values(values) => self.values(values),
            LogicalPlan::Window(window) => {
                let input = self.plan(Arc::unwrap_or_clone(window.input))?;
                let windows = window
                    .window_expr
                    .into_iter()
                    .map(|expression| Ok(partitioned(self.inner(expression, &input.keys)?, &input.keys)))
                    .collect::<Result<Vec<_>>>()?;
                let plan = LogicalPlanBuilder::from(input.plan).window(windows)?.build()?;
                Ok(Pushed { plan, keys: input.keys })
            }
            LogicalPlan::Unnest(unnest) => {
                let input = self.plan(Arc::unwrap_or_clone(unnest.input))?;
                let plan = LogicalPlanBuilder::from(input.plan)
                    .unnest_columns_with_options(unnest.exec_columns, unnest.options)?
                    .build()?;
                Ok(Pushed { plan, keys: input.keys })
            }
            LogicalPlan::Join(join) => self.join(join),
            other => not_impl_err!("a subquery refers to the query around it inside of {}", other.display()),
        }
    }

    /// Whether a plan is another one for each combination of the outer columns.
    fn refers(&self, plan: &LogicalPlan) -> Result<bool> {
        if !outer_columns(plan)?.is_empty() {
            return Ok(true);
        }
        plan.exists(|node| {
            Ok(matches!(node, LogicalPlan::TableScan(scan) if self.rows_so_far(scan.table_name.table()).is_some()))
        })
    }

    fn rows_so_far(&self, name: &str) -> Option<&(String, LogicalPlan, Vec<Column>)> {
        self.recursive.iter().rev().find(|(known, ..)| known == name)
    }

    /// A recursive query carries the outer columns from round to round.
    fn recursive(&mut self, query: RecursiveQuery) -> Result<Pushed> {
        let count = query.static_term.schema().fields().len();
        let start = self.plan(Arc::unwrap_or_clone(query.static_term))?;
        let start = keys_last(start, count)?;
        let rows = CteWorkTable::new(&query.name, Arc::new(start.schema().as_arrow().clone()));
        let rows = LogicalPlanBuilder::scan(query.name.as_str(), provider_as_source(Arc::new(rows)), None)?.build()?;
        let keys = rows.schema().columns().split_off(count);
        self.recursive.push((query.name.clone(), rows, keys));
        let round = self.plan(Arc::unwrap_or_clone(query.recursive_term));
        self.recursive.pop();
        let round = keys_last(round?, count)?;
        let plan = LogicalPlanBuilder::from(start).to_recursive_query(query.name, round, query.is_distinct)?.build()?;
        let keys = plan.schema().columns().split_off(count);
        Ok(Pushed { plan, keys })
    }

    /// What does not refer to outer columns is the same for each of their combinations.
    fn crossed(&mut self, plan: LogicalPlan) -> Result<Pushed> {
        *self.numbers += 1;
        let table = format!("__domain_{}", self.numbers);
        let domain = LogicalPlanBuilder::from(self.domain.plan.clone()).alias(table.as_str())?.build()?;
        let keys = domain.schema().columns();
        if let LogicalPlan::EmptyRelation(empty) = &plan
            && empty.produce_one_row
        {
            return Ok(Pushed { plan: domain, keys });
        }
        let plan = LogicalPlanBuilder::from(plan).cross_join(domain)?.build()?;
        Ok(Pushed { plan, keys })
    }

    /// Each row of values is one of every combination.
    fn values(&mut self, values: Values) -> Result<Pushed> {
        let mut branches = Vec::with_capacity(values.values.len());
        let count = values.schema.fields().len();
        for row in values.values {
            let empty = EmptyRelation { produce_one_row: true, schema: Arc::new(DFSchema::empty()) };
            let one = self.crossed(LogicalPlan::EmptyRelation(empty))?;
            let mut columns = Vec::with_capacity(count + one.keys.len());
            for (value, field) in row.into_iter().zip(values.schema.fields()) {
                let value = self.inner(value, &one.keys)?.cast_to(field.data_type(), one.plan.schema().as_ref())?;
                columns.push(value.alias(field.name()));
            }
            columns.extend(one.keys.into_iter().map(Expr::Column));
            branches.push(LogicalPlanBuilder::from(one.plan).project(columns)?.build()?);
        }
        united(branches, count)
    }

    fn aggregate(&mut self, aggregate: Aggregate) -> Result<Pushed> {
        let input = self.plan(Arc::unwrap_or_clone(aggregate.input))?;
        let is_one_row = aggregate.group_expr.is_empty();
        let mut groups = Vec::with_capacity(aggregate.group_expr.len() + input.keys.len());
        groups.extend(input.keys.iter().cloned().map(Expr::Column));
        for group in aggregate.group_expr {
            if matches!(group, Expr::GroupingSet(_)) {
                return not_impl_err!("a subquery with grouping sets refers to the query around it");
            }
            groups.push(self.inner(group, &input.keys)?);
        }
        let mut empty = Vec::with_capacity(aggregate.aggr_expr.len());
        let mut aggregates = Vec::with_capacity(aggregate.aggr_expr.len());
        let columns = aggregate.schema.columns();
        let first = columns.len() - aggregate.aggr_expr.len();
        for (expression, column) in aggregate.aggr_expr.into_iter().zip(&columns[first..]) {
            let expression = self.inner(expression, &input.keys)?;
            empty.push(value_of_nothing(&expression, &input.plan)?);
            aggregates.push(expression.unalias().alias_qualified(column.relation.clone(), &column.name));
        }
        let keys = input.keys;
        let grouped = LogicalPlanBuilder::from(input.plan).aggregate(groups, aggregates)?.build()?;
        if !is_one_row {
            return Ok(Pushed { plan: grouped, keys });
        }
        // Without rows there is no group, and still one result: a combination without rows gets it here.
        *self.numbers += 1;
        let table = format!("__domain_{}", self.numbers);
        let domain = LogicalPlanBuilder::from(self.domain.plan.clone()).alias(table.as_str())?.build()?;
        let all = domain.schema().columns();
        let joined = LogicalPlanBuilder::from(domain).join_detailed(
            grouped,
            JoinType::Left,
            (all.clone(), keys),
            None,
            NullEquality::NullEqualsNull,
        )?;
        let mut results: Vec<Expr> = Vec::with_capacity(columns.len() + all.len());
        for (column, nothing) in columns[first..].iter().zip(empty) {
            let found = Expr::Column(column.clone());
            results.push(match nothing {
                Some(nothing) => datafusion::functions::expr_fn::coalesce(vec![found, nothing])
                    .alias_qualified(column.relation.clone(), &column.name),
                None => found,
            });
        }
        results.extend(all.iter().cloned().map(Expr::Column));
        Ok(Pushed { plan: joined.project(results)?.build()?, keys: all })
    }

    /// So many rows of each combination.
    fn limit(&mut self, mut limit: Limit) -> Result<Pushed> {
        // The order may stand below: a projection leaves out what was sorted by and not selected.
        match Arc::unwrap_or_clone(limit.input) {
            LogicalPlan::Projection(mut projection) => {
                limit.input = projection.input;
                projection.input = Arc::new(LogicalPlan::Limit(limit));
                return self.plan(LogicalPlan::Projection(projection));
            }
            LogicalPlan::SubqueryAlias(mut alias) => {
                limit.input = alias.input;
                alias.input = Arc::new(LogicalPlan::Limit(limit));
                return self.plan(LogicalPlan::SubqueryAlias(alias));
            }
            other => limit.input = Arc::new(other),
        }
        let (FetchType::Literal(fetch), SkipType::Literal(skip)) = (limit.get_fetch_type()?, limit.get_skip_type()?)
        else {
            return not_impl_err!("a subquery with a computed limit refers to the query around it");
        };
        let (input, order) = match Arc::unwrap_or_clone(limit.input) {
            LogicalPlan::Sort(sort) => (Arc::unwrap_or_clone(sort.input), sort.expr),
            other => (other, Vec::new()),
        };
        let columns = input.schema().columns();
        let input = self.plan(input)?;
        let order = self.sort_keys(order, &input.keys)?;
        *self.numbers += 1;
        let place = format!("__place_{}", self.numbers);
        let partition = input.keys.iter().cloned().map(Expr::Column).collect();
        let mut number = row_number().partition_by(partition);
        if !order.is_empty() {
            number = number.order_by(order);
        }
        let numbered = LogicalPlanBuilder::from(input.plan).window(vec![number.build()?.alias(&place)])?;
        let mut kept = col(&place).gt(lit(skip as u64));
        if let Some(fetch) = fetch {
            kept = kept.and(col(&place).lt_eq(lit((skip + fetch) as u64)));
        }
        let own = columns.into_iter().chain(input.keys.iter().cloned()).map(Expr::Column);
        Ok(Pushed { plan: numbered.filter(kept)?.project(own)?.build()?, keys: input.keys })
    }

    fn join(&mut self, join: datafusion::logical_expr::Join) -> Result<Pushed> {
        let (left, right) = (Arc::unwrap_or_clone(join.left), Arc::unwrap_or_clone(join.right));
        let (left_refers, right_refers) = (self.refers(&left)?, self.refers(&right)?);
        if !matches!(join.join_type, JoinType::Inner | JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti) {
            return not_impl_err!("a subquery with a {} join refers to the query around it", join.join_type);
        }
        let is_inner = join.join_type == JoinType::Inner;
        let push_right = right_refers;
        let push_left = left_refers || !right_refers || !is_inner;
        let (left, left_keys) = self.side(left, push_left)?;
        let (right, right_keys) = self.side(right, push_right)?;
        let keys = if push_left { left_keys.clone() } else { right_keys.clone() };
        let mut condition = join.filter.map(|filter| self.inner(filter, &keys)).transpose()?;
        let mut and = |one: Expr| {
            condition = Some(match condition.take() {
                Some(condition) => condition.and(one),
                None => one,
            });
        };
        for (one, other) in join.on {
            and(self.inner(one, &keys)?.eq(self.inner(other, &keys)?));
        }
        if push_left && push_right {
            for (one, other) in left_keys.into_iter().zip(right_keys) {
                let same = datafusion::logical_expr::Operator::IsNotDistinctFrom;
                and(datafusion::logical_expr::binary_expr(Expr::Column(one), same, Expr::Column(other)));
            }
        }
        let plan = LogicalPlanBuilder::from(left).join_on(right, join.join_type, condition)?.build()?;
        Ok(Pushed { plan, keys })
    }

    fn side(&mut self, plan: LogicalPlan, push: bool) -> Result<(LogicalPlan, Vec<Column>)> {
        if !push {
            return Ok((plan, Vec::new()));
        }
        let pushed = self.plan(plan)?;
        Ok((pushed.plan, pushed.keys))
    }

    fn sort_keys(&self, order: Vec<Sort>, keys: &[Column]) -> Result<Vec<Sort>> {
        order.into_iter().map(|sort| Ok(Sort { expr: self.inner(sort.expr, keys)?, ..sort })).collect()
    }

    /// The expression with the outer columns among its input's, also in its own subqueries, for which they stay outer.
    fn inner(&self, expression: Expr, keys: &[Column]) -> Result<Expr> {
        let key = |column: &Column| {
            self.domain.outer.iter().position(|outer| outer == column).and_then(|place| keys.get(place)).cloned()
        };
        let within = |subquery: &mut datafusion::logical_expr::Subquery| -> Result<()> {
            let plan = subquery.subquery.as_ref().clone().transform_up_with_subqueries(|node| {
                node.map_expressions(|expression| {
                    expression.transform_up(|expression| {
                        Ok(match &expression {
                            Expr::OuterReferenceColumn(field, column) => match key(column) {
                                Some(key) => Transformed::yes(Expr::OuterReferenceColumn(Arc::clone(field), key)),
                                None => Transformed::no(expression),
                            },
                            _ => Transformed::no(expression),
                        })
                    })
                })
            })?;
            subquery.subquery = Arc::new(plan.data);
            for outer in &mut subquery.outer_ref_columns {
                if let Expr::OuterReferenceColumn(_, column) = outer
                    && let Some(key) = key(column)
                {
                    *column = key;
                }
            }
            Ok(())
        };
        expression
            .transform_up(|mut expression| {
                match &mut expression {
                    Expr::OuterReferenceColumn(_, column) => {
                        if let Some(key) = key(column) {
                            return Ok(Transformed::yes(Expr::Column(key)));
                        }
                    }
                    Expr::ScalarSubquery(subquery) => within(subquery)?,
                    Expr::Exists(exists) => within(&mut exists.subquery)?,
                    Expr::InSubquery(found) => within(&mut found.subquery)?,
                    _ => {}
                }
                Ok(Transformed::yes(expression))
            })
            .data()
    }
}

/// All rows of plans that have `count` columns of their own and then the outer ones.
fn united(branches: Vec<LogicalPlan>, count: usize) -> Result<Pushed> {
    let mut branches = branches.into_iter();
    let Some(first) = branches.next() else { return not_impl_err!("a union of nothing") };
    let plan = branches.try_fold(LogicalPlanBuilder::from(first), LogicalPlanBuilder::union)?.build()?;
    let keys = plan.schema().columns().split_off(count);
    Ok(Pushed { plan, keys })
}

/// The first `count` of a plan's own columns, then the outer ones.
fn keys_last(pushed: Pushed, count: usize) -> Result<LogicalPlan> {
    let columns = pushed.plan.schema().columns();
    let own = columns.iter().filter(|column| !pushed.keys.contains(column)).take(count);
    let ordered = own.chain(&pushed.keys).cloned().map(Expr::Column);
    LogicalPlanBuilder::from(pushed.plan).project(ordered)?.build()
}

/// What an aggregate gives without rows, where that is not NULL.
fn value_of_nothing(expression: &Expr, input: &LogicalPlan) -> Result<Option<Expr>> {
    let Expr::AggregateFunction(AggregateFunction { func, .. }) = expression.clone().unalias_nested().data else {
        return Ok(None);
    };
    let value: ScalarValue = func.default_value(&expression.get_type(input.schema().as_ref())?)?;
    Ok((!value.is_null()).then(|| lit(value)))
}

/// A window over the rows of one combination.
fn partitioned(expression: Expr, keys: &[Column]) -> Expr {
    let with = |mut function: WindowFunction| {
        function.params.partition_by.extend(keys.iter().cloned().map(Expr::Column));
        let _: &WindowFunctionDefinition = &function.fun;
        Expr::WindowFunction(Box::new(function))
    };
    match expression {
        Expr::WindowFunction(function) => {
            let name = Expr::WindowFunction(function.clone()).schema_name().to_string();
            with(*function).alias(name)
        }
        Expr::Alias(mut alias) => {
            alias.expr = Box::new(partitioned(*alias.expr, keys).unalias());
            Expr::Alias(alias)
        }
        other => other,
    }
}
