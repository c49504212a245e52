//! What clients ask of a server: encodings, addresses, times, and features this one does without.

use bellwether_catalog::Error;

use super::{Argument, Asked, Definition, NONE, NUMBER, OBJECT, TEXT, objects, signed, strict, text_at};
use crate::pg_catalog::catalogue::Kind;
use crate::pg_catalog::rows::Value;

/// PostgreSQL's number of UTF-8 among its encodings.
pub(crate) const UTF8: i32 = 6;

/// Events on a table that PostgreSQL counts as updatable, as bits: UPDATE, INSERT and DELETE.
const ALL_EVENTS: i32 = 1 << 2 | 1 << 3 | 1 << 4;

pub(super) const FUNCTIONS: &[Definition] = &[
    strict("getdatabaseencoding", NONE, "name", |_, _| Ok("UTF8".into())),
    // The engine does not know through which address of the server a client came; for PostgreSQL that is a local one.
    strict("inet_client_addr", NONE, "inet", |_, _| Ok(Value::Null)),
    strict("inet_client_port", NONE, "int4", |_, _| Ok(Value::Null)),
    strict("inet_server_addr", NONE, "inet", |_, _| Ok(Value::Null)),
    strict("inet_server_port", NONE, "int4", |_, _| Ok(Value::Null)),
    // No locks are taken by number, so there are none to give back.
    strict("pg_advisory_unlock_all", NONE, "void", |_, _| Ok("".into())),
    strict("pg_blocking_pids", NUMBER, "int4[]", |_, _| Ok(Value::Ints(Vec::new()))),
    strict("pg_char_to_encoding", TEXT, "int4", |_, values| {
        let name = text_at(values, 0).to_uppercase().replace('-', "");
        Ok(if matches!(name.as_str(), "UTF8" | "UNICODE") { UTF8 } else { -1 }.into())
    }),
    strict("pg_client_encoding", NONE, "name", |_, _| Ok("UTF8".into())),
    strict("pg_collation_actual_version", NUMBER, "text", |_, _| Ok(Value::Null)),
    strict(
        "pg_column_is_updatable",
        &[&[Argument::Object, Argument::Number, Argument::Bool]],
        "bool",
        |asked, values| Ok(is_writable(asked, values)?.into()),
    ),
    strict("pg_conf_load_time", NONE, "timestamptz", |asked, _| Ok(asked.pinned.started_us().into())),
    strict("pg_encoding_max_length", NUMBER, "int4", |_, values| {
        Ok((signed(values, 0) == Some(i64::from(UTF8))).then_some(4).into())
    }),
    strict("pg_encoding_to_char", NUMBER, "name", |_, values| {
        Ok(if signed(values, 0) == Some(i64::from(UTF8)) { "UTF8" } else { "" }.into())
    }),
    strict("pg_get_replica_identity_index", OBJECT, "regclass", |_, _| Ok(Value::Null)),
    strict("pg_index_column_has_property", INDEX_COLUMN, "bool", |_, values| {
        Ok(match text_at(values, 2) {
            "asc" | "nulls_last" | "orderable" | "returnable" | "search_array" | "search_nulls" => Some(true),
            "desc" | "nulls_first" | "distance_orderable" => Some(false),
            _ => None,
        }
        .into())
    }),
    strict("pg_index_has_property", &[&[Argument::Object, Argument::Text]], "bool", |_, values| {
        Ok(matches!(text_at(values, 1), "index_scan" | "bitmap_scan" | "backward_scan" | "clusterable").into())
    }),
    strict("pg_indexam_has_property", &[&[Argument::Number, Argument::Text]], "bool", |_, values| {
        Ok(matches!(text_at(values, 1), "can_order" | "can_unique" | "can_multi_col" | "can_include").into())
    }),
    strict("pg_is_other_temp_schema", NUMBER, "bool", |_, _| Ok(false.into())),
    strict("pg_my_temp_schema", NONE, "oid", |_, _| Ok(0_u32.into())),
    strict("pg_partition_ancestors", OBJECT, "regclass[]", |_, _| Ok(Value::Ints(Vec::new()))),
    strict("pg_postmaster_start_time", NONE, "timestamptz", |asked, _| Ok(asked.pinned.started_us().into())),
    strict("pg_relation_filenode", OBJECT, "oid", |asked, values| {
        Ok(objects::relation(asked, values.first())?.map(|relation| relation.id).into())
    }),
    strict("pg_relation_is_publishable", OBJECT, "bool", |asked, values| {
        Ok(objects::relation(asked, values.first())?.map(|_| false).into())
    }),
    strict("pg_relation_is_updatable", &[&[Argument::Object, Argument::Bool]], "int4", |asked, values| {
        Ok(if is_writable(asked, values)? { ALL_EVENTS } else { 0 }.into())
    }),
    strict("pg_sequence_last_value", OBJECT, "int8", |_, _| Ok(Value::Null)),
    strict("pg_tablespace_location", NUMBER, "text", |_, _| Ok("".into())),
    strict("row_security_active", OBJECT, "bool", |_, _| Ok(false.into())),
    strict("txid_current", NONE, "int8", |asked, _| {
        // Every statement is a transaction of its own.
        Ok(i64::try_from(asked.pinned.system().activity.started()).unwrap_or(i64::MAX).into())
    }),
    strict("txid_current_if_assigned", NONE, "int8", |_, _| Ok(Value::Null)),
];

const INDEX_COLUMN: &[&[Argument]] = &[&[Argument::Object, Argument::Number, Argument::Text]];

fn is_writable(asked: &Asked<'_>, values: &[Value<'_>]) -> Result<bool, Error> {
    let relation = objects::relation(asked, values.first())?;
    Ok(relation.is_some_and(|relation| matches!(relation.kind, Kind::Table { .. })))
}
