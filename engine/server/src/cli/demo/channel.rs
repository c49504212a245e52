//! The marketing channels of the demo business and what each of them is good at.
//!
//! These numbers are the demo's planted truth: Facebook Ads introduces many people, yet hardly any
//! order has it as the last touch, and it costs more than any other channel.

use rand::Rng;
use rand::rngs::StdRng;

/// A channel, with weights relative to the other channels.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) name: &'static str,
    /// How often it is somebody's first touch.
    pub(super) introduces: f64,
    /// How often it is a touch in between.
    pub(super) browses: f64,
    /// How often it is the last touch before an order.
    pub(super) closes: f64,
    /// The share of the people it introduced who ever order.
    pub(super) converts: f64,
    /// What it costs on an average day, in cents.
    pub(super) daily_cents: f64,
    /// What a click costs, in cents.
    pub(super) click_cents: f64,
    /// Its campaigns; none where nothing is paid.
    pub(super) campaigns: &'static [&'static str],
}

pub(super) const EMAIL: Channel = Channel {
    name: "Email",
    introduces: 0.05,
    browses: 0.04,
    closes: 0.05,
    converts: 0.87,
    daily_cents: 1_200.0,
    click_cents: 12.0,
    campaigns: &["Newsletter", "Win-back"],
};

pub(super) static CHANNELS: [Channel; 6] = [
    Channel {
        name: "Google Ads",
        introduces: 0.27,
        browses: 0.17,
        closes: 0.22,
        converts: 0.86,
        daily_cents: 12_800.0,
        click_cents: 210.0,
        campaigns: &["Brand", "Emergency Repair", "Shop"],
    },
    Channel {
        name: "Facebook Ads",
        introduces: 0.25,
        browses: 0.21,
        closes: 0.03,
        converts: 0.64,
        daily_cents: 16_400.0,
        click_cents: 95.0,
        campaigns: &["Spring Offers", "Lookalike", "Retargeting"],
    },
    EMAIL,
    Channel {
        name: "Organic Search",
        introduces: 0.22,
        browses: 0.27,
        closes: 0.24,
        converts: 0.86,
        daily_cents: 0.0,
        click_cents: 0.0,
        campaigns: &[],
    },
    Channel {
        name: "Direct",
        introduces: 0.11,
        browses: 0.21,
        closes: 0.35,
        converts: 0.90,
        daily_cents: 0.0,
        click_cents: 0.0,
        campaigns: &[],
    },
    Channel {
        name: "Referral",
        introduces: 0.10,
        browses: 0.10,
        closes: 0.11,
        converts: 0.94,
        daily_cents: 0.0,
        click_cents: 0.0,
        campaigns: &[],
    },
];

impl Channel {
    /// A channel, as often as its weight says.
    pub(super) fn draw(rng: &mut StdRng, weight: fn(&Channel) -> f64) -> &'static Channel {
        let mut left = rng.random::<f64>() * CHANNELS.iter().map(weight).sum::<f64>();
        for channel in &CHANNELS {
            left -= weight(channel);
            if left < 0.0 {
                return channel;
            }
        }
        // Only rounding leads here.
        &CHANNELS[CHANNELS.len() - 1]
    }

    /// One of its campaigns.
    pub(super) fn campaign(&self, rng: &mut StdRng) -> Option<&'static str> {
        if self.campaigns.is_empty() {
            return None;
        }
        Some(self.campaigns[rng.random_range(0..self.campaigns.len())])
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn channels_are_drawn_as_often_as_their_weight_says() {
        let mut rng = StdRng::seed_from_u64(3);
        let total: f64 = CHANNELS.iter().map(|channel| channel.closes).sum();
        let closed_by_direct =
            (0..10_000).filter(|_| Channel::draw(&mut rng, |channel| channel.closes).name == "Direct").count();
        assert!((closed_by_direct as f64 / 10_000.0 - 0.35 / total).abs() < 0.02);
    }
}
