//! `pg_stat_activity`: who is connected, and what runs.

use std::collections::HashMap;

use datafusion::arrow::array::RecordBatch;
use datafusion::error::Result;

use crate::access::Authority;
use crate::activity::Activity;
use crate::pg_catalog::catalogue::Catalogue;
use crate::pg_catalog::declared::Declared;
use crate::pg_catalog::object_id;
use crate::pg_catalog::rows::{Rows, Value};

/// What stands in the place of another user's statement.
const HIDDEN: &str = "<insufficient privilege>";

pub(super) fn batch(
    declared: &'static Declared,
    catalogue: &Catalogue,
    activity: &Activity,
    database: &str,
    authority: &Authority,
) -> Result<RecordBatch> {
    let columns = [
        "datid",
        "datname",
        "pid",
        "usesysid",
        "usename",
        "application_name",
        "client_addr",
        "client_port",
        "backend_start",
        "query_start",
        "state_change",
        "state",
        "query_id",
        "query",
        "backend_type",
    ];
    let mut latest = HashMap::new();
    for query in activity.queries() {
        latest.insert(query.session, query);
    }
    let mut rows = Rows::new(declared, columns)?;
    for session in activity.sessions() {
        // What others run is theirs.
        let is_shown = authority.is_of(&session.user);
        let query = latest.get(&session.id).filter(|_| is_shown);
        let runs = query.is_some_and(|query| query.ended_us().is_none());
        let changed = query.map(|query| query.ended_us().unwrap_or(query.started_us));
        let role = catalogue.roles.iter().find(|role| role.name == session.user).map(|role| role.id);
        let address = session.client.address.filter(|_| is_shown);
        rows.push([
            object_id::DATABASE.into(),
            database.into(),
            session.id.into(),
            role.into(),
            Value::from(&session.user),
            session.client.application.as_deref().unwrap_or("").into(),
            address.map(|address| address.ip().to_string()).into(),
            address.map(|address| i32::from(address.port())).into(),
            session.connected_us.into(),
            query.map(|query| query.started_us).into(),
            changed.unwrap_or(session.connected_us).into(),
            is_shown.then_some(if runs { "active" } else { "idle" }).into(),
            query.map(|query| i64::try_from(query.id).unwrap_or(i64::MAX)).into(),
            query.map_or(if is_shown { "" } else { HIDDEN }, |query| query.text.as_str()).into(),
            "client backend".into(),
        ]);
    }
    rows.finish()
}
