-- Numbers that are none and times without end: in order, in groups, in files. One statement in a line.
select id, f from fl order by f, id
select id, f from fl order by f desc, id
select id, g from fl order by g nulls first, id
select min(f), max(f), min(g), max(g) from fl
select min(f), max(f) from fl where id > 1 and id < 6
select id % 2, min(f), max(f), min(g), max(g) from fl group by 1 order by 1
select f is null, min(f), max(f) from fl group by 1 order by 1
select id, min(f), max(g) from fl group by id order by id
select status, min(x), max(x) from (select status, case when id = 9 then 'NaN'::float8 else score end as x from orders) q group by status order by status
select id, max(f) over (order by id), min(f) over (order by id) from fl order by id
select id, max(f) over (order by id rows 1 preceding), min(g) over (order by id rows 1 preceding) from fl order by id
select id, max(f) over (partition by id % 2), min(g) over (partition by id % 2) from fl order by id
select id from fl where f = 'NaN' order by id
select id from fl where f <> 'NaN' order by id
select id from fl where f > 100 order by id
select id from fl where f >= 5 order by id
select id from fl where g > 100 order by id
select id from fl where f < 'NaN' order by id
select id from fl where f < -100 order by id
select id from fl where f in ('NaN', 1) order by id
select id from fl where f between 3 and 'NaN' order by id
select count(distinct f), count(distinct g) from fl
select f, count(*) from fl group by f order by f
select a.id, b.id from fl a join fl b on a.f = b.g order by 1, 2
select greatest(f, 3), least(f, 3) from fl order by id
select sum(f), avg(f) from fl where id in (1, 2)
select sum(f), max(f), min(f) from fl where id in (4, 7)
select id, rank() over (order by f), dense_rank() over (order by g desc) from fl order by id
select array_agg(f order by f) from fl
select percentile_disc(0.5) within group (order by f) from fl
select f::text, g::text, f + 1, f * 0 from fl order by id
select case when id = 1 then 1.5 else f end from fl order by id
select min(f), max(f) from (values ('NaN'::float8), (1), (2)) v(f)
select min(f), max(f) from (values (1::real), ('NaN'::real), (2)) v(f)
select k, min(f), max(f) from (values (1, 'NaN'::float8), (1, 1), (1, 5), (2, 3), (2, 'NaN'), (3, 'NaN')) v(k, f) group by k order by k
select k, min(f), max(f) from (values ('a', '-Infinity'::float8), ('b', 'Infinity'), ('b', 1)) v(k, f) group by k order by k
select f from (values ('NaN'::float8), (1), ('Infinity'), (null), ('-Infinity')) v(f) order by f desc
select count(distinct f) from (values ('NaN'::float8), ('NaN'), (0)) v(f)
select greatest('NaN'::float8, 1), least('NaN'::float8, 1), least(2, 'NaN'::float8)
select 'NaN'::numeric, 'Infinity'::float8, '-infinity'::float4, 'NaN'::float8
select 'Infinity'::numeric, '-inf'::numeric, numeric 'nan', 'NaN'::numeric(10, 2)
select 'Infinity'::numeric(10, 2)
select 'NaN'::numeric = 'NaN'::numeric, 'NaN'::numeric > 1e30, 'Infinity'::numeric > 1
select 'NaN'::float8::numeric, 'Infinity'::float4::numeric
select id from n where d = 'NaN' or d > 'Infinity'
select id from n where d < 'NaN' order by id
select id, since, until from spans order by id
select id from spans order by since, id
select id from spans order by until desc nulls last, id
select min(since), max(since), min(until), max(until) from spans
select id from spans where until > '9999-01-01' order by id
select id from spans where since = '-infinity' order by id
select id from spans where until = 'infinity' order by id
select id from spans where '2024-03-15' between since and until order by id
select id, isfinite(since), isfinite(until) from spans order by id
select id, since + interval '1 day', until - interval '1 month' from spans order by id
select date_trunc('day', since), date_trunc('month', until) from spans order by id
select id, coalesce(until, 'infinity') from spans order by id
select id, greatest(until, timestamptz '2024-05-01') from spans order by id
select timestamp 'infinity', timestamptz '-infinity', 'infinity'::timestamp - interval '1 day'
select timestamp 'infinity' - timestamp '2024-01-01'
select now() < 'infinity'
select timestamp 'infinity' = timestamptz 'infinity'
select count(distinct until), count(*) from spans
select until::text from spans order by id
