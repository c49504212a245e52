-- Arrays, ANY, ALL and IN. One statement in a line.
select array[1,2,3]
select (array[1,2,3])::text
select cardinality(array[1,2,3]), array_length(array[1,2,3], 1)
select (array[1,2,3])[1]
select array[1,null,3]
select (array[1,null,3])::text
select cardinality(array[1,null,3]), array_length(array[1,null,3], 1)
select (array[1,null,3])[1]
select array['a','b c',null]
select (array['a','b c',null])::text
select cardinality(array['a','b c',null]), array_length(array['a','b c',null], 1)
select (array['a','b c',null])[1]
select array[1.5,2.25]
select (array[1.5,2.25])::text -- differs: the elements of a numeric array share their digits after the point
select cardinality(array[1.5,2.25]), array_length(array[1.5,2.25], 1)
select (array[1.5,2.25])[1]
select array[true,false,null]
select (array[true,false,null])::text
select cardinality(array[true,false,null]), array_length(array[true,false,null], 1)
select (array[true,false,null])[1]
select '{1,2,3}'::int[]
select ('{1,2,3}'::int[])::text
select cardinality('{1,2,3}'::int[]), array_length('{1,2,3}'::int[], 1)
select ('{1,2,3}'::int[])[1]
select '{}'::int[]
select ('{}'::int[])::text
select cardinality('{}'::int[]), array_length('{}'::int[], 1)
select ('{}'::int[])[1]
select '{a,"b c",NULL,"NULL"}'::text[]
select ('{a,"b c",NULL,"NULL"}'::text[])::text
select cardinality('{a,"b c",NULL,"NULL"}'::text[]), array_length('{a,"b c",NULL,"NULL"}'::text[], 1)
select ('{a,"b c",NULL,"NULL"}'::text[])[1]
select array[date '2024-01-01']
select (array[date '2024-01-01'])::text
select cardinality(array[date '2024-01-01']), array_length(array[date '2024-01-01'], 1)
select (array[date '2024-01-01'])[1]
select array[]::int[]
select (array[]::int[])::text
select cardinality(array[]::int[]), array_length(array[]::int[], 1)
select (array[]::int[])[1]
select array[1.5::float8, 0.1::float8]
select (array[1.5::float8, 0.1::float8])::text
select cardinality(array[1.5::float8, 0.1::float8]), array_length(array[1.5::float8, 0.1::float8], 1)
select (array[1.5::float8, 0.1::float8])[1]
select '{1.5,2}'::numeric[]
select ('{1.5,2}'::numeric[])::text -- differs: the elements of a numeric array share their digits after the point
select cardinality('{1.5,2}'::numeric[]), array_length('{1.5,2}'::numeric[], 1)
select ('{1.5,2}'::numeric[])[1]
select '{t,f}'::bool[]
select ('{t,f}'::bool[])::text
select cardinality('{t,f}'::bool[]), array_length('{t,f}'::bool[], 1)
select ('{t,f}'::bool[])[1]
select array[timestamp '2024-01-01 00:00']
select (array[timestamp '2024-01-01 00:00'])::text
select cardinality(array[timestamp '2024-01-01 00:00']), array_length(array[timestamp '2024-01-01 00:00'], 1)
select (array[timestamp '2024-01-01 00:00'])[1]
select 1 = any(array[1,2])
select 1 <> all(array[1,2])
select 1 > any(array[1,2])
select 1 <= all(array[1,2])
select 1 = all(array[1,2])
select 1 <> any(array[1,2])
select 1 = any(array[1,null])
select 1 <> all(array[1,null])
select 1 > any(array[1,null])
select 1 <= all(array[1,null])
select 1 = all(array[1,null])
select 1 <> any(array[1,null])
select 1 = any('{1,2}')
select 1 <> all('{1,2}')
select 1 > any('{1,2}')
select 1 <= all('{1,2}')
select 1 = all('{1,2}')
select 1 <> any('{1,2}')
select 1 = any('{}'::int[])
select 1 <> all('{}'::int[])
select 1 > any('{}'::int[])
select 1 <= all('{}'::int[])
select 1 = all('{}'::int[])
select 1 <> any('{}'::int[])
select 1 = any(null::int[])
select 1 <> all(null::int[])
select 1 > any(null::int[])
select 1 <= all(null::int[])
select 1 = all(null::int[])
select 1 <> any(null::int[])
select 2 = any(array[1,2])
select 2 <> all(array[1,2])
select 2 > any(array[1,2])
select 2 <= all(array[1,2])
select 2 = all(array[1,2])
select 2 <> any(array[1,2])
select 2 = any(array[1,null])
select 2 <> all(array[1,null])
select 2 > any(array[1,null])
select 2 <= all(array[1,null])
select 2 = all(array[1,null])
select 2 <> any(array[1,null])
select 2 = any('{1,2}')
select 2 <> all('{1,2}')
select 2 > any('{1,2}')
select 2 <= all('{1,2}')
select 2 = all('{1,2}')
select 2 <> any('{1,2}')
select 2 = any('{}'::int[])
select 2 <> all('{}'::int[])
select 2 > any('{}'::int[])
select 2 <= all('{}'::int[])
select 2 = all('{}'::int[])
select 2 <> any('{}'::int[])
select 2 = any(null::int[])
select 2 <> all(null::int[])
select 2 > any(null::int[])
select 2 <= all(null::int[])
select 2 = all(null::int[])
select 2 <> any(null::int[])
select 9 = any(array[1,2])
select 9 <> all(array[1,2])
select 9 > any(array[1,2])
select 9 <= all(array[1,2])
select 9 = all(array[1,2])
select 9 <> any(array[1,2])
select 9 = any(array[1,null])
select 9 <> all(array[1,null])
select 9 > any(array[1,null])
select 9 <= all(array[1,null])
select 9 = all(array[1,null])
select 9 <> any(array[1,null])
select 9 = any('{1,2}')
select 9 <> all('{1,2}')
select 9 > any('{1,2}')
select 9 <= all('{1,2}')
select 9 = all('{1,2}')
select 9 <> any('{1,2}')
select 9 = any('{}'::int[])
select 9 <> all('{}'::int[])
select 9 > any('{}'::int[])
select 9 <= all('{}'::int[])
select 9 = all('{}'::int[])
select 9 <> any('{}'::int[])
select 9 = any(null::int[])
select 9 <> all(null::int[])
select 9 > any(null::int[])
select 9 <= all(null::int[])
select 9 = all(null::int[])
select 9 <> any(null::int[])
select null = any(array[1,2])
select null <> all(array[1,2])
select null > any(array[1,2])
select null <= all(array[1,2])
select null = all(array[1,2])
select null <> any(array[1,2])
select null = any(array[1,null])
select null <> all(array[1,null])
select null > any(array[1,null])
select null <= all(array[1,null])
select null = all(array[1,null])
select null <> any(array[1,null])
select null = any('{1,2}')
select null <> all('{1,2}')
select null > any('{1,2}')
select null <= all('{1,2}')
select null = all('{1,2}')
select null <> any('{1,2}')
select null = any('{}'::int[])
select null <> all('{}'::int[])
select null > any('{}'::int[])
select null <= all('{}'::int[])
select null = all('{}'::int[])
select null <> any('{}'::int[])
select null = any(null::int[])
select null <> all(null::int[])
select null > any(null::int[])
select null <= all(null::int[])
select null = all(null::int[])
select null <> any(null::int[])
select id from n where id = any('{1,3,5}') order by id
select id from n where id = any(array[1,3,5]) order by id
select id from n where id <> all('{1,3,5}') order by id
select name from s where name = any('{alpha,Beta}') order by id
select name from s where code = any(array['a','bb']) order by id
select id from n where d = any('{1.5,99.99}') order by id
select id from t where day = any('{2024-01-01,2024-02-29}') order by id
select 1 in (1, 2), 3 in (1, 2), null in (1, 2), 1 in (1, null), 3 in (1, null), 3 not in (1, null), 1 not in (1, null)
select id from n where i4 in (1, 42, null) order by id
select id from n where i4 not in (1, 42) order by id
select id from n where i4 not in (1, null) order by id
select id from n where i4 in ('1', '42') order by id
select id from n where i4 in ('x')
select id from n where id in (select id from t where id < 3) order by id
select 1 = any(select id from t)
select id from n where d in (1.5, 12.34) order by id
select id from n where f8 in (1.5, 2.5) order by id
select array[1,2] = array[1,2], array[1,2] < array[1,3], array[1] <> array[2]
select array[1,2] || 3, 0 || array[1,2], array[1] || array[2,3]
select array[1,2,3] @> array[1], array[1] <@ array[1,2], array[1,2] && array[2,3]
select array_agg(i4 order by id) from n
select array_agg(name order by id) from s
select (array['a','b'])[2]
select array[[1,2],[3,4]] -- differs: arrays of arrays travel as json
select '{{1,2},{3,4}}'::int[] -- differs: arrays of arrays travel as json
select '{1,x}'::int[]
select '{1,2'::int[]
select array[1, 2.5]
select array['1', 2]
select array_to_string(array[1,null,3], ','), string_to_array('a,b', ',')
select unnest(array[1,2])
select array[1,2]::text[], array['1','2']::int[], array[1.6, 2.4]::int[]
