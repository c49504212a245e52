-- What each channel is credited with by all models, the data-driven ones too, over all time. One row per model and channel.
-- grain:    model, channel
-- plan:     1.1.1, 1.1.2, 1.1.3, 1.1.4, 1.1.5, 1.1.8
-- audits:   unique(grain), not_null(model, channel), orders >= 0
-- example:  select channel, max(revenue) filter (where model = 'first_touch') as first_touch,
--           max(revenue) filter (where model = 'last_touch') as last_touch,
--           max(revenue) filter (where model = 'markov') as markov
--           from marketing.attribution_compare group by channel order by channel
-- columns:
--   model    first_touch, last_touch, last_non_direct, linear, time_decay, position_based, w_shaped, markov or shapley.
--   channel  The channel; (unattributed) holds the orders without a touch.
--   touches  Touches on the way to orders; one on two paths counts twice.
--   orders   Orders credited; their sum is that of all orders in every model.
--   revenue  Revenue credited, reporting currency; its sum is that of all orders in every model.
--   share    Share of the revenue, 0 to 1; NULL where there is none.
with touches as (
    select customer_id, ts, channel
    from core.touchpoints
    where customer_id is not null and type not in ('impression', 'email_open')
),

conversions as (
    select order_id as conversion_id, customer_id, ordered_at as ts, revenue
    from core.orders
    where revenue is not null
)

select
    model,
    channel,
    touches::bigint as touches,
    conversions as orders,
    value as revenue,
    share
from attribution_compare(
    touches,
    conversions,
    customer => 'customer_id',
    ts => 'ts',
    channel => 'channel',
    value => 'revenue',
    models => array[
        'first_touch', 'last_touch', 'last_non_direct', 'linear', 'time_decay', 'position_based', 'w_shaped', 'markov', 'shapley'
    ]
)
