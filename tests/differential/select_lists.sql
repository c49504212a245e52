-- Select lists, ordering and subqueries. One statement in a line.
select id, id from n order by id
select *, * from s order by id
select s.*, s.id from s order by 1
select id as x, id as x from n order by id
select 1, 1, 2
select round(2.5), round(2.5::float8)
select count(*), count(*) from n
select sum(i4), sum(i4) + 1, sum(i4) from n where id < 3
select id + 1, id + 1 from n order by id
select a.id, b.id from n a join t b on a.id = b.id order by 1
select * from s a join s b on a.id = b.id order by a.id
select upper(name), upper(name) from s order by id
select id a, id b, id from n order by b
select distinct id % 2, id % 2 from n order by 1
select id % 2, count(*) from n group by id % 2 order by id % 2
select id % 2 as k, count(*) from n group by k order by k
select id from n order by i4
select id from n order by i4 desc
select id from n order by i4 nulls first
select id from n order by i4 desc nulls last
select id from n order by -id limit 2
select id from n order by id limit 2 offset 3
select id from n order by id fetch first 3 rows only
select i4 from n order by 1 desc nulls last limit 3
select id, (select count(*) from t where t.id < n.id) from n order by id
select exists (select 1 from t), not exists (select 1 from t where false)
select * from (select 1 as a, 2.5 as b, 'x' as c) q
with q as (select 1 as a union all select 2) select a + 1 from q order by 1
with recursive r(n) as (select 1 union all select n + 1 from r where n < 5) select n, n * 1.5 from r order by n
select v.x, v.y from (values (1, 'a'), (2, null)) v (x, y) order by 1
select (select 1), (select 1.5)
select x, count(*) from (values (1), (1), (2)) v (x) group by x order by x
select a.id from n a where exists (select 1 from t b where b.id = a.id and b.id > 5) order by 1
select n.id, v.x from n join (values (1, 1.5), (2, 2.5)) v (id, x) on v.id = n.id order by 1
select id from n where i4 = (select max(i4) from n)
select id from n where i4 > 5 + 3 * 2 order by id
select id from n group by id having sum(i4) > 5 order by id
select 1 + 1 as "Sum", 'x' as "A b"
select id, rank() over (order by i4) from n order by 1
select distinct on (id % 2) id % 2, id from n order by 1, 2 desc
select i4, d from n where (i4, d) in ((1, 1.50), (42, 12.34)) order by 1
select id, i4 + d, i4 * f8, d * f8 from n where id in (7, 8) order by id
select count(*) filter (where i4 > 5), sum(d) filter (where i4 > 5) from n
select id % 3, sum(i4), grouping(id % 3) from n where id in (1, 7, 8) group by rollup (id % 3) order by 1 nulls last
