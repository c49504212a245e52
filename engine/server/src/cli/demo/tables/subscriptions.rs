//! Care plans: contracts that some customers take and some of them end.

use arrow::array::RecordBatch;
use bellwether::Result;

use super::UPDATED_AT;
use crate::cli::demo::business::{Business, stream};
use crate::cli::demo::calendar::{DAY, END};
use crate::cli::demo::columns::{Columns, Thing, key};
use crate::cli::demo::company::{PLANS, PRODUCTS};
use crate::cli::demo::facts::CENT;

/// Customers who take a plan, and the mean time they keep it.
const TAKE: f64 = 0.08;
const DAYS_KEPT: f64 = 500.0;
const MONTH: i64 = 30 * DAY;

struct Subscription {
    number: u64,
    person: u32,
    product: usize,
    started_at: i64,
    ended_at: Option<i64>,
    reason: &'static str,
}

pub(super) fn subscriptions(business: &Business, _: usize) -> Result<RecordBatch> {
    let mut rows = Vec::new();
    for (number, customer) in business.customers.iter().enumerate() {
        let chance = &mut business.chance(stream::SUBSCRIPTION, number);
        if !chance.happens(TAKE) {
            continue;
        }
        let bought = business.orders_of(customer).first().map_or(END, |order| order.at);
        let started_at = bought + (chance.exponential(60.0) * DAY as f64) as i64;
        if started_at >= END {
            continue;
        }
        let ended_at = started_at + (chance.exponential(DAYS_KEPT) * DAY as f64) as i64;
        rows.push(Subscription {
            number: number as u64,
            person: customer.person,
            product: PLANS.start + chance.below(PLANS.len()),
            started_at,
            ended_at: (ended_at < END).then_some(ended_at),
            reason: chance.pick(&["too expensive", "moved away", "not used", "competitor"]),
        });
    }
    let period = |row: &Subscription| row.started_at + (END - 1 - row.started_at) / MONTH * MONTH;
    let running = |row: &Subscription| row.ended_at.is_none().then(|| period(row));
    Columns::of("billing", rows.iter().map(|row| key(Thing::Subscription, row.number)), UPDATED_AT)
        .key("party_id", rows.iter().map(|row| key(Thing::Person, u64::from(row.person))))
        .key("product_id", rows.iter().map(|row| key(Thing::Product, row.product as u64)))
        .text("status", rows.iter().map(|row| if row.ended_at.is_some() { "cancelled" } else { "active" }))
        .decimal("quantity", rows.iter().map(|_| Some(1_000_000)), (18, 6))
        .money("mrr", rows.iter().map(|row| PRODUCTS[row.product].cents * CENT))
        .text("currency", rows.iter().map(|_| "USD"))
        .instant("started_at", rows.iter().map(|row| row.started_at))
        .maybe_instant("period_start", rows.iter().map(running))
        .maybe_instant("period_end", rows.iter().map(|row| running(row).map(|start| start + MONTH)))
        .maybe_instant("cancel_at", rows.iter().map(|row| row.ended_at))
        .maybe_instant("ended_at", rows.iter().map(|row| row.ended_at))
        .maybe_text("cancel_reason", rows.iter().map(|row| row.ended_at.map(|_| row.reason)))
        .finish()
}
