//! Budgets, goals and the approvals of what goes beyond them.

use arrow::array::RecordBatch;
use bellwether::Result;

use super::UPDATED_AT;
use super::books::budget_cents;
use super::parties::staff;
use crate::cli::demo::business::Business;
use crate::cli::demo::calendar::{DAY, HOUR, date, iso, local_day, months, season};
use crate::cli::demo::channel::CHANNELS;
use crate::cli::demo::columns::{Columns, Thing, key};
use crate::cli::demo::company::{MARKETING, STANDING, UNITS};
use crate::cli::demo::facts::CENT;
use crate::cli::demo::truth;

/// What the owner hopes for: revenue of an average month of the small business, and its growth in a year.
const GOAL_CENTS: f64 = 6_400_000.0;
const GOAL_GROWTH: f64 = 0.1;

/// The month, from 0, since which a day's advertising has an upper limit, as a multiple of its average.
const LIMITS_FROM: usize = 24;
const LIMIT: f64 = 1.45;

/// What marketing asked for on top of its budget for the first month of the next year, which nobody has decided yet.
const NEW_YEAR_CENTS: f64 = 180_000.0;

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
    let earned = earned(business, &months);
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
        // The accountant expects what the month brought a year before, and as much more as the goals grow in a year.
        if let Some(before) = month.checked_sub(12) {
            let value = (earned[before] as f64 * (1.0 + GOAL_GROWTH)) as i64 * CENT;
            rows.push(Target { kind: "forecast", metric: "revenue", value, ..base });
        }
        if month >= LIMITS_FROM {
            let value = (daily * business.factor * LIMIT) as i64 * CENT;
            rows.push(Target { kind: "goal", metric: "spend_daily_max", value, ..base });
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

/// Revenue of each month, in cents.
fn earned(business: &Business, months: &[i64]) -> Vec<i64> {
    let mut earned = vec![0; months.len()];
    for order in &business.orders {
        let day = local_day(order.at);
        earned[months.partition_point(|first| *first <= day).saturating_sub(1)] += order.cents;
    }
    earned
}

struct Approval {
    unit: u64,
    who: &'static str,
    /// The first day of the month it is for.
    period: i64,
    amount: i64,
    requested_at: i64,
    /// Nothing as long as nobody has decided.
    approved: Option<bool>,
}

/// What was asked for when the budget of a cost centre was not enough.
pub(super) fn approvals(business: &Business, _: usize) -> Result<RecordBatch> {
    let unit = UNITS.iter().position(|unit| unit.0 == truth::OVERRUN_UNIT).unwrap_or_default() as u64;
    let over = (budget_cents(business, unit) as f64 * (truth::OVERRUN - 1.0)) as i64 * CENT;
    let mut rows: Vec<Approval> = (7..10)
        .map(|month| Approval {
            unit,
            who: truth::OVERRUN_UNIT,
            period: date(2025, month, 1),
            amount: over,
            requested_at: date(2025, month, 4) * DAY,
            approved: Some(month < 9),
        })
        .collect();
    rows.push(Approval {
        unit: MARKETING,
        who: UNITS[MARKETING as usize].0,
        period: date(2026, 1, 1),
        amount: (NEW_YEAR_CENTS * business.factor) as i64 * CENT,
        requested_at: date(2025, 12, 29) * DAY + 15 * HOUR,
        approved: None,
    });
    let decision = |row: &Approval| match row.approved {
        Some(true) => "approved",
        Some(false) => "rejected",
        None => "pending",
    };
    Columns::of("plan", super::reference::keys(Thing::Approval, rows.len()), UPDATED_AT)
        .text("action", rows.iter().map(|_| "exceed_budget"))
        .text("entity", rows.iter().map(|_| "org_units"))
        .key("entity_id", rows.iter().map(|row| key(Thing::Unit, row.unit)))
        .text("payload", rows.iter().map(|row| format!(r#"{{"period": "{}"}}"#, iso(row.period))))
        .text("requested_by", rows.iter().map(|row| row.who))
        .instant("requested_at", rows.iter().map(|row| row.requested_at))
        .text("policy", rows.iter().map(|_| "more than a tenth over budget"))
        .money("amount", rows.iter().map(|row| row.amount))
        .text("currency", rows.iter().map(|_| "USD"))
        .maybe_key("approver_id", rows.iter().map(|row| (row.approved == Some(true)).then(|| staff(0))))
        .text("decision", rows.iter().map(decision))
        .maybe_instant("decided_at", rows.iter().map(|row| row.approved.map(|_| row.requested_at + 2 * DAY)))
        .finish()
}
