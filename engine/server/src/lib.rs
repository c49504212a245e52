//! The program: doors and commands around the engine.

mod auth;
mod cli;
mod connection;
pub mod core_tables;
mod flight;
mod http;
pub mod models;
mod pgwire;
pub mod server;
pub mod sqlstate;
mod tls;

pub use cli::run;
