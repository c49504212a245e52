-- The demo's tables. Every statement may run again: a demo that was interrupted is made anew.
create schema if not exists core;

create table if not exists core.demo (
    seed bigint not null,
    days int not null
);
comment on table core.demo is 'What the demo was made from; empty until all of it is there';
comment on column core.demo.seed is 'The value of --seed';
comment on column core.demo.days is 'The value of --days';

create table if not exists core.customers (
    customer_id bigint primary key,
    name text not null,
    email text not null,
    postcode text not null,
    newsletter boolean not null,
    created_at timestamptz not null
);
comment on table core.customers is 'People who got in touch. One row per person, whether or not they ordered';
comment on column core.customers.customer_id is 'Number of the person';
comment on column core.customers.name is 'First and last name; made up';
comment on column core.customers.email is 'Address at example.com; made up';
comment on column core.customers.postcode is 'Postcode of the person''s home';
comment on column core.customers.newsletter is 'Whether the person takes the newsletter';
comment on column core.customers.created_at is 'Time of the first touch, UTC';

create table if not exists core.touchpoints (
    touchpoint_id bigint primary key,
    customer_id bigint not null references core.customers (customer_id),
    ts timestamptz not null,
    channel text not null,
    campaign text,
    device text not null
);
comment on table core.touchpoints is 'Contacts between a person and the business''s marketing. One row per visit, click or opened email';
comment on column core.touchpoints.touchpoint_id is 'Number of the touch, in the order of time';
comment on column core.touchpoints.customer_id is 'The person';
comment on column core.touchpoints.ts is 'Time of the touch, UTC';
comment on column core.touchpoints.channel is 'Google Ads, Facebook Ads, Email, Organic Search, Direct or Referral';
comment on column core.touchpoints.campaign is 'Campaign of the channel; NULL where nothing is paid';
comment on column core.touchpoints.device is 'mobile, desktop or tablet';

create table if not exists core.orders (
    order_id bigint primary key,
    customer_id bigint not null references core.customers (customer_id),
    ordered_at timestamptz not null,
    kind text not null,
    booked_by text not null,
    amount decimal(18,4) not null,
    currency text not null
);
comment on table core.orders is 'Orders of services and goods. One row per order';
comment on column core.orders.order_id is 'Number of the order, in the order of time';
comment on column core.orders.customer_id is 'Who ordered';
comment on column core.orders.ordered_at is 'Time of the order, UTC';
comment on column core.orders.kind is 'service: a repair or an installation; shop: goods';
comment on column core.orders.booked_by is 'phone or web';
comment on column core.orders.amount is 'Total of the order, in its currency';
comment on column core.orders.currency is 'ISO 4217 code; always USD';

create table if not exists core.calls (
    call_id bigint primary key,
    customer_id bigint references core.customers (customer_id),
    started_at timestamptz not null,
    answered boolean not null,
    ring_seconds int not null,
    talk_seconds int not null,
    order_id bigint references core.orders (order_id)
);
comment on table core.calls is 'Calls that came in. One row per call, answered or missed';
comment on column core.calls.call_id is 'Number of the call, in the order of time';
comment on column core.calls.customer_id is 'The caller; NULL when the number is not known';
comment on column core.calls.started_at is 'Time at which the telephone began to ring, UTC';
comment on column core.calls.answered is 'Whether somebody picked up';
comment on column core.calls.ring_seconds is 'Seconds until somebody picked up or the caller gave up';
comment on column core.calls.talk_seconds is 'Seconds of conversation; 0 for missed calls';
comment on column core.calls.order_id is 'The order booked in the call, if any';

create table if not exists core.ad_spend (
    day date not null,
    channel text not null,
    campaign text not null,
    spend decimal(18,4) not null,
    currency text not null,
    impressions bigint not null,
    clicks bigint not null,
    primary key (day, channel, campaign)
);
comment on table core.ad_spend is 'What advertising cost. One row per day and campaign';
comment on column core.ad_spend.day is 'The day';
comment on column core.ad_spend.channel is 'The channel, named as in core.touchpoints';
comment on column core.ad_spend.campaign is 'The campaign, named as in core.touchpoints';
comment on column core.ad_spend.spend is 'Cost of the day, in its currency';
comment on column core.ad_spend.currency is 'ISO 4217 code; always USD';
comment on column core.ad_spend.impressions is 'How often the advertisement was shown';
comment on column core.ad_spend.clicks is 'How often it was clicked';
