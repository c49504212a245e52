//! Leads, the opportunities they become, their way through the pipeline, the quotes and the messages on it.

use arrow::array::RecordBatch;
use bellwether::Result;

use super::documents::{Document, batch};
use super::parties::staff;
use super::{PIECE, UPDATED_AT, piece};
use crate::cli::demo::business::{Business, Lead, stream};
use crate::cli::demo::calendar::{DAY, END, HOUR, local_day};
use crate::cli::demo::chance::Chance;
use crate::cli::demo::channel::CHANNELS;
use crate::cli::demo::columns::{Columns, Thing, key};
use crate::cli::demo::company::COUNTRIES;
use crate::cli::demo::facts::{CENT, cents};

/// Leads that are lost before anything is offered.
const UNQUALIFIED: f64 = 0.45;

/// Of those, leads that nobody follows up for weeks, and how much longer they lie.
const FORGOTTEN: f64 = 0.12;
const FORGOTTEN_FOR: f64 = 15.0;

/// How a lead went: moments after the end are still to come.
struct Course {
    qualified_at: Option<i64>,
    quoted_at: Option<i64>,
    lost_at: Option<i64>,
    lost_reason: &'static str,
    /// In ten-thousandths of dollars.
    amount: i64,
}

fn course(business: &Business, number: usize, lead: &Lead) -> Course {
    let chance = &mut business.chance(stream::LEAD, number);
    let span = chance.lognormal(10.0, 0.5) * DAY as f64;
    let won = lead.won_at.map(|at| (at - lead.created_at) as f64);
    let amount =
        won_amount(business, lead).unwrap_or_else(|| cents(chance.lognormal(180.0, 0.7) * 100.0 * CENT as f64));
    let at = |share: f64| lead.created_at + (won.unwrap_or(span) * share) as i64;
    if won.is_none() && chance.happens(UNQUALIFIED) {
        let lost_reason = chance.pick(&["not reachable", "wrong number", "no budget", "out of area"]);
        let patience = if chance.happens(FORGOTTEN) { FORGOTTEN_FOR } else { 1.0 };
        return Course { qualified_at: None, quoted_at: None, lost_at: Some(at(0.3 * patience)), lost_reason, amount };
    }
    Course {
        qualified_at: Some(at(0.25)),
        quoted_at: Some(at(0.5)),
        lost_at: won.is_none().then(|| at(1.0)),
        lost_reason: lost_reason(chance),
        amount,
    }
}

fn lost_reason(chance: &mut Chance) -> &'static str {
    let reasons = [("price", 0.45), ("competitor", 0.25), ("timing", 0.2), ("no answer", 0.1)];
    reasons[chance.weighted(reasons.iter().map(|reason| reason.1))].0
}

/// What the order of a won lead came to.
fn won_amount(business: &Business, lead: &Lead) -> Option<i64> {
    let person = &business.people[lead.person as usize];
    lead.won_at.filter(|at| *at < END && person.outcome == crate::cli::demo::business::Outcome::Customer)?;
    let customer = &business.customers[person.place as usize];
    business.orders_of(customer).first().map(|order| order.cents * CENT)
}

struct Deal {
    number: u64,
    opportunity: bool,
    person: u32,
    rep: u8,
    stage: &'static str,
    status: &'static str,
    amount: Option<i64>,
    created_at: i64,
    closed_at: Option<i64>,
    lost_reason: Option<&'static str>,
    channel: u8,
}

pub(super) fn deals(business: &Business, number: usize) -> Result<RecordBatch> {
    let mut rows = Vec::with_capacity(2 * PIECE);
    for place in piece(number, PIECE, business.leads.len()) {
        let lead = &business.leads[place];
        let course = course(business, place, lead);
        let past = |at: Option<i64>| at.filter(|at| *at < END);
        let (qualified, quoted, lost, won) =
            (past(course.qualified_at), past(course.quoted_at), past(course.lost_at), past(lead.won_at));
        let base = Deal {
            number: place as u64,
            opportunity: false,
            person: lead.person,
            rep: lead.rep,
            stage: "new",
            status: "open",
            amount: None,
            created_at: lead.created_at,
            closed_at: None,
            lost_reason: None,
            channel: business.people[lead.person as usize].channel,
        };
        let lost_reason = lost.map(|_| course.lost_reason);
        if let Some(created_at) = qualified {
            let (stage, status) = match (won, lost) {
                (Some(_), _) => ("won", "won"),
                (_, Some(_)) => ("lost", "lost"),
                _ if quoted.is_some() => ("proposal", "open"),
                _ => ("qualified", "open"),
            };
            let (amount, closed_at) = (Some(course.amount), won.or(lost));
            rows.push(Deal { opportunity: true, stage, status, amount, created_at, closed_at, lost_reason, ..base });
            rows.push(Deal { stage: "qualified", status: "won", closed_at: qualified, ..base });
        } else if course.qualified_at.is_none() && lost.is_some() {
            rows.push(Deal { stage: "lost", status: "lost", closed_at: lost, lost_reason, ..base });
        } else {
            rows.push(Deal { stage: if lead.answered_at < END { "contacted" } else { "new" }, ..base });
        }
    }
    let id = |row: &Deal| key(if row.opportunity { Thing::Opportunity } else { Thing::Lead }, row.number);
    let campaign = |row: &Deal| super::campaigns::campaign_for(usize::from(row.channel), u64::from(row.person));
    let odds = |row: &Deal| match row.status {
        "open" => Some(if row.stage == "proposal" { 0.5 } else { 0.3 }),
        _ => None,
    };
    Columns::of("crm", rows.iter().map(id), UPDATED_AT)
        .text("kind", rows.iter().map(|row| if row.opportunity { "opportunity" } else { "lead" }))
        .key("party_id", rows.iter().map(|row| key(Thing::Person, u64::from(row.person))))
        .key("owner_id", rows.iter().map(|row| staff(usize::from(row.rep))))
        .text("pipeline", rows.iter().map(|_| "sales"))
        .text("stage", rows.iter().map(|row| row.stage))
        .text("status", rows.iter().map(|row| row.status))
        .maybe_money("amount", rows.iter().map(|row| row.amount))
        .maybe_text("currency", rows.iter().map(|row| row.amount.map(|_| "USD")))
        .double("probability", rows.iter().map(|row| odds(row).filter(|_| row.opportunity)))
        .instant("created_at", rows.iter().map(|row| row.created_at))
        .maybe_day("expected_close_on", rows.iter().map(|row| row.opportunity.then(|| local_day(row.created_at) + 14)))
        .maybe_instant("closed_at", rows.iter().map(|row| row.closed_at))
        .maybe_text("lost_reason", rows.iter().map(|row| row.lost_reason))
        .maybe_key("campaign_id", rows.iter().map(campaign))
        .text("source_channel", rows.iter().map(|row| CHANNELS[usize::from(row.channel)].name))
        .maybe_key("converted_from", rows.iter().map(|row| row.opportunity.then(|| key(Thing::Lead, row.number))))
        .finish()
}

/// A change of stage: of what, from, to, when, by whom.
struct Change {
    entity: u64,
    from: Option<&'static str>,
    to: &'static str,
    at: i64,
    rep: u8,
}

pub(super) fn history(business: &Business, number: usize) -> Result<RecordBatch> {
    let mut rows = Vec::with_capacity(6 * PIECE);
    for place in piece(number, PIECE, business.leads.len()) {
        let lead = &business.leads[place];
        let course = course(business, place, lead);
        let (as_lead, as_deal) = (key(Thing::Lead, place as u64), key(Thing::Opportunity, place as u64));
        let steps = [
            (as_lead, None, "new", Some(lead.created_at)),
            (as_lead, Some("new"), "contacted", Some(lead.answered_at)),
            (as_lead, Some("contacted"), "qualified", course.qualified_at),
            (as_lead, Some("contacted"), "lost", course.lost_at.filter(|_| course.qualified_at.is_none())),
            (as_deal, None, "qualified", course.qualified_at),
            (as_deal, Some("qualified"), "proposal", course.quoted_at),
            (as_deal, Some("proposal"), "won", lead.won_at),
            (as_deal, Some("proposal"), "lost", course.lost_at.filter(|_| course.qualified_at.is_some())),
        ];
        for (entity, from, to, at) in steps {
            if let Some(at) = at.filter(|at| *at < END) {
                rows.push(Change { entity, from, to, at, rep: lead.rep });
            }
        }
    }
    let keys = (0..rows.len()).map(|row| key(Thing::Change, ((number << 20) + row) as u64));
    Columns::of("crm", keys, UPDATED_AT)
        .text("entity", rows.iter().map(|_| "deals"))
        .key("entity_id", rows.iter().map(|row| row.entity))
        .text("field", rows.iter().map(|_| "stage"))
        .maybe_text("from_value", rows.iter().map(|row| row.from))
        .text("to_value", rows.iter().map(|row| row.to))
        .instant("changed_at", rows.iter().map(|row| row.at))
        .key("changed_by", rows.iter().map(|row| staff(usize::from(row.rep))))
        .finish()
}

pub(super) fn quotes(business: &Business, number: usize) -> Result<RecordBatch> {
    let mut rows = Vec::with_capacity(PIECE);
    for place in piece(number, PIECE, business.leads.len()) {
        let lead = &business.leads[place];
        let course = course(business, place, lead);
        let Some(issued_at) = course.quoted_at.filter(|at| *at < END) else { continue };
        let country = &COUNTRIES[usize::from(business.people[lead.person as usize].country)];
        let rate = business.rates.billionths(country.currency, local_day(issued_at));
        let subtotal = cents(course.amount as f64 * 1e9 / rate as f64);
        let tax = cents(subtotal as f64 * country.tax);
        rows.push(Document {
            id: key(Thing::Quote, place as u64),
            kind: "quote",
            number: format!("QU-{place:06}"),
            party: Some(key(Thing::Person, u64::from(lead.person))),
            deal: Some(key(Thing::Opportunity, place as u64)),
            owner: Some(staff(usize::from(lead.rep))),
            status: match lead.won_at {
                Some(at) if at < END => "accepted",
                _ if course.lost_at.is_some_and(|at| at < END) => "declined",
                _ => "open",
            },
            issued_at,
            due_on: Some(local_day(issued_at) + 30),
            currency: country.currency,
            subtotal,
            tax,
            total: subtotal + tax,
            ..Document::default()
        });
    }
    batch("crm", &rows)
}

/// Reps write to leads: when they came in, and once more when an offer is out.
pub(super) fn messages(business: &Business, number: usize) -> Result<RecordBatch> {
    let mut rows = Vec::with_capacity(2 * PIECE);
    for place in piece(number, PIECE, business.leads.len()) {
        let lead = &business.leads[place];
        let chance = &mut business.chance(stream::MESSAGE, place);
        let reminder = course(business, place, lead).quoted_at.map(|at| at + 3 * DAY);
        let text = chance.happens(0.4);
        let moments = [(0_u64, "first answer", Some(lead.answered_at)), (1, "reminder of the offer", reminder)];
        for (nth, summary, at) in moments {
            if let Some(at) = at.filter(|at| *at < END - HOUR) {
                rows.push((
                    2 * place as u64 + nth,
                    lead,
                    if text { "sms" } else { "email" },
                    summary,
                    at,
                    chance.happens(0.03),
                ));
            }
        }
    }
    Columns::of("crm", rows.iter().map(|row| key(Thing::Message, row.0)), UPDATED_AT)
        .text("kind", rows.iter().map(|row| row.2))
        .text("direction", rows.iter().map(|_| "out"))
        .instant("started_at", rows.iter().map(|row| row.4))
        .key("party_id", rows.iter().map(|row| key(Thing::Person, u64::from(row.1.person))))
        .key("staff_id", rows.iter().map(|row| staff(usize::from(row.1.rep))))
        .text("status", rows.iter().map(|row| if row.5 { "failed" } else { "delivered" }))
        .text("summary", rows.iter().map(|row| row.3))
        .finish()
}
