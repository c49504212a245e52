-- Functions of the system, on arrays and on NULLs. One statement in a line.
select coalesce(null, null, 3), coalesce(null, 'x'), coalesce(1, 2.5)
select nullif(1, 1), nullif(1, 2), nullif('a', 'b')
select num_nulls(1, null, 'a', null), num_nonnulls(1, null, 'a')
select num_nulls(variadic array[1, null, 2]) -- differs: announced as another type
select pg_typeof(1), pg_typeof(1.5), pg_typeof('a'), pg_typeof('a'::text), pg_typeof(true), pg_typeof(now()) -- differs: announced as another type
select pg_typeof(date '2024-01-01'), pg_typeof(interval '1 day'), pg_typeof(1::bigint), pg_typeof(1::real), pg_typeof(1::float8), pg_typeof(array[1]), pg_typeof(null)
select pg_typeof(extract(year from date '2024-01-01')), pg_typeof(count(*)), pg_typeof(sum(1)), pg_typeof(avg(1))
select pg_size_pretty(1024::bigint), pg_size_pretty(10240::bigint), pg_size_pretty(1048576::bigint), pg_size_pretty(123456789012::bigint), pg_size_pretty(-5::bigint), pg_size_pretty(99999999999999999::bigint)
select pg_size_pretty(0::bigint), pg_size_pretty(10239::bigint), pg_size_pretty(10485247::bigint), pg_size_pretty(10485248::bigint), pg_size_pretty(20971520.5::numeric)
select pg_size_bytes('1 GB'), pg_size_bytes('10 kB'), pg_size_bytes('1.5 MB'), pg_size_bytes('100'), pg_size_bytes('-1TB')
select pg_size_bytes('1 xb')
select length(gen_random_uuid()::text)
select gen_random_uuid() = gen_random_uuid()
select current_setting('server_version_num')::int / 10000 > 10
select current_setting('nope.nope', true)
select current_setting('nope_nope')
select pg_sleep(0)
select pg_sleep(0.01)
select version() ~ '^PostgreSQL \d+'
select current_schema(), current_database() = current_catalog
select array_length(array[1, 2, 3], 1), array_length(array[1, 2, 3], 2), array_length(array[]::int[], 1)
select cardinality(array[1, 2, 3]), cardinality(array[]::int[]), cardinality(null::int[])
select array_upper(array[1, 8, 3], 1), array_lower(array[1, 8, 3], 1), array_upper(array[1, 2], 2), array_ndims(array[1, 2]), array_dims(array[1, 2, 3])
select array_position(array['sun', 'mon', 'tue'], 'mon'), array_position(array['sun', 'mon'], 'x'), array_position(array[1, 2, 1], 1, 2), array_position(array[1, null], null)
select array_positions(array['A', 'A', 'B', 'A'], 'A')
select array_remove(array[1, 2, 3, 2], 2), array_remove(array[1, null, 3], null), array_replace(array[1, 2, 5, 4], 5, 3)
select array_append(array[1, 2], 3), array_prepend(1, array[2, 3]), array_cat(array[1, 2, 3], array[4, 5])
select array_append(null::int[], 3), array_cat(null, array[1]) -- differs: announced as another type
select array[1, 2] || 3, 1 || array[2, 3], array[1, 2] || array[3, 4], array[1] || null::int[]
select array[1, 2, 3] @> array[2], array[2] <@ array[1, 2, 3], array[1, 2] && array[2, 5]
select (array[10, 20, 30])[1], (array[10, 20, 30])[4], (array[10, 20, 30])[2:3], (array['a', 'b'])[0]
select 2 = any(array[1, 2, 3]), 5 = any(array[1, 2, 3]), 5 > all(array[1, 2, 3]), 2 = any('{1,2,3}')
select 2 = any(array[1, null]), 1 <> all(array[2, 3])
select array_fill(7, array[3]), array_fill(0, array[2, 2]) -- differs: announced as another type
select trim_array(array[1, 2, 3, 4], 2)
select array['a', 'b', null]::text[], array[1.5, 2.25], array[true, false], array[]::int[]
select '{1,2,3}'::int[], '{a,"b c",null}'::text[], array[[1, 2], [3, 4]] -- differs: announced as another type
select array_to_string(array[[1, 2], [3, 4]], ',')
select array[1, 2] = array[1, 2], array[1, 2] < array[1, 3]
select array_agg(x) = array[1, 2] from (values (1), (2)) v(x)
select bool 't', 'yes'::boolean, 'off'::boolean, true::int, 1::boolean, true::text
select case when 1 = 1 then 'a' else 'b' end, case 2 when 1 then 'x' when 2 then 'y' end
select 1 is distinct from null, null is not distinct from null
select obj_description(1259, 'pg_class') is null
select pg_backend_pid() > 0, pg_is_in_recovery()
select quote_ident('A'), has_table_privilege('pg_class', 'select')
select inet_client_addr() is null or true
select txid_current() > 0
select pg_postmaster_start_time() <= now()
select pg_conf_load_time() <= now()
select current_user = session_user, current_role = current_user
select pg_column_size(1), pg_column_size('abc'::text) -- differs: not there
select hashtext('a') = hashtext('a') -- differs: not there
select uuid '550e8400-e29b-41d4-a716-446655440000', '550e8400e29b41d4a716446655440000'::uuid
select 'nope'::uuid
select int4range(1, 5) @> 3 -- differs: not there
select to_tsvector('a b') is not null -- differs: not there
select host('192.168.1.5'::inet) -- differs: not there
select array_shuffle(array[1]) = array[1]
select pg_input_is_valid('1', 'integer')
select date_add(timestamptz '2024-01-01', interval '1 day')
select num_nulls(), num_nonnulls()
