-- Decisions that need a yes, open ones and how the others ended. One row per request.
-- grain:    approval_id
-- plan:     7.3.6
-- audits:   unique(grain), not_null(approval_id, action, decision), hours_to_decision >= 0
-- example:  select action, requested_by, amount, hours_waiting from finance.approvals where decision = 'pending' order by hours_waiting desc
-- columns:
--   approval_id        The request.
--   action             What is asked for, for example exceed_budget.
--   entity             Table of the thing it is about.
--   entity_id          Its id there.
--   requested_by       Who asks.
--   requested_at       When, UTC.
--   amount             How much is at stake, reporting currency at the rate of the day; NULL where nothing is or no rate is known.
--   policy             The rule that asks for the approval.
--   approver           Name of who decides; NULL while nobody does.
--   decision           pending, approved, rejected or expired.
--   decided_at         When, UTC.
--   hours_to_decision  Hours until then; NULL while it is pending.
--   hours_waiting      Hours from the request to the latest fact, of pending ones.
select
    approvals.id as approval_id,
    approvals.action,
    approvals.entity,
    approvals.entity_id,
    approvals.requested_by,
    approvals.requested_at,
    (approvals.amount * case when approvals.currency = business.currency then 1 else rates.rate end)::decimal(18, 4) as amount,
    approvals.policy,
    approvers.name as approver,
    approvals.decision,
    approvals.decided_at,
    (extract(epoch from approvals.decided_at - approvals.requested_at) / 3600)::double precision as hours_to_decision,
    case
        when approvals.decision = 'pending'
            then greatest((extract(epoch from clock.as_of - approvals.requested_at) / 3600)::double precision, 0)
    end as hours_waiting
from core.approvals as approvals
cross join core.business as business
cross join core.clock as clock
left join core.parties as approvers on approvers.id = approvals.approver_id
left join core.daily_rates as rates
    on rates.currency = approvals.currency and rates.on_date = (approvals.requested_at at time zone business.tz)::date
where approvals.deleted_at is null
