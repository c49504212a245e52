//! `pg_timezone_names` and `pg_timezone_abbrevs`: the zones, with what they are off from UTC now.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::{OffsetComponents, OffsetName, TZ_VARIANTS};
use datafusion::arrow::array::{ArrayRef, BooleanArray, IntervalMonthDayNanoArray, RecordBatch, StringArray};
use datafusion::arrow::datatypes::IntervalMonthDayNano;
use datafusion::error::Result;

use crate::clock;
use crate::pg_catalog::declared::Declared;

/// A zone as it is now.
struct Zone {
    name: String,
    abbreviation: String,
    seconds: i64,
    is_summer: bool,
}

pub(super) fn names(declared: &'static Declared) -> Result<RecordBatch> {
    let zones = now();
    let text = |value: fn(&Zone) -> &str| Arc::new(StringArray::from_iter_values(zones.iter().map(value))) as ArrayRef;
    let columns = vec![text(|zone| &zone.name), text(|zone| &zone.abbreviation), offsets(&zones), summers(&zones)];
    Ok(RecordBatch::try_new(Arc::clone(&declared.schema), columns)?)
}

pub(super) fn abbreviations(declared: &'static Declared) -> Result<RecordBatch> {
    let mut found = BTreeMap::new();
    for zone in now() {
        // Where there is no word for a zone, its offset stands in the place of one.
        if zone.abbreviation.starts_with(|first: char| first.is_ascii_alphabetic()) {
            found.entry(zone.abbreviation.clone()).or_insert(zone);
        }
    }
    let zones: Vec<Zone> = found.into_values().collect();
    let names = StringArray::from_iter_values(zones.iter().map(|zone| &zone.abbreviation));
    let columns = vec![Arc::new(names) as ArrayRef, offsets(&zones), summers(&zones)];
    Ok(RecordBatch::try_new(Arc::clone(&declared.schema), columns)?)
}

fn now() -> Vec<Zone> {
    let moment = DateTime::from_timestamp_micros(clock::now_us()).unwrap_or_default().naive_utc();
    let zone = |zone: &chrono_tz::Tz| {
        let offset = zone.offset_from_utc_datetime(&moment);
        Zone {
            name: zone.name().to_owned(),
            abbreviation: offset.abbreviation().unwrap_or_default().to_owned(),
            seconds: i64::from(offset.fix().local_minus_utc()),
            is_summer: !offset.dst_offset().is_zero(),
        }
    };
    TZ_VARIANTS.iter().map(zone).collect()
}

fn offsets(zones: &[Zone]) -> ArrayRef {
    let interval = |zone: &Zone| IntervalMonthDayNano::new(0, 0, zone.seconds * 1_000_000_000);
    Arc::new(IntervalMonthDayNanoArray::from_iter_values(zones.iter().map(interval)))
}

fn summers(zones: &[Zone]) -> ArrayRef {
    Arc::new(zones.iter().map(|zone| Some(zone.is_summer)).collect::<BooleanArray>())
}
