//! What the demo business pays for its channels, day by day, and what that really brings.

use super::business::stream;
use super::calendar::{DAYS, FIRST_DAY};
use super::chance::Chance;
use super::channel::CHANNELS;
use super::truth;

/// Budgets are decided for so many days at a time.
const DECISION_DAYS: [usize; 4] = [21, 28, 35, 42];
/// The range of a decision, as a multiple of the usual budget.
const DECISION: (f64, f64) = (0.3, 1.7);
/// A day's spend keeps to the decision within this share.
const DAILY_VARIATION: f64 = 0.12;

/// The share of impressions that are clicked.
pub(super) const CLICK_RATE: (f64, f64) = (0.012, 0.03);

/// The spend of each channel on each day, as a multiple of its usual one, and the effect it has.
#[derive(Debug)]
pub(super) struct Advertising {
    spend: Vec<Vec<f64>>,
    effect: Vec<Vec<f64>>,
}

impl Advertising {
    pub(super) fn plan(seed: u64) -> Self {
        let mut plan = Self { spend: Vec::new(), effect: Vec::new() };
        for (place, channel) in CHANNELS.iter().enumerate() {
            let chance = &mut Chance::of(seed, stream::ADVERTISING, place as u64);
            let mut spend: Vec<f64> = Vec::with_capacity(DAYS);
            while spend.len() < DAYS {
                let decision = chance.between(DECISION.0, DECISION.1);
                for _ in 0..chance.pick(&DECISION_DAYS) {
                    spend.push(decision * chance.between(1.0 - DAILY_VARIATION, 1.0 + DAILY_VARIATION));
                }
            }
            let mut carried = 1.0;
            let effect = spend.iter().map(|spent| {
                carried = spent * (1.0 - channel.carry_over) + carried * channel.carry_over;
                channel.response(carried) / channel.response(1.0)
            });
            plan.effect.push(effect.collect());
            plan.spend.push(spend);
        }
        plan
    }

    /// New customers that a channel causes on a day, as a multiple of what the usual spend causes.
    pub(super) fn effect(&self, channel: usize, day: i64) -> f64 {
        self.effect[channel][(day - FIRST_DAY) as usize]
    }

    /// A channel's cost on a day in cents of the small business, and its clicks.
    pub(super) fn cost(&self, channel: usize, day: i64) -> (f64, f64) {
        let known = &CHANNELS[channel];
        let cents = known.daily_cents * self.spend[channel][(day - FIRST_DAY) as usize];
        let dearer =
            if channel == super::channel::GOOGLE && truth::BIDDING.contains(&day) { truth::BIDDING_COST } else { 1.0 };
        (cents, cents / known.click_cents / dearer)
    }
}
