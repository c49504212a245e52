//! The tables of `core`, filled from the demo business piece by piece: any piece can be made at any time, on any
//! thread.

mod books;
mod campaigns;
mod documents;
mod events;
mod outside;
mod parties;
mod phone;
mod pipeline;
mod plans;
mod reference;
mod subscriptions;
mod work;

use arrow::array::RecordBatch;
use bellwether::Result;

use super::business::Business;
use super::calendar::END;

/// Where a table's rows come from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    /// The table in `core`; several sources may fill one.
    pub(super) table: &'static str,
    /// In how many pieces the rows come.
    pub(super) pieces: fn(&Business) -> usize,
    /// The rows of one piece.
    pub(super) make: fn(&Business, usize) -> Result<RecordBatch>,
}

/// All sources, those of referenced tables first.
pub(super) const SOURCES: &[Source] = &[
    Source { table: "markets", pieces: one, make: reference::markets },
    Source { table: "parties", pieces: one, make: parties::fixed },
    Source { table: "parties", pieces: customers, make: parties::customers },
    Source { table: "parties", pieces: leads, make: parties::leads },
    Source { table: "org_units", pieces: one, make: reference::org_units },
    Source { table: "accounts", pieces: one, make: reference::accounts },
    Source { table: "products", pieces: one, make: reference::products },
    Source { table: "campaigns", pieces: one, make: campaigns::campaigns },
    Source { table: "fx_rates", pieces: one, make: reference::fx_rates },
    Source { table: "identities", pieces: customers, make: parties::identities },
    Source { table: "ad_spend", pieces: one, make: campaigns::ad_spend },
    Source { table: "events", pieces: people, make: events::events },
    Source { table: "deals", pieces: leads, make: pipeline::deals },
    Source { table: "documents", pieces: orders, make: documents::orders },
    Source { table: "documents", pieces: leads, make: pipeline::quotes },
    Source { table: "documents", pieces: one, make: books::bills },
    Source { table: "document_lines", pieces: orders, make: documents::lines },
    Source { table: "payments", pieces: orders, make: documents::payments },
    Source { table: "payments", pieces: one, make: books::payments },
    Source { table: "subscriptions", pieces: one, make: subscriptions::subscriptions },
    Source { table: "status_history", pieces: leads, make: pipeline::history },
    Source { table: "work_items", pieces: orders, make: work::items },
    Source { table: "ledger_entries", pieces: one, make: books::entries },
    Source { table: "balances", pieces: one, make: books::balances },
    Source { table: "interactions", pieces: weeks, make: phone::calls },
    Source { table: "interactions", pieces: leads, make: pipeline::messages },
    Source { table: "time_entries", pieces: weeks, make: phone::hours },
    Source { table: "feedback", pieces: orders, make: work::feedback },
    Source { table: "feedback", pieces: one, make: outside::reviews },
    Source { table: "approvals", pieces: one, make: plans::approvals },
    Source { table: "targets", pieces: one, make: plans::targets },
    Source { table: "observations", pieces: one, make: outside::observations },
];

/// Orders, customers and leads of a piece; people, who have many events.
const PIECE: usize = 8_192;
const PEOPLE: usize = 4_096;

/// When the sources last changed the rows: at the end.
const UPDATED_AT: i64 = END;

fn one(_: &Business) -> usize {
    1
}

fn customers(business: &Business) -> usize {
    business.customers.len().div_ceil(PIECE)
}

fn leads(business: &Business) -> usize {
    business.leads.len().div_ceil(PIECE)
}

fn orders(business: &Business) -> usize {
    business.orders.len().div_ceil(PIECE)
}

fn people(business: &Business) -> usize {
    business.people.len().div_ceil(PEOPLE)
}

fn weeks(_: &Business) -> usize {
    super::calendar::DAYS.div_ceil(7)
}

/// The numbers of a piece's things, of `all` there are.
fn piece(number: usize, size: usize, all: usize) -> std::ops::Range<usize> {
    number * size..((number + 1) * size).min(all)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::models::shipped_tables;

    #[test]
    fn every_table_of_the_model_is_filled_with_columns_it_has() {
        let business = Business::generate(1, 0.2);
        let declared: Vec<_> = shipped_tables().collect();
        let filled: BTreeSet<&str> = SOURCES.iter().map(|source| source.table).collect();
        assert_eq!(filled, declared.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>());
        for source in SOURCES {
            let (_, declaration) = declared.iter().find(|(name, _)| *name == source.table).unwrap();
            let pieces = (source.pieces)(&business);
            let rows: usize = (0..pieces).map(|piece| (source.make)(&business, piece).unwrap().num_rows()).sum();
            assert!(rows > 0, "{} is empty", source.table);
            for field in (source.make)(&business, 0).unwrap().schema().fields() {
                assert!(declaration.contains(&format!("\n    {} ", field.name())), "{}.{}", source.table, field.name());
            }
        }
    }
}
