-- bytea and uuid. One statement in a line.
select '\x00ff'::bytea
select '\x'::bytea
select 'abc'::bytea
select 'a\001b'::bytea
select '\xzz'::bytea
select '\x0'::bytea
select raw from s order by id
select raw = '\x00ff' from s order by id -- differs: bytes given as text are compared as text
select raw || '\x01' from s order by id -- differs: bytea is not concatenated
select length(raw), octet_length(raw) from s order by id -- differs: bytes given as text are compared as text
select encode(raw, 'hex') from s order by id
select raw::text from s order by id
select 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid
select 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid
select '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'::uuid
select 'a0eebc999c0b4ef8bb6d6bb9bd380a11'::uuid
select 'not-a-uuid'::uuid
select uuid 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'
select 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'
select 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid
select 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid < 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid
select ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid)::text
select null::uuid
select max(u) from (values ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid)) v (u) -- differs: the largest uuid may be asked for
