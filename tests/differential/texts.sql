-- Operators on text. One statement in a line.
select 'a' || 'b'
select 'a' || 1
select 1 || 'a'
select 'a' || 1.50
select 'a' || true
select 'a' || null
select 'a' || date '2024-01-01'
select name || code from s order by id
select name || id from s order by id
select id || name from s order by id
select flag || 'x' from s order by id
select 'x' || d from n order by id
select 'x' || f8 from n order by id
select 'x' || local from t order by id
select id || '-' || name from s order by id
select id from s where name like 'a%' order by id
select id from s where code like 'a%' order by id
select id from s where name like '%a' order by id
select id from s where code like '%a' order by id
select id from s where name like '_eta' order by id
select id from s where code like '_eta' order by id
select id from s where name like '' order by id
select id from s where code like '' order by id
select id from s where name like '%' order by id
select id from s where code like '%' order by id
select id from s where name like 'B%' order by id
select id from s where code like 'B%' order by id
select id from s where name like 'x\_y\%' order by id
select id from s where code like 'x\_y\%' order by id
select id from s where name like '%\%' order by id
select id from s where code like '%\%' order by id
select id from s where name like 'na_ve%' order by id
select id from s where code like 'na_ve%' order by id
select id from s where name not like 'a%' order by id
select id from s where code not like 'a%' order by id
select id from s where name not like '%a' order by id
select id from s where code not like '%a' order by id
select id from s where name not like '_eta' order by id
select id from s where code not like '_eta' order by id
select id from s where name not like '' order by id
select id from s where code not like '' order by id
select id from s where name not like '%' order by id
select id from s where code not like '%' order by id
select id from s where name not like 'B%' order by id
select id from s where code not like 'B%' order by id
select id from s where name not like 'x\_y\%' order by id
select id from s where code not like 'x\_y\%' order by id
select id from s where name not like '%\%' order by id
select id from s where code not like '%\%' order by id
select id from s where name not like 'na_ve%' order by id
select id from s where code not like 'na_ve%' order by id
select id from s where name ilike 'a%' order by id
select id from s where code ilike 'a%' order by id
select id from s where name ilike '%a' order by id
select id from s where code ilike '%a' order by id
select id from s where name ilike '_eta' order by id
select id from s where code ilike '_eta' order by id
select id from s where name ilike '' order by id
select id from s where code ilike '' order by id
select id from s where name ilike '%' order by id
select id from s where code ilike '%' order by id
select id from s where name ilike 'B%' order by id
select id from s where code ilike 'B%' order by id
select id from s where name ilike 'x\_y\%' order by id
select id from s where code ilike 'x\_y\%' order by id
select id from s where name ilike '%\%' order by id
select id from s where code ilike '%\%' order by id
select id from s where name ilike 'na_ve%' order by id
select id from s where code ilike 'na_ve%' order by id
select id from s where name not ilike 'a%' order by id
select id from s where code not ilike 'a%' order by id
select id from s where name not ilike '%a' order by id
select id from s where code not ilike '%a' order by id
select id from s where name not ilike '_eta' order by id
select id from s where code not ilike '_eta' order by id
select id from s where name not ilike '' order by id
select id from s where code not ilike '' order by id
select id from s where name not ilike '%' order by id
select id from s where code not ilike '%' order by id
select id from s where name not ilike 'B%' order by id
select id from s where code not ilike 'B%' order by id
select id from s where name not ilike 'x\_y\%' order by id
select id from s where code not ilike 'x\_y\%' order by id
select id from s where name not ilike '%\%' order by id
select id from s where code not ilike '%\%' order by id
select id from s where name not ilike 'na_ve%' order by id
select id from s where code not ilike 'na_ve%' order by id
select 'a_b' like 'a!_b' escape '!'
select 'a%b' like 'a!%b' escape '!', 'axb' like 'a!%b' escape '!'
select 'axb' like 'a_b' escape ''
select 'a\b' like 'a\b' escape ''
select 'ab' like 'a$b' escape '$'
select 'A_B' ilike 'a#_b' escape '#'
select id from s where code like 'x#_y#%' escape '#' order by id
select 'abc' similar to 'abc'
select 'abc' similar to 'a'
select 'abc' similar to '%(b|d)%'
select 'abc' similar to '(b|c)%'
select 'abc' not similar to 'a%'
select 'a.c' similar to 'a.c', 'abc' similar to 'a.c'
select 'foobar' similar to 'foo(bar|baz)'
select name similar to '[A-Z]%' from s order by id
select 'abc' ~ 'b', 'abc' ~* 'B', 'abc' !~ 'b', 'abc' !~* 'X'
select 'abc' = 'abc  '
select 'a' < 'B', 'a' < 'b', 'Z' < 'a'
select name < 'b' from s order by id
select name from s order by name
select name from s order by name desc
select name from s order by name nulls first
select name from s order by name desc nulls last
select name, code from s order by code desc, name
select upper(name), lower(name), length(name), char_length(code), octet_length(name), bit_length(name) from s order by id
select name = 12 from s where id = 5 -- differs: a text may be compared with a number
select name = '12' from s order by id
select code = 10 from s where id = 6 -- differs: a text may be compared with a number
select 'abc' || E'\n' || 'x'
select E'a\tb', 'a''b', $$dollar$$
select length(''), length(null)
select position('b' in 'abc'), strpos('abc', 'c'), ascii('a')
select concat(1, 'a', null, true, 1.5)
select 'abc' is null, null is null, null = null, null <> 1
select name is distinct from 'alpha' from s order by id
select coalesce(name, 'none') from s order by id
select nullif(name, '') from s order by id
