-- Regular expressions. One statement in a line.
select 'abc' ~ 'b', 'abc' ~* 'B', 'abc' !~ 'b', 'abc' !~* 'D'
select 'abc' ~ '^a.c$', 'a\nb' ~ 'a.b'
select regexp_replace('Thomas', '.[mN]a.', 'M')
select regexp_replace('foobarbaz', 'b..', 'X')
select regexp_replace('foobarbaz', 'b..', 'X', 'g')
select regexp_replace('foobarbaz', 'b(..)', 'X\1Y', 'g')
select regexp_replace('foobarbaz', 'B(..)', 'X\1Y', 'gi')
select regexp_replace('hello world', '(\w+) (\w+)', '\2 \1')
select regexp_replace('abc', 'b', '[\&]')
select regexp_replace('abc', 'b', 'x\\y')
select regexp_replace('abc', 'b', '$1')
select regexp_replace('A PostgreSQL function', 'a|e|i|o|u', 'X', 1, 0, 'i')
select regexp_replace('A PostgreSQL function', 'a|e|i|o|u', 'X', 1, 3, 'i')
select regexp_replace('A PostgreSQL function', 'a|e|i|o|u', 'X', 5)
select regexp_replace('abc', '', '-', 'g')
select regexp_replace(null, 'a', 'b'), regexp_replace('a', 'a', null)
select regexp_replace('abc def', '\s+', '', 'g'), regexp_replace('a1b22', '\d+', '#', 'g')
select regexp_replace('abc', 'b', 'x', 'z')
select regexp_match('foobarbequebaz', 'bar.*que')
select regexp_match('foobarbequebaz', '(bar)(beque)')
select regexp_match('foobarbequebaz', 'nope')
select regexp_match('foobarbequebaz', '(x)?(beque)')
select (regexp_match('foobarbequebaz', 'bar.*que'))[1]
select regexp_match('abc', 'B', 'i')
select regexp_matches('foobarbequebazilbarfbonk', '(b[^b]+)(b[^b]+)', 'g')
select regexp_matches('foobarbequebaz', '(bar)(beque)')
select regexp_matches('foo', 'bar')
select * from regexp_matches('a1b2c3', '[a-z]\d', 'g')
select regexp_split_to_array('hello world', '\s+')
select regexp_split_to_array('hello', '\s*')
select regexp_split_to_array('a,b;c', '[,;]')
select regexp_split_to_array('aXbxc', 'x', 'i')
select regexp_split_to_table('hello world', '\s+')
select * from regexp_split_to_table('the quick brown fox', '\s+') as foo
select regexp_count('123456789012', '\d\d\d', 2)
select regexp_count('ABCABCAXYaxy', 'A.', 1, 'i'), regexp_count('abc', 'z'), regexp_count('aaa', 'a')
select regexp_instr('number of your street, town zip, FR', '[^,]+', 1, 2)
select regexp_instr('ABCDEFGHI', '(c..)(...)', 1, 1, 0, 'i', 2)
select regexp_instr('abc', 'c'), regexp_instr('abc', 'z'), regexp_instr('abcabc', 'b', 3, 1, 1)
select regexp_like('Hello World', 'world$', 'i'), regexp_like('abc', 'B'), regexp_like('abc', null)
select regexp_substr('number of your street, town zip, FR', '[^,]+', 1, 2)
select regexp_substr('ABCDEFGHI', '(c..)(...)', 1, 1, 'i', 2)
select regexp_substr('abc', 'z')
select 'foo bar' ~ '\mbar\M', 'foobar' ~ '\mbar', 'foo bar' ~ '\ybar\y'
select 'a.b' ~ 'a\.b', 'tab	x' ~ '\t', 'x' ~ '[[:alpha:]]', '5' ~ '[[:digit:]]+', 'ä' ~ '\w'
select 'abab' ~ '(ab)\1' -- differs: regular expressions without back references, lookaround and mixed greediness
select substring('XY1234Z' from 'Y*([0-9]{1,3})'), substring('XY1234Z' from 'Y*?([0-9]{1,3})') -- differs: regular expressions without back references, lookaround and mixed greediness
select regexp_match('abc01234xyz', '(?:(.*?)(\d+)(.*)){1,1}')
select 'foobar' ~ 'foo(?=bar)', 'foobaz' ~ 'foo(?!bar)' -- differs: regular expressions without back references, lookaround and mixed greediness
select regexp_replace('2024-01-15', '(\d+)-(\d+)-(\d+)', '\3/\2/\1')
select 'abc' ~ '(' -- differs: regular expressions without back references, lookaround and mixed greediness
select 'abc' ~ 'a**'
select regexp_replace('abc', '[', 'x')
select regexp_replace(name, '[^a-z]', '', 'g') from (values ('a1b2'), (null), ('xyz')) v(name) order by 1
select 'x' ~ p from (values ('x'), ('y'), (null)) v(p) order by 1
select 'abc' ~ '(?i)B', '***=a.c' ~ 'x', 'a.c' ~ '***=a.c'
select regexp_replace(E'line1\nline2', '^', '> ', 'gn')
select E'a\nb' ~ 'a$', E'a\nb' ~ '(?n)a$', E'a\nb' ~ 'a.b', E'a\nb' ~ '(?n)a.b'
select regexp_replace('foo.bar', '.', '-', 'g'), regexp_replace('foo.bar', '\.', '-', 'g')
select '50%' ~ '^\d+%$', 'user@example.com' ~ '^[A-Za-z0-9._%-]+@[A-Za-z0-9.-]+[.][A-Za-z]+$'
select lower('ABC') ~ '^(abc|def)$', 'pg_class' !~ '^pg_toast', 'abc' operator(pg_catalog.~) '^(abc)$'
