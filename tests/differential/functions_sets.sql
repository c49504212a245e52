-- Functions that return sets. One statement in a line.
select * from generate_series(1, 5)
select * from generate_series(5, 1, -2)
select * from generate_series(4, 3)
select * from generate_series(1, 3) as g
select g from generate_series(1, 3) as g
select n from generate_series(1, 3) as g(n)
select g.n * 2 as twice from generate_series(1, 3) as g(n)
select generate_series(1, 3)
select generate_series(1, 3) as n
select generate_series(1::bigint, 3::bigint)
select * from generate_series(1.1::numeric(3,1), 4.0::numeric(3,1), 1.3::numeric(3,1))
select * from generate_series(timestamp '2024-01-01', timestamp '2024-01-02', interval '6 hours')
select * from generate_series(timestamp '2024-01-31', timestamp '2024-05-31', interval '1 month')
select * from generate_series(timestamptz '2024-03-30 00:00+00', timestamptz '2024-04-01 00:00+00', interval '1 day')
select * from generate_series(date '2024-01-01', date '2024-01-03', interval '1 day')
select d::date from generate_series(date '2024-01-01', date '2024-01-03', interval '1 day') as d
select d::date as day from generate_series('2024-01-01'::timestamp, '2024-01-03'::timestamp, '1 day'::interval) d
select * from generate_series(1, 5, 0)
select * from generate_series(null, 5) -- differs: sets in this form are announced otherwise
select generate_series(1, 2), generate_series(1, 4)
select generate_series(1, 3) + 1
select x, generate_series(1, x) from (values (1), (2), (0)) v(x) order by 1, 2
select x, g from (values (1), (2)) v(x), generate_series(1, x) g order by 1, 2
select count(*) from generate_series(1, 1000)
select sum(g), min(g), max(g) from generate_series(1, 100) g
select date_trunc('month', d), count(*) from generate_series(timestamp '2024-01-01', timestamp '2024-02-29', interval '1 day') d group by 1 order by 1
select unnest(array[1, 2, 3])
select * from unnest(array[1, 2, 3])
select * from unnest(array['a', 'b']) as t(v)
select u from unnest(array[1, null, 3]) as u
select * from unnest(array['a', 'b']) with ordinality
select * from unnest(array['a', 'b']) with ordinality as t(v, n)
select * from generate_series(10, 12) with ordinality as t(v, n)
select * from unnest(array[1, 2], array['a', 'b', 'c']) -- differs: sets in this form are announced otherwise
select * from unnest(array[1, 2], array['a', 'b', 'c']) as t(x, y)
select unnest(array[]::int[])
select unnest(null::int[])
select generate_subscripts(array['a', 'b', 'c'], 1)
select * from generate_subscripts(array['a', 'b', 'c'], 1) as s
select i, a[i] from (select array['x', 'y'] as a) t, generate_subscripts(a, 1) as i
select s.nr from generate_subscripts(array[1, 2], 1, true) as s(nr) -- differs: sets in this form are announced otherwise
select x, u from (values (1, array['a', 'b']), (2, array['c'])) v(x, a), unnest(a) as u order by 1, 2
select x, unnest(a) from (values (1, array['a', 'b']), (2, array['c'])) v(x, a) order by 1, 2
select * from (select generate_series(1, 3) as n) t where n > 1
select array(select generate_series(1, 3))
select a.x, b.n from (values (1), (2)) a(x) cross join lateral generate_series(1, a.x) as b(n) order by 1, 2
select regexp_split_to_table('a b', ' ') as w
select array(select unnest(array[3, 1, 2]) order by 1)
select coalesce(c.n, 0) from generate_series(1, 3) g left join (values (2, 5)) c(k, n) on c.k = g order by g
