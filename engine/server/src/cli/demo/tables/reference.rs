//! Tables that hardly change: markets, parts of the business, accounts, products, exchange rates.

use arrow::array::RecordBatch;
use bellwether::Result;

use super::UPDATED_AT;
use crate::cli::demo::business::Business;
use crate::cli::demo::calendar::{FIRST_DAY, days};
use crate::cli::demo::columns::{Columns, Thing, key};
use crate::cli::demo::company::{ACCOUNTS, BANK, COUNTRIES, PRODUCTS, UNITS};
use crate::cli::demo::facts::CENT;
use crate::cli::demo::rates::{CURRENCIES, is_fixed};

/// Customers per head of population that a country could have, and what they would spend a year.
const REACH: f64 = 0.0004;
const YEARLY_CENTS: i64 = 42_000;

/// Countries first, then their regions: key, code, level, name, parent, population.
type Market = (u64, &'static str, &'static str, String, Option<u64>, i64);

pub(super) fn markets(_: &Business, _: usize) -> Result<RecordBatch> {
    let mut rows: Vec<Market> = Vec::new();
    for (number, country) in COUNTRIES.iter().enumerate() {
        let id = key(Thing::Market, number as u64);
        rows.push((id, country.code, "country", country.name.to_owned(), None, country.population));
    }
    for (number, country) in COUNTRIES.iter().enumerate() {
        for (place, (region, _)) in country.regions.iter().enumerate() {
            let id = market(number, place);
            let population = country.population / 40 / (place as i64 + 1);
            rows.push((
                id,
                region,
                "region",
                (*region).to_owned(),
                Some(key(Thing::Market, number as u64)),
                population,
            ));
        }
    }
    Columns::of("census", rows.iter().map(|row| row.0), UPDATED_AT)
        .text("geo_code", rows.iter().map(|row| row.1))
        .text("level", rows.iter().map(|row| row.2))
        .text("name", rows.iter().map(|row| &row.3))
        .maybe_key("parent_id", rows.iter().map(|row| row.4))
        .bigint("population", rows.iter().map(|row| Some(row.5)))
        .bigint("households", rows.iter().map(|row| Some(row.5 * 2 / 5)))
        .bigint("businesses", rows.iter().map(|row| Some(row.5 / 40)))
        .money("median_income", rows.iter().map(|row| (52_000 + row.5 % 17_000) * 100 * CENT))
        .money("tam_value", rows.iter().map(|row| (row.5 as f64 * REACH) as i64 * YEARLY_CENTS * CENT))
        .text("currency", rows.iter().map(|_| "USD"))
        .day("as_of", rows.iter().map(|_| FIRST_DAY))
        .finish()
}

/// The key of a region's market.
pub(super) fn market(country: usize, region: usize) -> u64 {
    key(Thing::Market, (100 * (country + 1) + region) as u64)
}

pub(super) fn org_units(_: &Business, _: usize) -> Result<RecordBatch> {
    let company = UNITS.iter().map(|unit| unit.1 == "company");
    Columns::of("hr", keys(Thing::Unit, UNITS.len()), UPDATED_AT)
        .text("kind", UNITS.iter().map(|unit| unit.1))
        .text("name", UNITS.iter().map(|unit| unit.0))
        .maybe_key("parent_id", company.clone().map(|company| (!company).then(|| key(Thing::Unit, 0))))
        .text("tz", UNITS.iter().map(|unit| unit.2))
        .text("country", UNITS.iter().map(|unit| unit.3))
        .maybe_text("ext", company.map(|company| company.then_some(r#"{"currency": "USD"}"#)))
        .finish()
}

pub(super) fn accounts(_: &Business, _: usize) -> Result<RecordBatch> {
    Columns::of("books", keys(Thing::Account, ACCOUNTS.len()), UPDATED_AT)
        .text("kind", ACCOUNTS.iter().map(|account| account.kind))
        .text("subtype", ACCOUNTS.iter().map(|account| account.subtype))
        .text("code", ACCOUNTS.iter().map(|account| account.code))
        .text("name", ACCOUNTS.iter().map(|account| account.name))
        .text("currency", ACCOUNTS.iter().map(|_| "USD"))
        .flag("is_cash", (0..ACCOUNTS.len() as u64).map(|number| Some(number == BANK)))
        .finish()
}

pub(super) fn products(_: &Business, _: usize) -> Result<RecordBatch> {
    Columns::of("shop", keys(Thing::Product, PRODUCTS.len()), UPDATED_AT)
        .text("kind", PRODUCTS.iter().map(|product| product.kind))
        .text("sku", PRODUCTS.iter().map(|product| product.sku))
        .text("name", PRODUCTS.iter().map(|product| product.name))
        .text("category", PRODUCTS.iter().map(|product| product.category))
        .text("unit", PRODUCTS.iter().map(|product| if product.kind == "plan" { "month" } else { "piece" }))
        .money("price", PRODUCTS.iter().map(|product| product.cents * CENT))
        .money("unit_cost", PRODUCTS.iter().map(|product| (product.cents as f64 * product.cost) as i64 * CENT))
        .text("currency", PRODUCTS.iter().map(|_| "USD"))
        .maybe_text("billing_period", PRODUCTS.iter().map(|product| (product.kind == "plan").then_some("month")))
        .flag("active", PRODUCTS.iter().map(|_| Some(true)))
        .finish()
}

pub(super) fn fx_rates(business: &Business, _: usize) -> Result<RecordBatch> {
    let rows: Vec<_> = CURRENCIES
        .iter()
        .flat_map(|(currency, _)| days().filter(|day| is_fixed(*day)).map(move |day| (*currency, day)))
        .collect();
    Columns::of("ecb", keys(Thing::Rate, rows.len()), UPDATED_AT)
        .day("on_date", rows.iter().map(|row| row.1))
        .text("base", rows.iter().map(|row| row.0))
        .text("quote", rows.iter().map(|_| "USD"))
        .decimal("rate", rows.iter().map(|row| Some(business.rates.billionths(row.0, row.1))), (18, 9))
        .text("provider", rows.iter().map(|_| "ECB"))
        .finish()
}

/// The keys of things numbered from 0.
pub(super) fn keys(thing: Thing, rows: usize) -> impl ExactSizeIterator<Item = u64> + Clone {
    (0..rows).map(move |number| key(thing, number as u64))
}
