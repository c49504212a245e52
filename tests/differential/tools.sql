-- What BI tools write: questions, dashboards, pivots. One statement in a line.
select sum(amount), sum(amount::float8) from orders
select (select name from customers where id = -1)
select id from customers order by case when id in (select customer_id from orders where id < 3) then 0 else 1 end, id limit 3
select c.id, v.x from customers c, lateral (values (c.id + 1), (c.id * 2)) v(x) order by 1, 2 limit 4
select upper(status) as status, count(*) from orders group by status order by 1
select upper(status) as s, count(*) from orders group by s order by 1
select c from customers c order by id limit 1 -- differs: rows of a relation travel as record
select row_to_json(c) from (select id, name from customers) c order by 1::text limit 1
select count(c) from customers c
select (c).name from customers c order by 1 limit 1
select c.* from customers c order by id limit 1
select customers from customers order by id limit 1 -- differs: rows of a relation travel as record
select 'NaN'::numeric
select 'NaN'::float8
select country, status, count(*) from orders o join customers c on c.id = o.customer_id group by grouping sets ((country), (status), ()) order by 1, 2
select country, count(*) from customers group by cube (country) order by 1 nulls last
select country, grouping(country), count(*) from customers group by rollup (country) order by 1 nulls last
select status, count(*) filter (where amount > 100) from orders group by 1 order by 1
select distinct on (status) status, id from orders order by status, id desc
select string_agg(name, ', ' order by id desc) from customers where id < 5
select string_agg(distinct country, ',' order by country) from customers
select array_agg(id order by id desc) from customers where id < 5
select array_agg(distinct country order by country) from customers
select * from unnest(array['a','b']) with ordinality as t(v, n)
select c.id, t.v, t.n from customers c, unnest(c.tags) with ordinality t(v, n) where c.id < 3 order by 1, 3
select d::date, count(o.id) from generate_series('2024-01-01'::date, '2024-01-05', '1 day') d left join orders o on o.ordered_on = d group by 1 order by 1
select generate_series(1, 3) as g, 'x' as x
select id, amount, sum(amount) over (order by ordered_at range between interval '1 day' preceding and current row) from orders order by id limit 3
select id, sum(qty) over (order by ordered_on range between '7 days' preceding and '1 day' following) from orders order by id limit 3
select id, sum(qty) over (order by qty groups between 1 preceding and 1 following) from orders order by id limit 3
select id, count(*) over (partition by status order by id rows between unbounded preceding and 1 preceding) from orders order by id limit 5
select id, first_value(amount) over w, last_value(amount) over w, nth_value(amount, 2) over w from orders window w as (partition by status order by id) order by id limit 5
select ntile(4) over (order by id), percent_rank() over (order by id), cume_dist() over (order by id) from customers where id < 5 order by 1
select lag(amount, 1, 0) over (order by id), lead(amount) over (order by id) from orders order by id limit 3
select id from customers order by country, id offset 2 rows fetch next 3 rows only
values (1, 'a'), (2, 'b') order by 1 desc
values (1), (2.5) limit 1
select 1 as a union select 2 order by a desc
select id from customers where id < 3 union all select id from orders where id < 3 order by 1
select id from customers where id < 5 except select id from orders where id < 3 order by 1
select id from customers where id < 5 intersect all select customer_id from orders order by 1
select extract(epoch from created_at) from orders order by id limit 1
select extract(epoch from interval '1 day 2 hours')
select extract(epoch from created_at - ordered_at::timestamptz) from orders order by id limit 1
select to_char(amount, 'FM999,999,990.00'), to_char(created_at, 'Mon YYYY'), to_char(created_at, 'IYYY-IW'), to_char(created_at, 'Q') from orders order by id limit 1
select regexp_split_to_array('a,b;c', '[,;]')
select attrs->>'tier', attrs->'n', attrs #>> '{tier}', attrs @> '{"n": 1}', attrs ? 'tier' from customers order by id limit 1
select jsonb_object_keys(attrs) from customers where id = 1 order by 1
select key, value from customers, jsonb_each(attrs) where id = 1 order by 1
select key, value from customers, jsonb_each_text(attrs) where id = 1 order by 1
select jsonb_agg(attrs) from customers where id < 3
select json_agg(json_build_object('id', id, 'name', name)) from customers where id < 3
select json_agg(c) from (select id, name from customers where id < 3) c
select json_agg(row_to_json(c)) from (select id, name from customers where id < 3 order by id) c
select to_jsonb(c) from (select id, name from customers where id < 3) c order by c.id
select name like any (array['%1', '%2']) from customers order by id limit 2
select name ilike any (array['%R 1', '%2']) from customers order by id limit 2
select name not like all (array['%1', '%2']) from customers order by id limit 2
select name from customers where name like all (array['C%', '%1']) order by id limit 2
select id from customers where id = any('{1,2,3}') order by 1
select id from customers where id = any(array[1,2]::int[]) order by 1
select id from customers where (id, country) in (select id, country from customers where id < 3) order by 1
select id from customers where id <> all(array[1,2]) order by 1 limit 2
select id from customers c where exists (select 1 from orders o where o.customer_id = c.id and o.amount > 490) order by 1 limit 3
select id from customers c where id not in (select customer_id from orders where customer_id is not null) order by 1
select id, (select count(*) from orders o where o.customer_id = c.id) from customers c order by 1 limit 2
select id, (select o.amount from orders o where o.customer_id = c.id order by o.created_at desc limit 1) from customers c order by 1 limit 2
select c.id, o.amount from customers c left join lateral (select amount from orders where customer_id = c.id order by amount desc limit 1) o on true order by 1 limit 2
select coalesce(sum(amount), 0)::float from orders where false
select sum(amount) / nullif(count(*), 0) from orders
select round(avg(amount), 2), round(100.0 * count(*) filter (where status = 'paid') / count(*), 1) from orders
select date_trunc('week', ordered_on)::date, sum(amount) from orders group by 1 order by 1 limit 2
select ordered_on - interval '1 month', ordered_on + 7, ordered_on - date '2024-01-01' from orders order by id limit 1
select now() - interval '1 day' < now(), current_date - 7 < current_date
select age(timestamp '2024-03-01', timestamp '2024-01-15'), date_part('day', timestamp '2024-03-01' - timestamp '2024-01-15')
select interval '1 day' * 3, interval '1 month' / 2, interval '2 hours' + interval '30 minutes', -interval '1 day'
select date '2024-01-31' + interval '1 month', timestamp '2024-01-31 10:00' + '1 month'
select make_date(2024, 2, 29), to_date('01/02/2024', 'DD/MM/YYYY'), to_timestamp(0)
select case when amount > 100 then 'big' when amount > 50 then 'mid' else 'small' end as size, count(*) from orders group by 1 order by 1
select case status when 'paid' then 1 else 0 end, count(*) from orders group by 1 order by 1
select width_bucket(amount, 0, 500, 5), count(*) from orders group by 1 order by 1
select percentile_cont(0.5) within group (order by amount), percentile_disc(0.9) within group (order by amount), mode() within group (order by status) from orders
select percentile_cont(array[0.25, 0.5]) within group (order by amount) from orders
select bool_and(amount > 0), bool_or(amount > 400), every(qty >= 0) from orders
select greatest(1, 2.5), least('a', 'b'), nullif(1, 1)
select concat('a', null, 1, true), concat_ws('-', 1, null, 'b'), 'a' || 1, initcap('foo bar'), left('hello', 2), right('hello', -2)
select format('%s %I %L', 'a', 'b c', 'd''e'), quote_literal('x'), quote_ident('A b')
select lpad('7', 3, '0'), rpad('a', 3), btrim(' a '), ltrim('xxa', 'x'), trim(trailing 'x' from 'axx'), trim(both from ' a ')
select split_part('a.b.c', '.', 2), split_part('a.b.c', '.', -1), position('b' in 'abc'), strpos('abc', 'c'), overlay('abcdef' placing 'zz' from 2 for 3)
select md5('a'), encode('abc'::bytea, 'hex'), encode('abc'::bytea, 'base64')
select 5 / 2, 5 % 3, -5 / 2, 5.0 / 2, 2 ^ 10, |/ 16, @ -5, 5 & 3, 5 | 2, 5 # 1, ~5, 1 << 3
select true and null, null or true, not null::bool, 1 = 1 is true, null is unknown
select null is distinct from 1, 1 is not distinct from 1
select 'abc' similar to '(a|b)%', 'abc' ~ '^a', 'ABC' ~* 'b', 'abc' !~ 'd'
select timestamp '2024-01-01 00:00' at time zone 'Europe/Paris', timestamptz '2024-01-01 00:00+00' at time zone 'Asia/Tokyo'
select pg_typeof(1), pg_typeof(1.5), pg_typeof('a'::text), pg_typeof(now()), pg_typeof(array[1]), pg_typeof(null)
select cast('2024-01-01' as date), '10:00'::time, '1 day'::interval, 't'::bool, '{1,2}'::int[], '{"a":1}'::jsonb
select cast(5 as varchar), 5::text, 5.50::text, true::text, null::int, '5'::int, ' 5 '::int, '1e3'::float8
select count(distinct customer_id), count(distinct (customer_id, status)) from orders
select count(*) from orders o natural join (select id, status from orders) x
select * from (values (1, 'a'), (2, 'b')) as t (id, name) join (values (1, 'x')) as u (id, w) using (id)
select * from customers c join orders o on c.id = o.customer_id order by o.id limit 1
select o.*, c.name from orders o join customers c on c.id = o.customer_id order by o.id limit 1
with a as (select 1 as x), b as (select x + 1 as x from a) select a.x, b.x from a, b
with recursive t(n, p) as (select 1, '1' union all select n + 1, p || ',' || (n + 1)::text from t where n < 4) select * from t order by n
with m as materialized (select 1 as x) select * from m
select exists (select 1 from orders where amount > 1000), array(select id from customers order by id limit 3)
select (array[1,2,3])[2], (array['a','b'])[1:1], array_length(array[1,2], 1), array[1,2] || 3, array[1,2] @> array[1], cardinality(array[1,2]), array_to_string(array[1,null,3], ',', '*'), array_position(array['a','b'], 'b')
select row(1, 'a'), (1, 2) = (1, 2), (1, 2) < (1, 3), row(1, null) is null
select * from orders where ordered_at between '2024-01-02' and '2024-01-02 23:59:59' order by id
select * from orders where created_at >= '2024-06-01T00:00:00Z'::timestamptz and created_at < now() order by id limit 1
select count(*) from orders where created_at > current_timestamp - interval '100 years'
select count(*) from orders where ordered_on >= date_trunc('month', date '2024-03-15') and ordered_on < date_trunc('month', date '2024-03-15') + interval '1 month'
select extract(isodow from ordered_on), extract(week from ordered_on), extract(quarter from ordered_on), extract(doy from ordered_on), extract(isoyear from ordered_on) from orders order by id limit 1
select date_part('year', created_at)::int as y, count(*) from orders group by y order by y
select to_char(date_trunc('month', ordered_on), 'YYYY-MM') m, sum(amount) s, sum(sum(amount)) over (order by to_char(date_trunc('month', ordered_on), 'YYYY-MM')) from orders group by 1 order by 1 limit 3
select status, amount, rank() over (partition by status order by amount desc) r from orders order by 1, 3, id limit 3
select * from (select status, amount, row_number() over (partition by status order by amount desc, id) rn from orders) x where rn <= 1 order by 1
select status, sum(amount) s, sum(amount) * 100.0 / sum(sum(amount)) over () as pct from orders group by status order by 1
select count(*) over (), id from customers order by id limit 1
select distinct country from customers order by country
select country from customers group by country having count(*) > 10 order by count(*) desc, country
select country, max(signup_date) - min(signup_date) from customers group by 1 order by 1
select id as "Order ID", amount as "Total €" from orders order by "Order ID" limit 1
select 1 limit all
select 1 limit null
select id from customers order by id limit 2 offset 1
select id from customers order by 1 asc nulls first limit '2'
select max(created_at)::date, min(ordered_at)::time from orders
select amount::int, amount::bigint, score::numeric(10,3), round(score::numeric, 2) from orders order by id limit 2
select coalesce(note, 'none'), coalesce(null, qty, 0) from orders where note is null order by id limit 1
select "public"."orders"."id" from "public"."orders" order by 1 limit 1
select t.id from public.orders as t where t.status in ('paid', 'pending') and not (t.amount < 10) order by t.id desc limit 2
select id, name from customers where name ilike '%ER 1%' order by id limit 3
select id from customers where country = 'FR' and is_active order by id limit 1
select id from customers where is_active is true order by id limit 1
select uid from customers where uid = 'c4ca4238-a0b9-2382-0dcc-509a6f75849b'
select id from customers where tags && array['b1'] order by 1
select id from customers where 'a' = any(tags) order by 1 limit 1
select id, unnest(array[1,2]), unnest(array['a','b','c']) from customers where id = 1
select x.* from (select 1 as a, 2 as b) x
select distinct status, count(*) over (partition by status) from orders order by 1
select sum(case when status = 'paid' then amount end), sum(case when status = 'paid' then 1 else 0 end) from orders
select date_bin('15 minutes', created_at, '2001-01-01'), count(*) from orders group by 1 order by 1 limit 1
select (extract(epoch from created_at) / 300)::bigint * 300 as time, count(*) from orders group by 1 order by 1 limit 1
select to_timestamp(floor(extract(epoch from created_at) / 300) * 300) at time zone 'UTC' from orders order by 1 limit 1
select ordered_on::timestamp, ordered_on::timestamptz, created_at::date, created_at::time, ordered_at::timestamptz from orders order by id limit 1
select char_length('abc'), octet_length('é'), bit_length('a'), length('é'), reverse('abc'), repeat('ab', 2), translate('abc', 'ab', 'xy'), ascii('a'), chr(65)
select num_nulls(1, null), num_nonnulls(1, null)
select * from json_to_recordset('[{"a":1,"b":"x"}]') as t(a int, b text)
select * from jsonb_to_record('{"a":1,"b":"x"}') as t(a int, b text)
select * from json_array_elements('[1,2]') e
select jsonb_typeof(attrs), jsonb_array_length('[1,2]'), jsonb_set(attrs, '{n}', '5'), attrs - 'n', attrs || '{"z":1}' from customers where id = 1
select * from string_to_table('a,b', ',') as t(x)
select * from regexp_split_to_table('a b', ' ') x
select * from generate_series(1, 10, 3) with ordinality
select * from generate_series(timestamp '2024-01-01', timestamp '2024-01-02', interval '12 hours') as g(t)
select date(created_at) from orders order by id limit 1
select a.n from (select generate_series(1,2) as n) a order by 1
select id % 10 as b, count(*) from customers group by b having count(*) > 5 order by b
select id % 10 as id, count(*) from customers group by 1 order by 1 limit 2
select -amount, +amount, amount * -1 from orders order by id limit 1
select pg_catalog.count(*) from pg_catalog.pg_class where relname = 'orders'
select o.status, c.country, sum(o.amount) from orders o inner join customers c on (o.customer_id = c.id) group by 1, 2 order by 3 desc nulls last limit 3
select id from orders where note is not null order by note collate "C" limit 2
select 1 from orders having count(*) > 1
select sum(x) from (select 1 as x union all select null) t
select max(id) from orders where status = 'nothing'
select 'a' = 'a ', 'a'::char(3) = 'a', 'a'::char(3) || 'b'
select lower(status), count(*) as "count" from orders group by lower(status) order by "count" desc, 1
select ordered_on, sum(amount) from orders group by ordered_on order by sum(amount) desc, 1 limit 2
select status from orders group by status order by max(amount), status
select c.country, count(distinct o.id) from customers c left join orders o on o.customer_id = c.id and o.status = 'paid' group by c.country order by 1
select id, name from customers where id in (1, 2, null) order by 1
select (select max(amount) from orders) - amount from orders order by id limit 1
select x from (select 1 as x) a where x > (select 0)
select count(*) from orders where (amount, qty) > (100, 2)
select unnest(string_to_array('a,b', ',')) as x order by x desc
select min(uid::text), max(is_active::int) from customers
select array_agg(x) from (select 1 as x where false) t
select sum(distinct qty), avg(distinct qty), count(distinct status) filter (where amount > 10) from orders
select date_trunc('day', created_at, 'Europe/Paris') from orders order by id limit 1
select lag(id) over (order by id) from customers order by id limit 2
select ts.d from generate_series(current_date - 2, current_date, interval '1 day') as ts(d) limit 0
select to_json(now()) is not null, to_json('a'::text), to_jsonb(1), json_build_array(1, 'a')
select id from customers order by random() limit 0
select customer_id, array_agg(status order by created_at desc) from orders where customer_id < 3 group by 1 order by 1
select first_value(id) over (partition by status order by amount desc, id), id from orders order by id limit 2
select id, amount - lag(amount) over (order by id) as d from orders order by id limit 3
select avg(amount) over (order by id rows between 6 preceding and current row) from orders order by id limit 3
select count(*) from orders where created_at::date = '2024-01-02'
select count(*) from orders where to_char(created_at, 'YYYY-MM') = '2024-01'
select 1 where 1 in (select 1)
select sum(amount) filter (where status = 'paid') over (order by id) from orders order by id limit 2
select u.id as id, u.name as name from (select * from customers) u where (u.id = 1) limit 100
select null as x, 'a' as y union all select 'b', null order by 1
select 1 as x union select 1.5 order by x
select id::text || '-' || name from customers order by id limit 1
select '2024-01-01'::date = '2024-01-01', '2024-01-01' < now()
select id, (select name from customers c where c.id = -o.id) from orders o order by id limit 2
select (select name from customers where false), (select 1 where false), (select count(*) from customers where false)
select round(avg(amount), 2), trunc(avg(amount), 3), floor(avg(amount)), ceil(avg(amount)), avg(amount)::numeric(10,2) from orders
select id, (select o.amount from orders o where o.customer_id = c.id order by o.created_at desc limit 1), (select o.id from (select * from orders order by amount desc) o where o.customer_id = c.id order by o.ordered_on limit 1) from customers c order by 1
select sum(qty), sum(qty::bigint), sum(qty::numeric), max(qty::int), max(qty) from orders
select sum(qty) over (order by id), sum(qty::bigint) over (order by id) from orders order by id limit 2
select row_to_json(o) from (select id, amount, note, ordered_at from orders) o order by o.id limit 2
select count(o), count(o.*), count(c.id) from orders o left join customers c on c.id = o.customer_id
select c.id, o is null from customers c left join orders o on o.customer_id = c.id and o.amount > 400 where c.id < 4 order by 1, 2 limit 3
select (c).id, (c).name from customers c order by 1 limit 2
select jsonb_agg(c order by c.id) from (select id, attrs from customers where id < 3) c
select case a.status when 'paid' then 'P' else 'x' end as status, count(*) from orders a group by a.status order by a.status
select id from orders where status like any (array['pa%', 'pen%']) and note not like all (array['%1', '%2%']) order by id limit 5
select trim(both from ' a '), trim(leading from ' a '), trim(trailing from ' a ')
select date(created_at), text(id), int4(amount), float8(qty) from orders order by id limit 2
select id from customers order by id limit '2' offset '1'
select id, name from customers where (id, country) not in (select customer_id, 'FR' from orders where customer_id < 3) order by 1
select t.a, t.b from json_to_recordset('[{"a":1,"b":"x"},{"a":2}]') as t(a int, b text) order by 1
select c.id, v.x from customers c cross join lateral (values (c.id + 1), (c.id * 2)) v(x) where c.id < 3 order by 1, 2
select c.id, v.k, v.n from customers c, lateral (values ('a', c.id), ('b', null)) v(k, n) where c.id < 3 order by 1, 2
select id from customers order by exists (select 1 from orders o where o.customer_id = customers.id and o.amount > 300), id limit 3
select sum(score) from orders where id <= 3
select id, score from orders order by id
select id, amount / 3.0, (amount / 3.0)::float8 from orders order by id
select to_json(attrs), to_jsonb(attrs), json_build_object('a', attrs), jsonb_build_array(attrs, id), pg_typeof(attrs), pg_typeof(uid) from customers order by id limit 1
select attrs->'n', meta->'a', attrs#>'{tier}' from customers c join orders o on o.id = c.id order by c.id limit 2
select array_agg(uid order by id), array_agg(attrs order by id) from customers where id < 3
select case when id in (select customer_id from orders where id < 3) then 'early' else 'late' end, count(*) from customers group by 1 order by 1
select id, id in (select customer_id from orders where id < 3), id not in (select customer_id from orders where id < 3) from customers order by 1 limit 5
select x, x in (select y from (values (1), (null)) w (y)), x not in (select y from (values (2), (3)) w (y)), x in (select y from (values (1)) w (y) where false) from (values (1), (2), (null)) v (x) order by 1
select count(*) filter (where id in (select customer_id from orders where amount > 300)) from customers
select sum(case when customer_id in (select id from customers where is_active) then amount else 0 end) from orders
select "t0"."status" as "status", sum("t0"."amount") as "sum:amount:ok", count(1) as "x__alias__0" from "public"."orders" "t0" inner join "public"."customers" "t1" on ("t0"."customer_id" = "t1"."id") where ("t1"."country" in ('FR', 'DE')) group by 1 having (count(1) > 0) order by 2 desc
select "_"."status", "_"."a0" from (select "rows"."status" as "status", sum("rows"."amount") as "a0" from (select "status", "amount" from "public"."orders" "$Table") "rows" group by "status") "_" where not "_"."a0" is null order by 1 limit 1000001
select "status", count(distinct("customer_id")) + max( case when "customer_id" is null then 1 else 0 end) as "a0" from "public"."orders" "$Table" group by "status" order by 1
select status, sum(amount) as s from (select *, amount * 2 as amount2 from orders where status <> 'x') as virtual_table where amount2 > 20 group by status having sum(amount) > 10 order by s desc limit 50
with q as (select status, date_trunc('month', ordered_on) as m, sum(amount) as a from orders group by 1, 2) select *, a / nullif(lag(a) over (partition by status order by m), 0) - 1 as growth from q order by status, m limit 8
select status, sum(amount) as total, sum(sum(amount)) over () as grand, round(100 * sum(amount) / sum(sum(amount)) over (), 1) as pct, rank() over (order by sum(amount) desc) from orders group by status order by total desc
select case when amount < 100 then '0-100' when amount < 250 then '100-250' else '250+' end as bucket, count(*), min(amount), max(amount) from orders group by bucket order by min(amount)
select floor((amount - 0.0) / 50.0) * 50.0 + 0.0 as amount, count(*) as count from orders group by 1 order by 1
select width_bucket(amount, 0, 500, 10) as b, count(*) from orders group by b order by b
select percentile_cont(0.5) within group (order by amount) as median, percentile_disc(0.9) within group (order by qty), stddev_samp(amount), var_pop(amount), corr(amount::float8, qty::float8) is not null from orders
select status, percentile_cont(array[0.25, 0.5, 0.75]) within group (order by amount) from orders group by status order by 1
select cast(count(*) as float) / nullif(count(distinct customer_id), 0), cast(sum(amount) as double precision) from orders
select upper(substring(status from 1 for 1)) || lower(substring(status from 2)), position('a' in status), strpos(status, 'd'), char_length(status) from orders group by status order by 1
select * from (values ('a', 1), ('b', null)) as t(k, v) where coalesce(v, 0) > -1 order by 1
select status, channel, sum(amount) from orders group by rollup (status, channel) order by status nulls last, channel nulls last
select coalesce(status, 'Total') as s, sum(amount), grouping(status) from orders group by grouping sets ((status), ()) order by 3, 1
select sum(case when status = 'paid' then amount else 0 end) as paid, sum(case when status = 'pending' then 1 end) as pending, count(case when note is null then 1 end) as no_note from orders
select array_agg(distinct status order by status), string_agg(distinct channel, ', ' order by channel), bool_or(amount > 400), every(qty >= 0) from orders
select customer_id, max(amount) as m from orders group by customer_id having max(amount) > (select avg(amount) from orders) order by m desc, customer_id limit 5
select o.id, c.name from orders o left join customers c on c.id = o.customer_id and c.is_active where o.id < 5 order by o.id
select name from customers c where exists (select 1 from orders o where o.customer_id = c.id and o.amount > 400) order by name
select name from customers where id not in (select customer_id from orders where status = 'refunded') order by name
select id, amount, avg(amount) over (order by id rows between 6 preceding and current row) as ma7, sum(amount) over (partition by status order by id) as running from orders order by id limit 10
select status, id, amount from (select *, row_number() over (partition by status order by amount desc, id) as rn from orders) ranked where rn <= 2 order by status, rn
select distinct on (customer_id) customer_id, id, amount from orders order by customer_id, amount desc, id limit 5
select attrs ->> 'tier' as tier, count(*), sum((attrs ->> 'n')::int) from customers group by 1 order by 1
select jsonb_typeof(attrs), attrs -> 'n' > '3'::jsonb, attrs ? 'n', attrs @> '{"tier": "gold"}' from customers order by id limit 3
select unnest(tags) as tag, count(*) from customers group by 1 order by 2 desc, 1 limit 3
select id from customers where 'b3' = any(tags) or tags @> array['b4'] or tags && array['b5', 'zz'] order by id
select id, tags[1], array_length(tags, 1), array_to_string(tags, '/'), cardinality(tags) from customers order by id limit 2
select md5(name), left(md5(uid::text), 6), uid::text, lower(name) like 'customer%' from customers order by id limit 2
select count(*) from orders where note ilike '%1%' and note not like '%2%' and status similar to '(paid|pending)'
select regexp_replace(note, '[^0-9]', '', 'g')::int as n from orders where note is not null order by n desc limit 3
select cast(amount as integer), cast(amount as text), cast(score as numeric(10, 3)), cast(qty as float4), cast(id as varchar(2)) from orders order by id limit 3
select trunc(score::numeric, 2), round(score::numeric, 1), ceil(score), floor(score), sign(score - 1), mod(id, 3), abs(-amount) from orders order by id limit 3
select greatest(amount, 100), least(amount, 100), nullif(status, 'paid'), coalesce(note, 'none') from orders order by id limit 4
select to_char(amount, 'L999G999D99'), to_char(amount, '999D9'), to_char(id, '0000'), to_char(-5.5, 'SG9.9') from orders order by id limit 2
select sqrt(avg(power(amount - 250, 2))), exp(sum(ln(amount + 1)) / count(*)), power(10, floor(log(max(amount)))) from orders
select regr_slope(amount, id), regr_intercept(amount, id) is not null, covar_samp(amount, id) > 0 from orders where id < 50
select count(*) from orders tablesample bernoulli (100)
select * from orders where false
select 1 as one where exists (select * from orders where amount > 1000000)
select null as a, '' as b, true as c, 1.0 as d, 1e0 as e, date '2024-01-01' as f
select t.relname, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod) from pg_class t join pg_attribute a on a.attrelid = t.oid where t.relname = 'customers' and a.attnum > 0 and not a.attisdropped order by a.attnum
select table_name, table_type from information_schema.tables where table_schema = 'public' and table_name in ('orders', 'customers') order by 1
select column_name, data_type, is_nullable, character_maximum_length, numeric_precision, numeric_scale, datetime_precision, udt_name from information_schema.columns where table_schema = 'public' and table_name = 'orders' order by ordinal_position
select column_name, ordinal_position, column_default, data_type from information_schema.columns where table_name = 'customers' order by ordinal_position
select n.nspname, c.relname, c.relkind, pg_get_userbyid(c.relowner) is not null from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'v', 'm', 'p') order by 2
select typname, typlen, typtype, typcategory, typelem::regtype::text from pg_type where typname in ('int4', 'text', '_text', 'numeric', 'timestamptz', 'bool', 'jsonb', 'uuid', 'bpchar') order by 1
select has_table_privilege('orders', 'select'), has_schema_privilege('public', 'usage'), has_column_privilege('orders', 'amount', 'select')
select conname, contype, conrelid::regclass::text, pg_get_constraintdef(oid) from pg_constraint where conrelid in ('orders'::regclass, 'customers'::regclass) order by 1
select obj_description('orders'::regclass), col_description('orders'::regclass, 1), pg_table_is_visible('orders'::regclass), to_regclass('nope') is null, to_regclass('public.orders')::text
select name, setting from pg_settings where name in ('client_encoding', 'standard_conforming_strings', 'DateStyle', 'integer_datetimes', 'transaction_isolation') order by 1
select tgname from pg_trigger where not tgisinternal
select indexname from pg_indexes where schemaname = 'public' and tablename = 'orders'
select viewname from pg_views where schemaname = 'public'
select schemaname, tablename from pg_tables where schemaname = 'public' and tablename like 'o%' order by 2
select count(*) > 20 from pg_type where typtype = 'b'
select a.attname, coalesce(pg_get_expr(d.adbin, d.adrelid), '') from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum where a.attrelid = 'customers'::regclass and a.attnum > 0 order by a.attnum
