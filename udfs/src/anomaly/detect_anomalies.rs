//! `detect_anomalies((series), …)` — which values of series are not as they should be.

mod severity;

use bellwether_kernels::anomaly::{Judgement, Kind, Method, Point, Settings, detect, missing_steps};
use datafusion::error::Result;

use self::severity::severity;
use super::series;
use crate::argument::{Constant, Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;
use crate::table::{Bound, Call, EachGroup, Group, ResultColumn, Row, Sink, Slot, TableFunction};

const PAGE: Page = Page {
    summary: "Which values of a series are not as they should be, what should have been, and how sure that is. \
              `online => true` judges each value by those before it alone, as an alarm must; else by the whole series. \
              Methods: `stl`: against a trend over a tenth of the series and seasons, which are found (without a season, a \
              moving median), of money as \
              it is, its roots or its logarithms, whichever vary alike at all levels; `mad`: against the median; both in \
              robust deviations, with tails as heavy as the errors show; `iqr`: against the quartiles; `esd`: the generalised ESD test \
              around seasons and median (without a season around the mean), which allows for the number of values; `ets`: against what exponential \
              smoothing of the values before expects, with seasons that were found in them, errors measured by the \
              extreme value distribution of earlier errors; `auto`: `stl`, online `ets`. Kinds: `money`: any numbers; \
              `count`: events, of which a Poisson distribution of the baseline allows some more or less; `rate`: \
              `value` of `denominator`, of which a binomial distribution does. What chance alone explains is no \
              anomaly.",
    result: "For each row: the `by` columns; ts; value (of a rate, value / denominator); baseline: what was expected; \
             lower_bound, upper_bound: between them lies the share `sensitivity` of ordinary values; score, 0 to 1: how \
             loud an alarm it is, from the p-value's decades d as d / (1 + d), online only those beyond alarms just \
             given; p_value; is_anomaly: outside the bounds; direction: up or down; impact: value − baseline, of a \
             rate times denominator; severity: low, medium (p < 0.001), high (0.0001), critical (0.000001); status.",
    nulls: "A row with NULL, NaN or infinity as value has status missing_value, one that cannot be (a negative count, a \
            rate beyond its denominator, a denominator of 0) invalid_value; neither is judged nor learned from. Rows \
            without ts are left out.",
    undefined: "With too few values before it (online, 9 for ets, 3 for others) or in all (3), a value has status \
                insufficient_data and is not judged. Steps that are missing, by the median step, count as time for \
                seasons. A later row of the same ts is judged by itself and has status duplicate_timestamp.",
    errors: "argument method of detect_anomalies must be auto, ets, mad or iqr where online is true, got 'stl'; argument \
             denominator of detect_anomalies is needed where kind is 'rate'.",
    cost: "Each series by itself, on all cores. ets, mad and iqr take microseconds a value, stl and esd time in \
           proportion to length × period; 200 bytes a value of the series that is being judged.",
    source: "Siffer et al. (2017), KDD, for tails online; Box & Cox (1964) for roots and logarithms; Rosner (1983) and Vallis, Hochenbaum & Kejariwal (2014) for esd; \
             Cleveland et al. (1990) for stl; Iglewicz & Hoaglin (1993) for mad.",
    example: "WITH daily AS (SELECT DATE '2026-01-01' + day::int AS on_day, CASE WHEN day = 40 THEN 500 ELSE 100 + day * 7 % 5 END AS revenue
               FROM generate_series(0, 59) AS t(day))
SELECT ts, value, direction, severity, status FROM detect_anomalies(daily, ts => 'on_day', value => 'revenue') WHERE is_anomaly",
    output: "ts | value | direction | severity | status
2026-02-10 | 500 | up | critical | ok",
};

const METHODS: &[&str] = &["auto", "stl", "mad", "iqr", "esd", "ets"];
const KINDS: &[&str] = &["money", "count", "rate"];

pub(super) fn function() -> Function {
    let denominator = "The column of what a rate is of: trials, visits.";
    let sensitivity = "The share of ordinary values that lies within the bounds; nearer to 1, fewer anomalies.";
    let shares = Constant::Number(0.5, 0.999_999_999);
    let mut parameters = series::columns("The column of what is judged.");
    parameters.extend([
        Parameter::rows("denominator", Type::Number, denominator).optional(),
        Parameter::constant("method", Constant::Choice(METHODS), "How a value is judged.").or("auto"),
        Parameter::constant("sensitivity", shares, sensitivity).or_number(0.99),
        Parameter::constant("kind", Constant::Choice(KINDS), "What the values are.").or("money"),
        Parameter::constant("online", Constant::Flag, "Whether a value is judged by those before it alone.")
            .or_flag(false),
    ]);
    Function::table(TableFunction { declared: Declared { name: "detect_anomalies", parameters, page: PAGE }, bind })
}

fn bind(call: &Call) -> Result<Bound> {
    let columns = vec![
        ResultColumn::by(),
        ResultColumn::time("ts", call.data_type("ts")?),
        ResultColumn::number("value"),
        ResultColumn::number("baseline"),
        ResultColumn::number("lower_bound"),
        ResultColumn::number("upper_bound"),
        ResultColumn::number("score"),
        ResultColumn::number("p_value"),
        ResultColumn::flag("is_anomaly"),
        ResultColumn::text("direction"),
        ResultColumn::number("impact"),
        ResultColumn::text("severity"),
        ResultColumn::text("status"),
    ];
    let online = call.flag("online")?;
    let settings = Settings {
        method: method(call, online)?,
        kind: kind(call)?,
        online,
        chance: 1.0 - call.number("sensitivity")?,
    };
    let value = call.slot("value")?;
    let denominator = if settings.kind == Kind::Rate { Some(denominator(call)?) } else { None };
    Ok(Bound::each_group(columns, Detect { value, denominator, settings }))
}

fn method(call: &Call, online: bool) -> Result<Method> {
    Ok(match (call.text("method")?, online) {
        ("auto" | "ets", true) | ("ets", false) => Method::Ets,
        ("auto" | "stl", false) => Method::Stl,
        ("mad", _) => Method::Mad,
        ("iqr", _) => Method::Iqr,
        ("esd", false) => Method::Esd,
        (other, _) => {
            let must = format!("must be auto, ets, mad or iqr where online is true, got '{other}'");
            let hint = "stl and esd look at the whole series";
            return Err(call.invalid("method", must).with_hint(hint).into());
        }
    })
}

fn kind(call: &Call) -> Result<Kind> {
    Ok(match call.text("kind")? {
        "money" => Kind::Money,
        "count" => Kind::Count,
        "rate" => Kind::Rate,
        other => return Err(call.invalid("kind", format!("must be money, count or rate, got '{other}'")).into()),
    })
}

fn denominator(call: &Call) -> Result<Slot> {
    match call.optional_slot("denominator")? {
        Some(slot) => Ok(slot),
        None => {
            let hint = "denominator => 'visits', with value => 'orders'";
            Err(call.invalid("denominator", "is needed where kind is 'rate'").with_hint(hint).into())
        }
    }
}

#[derive(Debug, Clone)]
struct Detect {
    value: Slot,
    denominator: Option<Slot>,
    settings: Settings,
}

impl EachGroup for Detect {
    fn group(&mut self, group: &Group<'_>, out: &mut Sink<'_>) -> Result<()> {
        let rows = group.rows(0);
        let (times, values) = (rows.times(), rows.numbers(self.value));
        let points: Vec<Point> = match self.denominator {
            None => values.iter().map(|value| Point::of(*value)).collect(),
            Some(denominator) => {
                let trials = rows.numbers(denominator).iter();
                let rate = |(value, trials): (&f64, &f64)| Point { value: value / trials, denominator: *trials };
                values.iter().zip(trials).map(rate).collect()
            }
        };
        let judged = detect(&points, &missing_steps(times, self.settings.online), self.settings);
        for (index, (point, judgement)) in points.iter().zip(judged).enumerate() {
            let mut row = out.row();
            row.time(times[index]).number(Some(point.value).filter(|value| value.is_finite()));
            match judgement {
                Some(judgement) => {
                    let repeated = index > 0 && times[index] == times[index - 1];
                    write(&mut row, *point, &judgement, if repeated { "duplicate_timestamp" } else { "ok" });
                }
                None => write_none(&mut row, self.status(values[index], *point)),
            }
        }
        Ok(())
    }
}

impl Detect {
    /// Why a point was not judged.
    fn status(&self, value: f64, point: Point) -> &'static str {
        if !value.is_finite() || point.denominator.is_nan() {
            "missing_value"
        } else if !self.settings.kind.accepts(point) {
            "invalid_value"
        } else {
            "insufficient_data"
        }
    }
}

fn write(row: &mut Row<'_>, point: Point, judgement: &Judgement, status: &str) {
    let Judgement { baseline, lower, upper, p_value, score } = *judgement;
    let away = point.value - baseline;
    let is_anomaly = judgement.is_anomaly(point.value);
    row.number(baseline).number(lower).number(upper).number(score).number(p_value).flag(is_anomaly);
    let (direction, severity) = match is_anomaly {
        true => (Some(if away > 0.0 { "up" } else { "down" }), Some(severity(p_value))),
        false => (None, None),
    };
    row.text(direction).number(away * point.denominator).text(severity).text(status);
}

fn write_none(row: &mut Row<'_>, status: &str) {
    row.number(None).number(None).number(None).number(None).number(None).flag(None);
    row.text(None).number(None).text(None).text(status);
}
