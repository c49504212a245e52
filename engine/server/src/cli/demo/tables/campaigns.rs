//! Campaigns and what they cost.

use arrow::array::RecordBatch;
use bellwether::Result;

use super::UPDATED_AT;
use crate::cli::demo::advertising::CLICK_RATE;
use crate::cli::demo::business::{Business, stream};
use crate::cli::demo::calendar::{DAY, FIRST_DAY, days};
use crate::cli::demo::chance::mix;
use crate::cli::demo::channel::CHANNELS;
use crate::cli::demo::columns::{Columns, Thing, key};
use crate::cli::demo::facts::CENT;

/// Parts of a campaign.
const ADSETS: [(&str, f64); 2] = [("Local", 0.6), ("Wide", 0.4)];

/// The number of a node: 0 the channel's account, then its campaigns by tens with their adsets.
fn number(channel: usize, campaign: Option<usize>, adset: Option<usize>) -> u64 {
    let within = campaign.map_or(0, |campaign| 10 * (campaign + 1) + adset.map_or(0, |adset| adset + 1));
    (100 * channel + within) as u64
}

/// The key of a channel's campaign.
pub(super) fn campaign(channel: usize, campaign: usize) -> u64 {
    key(Thing::Campaign, number(channel, Some(campaign), None))
}

/// One of a channel's campaigns for somebody, where it has any.
pub(super) fn campaign_for(channel: usize, somebody: u64) -> Option<u64> {
    let names = CHANNELS[channel].campaigns;
    (!names.is_empty()).then(|| campaign(channel, (mix(somebody) % names.len() as u64) as usize))
}

struct Node {
    number: u64,
    level: &'static str,
    parent: Option<u64>,
    channel: usize,
    name: String,
    slug: Option<String>,
    daily_cents: f64,
}

/// As it stands in addresses.
pub(super) fn slug(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

fn nodes() -> Vec<Node> {
    let mut nodes = Vec::new();
    for (place, channel) in CHANNELS.iter().enumerate().filter(|(_, channel)| channel.is_paid()) {
        let account = number(place, None, None);
        let name = format!("{} account", channel.name);
        let daily_cents = channel.daily_cents;
        nodes.push(Node {
            number: account,
            level: "account",
            parent: None,
            channel: place,
            name,
            slug: None,
            daily_cents,
        });
        for (order, name) in channel.campaigns.iter().enumerate() {
            let daily_cents = daily_cents / channel.campaigns.len() as f64;
            let above = number(place, Some(order), None);
            let level = if channel.medium == "email" { "email" } else { "campaign" };
            let slug = Some(slug(name));
            nodes.push(Node {
                number: above,
                level,
                parent: Some(account),
                channel: place,
                name: (*name).to_owned(),
                slug,
                daily_cents,
            });
            for (adset, (part, share)) in ADSETS.iter().enumerate().filter(|_| level == "campaign") {
                nodes.push(Node {
                    number: number(place, Some(order), Some(adset)),
                    level: "adset",
                    parent: Some(above),
                    channel: place,
                    name: format!("{name} {part}"),
                    slug: None,
                    daily_cents: daily_cents * share,
                });
            }
        }
    }
    nodes
}

pub(super) fn campaigns(business: &Business, _: usize) -> Result<RecordBatch> {
    let rows = nodes();
    let utm = |row: &Node| {
        let channel = &CHANNELS[row.channel];
        let slug = row.slug.as_ref()?;
        Some(format!(r#"{{"source": "{}", "medium": "{}", "campaign": "{slug}"}}"#, channel.source, channel.medium))
    };
    Columns::of("ads", rows.iter().map(|row| key(Thing::Campaign, row.number)), UPDATED_AT)
        .text("level", rows.iter().map(|row| row.level))
        .maybe_key("parent_id", rows.iter().map(|row| row.parent.map(|parent| key(Thing::Campaign, parent))))
        .text("platform", rows.iter().map(|row| CHANNELS[row.channel].platform))
        .text("channel", rows.iter().map(|row| CHANNELS[row.channel].name))
        .text("name", rows.iter().map(|row| &row.name))
        .text("status", rows.iter().map(|_| "active"))
        .maybe_text("objective", rows.iter().map(|row| row.slug.as_ref().map(|_| "sales")))
        .maybe_text("utm", rows.iter().map(utm))
        .text("currency", rows.iter().map(|_| "USD"))
        .money("daily_budget", rows.iter().map(|row| (row.daily_cents * business.factor) as i64 * CENT))
        .day("start_on", rows.iter().map(|_| FIRST_DAY))
        .finish()
}

struct Spend {
    day: i64,
    node: u64,
    channel: usize,
    grain: &'static str,
    cents: i64,
    clicks: i64,
    impressions: i64,
}

/// A row for each day and campaign, and for each of its adsets, which come to the same.
pub(super) fn ad_spend(business: &Business, _: usize) -> Result<RecordBatch> {
    let mut rows: Vec<Spend> = Vec::new();
    for (place, channel) in CHANNELS.iter().enumerate().filter(|(_, channel)| channel.is_paid()) {
        let chance = &mut business.chance(stream::ADVERTISING, 1000 + place);
        for day in days() {
            let (cents, clicks) = business.advertising.cost(place, day);
            let share = business.factor / channel.campaigns.len() as f64;
            for order in 0..channel.campaigns.len() {
                let (cents, clicks) = ((cents * share) as i64, (clicks * share) as i64);
                let impressions = (clicks as f64 / chance.between(CLICK_RATE.0, CLICK_RATE.1)) as i64;
                let whole = Spend {
                    day,
                    node: number(place, Some(order), None),
                    channel: place,
                    grain: "campaign",
                    cents,
                    clicks,
                    impressions,
                };
                if channel.medium != "email" {
                    let part = |amount: i64| (amount as f64 * ADSETS[0].1) as i64;
                    let (first, second) = (number(place, Some(order), Some(0)), number(place, Some(order), Some(1)));
                    let (some_cents, some_clicks, seen) = (part(cents), part(clicks), part(impressions));
                    let grain = "adset";
                    rows.push(Spend {
                        node: first,
                        grain,
                        cents: some_cents,
                        clicks: some_clicks,
                        impressions: seen,
                        ..whole
                    });
                    rows.push(Spend {
                        node: second,
                        grain,
                        cents: cents - some_cents,
                        clicks: clicks - some_clicks,
                        impressions: impressions - seen,
                        ..whole
                    });
                }
                rows.push(whole);
            }
        }
    }
    // Platforms count more conversions than there are, as each claims what others brought as well.
    let claimed = |row: &Spend| (row.clicks as f64 * CHANNELS[row.channel].converts * 0.3) as i64;
    Columns::of("ads", super::reference::keys(Thing::Spend, rows.len()), UPDATED_AT)
        .day("on_date", rows.iter().map(|row| row.day))
        .text("platform", rows.iter().map(|row| CHANNELS[row.channel].platform))
        .key("campaign_id", rows.iter().map(|row| key(Thing::Campaign, row.node)))
        .text("grain", rows.iter().map(|row| row.grain))
        .text("currency", rows.iter().map(|_| "USD"))
        .money("spend", rows.iter().map(|row| row.cents * CENT))
        .bigint("impressions", rows.iter().map(|row| Some(row.impressions)))
        .bigint("clicks", rows.iter().map(|row| Some(row.clicks)))
        .money("conversions", rows.iter().map(|row| claimed(row) * 10_000))
        .money("conversion_value", rows.iter().map(|row| claimed(row) * 18_000 * CENT))
        .text("attribution", rows.iter().map(|_| "30d_click"))
        .maybe_instant("restated_at", rows.iter().map(|row| (row.day % 11 == 0).then_some((row.day + 3) * DAY)))
        .finish()
}
