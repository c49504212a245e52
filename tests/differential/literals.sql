-- Numbers as written. One statement in a line.
select 0
select 0 as x
select 1
select 1 as x
select -1
select -1 as x
select 2147483647
select 2147483647 as x
select 2147483648
select 2147483648 as x
select -2147483647
select -2147483647 as x
select -2147483648
select -2147483648 as x
select 9223372036854775807
select 9223372036854775807 as x
select 9223372036854775808
select 9223372036854775808 as x
select 1.0
select 1.0 as x
select 1.50
select 1.50 as x
select 0.10
select 0.10 as x
select -.5
select -.5 as x
select .5
select .5 as x
select 5.
select 5. as x
select 1e0
select 1e0 as x
select 1e3
select 1e3 as x
select 1.5e3
select 1.5e3 as x
select 1.5e-3
select 1.5e-3 as x
select 12e-2
select 12e-2 as x
select 1e-10
select 1e-10 as x
select 123456789012345678901234567890.123
select 123456789012345678901234567890.123 as x
select 0.000000000000000000001
select 0.000000000000000000001 as x
select 1, 1, 1
select 1.5, 1.5
select null
select 'a'
select true
values (1), (2)
values (1, 1.5, 'a'), (2, 2.25, null)
select * from (values (1, 2.5)) v (a, b)
select -(1)
select - 5
select +5
select +1.5
select 1 as a, 2 as a
select 1_000 -- differs: a number may have underscores, as in PostgreSQL 16
