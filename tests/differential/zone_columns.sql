-- Columns of dates and times, in every time zone. One statement in a line.
select id, day + interval '1 day' from t order by id
select id, day - interval '1 day' from t order by id
select id, day + interval '1 month' from t order by id
select id, day - interval '1 month' from t order by id
select id, day + interval '2 hours' from t order by id
select id, day - interval '2 hours' from t order by id
select id, day + interval '-1 day' from t order by id
select id, day - interval '-1 day' from t order by id
select id, day - day from t order by id
select id, day = day, day < day from t order by id
select id, day - local from t order by id
select id, day = local, day < local from t order by id
select id, day - moment from t order by id
select id, day = moment, day < moment from t order by id
select id, day::date, day::timestamp, day::timestamptz, day::text from t order by id
select id, day from t order by day
select id, day from t order by day desc
select max(day), min(day), count(day) from t
select id from t where day >= '2024-03-01' order by id
select id from t where day = '2024-03-31' order by id
select id from t where day between '2024-01-01' and '2024-03-31 12:00' order by id
select id from t where day in ('2024-01-01', '2024-02-29') order by id
select id from t where '2024-03-01' < day order by id
select id from t where day > date '2024-03-01' order by id
select id from t where day > timestamp '2024-03-10 02:30' order by id
select id from t where day > timestamptz '2024-03-10 02:30+00' order by id
select day::date, count(*) from t group by 1 order by 1
select id, date_trunc('day', day), date_trunc('month', day), date_trunc('hour', day), date_trunc('week', day) from t order by id
select id, extract(hour from day), extract(dow from day), extract(epoch from day), extract(day from day) from t where id < 9 order by id -- differs: parts of a day below the day are zero
select id, day at time zone 'Asia/Tokyo' from t order by id
select id, day at time zone 'UTC' at time zone 'America/New_York' from t order by id
select id, timezone('Europe/Paris', day) from t order by id
select id, day > now() - interval '30 years' from t order by id
select id, case when day > '2024-06-01' then 'late' else 'early' end from t order by id
select id, coalesce(day, '2000-01-01') from t order by id
select id, day is distinct from '2024-01-01' from t order by id
select id, greatest(day, '2024-03-01') from t where id < 9 order by id
select distinct day::date from t order by 1
select id, local + interval '1 day' from t order by id
select id, local - interval '1 day' from t order by id
select id, local + interval '1 month' from t order by id
select id, local - interval '1 month' from t order by id
select id, local + interval '2 hours' from t order by id
select id, local - interval '2 hours' from t order by id
select id, local + interval '-1 day' from t order by id
select id, local - interval '-1 day' from t order by id
select id, local - day from t order by id
select id, local = day, local < day from t order by id
select id, local - local from t order by id
select id, local = local, local < local from t order by id
select id, local - moment from t order by id
select id, local = moment, local < moment from t order by id
select id, local::date, local::timestamp, local::timestamptz, local::text from t order by id
select id, local from t order by local
select id, local from t order by local desc
select max(local), min(local), count(local) from t
select id from t where local >= '2024-03-01' order by id
select id from t where local = '2024-03-31' order by id
select id from t where local between '2024-01-01' and '2024-03-31 12:00' order by id
select id from t where local in ('2024-01-01', '2024-02-29') order by id
select id from t where '2024-03-01' < local order by id
select id from t where local > date '2024-03-01' order by id
select id from t where local > timestamp '2024-03-10 02:30' order by id
select id from t where local > timestamptz '2024-03-10 02:30+00' order by id
select local::date, count(*) from t group by 1 order by 1
select id, date_trunc('day', local), date_trunc('month', local), date_trunc('hour', local), date_trunc('week', local) from t order by id
select id, extract(hour from local), extract(dow from local), extract(epoch from local), extract(day from local) from t where id < 9 order by id
select id, local at time zone 'Asia/Tokyo' from t order by id
select id, local at time zone 'UTC' at time zone 'America/New_York' from t order by id
select id, timezone('Europe/Paris', local) from t order by id
select id, local > now() - interval '30 years' from t order by id
select id, case when local > '2024-06-01' then 'late' else 'early' end from t order by id
select id, coalesce(local, '2000-01-01') from t order by id
select id, local is distinct from '2024-01-01' from t order by id
select id, greatest(local, '2024-03-01') from t where id < 9 order by id
select distinct local::date from t order by 1
select id, moment + interval '1 day' from t order by id
select id, moment - interval '1 day' from t order by id
select id, moment + interval '1 month' from t order by id
select id, moment - interval '1 month' from t order by id
select id, moment + interval '2 hours' from t order by id
select id, moment - interval '2 hours' from t order by id
select id, moment + interval '-1 day' from t order by id
select id, moment - interval '-1 day' from t order by id
select id, moment - day from t order by id
select id, moment = day, moment < day from t order by id
select id, moment - local from t order by id
select id, moment = local, moment < local from t order by id
select id, moment - moment from t order by id
select id, moment = moment, moment < moment from t order by id
select id, moment::date, moment::timestamp, moment::timestamptz, moment::text from t order by id
select id, moment from t order by moment
select id, moment from t order by moment desc
select max(moment), min(moment), count(moment) from t
select id from t where moment >= '2024-03-01' order by id
select id from t where moment = '2024-03-31' order by id
select id from t where moment between '2024-01-01' and '2024-03-31 12:00' order by id
select id from t where moment in ('2024-01-01', '2024-02-29') order by id
select id from t where '2024-03-01' < moment order by id
select id from t where moment > date '2024-03-01' order by id
select id from t where moment > timestamp '2024-03-10 02:30' order by id
select id from t where moment > timestamptz '2024-03-10 02:30+00' order by id
select moment::date, count(*) from t group by 1 order by 1
select id, date_trunc('day', moment), date_trunc('month', moment), date_trunc('hour', moment), date_trunc('week', moment) from t order by id
select id, extract(hour from moment), extract(dow from moment), extract(epoch from moment), extract(day from moment) from t where id < 9 order by id
select id, moment at time zone 'Asia/Tokyo' from t order by id
select id, moment at time zone 'UTC' at time zone 'America/New_York' from t order by id
select id, timezone('Europe/Paris', moment) from t order by id
select id, moment > now() - interval '30 years' from t order by id
select id, case when moment > '2024-06-01' then 'late' else 'early' end from t order by id
select id, coalesce(moment, '2000-01-01') from t order by id
select id, moment is distinct from '2024-01-01' from t order by id
select id, greatest(moment, '2024-03-01') from t where id < 9 order by id
select distinct moment::date from t order by 1
select id, clock::time + interval '1 hour', clock::time - interval '1 hour', clock::time::text, clock::time::interval from t order by id
select id, day + clock::time from t order by id
select id, day + 1, day - 1, 1 + day from t order by id
select id, day + id from t order by id
select id, local::time, moment::time from t order by id
select id, moment::date = local::date from t order by id
select id, clock::time > '12:00' from t order by id
select id, (local - timestamp '2024-01-01') * 2 from t where id < 5 order by id
select id, extract(epoch from local - timestamp '2024-01-01') from t where id < 5 order by id
select id, extract(day from local - timestamp '2024-01-01') from t where id < 5 order by id
select current_date = now()::date, current_date - current_date, now() = current_timestamp, localtimestamp = now()::timestamp, localtime = now()::time
select now() - now(), pg_typeof(1)
select current_date + 1 > current_date, current_timestamp > '2024-01-01'
select a.id from t a join t b on a.day = b.local order by 1
select a.id from t a join t b on a.moment = b.local::timestamptz order by 1
select day from t union select local::date from t order by 1
select day from t where id = 1 union all select timestamp '2024-01-01 10:00' order by 1
