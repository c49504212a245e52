//! Everything that is tested through the doors, in one binary.

mod background;
mod clients;
mod cluster;
mod corrupt;
mod differential;
mod doors;
mod durability;
mod features;
mod foreign;
mod functions;
mod limits;
mod load;
mod materialized_refresh;
mod models;
mod rewrite;
mod specifications;
mod tidy;
mod walk_through;
