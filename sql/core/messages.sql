-- Messages in and out: SMS, emails, chats. One row per message.
-- grain:    message_id
-- plan:     3.3.6, 6.1.5
-- audits:   unique(grain), not_null(message_id, kind, sent_at)
-- example:  select kind, direction, count(*) from core.messages group by kind, direction
-- columns:
--   message_id   The message.
--   kind         sms, email or chat.
--   direction    in or out.
--   sent_at      When, UTC.
--   customer_id  The canonical party on the other side; NULL when not recognised.
--   staff_id     Who of the staff wrote it.
--   campaign_id  The campaign it belongs to.
--   status       sent, delivered, failed.
--   summary      What it was about.
--   replies_to   The message or call it answers.
select
    i.id as message_id,
    i.kind,
    i.direction,
    i.started_at as sent_at,
    coalesce(l.canonical_id, i.party_id) as customer_id,
    i.staff_id,
    i.campaign_id,
    i.status,
    i.summary,
    i.replies_to
from core.interactions as i
left join core.party_links as l on l.party_id = i.party_id
where i.kind in ('sms', 'email', 'chat') and i.deleted_at is null
