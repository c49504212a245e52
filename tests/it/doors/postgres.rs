//! What the Postgres wire protocol promises.

mod copy;
mod cursor;
mod error;
mod garbled;
mod login;
mod malformed;
mod parameter;
mod session;
mod stream;
mod tls;
mod transaction;
