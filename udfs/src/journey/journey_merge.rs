//! `journey_merge(journey)` — journeys of the same customer as one.

use datafusion::arrow::datatypes::DataType;

use super::gather::{Gather, Source};
use super::stored::{is_journey, journey_parameter};
use crate::adapter::definition::Definition;
use crate::argument::Declared;
use crate::function::Function;
use crate::page::Page;

const PAGE: Page = Page {
    summary: "Journeys of the same customer as one journey, that of all their events: what `journey_agg` gives of the \
              rows of all of them. The order in which they are merged does not show in the bytes.",
    result: "bytea, as of `journey_agg`.",
    nulls: "A journey that is NULL is left out.",
    undefined: "A group without rows gives the journey without events.",
    errors: "the bytes are not a journey.",
    cost: "As journey_agg.",
    source: "Versions 1 and 2 of this program's own encoding.",
    example: "WITH events(day, ts, event) AS (VALUES
  (1, TIMESTAMP '2026-01-01', 'view'), (2, TIMESTAMP '2026-01-02', 'buy')),
days AS (SELECT day, journey_agg(ts, event, NULL) AS journey FROM events GROUP BY day)
SELECT (SELECT journey_merge(journey) FROM days) = (SELECT journey_agg(ts, event, NULL) FROM events) AS same",
    output: "same
t",
};

pub(super) fn function() -> Function {
    Function::fold::<Source, Gather>(Definition {
        declared: Declared { name: "journey_merge", parameters: vec![journey_parameter()], page: PAGE },
        result: |types| is_journey("journey_merge", types).map(|()| DataType::Binary),
        bind: |_arguments| Ok(Source::Journeys),
    })
}
