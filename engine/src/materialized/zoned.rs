//! Functions that give other results in another time zone, and at no other time.
//!
//! They are declared stable, as functions of the moment are, because the zone is a session's. A definition is read in
//! one zone, whoever refreshes it, so in a definition their results follow from their arguments.

/// By name, with the aliases they can be called by.
const ZONED: [&str; 31] = [
    "concat",
    "concat_ws",
    "date_part",
    "date_trunc",
    "extract",
    "format",
    "generate_series",
    "json_agg",
    "json_build_array",
    "json_build_object",
    "json_object",
    "json_object_agg",
    "jsonb_agg",
    "jsonb_build_array",
    "jsonb_build_object",
    "jsonb_object_agg",
    "make_date",
    "make_interval",
    "make_time",
    "make_timestamp",
    "make_timestamptz",
    "pg_cast",
    "quote_literal",
    "quote_nullable",
    "temporal_minus",
    "temporal_plus",
    "timezone",
    "to_char",
    "to_json",
    "to_jsonb",
    "to_timestamp",
];

/// Whether a stable function's results follow from its arguments and the time zone.
pub(super) fn depends_on_zone_alone(name: &str) -> bool {
    ZONED.contains(&name)
}
