//! The settings that mean something: PostgreSQL's, as far as clients ask for them, and ours.
//!
//! Names, defaults and values are PostgreSQL 16's. A setting that tunes what we do by ourselves, or
//! not at all, is kept so that a client reads back what it wrote; its meaning says that it has no
//! effect.

use bellwether_udfs::POSTGRES_VERSION;

use super::kind::Kind;

/// One line of the table.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) name: &'static str,
    pub(super) default: &'static str,
    pub(super) kind: Kind,
    /// Whether a Postgres client is told of every change.
    pub(super) is_reported: bool,
    pub(super) meaning: &'static str,
}

const fn quiet(name: &'static str, default: &'static str, kind: Kind, meaning: &'static str) -> Known {
    Known { name, default, kind, is_reported: false, meaning }
}

const fn reported(name: &'static str, default: &'static str, kind: Kind, meaning: &'static str) -> Known {
    Known { name, default, kind, is_reported: true, meaning }
}

/// A switch of PostgreSQL's planner.
const fn planner(name: &'static str, default: &'static str) -> Known {
    quiet(name, default, Kind::Bool, "Without effect: the planner chooses by itself.")
}

const KEPT: &str = "Without effect, kept for clients that set it.";
const SNAPSHOT: &str = "Without effect: a transaction reads one snapshot of the lake.";
const DURABLE: &str = "Without effect: what is committed is durable.";
const LEVELS: Kind = Kind::Choice(&["serializable", "repeatable read", "read committed", "read uncommitted"]);
const COUNT: Kind = Kind::Integer(0, i32::MAX as i64);

/// Every known setting, by name without regard to case.
pub(super) const KNOWN: &[Known] = &[
    reported("application_name", "", Kind::ApplicationName, "The client's name for itself, shown in system.sessions."),
    quiet("array_nulls", "on", Kind::AlwaysOn, "Whether NULL in an array literal is a NULL."),
    quiet("backslash_quote", "safe_encoding", Kind::Choice(&["safe_encoding", "on", "off"]), KEPT),
    quiet(
        "bellwether.batch",
        "",
        Kind::Batch,
        "Number of the batch the next write belongs to; with the same writer it is applied once.",
    ),
    quiet(
        "bellwether.rewrite",
        "on",
        Kind::Bool,
        "Whether aggregations are answered from materialized views where the answer is the same.",
    ),
    quiet("bellwether.writer", "", Kind::Text, "Who writes, for writes that may be retried; empty for none."),
    quiet("block_size", "8192", Kind::Fixed, "Without effect: tables are files, not blocks."),
    quiet("bytea_output", "hex", Kind::Choice(&["hex"]), "How bytea is written as text."),
    quiet("check_function_bodies", "on", Kind::Bool, KEPT),
    reported("client_encoding", "UTF8", Kind::Encoding, "Encoding of all text to and from the client."),
    quiet(
        "client_min_messages",
        "notice",
        Kind::Choice(&["debug5", "debug4", "debug3", "debug2", "debug1", "log", "notice", "warning", "error"]),
        "The least severe messages the client gets.",
    ),
    reported("DateStyle", "ISO, MDY", Kind::DateStyle, "How dates are written as text; always ISO 8601."),
    quiet("default_table_access_method", "delta", Kind::Fixed, "How tables are stored."),
    quiet("default_tablespace", "", Kind::Text, KEPT),
    quiet("default_text_search_config", "pg_catalog.simple", Kind::Text, KEPT),
    quiet("default_transaction_deferrable", "off", Kind::Bool, SNAPSHOT),
    quiet("default_transaction_isolation", "read committed", LEVELS, SNAPSHOT),
    reported("default_transaction_read_only", "off", Kind::Bool, "Whether new transactions only read."),
    planner("enable_async_append", "on"),
    planner("enable_bitmapscan", "on"),
    planner("enable_gathermerge", "on"),
    planner("enable_hashagg", "on"),
    planner("enable_hashjoin", "on"),
    planner("enable_incremental_sort", "on"),
    planner("enable_indexonlyscan", "on"),
    planner("enable_indexscan", "on"),
    planner("enable_material", "on"),
    planner("enable_memoize", "on"),
    planner("enable_mergejoin", "on"),
    planner("enable_nestloop", "on"),
    planner("enable_parallel_append", "on"),
    planner("enable_parallel_hash", "on"),
    planner("enable_partition_pruning", "on"),
    planner("enable_partitionwise_aggregate", "off"),
    planner("enable_partitionwise_join", "off"),
    planner("enable_presorted_aggregate", "on"),
    planner("enable_seqscan", "on"),
    planner("enable_sort", "on"),
    planner("enable_tidscan", "on"),
    quiet("escape_string_warning", "on", Kind::Bool, KEPT),
    quiet(
        "extra_float_digits",
        "1",
        Kind::Integer(-15, 3),
        "Without effect: a float is written with the digits that read back as it.",
    ),
    quiet("from_collapse_limit", "8", COUNT, KEPT),
    planner("geqo", "on"),
    quiet("geqo_threshold", "12", COUNT, KEPT),
    quiet(
        "idle_in_transaction_session_timeout",
        "0",
        Kind::Duration,
        "The longest a transaction may wait for its next statement; 0 is without end.",
    ),
    quiet(
        "idle_session_timeout",
        "0",
        Kind::Duration,
        "The longest a session may wait for its next statement; 0 is without end.",
    ),
    reported("in_hot_standby", "off", Kind::Fixed, "Whether the server is a replica."),
    reported("integer_datetimes", "on", Kind::Fixed, "Whether binary times are integers."),
    reported("IntervalStyle", "postgres", Kind::Choice(&["postgres"]), "How intervals are written as text."),
    reported("is_superuser", "off", Kind::Fixed, "Whether the user may do everything."),
    planner("jit", "off"),
    quiet("join_collapse_limit", "8", COUNT, KEPT),
    quiet("lc_collate", "C", Kind::Fixed, "Order of text: by code point."),
    quiet("lc_ctype", "C", Kind::Fixed, "Classes of characters: Unicode's."),
    quiet("lc_messages", "C", Kind::Text, "Without effect: messages are English."),
    quiet("lc_monetary", "C", Kind::Text, KEPT),
    quiet("lc_numeric", "C", Kind::Text, KEPT),
    quiet("lc_time", "C", Kind::Text, KEPT),
    quiet("lo_compat_privileges", "off", Kind::Bool, KEPT),
    quiet("lock_timeout", "0", Kind::Duration, "Without effect: readers and writers do not lock each other out."),
    quiet("maintenance_work_mem", "64MB", Kind::Text, KEPT),
    quiet("max_function_args", "100", Kind::Fixed, "The most arguments of a function."),
    quiet("max_identifier_length", "63", Kind::Fixed, "The longest name, in bytes."),
    quiet("max_index_keys", "32", Kind::Fixed, "The most columns of a key."),
    quiet("max_parallel_workers_per_gather", "2", COUNT, "Without effect: a query uses all threads it can."),
    quiet("password_encryption", "scram-sha-256", Kind::Choice(&["scram-sha-256"]), "How passwords are kept."),
    quiet("plan_cache_mode", "auto", Kind::Choice(&["auto", "force_generic_plan", "force_custom_plan"]), KEPT),
    quiet("quote_all_identifiers", "off", Kind::Bool, KEPT),
    quiet("random_page_cost", "4", Kind::Text, KEPT),
    quiet("role", "none", Kind::User, "The role the session acts as."),
    quiet("row_security", "on", Kind::Bool, "Without effect: there are no row policies to bypass."),
    reported("search_path", "\"$user\", public", Kind::Text, "Schemas in which names without one are looked up."),
    quiet("seq_page_cost", "1", Kind::Text, KEPT),
    reported("server_encoding", "UTF8", Kind::Fixed, "Encoding of all text in the lake."),
    reported(
        "server_version",
        POSTGRES_VERSION,
        Kind::Fixed,
        "The PostgreSQL version whose protocol and catalogue clients may expect.",
    ),
    quiet("server_version_num", "160004", Kind::Fixed, "The same as a number."),
    reported("session_authorization", "", Kind::User, "The user of the session."),
    quiet("session_replication_role", "origin", Kind::Choice(&["origin", "replica", "local"]), KEPT),
    quiet("ssl_renegotiation_limit", "0", COUNT, KEPT),
    reported("standard_conforming_strings", "on", Kind::AlwaysOn, "Whether a backslash in a literal is a backslash."),
    quiet(
        "statement_timeout",
        "0",
        Kind::StatementTimeout,
        "The longest a statement may run, at most what the server allows; 0 is without end.",
    ),
    quiet("synchronous_commit", "on", Kind::Choice(&["on", "off", "local", "remote_write", "remote_apply"]), DURABLE),
    quiet("temp_buffers", "8MB", Kind::Text, KEPT),
    quiet("temp_tablespaces", "", Kind::Text, KEPT),
    reported("TimeZone", "UTC", Kind::TimeZone, "Zone in which timestamps with time zone are read, cut and written."),
    quiet("transaction_deferrable", "off", Kind::Bool, SNAPSHOT),
    quiet("transaction_isolation", "read committed", LEVELS, SNAPSHOT),
    quiet("transaction_read_only", "off", Kind::Bool, "Whether the current transaction only reads."),
    quiet("transform_null_equals", "off", Kind::Choice(&["off"]), "Whether `= NULL` is read as `IS NULL`."),
    quiet("wal_level", "replica", Kind::Fixed, KEPT),
    quiet("work_mem", "4MB", Kind::Text, "Without effect: queries share one pool of memory and spill."),
    quiet("xmlbinary", "base64", Kind::Choice(&["base64", "hex"]), KEPT),
    quiet("xmloption", "content", Kind::Choice(&["content", "document"]), KEPT),
];
