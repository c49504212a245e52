-- What BI tools write about time: grains, windows, series. One statement in a line.
select date_trunc('quarter', "public"."orders"."created_at") as "created_at", count(distinct "public"."orders"."customer_id") as "count" from "public"."orders" group by date_trunc('quarter', "public"."orders"."created_at") order by date_trunc('quarter', "public"."orders"."created_at") asc
select (cast(date_trunc('week', (cast("public"."orders"."created_at" as timestamp) + interval '1 day')) as timestamp) + interval '-1 day') as "created_at", sum("public"."orders"."amount") as "sum" from "public"."orders" group by 1 order by 1
select cast(extract(dow from "public"."orders"."created_at") as integer) + 1 as d, count(*) from "public"."orders" group by 1 order by 1
select cast(extract(hour from "public"."orders"."created_at") as integer) as h, avg("public"."orders"."amount") from "public"."orders" group by 1 order by 1
select date_trunc('minute', created_at) + interval '15 minute' * floor(extract(minute from created_at) / 15) from orders order by id limit 5
select floor(extract(epoch from created_at) / 21600) * 21600 as "time", status as metric, avg(amount) from orders where created_at between '2024-01-02T00:00:00Z' and '2024-01-20T00:00:00Z' group by 1, 2 order by 1, 2
select (extract(epoch from created_at) / 86400)::bigint * 86400 as "time", count(*) as value from orders where created_at >= to_timestamp(1704153600) group by 1 order by 1
select date_trunc('month', created_at at time zone 'UTC' at time zone 'America/New_York') as m, count(*) from orders group by 1 order by 1
select date_trunc('hour', created_at::timestamptz at time zone 'Asia/Kolkata') as h, count(*) from orders group by 1 order by 1 limit 5
select to_char(date_trunc('month', created_at), 'YYYY-MM') as m, sum(amount) over (order by date_trunc('month', created_at)) from orders order by 1, 2 limit 5
select date_part('isoyear', created_at), date_part('doy', created_at), date_part('week', created_at), count(*) from orders group by 1, 2, 3 order by 1, 2, 3 limit 5
select extract(isodow from created_at) as dow, extract(quarter from created_at) as q, count(*) from orders group by dow, q order by q, dow
select date_trunc('year', created_at)::date as y, date_trunc('day', created_at)::timestamp::date as d from orders order by id limit 3
select created_at::date, created_at::time, created_at::text, to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS.MSOF') from orders order by id limit 3
select count(*) from orders where created_at >= date_trunc('month', timestamptz '2024-01-20 10:00+00' - interval '1 month') and created_at < date_trunc('month', timestamptz '2024-01-20 10:00+00')
select count(*) from orders where created_at::date between date '2024-01-03' and date '2024-01-05'
select date_bin('6 hours', created_at, timestamptz '2024-01-01 00:00:00+00'), count(*) from orders group by 1 order by 1 limit 4
select age(max(created_at), min(created_at)), max(created_at) - min(created_at), extract(epoch from max(created_at) - min(created_at)) from orders
select g as day, coalesce(sum(o.amount), 0) from generate_series(timestamptz '2024-01-01', timestamptz '2024-01-05', interval '1 day') g left join orders o on date_trunc('day', o.created_at) = g group by g order by g
select to_timestamp(extract(epoch from date_trunc('hour', created_at))) from orders order by id limit 2
select make_timestamptz(2024, 3, 31, 2, 30, 0), make_timestamptz(2024, 3, 31, 2, 30, 0, 'Europe/Paris'), timezone('America/New_York', timestamp '2024-03-10 02:30')
select created_at at time zone 'utc', (created_at at time zone 'utc')::date, created_at::timestamp from orders order by id limit 2
select date_trunc('day', created_at, 'Asia/Tokyo'), date_trunc('week', created_at, 'America/New_York') from orders order by id limit 2
select extract(timezone_hour from created_at), extract(timezone from created_at), to_char(created_at, 'TZH:TZM') from orders order by id limit 1
select (ordered_at || '')::timestamp, ordered_at::text, ordered_on::text, (ordered_on + ordered_at::time)::text from orders order by id limit 2
select min(created_at) filter (where status = 'paid'), max(created_at) filter (where status = 'x') from orders
select date_trunc('decade', ordered_on), date_trunc('century', ordered_at), date_trunc('milliseconds', created_at) from orders order by id limit 1
select justify_interval(created_at - ordered_at::timestamptz), (created_at - timestamptz '2024-01-01')::text from orders order by id limit 2
select extract(day from created_at - timestamptz '2023-12-01'), date_part('epoch', interval '1 month'), interval '1 month' > interval '29 days'
