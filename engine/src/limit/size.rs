//! How large a plan may be: names that stand for queries can double it with every step.

use datafusion::logical_expr::LogicalPlan;

use crate::{Error, ErrorKind, Result};

/// Relational operators of a plan; a hand-written report has dozens, a generated one hundreds.
const OPERATORS_MAX: usize = 10_000;

/// Refuses a plan of too many operators before the optimizer copies it.
///
/// `WITH a AS (…), b AS (SELECT * FROM a UNION ALL SELECT * FROM a), c AS (…b twice…)` is short as a text and
/// shares its parts as long as it is only planned, so neither length nor memory tells.
pub(crate) fn check_plan(plan: &LogicalPlan) -> Result<()> {
    let mut open = vec![plan];
    let mut count = 0;
    while let Some(plan) = open.pop() {
        count += 1;
        if count > OPERATORS_MAX {
            return Err(Error::new(
                ErrorKind::TooComplex,
                format!("the statement's plan has more than {OPERATORS_MAX} operators"),
            )
            .with_hint("refer to a query of WITH once, or store its result with CREATE TABLE … AS"));
        }
        open.extend(plan.inputs());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::logical_expr::LogicalPlanBuilder;

    fn doubled(times: usize) -> LogicalPlan {
        let mut plan = LogicalPlanBuilder::empty(true).build().unwrap();
        for _ in 0..times {
            plan = LogicalPlanBuilder::from(plan.clone()).union(plan).unwrap().build().unwrap();
        }
        plan
    }

    #[test]
    fn a_plan_that_doubles_thirty_times_is_refused_at_once() {
        assert!(check_plan(&doubled(5)).is_ok());
        assert_eq!(check_plan(&doubled(30)).unwrap_err().kind(), ErrorKind::TooComplex);
    }
}
