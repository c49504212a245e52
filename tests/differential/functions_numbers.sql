-- Functions on numbers. One statement in a line.
select abs(-17), abs(-17.4::numeric(4,1)), abs(-17.5::float8), abs(-5::bigint)
select cbrt(64.0::float8), cbrt(27) -- differs: roots, powers and logarithms are doubles; their domain errors are not raised
select ceil(42.2::float8), ceil(-42.8::float8), ceiling(95.3::numeric(4,1)), ceil(5)
select floor(42.8::float8), floor(-42.8::numeric(4,1)), floor(5)
select degrees(0.5::float8), radians(45.0::float8)
select div(9, 4)
select div(9.5::numeric(3,1), 2.2::numeric(3,1))
select div(-7, 2), div(7, -2)
select div(1, 0)
select mod(9, 4), mod(-9, 4), mod(9::bigint, 4::bigint), mod(9.5::numeric(3,1), 4.2::numeric(3,1))
select mod(5, 0)
select exp(1.0::float8), ln(2.0::float8), log(100.0::float8), log10(1000::float8)
select exp(1.0), ln(2.0), log(100.0), log(2.0, 64.0)
select log(2::numeric, 64::numeric)
select ln(0::float8)
select ln(-1::float8)
select log(0::float8)
select sqrt(2::float8), sqrt(4), sqrt(-1::float8)
select sqrt(2.0::numeric(3,1))
select power(9, 3), power(9.0::numeric(3,1), 3.0::numeric(3,1)), power(2::float8, 0.5::float8), 2 ^ 10
select power(0::float8, -1::float8)
select power(-8::float8, 0.5::float8)
select gcd(1071, 462), lcm(1071, 462), gcd(0, 0), lcm(0, 5), gcd(-6, 4)
select gcd(1071::bigint, 462::bigint), gcd(10.5::numeric(4,1), 3.5::numeric(4,1)), lcm(10.5::numeric(4,1), 3.5::numeric(4,1))
select factorial(5), factorial(0), factorial(20), factorial(25)
select factorial(-1)
select scale(8.4100), min_scale(8.4100), trim_scale(8.4100)
select scale(8.4100::numeric(10,4)), min_scale(8.4100::numeric(10,4)), trim_scale(8.4100::numeric(10,4))
select sign(-8.4::numeric(3,1)), sign(0), sign(5::float8), sign(-3)
select round(42.4::float8), round(2.5::float8), round(3.5::float8), round(-2.5::float8)
select round(42.4382::numeric(10,4), 2), round(1234.56::numeric(10,2), -2), round(2.5::numeric(3,1)), round(-2.5::numeric(3,1)), round(3.5::numeric(3,1))
select round(5), round(1234, -2), round(12.5)
select trunc(42.8::float8), trunc(-42.8::numeric(4,1)), trunc(42.4382::numeric(10,4), 2), trunc(1234.56::numeric(10,2), -2)
select width_bucket(5.35::float8, 0.024::float8, 10.06::float8, 5)
select width_bucket(5.35, 0.024, 10.06, 5)
select width_bucket(-1::float8, 0::float8, 10::float8, 5), width_bucket(10::float8, 0::float8, 10::float8, 5), width_bucket(3::float8, 10::float8, 0::float8, 5)
select width_bucket(5, 0, 10, 5)
select width_bucket(now(), array['yesterday', 'today', 'tomorrow']::timestamptz[]) -- differs: an error there is another error or a value here
select width_bucket(5, array[1, 3, 5, 10]), width_bucket(0, array[1, 3, 5, 10]), width_bucket(11, array[1, 3, 5, 10])
select width_bucket(3.5::float8, array[1, 3, 5]::float8[])
select width_bucket(1::float8, 0::float8, 10::float8, 0) -- differs: an error there is another error or a value here
select width_bucket(1::float8, 5::float8, 5::float8, 2) -- differs: an error there is another error or a value here
select random() >= 0 and random() < 1
select setseed(0.5) -- differs: not there
select pi()
select acos(1::float8), asin(1::float8), atan(1::float8), atan2(1::float8, 2::float8), cos(0::float8), cot(0.5::float8), sin(1::float8), tan(1::float8)
select acosd(0.5::float8), asind(0.5::float8), atand(1::float8), atan2d(1::float8, 1::float8), cosd(60::float8), cotd(45::float8), sind(30::float8), tand(45::float8)
select acos(2::float8)
select sinh(1::float8), cosh(1::float8), tanh(1::float8), asinh(1::float8), acosh(1::float8), atanh(0.5::float8)
select greatest(1, 2, 3), least(1, 2, 3), greatest(1, null, 3), least(null, null)
select greatest('a', 'b'), least(1.5, 2), greatest(date '2024-01-01', date '2023-01-01')
select 7 / 2, -7 / 2, 7 % 3, -7 % 3, 7.0 / 2
select 5 # 3, 5 & 3, 5 | 3, ~5, 1 << 4, 16 >> 2
select |/ 25.0, ||/ 27.0, @ -5 -- differs: roots, powers and logarithms are doubles; their domain errors are not raised
select 1 / 0
select 1.0 / 0
select 1::float8 / 0
select 2147483647 + 1
select 9223372036854775807 + 1
select numeric '1e10', 1e5, 1.5e-3
select isnan('NaN'::float8) -- differs: roots, powers and logarithms are doubles; their domain errors are not raised
select bit_count(5::bit(8)) -- differs: not there
select random_normal() is not null
select erf(0.5), erfc(0.5)
select min_scale(1.10::numeric(4,2)), numeric_inc(5) -- differs: not there
select cast(2.5 as integer), cast(3.5 as integer), cast(2.5::float8 as integer), cast(-2.5 as integer)
select floor(-0.5::float8), ceil(-0.5::float8), round(-0.4::float8), trunc(-0.4::float8)
select round(x, 1), trunc(x, 1), sign(x), abs(x) from (values (1.25::numeric(5,2)), (-1.25), (null), (0.05)) v(x) order by 1
select x / 3, x % 3, mod(x, 3), div(x, 3) from (values (10), (-10), (null)) v(x) order by 1
