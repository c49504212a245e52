//! Everything that is tested through the doors, in one binary.

mod clients;
mod corrupt;
mod doors;
mod durability;
mod limits;
mod load;
mod specifications;
mod tidy;
