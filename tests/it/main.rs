//! Everything that is tested through the doors, in one binary.

mod clients;
mod cluster;
mod corrupt;
mod differential;
mod doors;
mod durability;
mod functions;
mod limits;
mod load;
mod specifications;
mod tidy;
