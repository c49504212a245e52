//! What each protocol promises.

mod flight;
mod http;
mod postgres;
mod privilege;
