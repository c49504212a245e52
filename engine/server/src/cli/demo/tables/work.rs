//! Jobs that fulfil services, deliveries of goods, complaints and tickets, and what customers said afterwards.

use arrow::array::RecordBatch;
use bellwether::Result;

use super::parties::party_of_order;
use super::phone::technician;
use super::{PIECE, UPDATED_AT, piece};
use crate::cli::demo::business::{Business, stream};
use crate::cli::demo::calendar::{DAY, END, HOUR};
use crate::cli::demo::columns::{Columns, Thing, key};
use crate::cli::demo::company::{FIELD_SERVICE, SHOP};
use crate::cli::demo::facts::Facts;
use crate::cli::demo::truth;

/// Orders about which somebody asks or something goes wrong.
const TICKETS: f64 = 0.04;
const INCIDENTS: f64 = 0.006;
/// Orders after which customers answer, and those that end in a review.
const ANSWERS: f64 = 0.22;
const REVIEWS: f64 = 0.05;

/// The job or delivery of an order.
struct Job {
    scheduled_start: i64,
    scheduled_end: i64,
    started_at: i64,
    completed_at: i64,
    late: bool,
    assignee: u64,
}

fn job(business: &Business, number: usize, is_service: bool) -> Job {
    let order = &business.orders[number];
    let chance = &mut business.chance(stream::WORK, number);
    let wait = chance.lognormal(if is_service { 4.0 } else { 2.0 }, 0.4) * DAY as f64;
    let scheduled_start = order.at + wait as i64;
    let length = if is_service { 3 * HOUR } else { DAY };
    let late = chance.happens(truth::LATE_JOBS);
    let needed = length as f64 * chance.between(0.5, 0.97);
    let delay = if late { chance.lognormal(1.2, 0.5) * DAY as f64 } else { 0.0 };
    Job {
        scheduled_start,
        scheduled_end: scheduled_start + length,
        started_at: scheduled_start + delay as i64,
        completed_at: scheduled_start + delay as i64 + if late { length } else { needed as i64 },
        late,
        assignee: technician(business, chance),
    }
}

#[derive(Clone, Copy)]
struct Item {
    id: u64,
    kind: &'static str,
    party: u64,
    number: usize,
    unit: u64,
    assignee: Option<u64>,
    title: &'static str,
    status: &'static str,
    priority: &'static str,
    severity: Option<&'static str>,
    opened_at: i64,
    scheduled: Option<(i64, i64)>,
    first_response_at: Option<i64>,
    started_at: Option<i64>,
    completed_at: Option<i64>,
    estimate: Option<i64>,
    revenue: Option<(i64, i64)>,
    currency: Option<&'static str>,
    resolution: Option<&'static str>,
}

pub(super) fn items(business: &Business, number: usize) -> Result<RecordBatch> {
    let mut rows = Vec::with_capacity(PIECE + PIECE / 8);
    for place in piece(number, PIECE, business.orders.len()) {
        of_order(business, place, &mut rows);
    }
    Columns::of("field", rows.iter().map(|row| row.id), UPDATED_AT)
        .text("kind", rows.iter().map(|row| row.kind))
        .key("party_id", rows.iter().map(|row| row.party))
        .key("document_id", rows.iter().map(|row| key(Thing::Order, row.number as u64)))
        .key("org_unit_id", rows.iter().map(|row| key(Thing::Unit, row.unit)))
        .maybe_key("assignee_id", rows.iter().map(|row| row.assignee))
        .text("title", rows.iter().map(|row| row.title))
        .text("status", rows.iter().map(|row| row.status))
        .text("priority", rows.iter().map(|row| row.priority))
        .maybe_text("severity", rows.iter().map(|row| row.severity))
        .instant("opened_at", rows.iter().map(|row| row.opened_at))
        .maybe_instant("scheduled_start", rows.iter().map(|row| row.scheduled.map(|scheduled| scheduled.0)))
        .maybe_instant("scheduled_end", rows.iter().map(|row| row.scheduled.map(|scheduled| scheduled.1)))
        .maybe_instant("first_response_at", rows.iter().map(|row| row.first_response_at))
        .maybe_instant("started_at", rows.iter().map(|row| row.started_at))
        .maybe_instant("completed_at", rows.iter().map(|row| row.completed_at))
        .int("estimate_min", rows.iter().map(|row| row.estimate))
        .maybe_money("revenue", rows.iter().map(|row| row.revenue.map(|revenue| revenue.0)))
        .maybe_money("cost", rows.iter().map(|row| row.revenue.map(|revenue| revenue.1)))
        .maybe_text("currency", rows.iter().map(|row| row.currency))
        .maybe_text("resolution", rows.iter().map(|row| row.resolution))
        .finish()
}

fn of_order(business: &Business, number: usize, rows: &mut Vec<Item>) {
    let order = &business.orders[number];
    let customer = business.customer_of(order);
    let facts = Facts::of(business, number);
    let job = job(business, number, facts.is_service);
    let past = |at: i64| (at < END).then_some(at);
    let base = Item {
        id: key(Thing::Job, number as u64),
        kind: if facts.is_service { "job" } else { "delivery" },
        party: party_of_order(business, customer, number),
        number,
        unit: if facts.is_service { FIELD_SERVICE } else { SHOP },
        assignee: facts.is_service.then_some(job.assignee),
        title: if facts.is_service { "Visit" } else { "Delivery" },
        status: if job.completed_at < END { "done" } else { "scheduled" },
        priority: "normal",
        severity: None,
        opened_at: order.at,
        scheduled: Some((job.scheduled_start, job.scheduled_end)),
        first_response_at: None,
        started_at: past(job.started_at).filter(|_| job.completed_at < END),
        completed_at: past(job.completed_at),
        estimate: facts.is_service.then_some(180),
        revenue: facts.is_service.then(|| (facts.total() - facts.tax, facts.cost)),
        currency: facts.is_service.then_some(facts.country.currency),
        resolution: None,
    };
    rows.push(base);
    let chance = &mut business.chance(stream::WORK, (1 << 40) + number);
    let last = customer.first_order as usize + customer.orders as usize - 1;
    // Those who complain do it about their last order: that is why it was the last.
    let complains = customer.complains && number == last;
    let (kind, title) = match () {
        () if complains => ("complaint", "Not satisfied"),
        () if chance.happens(INCIDENTS) => ("incident", "Damage on site"),
        () if chance.happens(TICKETS) => ("ticket", "Question about the order"),
        () => return,
    };
    let opened_at = job.completed_at + chance.below(3 * DAY as usize) as i64;
    if opened_at >= END {
        return;
    }
    let first_response_at = opened_at + (chance.lognormal(4.0, 0.9) * HOUR as f64) as i64;
    let completed_at = first_response_at + (chance.lognormal(30.0, 0.8) * HOUR as f64) as i64;
    rows.push(Item {
        id: key(Thing::Ticket, number as u64),
        kind,
        title,
        status: if completed_at < END { "done" } else { "open" },
        priority: chance.pick(&["low", "normal", "high"]),
        severity: (kind == "incident").then(|| chance.pick(&["minor", "minor", "major", "critical"])),
        opened_at,
        scheduled: None,
        first_response_at: past(first_response_at),
        started_at: None,
        completed_at: past(completed_at),
        estimate: None,
        revenue: None,
        currency: None,
        resolution: past(completed_at).map(|_| chance.pick(&["explained", "repaired", "refunded"])),
        ..base
    });
}

/// An answer: kind, site, score, of how many, when, order, whether there was a job.
struct Answer {
    number: usize,
    kind: &'static str,
    site: &'static str,
    score: i64,
    of: i64,
    at: i64,
    party: u64,
}

pub(super) fn feedback(business: &Business, number: usize) -> Result<RecordBatch> {
    let mut rows = Vec::with_capacity(PIECE / 3);
    for place in piece(number, PIECE, business.orders.len()) {
        let order = &business.orders[place];
        let customer = business.customer_of(order);
        let chance = &mut business.chance(stream::FEEDBACK, place);
        let (answers, reviews) = (chance.happens(ANSWERS), chance.happens(REVIEWS));
        if !answers && !reviews {
            continue;
        }
        let is_service = Facts::of(business, place).is_service;
        let job = job(business, place, is_service);
        let at = job.completed_at + chance.below(2 * DAY as usize) as i64;
        if at >= END {
            continue;
        }
        let party = party_of_order(business, customer, place);
        let points = 8.9 + 1.2 * chance.normal() - if job.late { truth::LATE_JOB_POINTS } else { 0.0 };
        let points = points - if customer.complains { 2.0 } else { 0.0 };
        if answers {
            let (kind, of, score) = match chance.below(4) {
                0 => ("csat", 5, points / 2.0),
                _ => ("nps", 10, points),
            };
            let score = score.round().clamp(if of == 5 { 1.0 } else { 0.0 }, of as f64) as i64;
            rows.push(Answer { number: place, kind, site: "survey", score, of, at, party });
        }
        if reviews {
            let score = (points / 2.0).round().clamp(1.0, 5.0) as i64;
            let site = chance.pick(&["google", "google", "yelp", "trustpilot"]);
            rows.push(Answer { number: place, kind: "review", site, score, of: 5, at: (at + DAY).min(END - 1), party });
        }
    }
    let words = |row: &Answer| match row.score * 10 / row.of {
        9.. => "Great work, friendly and on time.",
        7..9 => "Good service, fair price.",
        4..7 => "It took longer than promised.",
        _ => "Came late and nobody called. Not again.",
    };
    let id = |row: &Answer| key(Thing::Feedback, 2 * row.number as u64 + u64::from(row.kind == "review"));
    let replied =
        |row: &Answer| (row.kind == "review" && row.number % 3 == 0 && row.at + DAY < END).then_some(row.at + DAY);
    Columns::of("survey", rows.iter().map(id), UPDATED_AT)
        .text("kind", rows.iter().map(|row| row.kind))
        .key("party_id", rows.iter().map(|row| row.party))
        .text("site", rows.iter().map(|row| row.site))
        .money("score", rows.iter().map(|row| row.score * 10_000))
        .int("scale_max", rows.iter().map(|row| Some(row.of)))
        .maybe_text("text", rows.iter().map(|row| (row.number % 5 < 3).then(|| words(row))))
        .text("language", rows.iter().map(|_| "en"))
        .instant("submitted_at", rows.iter().map(|row| row.at))
        .maybe_text("reply", rows.iter().map(|row| replied(row).map(|_| "Thank you for telling us.")))
        .maybe_instant("replied_at", rows.iter().map(replied))
        .key("document_id", rows.iter().map(|row| key(Thing::Order, row.number as u64)))
        .key("work_item_id", rows.iter().map(|row| key(Thing::Job, row.number as u64)))
        .finish()
}
