//! Budgets, goals and the approvals of what goes beyond them.

use arrow::array::RecordBatch;
use bellwether::Result;

use super::UPDATED_AT;
use super::books::budget_cents;
use super::parties::staff;
use crate::cli::demo::business::Business;
use crate::cli::demo::calendar::{DAY, date, iso, months, season};
use crate::cli::demo::channel::CHANNELS;
use crate::cli::demo::columns::{Columns, Thing, key};
use crate::cli::demo::company::{MARKETING, STANDING, UNITS};
use crate::cli::demo::facts::CENT;
use crate::cli::demo::truth;

/// What the owner hopes for: revenue of an average month of the small business, and its growth in a year.
const GOAL_CENTS: f64 = 6_400_000.0;
const GOAL_GROWTH: f64 = 0.1;

struct Target {
    kind: &'static str,
    metric: &'static str,
    start: i64,
    end: i64,
    value: i64,
    unit: &'static str,
    account: Option<u64>,
    cost_centre: Option<u64>,
    version: i64,
}

pub(super) fn targets(business: &Business, _: usize) -> Result<RecordBatch> {
    let mut rows = Vec::new();
    let months = months();
    for (month, window) in months.windows(2).enumerate() {
        let (start, end) = (window[0], window[1] - 1);
        let days = (end - start + 1) as f64;
        let base = Target {
            kind: "budget",
            metric: "cost",
            start,
            end,
            value: 0,
            unit: "money",
            account: None,
            cost_centre: None,
            version: 1,
        };
        for unit in (0..UNITS.len() as u64).filter(|unit| STANDING.iter().any(|bill| bill.2 == *unit)) {
            let value = budget_cents(business, unit) * CENT;
            rows.push(Target { value, cost_centre: Some(unit), ..base });
        }
        let daily: f64 = CHANNELS.iter().map(|channel| channel.daily_cents).sum();
        let value = (daily * days * business.factor * 1.05) as i64 * CENT;
        rows.push(Target { metric: "spend", value, cost_centre: Some(MARKETING), ..base });
        let growth = 1.0 + GOAL_GROWTH * month as f64 / 12.0;
        let value = (GOAL_CENTS * growth * season(start as f64 + 15.0) * business.factor) as i64 * CENT;
        // The first plan of each year was revised in its second quarter.
        rows.push(Target { kind: "goal", metric: "revenue", value, ..base });
        if month % 12 >= 3 {
            rows.push(Target { kind: "goal", metric: "revenue", value: value * 103 / 100, version: 2, ..base });
        }
        let value = (2.6 * days * business.factor * growth) as i64 * 10_000;
        rows.push(Target { kind: "goal", metric: "new_customers", value, unit: "count", ..base });
    }
    let unit = |row: &Target| row.cost_centre.map(|unit| key(Thing::Unit, unit));
    Columns::of("plan", super::reference::keys(Thing::Target, rows.len()), UPDATED_AT)
        .text("kind", rows.iter().map(|row| row.kind))
        .text("metric", rows.iter().map(|row| row.metric))
        .day("period_start", rows.iter().map(|row| row.start))
        .day("period_end", rows.iter().map(|row| row.end))
        .money("value", rows.iter().map(|row| row.value))
        .text("unit", rows.iter().map(|row| row.unit))
        .maybe_text("currency", rows.iter().map(|row| (row.unit == "money").then_some("USD")))
        .maybe_key("account_id", rows.iter().map(|row| row.account))
        .maybe_key("org_unit_id", rows.iter().map(unit))
        .int("version", rows.iter().map(|row| Some(row.version)))
        .finish()
}

/// What was asked for when the budget of a cost centre was not enough.
pub(super) fn approvals(business: &Business, _: usize) -> Result<RecordBatch> {
    let unit = UNITS.iter().position(|unit| unit.0 == truth::OVERRUN_UNIT).unwrap_or_default() as u64;
    let over = (budget_cents(business, unit) as f64 * (truth::OVERRUN - 1.0)) as i64 * CENT;
    let rows: Vec<_> = (7..10).map(|month| (month, date(2025, month, 4) * DAY)).collect();
    let decided = |month: i64| month < 9;
    Columns::of("plan", super::reference::keys(Thing::Approval, rows.len()), UPDATED_AT)
        .text("action", rows.iter().map(|_| "exceed_budget"))
        .text("entity", rows.iter().map(|_| "org_units"))
        .key("entity_id", rows.iter().map(|_| key(Thing::Unit, unit)))
        .text("payload", rows.iter().map(|row| format!(r#"{{"period": "{}"}}"#, iso(date(2025, row.0, 1)))))
        .text("requested_by", rows.iter().map(|_| "IT"))
        .instant("requested_at", rows.iter().map(|row| row.1))
        .text("policy", rows.iter().map(|_| "more than a tenth over budget"))
        .money("amount", rows.iter().map(|_| over))
        .text("currency", rows.iter().map(|_| "USD"))
        .maybe_key("approver_id", rows.iter().map(|row| decided(row.0).then(|| staff(0))))
        .text("decision", rows.iter().map(|row| if decided(row.0) { "approved" } else { "rejected" }))
        .maybe_instant("decided_at", rows.iter().map(|row| Some(row.1 + 2 * DAY)))
        .finish()
}
