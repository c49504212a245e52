//! The program: doors and commands around the engine.

mod auth;
mod cli;
mod connection;
mod flight;
mod http;
mod pgwire;
pub mod server;
pub mod sqlstate;
mod tls;

pub use cli::run;
