//! `staffing_plan((demand), …)` — how many agents each interval needs, and whether the plan has them.

use bellwether_kernels::operations::erlang::{AGENTS_MAX, agents_for_service, queue};
use datafusion::error::Result;

use super::HOUR_SECONDS;
use crate::argument::{Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, ResultColumn, Sink, Slot, TableFunction};

const SECOND_MICROS: f64 = 1e6;

/// A quotient that is whole must not become the next whole number by rounding.
const ROUNDING: f64 = 1e-9;

const PAGE: Page = Page {
    summary: "How many agents each interval of a day needs for its calls, and what the agents that are planned will be \
              met by: the least agents by Erlang C with whom the service level is reached and who are busy no more than \
              `occupancy` of their time, and with shrinkage how many have to be scheduled for that.",
    result: "ts; calls; agents: needed on the phone; scheduled: with shrinkage; planned and missing: what the plan has, \
             and scheduled less planned, below 0 where it has more; service_level, occupancy, asa_seconds: with the \
             agents that are needed; planned_service_level: with those that are planned; status: 'enough', 'too few' or \
             'overloaded' (more calls than they can take), 'not planned' without a plan.",
    nulls: "A NULL or NaN number of calls is 0. Intervals without a time are left out. A NULL or NaN plan is none.",
    undefined: "Without calls nobody is needed, and service_level is NULL. agents is NULL where more than a million were \
                needed. planned_service_level is NULL where the queue grows without end, and without a plan.",
    errors: "argument interval of staffing_plan must be longer than nothing. argument aht_seconds of staffing_plan must be \
             a number from 0.001 to 1000000, got 0.",
    cost: "Two nanoseconds for each agent and interval.",
    source: "Erlang (1917), as `agents_required`; the upper bound on occupancy is a rule of planners, because Erlang C has \
             large teams work without a pause.",
    example: "WITH demand(at, calls, planned) AS (VALUES
  (TIMESTAMP '2026-03-02 09:00', 100, 10), (TIMESTAMP '2026-03-02 10:00', 200, 24), (TIMESTAMP '2026-03-02 11:00', 0, 1))
SELECT ts, calls, agents, scheduled, planned, missing, status
FROM staffing_plan(demand, ts => 'at', calls => 'calls', planned => 'planned', aht_seconds => 180, shrinkage => 0.3)",
    output: "ts | calls | agents | scheduled | planned | missing | status
2026-03-02 09:00:00 | 100 | 8 | 12 | 10 | 2 | too few
2026-03-02 10:00:00 | 200 | 14 | 20 | 24 | -4 | enough
2026-03-02 11:00:00 | 0 | 0 | 0 | 1 | -1 | enough",
};

pub(super) fn function() -> Function {
    let share = |name, low, high, meaning| Parameter::constant(name, Constant::Number(low, high), meaning);
    let interval = "How long the intervals are that calls are counted in.";
    Function::table(TableFunction {
        declared: Declared {
            name: "staffing_plan",
            parameters: vec![
                Parameter::input("demand", "The intervals with their calls, one row each."),
                Parameter::order("ts", "The column of when an interval begins."),
                Parameter::rows("calls", Type::Number, "The column of the calls that come in it."),
                Parameter::rows("planned", Type::Number, "The column of the agents that are scheduled.").optional(),
                Parameter::by(),
                share("aht_seconds", 1e-3, 1e6, "The mean time an agent spends on a call, in seconds."),
                Parameter::constant("interval", Constant::Interval, interval).or_hours(1),
                share("service_level", 0.0, 0.999_999, "The share of calls to be answered in time.").or_number(0.8),
                share("within_seconds", 0.0, 1e6, "The time in which they should be answered.").or_number(20.0),
                share("occupancy", 0.01, 1.0, "The most of their time that agents should be busy.").or_number(0.85),
                share("shrinkage", 0.0, 0.95, "The share of paid time that agents are not on the phone.")
                    .or_number(0.0),
            ],
            page: PAGE,
        },
        bind,
    })
}

fn bind(call: &Call) -> Result<Bound> {
    let hours = call.micros("interval")? as f64 / SECOND_MICROS / HOUR_SECONDS;
    if hours <= 0.0 {
        return Err(call.invalid("interval", "must be longer than nothing").into());
    }
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::time("ts", call.data_type("ts")?),
        ResultColumn::number("calls"),
        ResultColumn::integer("agents"),
        ResultColumn::integer("scheduled"),
        ResultColumn::number("planned"),
        ResultColumn::number("missing"),
        ResultColumn::number("service_level"),
        ResultColumn::number("occupancy"),
        ResultColumn::number("asa_seconds"),
        ResultColumn::number("planned_service_level"),
        ResultColumn::text("status"),
    ];
    let handling = call.number("aht_seconds")?;
    let plan = Plan {
        calls: call.slot("calls")?,
        planned: call.optional_slot("planned")?,
        // Calls of an interval as erlangs: calls an hour times hours a call.
        load_of_call: handling / HOUR_SECONDS / hours,
        handling,
        service_level: call.number("service_level")?,
        within: call.number("within_seconds")?,
        occupancy: call.number("occupancy")?,
        present: 1.0 - call.number("shrinkage")?,
    };
    Ok(Bound::each_group(columns, plan))
}

#[derive(Debug, Clone)]
struct Plan {
    calls: Slot,
    planned: Option<Slot>,
    load_of_call: f64,
    handling: f64,
    service_level: f64,
    within: f64,
    occupancy: f64,
    /// The share of paid time that agents are on the phone.
    present: f64,
}

impl Plan {
    /// The least agents for a load.
    fn agents(&self, load: f64) -> Option<u32> {
        let for_service = agents_for_service(load, self.handling, self.service_level, self.within)?;
        let for_pauses = (load / self.occupancy).ceil();
        (for_pauses <= f64::from(AGENTS_MAX)).then(|| for_service.max(for_pauses as u32))
    }
}

impl EachGroup for Plan {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let rows = group.rows(0);
        for (place, time) in rows.times().iter().enumerate() {
            let calls = Some(rows.numbers(self.calls)[place]).filter(|calls| calls.is_finite() && *calls > 0.0);
            let planned = self.planned.map(|slot| rows.numbers(slot)[place]).filter(|planned| planned.is_finite());
            let load = calls.unwrap_or(0.0) * self.load_of_call;
            let agents = self.agents(load);
            let scheduled = agents.map(|agents| (f64::from(agents) / self.present - ROUNDING).ceil().max(0.0));
            let met = |agents: u32| calls.and_then(|_| queue(load, self.handling, agents, self.within));
            let needed = agents.and_then(met);
            let on_the_phone = |planned: f64| (planned.max(0.0) * self.present + ROUNDING).floor();
            let present = planned.map(|planned| on_the_phone(planned).min(AGENTS_MAX.into()) as u32);
            let missing = scheduled.zip(planned).map(|(scheduled, planned)| scheduled - planned);
            let status = match (present, missing) {
                (None, _) => "not planned",
                (Some(_), Some(missing)) if missing <= 0.0 => "enough",
                (Some(present), _) if load >= f64::from(present) => "overloaded",
                (Some(_), _) => "too few",
            };
            let mut row = out.row();
            row.time(*time).number(calls.unwrap_or(0.0));
            row.integer(agents.map(i64::from)).integer(scheduled.map(|scheduled| scheduled as i64));
            row.number(planned).number(missing);
            row.number(needed.map(|queue| queue.service_level)).number(needed.map(|queue| queue.occupancy));
            row.number(needed.map(|queue| queue.mean_wait));
            row.number(present.and_then(met).map(|queue| queue.service_level)).text(status);
        }
        Ok(())
    }
}
