//! The steps of a funnel in a table function: what they are called, and how far a customer came.

use bellwether_kernels::journey::event::{CONDITIONS_MAX, Event};
use bellwether_kernels::journey::funnel_mode::FunnelMode;
use bellwether_kernels::journey::window_funnel::{Funnel, Outcome, any_order, chain};
use datafusion::error::Result;

use crate::argument::{Constant, Parameter, Type};
use crate::table::{Call, NULL_CODE, Rows, Slot};

/// A code whose step was not looked up yet. Steps and exclusions leave the highest bit free.
const NOT_READ: u32 = u32::MAX;

/// The parameters that say what a funnel is, after its input.
pub(super) fn parameters() -> Vec<Parameter> {
    vec![
        Parameter::key("customer", "customer_id", "The column of whose event it is."),
        Parameter::order("ts", "The column of when it happened."),
        Parameter::rows("event", Type::Text, "The column of what happened."),
        Parameter::constant("steps", Constant::Texts, "The events that are the steps, from the first to the last."),
        Parameter::constant(
            "window",
            Constant::Interval,
            "The longest time from the first step to the last, inclusive.",
        )
        .or_days(7),
        Parameter::constant(
            "order",
            Constant::Choice(&["loose", "strict", "any"]),
            "`loose`: one step after another, with other events between them; `strict`: with no other events between \
             them, but repeated steps; `any`: in any order.",
        )
        .or("loose"),
        Parameter::constant(
            "exclude",
            Constant::Texts,
            "Events that must not happen between the first step and the last.",
        )
        .or_texts(&[]),
    ]
}

/// The steps of a call, and the events of the customer that is looked at.
#[derive(Debug, Clone)]
pub(super) struct Steps {
    pub(super) names: Vec<String>,
    pub(super) funnel: Funnel,
    any: bool,
    exclude: Vec<String>,
    slot: Slot,
    /// For every code of the column the steps it is, and whether it is excluded.
    met: Vec<u32>,
    events: Vec<Event>,
    times: Vec<i64>,
}

impl Steps {
    /// Reads the steps of a call.
    pub(super) fn bind(call: &Call) -> Result<Self> {
        let names = call.texts("steps")?.to_vec();
        // While the steps are a parameter without a value, one step stands in for them.
        let count = if names.is_empty() && !call.is_complete() { 1 } else { names.len() };
        let exclude = call.texts("exclude")?.to_vec();
        if let Some(name) = exclude.iter().find(|name| names.contains(name)) {
            return Err(call.invalid("exclude", format!("has '{name}', which is a step")).into());
        }
        let order = call.text("order")?;
        let mode = FunnelMode { strict_once: true, strict_order: order == "strict", ..FunnelMode::default() };
        let window = call.micros("window")?.unsigned_abs();
        let steps_max = CONDITIONS_MAX - 1;
        let Some(funnel) = Funnel::new(count, window, mode).filter(|funnel| funnel.steps() <= steps_max) else {
            return Err(call.invalid("steps", format!("must have 1 to {steps_max} elements, got {count}")).into());
        };
        let funnel = if exclude.is_empty() { funnel } else { funnel.excluding(1 << count) };
        let (met, events, times) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { names, funnel, any: order == "any", exclude, slot: call.slot("event")?, met, events, times })
    }

    /// How far the customer of these rows came.
    pub(super) fn outcome(&mut self, rows: &Rows<'_>) -> Outcome {
        self.events.clear();
        for (&ts, &code) in rows.times().iter().zip(rows.codes(self.slot)) {
            let met = self.met(rows, code);
            self.events.push(Event { ts, met });
        }
        if self.any { any_order(&self.funnel, &self.events) } else { chain(&self.funnel, &self.events) }
    }

    /// The times of the steps made.
    pub(super) fn times(&mut self, rows: &Rows<'_>, outcome: &Outcome) -> &[i64] {
        let times = rows.times();
        self.times.clear();
        self.times.extend(outcome.events().iter().map(|&event| times[event as usize]));
        &self.times
    }

    /// What a step is called in a result. In any order there is no first and second, only how many.
    pub(super) fn name(&self, step: usize) -> String {
        match self.any {
            true => format!("any {} of {}", step + 1, self.names.len()),
            false => self.names.get(step).cloned().unwrap_or_default(),
        }
    }

    /// The column of what happened.
    pub(super) fn slot(&self) -> Slot {
        self.slot
    }

    /// The memory it holds beside its own size.
    pub(super) fn heap_bytes(&self) -> usize {
        self.events.capacity() * size_of::<Event>()
            + self.times.capacity() * size_of::<i64>()
            + self.met.capacity() * size_of::<u32>()
    }

    fn met(&mut self, rows: &Rows<'_>, code: u32) -> u32 {
        if code == NULL_CODE {
            return 0;
        }
        let place = code as usize;
        if self.met.len() <= place {
            self.met.resize(rows.texts(self.slot).max(place + 1), NOT_READ);
        }
        if self.met[place] == NOT_READ {
            let text = rows.text(self.slot, code).unwrap_or_default();
            let steps = self.names.iter().enumerate().filter(|(_, name)| *name == text);
            let excluded = self.exclude.iter().any(|name| name == text);
            self.met[place] = steps.fold(u32::from(excluded) << self.names.len(), |met, (step, _)| met | 1 << step);
        }
        self.met[place]
    }
}
