//! The marketing channels of the demo business, and what each of them really does.

use super::chance::Chance;

/// A channel. Weights are relative to the other channels'.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) name: &'static str,
    pub(super) platform: &'static str,
    /// New customers it causes on an average day, as a share of all; for paid channels, at the average spend.
    pub(super) causes: f64,
    /// The share of the people it brings who buy.
    pub(super) converts: f64,
    /// How often it is a touch in between, and the last one before an order.
    pub(super) browses: f64,
    pub(super) closes: f64,
    /// Cost of an average day of the small business, and of a click, in cents.
    pub(super) daily_cents: f64,
    pub(super) click_cents: f64,
    /// How much of a day's effect the next day still has.
    pub(super) carry_over: f64,
    /// The spend, as a multiple of the average, at which half of the most possible effect is reached.
    pub(super) half_saturation: f64,
    /// How many times likelier a lead of the channel is won, as the logarithm of the odds.
    pub(super) lead_quality: f64,
    pub(super) campaigns: &'static [&'static str],
    pub(super) source: &'static str,
    pub(super) medium: &'static str,
    pub(super) referrer: Option<&'static str>,
    /// The parameter of click ids on the channel's links.
    pub(super) click_id: Option<&'static str>,
}

pub(super) const GOOGLE: usize = 0;
pub(super) const EMAIL: usize = 3;
pub(super) const DIRECT: usize = 5;
pub(super) const REFERRAL: usize = 6;

const UNPAID: Channel = Channel {
    name: "",
    platform: "",
    causes: 0.0,
    converts: 0.0,
    browses: 0.0,
    closes: 0.0,
    daily_cents: 0.0,
    click_cents: 0.0,
    carry_over: 0.0,
    half_saturation: 0.0,
    lead_quality: 0.0,
    campaigns: &[],
    source: "",
    medium: "",
    referrer: None,
    click_id: None,
};

pub(super) static CHANNELS: [Channel; 7] = [
    Channel {
        name: "Google Ads",
        platform: "google_ads",
        causes: 0.27,
        converts: 0.2,
        browses: 0.16,
        closes: 0.22,
        daily_cents: 10_200.0,
        click_cents: 210.0,
        carry_over: 0.3,
        half_saturation: 1.6,
        lead_quality: 0.2,
        campaigns: &["Brand", "Emergency Repair", "Shop"],
        source: "google",
        medium: "cpc",
        referrer: Some("https://www.google.com/"),
        click_id: Some("gclid"),
    },
    Channel {
        name: "Facebook Ads",
        platform: "meta_ads",
        causes: 0.2,
        converts: 0.12,
        browses: 0.22,
        closes: 0.03,
        daily_cents: 7_900.0,
        click_cents: 95.0,
        carry_over: 0.6,
        half_saturation: 0.7,
        lead_quality: -0.7,
        campaigns: &["Spring Offers", "Lookalike", "Retargeting"],
        source: "facebook",
        medium: "paid_social",
        referrer: Some("https://www.facebook.com/"),
        click_id: Some("fbclid"),
    },
    Channel {
        name: "Microsoft Ads",
        platform: "microsoft_ads",
        causes: 0.02,
        converts: 0.1,
        browses: 0.03,
        closes: 0.02,
        daily_cents: 3_600.0,
        click_cents: 170.0,
        carry_over: 0.2,
        half_saturation: 1.0,
        lead_quality: -0.2,
        campaigns: &["Search"],
        source: "bing",
        medium: "cpc",
        referrer: Some("https://www.bing.com/"),
        click_id: Some("msclkid"),
    },
    Channel {
        name: "Email",
        platform: "mailchimp",
        causes: 0.0,
        converts: 0.25,
        browses: 0.1,
        closes: 0.16,
        daily_cents: 900.0,
        click_cents: 12.0,
        campaigns: &["Newsletter", "Win-back"],
        source: "mailchimp",
        medium: "email",
        ..UNPAID
    },
    Channel {
        name: "Organic Search",
        causes: 0.24,
        converts: 0.2,
        browses: 0.26,
        closes: 0.22,
        lead_quality: 0.3,
        referrer: Some("https://www.google.com/"),
        ..UNPAID
    },
    Channel { name: "Direct", causes: 0.12, converts: 0.24, browses: 0.15, closes: 0.28, lead_quality: 0.3, ..UNPAID },
    Channel {
        name: "Referral",
        causes: 0.15,
        converts: 0.3,
        browses: 0.08,
        closes: 0.07,
        lead_quality: 1.0,
        referrer: Some("https://neighbours.example.org/"),
        ..UNPAID
    },
];

impl Channel {
    pub(super) fn is_paid(&self) -> bool {
        self.click_cents > 0.0
    }

    /// The share of the most possible effect that this spend has, as a multiple of the average spend.
    pub(super) fn response(&self, spend: f64) -> f64 {
        spend / (spend + self.half_saturation)
    }
}

/// A channel for a touch in between.
pub(super) fn browsing(chance: &mut Chance) -> usize {
    chance.weighted(CHANNELS.iter().map(|channel| channel.browses))
}

/// A channel for the last touch before an order.
pub(super) fn closing(chance: &mut Chance) -> usize {
    chance.weighted(CHANNELS.iter().map(|channel| channel.closes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_customers_come_from_somewhere() {
        assert!((CHANNELS.iter().map(|channel| channel.causes).sum::<f64>() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn places_of_channels_are_those_of_their_names() {
        let named =
            [(GOOGLE, "Google Ads"), (1, "Facebook Ads"), (EMAIL, "Email"), (DIRECT, "Direct"), (REFERRAL, "Referral")];
        assert!(named.iter().all(|(place, name)| CHANNELS[*place].name == *name));
    }

    #[test]
    fn more_spend_brings_more_and_ever_less_of_it() {
        let facebook = &CHANNELS[1];
        let (one, two, three) = (facebook.response(1.0), facebook.response(2.0), facebook.response(3.0));
        assert!(one < two && two < three && three - two < two - one);
    }
}
