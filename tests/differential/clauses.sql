-- Clauses, types and errors as a book on PostgreSQL lists them. One statement in a line.
select id from n where i4 is not null order by i4 fetch first 3 rows with ties
select k, id from (select id % 3 as k, id from n) q order by k, id fetch first 2 rows with ties
select count(*) from (select id from orders order by qty desc fetch first row with ties) q
select count(*), min(status) from (select status from orders order by status offset 2 fetch next 3 rows with ties) q
select status, amount from orders where id < 20 order by status, amount fetch first 5 rows with ties
select id from n fetch first 2 rows with ties
select distinct qty from orders order by qty offset 1 fetch first 2 rows with ties
select x from (values (1), (1), (2)) v(x) order by x fetch first 1 row with ties
select 1 as x union all select 1 union all select 2 order by x fetch first row with ties
select id, sum(qty) over (w rows between 1 preceding and current row) from orders window w as (partition by status order by id) order by id limit 6
select id, sum(qty) over (w order by id) from orders window w as (partition by status) order by id limit 6
select id, sum(qty) over v from orders window w as (partition by status), v as (w order by id) order by id limit 6
select sum(qty) over (w order by id) from orders window w as (order by qty)
select rank(2) within group (order by x desc), dense_rank(2) within group (order by x desc), rank(2) within group (order by x nulls first) from (values (1), (2), (4), (null)) v(x)
select status, rank(100) within group (order by amount), cume_dist(100) within group (order by amount) filter (where qty > 2) from orders group by status order by 1
select percent_rank(1) within group (order by id), cume_dist(1) within group (order by id) from n where false
select day from t where day > date 'yesterday' or day = date 'today' or local < timestamp 'now' order by id
select date 'tomorrow' - date 'today', timestamp 'today' = date 'today', timestamptz 'tomorrow' > now()
select array_length((array[1, 2, 3])[2:], 1), (array[1, 2, 3])[:], (array['a', 'b'])[:1]
select attrs['n']::int + 1, (attrs['tier'])::text from customers order by id limit 3
select qty from orders where id < 4 except all select qty from orders where id = 1 order by 1
select status from orders where id < 7 intersect all select status from orders where id < 4 order by 1
select i4, d from n except all select i4, d from n where id > 2 order by 1
select null::int, 1 intersect all select null, 1
select amount from orders where id < 3 union select score from orders where id < 3 order by 1
select x * 2 from (select 1.5 as x union all select 2.5::float8) q order by 1
select i4 from n where id = 1 except select f8 from n where id = 2
select id, (day, day + 1) overlaps (date '2024-01-01', interval '100 days') from t order by id
select (time '10:00', time '12:00') overlaps (time '11:00', time '13:00'), (null::date, date '2024-01-01') overlaps (date '2024-01-01', null)
select n.*, n.* from n where id = 1
select *, id from n where id = 1
select id, * from s where id = 1
select s.*, n.* from s join n using (id) order by id limit 2 -- differs: ORDER BY takes the column of USING
select 5 between symmetric 10 and 1
select id from n where i4 between symmetric 100 and 0 order by id
select 5 not between symmetric 10 and 1
select id from n where id between asymmetric 2 and 3 order by 1
select id, sum(i4) over (order by id rows between 1 preceding and 1 following exclude current row) from n where id > 4 order by id -- differs: frames with EXCLUDE are not there
select id, sum(qty) over (order by qty rows between unbounded preceding and unbounded following exclude ties) from orders where id < 6 order by id -- differs: frames with EXCLUDE are not there
select id, sum(qty) over (order by qty groups between unbounded preceding and current row exclude group) from orders where id < 6 order by id -- differs: frames with EXCLUDE are not there
select id, sum(qty) over (order by qty rows between unbounded preceding and current row exclude no others) from orders where id < 6 order by id
select * from rows from (generate_series(1, 2), generate_series(1, 3)) as t(a, b)
select * from rows from (unnest(array[1, 2]), generate_series(1, 3)) with ordinality as t(a, b, n)
select (date '2001-02-16', date '2001-12-21') overlaps (date '2001-10-30', date '2002-10-30')
select (date '2001-02-16', interval '100 days') overlaps (date '2001-10-30', date '2002-10-30')
select (timestamp '2001-02-16 10:00', timestamp '2001-02-16 12:00') overlaps (timestamp '2001-02-16 12:00', timestamp '2001-02-16 13:00')
select ('{"a": {"b": 1}}'::jsonb)['a']['b']
select attrs['tier'], attrs['n'] from customers where id = 1
select ('[1, 2, 3]'::jsonb)[1]
select ('[1, 2, 3]'::jsonb)[-1]
select ('{"a": 1}'::jsonb)['x']
values (1), (2.5::float8)
values (1.5), (2.5::float8)
values (1::smallint), (2)
values (1), (3000000000)
select x, x / 2 from (values (1), (2.5)) v (x)
select * from (values (1, null), (2.5::float8, 'x')) v (a, b)
select * from (values (date '2024-01-01'), (timestamp '2024-01-01 10:00')) v (a)
select * from (values (null), (1)) v (a)
select * from (values (null), ('x')) v (a)
select 1 union all select 2.5::float8 order by 1
select 1.5 union all select 2.5::float8 order by 1
select i2 from n union select i8 from n order by 1 limit 3
select i4 from n where id = 1 union all select d from n where id = 1 order by 1
select id from customers where id < 5 intersect select id from orders where id < 3 order by 1
select 1 except select 2.5
select 1 intersect select 1.0
select 1 intersect select 1.0::float8
select 1 union select '2' order by 1
select null union select 1 order by 1
select null union all select 'a' order by 1
select 'a' union all select null order by 1
select null union all select null
select date '2024-01-01' union all select timestamp '2024-01-01 10:00' order by 1
select date '2024-01-01' union all select '2024-02-01' order by 1
select 1 union all select 2 union all select 2.5 order by 1
select 1 intersect all select 1
select * from (values (1), (1), (2)) v(x) except all select 1
select * from (values (1), (1), (2)) v(x) intersect all select * from (values (1), (1)) w(x)
select id from n where id in (select id from t where id > 6) order by id
select case when id = 1 then 1 else 2.5 end from n order by id limit 2
select case when id = 1 then 1.5 else 2.5::float8 end from n order by id limit 2
select coalesce(i4, 1.5) from n where id in (1, 6) order by id
select coalesce(i4, f8), coalesce(d, f8) from n where id in (1, 6) order by id
select greatest(1, 2.5), least(1.5, 2::float8), greatest(1, null, 3)
select nullif(1, 1.0), nullif(d, 1.5) from n where id = 1
select array[1, 2.5], array[1, 2.5::float8], array[1, null]
select 'Infinity'::numeric, '-inf'::numeric
select numeric 'NaN' + 1 -- differs: what is computed with a numeric NaN is double precision
select 'NaN'::numeric = 'NaN'::numeric, 'NaN'::numeric > 1e30
select cast('nan' as numeric(10, 2))
select 'NaN'::float8::numeric
select f from (values ('NaN'::float8), (1), ('Infinity'), (null), ('-Infinity'), (-0.0)) v(f) order by f
select min(f), max(f) from (values (1), ('NaN'::float8), (2)) v(f)
select min(f), max(f) from (values ('NaN'::float8), ('NaN')) v(f)
select k, min(f), max(f) from (values ('a', 'NaN'::float8), ('a', 1), ('a', 5), ('b', 3), ('b', 'NaN'), ('c', 'NaN')) v(k, f) group by k order by k
select k, min(f) over (partition by k order by f), max(f) over (order by k, f) from (values (1, 'NaN'::float8), (1, 1), (1, 5), (2, 3), (2, 'NaN')) v(k, f) order by k, f
select k, min(f) over (order by k rows between 1 preceding and 1 following), max(f) over (order by k rows between 1 preceding and 1 following) from (values (1, 'NaN'::float8), (2, 1), (3, 5), (4, 3), (5, 'NaN')) v(k, f) order by k
select greatest('NaN'::float8, 1), least('NaN'::float8, 1), greatest(1, 'NaN'::float8, 'Infinity'), least(2, 'NaN'::float8)
select f, f = 'NaN', f < 'NaN', f > 1, f <> 'NaN', f >= 'NaN' from (values ('NaN'::float8), (1), ('Infinity')) v(f) order by f
select count(distinct f) from (values ('NaN'::float8), ('NaN'), (0), (-0.0)) v(f)
select f, count(*) from (values ('NaN'::float8), ('NaN'), (0), (-0.0)) v(f) group by f order by f
select distinct f from (values ('NaN'::float8), ('NaN'), (0), (-0.0)) v(f) order by f
select a.f from (values ('NaN'::float8), (1)) a(f) join (values ('NaN'::float8), (2)) b(f) on a.f = b.f
select a.f from (values (0::float8)) a(f) join (values (-0.0::float8)) b(f) on a.f = b.f
select 0::float8 = -0.0::float8, -0.0::float8 < 0::float8, f = 0 from (values (-0.0::float8)) v(f)
select sum(f), avg(f), stddev(f), variance(f) from (values ('NaN'::float8), (1)) v(f)
select percentile_cont(0.5) within group (order by f), percentile_disc(0.9) within group (order by f) from (values ('NaN'::float8), (1), (2)) v(f)
select f in ('NaN', 1), f between 1 and 'NaN' from (values ('NaN'::float8), (1), (2)) v(f)
select row_number() over (order by f), rank() over (order by f desc), f from (values ('NaN'::float8), (1), ('NaN')) v(f) order by 1
select array_agg(f order by f) from (values ('NaN'::float8), (1), (-1)) v(f)
select round('NaN'::float8), floor('NaN'::float8), 'NaN'::float8::int
select 'Infinity'::float8 = 'Infinity'::float4, 'NaN'::float4 = 'NaN'::float8
select timestamp 'infinity', date '-infinity', timestamptz 'infinity' -- differs: a date has no infinity
select date 'infinity' > date '2024-01-01', 'infinity'::timestamp - interval '1 day', isfinite(date 'infinity') -- differs: a date has no infinity
select max(d) from (values (date '2024-01-01'), ('infinity')) v(d) -- differs: a date has no infinity
select extract(epoch from timestamp 'infinity'), extract(year from date '-infinity') -- differs: a date has no infinity
select date_trunc('day', timestamp 'infinity'), to_char(timestamp 'infinity', 'YYYY')
select 'infinity'::date - date '2024-01-01'
select mode() within group (order by status) from orders
select percentile_cont(array[0.25, 0.5, 0.75]) within group (order by amount) from orders
select percentile_disc(array[0.25, 0.5]) within group (order by id) from orders
select status, percentile_cont(0.5) within group (order by amount) filter (where qty > 2) from orders group by status order by 1
select bool_and(is_active), bool_or(is_active), every(is_active) from customers
select bit_and(qty), bit_or(qty), bit_xor(qty) from orders
select count(*), count(note), count(distinct status), count(distinct (status, channel)) from orders
select sum(distinct qty), avg(distinct qty) from orders
select sum(qty), pg_typeof(sum(qty)), pg_typeof(avg(qty)), pg_typeof(sum(amount)) from orders
select regr_count(score, qty), regr_avgx(score, qty) from orders where id < 10
select stddev(amount), stddev_pop(amount), variance(qty), var_pop(score) from orders where id < 10
select string_agg(status, ',' order by id) filter (where id < 4) from orders
select string_agg(id::text, null order by id) from orders where id < 4
select string_agg(distinct status, '|') from orders
select array_agg(status order by id desc) from orders where id < 4
select json_agg(status order by id) from orders where id < 4
select json_object_agg(id, status order by id) from orders where id < 4
select jsonb_object_agg(status, id) from orders where id < 4
select json_agg(t order by id) from (select id, status from orders where id < 3) t
select jsonb_agg(jsonb_build_object('id', id, 's', status) order by id) from orders where id < 3
select max(status), min(ordered_at), max(created_at) from orders
select status, sum(amount) filter (where channel = 'web') as web, sum(amount) filter (where channel = 'app') as app from orders group by status order by status
select country, status, sum(amount), grouping(country, status) from orders o join customers c on c.id = o.customer_id group by rollup (country, status) order by 1 nulls last, 2 nulls last
select country, status, count(*) from orders o join customers c on c.id = o.customer_id group by cube (country, status) order by 1 nulls last, 2 nulls last limit 5
select grouping(status) from orders group by grouping sets ((status), ()) order by 1
select date_trunc('month', ordered_at) as month, count(*), sum(sum(amount)) over (order by date_trunc('month', ordered_at)) from orders group by 1 order by 1
select id, amount - lag(amount) over (order by id) as change from orders order by id limit 4
select id, lead(status, 2, 'none') over (order by id) from orders order by id limit 3
select id, first_value(amount) over (partition by status order by id), last_value(id) over (partition by status order by id rows between unbounded preceding and unbounded following) from orders order by id limit 4
select id, nth_value(id, 2) over (order by id) from orders order by id limit 3
select id, ntile(3) over (order by id) from customers order by id
select id, sum(amount) over (order by ordered_on range between '3 days' preceding and current row) from orders order by id limit 5
select id, avg(qty) over (partition by status order by id rows 2 preceding) from orders order by id limit 6
select id, count(*) over w, sum(qty) over (w rows unbounded preceding) from orders window w as (partition by status order by id) order by id limit 4
select id, row_number() over (), count(*) over () from customers order by id limit 3
select id, dense_rank() over (order by qty desc nulls last) from orders order by id limit 4
select status, count(*) * 100.0 / sum(count(*)) over () as pct from orders group by status order by 1
select status, round(100.0 * count(*) / sum(count(*)) over (), 2) as pct from orders group by status order by 1
select id, max(amount) over (order by id) - min(amount) over (order by id) from orders order by id limit 3
select id, string_agg(status, ',') over (order by id) from orders order by id limit 3
select id, array_agg(qty) over (order by id rows 1 preceding) from orders order by id limit 3
select percentile_cont(0.9) within group (order by qty) from orders having count(*) > 1
select * from (select id, row_number() over (partition by status order by amount desc) as r from orders) q where r = 1 order by id
select sum(x) over (order by x range between 1 preceding and 1 following) from generate_series(1, 4) g(x)
select left('abc', 2), right('abc', -1), lpad('7', 3, '0'), rpad('x', 3, '-')
select position('b' in 'abc'), strpos('abc', 'c'), overlay('abcdef' placing 'XX' from 3 for 2)
select substring('abcdef' from 2 for 3), substr('abcdef', -1, 4), substring('foobar' from 'o(.)b')
select trim(both 'x' from 'xxaxx'), ltrim('  a'), rtrim('a  '), btrim('xyaxy', 'xy')
select split_part('a,b,c', ',', 2), split_part('a,b,c', ',', -1), initcap('hello world'), reverse('abc')
select translate('12345', '143', 'ax'), replace('aXbX', 'X', '-'), repeat('ab', 3)
select concat('a', null, 1, true), concat_ws(',', 'a', null, 'b'), 'a' || 1 || null
select length('naïve'), char_length('x'), octet_length('naïve'), bit_length('a')
select ascii('a'), chr(97), md5('x'), to_hex(255), encode('abc', 'base64'), decode('YWJj', 'base64')
select upper('é'), lower('É'), 'abc' like 'a%', 'ABC' ilike 'a%', 'abc' similar to '(a|b)%', 'abc' ~ '^a', 'abc' !~* 'B'
select regexp_replace('foobarbaz', 'b..', 'X', 'g'), regexp_matches('foobar', 'o(.)b'), regexp_split_to_array('a, b', ',\s*')
select regexp_match('foobar', '(o+)(b)'), regexp_count('aaa', 'a'), regexp_instr('abc', 'c'), regexp_substr('abc123', '\d+'), regexp_like('abc', 'B', 'i')
select format('%s-%I-%L-%5s|%-5s|', 'a', 'B c', 'it''s', 'x', 'y')
select quote_ident('A b'), quote_literal('it''s'), quote_nullable(null), starts_with('abc', 'ab'), 'abc' ^@ 'a'
select string_to_array('a,b,,c', ','), string_to_array('a,b', ',', 'b'), array_to_string(array['a', null, 'b'], '-', '*')
select unnest(string_to_array('a b c', ' '))
select to_char(1234567.891, 'FM9,999,999.00'), to_char(0.5, '990.0%'), to_char(-5, 'S99'), to_char(12, 'RN')
select to_char(date '2024-03-05', 'FMMonth DD, YYYY'), to_char(timestamp '2024-03-05 14:05', 'HH12:MI AM'), to_char(interval '90 minutes', 'HH24:MI')
select 'a' < 'B', 'a' collate "C" < 'B', 'Z' < 'a'
select 'abc'::char(2), 'abc'::varchar(2), 'abc'::text, 'a'::"char"
select string_agg(x, '' order by x) from unnest(array['b', 'a']) x
select length('abc'::bytea), '\xdead'::bytea || '\xbeef'::bytea, get_byte('\x00ff'::bytea, 1), sha256('a'::bytea)
select convert_from('\x61'::bytea, 'UTF8'), convert_to('a', 'UTF8')
select text 'x' = 'x ', 'x'::char(3) = 'x'
select ascii(''), ''::text is null, nullif('', '') is null
select string_to_table('a,b', ',')
select regexp_split_to_table('a b', ' ')
select btrim('  x '), trim('  x '), trim(leading from '  x'), trim('x' from 'xax')
select count(*) from orders where note like '%1%' and note not like '%2%' escape '!'
select 7 / 2, 7 % 3, -7 / 2, -7 % 3, 7.0 / 2, 7 / 2.0, 2 ^ 3, 5 & 3, 5 | 3, 5 # 3, ~5, 1 << 3
select round(2.5), round(-2.5), round(2.567, 2), round(1234.5, -2), trunc(2.567, 1), ceil(2.1), floor(-2.1)
select round(2.5::float8), round(3.5::float8), trunc(-2.7::float8), ceiling(2.1::float8)
select div(7, 2), mod(7, -3), gcd(12, 18), lcm(4, 6), factorial(5), abs(-5), sign(-2.5)
select degrees(pi()), radians(180), sin(0), cos(0), atan2(1, 1), tand(45), sinh(0)
select 1::float8 / 3, 1::real / 3, 0.1::real, 0.1::real::float8, 1e20::float8, 123456789::real
select 10 / 0
select 10.0 / 0
select 1 / 0.0::float8
select (2.5)::int, (3.5)::int, (-2.5)::int, 2.5::float8::int, '12'::int, ' 12 '::int
select '1e3'::numeric, '1.50'::numeric(5, 1), 1.005::numeric(5, 2)
select 12345.678::numeric(5, 2)
select width_bucket(5, 0, 10, 5), width_bucket(5.5, array[1, 5, 10]), scale(1.50), min_scale(1.50), trim_scale(1.50)
select numeric '1.10' = 1.1, 1.10::numeric || '', 1.0::text
select 5 / 2 * 2.0, 5 * 1.0 / 2, 1 / 3.0, 2 / 3::numeric, 1.0 / 3 * 3
select sum(amount) / count(*), avg(amount), round(avg(amount), 2) from orders
select to_number('1,234.5', '9,999.9'), '5'::int + '3', '5' + 3, 5 || '3'
select cast(1.5 as int), cast('1.5' as float), cast(1 as boolean), true::int, 't'::boolean, 'yes'::bool
select greatest(1.5, 2), least('a', 'b'), 1 < 2 and 2 < 3, not true, true is not false, null is null, (1 = null) is unknown
select 1 is distinct from null, null is not distinct from null, 1 <> 2, 1 != 2
select erf(0.5), gamma(5)
select float8 '1e400'
select 1.7976931348623157e308::float8 * 10 -- differs: a float that is too large is infinity
select date '2024-02-29' + 1, date '2024-03-01' - date '2024-02-01', date '2024-01-31' + interval '1 month'
select timestamp '2024-01-01 10:00' - timestamp '2023-12-31 08:30', age(timestamp '2024-03-01', timestamp '2023-01-15')
select extract(year from date '2024-03-05'), extract(isodow from date '2024-03-05'), date_part('week', date '2024-03-05'), extract(quarter from now()) between 1 and 4
select date_trunc('week', date '2024-03-05'), date_trunc('quarter', timestamp '2024-05-05'), date_trunc('hour', interval '90 minutes')
select date_bin('15 minutes', timestamp '2024-01-01 10:37', timestamp '2001-01-01')
select make_date(2024, 2, 29), make_timestamp(2024, 1, 1, 10, 0, 0.5), make_interval(days => 3, hours => 2), make_time(8, 15, 0)
select to_date('05 Mar 2024', 'DD Mon YYYY'), to_timestamp('2024-03-05 10:00', 'YYYY-MM-DD HH24:MI'), to_timestamp(1700000000)
select interval '1 day 2 hours' * 2, interval '1 hour' / 3, interval '1 month' + interval '15 days', -interval '1 day'
select justify_days(interval '40 days'), justify_hours(interval '30 hours'), justify_interval(interval '1 mon -1 hour')
select extract(epoch from interval '1 day 1 hour'), extract(day from interval '40 days 1 hour'), extract(hour from time '10:20')
select time '10:00' + interval '90 minutes', time '12:00' - time '10:30', date '2024-01-01' + time '10:00'
select timestamptz '2024-01-01 10:00+02', timestamptz '2024-01-01 10:00+02' at time zone 'Asia/Tokyo', timestamp '2024-01-01 10:00' at time zone 'Asia/Tokyo'
select date 'today' = current_date, 'tomorrow'::date - 'yesterday'::date, timestamp 'epoch'
select current_date - interval '7 days' < now(), current_time is not null, localtime is not null
select generate_series(date '2024-01-01', date '2024-03-01', interval '1 month')
select generate_series('2024-01-01'::timestamp, '2024-01-02', '12 hours')
select d::date from generate_series(date '2024-01-01', date '2024-01-03', '1 day') as g(d)
select count(*) from orders where ordered_at between '2024-01-10' and '2024-01-20'
select count(*) from orders where ordered_at >= date '2024-01-10' and ordered_at < date '2024-01-10' + interval '1 week'
select count(*) from orders where extract(month from ordered_at) = 1 and created_at::date = '2024-01-02'
select to_char(ordered_at, 'YYYY-"Q"Q') as q, count(*) from orders group by q order by q
select date_part('year', age(date '2024-01-01', date '1990-06-15')), age(date '2024-01-01')  is not null
select isfinite(date '2024-01-01'), date '2024-01-01' < timestamp '2024-01-01 00:01', date '2024-01-01' = timestamptz '2024-01-01 00:00'
select interval '1-2', interval 'P1Y2M3DT4H', interval '3 4:05:06', interval '1.5 days', '2 weeks ago'::interval
select interval '1' year, interval '2' hour, interval '10:30' hour to minute, interval '1 year 2 months' year to month
select date '2024-01-01' = '2024-01-01', '2024-01-01' < date '2024-01-02', date '20240101', date 'Jan 5, 2024', '1/2/2024'::date
select make_timestamptz(2024, 1, 1, 0, 0, 0, 'UTC'), timezone('UTC', timestamp '2024-01-01'), date_trunc('day', timestamptz '2024-01-01 23:00+00', 'Asia/Tokyo')
select extract(julian from date '2024-01-01'), extract(century from date '2024-01-01'), extract(doy from date '2024-12-31'), extract(microseconds from time '10:00:01.5')
select '2024-02-30'::date
select overlaps(date '2024-01-01', date '2024-02-01', date '2024-01-15', date '2024-03-01')
select array[1, 2] || 3, 0 || array[1], array[1] || array[2], array_append(array[1], 2), array_prepend(0, array[1]), array_cat(array[1], array[2])
select (array[1, 2, 3])[2], (array[1, 2, 3])[2:3], (array[1, 2, 3])[:2], array_length(array[1, 2], 1), cardinality(array[1, 2]), array_upper(array[1], 1)
select array_position(array['a', 'b'], 'b'), array_positions(array[1, 2, 1], 1), array_remove(array[1, 2, 1], 1), array_replace(array[1, 2], 2, 3)
select 2 = any(array[1, 2]), 3 <> all(array[1, 2]), array[1, 2] @> array[1], array[1] <@ array[1, 2], array[1, 2] && array[2, 3]
select array[1, 2] = array[1, 2], array[1, 2] < array[1, 3], array(select id from n where id < 4 order by id)
select unnest(array[1, 2]), unnest(array['a', 'b', 'c'])
select * from unnest(array[1, 2], array['a', 'b']) as t(a, b)
select id, tags[1], array_length(tags, 1) from customers where 'a' = any(tags) order by id limit 2
select '{"a": 1, "b": [1, 2]}'::json -> 'b' -> 0, '{"a": "x"}'::json ->> 'a', '{"a": {"b": 2}}'::jsonb #>> '{a,b}'
select '{"a": 1}'::jsonb || '{"b": 2}', '{"a": 1, "b": 2}'::jsonb - 'a', '{"a": 1}'::jsonb ? 'a', '{"a": 1}'::jsonb @> '{"a": 1}'
select jsonb_set('{"a": 1}', '{a}', '2'), jsonb_pretty('{"a": 1}'), jsonb_typeof('[1]'), jsonb_array_length('[1, 2]'), jsonb_strip_nulls('{"a": null}')
select key, value from jsonb_each('{"a": 1, "b": "x"}') order by key
select * from json_each_text('{"a": 1, "b": "x"}')
select * from json_to_record('{"a": 1, "b": "x"}') as t(a int, b text)
select * from jsonb_to_recordset('[{"a": 1}, {"a": 2}]') as t(a int)
select json_build_object('a', 1, 'b', array[1, 2]), json_build_array(1, 'x', null), to_jsonb(1.50), to_json('x'::text), row_to_json(row(1, 'x'))
select row(1, 'a') = row(1, 'a'), (1, 2) < (1, 3), row(1, null) is null, row(null, null) is null -- differs: a row is not NULL when its values are
select (1, 2) in ((1, 2), (3, 4)), (id, i4) = (1, 1) from n where id = 1
select * from generate_series(1, 3) with ordinality
select * from generate_series(1, 3) as g(x) cross join lateral (select x * 2 as y) q order by 1
select n.id, q.c from n left join lateral (select count(*) as c from t where t.id <= n.id) q on true order by 1
select generate_subscripts(array['a', 'b'], 1), generate_series(1, 2)
select exists (select from n), (select count(*) from n where false), (select id from n where false)
select 1 where exists (select 1 from n where id > 100)
select id = any (select id from t) from n where id < 3 order by id
select id from n where id = any (select id from t where id < 3) order by id
select id from n where id > all (select id from t where id < 7) order by id
select id from n where (id, i4) in (select id, i4 from n where i4 > 7) order by id
select (id, 1) in (select id, 1 from t) from n where id = 1 -- differs: rows are looked for in queries in WHERE only
with a as materialized (select 1 as x), b as not materialized (select x + 1 as y from a) select * from a, b
with recursive r(n, path) as (select 1, array[1] union all select n + 1, path || n + 1 from r where n < 3) select * from r order by n
with recursive r(n) as (select 1 union select n % 3 + 1 from r) select * from r order by n
with recursive t(n) as (values (1) union all select n + 1 from t where n < 3) select sum(n) from t
table s order by id limit 1
select all id from n order by id limit 1
select distinct on (status) status, id, amount from orders order by status, amount desc, id
select id as "order", amount "total amount" from orders order by "order" limit 1
select status s, count(*) c from orders group by s having count(*) > 5 order by c desc, s
select status from orders group by status order by max(amount) desc, status
select n.id from n natural join t order by 1
select a.id, b.id from n a full join t b on a.id = b.id + 1 order by 1 nulls last, 2
select a.id from n a, t b where a.id = b.id and b.day is not null order by 1
select count(*) from n tablesample bernoulli (100)
select count(*) from n tablesample system (100)
select * from n as x (a, b) where a = 1 -- differs: all columns of a relation are named or none
select 1 as one from n limit all offset 7
select id from n order by id limit null
select id from n order by id using > limit 2
select pg_typeof(1), pg_typeof('x'::text), pg_typeof(1.5), pg_typeof(now()), pg_typeof(array[1]), pg_typeof(null)
select cast(null as int), null::text, cast('{1,2}' as int[]), '{a,b}'::text[]
select 'n'::regclass, 'public.n'::regclass::text, 'int4'::regtype, current_user = session_user, current_schema, current_catalog is not null
select coalesce(null, null, 1), coalesce(null, 'x'), num_nulls(1, null), num_nonnulls(1, null)
select case 2 when 1 then 'a' when 2 then 'b' end, case when null then 1 end, case when true then 'x' else null end
select count(*) from (select 1 union all select 1) q
select sum(x) from (select 1 as x union all select 2.5) q
select * from (select 1 as a) x join (select 1 as a) y using (a)
select * from (select 1 as a) x left join (select 2 as a, 3 as b) y on x.a = y.a
select x.* from (values (1, 'a')) x (id, name)
select nonexistent from n
select * from nonexistent
select nonexistent(1)
select 1 +
select id from n group by i4
select id, count(*) from n
select sum(sum(i4)) from n
select i4 from n where sum(i4) > 1
select 'a' + 1
select 'a'::int
select upper(1)
select id from n where 'x' -- differs: a text is no condition
select 1 = 'x'
select (select id from n)
select array[1, 'x']
select distinct id from n order by i4
select n.id from n join t on n.id = t.id where id = 1
select max(id) from n having max(id) > 100
select rank() from n
select lag(id) over (order by id) + 1 as x from n where x > 1
select 1 limit -1
select 1 offset -1
select null = null, null <> 1, null and false, null or true, not null
select id from n order by 2
select coalesce(1, 'x') -- differs: what is never looked at is not read
select true > false, bool 'on', 'off'::bool, true and null
select id from n where i4 is distinct from 1 and id < 5 or id = 7 order by id
select not a is distinct from b and c from (values (1, 1, true), (1, 2, true), (null, null, false)) v(a, b, c) order by 1
select a is not distinct from b or c and a is distinct from b and c from (values (1, 1, true), (1, 2, true), (null, 3, false)) v(a, b, c) order by 1
select k, f from (select 'a' as k, 1.5 as f union all select 'b', null from (select count(*) from (values (1)) z(z)) y) t where f is not null
select count(*) from n having 1 = 2
select c from (select count(*) as c, null::int as f from n) s where f is not null
select a, count(*) from (values (1), (2)) v(a) group by grouping sets ((a), ()) having null is not null
select *, * from n where id = 1
select n.*, n.id, * from n where id = 2
select *, n.* from n order by id limit 2
select *, id as name, upper(status) as status from orders order by orders.id limit 2
select count(*) from (select *, * from n) q
select count(*), max(one) from (select *, 1 as one, * from n) q where one = 1
with x as (select *, qty * 2 as qty from orders) select count(*), sum(amount) from x
with x as (select *, qty * 2 as qty from orders) select sum(qty) from x
select q.id from (select n.*, n.* from n) q
select q.amount from (select o.*, c.*, o.id from orders o join customers c on c.id = o.customer_id) q order by 1 limit 3
select * from (select *, id from n where id = 1) q
select * from (select n.*, t.*, n.id from n join t on t.id = n.id) q order by i4 limit 2
select o.*, o.id, c.*, c.id from orders o join customers c on c.id = o.customer_id order by o.id limit 1
select *, * from n where id = 1 union all select *, * from n where id = 2 order by 1
select * from rows from (generate_series(1, 2), unnest(array['x', 'y', 'z'])) as t
select t.generate_series, t.upper from rows from (generate_series(1, 2), upper('x')) as t
select n.id, r.* from n, rows from (generate_series(1, n.id), generate_series(n.id, 2)) with ordinality as r(a, b, k) where n.id < 3 order by 1, 4
select * from rows from (json_each('{"a": 1, "b": 2}'), generate_series(1, 3)) as t
select sum(a), max(b) from rows from (generate_series(1, 5), jsonb_array_elements_text('[1, 2]')) as t(a, b)
select rows from (select 1 as rows) q
select json_object_agg(id, status order by id desc) from orders where id < 6
select json_object_agg(status, id order by id desc) filter (where id < 4) from orders
select channel, json_object_agg(id, amount order by amount, id) from orders where id < 12 group by channel order by 1
select jsonb_object_agg(status, id order by id) from orders where id < 10
select json_object_agg(k, v order by v desc) from (values ('a', 3), ('b', 1), ('c', null)) t(k, v)
select json_object_agg(k, v order by v) from (values (null, 1)) t(k, v)
select json_object_agg(id, status order by id) from orders where false
select jsonb_agg(id order by amount desc, id), json_agg(status order by id desc) from orders where id < 7
select pg_catalog.substring('foobar', 'o(.)b'), pg_catalog.substring('abc', 2), pg_catalog.substr('abcdef', 2, 3), pg_catalog.overlay('abcdef', 'XX', 3)
select pg_catalog.ceil(2.1), pg_catalog.floor(-2.1::float8), pg_catalog.extract('year', timestamp '2024-03-05 10:00')
select "substring"('foobar', 'o(.)b'), "substring"('abcdef', 2, 3), "position"('abc', 'b'), "overlay"('abcdef', 'XX', 3, 1)
