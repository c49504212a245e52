-- Casts between numbers, texts and booleans. One statement in a line.
select '12'::smallint
select '12'::int
select '12'::bigint
select '12'::numeric
select '12'::numeric(5,1)
select '12'::real
select '12'::float8
select '12'::boolean
select '12'::text
select '12'::varchar(2)
select '12'::char(2)
select ' 12 '::smallint
select ' 12 '::int
select ' 12 '::bigint
select ' 12 '::numeric
select ' 12 '::numeric(5,1)
select ' 12 '::real
select ' 12 '::float8
select ' 12 '::boolean
select ' 12 '::text
select ' 12 '::varchar(2)
select ' 12 '::char(2)
select '-5'::smallint
select '-5'::int
select '-5'::bigint
select '-5'::numeric
select '-5'::numeric(5,1)
select '-5'::real
select '-5'::float8
select '-5'::boolean
select '-5'::text
select '-5'::varchar(2)
select '-5'::char(2)
select '1.5'::smallint
select '1.5'::int
select '1.5'::bigint
select '1.5'::numeric
select '1.5'::numeric(5,1)
select '1.5'::real
select '1.5'::float8
select '1.5'::boolean
select '1.5'::text
select '1.5'::varchar(2)
select '1.5'::char(2)
select '1e3'::smallint
select '1e3'::int
select '1e3'::bigint
select '1e3'::numeric
select '1e3'::numeric(5,1)
select '1e3'::real
select '1e3'::float8
select '1e3'::boolean
select '1e3'::text
select '1e3'::varchar(2)
select '1e3'::char(2)
select 'abc'::smallint
select 'abc'::int
select 'abc'::bigint
select 'abc'::numeric
select 'abc'::numeric(5,1)
select 'abc'::real
select 'abc'::float8
select 'abc'::boolean
select 'abc'::text
select 'abc'::varchar(2)
select 'abc'::char(2)
select ''::smallint
select ''::int
select ''::bigint
select ''::numeric
select ''::numeric(5,1)
select ''::real
select ''::float8
select ''::boolean
select ''::text
select ''::varchar(2)
select ''::char(2) -- differs: a char(n) is not filled up with blanks
select 't'::smallint
select 't'::int
select 't'::bigint
select 't'::numeric
select 't'::numeric(5,1)
select 't'::real
select 't'::float8
select 't'::boolean
select 't'::text
select 't'::varchar(2)
select 't'::char(2) -- differs: a char(n) is not filled up with blanks
select 'yes'::smallint
select 'yes'::int
select 'yes'::bigint
select 'yes'::numeric
select 'yes'::numeric(5,1)
select 'yes'::real
select 'yes'::float8
select 'yes'::boolean
select 'yes'::text
select 'yes'::varchar(2)
select 'yes'::char(2)
select '2024-01-01'::smallint
select '2024-01-01'::int
select '2024-01-01'::bigint
select '2024-01-01'::numeric
select '2024-01-01'::numeric(5,1)
select '2024-01-01'::real
select '2024-01-01'::float8
select '2024-01-01'::boolean
select '2024-01-01'::text
select '2024-01-01'::varchar(2)
select '2024-01-01'::char(2)
select '99999999999'::smallint
select '99999999999'::int
select '99999999999'::bigint
select '99999999999'::numeric
select '99999999999'::numeric(5,1)
select '99999999999'::real
select '99999999999'::float8
select '99999999999'::boolean
select '99999999999'::text
select '99999999999'::varchar(2)
select '99999999999'::char(2)
select 'NaN'::smallint
select 'NaN'::int
select 'NaN'::bigint
select 'NaN'::numeric
select 'NaN'::numeric(5,1)
select 'NaN'::real
select 'NaN'::float8
select 'NaN'::boolean
select 'NaN'::text
select 'NaN'::varchar(2)
select 'NaN'::char(2)
select 'Infinity'::smallint
select 'Infinity'::int
select 'Infinity'::bigint
select 'Infinity'::numeric
select 'Infinity'::numeric(5,1)
select 'Infinity'::real
select 'Infinity'::float8
select 'Infinity'::boolean
select 'Infinity'::text
select 'Infinity'::varchar(2)
select 'Infinity'::char(2)
select (1)::smallint
select (1)::int
select (1)::bigint
select (1)::numeric
select (1)::numeric(4,1)
select (1)::numeric(10,0)
select (1)::real
select (1)::float8
select (1)::boolean
select (1)::text
select (1)::varchar(3)
select (1)::char(3) -- differs: a char(n) is not filled up with blanks
select (0)::smallint
select (0)::int
select (0)::bigint
select (0)::numeric
select (0)::numeric(4,1)
select (0)::numeric(10,0)
select (0)::real
select (0)::float8
select (0)::boolean
select (0)::text
select (0)::varchar(3)
select (0)::char(3) -- differs: a char(n) is not filled up with blanks
select (1.5)::smallint
select (1.5)::int
select (1.5)::bigint
select (1.5)::numeric
select (1.5)::numeric(4,1)
select (1.5)::numeric(10,0)
select (1.5)::real
select (1.5)::float8
select (1.5)::boolean
select (1.5)::text
select (1.5)::varchar(3)
select (1.5)::char(3)
select (-2.5)::smallint
select (-2.5)::int
select (-2.5)::bigint
select (-2.5)::numeric
select (-2.5)::numeric(4,1)
select (-2.5)::numeric(10,0)
select (-2.5)::real
select (-2.5)::float8
select (-2.5)::boolean
select (-2.5)::text
select (-2.5)::varchar(3)
select (-2.5)::char(3)
select (99.99)::smallint
select (99.99)::int
select (99.99)::bigint
select (99.99)::numeric
select (99.99)::numeric(4,1)
select (99.99)::numeric(10,0)
select (99.99)::real
select (99.99)::float8
select (99.99)::boolean
select (99.99)::text
select (99.99)::varchar(3)
select (99.99)::char(3)
select (true)::smallint
select (true)::int
select (true)::bigint
select (true)::numeric
select (true)::numeric(4,1)
select (true)::numeric(10,0)
select (true)::real
select (true)::float8
select (true)::boolean
select (true)::text
select (true)::varchar(3)
select (true)::char(3)
select (false)::smallint
select (false)::int
select (false)::bigint
select (false)::numeric
select (false)::numeric(4,1)
select (false)::numeric(10,0)
select (false)::real
select (false)::float8
select (false)::boolean
select (false)::text
select (false)::varchar(3)
select (false)::char(3)
select (1.5::float8)::smallint
select (1.5::float8)::int
select (1.5::float8)::bigint
select (1.5::float8)::numeric
select (1.5::float8)::numeric(4,1)
select (1.5::float8)::numeric(10,0)
select (1.5::float8)::real
select (1.5::float8)::float8
select (1.5::float8)::boolean
select (1.5::float8)::text
select (1.5::float8)::varchar(3)
select (1.5::float8)::char(3)
select (2.5::float8)::smallint
select (2.5::float8)::int
select (2.5::float8)::bigint
select (2.5::float8)::numeric
select (2.5::float8)::numeric(4,1)
select (2.5::float8)::numeric(10,0)
select (2.5::float8)::real
select (2.5::float8)::float8
select (2.5::float8)::boolean
select (2.5::float8)::text
select (2.5::float8)::varchar(3)
select (2.5::float8)::char(3)
select (1.5::real)::smallint
select (1.5::real)::int
select (1.5::real)::bigint
select (1.5::real)::numeric
select (1.5::real)::numeric(4,1)
select (1.5::real)::numeric(10,0)
select (1.5::real)::real
select (1.5::real)::float8
select (1.5::real)::boolean
select (1.5::real)::text
select (1.5::real)::varchar(3)
select (1.5::real)::char(3)
select (3000000000)::smallint
select (3000000000)::int
select (3000000000)::bigint
select (3000000000)::numeric
select (3000000000)::numeric(4,1)
select (3000000000)::numeric(10,0)
select (3000000000)::real
select (3000000000)::float8
select (3000000000)::boolean
select (3000000000)::text
select (3000000000)::varchar(3)
select (3000000000)::char(3)
select (12345.678)::smallint
select (12345.678)::int
select (12345.678)::bigint
select (12345.678)::numeric
select (12345.678)::numeric(4,1)
select (12345.678)::numeric(10,0)
select (12345.678)::real
select (12345.678)::float8
select (12345.678)::boolean
select (12345.678)::text
select (12345.678)::varchar(3)
select (12345.678)::char(3)
select (32768)::smallint
select (32768)::int
select (32768)::bigint
select (32768)::numeric
select (32768)::numeric(4,1)
select (32768)::numeric(10,0)
select (32768)::real
select (32768)::float8
select (32768)::boolean
select (32768)::text
select (32768)::varchar(3)
select (32768)::char(3)
select null::smallint
select cast(null as smallint) is null
select null::int
select cast(null as int) is null
select null::bigint
select cast(null as bigint) is null
select null::numeric
select cast(null as numeric) is null
select null::numeric(5,1)
select cast(null as numeric(5,1)) is null
select null::real
select cast(null as real) is null
select null::float8
select cast(null as float8) is null
select null::boolean
select cast(null as boolean) is null
select null::text
select cast(null as text) is null
select null::varchar(2)
select cast(null as varchar(2)) is null
select null::char(2)
select cast(null as char(2)) is null
select null::date
select cast(null as date) is null
select null::timestamp
select cast(null as timestamp) is null
select null::timestamptz
select cast(null as timestamptz) is null
select null::time
select cast(null as time) is null
select null::interval
select cast(null as interval) is null
select null::bytea
select cast(null as bytea) is null
select null::uuid
select cast(null as uuid) is null
select null::int[]
select cast(null as int[]) is null
select id::text from s order by id
select id::varchar(2) from s order by id
select name::text from s order by id
select name::varchar(2) from s order by id
select code::text from s order by id
select code::varchar(2) from s order by id
select flag::text from s order by id
select flag::varchar(2) from s order by id
select raw::text from s order by id
select raw::varchar(2) from s order by id
select id::text || 'x' from n order by id
select i2::int, i4::bigint, i2::float8, i4::numeric from n order by id
select i8::int from n where id = 3
select i4::smallint from n where id = 3
select i4::smallint from n where id = 8
select i4::boolean from n order by id
select flag::int from s order by id
select true::int, false::int, 1::boolean, 0::boolean, 5::boolean
select 'abc'::varchar(2), 'abc'::char(5), 'ab'::char(5) || 'c', length('ab'::char(5)) -- differs: a char(n) is not filled up with blanks
select 'ab  '::char(4) = 'ab'
select 'abcdef'::varchar(3)::text
select '12'::text::int
select name::int from s where id = 5
select name::int from s where id = 1
select '1,5'::numeric
select 1.005::numeric(5,2), 2.5::numeric(3,0), -2.5::numeric(3,0), 1e10::numeric(12,2)
select 1000::numeric(3,0)
select 99.99::numeric(3,1)
select 9.99::numeric(2,1)
select 'on'::bool, 'off'::bool, 'n'::bool, '1'::bool, '0'::bool, 'tr'::bool
select 'maybe'::bool
select cast('5' as integer), cast(5 as text), int '5', float8 '1.5', numeric '1.50', bool 't', text 'a'
select 1::int4, 1::int8, 1::int2, 1::float4, 1::bool
select 'a'::text, 'a'::name, 'a'::varchar, 'a'::bpchar
select 1::date
select true::float8
select 1.5::date
select date '2024-01-01'::int -- differs: a date may be cast to its day
select '{1,2}'::int
select true::numeric
select '\x41'::bytea::text
