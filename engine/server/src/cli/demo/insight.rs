//! Questions to the demo business: the answer in a sentence, the table it is computed from, and the SQL.

use arrow::util::pretty::pretty_format_batches;
use bellwether::{Error, Result, Session};
use indicatif::HumanCount;

use crate::cli::answer::Answer;
use crate::cli::report;

struct Insight {
    title: &'static str,
    sql: &'static str,
    /// What the rows say; `None` when they say nothing.
    sentence: fn(&Answer) -> Option<String>,
}

const INSIGHTS: [Insight; 7] = [
    Insight {
        title: "What the channels cost and bring",
        sql: include_str!("insight/channels.sql"),
        sentence: dearest_channel,
    },
    Insight {
        title: "When the checkout lost customers",
        sql: include_str!("insight/checkout.sql"),
        sentence: worst_month,
    },
    Insight {
        title: "When nobody answers the telephone",
        sql: include_str!("insight/calls.sql"),
        sentence: worst_hour,
    },
    Insight { title: "Who pays late", sql: include_str!("insight/payers.sql"), sentence: latest_payer },
    Insight { title: "Who is over budget", sql: include_str!("insight/budgets.sql"), sentence: over_budget },
    Insight { title: "Who orders again", sql: include_str!("insight/cohorts.sql"), sentence: repeat_orders },
    Insight { title: "Days that were not like others", sql: include_str!("insight/days.sql"), sentence: strange_days },
];

/// Asks and prints all of them.
pub(super) async fn print(session: &Session) -> Result<()> {
    for (index, insight) in INSIGHTS.iter().enumerate() {
        let answer = Answer::to(session, insight.sql).await?;
        let sentence =
            (insight.sentence)(&answer).unwrap_or_else(|| "The tables hold nothing to answer this from.".into());
        let table = pretty_format_batches(std::slice::from_ref(answer.rows()))
            .map_err(|error| Error::internal("an insight's rows cannot be shown").with_source(error))?;
        report::line(format_args!(
            "\n{}. {}\n\n{sentence}\n\n{table}\n\n{}",
            index + 1,
            insight.title,
            insight.sql.trim_end()
        ))?;
    }
    Ok(())
}

/// The paid channel that earns least by last touch.
fn dearest_channel(answer: &Answer) -> Option<String> {
    let paid = (0..answer.len()).filter_map(|row| Some((row, answer.number("last_touch_per_dollar", row)?)));
    let (row, last) = paid.min_by(|one, other| one.1.total_cmp(&other.1))?;
    let first = answer.number("first_touch_per_dollar", row)?;
    let verdict = match (first >= 1.0, last >= 1.0) {
        (_, true) => "every paid channel brings in more than it costs",
        (true, false) => "it starts journeys that other channels finish",
        (false, false) => "it does not pay either way",
    };
    Some(format!(
        "{} cost {} and brought {} as the last touch before an order ({last:.2} per dollar), \
         {} as the first ({first:.2} per dollar): {verdict}.",
        answer.text("channel", row)?,
        dollars(answer.number("spend", row)?),
        dollars(answer.number("last_touch_revenue", row)?),
        dollars(answer.number("first_touch_revenue", row)?),
    ))
}

/// The month in which fewest checkouts on mobiles ended in an order.
fn worst_month(answer: &Answer) -> Option<String> {
    let months: Vec<(usize, f64)> =
        (0..answer.len()).filter_map(|row| Some((row, answer.number("mobile_percent", row)?))).collect();
    let (row, worst) = months.iter().copied().min_by(|one, other| one.1.total_cmp(&other.1))?;
    let others: f64 = months.iter().filter(|month| month.0 != row).map(|month| month.1).sum();
    let usual = others / (months.len().checked_sub(1).filter(|count| *count > 0)?) as f64;
    Some(format!(
        "In the month from {} only {worst:.0} % of checkouts on mobiles ended in an order, {usual:.0} % in the others; \
         on other devices nothing changed ({:.0} %).",
        answer.text("month", row)?,
        answer.number("other_percent", row)?,
    ))
}

/// The hour in which most calls are missed.
fn worst_hour(answer: &Answer) -> Option<String> {
    const DAYS: [&str; 7] = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];
    let weekday = answer.number("weekday", 0)? as usize;
    let lost: f64 = (0..answer.len()).filter_map(|row| answer.number("revenue_lost", row)).sum();
    Some(format!(
        "On {} from {} o'clock {:.0} % of calls are missed. These {} hours of the week cost about {}.",
        DAYS.get(weekday.checked_sub(1)?)?,
        answer.number("hour", 0)?,
        answer.number("missed_percent", 0)?,
        answer.len(),
        dollars(lost),
    ))
}

fn latest_payer(answer: &Answer) -> Option<String> {
    Some(format!(
        "Customers in {} pay {:.0} days after the due day on average.",
        answer.text("industry", 0)?,
        answer.number("days_late", 0)?,
    ))
}

fn over_budget(answer: &Answer) -> Option<String> {
    let over = answer.number("over_percent", 0).filter(|percent| *percent > 0.0)?;
    Some(format!(
        "{} was {over:.0} % over its budget in quarter {} of 2025: {} instead of {}.",
        answer.text("cost_center", 0)?,
        answer.number("quarter", 0)?,
        dollars(answer.number("spent", 0)?),
        dollars(answer.number("budget", 0)?),
    ))
}

/// Repeat orders with and without the newsletter, over all quarters.
fn repeat_orders(answer: &Answer) -> Option<String> {
    let all = answer.len().checked_sub(1)?;
    Some(format!(
        "Of those who take the newsletter, {:.1} % order again within 180 days of their first order; of the others, {:.1} %.",
        answer.number("with_newsletter_percent", all)?,
        answer.number("without_percent", all)?,
    ))
}

fn strange_days(answer: &Answer) -> Option<String> {
    Some(format!(
        "On {} there were {} visits where {:.0} are usual.",
        answer.text("day", 0)?,
        answer.number("visits", 0)?,
        answer.number("usual", 0)?,
    ))
}

/// An amount in whole dollars, with thousands separated.
fn dollars(amount: f64) -> String {
    format!("${}", HumanCount(amount.round().max(0.0) as u64))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};

    use super::*;

    fn answer(columns: Vec<(&str, ArrayRef)>) -> Answer {
        let rows =
            RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, values)| (name, values, true)))
                .unwrap();
        Answer::new(&rows.schema(), &[rows]).unwrap()
    }

    fn texts(values: &[&str]) -> ArrayRef {
        Arc::new(StringArray::from_iter_values(values))
    }

    fn numbers(values: &[Option<f64>]) -> ArrayRef {
        Arc::new(Float64Array::from_iter(values.iter().copied()))
    }

    #[test]
    fn a_channel_that_pays_by_first_touch_alone_starts_journeys() {
        let answer = answer(vec![
            ("channel", texts(&["Google Ads", "Facebook Ads", "Direct"])),
            ("spend", numbers(&[Some(1000.0), Some(2000.0), None])),
            ("first_touch_revenue", numbers(&[Some(9000.0), Some(5000.0), Some(1.0)])),
            ("last_touch_revenue", numbers(&[Some(4000.0), Some(1000.0), Some(1.0)])),
            ("first_touch_per_dollar", numbers(&[Some(9.0), Some(2.5), None])),
            ("last_touch_per_dollar", numbers(&[Some(4.0), Some(0.5), None])),
        ]);
        assert_eq!(
            dearest_channel(&answer).unwrap(),
            "Facebook Ads cost $2,000 and brought $1,000 as the last touch before an order (0.50 per dollar), \
             $5,000 as the first (2.50 per dollar): it starts journeys that other channels finish."
        );
    }

    #[test]
    fn the_worst_month_is_told_against_the_mean_of_the_others() {
        let answer = answer(vec![
            ("month", texts(&["2025-02-01", "2025-03-01", "2025-04-01"])),
            ("mobile_percent", numbers(&[Some(60.0), Some(30.0), Some(64.0)])),
            ("other_percent", numbers(&[Some(61.0), Some(63.0), Some(62.0)])),
        ]);
        assert_eq!(
            worst_month(&answer).unwrap(),
            "In the month from 2025-03-01 only 30 % of checkouts on mobiles ended in an order, 62 % in the others; \
             on other devices nothing changed (63 %)."
        );
    }

    #[test]
    fn no_rows_make_no_sentence() {
        let empty = answer(vec![("month", texts(&[])), ("weekday", numbers(&[]))]);
        assert!(INSIGHTS.iter().all(|insight| (insight.sentence)(&empty).is_none()));
    }
}
