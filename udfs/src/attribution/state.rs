//! What paths came to, as bytes.

use bellwether_kernels::attribution::markov::{ORDER_MAX, Transitions};
use bellwether_kernels::attribution::path::PathCounts;
use bellwether_kernels::attribution::{NO_CHANNEL, Outcome};
use datafusion::error::Result;

use crate::adapter::bytes::{Reader, Writer, damaged};
use crate::error::CallError;

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

pub(crate) fn save_paths(paths: &PathCounts, writer: &mut Writer) {
    writer.count(paths.len() as u64);
    for (path, outcome) in paths.iter() {
        save_path(path, writer);
        save_outcome(outcome, writer);
    }
}

/// Adds paths that [`save_paths`] wrote, whose codes `codes` translates.
pub(crate) fn load_paths(reader: &mut Reader<'_>, codes: &[u32], paths: &mut PathCounts) -> Result<()> {
    let mut path = Vec::new();
    for _ in 0..reader.length(25)? {
        load_path(reader, codes, &mut path)?;
        paths.update(&path, load_outcome(reader)?);
    }
    Ok(())
}

pub(super) fn save_transitions(transitions: &Transitions, writer: &mut Writer) {
    save_outcome(transitions.unattributed(), writer);
    let states: Vec<_> = transitions.state_counts().collect();
    writer.count(states.len() as u64);
    for (channels, start, end) in states {
        // The absence of a channel is the greatest code: one more is written, which wraps to zero.
        channels.iter().for_each(|channel| writer.count(channel.wrapping_add(1).into()));
        writer.f64(start);
        save_outcome(end, writer);
    }
    let steps: Vec<_> = transitions.step_counts().collect();
    writer.count(steps.len() as u64);
    for (from, to, count) in steps {
        writer.count(from as u64);
        writer.count(to as u64);
        writer.f64(count);
    }
}

/// Adds transitions of the same order that [`save_transitions`] wrote, whose codes `codes` translates.
pub(super) fn load_transitions(reader: &mut Reader<'_>, codes: &[u32], transitions: &mut Transitions) -> Result<()> {
    transitions.add_unattributed(load_outcome(reader)?);
    let mut places = Vec::new();
    for _ in 0..reader.length(ORDER_MAX + 32)? {
        let mut channels = [NO_CHANNEL; ORDER_MAX];
        for channel in &mut channels {
            let code = usize::try_from(reader.count()?).map_err(|_| damaged())?;
            if let Some(code) = code.checked_sub(1) {
                *channel = *codes.get(code).ok_or_else(damaged)?;
            }
        }
        let start = load_count(reader)?;
        let end = load_outcome(reader)?;
        let place = transitions.add_state(channels, start, end);
        places.push(place.map_err(|error| CallError::invalid(error.to_string()))?);
    }
    for _ in 0..reader.length(10)? {
        let mut place = || -> Result<usize> {
            let place = usize::try_from(reader.count()?).ok().and_then(|place| places.get(place));
            place.copied().ok_or_else(damaged)
        };
        let (from, to) = (place()?, place()?);
        transitions.add_steps(from, to, load_count(reader)?);
    }
    Ok(())
}

fn load_count(reader: &mut Reader<'_>) -> Result<f64> {
    let count = reader.f64()?;
    if count.is_finite() && count >= 0.0 { Ok(count) } else { Err(damaged()) }
}
