-- The stages that deals went through. One row per deal and stay in a stage.
-- grain:    deal_id, entered_at
-- plan:     6.2.3, 6.2.6
-- audits:   not_null(deal_id, stage, entered_at), left_at >= entered_at
-- example:  select stage, count(*), avg(days) from core.deal_stage_history group by stage
-- columns:
--   deal_id     The deal.
--   from_stage  The stage before; NULL at the beginning.
--   stage       The stage.
--   entered_at  When it came there, UTC.
--   left_at     When it went on, UTC; NULL while it is there.
--   days        How long it stayed, days; NULL while it is there.
--   changed_by  Who moved it.
select
    entity_id as deal_id,
    from_value as from_stage,
    to_value as stage,
    changed_at as entered_at,
    lead(changed_at) over (partition by entity_id order by changed_at, id) as left_at,
    extract(epoch from lead(changed_at) over (partition by entity_id order by changed_at, id) - changed_at)
        / 86400.0 as days,
    changed_by
from core.status_history
where entity = 'deals' and field = 'stage' and deleted_at is null
