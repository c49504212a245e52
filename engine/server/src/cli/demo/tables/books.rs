//! The books: bills and their payments, the ledger by days, and what the bank held.
//!
//! Sales are posted as one journal a day, as shops do; bills and wages as they come.

use arrow::array::RecordBatch;
use bellwether::Result;

use super::UPDATED_AT;
use super::documents::{Document, Payment, batch, fee, payment_batch};
use crate::cli::demo::business::{Business, stream};
use crate::cli::demo::calendar::{DAYS, FIRST_DAY, HOUR, LAST_DAY, days, instant, local_day, months};
use crate::cli::demo::columns::{Columns, Thing, key};
use crate::cli::demo::company::{
    ADVERTISING, BANK, COST_OF_SALES, EQUITY, FEES, MARKETING, PAYABLE, PAYROLL, RECEIVABLE, REFUNDED, SALES,
    SALES_TAX, SHOP, STANDING, UNITS,
};
use crate::cli::demo::facts::{CENT, Facts};
use crate::cli::demo::truth;

/// Wages of a month of the small business, and what the owner put in, in cents.
const WAGES: f64 = 1_750_000.0;
const CAPITAL: f64 = 9_000_000.0;
/// Bills are paid so many days after they come.
const TERMS: i64 = 21;

/// The budget of a cost centre for a month.
pub(super) fn budget_cents(business: &Business, unit: u64) -> i64 {
    let standing: i64 = STANDING.iter().filter(|bill| bill.2 == unit).map(|bill| bill.3).sum();
    (standing as f64 * 1.03 * business.factor) as i64
}

struct Bill {
    number: u64,
    vendor: u64,
    account: u64,
    unit: u64,
    day: i64,
    amount: i64,
}

impl Bill {
    fn paid_on(&self) -> i64 {
        self.day + TERMS
    }
}

/// What vendors bill: what comes back every month, and goods as they were sold the month before.
fn all_bills(business: &Business, totals: &Totals) -> Vec<Bill> {
    let mut rows = Vec::new();
    for (month, start) in months().into_iter().take(36).enumerate() {
        let chance = &mut business.chance(stream::COSTS, month);
        for (vendor, (_, account, unit, cents, day)) in STANDING.into_iter().enumerate() {
            let over = UNITS[unit as usize].0 == truth::OVERRUN_UNIT && truth::OVERRUN_PERIOD.contains(&start);
            // What is planted is the share of the budget, which is a little above the usual bill.
            let share = if over { truth::OVERRUN * 1.03 } else { chance.between(0.97, 1.03) };
            let amount = (cents as f64 * share * business.factor) as i64 * CENT;
            let number = (month * 10 + vendor) as u64;
            rows.push(Bill { number, vendor: vendor as u64, account, unit, day: start + day - 1, amount });
        }
        let before = if month == 0 { start } else { months()[month - 1] };
        let goods = (before..start).map(|day| totals.of(day).goods).sum();
        if goods > 0 {
            let (vendor, unit) = (STANDING.len() as u64, SHOP);
            rows.push(Bill {
                number: (month * 10) as u64 + vendor,
                vendor,
                account: COST_OF_SALES,
                unit,
                day: start + 1,
                amount: goods,
            });
        }
    }
    rows
}

pub(super) fn bills(business: &Business, _: usize) -> Result<RecordBatch> {
    let totals = Totals::of_all(business);
    let documents: Vec<Document> = all_bills(business, &totals)
        .into_iter()
        .map(|bill| {
            let paid = bill.paid_on() <= LAST_DAY;
            Document {
                id: key(Thing::Bill, bill.number),
                kind: "bill",
                number: format!("BI-{:04}", bill.number),
                party: Some(key(Thing::Vendor, bill.vendor)),
                unit: Some(bill.unit),
                status: if paid { "paid" } else { "open" },
                issued_at: instant(bill.day, 9 * HOUR),
                due_on: Some(bill.paid_on()),
                paid_at: paid.then(|| instant(bill.paid_on(), 10 * HOUR)),
                currency: "USD",
                subtotal: bill.amount,
                total: bill.amount,
                balance: Some(if paid { 0 } else { bill.amount }),
                ..Document::default()
            }
        })
        .collect();
    batch("books", &documents)
}

pub(super) fn payments(business: &Business, _: usize) -> Result<RecordBatch> {
    let totals = Totals::of_all(business);
    let rows: Vec<Payment> = all_bills(business, &totals)
        .into_iter()
        .filter(|bill| bill.paid_on() <= LAST_DAY)
        .map(|bill| Payment {
            id: key(Thing::Payment, (1 << 50) + bill.number),
            out: true,
            kind: "payment",
            document: key(Thing::Bill, bill.number),
            party: Some(key(Thing::Vendor, bill.vendor)),
            paid_at: instant(bill.paid_on(), 10 * HOUR),
            amount: bill.amount,
            fee: None,
            currency: "USD",
            method: "transfer",
            failure: None,
        })
        .collect();
    payment_batch("books", &rows)
}

/// A day of sales, in ten-thousandths of dollars.
#[derive(Debug, Clone, Copy, Default)]
struct Day {
    revenue: i64,
    tax: i64,
    /// What the goods cost; vendors bill it.
    goods: i64,
    refunded: i64,
    refunded_tax: i64,
    received: i64,
    fees: i64,
}

#[derive(Debug)]
struct Totals(Vec<Day>);

impl Totals {
    fn of_all(business: &Business) -> Self {
        let mut totals = Self(vec![Day::default(); DAYS]);
        for (number, order) in business.orders.iter().enumerate() {
            let facts = Facts::of(business, number);
            let (total, tax) = (facts.dollars(facts.total()), facts.dollars(facts.tax));
            let day = totals.at(facts.day);
            day.revenue += total - tax;
            day.tax += tax;

            if !facts.is_service {
                day.goods += facts.dollars(facts.cost);
            }
            if let Some(paid_at) = facts.paid_at(order) {
                let day = totals.at(local_day(paid_at));
                day.received += total;
                if facts.invoice.is_none() {
                    day.fees += fee(total);
                }
            }
            if let Some(refund) = facts.refund {
                let day = totals.at(local_day(refund.at));
                day.refunded += facts.dollars(refund.net);
                day.refunded_tax += facts.dollars(refund.tax);
            }
        }
        totals
    }

    fn at(&mut self, day: i64) -> &mut Day {
        &mut self.0[(day.clamp(FIRST_DAY, LAST_DAY) - FIRST_DAY) as usize]
    }

    fn of(&self, day: i64) -> Day {
        self.0[(day.clamp(FIRST_DAY, LAST_DAY) - FIRST_DAY) as usize]
    }
}

/// A posting: day, journal, account, amount in ten-thousandths, cost centre, memo.
struct Posting {
    day: i64,
    journal: u64,
    account: u64,
    amount: i64,
    unit: Option<u64>,
    bill: Option<u64>,
    memo: &'static str,
}

/// All journals; each sums to zero.
fn journals(business: &Business) -> Vec<Posting> {
    let totals = Totals::of_all(business);
    let mut rows = Vec::new();
    let mut journal = 0;
    let mut post = |day: i64, memo, unit, bill, postings: &[(u64, i64)]| {
        journal += 1;
        for (account, amount) in postings.iter().copied().filter(|(_, amount)| *amount != 0) {
            rows.push(Posting { day, journal, account, amount, unit, bill, memo });
        }
    };
    let capital = (CAPITAL * business.factor) as i64 * CENT;
    post(FIRST_DAY, "capital", None, None, &[(BANK, capital), (EQUITY, -capital)]);
    for day in days() {
        let of = totals.of(day);
        let billed = of.revenue + of.tax;
        post(day, "sales", None, None, &[(RECEIVABLE, billed), (SALES, -of.revenue), (SALES_TAX, -of.tax)]);
        post(
            day,
            "receipts",
            None,
            None,
            &[(BANK, of.received - of.fees), (FEES, of.fees), (RECEIVABLE, -of.received)],
        );
        // Work is paid with the wages; goods are owed to vendors until their bill is paid.
        post(day, "goods sold", None, None, &[(COST_OF_SALES, of.goods), (PAYABLE, -of.goods)]);
        let back = of.refunded + of.refunded_tax;
        post(day, "refunds", None, None, &[(REFUNDED, of.refunded), (SALES_TAX, of.refunded_tax), (BANK, -back)]);
        let spent: f64 =
            (0..super::super::channel::CHANNELS.len()).map(|channel| business.advertising.cost(channel, day).0).sum();
        let spent = (spent * business.factor) as i64 * CENT;
        post(day, "advertising", Some(MARKETING), None, &[(ADVERTISING, spent), (BANK, -spent)]);
    }
    for end in months().into_iter().skip(1) {
        let wages = (WAGES * business.factor) as i64 * CENT;
        post(end - 1, "wages", None, None, &[(PAYROLL, wages), (BANK, -wages)]);
    }
    for bill in all_bills(business, &totals) {
        if bill.account != COST_OF_SALES {
            let postings = [(bill.account, bill.amount), (PAYABLE, -bill.amount)];
            post(bill.day, "bill", Some(bill.unit), Some(bill.number), &postings);
        }
        if bill.paid_on() <= LAST_DAY {
            let postings = [(PAYABLE, bill.amount), (BANK, -bill.amount)];
            post(bill.paid_on(), "payment of a bill", None, Some(bill.number), &postings);
        }
    }
    rows
}

pub(super) fn entries(business: &Business, _: usize) -> Result<RecordBatch> {
    let rows = journals(business);
    Columns::of("books", super::reference::keys(Thing::Posting, rows.len()), UPDATED_AT)
        .day("posted_on", rows.iter().map(|row| row.day))
        .key("account_id", rows.iter().map(|row| key(Thing::Account, row.account)))
        .money("amount", rows.iter().map(|row| row.amount))
        .text("currency", rows.iter().map(|_| "USD"))
        .money("amount_base", rows.iter().map(|row| row.amount))
        .text("journal_id", rows.iter().map(|row| format!("J{:06}", row.journal)))
        .maybe_key("document_id", rows.iter().map(|row| row.bill.map(|bill| key(Thing::Bill, bill))))
        .maybe_key("org_unit_id", rows.iter().map(|row| row.unit.map(|unit| key(Thing::Unit, unit))))
        .text("basis", rows.iter().map(|_| "accrual"))
        .text("memo", rows.iter().map(|row| row.memo))
        .finish()
}

/// What the bank held at the end of each day: the sum of its postings.
pub(super) fn balances(business: &Business, _: usize) -> Result<RecordBatch> {
    let mut moved = vec![0_i64; DAYS];
    for row in journals(business).iter().filter(|row| row.account == BANK) {
        moved[(row.day - FIRST_DAY) as usize] += row.amount;
    }
    let mut held = 0;
    for day in &mut moved {
        held += *day;
        *day = held;
    }
    Columns::of("books", super::reference::keys(Thing::Balance, DAYS), UPDATED_AT)
        .key("account_id", (0..DAYS).map(|_| key(Thing::Account, BANK)))
        .day("as_of", days())
        .money("balance", moved.into_iter())
        .text("currency", days().map(|_| "USD"))
        .text("kind", days().map(|_| "actual"))
        .finish()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn every_journal_sums_to_zero_and_stays_in_the_calendar() {
        let mut sums: HashMap<u64, i64> = HashMap::new();
        for row in journals(&Business::generate(4, 0.2)) {
            assert!((FIRST_DAY..=LAST_DAY).contains(&row.day), "{}", row.memo);
            *sums.entry(row.journal).or_default() += row.amount;
        }
        assert!(sums.values().all(|sum| *sum == 0));
    }
}
