-- The channels that people meet first, in order. One row per sequence, the most frequent first.
-- grain:    rank
-- plan:     2.2.4
-- audits:   unique(grain), not_null(rank, path), people > 0, share between 0 and 1
-- example:  select path, people, share from customer.channel_sequences order by rank limit 10
-- columns:
--   rank    Place, from 1 to 50.
--   path    Up to five channels, separated by ' > ', equal ones in a row as one.
--   people  People who began so, known or not.
--   share   Share of all people with a touch.
select
    rank::bigint as rank,
    path,
    n::bigint as people,
    share
from paths(
    (select visitor_id, ts, channel from core.touchpoints where type not in ('impression', 'email_open')),
    customer => 'visitor_id',
    ts => 'ts',
    event => 'channel',
    steps => 5,
    top => 50
)
