-- Functions and operators on json and jsonb. One statement in a line.
select '{"a": {"b":1}}'::json -> 'a'
select '{"a": {"b":1}}'::jsonb -> 'a'
select '{"a": {"b":1}}'::json ->> 'a'
select '{"a": "x"}'::json ->> 'a', '{"a": "x"}'::json -> 'a', '{"a": null}'::json ->> 'a', '{"a": null}'::json -> 'a'
select '[1, 2, 3]'::json -> 1, '[1,2,3]'::json ->> -1, '[1,2,3]'::json -> 5
select '{"a":[{"b":"c"}]}'::json #> '{a,0,b}', '{"a":[{"b":"c"}]}'::json #>> '{a,0,b}'
select '{"a":[{"b":"c"}]}'::jsonb #> array['a', '0'], '{"a":[{"b":"c"}]}'::jsonb #>> array['a', '0', 'b']
select '{"a":1}'::json -> 'z', '[1]'::json -> 'a', '{"a":1}'::json -> 0, '5'::json -> 'a'
select json_extract_path('{"a":{"b":[1,2]}}'::json, 'a', 'b'), json_extract_path_text('{"a":{"b":"x"}}'::json, 'a', 'b')
select jsonb_extract_path('{"a":{"b":[1,2]}}'::jsonb, 'a', 'b'), jsonb_extract_path_text('{"a":{"b":[1, 2]}}'::jsonb, 'a', 'b')
select json_array_length('[1,2,{"a":1}]'::json), jsonb_array_length('[]'::jsonb)
select json_array_length('{"a":1}'::json)
select json_typeof('1'::json), json_typeof('"a"'::json), json_typeof('null'::json), json_typeof('[]'::json), json_typeof('{}'::json), json_typeof('true'::json)
select jsonb_typeof('1.5'::jsonb)
select json_build_object('a', 1, 'b', 'x', 'c', null, 'd', true, 'e', 1.5)
select json_build_object('a', json_build_array(1, 2), 'b', array[1, 2])
select jsonb_build_object('b', 1, 'a', jsonb_build_array(1, 'x', null))
select json_build_object()
select json_build_object('a')
select json_build_object(null, 1)
select json_build_array(1, 'two', null, true, 2.5, date '2024-01-02')
select json_object('{a,1,b,2}'), json_object('{a,b}', '{1,2}')
select to_json(1), to_json('a"b'::text), to_json(true), to_json(1.50::numeric(4,2)), to_json(array[1, 2])
select to_jsonb(1), to_jsonb('a'::text), to_jsonb(timestamp '2024-01-02 03:04:05'), to_jsonb(timestamptz '2024-01-02 03:04:05+00')
select to_json(date '2024-01-02'), to_json(null::int), to_json('NaN'::float8)
select to_json('{"a": 1}'::json), to_jsonb('{"b": 1, "a": 2}'::json)
select row_to_json(v) from (values (1, 'a'), (2, null)) v(x, y)
select row_to_json(row(1, 'a'))
select row_to_json(v, true) from (values (1, 'a')) v(x, y)
select array_to_json(array[1, 2, null]), array_to_json(array['a', 'b'])
select jsonb_pretty('{"b": [1, {"c": null}], "a": {}, "d": []}'::jsonb)
select '{"a":1, "b":2}'::jsonb @> '{"b":2}'::jsonb, '{"b":2}'::jsonb <@ '{"a":1, "b":2}'::jsonb
select '[1, 2, [3]]'::jsonb @> '[[3]]'::jsonb, '[1,2]'::jsonb @> '1'::jsonb, '{"a":[1,2]}'::jsonb @> '{"a":[2]}'::jsonb
select '{"a":1, "b":2}'::jsonb ? 'b', '["a", "b"]'::jsonb ? 'a', '{"a":1}'::jsonb ? 'z'
select '{"a":1, "b":2}'::jsonb ?| array['b', 'c'], '["a", "b"]'::jsonb ?& array['a', 'b']
select '["a", "b"]'::jsonb || '["a", "d"]'::jsonb, '{"a": "b"}'::jsonb || '42'::jsonb, '{"a":1}'::jsonb || '{"b":2}'::jsonb
select '{"a": "b", "c": "d"}'::jsonb - 'a', '["a", "b", "c", "b"]'::jsonb - 'b', '["a", "b"]'::jsonb - 1
select '["a", {"b":1}]'::jsonb #- '{1,b}'
select '  {"b" : 1,   "a": 2, "b": 3}'::jsonb, '  {"b" : 1,   "a": 2, "b": 3}'::json
select '1.50'::jsonb, '1e3'::jsonb, '"\u0041\n"'::jsonb, 'true'::jsonb, '-0'::jsonb, '1E-2'::jsonb
select '{"aa":1,"b":2,"c":3}'::jsonb
select '{"a":1}'::jsonb = '{"a": 1}'::jsonb
select '{bad json}'::jsonb
select '{"a":1'::json
select ''::json
select '[1,]'::json
select * from json_array_elements('[1,true, [2,false]]'::json)
select * from jsonb_array_elements('[1,true, [2,false]]'::jsonb)
select * from json_array_elements_text('["foo", "bar", null]'::json)
select json_array_elements('[1,2]'::json) -- differs: sets in this form are announced otherwise
select * from json_each('{"a":"foo", "b":"bar"}'::json)
select * from json_each_text('{"a":"foo", "b":null}'::json)
select * from jsonb_each('{"b":1, "a":2}'::jsonb)
select * from json_object_keys('{"f1":"abc","f2":{"f3":"a", "f4":"b"}}'::json)
select * from jsonb_object_keys('{"b":1,"a":2}'::jsonb)
select jsonb_set('[{"f1":1,"f2":null},2,null,3]'::jsonb, '{0,f1}', '[2,3,4]'::jsonb, false)
select jsonb_set('{"a":1}'::jsonb, '{b}', '2'::jsonb)
select jsonb_insert('{"a": [0,1,2]}'::jsonb, '{a, 1}', '"new_value"'::jsonb)
select json_strip_nulls('[{"f1":1, "f2":null}, 2, null, 3]'::json), jsonb_strip_nulls('{"a":null,"b":1}'::jsonb)
select jsonb_path_query('{"a":[1,2,3]}'::jsonb, '$.a[*]') -- differs: not there
select jsonb_path_exists('{"a":[1,2,3]}'::jsonb, '$.a[*] ? (@ > 2)') -- differs: not there
select ('{"a": 5}'::jsonb ->> 'a')::int + 1
select ('{"a": 5}'::json -> 'a')::text, ('{"a":"x"}'::jsonb -> 'a')::text
select ('{"a": 5}'::jsonb -> 'a')::int
select j ->> 'k' as k, count(*) from (values ('{"k":"x"}'::json), ('{"k":"y"}'), ('{"k":"x"}'), (null)) v(j) group by 1 order by 1
select (j #>> array['a','b'])::text from (values ('{"a":{"b":"1"}}'::jsonb)) v(j)
select length(cast('{"a": 1}'::json as text)), length(cast('{"a":   1}'::jsonb as text))
select pg_typeof('{}'::json), pg_typeof('{}'::jsonb), pg_typeof('{}'::jsonb -> 'a'), pg_typeof('{}'::jsonb ->> 'a')
select '{"a":{"b":{"c":[10,20]}}}'::json -> 'a' -> 'b' -> 'c' ->> 0
select jsonb_array_length('{"a":[1,2,3]}'::jsonb -> 'a')
select '{"a":"1"}'::jsonb ->> 'a' = '1', ('{"a":true}'::jsonb ->> 'a')::boolean
select '"a\"b\\c\/d"'::json ->> 0, '{"k\"":1}'::json ->> 'k"', '["\u00e9\ud83d\ude00"]'::json ->> 0
select json_typeof(j) from (values ('1'::json), (null), ('{}'), ('[]')) v(j)
