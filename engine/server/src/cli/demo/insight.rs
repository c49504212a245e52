//! Three questions to the demo business: the answer in a sentence, the table it is computed from, and the SQL.

use arrow::util::pretty::pretty_format_batches;
use bellwether::{Error, Result, Session};
use indicatif::HumanCount;

use super::answer::Answer;
use crate::cli::report;

struct Insight {
    title: &'static str,
    sql: &'static str,
    /// What the rows say; `None` when they say nothing.
    sentence: fn(&Answer) -> Option<String>,
}

const INSIGHTS: [Insight; 3] = [
    Insight {
        title: "What the channels cost and bring",
        sql: include_str!("insight/channels.sql"),
        sentence: dearest_channel,
    },
    Insight { title: "What missed calls cost", sql: include_str!("insight/calls.sql"), sentence: missed_calls },
    Insight { title: "Who orders again", sql: include_str!("insight/cohorts.sql"), sentence: repeat_orders },
];

/// Asks and prints all three.
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

/// What missed calls cost in all, and how much of it at weekends.
fn missed_calls(answer: &Answer) -> Option<String> {
    let (mut lost, mut calls, mut lost_at_weekends, mut calls_at_weekends) = (0.0, 0.0, 0.0, 0.0);
    for row in 0..answer.len() {
        let lost_here = answer.number("revenue_lost", row).unwrap_or(0.0);
        let calls_here = answer.number("calls", row)?;
        lost += lost_here;
        calls += calls_here;
        if answer.text("days", row)? != "Mon-Fri" {
            lost_at_weekends += lost_here;
            calls_at_weekends += calls_here;
        }
    }
    if lost == 0.0 {
        return None;
    }
    Some(format!(
        "Missed calls cost about {}; {:.0} % of that was lost at weekends, when {:.0} % of the calls came in.",
        dollars(lost),
        100.0 * lost_at_weekends / lost,
        100.0 * calls_at_weekends / calls,
    ))
}

/// Repeat orders with and without the newsletter, over all months.
fn repeat_orders(answer: &Answer) -> Option<String> {
    let all = answer.len().checked_sub(1)?;
    Some(format!(
        "Of those who take the newsletter, {:.1} % order again within 90 days of their first order; of the others, {:.1} %.",
        answer.number("with_newsletter_percent", all)?,
        answer.number("without_percent", all)?,
    ))
}

/// An amount in whole dollars, with thousands separated.
fn dollars(amount: f64) -> String {
    format!("${}", HumanCount(amount.round() as u64))
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
    fn weekend_losses_are_a_share_of_all_losses() {
        let answer = answer(vec![
            ("days", texts(&["Saturday", "Mon-Fri"])),
            ("calls", numbers(&[Some(10.0), Some(30.0)])),
            ("revenue_lost", numbers(&[Some(3000.0), Some(1000.0)])),
        ]);
        assert_eq!(
            missed_calls(&answer).unwrap(),
            "Missed calls cost about $4,000; 75 % of that was lost at weekends, when 25 % of the calls came in."
        );
    }

    #[test]
    fn no_rows_make_no_sentence() {
        let empty = answer(vec![("days", texts(&[])), ("calls", numbers(&[])), ("revenue_lost", numbers(&[]))]);
        assert_eq!((dearest_channel(&empty), missed_calls(&empty), repeat_orders(&empty)), (None, None, None));
    }
}
