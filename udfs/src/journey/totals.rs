//! Totals of the kernels as saved states.

use bellwether_kernels::journey::durations::Durations;
use bellwether_kernels::journey::funnel::{FunnelParts, FunnelTotals};
use bellwether_kernels::journey::window_funnel::Funnel;
use datafusion::error::Result;

use crate::adapter::bytes::{Reader, Writer, damaged};

/// Writes counts.
pub(super) fn save_counts(counts: &[u64], writer: &mut Writer) {
    writer.count(counts.len() as u64);
    counts.iter().for_each(|&count| writer.count(count));
}

/// Reads counts.
pub(super) fn load_counts(reader: &mut Reader<'_>) -> Result<Vec<u64>> {
    (0..reader.length(1)?).map(|_| reader.count()).collect()
}

/// Writes durations.
pub(crate) fn save_durations(durations: &Durations, writer: &mut Writer) {
    let (exact, counts) = durations.parts();
    save_counts(exact, writer);
    save_counts(counts, writer);
}

/// Reads durations.
pub(crate) fn load_durations(reader: &mut Reader<'_>) -> Result<Durations> {
    Durations::from_parts(load_counts(reader)?, load_counts(reader)?).ok_or_else(damaged)
}

/// Writes the totals of a funnel.
pub(super) fn save_funnel(totals: &FunnelTotals, writer: &mut Writer) {
    let parts = totals.clone().into_parts();
    save_counts(&parts.reached, writer);
    for open in &parts.open {
        writer.count(open.len() as u64);
        open.iter().for_each(|&start| writer.i64(start));
    }
    parts.times.iter().for_each(|times| save_durations(times, writer));
    writer.u8(u8::from(parts.latest.is_some()));
    writer.i64(parts.latest.unwrap_or_default());
    writer.f64(parts.value);
    writer.count(parts.valued);
}

/// Reads the totals of a funnel.
pub(super) fn load_funnel(funnel: &Funnel, reader: &mut Reader<'_>) -> Result<FunnelTotals> {
    let reached = load_counts(reader)?;
    let between = funnel.steps() - 1;
    let mut open = Vec::with_capacity(between);
    for _ in 0..between {
        let starts: Result<Vec<i64>> = (0..reader.length(8)?).map(|_| reader.i64()).collect();
        open.push(starts?);
    }
    let times = (0..between).map(|_| load_durations(reader)).collect::<Result<Vec<Durations>>>()?;
    let known = reader.u8()? == 1;
    let latest = Some(reader.i64()?).filter(|_| known);
    let parts = FunnelParts { reached, open, times, latest, value: reader.f64()?, valued: reader.count()? };
    FunnelTotals::from_parts(funnel, parts).ok_or_else(damaged)
}
