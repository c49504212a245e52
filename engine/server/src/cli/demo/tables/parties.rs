//! Everybody the demo business deals with, and what they are recognised by.

use arrow::array::RecordBatch;
use bellwether::Result;

use super::{PIECE, UPDATED_AT, piece, reference};
use crate::cli::demo::business::{Business, Customer, Person, stream};
use crate::cli::demo::calendar::{END, FIRST_DAY, instant};
use crate::cli::demo::channel::CHANNELS;
use crate::cli::demo::columns::{Columns, Thing, key, shown};
use crate::cli::demo::company::{COMPETITORS, COUNTRIES, FIRST_NAMES, LAST_NAMES, STANDING};
use crate::cli::demo::truth::PAYMENT_DELAYS;

use super::phone::{agents, technicians};

/// Customers whom two sources know, each by a number of its own.
const TWINS: f64 = 0.02;

/// How somebody is reached.
pub(super) struct Contact {
    pub(super) name: String,
    pub(super) email: Option<String>,
    pub(super) phone: Option<String>,
    region: usize,
    has_postcode: bool,
    /// Whether the shop knows the customer beside the register of customers.
    pub(super) twin: bool,
}

pub(super) fn contact(business: &Business, number: usize) -> Contact {
    let person = &business.people[number];
    let chance = &mut business.chance(stream::IDENTITY, number);
    let (first, last) = (chance.pick(&FIRST_NAMES), chance.pick(&LAST_NAMES));
    let country = &COUNTRIES[usize::from(person.country)];
    let email = format!("{}.{}.{number}@example.com", first.to_lowercase(), last.to_lowercase());
    let email = chance.happens(0.97).then_some(email);
    Contact {
        name: format!("{first} {last}"),
        phone: chance.happens(0.8).then(|| format!("{}{number:07}", country.calling_code)),
        region: chance.below(country.regions.len()),
        has_postcode: chance.happens(0.95),
        twin: email.is_some() && chance.happens(TWINS),
        email,
    }
}

/// The party that an order is recorded under: one of two, where two sources know the customer.
pub(super) fn party_of_order(business: &Business, customer: &Customer, number: usize) -> u64 {
    let person = u64::from(customer.person);
    let thing =
        if number % 2 == 1 && contact(business, customer.person as usize).twin { Thing::Twin } else { Thing::Person };
    key(thing, person)
}

/// The browser that somebody first came with, and the one that some people change to.
pub(super) fn anonymous(number: usize, second: bool) -> u64 {
    key(Thing::Identity, (number as u64) << 4 | u64::from(second))
}

#[derive(Default)]
struct Party {
    id: u64,
    organisation: bool,
    role: &'static str,
    name: Option<String>,
    owner: Option<u64>,
    lifecycle: Option<&'static str>,
    industry: Option<&'static str>,
    email: Option<String>,
    phone: Option<String>,
    place: Option<(usize, usize)>,
    has_postcode: bool,
    first_seen_at: i64,
    newsletter: Option<bool>,
}

fn batch(source: &'static str, rows: &[Party]) -> Result<RecordBatch> {
    let mut roles = arrow::array::ListBuilder::new(arrow::array::StringBuilder::new());
    for row in rows {
        row.role.split(',').for_each(|role| roles.values().append_value(role));
        roles.append(true);
    }
    let region = |row: &Party| row.place.map(|(country, region)| COUNTRIES[country].regions[region]);
    let consent = |newsletter| if newsletter { r#"{"email": true, "sms": false}"# } else { r#"{"email": false}"# };
    Columns::of(source, rows.iter().map(|row| row.id), UPDATED_AT)
        .text("kind", rows.iter().map(|row| if row.organisation { "org" } else { "person" }))
        .array("roles", std::sync::Arc::new(roles.finish()))
        .maybe_text("name", rows.iter().map(|row| row.name.as_ref()))
        .maybe_key("owner_id", rows.iter().map(|row| row.owner))
        .maybe_text("lifecycle", rows.iter().map(|row| row.lifecycle))
        .maybe_text("industry", rows.iter().map(|row| row.industry))
        .maybe_text("email", rows.iter().map(|row| row.email.as_ref()))
        .maybe_text("phone", rows.iter().map(|row| row.phone.as_ref()))
        .maybe_text("country", rows.iter().map(|row| row.place.map(|(country, _)| COUNTRIES[country].code)))
        .maybe_text("region", rows.iter().map(|row| region(row).map(|(code, _)| code)))
        .maybe_text("postcode", rows.iter().map(|row| region(row).filter(|_| row.has_postcode).map(|(_, code)| code)))
        .maybe_key(
            "market_id",
            rows.iter().map(|row| row.place.map(|(country, place)| reference::market(country, place))),
        )
        .instant("first_seen_at", rows.iter().map(|row| row.first_seen_at))
        .maybe_text("consent", rows.iter().map(|row| row.newsletter.map(consent)))
        .finish()
}

fn of_person(business: &Business, number: usize, person: &Person) -> Party {
    let contact = contact(business, number);
    Party {
        id: key(Thing::Person, number as u64),
        name: Some(contact.name),
        email: contact.email,
        phone: contact.phone,
        place: Some((usize::from(person.country), contact.region)),
        has_postcode: contact.has_postcode,
        first_seen_at: person.born,
        ..Party::default()
    }
}

pub(super) fn customers(business: &Business, number: usize) -> Result<RecordBatch> {
    let mut rows = Vec::with_capacity(PIECE + PIECE / 32);
    for customer in &business.customers[piece(number, PIECE, business.customers.len())] {
        let place = customer.person as usize;
        let person = business.person_of(customer);
        let known = Party {
            organisation: customer.industry.is_some(),
            role: if customer.lead.is_some() { "customer,lead" } else { "customer" },
            lifecycle: Some("customer"),
            industry: customer.industry.map(|industry| PAYMENT_DELAYS[usize::from(industry)].0),
            owner: customer.lead.map(|lead| staff(usize::from(business.leads[lead as usize].rep))),
            newsletter: Some(customer.newsletter),
            ..of_person(business, place, person)
        };
        if contact(business, place).twin {
            rows.push(Party {
                id: key(Thing::Twin, place as u64),
                role: "customer",
                email: known.email.clone(),
                place: known.place,
                has_postcode: true,
                first_seen_at: person.born + 3600,
                ..Party::default()
            });
        }
        rows.push(known);
    }
    batch("crm", &rows)
}

/// Leads that did not become customers.
pub(super) fn leads(business: &Business, number: usize) -> Result<RecordBatch> {
    let mut rows = Vec::with_capacity(PIECE);
    for lead in &business.leads[piece(number, PIECE, business.leads.len())] {
        let place = lead.person as usize;
        let person = &business.people[place];
        if person.outcome == crate::cli::demo::business::Outcome::Lead {
            rows.push(Party {
                organisation: lead.organisation,
                role: "lead",
                lifecycle: Some("lead"),
                owner: Some(staff(usize::from(lead.rep))),
                ..of_person(business, place, person)
            });
        }
    }
    batch("crm", &rows)
}

/// The key of a member of the staff: sales reps first, then the front desk, then technicians.
pub(super) fn staff(number: usize) -> u64 {
    key(Thing::Staff, number as u64)
}

/// Staff, vendors and competitors.
pub(super) fn fixed(business: &Business, _: usize) -> Result<RecordBatch> {
    let reps = business.reps();
    let mut rows = Vec::new();
    for number in 0..reps + agents(business) + technicians(business) {
        let chance = &mut business.chance(stream::IDENTITY, usize::MAX - number);
        let (first, last) = (chance.pick(&FIRST_NAMES), chance.pick(&LAST_NAMES));
        rows.push(Party {
            id: staff(number),
            role: if number < reps { "staff,rep" } else { "staff" },
            name: Some(format!("{first} {last}")),
            email: Some(format!("{}.{}.{number}@northlight.example", first.to_lowercase(), last.to_lowercase())),
            place: Some((0, 0)),
            has_postcode: true,
            first_seen_at: instant(FIRST_DAY, 0),
            ..Party::default()
        });
    }
    let mut organisation = |thing, number: usize, role, name: &str, industry| {
        rows.push(Party {
            id: key(thing, number as u64),
            organisation: true,
            role,
            name: Some(name.to_owned()),
            industry,
            place: Some((0, 0)),
            first_seen_at: instant(FIRST_DAY, 0),
            ..Party::default()
        });
    };
    for (number, vendor) in STANDING.iter().enumerate() {
        organisation(Thing::Vendor, number, "vendor", vendor.0, None);
    }
    organisation(Thing::Vendor, STANDING.len(), "vendor", "Atlantic Wholesale", Some("wholesale"));
    for (number, name) in COMPETITORS.iter().enumerate() {
        organisation(Thing::Competitor, number, "competitor", name, Some("home services"));
    }
    batch("hr", &rows)
}

/// Kind, value and whose it is.
struct Identity {
    party: u64,
    kind: &'static str,
    value: String,
    at: i64,
    last_at: i64,
}

pub(super) fn identities(business: &Business, number: usize) -> Result<RecordBatch> {
    let mut rows = Vec::with_capacity(4 * PIECE);
    for customer in &business.customers[piece(number, PIECE, business.customers.len())] {
        let place = customer.person as usize;
        let person = business.person_of(customer);
        let contact = contact(business, place);
        let orders = business.orders_of(customer);
        let (at, last_at) = (person.born, orders.last().map_or(END, |order| order.at));
        let party = key(Thing::Person, place as u64);
        let mut add = |party, kind, value| rows.push(Identity { party, kind, value, at, last_at });
        if let Some(email) = contact.email {
            if contact.twin {
                add(key(Thing::Twin, place as u64), "email", email.clone());
            }
            add(party, "email", email);
        }
        if let Some(phone) = contact.phone {
            add(party, "phone", phone);
        }
        add(party, "anon", shown(anonymous(place, false)));
        if place % 7 == 0 {
            add(party, "anon", shown(anonymous(place, true)));
        }
        if let Some(click) = CHANNELS[usize::from(person.channel)].click_id {
            let kind = match click {
                "gclid" => "click_gclid",
                "fbclid" => "click_fbclid",
                _ => "click_msclkid",
            };
            add(party, kind, shown(key(Thing::Event, place as u64)));
        }
    }
    let first = number << 20;
    let keys = (0..rows.len()).map(|row| key(Thing::Identity, (1 << 60) + (first + row) as u64));
    Columns::of("crm", keys, UPDATED_AT)
        .key("party_id", rows.iter().map(|row| row.party))
        .text("kind", rows.iter().map(|row| row.kind))
        .text("value", rows.iter().map(|row| &row.value))
        .instant("first_seen_at", rows.iter().map(|row| row.at))
        .instant("last_seen_at", rows.iter().map(|row| row.last_at))
        .double("confidence", rows.iter().map(|_| Some(1.0)))
        .finish()
}
