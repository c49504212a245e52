//! Ending what others run: `pg_cancel_backend`, `pg_terminate_backend`.

use bellwether_catalog::{Error, ErrorKind};

use super::{Argument, Asked, Definition, NUMBER, acting, signed};
use crate::pg_catalog::rows::Value;

pub(super) const FUNCTIONS: &[Definition] = &[
    acting("pg_cancel_backend", NUMBER, "bool", |asked, values| end(asked, values, false)),
    acting(
        "pg_terminate_backend",
        &[&[Argument::Number], &[Argument::Number, Argument::Number]],
        "bool",
        |asked, values| end(asked, values, true),
    ),
];

/// A user may end what the same user runs, a superuser whatever runs.
fn end(asked: &Asked<'_>, values: &[Value<'_>], for_good: bool) -> Result<Value<'static>, Error> {
    let system = asked.pinned.system();
    let Some(id) = signed(values, 0).and_then(|id| i32::try_from(id).ok()) else { return Ok(false.into()) };
    let Some(user) = system.activity.user_of(id) else { return Ok(false.into()) };
    if !system.authority.is_of(&user) {
        let message =
            if for_good { "permission denied to terminate process" } else { "permission denied to cancel query" };
        return Err(Error::new(ErrorKind::PermissionDenied, message)
            .with_detail(format!("session {id} is another user's"))
            .with_hint("connect as that user, or as a superuser"));
    }
    Ok(system.activity.end(id, for_good).into())
}
