//! `system.sessions` — who is connected, through which door, since when.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use datafusion::error::Result;

use crate::Door;
use crate::access::Authority;
use crate::activity::Activity;

pub(super) fn batch(activity: &Activity, authority: &Authority) -> Result<RecordBatch> {
    let mut sessions = activity.sessions();
    sessions.retain(|session| authority.is_of(&session.user));
    let door = |door: Door| match door {
        Door::Embedded => "embedded",
        Door::CommandLine => "command line",
        Door::Postgres => "postgres",
        Door::Flight => "flight",
    };
    let connected = TimestampMicrosecondArray::from_iter_values(sessions.iter().map(|session| session.connected_us));
    let address = sessions.iter().map(|session| session.client.address.map(|address| address.to_string()));
    let application = sessions.iter().map(|session| session.client.application.as_deref());
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("session_id", Arc::new(Int32Array::from_iter_values(sessions.iter().map(|session| session.id)))),
        ("user_name", Arc::new(StringArray::from_iter_values(sessions.iter().map(|session| &session.user)))),
        ("door", Arc::new(StringArray::from_iter_values(sessions.iter().map(|session| door(session.door))))),
        ("client_address", Arc::new(StringArray::from_iter(address))),
        ("application_name", Arc::new(StringArray::from_iter(application))),
        ("connected_at", Arc::new(connected.with_timezone("UTC"))),
    ];
    Ok(RecordBatch::try_from_iter(columns)?)
}
