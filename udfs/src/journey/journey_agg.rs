//! `journey_agg(ts, event, channel [, value])` — all events of a customer as one value that answers new questions.

use datafusion::arrow::datatypes::DataType;

use super::gather::{Gather, Source};
use super::value::{is_value, value_parameter};
use crate::adapter::definition::Definition;
use crate::argument::{Declared, Parameter, Type};
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "All events of a customer as one value: a journey, to be kept in a table or a materialized view and asked \
              anything later, with `funnel_from`, `retention_from` and `attribution_from`, without the rows it was \
              made of. `value` is what an event is worth, as the revenue of an order: attribution then credits money, \
              and funnels tell what was lost. Journeys of the same customer merge with `journey_merge`, in any order \
              and to the same bytes; equal events count as often as they occur.",
    result: "bytea: the events in the order of time, written as differences, and their names once. About 5 bytes an \
             event, a few more where it has a value, and once for each customer the names that occur. Its first byte \
             is the version of the encoding, which later versions read: 1, or 2 if an event has a value.",
    nulls: "Rows without time or event are left out; a channel or value that is NULL, and a value that is NaN, \
            is kept as none.",
    undefined: "A group without rows gives the journey without events.",
    errors: "argument value of journey_agg must be a number, got …; journey_agg gives more than 2 GiB at once: group \
             by fewer customers.",
    cost: "20 bytes a row until the result is asked for, and as many for a value; then each customer's events are \
           sorted by themselves.",
    source: "Versions 1 and 2 of this program's own encoding.",
    example: "WITH events(customer, ts, event, channel) AS (VALUES
  (1, TIMESTAMP '2026-01-01', 'view', 'email'), (1, TIMESTAMP '2026-01-02', 'buy', 'direct')),
journeys AS (SELECT customer, journey_agg(ts, event, channel) AS journey FROM events GROUP BY customer)
SELECT customer, octet_length(journey) < 60 AS is_small,
       funnel_from(journey, INTERVAL '7 days', ARRAY['view', 'buy'])[2]['entered'] AS buyers
FROM journeys GROUP BY customer, journey",
    output: "customer | is_small | buyers
1 | t | 1",
};

pub(super) fn function() -> Function {
    let parameters = vec![
        Parameter::value("ts", Type::Time, "When the event of the row happened."),
        Parameter::value("event", Type::Text, "What happened."),
        Parameter::value("channel", Type::Text, "On which channel, or NULL."),
        value_parameter(),
    ];
    Function::fold::<Source, Gather>(Definition {
        declared: Declared { name: "journey_agg", parameters, page: PAGE },
        result: |types| is_value("journey_agg", types).map(|()| DataType::Binary),
        bind: |_arguments| Ok(Source::Rows),
    })
}
