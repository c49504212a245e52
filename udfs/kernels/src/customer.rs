//! What customers are worth: how often they buy, whether they still do, what an order is worth, how long they stay.
//!
//! Models are fitted by maximum likelihood to rows of which equal ones are counted once, with their number as weight.
//! A fit starts from several places in a fixed order, so that the same rows give the same parameters, and it says
//! whether it can be believed: [`fit::Status`].
//!
//! - [`beta_geometric`]: BG/NBD and MBG/NBD, customers who may leave after a purchase;
//! - [`bg_bb`]: BG/BB, the same where there are occasions to buy, not a flow of time;
//! - [`buying`]: the models of buying in continuous time, as one;
//! - [`discounting`]: what orders of the months to come are worth today;
//! - [`fit`]: the search for the likeliest parameters, their uncertainty, and its status;
//! - [`gamma_gamma`]: the value of an order;
//! - [`kaplan_meier`]: how many survive how long, and whether groups differ;
//! - [`outlook`]: the least and the most a customer will be worth, with a probability;
//! - [`pareto_nbd`]: Pareto/NBD, customers who may leave at any time;
//! - [`sbg`]: the shifted beta-geometric model of contracts;
//! - [`weighted`]: rows with weights.

pub mod beta_geometric;
pub mod bg_bb;
pub mod buying;
pub mod discounting;
pub mod fit;
pub mod gamma_gamma;
pub mod kaplan_meier;
pub mod outlook;
pub mod pareto_nbd;
mod quadrature;
pub mod sbg;
#[cfg(test)]
pub(crate) mod shared_data;
#[cfg(test)]
mod study;
pub mod weighted;
