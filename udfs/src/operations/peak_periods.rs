//! `peak_periods((facts), …)` — the hours of the week, days of the week or months of the year in which most comes.

use bellwether_kernels::operations::peaks::{Cycle, Load, loads};
use datafusion::error::Result;

use crate::argument::{Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, ResultColumn, Sink, Slot, TableFunction};

const DAY_HOURS: usize = 24;

const PAGE: Page = Page {
    summary: "When most comes: orders, calls or whatever else by hour of the week, day of the week or month of the year. \
              Every hour (day, month) between the first and the last fact counts, also one without any. Times are \
              looked at as they are: give them in the time zone of the business (`at time zone`).",
    result: "weekday: 1 Monday to 7 Sunday; hour: 0 to 23; month: 1 to 12, each NULL where the cycle has none; n: how \
             often it came round; total: of the values; mean: of one; index: mean over that of all with a value; \
             p_value: the chance of a mean so far from theirs; rank: by mean, from 1; level: 'peak' (twice the usual or \
             more), 'busy' (1.25 times), 'normal' or 'quiet' (below half).",
    nulls: "Facts without a time are left out; a NULL, NaN or infinite value is 0. Without `value` each fact counts 1.",
    undefined: "No rows without facts. p_value is NULL where a period came round only once or is always the same; index \
                and level are NULL where all values are 0 or their mean is below.",
    errors: "argument cycle of peak_periods must be one of 'hours_of_week', 'days_of_week', 'months_of_year', got 'hours'.",
    cost: "The facts are held once, about 16 bytes each.",
    source: "Student's t for p_value, of what came in each of the n periods; of months whole ones should be given.",
    example: "WITH calls(at) AS (SELECT TIMESTAMP '2026-03-02 09:00' + i * INTERVAL '1 day' FROM generate_series(0, 13) AS g(i)
  UNION ALL SELECT TIMESTAMP '2026-03-02 09:30' + i * INTERVAL '7 days' FROM generate_series(0, 1) AS g(i))
SELECT weekday, n, total, mean, index, rank, level
FROM peak_periods(calls, ts => 'at', cycle => 'days_of_week') WHERE rank <= 2",
    output: "weekday | n | total | mean | index | rank | level
1 | 2 | 4 | 2 | 1.75 | 1 | busy
2 | 2 | 2 | 1 | 0.875 | 2 | normal",
};

pub(super) fn function() -> Function {
    Function::table(TableFunction {
        declared: Declared {
            name: "peak_periods",
            parameters: vec![
                Parameter::input("facts", "What came, one row each."),
                Parameter::order("ts", "The column of when."),
                Parameter::rows("value", Type::Number, "The column of how much.").optional(),
                Parameter::by(),
                Parameter::constant(
                    "cycle",
                    Constant::Choice(&["hours_of_week", "days_of_week", "months_of_year"]),
                    "What comes round.",
                )
                .or("hours_of_week"),
            ],
            page: PAGE,
        },
        bind,
    })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::integer("weekday"),
        ResultColumn::integer("hour"),
        ResultColumn::integer("month"),
        ResultColumn::integer("n"),
        ResultColumn::number("total"),
        ResultColumn::number("mean"),
        ResultColumn::number("index"),
        ResultColumn::number("p_value"),
        ResultColumn::integer("rank"),
        ResultColumn::text("level"),
    ];
    let cycle = match call.text("cycle")? {
        "days_of_week" => Cycle::DaysOfWeek,
        "months_of_year" => Cycle::MonthsOfYear,
        _ => Cycle::HoursOfWeek,
    };
    Ok(Bound::each_group(columns, Peaks { value: call.optional_slot("value")?, cycle }))
}

#[derive(Debug, Clone)]
struct Peaks {
    value: Option<Slot>,
    cycle: Cycle,
}

impl Peaks {
    /// Weekday, hour and month of a place.
    fn named(&self, place: usize) -> [Option<i64>; 3] {
        match self.cycle {
            Cycle::HoursOfWeek => [Some((place / DAY_HOURS) as i64 + 1), Some((place % DAY_HOURS) as i64), None],
            Cycle::DaysOfWeek => [Some(place as i64 + 1), None, None],
            Cycle::MonthsOfYear => [None, None, Some(place as i64 + 1)],
        }
    }
}

fn level(load: &Load) -> Option<&'static str> {
    Some(match load.index? {
        index if index >= 2.0 => "peak",
        index if index >= 1.25 => "busy",
        index if index >= 0.5 => "normal",
        _ => "quiet",
    })
}

impl EachGroup for Peaks {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let rows = group.rows(0);
        let values: Vec<f64> = match self.value {
            Some(slot) => rows.numbers(slot).iter().map(|value| if value.is_finite() { *value } else { 0.0 }).collect(),
            None => vec![1.0; rows.len()],
        };
        let mut loads = loads(self.cycle, rows.times(), &values);
        loads.sort_by(|left, right| right.mean.total_cmp(&left.mean).then(left.place.cmp(&right.place)));
        for (rank, load) in (1_i64..).zip(&loads) {
            let [weekday, hour, month] = self.named(load.place);
            let mut row = out.row();
            row.integer(weekday).integer(hour).integer(month).integer(load.n as i64);
            row.number(load.total).number(load.mean).number(load.index).number(load.p_value);
            row.integer(rank).text(level(load));
        }
        Ok(())
    }
}
