//! Orders with their invoices and refunds, their lines, and what was paid for them.

use arrow::array::RecordBatch;
use bellwether::Result;

use super::parties::party_of_order;
use super::{PIECE, UPDATED_AT, piece};
use crate::cli::demo::business::{Business, Order, stream};
use crate::cli::demo::calendar::{DAY, END, local_day};
use crate::cli::demo::columns::{Columns, Thing, key};
use crate::cli::demo::company::{BANK, FIELD_SERVICE, PRODUCTS, SALES, SHOP};
use crate::cli::demo::facts::{Facts, cents};

/// The share of card payments that fail before one succeeds, and what the processor keeps.
const FAILURES: f64 = 0.02;
pub(super) const FEE: f64 = 0.029;

/// A row of `documents`; amounts in ten-thousandths.
#[derive(Debug, Clone, Default)]
pub(super) struct Document {
    pub(super) id: u64,
    pub(super) kind: &'static str,
    pub(super) number: String,
    pub(super) party: Option<u64>,
    pub(super) deal: Option<u64>,
    pub(super) parent: Option<u64>,
    pub(super) unit: Option<u64>,
    pub(super) owner: Option<u64>,
    pub(super) status: &'static str,
    pub(super) issued_at: i64,
    pub(super) due_on: Option<i64>,
    pub(super) paid_at: Option<i64>,
    pub(super) currency: &'static str,
    pub(super) subtotal: i64,
    pub(super) discount: i64,
    pub(super) tax: i64,
    pub(super) shipping: i64,
    pub(super) total: i64,
    pub(super) balance: Option<i64>,
    pub(super) cost: Option<i64>,
    pub(super) channel: Option<&'static str>,
    pub(super) reason: Option<&'static str>,
}

pub(super) fn batch(source: &'static str, rows: &[Document]) -> Result<RecordBatch> {
    Columns::of(source, rows.iter().map(|row| row.id), UPDATED_AT)
        .text("kind", rows.iter().map(|row| row.kind))
        .text("number", rows.iter().map(|row| &row.number))
        .maybe_key("party_id", rows.iter().map(|row| row.party))
        .maybe_key("deal_id", rows.iter().map(|row| row.deal))
        .maybe_key("parent_id", rows.iter().map(|row| row.parent))
        .maybe_key("org_unit_id", rows.iter().map(|row| row.unit.map(|unit| key(Thing::Unit, unit))))
        .maybe_key("owner_id", rows.iter().map(|row| row.owner))
        .text("status", rows.iter().map(|row| row.status))
        .instant("issued_at", rows.iter().map(|row| row.issued_at))
        .maybe_day("due_on", rows.iter().map(|row| row.due_on))
        .maybe_instant("paid_at", rows.iter().map(|row| row.paid_at))
        .text("currency", rows.iter().map(|row| row.currency))
        .money("subtotal", rows.iter().map(|row| row.subtotal))
        .money("discount", rows.iter().map(|row| row.discount))
        .money("tax", rows.iter().map(|row| row.tax))
        .money("shipping", rows.iter().map(|row| row.shipping))
        .money("total", rows.iter().map(|row| row.total))
        .maybe_money("balance", rows.iter().map(|row| row.balance))
        .maybe_money("cost", rows.iter().map(|row| row.cost))
        .maybe_text("channel", rows.iter().map(|row| row.channel))
        .maybe_text("reason", rows.iter().map(|row| row.reason))
        .finish()
}

pub(super) fn orders(business: &Business, number: usize) -> Result<RecordBatch> {
    let mut rows = Vec::with_capacity(PIECE + PIECE / 4);
    for place in piece(number, PIECE, business.orders.len()) {
        of_order(business, place, &mut rows);
    }
    batch("shop", &rows)
}

fn of_order(business: &Business, place: usize, rows: &mut Vec<Document>) {
    let order = &business.orders[place];
    let customer = business.customer_of(order);
    let facts = Facts::of(business, place);
    let number = place as u64;
    let first = customer.first_order as usize == place;
    let document = Document {
        id: key(Thing::Order, number),
        kind: "order",
        number: format!("SO-{number:06}"),
        party: Some(party_of_order(business, customer, place)),
        deal: customer.lead.filter(|_| first).map(|lead| key(Thing::Opportunity, u64::from(lead))),
        unit: Some(if facts.is_service { FIELD_SERVICE } else { SHOP }),
        status: "fulfilled",
        issued_at: order.at,
        currency: facts.country.currency,
        subtotal: facts.subtotal(),
        discount: facts.discount,
        tax: facts.tax,
        shipping: facts.shipping,
        total: facts.total(),
        cost: Some(facts.cost),
        channel: Some(if facts.by_phone { "phone" } else { "web" }),
        ..Document::default()
    };
    if let Some((due, _)) = facts.invoice {
        let paid_at = facts.paid_at(order);
        let overdue = due < local_day(END - 1);
        rows.push(Document {
            id: key(Thing::Invoice, number),
            kind: "invoice",
            number: format!("IN-{number:06}"),
            parent: Some(document.id),
            status: match paid_at {
                Some(_) => "paid",
                None if overdue => "overdue",
                None => "open",
            },
            due_on: Some(due),
            paid_at,
            balance: Some(if paid_at.is_some() { 0 } else { document.total }),
            cost: None,
            channel: None,
            ..document.clone()
        });
    }
    if let Some(refund) = facts.refund {
        rows.push(Document {
            id: key(Thing::Refund, number),
            kind: if facts.invoice.is_some() { "credit_note" } else { "refund" },
            number: format!("RF-{number:06}"),
            parent: Some(document.id),
            status: "paid",
            issued_at: refund.at,
            paid_at: Some(refund.at),
            subtotal: refund.net,
            discount: 0,
            tax: refund.tax,
            shipping: 0,
            total: refund.net + refund.tax,
            cost: None,
            channel: None,
            reason: Some(refund.reason),
            ..document.clone()
        });
    }
    rows.push(document);
}

pub(super) fn lines(business: &Business, number: usize) -> Result<RecordBatch> {
    let mut rows = Vec::with_capacity(2 * PIECE);
    for place in piece(number, PIECE, business.orders.len()) {
        let facts = Facts::of(business, place);
        let (day, unit) = (facts.day, if facts.is_service { FIELD_SERVICE } else { SHOP });
        rows.extend(
            facts.lines.into_iter().enumerate().map(|(line_no, line)| (place as u64, line_no as u64, line, day, unit)),
        );
    }
    let service = |product: usize| PRODUCTS[product].kind == "service";
    Columns::of("shop", rows.iter().map(|row| key(Thing::Line, row.0 * 8 + row.1)), UPDATED_AT)
        .key("document_id", rows.iter().map(|row| key(Thing::Order, row.0)))
        .int("line_no", rows.iter().map(|row| Some(row.1 as i64 + 1)))
        .key("product_id", rows.iter().map(|row| key(Thing::Product, row.2.product as u64)))
        .key("account_id", rows.iter().map(|_| key(Thing::Account, SALES)))
        .key("org_unit_id", rows.iter().map(|row| key(Thing::Unit, row.4)))
        .text("description", rows.iter().map(|row| PRODUCTS[row.2.product].name))
        .decimal("quantity", rows.iter().map(|row| Some(row.2.quantity * 1_000_000)), (18, 6))
        .money("unit_price", rows.iter().map(|row| row.2.unit_price))
        .money("discount", rows.iter().map(|row| row.2.discount))
        .money("tax", rows.iter().map(|row| row.2.tax))
        .money("amount", rows.iter().map(|row| row.2.amount))
        .money("unit_cost", rows.iter().map(|row| row.2.unit_cost))
        .maybe_day("service_from", rows.iter().map(|row| service(row.2.product).then_some(row.3)))
        .maybe_day("service_to", rows.iter().map(|row| service(row.2.product).then_some(row.3 + 30)))
        .finish()
}

/// A row of `payments`; amounts in ten-thousandths.
#[derive(Debug, Clone)]
pub(super) struct Payment {
    pub(super) id: u64,
    pub(super) out: bool,
    pub(super) kind: &'static str,
    pub(super) document: u64,
    pub(super) party: Option<u64>,
    pub(super) paid_at: i64,
    pub(super) amount: i64,
    pub(super) fee: Option<i64>,
    pub(super) currency: &'static str,
    pub(super) method: &'static str,
    pub(super) failure: Option<&'static str>,
}

pub(super) fn payment_batch(source: &'static str, rows: &[Payment]) -> Result<RecordBatch> {
    Columns::of(source, rows.iter().map(|row| row.id), UPDATED_AT)
        .text("direction", rows.iter().map(|row| if row.out { "out" } else { "in" }))
        .text("kind", rows.iter().map(|row| row.kind))
        .key("document_id", rows.iter().map(|row| row.document))
        .maybe_key("party_id", rows.iter().map(|row| row.party))
        .key("account_id", rows.iter().map(|_| key(Thing::Account, BANK)))
        .instant("paid_at", rows.iter().map(|row| row.paid_at))
        .money("amount", rows.iter().map(|row| row.amount))
        .maybe_money("fee", rows.iter().map(|row| row.fee))
        .text("currency", rows.iter().map(|row| row.currency))
        .text("method", rows.iter().map(|row| row.method))
        .text("status", rows.iter().map(|row| if row.failure.is_some() { "failed" } else { "succeeded" }))
        .maybe_text("failure", rows.iter().map(|row| row.failure))
        .maybe_day("settled_on", rows.iter().map(|row| row.failure.is_none().then(|| local_day(row.paid_at + 2 * DAY))))
        .finish()
}

pub(super) fn payments(business: &Business, number: usize) -> Result<RecordBatch> {
    let mut rows = Vec::with_capacity(PIECE + PIECE / 16);
    for place in piece(number, PIECE, business.orders.len()) {
        let facts = Facts::of(business, place);
        let order = &business.orders[place];
        of_facts(business, place, order, &facts, &mut rows);
    }
    payment_batch("processor", &rows)
}

fn of_facts(business: &Business, place: usize, order: &Order, facts: &Facts, rows: &mut Vec<Payment>) {
    let (number, by_invoice) = (place as u64, facts.invoice.is_some());
    let chance = &mut business.chance(stream::COSTS, 1_000_000 + place);
    if let Some(paid_at) = facts.paid_at(order) {
        let paid = Payment {
            id: key(Thing::Payment, 4 * number),
            out: false,
            kind: "payment",
            document: key(if by_invoice { Thing::Invoice } else { Thing::Order }, number),
            party: Some(party_of_order(business, business.customer_of(order), place)),
            paid_at,
            amount: facts.total(),
            fee: (!by_invoice).then(|| fee(facts.total())),
            currency: facts.country.currency,
            method: if by_invoice { "transfer" } else { "card" },
            failure: None,
        };
        if !by_invoice && chance.happens(FAILURES) {
            let failure = Some(chance.pick(&["insufficient_funds", "card_declined", "expired_card"]));
            rows.push(Payment {
                id: key(Thing::Payment, 4 * number + 1),
                paid_at: paid_at - 90,
                fee: None,
                failure,
                ..paid
            });
        }
        if let Some(refund) = facts.refund {
            rows.push(Payment {
                id: key(Thing::Payment, 4 * number + 2),
                out: true,
                kind: "refund",
                document: key(Thing::Refund, number),
                paid_at: refund.at,
                amount: refund.net + refund.tax,
                fee: None,
                ..paid
            });
        }
        rows.push(paid);
    }
}

/// What the processor keeps of a card payment.
pub(super) fn fee(total: i64) -> i64 {
    cents(total as f64 * FEE)
}
