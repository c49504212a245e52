-- How the industry does, as published. One row per metric, segment, place and day.
-- grain:    benchmark_id
-- plan:     5.1.1, 5.1.2
-- audits:   unique(grain), not_null(benchmark_id, metric, value, as_of)
-- example:  select metric, segment, value from core.benchmarks order by metric, segment
-- columns:
--   benchmark_id  The observation.
--   metric        What was observed.
--   segment       Percentile or size class it holds for: p25, p50, p75.
--   geo           Place it holds for.
--   value         The value, in `unit`.
--   unit          money, percent, count or rank.
--   as_of         Day it holds for.
--   sample_n      How many it was computed from.
--   provider      Who published it.
select
    id as benchmark_id,
    metric,
    segment,
    geo,
    value,
    unit,
    as_of,
    sample_n,
    provider
from core.observations
where subject in ('benchmark', 'industry') and deleted_at is null
