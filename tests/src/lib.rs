//! What the tests share: a server over a lake of its own, the program as a child process, the
//! specifications' runner, and the rules of the house.
//!
//! The tests themselves are in `it/`, one binary; the specifications are in `slt/`.

pub mod chance;
pub mod child;
pub mod clients;
pub mod conformance;
pub mod http;
pub mod model;
pub mod object_store;
pub mod postgresql;
pub mod server;
pub mod shared;
pub mod slt;
pub mod text;
pub mod tidy;
pub mod variable;
