//! The telephone and those who answer it: calls, callbacks, shifts.

use arrow::array::RecordBatch;
use bellwether::Result;

use super::campaigns::campaign_for;
use super::parties::{contact, staff};
use super::{UPDATED_AT, piece};
use crate::cli::demo::business::{Business, stream};
use crate::cli::demo::calendar::{DAYS, END, FIRST_DAY, HOUR, OPEN, WEEKDAYS, instant, season, weekday};
use crate::cli::demo::chance::Chance;
use crate::cli::demo::channel::{EMAIL, browsing};
use crate::cli::demo::columns::{Columns, Thing, key};
use crate::cli::demo::company::{FIELD_SERVICE, FRONT_DESK};
use crate::cli::demo::facts::CENT;
use crate::cli::demo::truth;

/// Calls of an average day of the small business.
const CALLS: f64 = 14.0;
/// Shares of the opening hours, on average one.
const HOURS: [f64; 12] = [1.3, 1.5, 1.3, 1.1, 0.8, 0.9, 1.1, 1.2, 1.1, 0.9, 0.5, 0.3];
/// Median seconds of a talk; the mean is a fifth above.
const TALK: f64 = 190.0;
const MEAN_TALK: f64 = TALK * 1.2;
const CALLED_BACK: f64 = 0.55;
/// Technicians of the small business.
const TECHNICIANS: f64 = 3.0;
const PAY: [i64; 2] = [2_150, 2_900];

/// Calls to be expected in an hour of the day, in the middle of the season.
fn calls_per_hour(business: &Business, day: i64, hour: i64) -> f64 {
    let open = (OPEN.end - OPEN.start) as f64;
    CALLS * business.factor * WEEKDAYS[weekday(day)] / open * HOURS[(hour - OPEN.start) as usize]
}

/// How many people the plan has at the front desk: more than enough, except where it has a gap.
fn planned(business: &Business, day: i64, hour: i64) -> usize {
    let load = calls_per_hour(business, day, hour) * MEAN_TALK / HOUR as f64;
    if truth::is_gap(day, hour) { (load * 0.5) as usize } else { (load + 1.0 + 1.5 * load.sqrt()).ceil() as usize }
}

/// The most people at the front desk at any hour.
pub(super) fn agents(business: &Business) -> usize {
    (FIRST_DAY..FIRST_DAY + 7).flat_map(|day| OPEN.map(move |hour| planned(business, day, hour))).max().unwrap_or(0)
}

pub(super) fn technicians(business: &Business) -> usize {
    (TECHNICIANS * business.factor).ceil() as usize
}

/// A technician for some work.
pub(super) fn technician(business: &Business, chance: &mut Chance) -> u64 {
    staff(business.reps() + agents(business) + chance.below(technicians(business)))
}

struct Call {
    number: u64,
    out: bool,
    at: i64,
    person: Option<u32>,
    from: Option<String>,
    agent: Option<u64>,
    campaign: Option<u64>,
    ring: i64,
    talk: i64,
    outcome: &'static str,
    sentiment: Option<f64>,
    replies_to: Option<u64>,
}

pub(super) fn calls(business: &Business, week: usize) -> Result<RecordBatch> {
    let agents = agents(business);
    let mut rows = Vec::new();
    for place in piece(week, 7, DAYS) {
        let day = FIRST_DAY + place as i64;
        let chance = &mut business.chance(stream::CALLS, place);
        for hour in OPEN {
            for _ in 0..chance.poisson(calls_per_hour(business, day, hour) * season(day as f64)) {
                let number = (place as u64) << 24 | rows.len() as u64;
                call(business, chance, day, hour, number, agents, &mut rows);
            }
        }
    }
    let missed = |row: &Call| (!row.out).then_some(row.agent.is_none());
    Columns::of("telephony", rows.iter().map(|row| key(Thing::Call, row.number)), UPDATED_AT)
        .text("kind", rows.iter().map(|_| "call"))
        .text("direction", rows.iter().map(|row| if row.out { "out" } else { "in" }))
        .instant("started_at", rows.iter().map(|row| row.at))
        .instant("ended_at", rows.iter().map(|row| row.at + row.ring + row.talk))
        .maybe_key("party_id", rows.iter().map(|row| row.person.map(|person| key(Thing::Person, u64::from(person)))))
        .maybe_key("staff_id", rows.iter().map(|row| row.agent))
        .maybe_text("from_addr", rows.iter().map(|row| row.from.as_ref()))
        .maybe_text(
            "tracking_number",
            rows.iter().map(|row| row.campaign.map(|campaign| format!("+1207555{:04}", campaign % 10_000))),
        )
        .maybe_key("campaign_id", rows.iter().map(|row| row.campaign))
        .text("status", rows.iter().map(|row| if row.talk > 0 { "completed" } else { "no_answer" }))
        .flag("answered", rows.iter().map(|row| Some(row.talk > 0)))
        .flag("missed", rows.iter().map(missed))
        .int("ring_s", rows.iter().map(|row| Some(row.ring)))
        .int("talk_s", rows.iter().map(|row| Some(row.talk)))
        .double("sentiment", rows.iter().map(|row| row.sentiment))
        .text("outcome", rows.iter().map(|row| row.outcome))
        .maybe_key("replies_to", rows.iter().map(|row| row.replies_to))
        .finish()
}

fn call(
    business: &Business,
    chance: &mut Chance,
    day: i64,
    hour: i64,
    number: u64,
    agents: usize,
    rows: &mut Vec<Call>,
) {
    let at = instant(day, hour * HOUR + chance.below(HOUR as usize) as i64);
    // Customers are numbered in the order in which they came, nearly as the years go by.
    let so_far = business.customers.len() as f64 * (day - FIRST_DAY) as f64 / DAYS as f64;
    let customer = business.customers.get(chance.below(so_far as usize + 1)).filter(|_| chance.happens(0.6));
    let person = customer.filter(|customer| business.person_of(customer).born < at).map(|customer| customer.person);
    let from = match person {
        Some(person) => contact(business, person as usize).phone,
        None => chance.happens(0.9).then(|| format!("+1207{:07}", 9_000_000 + chance.below(999_999))),
    };
    let channel = browsing(chance);
    let tracked = channel != EMAIL && chance.happens(0.5);
    let campaign = if tracked { campaign_for(channel, number) } else { None };
    let missed = match () {
        () if day == truth::CLOSED_EARLY && hour >= truth::CLOSED_FROM => 1.0,
        () if truth::PHONE_OUTAGE.contains(&day) => truth::MISSED_IN_OUTAGE,
        () if truth::is_gap(day, hour) => truth::MISSED_IN_GAPS,
        () => truth::MISSED,
    };
    let agent = (!chance.happens(missed)).then(|| staff(business.reps() + chance.below(agents)));
    let talk = if agent.is_some() { chance.lognormal(TALK, 0.6).max(5.0) as i64 } else { 0 };
    let outcomes =
        [("booked", 0.33), ("quoted", 0.17), ("question", 0.36), ("complaint", 0.06), ("wrong_number", 0.08)];
    let outcome = match agent {
        Some(_) => outcomes[chance.weighted(outcomes.iter().map(|outcome| outcome.1))].0,
        None => "no_answer",
    };
    let mood = if outcome == "complaint" { -0.5 } else { 0.25 };
    rows.push(Call {
        number,
        out: false,
        at,
        person,
        from: from.clone(),
        agent,
        campaign,
        ring: if agent.is_some() { chance.exponential(9.0) as i64 + 2 } else { chance.exponential(25.0) as i64 + 8 },
        talk,
        outcome,
        sentiment: agent.is_some().then(|| (mood + 0.3 * chance.normal()).clamp(-1.0, 1.0)),
        replies_to: None,
    });
    if agent.is_none() && chance.happens(CALLED_BACK) {
        let at = at + (chance.lognormal(95.0, 0.9) * 60.0) as i64;
        if at >= END || day == truth::CLOSED_EARLY {
            return;
        }
        let talk = if chance.happens(0.7) { chance.lognormal(TALK, 0.6).max(5.0) as i64 } else { 0 };
        rows.push(Call {
            number: number | 1 << 23,
            out: true,
            at,
            person,
            from: None,
            agent: Some(staff(business.reps() + chance.below(agents))),
            campaign: None,
            ring: 12,
            talk,
            outcome: if talk > 0 { "question" } else { "no_answer" },
            sentiment: None,
            replies_to: Some(key(Thing::Call, number)),
        });
    }
}

struct Shift {
    number: u64,
    kind: &'static str,
    staff: u64,
    unit: u64,
    start: i64,
    end: i64,
    pause: i64,
    pay: i64,
}

/// Shifts as planned and as worked.
pub(super) fn hours(business: &Business, week: usize) -> Result<RecordBatch> {
    let (reps, agents) = (business.reps(), agents(business));
    let mut rows = Vec::new();
    for place in piece(week, 7, DAYS) {
        let day = FIRST_DAY + place as i64;
        let chance = &mut business.chance(stream::CALLS, 1_000_000 + place);
        // The first person of the desk covers every hour that needs one, the second those that need two, and so on.
        for agent in 0..agents {
            let mut hour = OPEN.start;
            while hour < OPEN.end {
                let from = hour;
                while hour < OPEN.end && planned(business, day, hour) > agent {
                    hour += 1;
                }
                if hour > from {
                    shift(chance, place, staff(reps + agent), FRONT_DESK, (day, from, hour), &mut rows);
                }
                hour += 1;
            }
        }
        if weekday(day) < 5 {
            for technician in 0..technicians(business) {
                shift(chance, place, staff(reps + agents + technician), FIELD_SERVICE, (day, 8, 17), &mut rows);
            }
        }
    }
    Columns::of("hr", rows.iter().map(|row| key(Thing::Shift, row.number)), UPDATED_AT)
        .text("kind", rows.iter().map(|row| row.kind))
        .key("staff_id", rows.iter().map(|row| row.staff))
        .instant("start_at", rows.iter().map(|row| row.start))
        .instant("end_at", rows.iter().map(|row| row.end))
        .int("break_min", rows.iter().map(|row| Some(row.pause)))
        .key("org_unit_id", rows.iter().map(|row| key(Thing::Unit, row.unit)))
        .flag("billable", rows.iter().map(|row| Some(row.unit == FIELD_SERVICE)))
        .money("pay_rate", rows.iter().map(|row| row.pay * CENT))
        .maybe_money("bill_rate", rows.iter().map(|row| (row.unit == FIELD_SERVICE).then_some(7_800 * CENT)))
        .text("currency", rows.iter().map(|_| "USD"))
        .flag("approved", rows.iter().map(|row| Some(row.kind == "worked")))
        .finish()
}

fn shift(
    chance: &mut Chance,
    place: usize,
    staff: u64,
    unit: u64,
    (day, from, to): (i64, i64, i64),
    rows: &mut Vec<Shift>,
) {
    let (start, end) = (instant(day, from * HOUR), instant(day, to * HOUR));
    let pause = if to - from > 6 { 30 } else { 0 };
    let pay = PAY[usize::from(unit == FIELD_SERVICE)];
    let number = (place as u64) << 24 | rows.len() as u64;
    rows.push(Shift { number, kind: "planned", staff, unit, start, end, pause, pay });
    // Few are ill; the others leave a little earlier or later than planned.
    let (kind, minutes) = if chance.happens(0.03) { ("leave", 0) } else { ("worked", (12.0 * chance.normal()) as i64) };
    rows.push(Shift { number: number | 1 << 23, kind, staff, unit, start, end: end + 60 * minutes, pause, pay });
}
