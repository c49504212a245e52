-- Literals without a type, NULL and mixed types. One statement in a line.
select id from n where i4 = '42' order by id
select id from n where '42' = i4 order by id
select id from n where i4 < '42' order by id
select id from n where '42' < i4 order by id
select id from n where i4 >= '42' order by id
select id from n where '42' >= i4 order by id
select id from n where i4 <> '42' order by id
select id from n where '42' <> i4 order by id
select id from n where i4 = 'x'
select i4 + '1' from n where id = 7
select '1' + i4 from n where id = 7
select i4 between '1' and '50' from n order by id
select coalesce(i4, '5') from n order by id
select case when i4 = '7' then '1' else i4 end from n where id = 7
select nullif(i4, '7') from n order by id
select greatest(i4, '5') from n order by id
select i4 is distinct from '7' from n order by id
select i4 in ('7', '42') from n order by id
select id from n where i8 = '42' order by id
select id from n where '42' = i8 order by id
select id from n where i8 < '42' order by id
select id from n where '42' < i8 order by id
select id from n where i8 >= '42' order by id
select id from n where '42' >= i8 order by id
select id from n where i8 <> '42' order by id
select id from n where '42' <> i8 order by id
select id from n where i8 = '1.5'
select i8 + '1' from n where id = 7
select '1' + i8 from n where id = 7
select i8 between '1' and '50' from n order by id
select coalesce(i8, '5') from n order by id
select case when i8 = '7' then '1' else i8 end from n where id = 7
select nullif(i8, '7') from n order by id
select greatest(i8, '5') from n order by id
select i8 is distinct from '7' from n order by id
select i8 in ('7', '42') from n order by id
select id from n where d = '1.50' order by id
select id from n where '1.50' = d order by id
select id from n where d < '1.50' order by id
select id from n where '1.50' < d order by id
select id from n where d >= '1.50' order by id
select id from n where '1.50' >= d order by id
select id from n where d <> '1.50' order by id
select id from n where '1.50' <> d order by id
select id from n where d = 'abc'
select d + '1' from n where id = 7
select '1' + d from n where id = 7
select d between '1' and '50' from n order by id
select coalesce(d, '5') from n order by id
select case when d = '7' then '1' else d end from n where id = 7
select nullif(d, '7') from n order by id
select greatest(d, '5') from n order by id
select d is distinct from '7' from n order by id
select d in ('7', '42') from n order by id
select id from n where f8 = '2.5' order by id
select id from n where '2.5' = f8 order by id
select id from n where f8 < '2.5' order by id
select id from n where '2.5' < f8 order by id
select id from n where f8 >= '2.5' order by id
select id from n where '2.5' >= f8 order by id
select id from n where f8 <> '2.5' order by id
select id from n where '2.5' <> f8 order by id
select id from n where f8 = 'abc'
select f8 + '1' from n where id = 7
select '1' + f8 from n where id = 7
select f8 between '1' and '50' from n order by id
select coalesce(f8, '5') from n order by id
select case when f8 = '7' then '1' else f8 end from n where id = 7
select nullif(f8, '7') from n order by id
select greatest(f8, '5') from n order by id
select f8 is distinct from '7' from n order by id
select f8 in ('7', '42') from n order by id
select id from n where i2 = '7' order by id
select id from n where '7' = i2 order by id
select id from n where i2 < '7' order by id
select id from n where '7' < i2 order by id
select id from n where i2 >= '7' order by id
select id from n where '7' >= i2 order by id
select id from n where i2 <> '7' order by id
select id from n where '7' <> i2 order by id
select id from n where i2 = '70000'
select i2 + '1' from n where id = 7
select '1' + i2 from n where id = 7
select i2 between '1' and '50' from n order by id
select coalesce(i2, '5') from n order by id
select case when i2 = '7' then '1' else i2 end from n where id = 7
select nullif(i2, '7') from n order by id
select greatest(i2, '5') from n order by id
select i2 is distinct from '7' from n order by id
select i2 in ('7', '42') from n order by id
select flag = 't' from s order by id
select flag = 'maybe' from s
select id from s where flag order by id
select id from s where not flag order by id
select id from s where flag is true order by id
select id from s where flag is not true order by id
select id from s where flag is unknown order by id
select flag and true, flag or true, not flag from s order by id
select flag and null, flag or null from s order by id
select flag = true, flag <> false from s order by id
select '1' = 1, 1 = '1', '1.0' = 1.0, '1' < 2
select 'a' = 1
select '2024-01-01' = date '2024-01-01'
select date '2024-01-01' = '2024-01-01x'
select 1 + '2', '3' * 2, '10' / 4, '10' / 4.0
select 1 + 'x'
select date '2024-01-01' - '2023-12-31'
select timestamp '2024-01-01' - '2023-12-31', timestamp '2024-01-01' + '1 day', timestamp '2024-01-01' - interval '1 day'
select interval '1 day' * '2'
select interval '1 day' + '2 hours'
select '2024-01-01' + interval '1 day'
select now() > '2020-01-01'
select true = 't', 'f' = false
select 'a' in ('a', 'b'), 1 in ('1', '2')
select case when true then 1 else 2.5 end, case when false then 1 end, case 1 when 1 then 'a' else 'b' end
select case when true then 1 else '2' end
select case when true then null else 1 end
select coalesce(null, 1), coalesce(null, 1.5, 2), coalesce(1, 2.5), coalesce(null, 'a')
select nullif(1, 1), nullif(1, 2), nullif(1.5, 1), nullif('a', 'b')
select greatest(1, 2.5), least(1, 2.5), greatest(1, null), greatest('a', 'b')
select 1 union select 2.5 order by 1
select 1 union all select null order by 1
select '1' union select 2 order by 1
select 1 union select 'x'
select null union all select 1
select 1 where 1 = 1.0
select 5 between 1 and 10, 5 not between 1 and 10, 5 between 10 and 1, 1.5 between 1 and 2
select (1, 2) = (1, 2), (1, 2) < (1, 3)
select 1 is null, 1 is not null
select 2 > 1 and 1 > 0, 1 = 1 or null
select not null
select null and false, null or true
select true is true, null is not true, false is not false
select length('abc') + 1, length('abc') * 1.5
