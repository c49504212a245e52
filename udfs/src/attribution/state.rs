//! What paths came to, as bytes.

use bellwether_kernels::attribution::Outcome;
use bellwether_kernels::attribution::path::PathCounts;
use datafusion::error::Result;

use crate::adapter::bytes::{Reader, Writer, damaged};

pub(super) fn save_outcome(outcome: Outcome, writer: &mut Writer) {
    writer.f64(outcome.conversions());
    writer.f64(outcome.nulls());
    writer.f64(outcome.value());
}

pub(super) fn load_outcome(reader: &mut Reader<'_>) -> Result<Outcome> {
    Outcome::new(reader.f64()?, reader.f64()?, reader.f64()?).ok_or_else(damaged)
}

pub(super) fn save_path(path: &[u32], writer: &mut Writer) {
    writer.count(path.len() as u64);
    path.iter().for_each(|channel| writer.count((*channel).into()));
}

/// Reads a path whose codes `codes` translates.
pub(super) fn load_path(reader: &mut Reader<'_>, codes: &[u32], path: &mut Vec<u32>) -> Result<()> {
    path.clear();
    for _ in 0..reader.length(1)? {
        let code = usize::try_from(reader.count()?).ok().and_then(|code| codes.get(code));
        path.push(*code.ok_or_else(damaged)?);
    }
    Ok(())
}

pub(super) fn save_paths(paths: &PathCounts, writer: &mut Writer) {
    writer.count(paths.len() as u64);
    for (path, outcome) in paths.iter() {
        save_path(path, writer);
        save_outcome(outcome, writer);
    }
}

/// Adds paths that [`save_paths`] wrote, whose codes `codes` translates.
pub(super) fn load_paths(reader: &mut Reader<'_>, codes: &[u32], paths: &mut PathCounts) -> Result<()> {
    let mut path = Vec::new();
    for _ in 0..reader.length(25)? {
        load_path(reader, codes, &mut path)?;
        paths.update(&path, load_outcome(reader)?);
    }
    Ok(())
}
