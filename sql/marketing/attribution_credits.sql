-- What each touch has earned of the orders that came within 30 days after it, by every rule of attribution. One row per
-- order, touch and model.
-- grain:    model, order_id, position
-- refresh:  on change
-- plan:     1.1.1, 1.1.2, 1.1.3, 1.1.4, 1.1.5
-- audits:   unique(grain), not_null(model, order_id, channel), weight between 0 and 1.000001
-- example:  select touched_at, channel, weight, revenue from marketing.attribution_credits
--           where model = 'position_based' order by ordered_at desc, position limit 20
-- columns:
--   model        first_touch, last_touch, last_non_direct, linear, time_decay (half-life 7 days), position_based
--                (40 % first, 40 % last) or w_shaped.
--   order_id     The order.
--   customer_id  Who ordered; NULL where that is not known.
--   ordered_at   When, UTC.
--   ordered_on   The same as a day of the business.
--   touched_at   When the touch was, UTC; NULL for orders without one.
--   channel      Its channel; (unattributed) for orders without a touch.
--   campaign_id  Its campaign; NULL where nothing is paid.
--   position     Number of the touch before the order, from 1; 0 for orders without one.
--   path_length  Touches before the order.
--   weight       Share of the order, 0 to 1; the shares of an order sum to 1 in every model.
--   revenue      weight × revenue of the order, reporting currency; sums to the order's revenue to the last digit.
with touches as (
    select customer_id, ts, channel, campaign_id
    from core.touchpoints
    where customer_id is not null and type not in ('impression', 'email_open')
),

conversions as (
    select order_id as conversion_id, customer_id, ordered_at as ts, revenue
    from core.orders
    where revenue is not null
),

credits as (
    select *
    from attribute(
        touches,
        conversions,
        customer => 'customer_id',
        ts => 'ts',
        channel => 'channel',
        campaign => 'campaign_id',
        value => 'revenue',
        model => 'all'
    )
)

select
    credits.model,
    credits.conversion_id as order_id,
    credits.customer_id,
    credits.conversion_ts as ordered_at,
    (credits.conversion_ts at time zone business.tz)::date as ordered_on,
    credits.touch_ts as touched_at,
    credits.channel,
    credits.campaign as campaign_id,
    coalesce(credits.position, 0)::bigint as position,
    credits.path_length::bigint as path_length,
    credits.weight,
    credits.credit_value as revenue
from credits
cross join core.business as business
