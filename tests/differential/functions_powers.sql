-- Roots, logarithms and powers of decimals, which have as many digits as each value needs. One statement in a line.
select sqrt(2.0), sqrt(0.0001), sqrt(0.0), sqrt(10000.0), sqrt(99999999.99), sqrt(0.00000001), sqrt(123456789012.345678)
select ln(2.0), ln(1.0), ln(1.0000001), ln(0.5), ln(22026.47), ln(1.1052), ln(0.00000123), ln(98765432109876543210.5), ln(0.99999)
select log(100.0), log10(0.001), log(2.0, 64.0), log(2, 64), log(7.5, 0.001), log(1.0001, 3)
select exp(1.0), exp(0.0), exp(-50.0), exp(50.0), exp(-3.25), exp(12.125), exp(100.0)
select power(2.0, 10), power(9.0, 3.0), power(2.5, -3.5), power(-1.5, 3), power(0.001, 10), power(100.0, 1.5), power(1.05, -3), power(10.0, -20), power(0.5, 17)
select 2.0 ^ 0.5, 2 ^ 0.5, 0.0 ^ 0, 0.0 ^ 0.5, 1.000001 ^ 1000000, (-2.0) ^ (-3), 1.1 ^ 30, 10.0 ^ 40
select pow(2.0, 3), power(99.99, 0.01), power(12345.678, 2), power(0.00001, 1.5), power(-1.0, 3000000001)
select pg_typeof(sqrt(2.0)), pg_typeof(sqrt(2)), pg_typeof(power(2, 3)), pg_typeof(power(2.0, 3)), pg_typeof(power(2, 3.0)), pg_typeof(power(2.0, 3::float8)), pg_typeof(2 ^ 3), pg_typeof(2.0 ^ 3)
select pg_typeof(exp(1)), pg_typeof(exp(1.0)), pg_typeof(ln(2)), pg_typeof(ln(2.0)), pg_typeof(log(100)), pg_typeof(log(100.0)), pg_typeof(log(2, 64)), pg_typeof(log10(10.0))
select pg_typeof(sqrt('2')), sqrt('2'), ln('2'), |/ 25.0, pg_typeof(|/ 25.0), pg_typeof(||/ 27.0)
select sqrt(null::numeric), ln(null::numeric), power(null::numeric, 2), power(2.0, null), log(null, 2.0), exp(null::numeric), sqrt(null)
select sqrt(-1.0)
select sqrt(-1::float8)
select ln(0.0)
select ln(-1.5)
select log(0.0)
select log(-1.0, 2.0)
select log(1.0, 2.0)
select log10(-5.0)
select power(0.0, -1)
select power(0::float8, -1::float8)
select power(-8.0, 0.5)
select power(-8::float8, 0.5::float8)
select exp(10000.0)
select exp(1000::float8)
select exp(-1000::float8)
select power(10::float8, 400::float8)
select power(1e-200::float8, 2::float8)
select exp('Infinity'::float8), exp('-Infinity'::float8), sqrt('Infinity'::float8), ln('Infinity'::float8), power('Infinity'::float8, -1)
select g, sqrt(g * 0.37) from generate_series(0, 2000) g order by g
select g, sqrt((g * 7919 % 1000003) * 0.001), sqrt((g * 7919 % 1000003) * 0.00000001) from generate_series(0, 1000) g order by g
select g, sqrt(g * 1000003.5), sqrt(g * 123456789.123456789) from generate_series(0, 500) g order by g
select g, ln(g * 0.013) from generate_series(1, 2000) g order by g
select g, ln(1 + g * 0.000001), ln(1 - g * 0.0001) from generate_series(0, 1500) g order by g
select g, ln(g * 98765432.125) from generate_series(1, 500) g order by g
select g, log(g * 1.7), log10(g * 0.003) from generate_series(1, 1000) g order by g
select g, log(2.0, g * 0.11), log(g * 0.11 + 1.5, 10.0), log(g + 1, 1000) from generate_series(1, 500) g order by g
select g, exp(g * 0.017 - 5), exp(-g * 0.01) from generate_series(0, 1000) g order by g
select g, exp(g * 0.4) from generate_series(0, 200) g order by g
select g, power(g * 0.25, 2), power(g * 0.25, 7), power(g * 0.25, 0) from generate_series(0, 500) g order by g
select g, power(g * 0.25, -2), power(g * 0.25, -1) from generate_series(1, 500) g order by g
select g, power(1 + g * 0.0001, 360), power(1 + g * 0.000001, 12) from generate_series(0, 500) g order by g
select g, power(g * 0.013, 0.5), (g * 0.01) ^ 1.5, power(g * 0.013, 1.0 / 3) from generate_series(1, 500) g order by g
select g, power(1.0375, g), power(0.97, g), 1.5 ^ (g % 20) from generate_series(0, 500) g order by g
select g, power(g * 0.01, g * 0.003) from generate_series(1, 1000) g order by g
select g, power(-1.25, g % 30) from generate_series(-30, 30) g order by g
select id, sqrt(amount), ln(amount), log(amount), power(amount, 2), power(amount, 0.5) from orders order by id
select id, sqrt(d * d), ln(abs(d) + 1), exp(d / 100) from n where d is not null order by id
select sum(sqrt(amount)), avg(ln(amount)), max(power(amount, 2)), count(distinct log(amount)) from orders
select status, exp(avg(ln(amount))) from orders group by status order by status
select id, sqrt(amount) * 2, sqrt(amount) + 1, round(sqrt(amount), 3), sqrt(amount)::int, sqrt(amount)::text = sqrt(amount)::text from orders order by id limit 20
select round(power(1.07, 10), 4), round(1000 * power(1 + 0.05 / 12, 12 * 10), 2), round(ln(amount / 2), 6) from orders where id = 5
