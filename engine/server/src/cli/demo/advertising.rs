//! What the demo business pays for its channels, day by day.

use rand::Rng;
use rand::rngs::StdRng;

use super::calendar::{self, Calendar};
use super::channel::CHANNELS;

/// Budgets are spent to within this share of the plan.
const DAILY_VARIATION: f64 = 0.2;

/// The range of the share of impressions that are clicked.
const CLICK_RATE_MIN: f64 = 0.012;
const CLICK_RATE_MAX: f64 = 0.03;

/// One campaign's day.
#[derive(Debug, PartialEq)]
pub(super) struct AdSpend {
    pub(super) day: i64,
    pub(super) channel: &'static str,
    pub(super) campaign: &'static str,
    pub(super) cents: i64,
    pub(super) impressions: i64,
    pub(super) clicks: i64,
}

/// A row for each day and campaign; a channel's budget is split evenly over its campaigns.
pub(super) fn spend(rng: &mut StdRng, calendar: Calendar) -> Vec<AdSpend> {
    let mut rows = Vec::new();
    for day in calendar.days() {
        for channel in &CHANNELS {
            for campaign in channel.campaigns {
                let planned = channel.daily_cents / channel.campaigns.len() as f64 * calendar::season(day);
                let cents = planned * rng.random_range(1.0 - DAILY_VARIATION..1.0 + DAILY_VARIATION);
                let clicks = cents / channel.click_cents;
                let impressions = clicks / rng.random_range(CLICK_RATE_MIN..CLICK_RATE_MAX);
                rows.push(AdSpend {
                    day,
                    channel: channel.name,
                    campaign,
                    cents: cents.round() as i64,
                    impressions: impressions.round() as i64,
                    clicks: clicks.round() as i64,
                });
            }
        }
    }
    rows
}
