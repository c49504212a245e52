-- By which channel each customer is best reached: the one that he answers more than others do. One row per customer with a
-- touch.
-- grain:    customer_id
-- plan:     2.3.4
-- audits:   unique(grain), not_null(customer_id, channel), share between 0 and 1, preference between 0 and 1
-- example:  select channel, count(*) as customers, avg(share) as share from customer.channel_preference group by channel order by customers desc
-- columns:
--   customer_id  The canonical party.
--   channel      The channel preferred.
--   touches      Touches on it: visits, clicks, opens and calls to tracked numbers.
--   all_touches  Touches on all channels.
--   share        touches / all_touches.
--   preference   The share, drawn towards that of all customers with the weight of two touches.
--   lift         preference in units of the share of all customers; above 1 the channel suits this customer more than others.
select
    customer_id,
    channel,
    n::bigint as touches,
    touches::bigint as all_touches,
    share,
    preference,
    lift
from channel_preference(
    (select customer_id, channel from core.touchpoints where customer_id is not null and type <> 'impression'),
    customer => 'customer_id',
    channel => 'channel'
)
