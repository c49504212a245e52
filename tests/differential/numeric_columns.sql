-- Arithmetic and comparison of decimal columns. One statement in a line.
select id, d + i2 from n order by id
select id, d - i2 from n order by id
select id, d * i2 from n order by id
select id, d / i2 from n where i2 <> 0 order by id
select id, i2 / d from n where d <> 0 order by id
select id, d % i2 from n where i2 <> 0 order by id
select id, i2 % d from n where d <> 0 order by id
select id, d = i2 from n order by id
select id, d <> i2 from n order by id
select id, d < i2 from n order by id
select id, d >= i2 from n order by id
select id, d + i4 from n order by id
select id, d - i4 from n order by id
select id, d * i4 from n order by id
select id, d / i4 from n where i4 <> 0 order by id
select id, i4 / d from n where d <> 0 order by id
select id, d % i4 from n where i4 <> 0 order by id
select id, i4 % d from n where d <> 0 order by id
select id, d = i4 from n order by id
select id, d <> i4 from n order by id
select id, d < i4 from n order by id
select id, d >= i4 from n order by id
select id, d + i8 from n order by id
select id, d - i8 from n order by id
select id, d * i8 from n order by id
select id, d / i8 from n where i8 <> 0 order by id -- differs: a quotient keeps at most 36 digits after the point
select id, i8 / d from n where d <> 0 order by id
select id, d % i8 from n where i8 <> 0 order by id
select id, i8 % d from n where d <> 0 order by id
select id, d = i8 from n order by id
select id, d <> i8 from n order by id
select id, d < i8 from n order by id
select id, d >= i8 from n order by id
select id, d + d from n order by id
select id, d - d from n order by id
select id, d * d from n order by id
select id, d / d from n where d <> 0 order by id
select id, d % d from n where d <> 0 order by id
select id, d = d from n order by id
select id, d <> d from n order by id
select id, d < d from n order by id
select id, d >= d from n order by id
select id, d + e from n order by id
select id, d - e from n order by id
select id, d * e from n order by id
select id, d / e from n where e <> 0 order by id
select id, e / d from n where d <> 0 order by id
select id, d % e from n where e <> 0 order by id
select id, e % d from n where d <> 0 order by id
select id, d = e from n order by id
select id, d <> e from n order by id
select id, d < e from n order by id
select id, d >= e from n order by id
select id, d + z from n order by id
select id, d - z from n order by id
select id, d * z from n order by id
select id, d / z from n where z <> 0 order by id
select id, z / d from n where d <> 0 order by id
select id, d % z from n where z <> 0 order by id
select id, z % d from n where d <> 0 order by id
select id, d = z from n order by id
select id, d <> z from n order by id
select id, d < z from n order by id
select id, d >= z from n order by id
select id, e + i2 from n order by id
select id, e - i2 from n order by id
select id, e * i2 from n order by id
select id, e / i2 from n where i2 <> 0 order by id
select id, i2 / e from n where e <> 0 order by id -- differs: a quotient keeps at most 36 digits after the point
select id, e % i2 from n where i2 <> 0 order by id
select id, i2 % e from n where e <> 0 order by id
select id, e = i2 from n order by id
select id, e <> i2 from n order by id
select id, e < i2 from n order by id
select id, e >= i2 from n order by id
select id, e + i4 from n order by id
select id, e - i4 from n order by id
select id, e * i4 from n order by id
select id, e / i4 from n where i4 <> 0 order by id -- differs: a quotient keeps at most 36 digits after the point
select id, i4 / e from n where e <> 0 order by id
select id, e % i4 from n where i4 <> 0 order by id
select id, i4 % e from n where e <> 0 order by id
select id, e = i4 from n order by id
select id, e <> i4 from n order by id
select id, e < i4 from n order by id
select id, e >= i4 from n order by id
select id, e + i8 from n order by id
select id, e - i8 from n order by id
select id, e * i8 from n order by id
select id, e / i8 from n where i8 <> 0 order by id -- differs: a quotient keeps at most 36 digits after the point
select id, i8 / e from n where e <> 0 order by id
select id, e % i8 from n where i8 <> 0 order by id
select id, i8 % e from n where e <> 0 order by id
select id, e = i8 from n order by id
select id, e <> i8 from n order by id
select id, e < i8 from n order by id
select id, e >= i8 from n order by id
select id, e + d from n order by id
select id, e - d from n order by id
select id, e * d from n order by id
select id, e = d from n order by id
select id, e <> d from n order by id
select id, e < d from n order by id
select id, e >= d from n order by id
select id, e + e from n order by id
select id, e - e from n order by id
select id, e * e from n order by id
select id, e / e from n where e <> 0 order by id
select id, e % e from n where e <> 0 order by id
select id, e = e from n order by id
select id, e <> e from n order by id
select id, e < e from n order by id
select id, e >= e from n order by id
select id, e + z from n order by id
select id, e - z from n order by id
select id, e * z from n order by id
select id, e / z from n where z <> 0 order by id
select id, z / e from n where e <> 0 order by id
select id, e % z from n where z <> 0 order by id
select id, z % e from n where e <> 0 order by id
select id, e = z from n order by id
select id, e <> z from n order by id
select id, e < z from n order by id
select id, e >= z from n order by id
select id, z + i2 from n order by id
select id, z - i2 from n order by id
select id, z * i2 from n order by id
select id, z / i2 from n where i2 <> 0 order by id
select id, i2 / z from n where z <> 0 order by id
select id, z % i2 from n where i2 <> 0 order by id
select id, i2 % z from n where z <> 0 order by id
select id, z = i2 from n order by id
select id, z <> i2 from n order by id
select id, z < i2 from n order by id
select id, z >= i2 from n order by id
select id, z + i4 from n order by id
select id, z - i4 from n order by id
select id, z * i4 from n order by id
select id, z / i4 from n where i4 <> 0 order by id
select id, i4 / z from n where z <> 0 order by id
select id, z % i4 from n where i4 <> 0 order by id
select id, i4 % z from n where z <> 0 order by id
select id, z = i4 from n order by id
select id, z <> i4 from n order by id
select id, z < i4 from n order by id
select id, z >= i4 from n order by id
select id, z + i8 from n order by id
select id, z - i8 from n order by id
select id, z * i8 from n order by id
select id, z / i8 from n where i8 <> 0 order by id -- differs: a quotient keeps at most 36 digits after the point
select id, i8 / z from n where z <> 0 order by id
select id, z % i8 from n where i8 <> 0 order by id
select id, i8 % z from n where z <> 0 order by id
select id, z = i8 from n order by id
select id, z <> i8 from n order by id
select id, z < i8 from n order by id
select id, z >= i8 from n order by id
select id, z + d from n order by id
select id, z - d from n order by id
select id, z * d from n order by id
select id, z = d from n order by id
select id, z <> d from n order by id
select id, z < d from n order by id
select id, z >= d from n order by id
select id, z + e from n order by id
select id, z - e from n order by id
select id, z * e from n order by id
select id, z = e from n order by id
select id, z <> e from n order by id
select id, z < e from n order by id
select id, z >= e from n order by id
select id, z + z from n order by id
select id, z - z from n order by id
select id, z * z from n order by id
select id, z / z from n where z <> 0 order by id
select id, z % z from n where z <> 0 order by id
select id, z = z from n order by id
select id, z <> z from n order by id
select id, z < z from n order by id
select id, z >= z from n order by id
select id, d + 3 from n order by id
select id, 3 + d from n where d <> 0 order by id
select id, d - 3 from n order by id
select id, 3 - d from n where d <> 0 order by id
select id, d * 3 from n order by id
select id, 3 * d from n where d <> 0 order by id
select id, d / 3 from n order by id
select id, 3 / d from n where d <> 0 order by id
select id, d % 3 from n order by id
select id, 3 % d from n where d <> 0 order by id
select id, d + 7.0 from n order by id
select id, 7.0 + d from n where d <> 0 order by id
select id, d - 7.0 from n order by id
select id, 7.0 - d from n where d <> 0 order by id
select id, d * 7.0 from n order by id
select id, 7.0 * d from n where d <> 0 order by id
select id, d / 7.0 from n order by id
select id, 7.0 / d from n where d <> 0 order by id
select id, d % 7.0 from n order by id
select id, 7.0 % d from n where d <> 0 order by id
select id, d + 0.001 from n order by id
select id, 0.001 + d from n where d <> 0 order by id
select id, d - 0.001 from n order by id
select id, 0.001 - d from n where d <> 0 order by id
select id, d * 0.001 from n order by id
select id, 0.001 * d from n where d <> 0 order by id
select id, d / 0.001 from n order by id
select id, 0.001 / d from n where d <> 0 order by id
select id, d % 0.001 from n order by id
select id, 0.001 % d from n where d <> 0 order by id
select id, d + 100 from n order by id
select id, 100 + d from n where d <> 0 order by id
select id, d - 100 from n order by id
select id, 100 - d from n where d <> 0 order by id
select id, d * 100 from n order by id
select id, 100 * d from n where d <> 0 order by id
select id, d / 100 from n order by id
select id, 100 / d from n where d <> 0 order by id
select id, d % 100 from n order by id
select id, 100 % d from n where d <> 0 order by id
select id, d + 1.5 from n order by id
select id, 1.5 + d from n where d <> 0 order by id
select id, d - 1.5 from n order by id
select id, 1.5 - d from n where d <> 0 order by id
select id, d * 1.5 from n order by id
select id, 1.5 * d from n where d <> 0 order by id
select id, d / 1.5 from n order by id
select id, 1.5 / d from n where d <> 0 order by id
select id, d % 1.5 from n order by id
select id, 1.5 % d from n where d <> 0 order by id
select id from n where d = 0 order by id
select id from n where d < 0 order by id
select id from n where d >= 0 order by id
select id from n where d <> 0 order by id
select id from n where d = 1.5 order by id
select id from n where d < 1.5 order by id
select id from n where d >= 1.5 order by id
select id from n where d <> 1.5 order by id
select id from n where d = 99.99 order by id
select id from n where d < 99.99 order by id
select id from n where d >= 99.99 order by id
select id from n where d <> 99.99 order by id
select id from n where d = 100 order by id
select id from n where d < 100 order by id
select id from n where d >= 100 order by id
select id from n where d <> 100 order by id
select id from n where d = -0.5 order by id
select id from n where d < -0.5 order by id
select id from n where d >= -0.5 order by id
select id from n where d <> -0.5 order by id
select id from n where d = 1e3 order by id
select id from n where d < 1e3 order by id
select id from n where d >= 1e3 order by id
select id from n where d <> 1e3 order by id
select id, -d from n order by id
select d / 0 from n where id = 1
select d % 0 from n where id = 1
select id, d::numeric(10,1) from n where id <> 3 order by id
select id, d::numeric from n order by id
select id, d::int from n where id in (1,2,5,6,7,8) order by id
select id, d::float8 from n order by id
select id, d::text from n order by id
select id, d::bigint from n order by id
select id, e + 3 from n order by id
select id, 3 + e from n where e <> 0 order by id
select id, e - 3 from n order by id
select id, 3 - e from n where e <> 0 order by id
select id, e * 3 from n order by id
select id, 3 * e from n where e <> 0 order by id
select id, e / 3 from n order by id
select id, 3 / e from n where e <> 0 order by id -- differs: a quotient keeps at most 36 digits after the point
select id, e % 3 from n order by id
select id, 3 % e from n where e <> 0 order by id
select id, e + 7.0 from n order by id
select id, 7.0 + e from n where e <> 0 order by id
select id, e - 7.0 from n order by id
select id, 7.0 - e from n where e <> 0 order by id
select id, e * 7.0 from n order by id
select id, 7.0 * e from n where e <> 0 order by id
select id, e / 7.0 from n order by id
select id, 7.0 / e from n where e <> 0 order by id -- differs: a quotient keeps at most 36 digits after the point
select id, e % 7.0 from n order by id
select id, 7.0 % e from n where e <> 0 order by id
select id, e + 0.001 from n order by id
select id, 0.001 + e from n where e <> 0 order by id
select id, e - 0.001 from n order by id
select id, 0.001 - e from n where e <> 0 order by id
select id, e * 0.001 from n order by id
select id, 0.001 * e from n where e <> 0 order by id
select id, e / 0.001 from n order by id
select id, 0.001 / e from n where e <> 0 order by id -- differs: a quotient keeps at most 36 digits after the point
select id, e % 0.001 from n order by id
select id, 0.001 % e from n where e <> 0 order by id
select id, e + 100 from n order by id
select id, 100 + e from n where e <> 0 order by id
select id, e - 100 from n order by id
select id, 100 - e from n where e <> 0 order by id
select id, e * 100 from n order by id
select id, 100 * e from n where e <> 0 order by id
select id, e / 100 from n order by id
select id, 100 / e from n where e <> 0 order by id
select id, e % 100 from n order by id
select id, 100 % e from n where e <> 0 order by id
select id, e + 1.5 from n order by id
select id, 1.5 + e from n where e <> 0 order by id
select id, e - 1.5 from n order by id
select id, 1.5 - e from n where e <> 0 order by id
select id, e * 1.5 from n order by id
select id, 1.5 * e from n where e <> 0 order by id
select id, e / 1.5 from n order by id
select id, 1.5 / e from n where e <> 0 order by id -- differs: a quotient keeps at most 36 digits after the point
select id, e % 1.5 from n order by id
select id, 1.5 % e from n where e <> 0 order by id
select id from n where e = 0 order by id
select id from n where e < 0 order by id
select id from n where e >= 0 order by id
select id from n where e <> 0 order by id
select id from n where e = 1.5 order by id
select id from n where e < 1.5 order by id
select id from n where e >= 1.5 order by id
select id from n where e <> 1.5 order by id
select id from n where e = 99.99 order by id
select id from n where e < 99.99 order by id
select id from n where e >= 99.99 order by id
select id from n where e <> 99.99 order by id
select id from n where e = 100 order by id
select id from n where e < 100 order by id
select id from n where e >= 100 order by id
select id from n where e <> 100 order by id
select id from n where e = -0.5 order by id
select id from n where e < -0.5 order by id
select id from n where e >= -0.5 order by id
select id from n where e <> -0.5 order by id
select id from n where e = 1e3 order by id
select id from n where e < 1e3 order by id
select id from n where e >= 1e3 order by id
select id from n where e <> 1e3 order by id
select id, -e from n order by id
select e / 0 from n where id = 1
select e % 0 from n where id = 1
select id, e::numeric(10,1) from n where id <> 3 order by id
select id, e::numeric from n order by id
select id, e::int from n where id in (1,2,5,6,7,8) order by id
select id, e::float8 from n order by id
select id, e::text from n order by id
select id, e::bigint from n order by id
select id, z + 3 from n order by id
select id, 3 + z from n where z <> 0 order by id
select id, z - 3 from n order by id
select id, 3 - z from n where z <> 0 order by id
select id, z * 3 from n order by id
select id, 3 * z from n where z <> 0 order by id
select id, z / 3 from n order by id
select id, 3 / z from n where z <> 0 order by id
select id, z % 3 from n order by id
select id, 3 % z from n where z <> 0 order by id
select id, z + 7.0 from n order by id
select id, 7.0 + z from n where z <> 0 order by id
select id, z - 7.0 from n order by id
select id, 7.0 - z from n where z <> 0 order by id
select id, z * 7.0 from n order by id
select id, 7.0 * z from n where z <> 0 order by id
select id, z / 7.0 from n order by id
select id, 7.0 / z from n where z <> 0 order by id
select id, z % 7.0 from n order by id
select id, 7.0 % z from n where z <> 0 order by id
select id, z + 0.001 from n order by id
select id, 0.001 + z from n where z <> 0 order by id
select id, z - 0.001 from n order by id
select id, 0.001 - z from n where z <> 0 order by id
select id, z * 0.001 from n order by id
select id, 0.001 * z from n where z <> 0 order by id
select id, z / 0.001 from n order by id
select id, 0.001 / z from n where z <> 0 order by id
select id, z % 0.001 from n order by id
select id, 0.001 % z from n where z <> 0 order by id
select id, z + 100 from n order by id
select id, 100 + z from n where z <> 0 order by id
select id, z - 100 from n order by id
select id, 100 - z from n where z <> 0 order by id
select id, z * 100 from n order by id
select id, 100 * z from n where z <> 0 order by id
select id, z / 100 from n order by id
select id, 100 / z from n where z <> 0 order by id
select id, z % 100 from n order by id
select id, 100 % z from n where z <> 0 order by id
select id, z + 1.5 from n order by id
select id, 1.5 + z from n where z <> 0 order by id
select id, z - 1.5 from n order by id
select id, 1.5 - z from n where z <> 0 order by id
select id, z * 1.5 from n order by id
select id, 1.5 * z from n where z <> 0 order by id
select id, z / 1.5 from n order by id
select id, 1.5 / z from n where z <> 0 order by id
select id, z % 1.5 from n order by id
select id, 1.5 % z from n where z <> 0 order by id
select id from n where z = 0 order by id
select id from n where z < 0 order by id
select id from n where z >= 0 order by id
select id from n where z <> 0 order by id
select id from n where z = 1.5 order by id
select id from n where z < 1.5 order by id
select id from n where z >= 1.5 order by id
select id from n where z <> 1.5 order by id
select id from n where z = 99.99 order by id
select id from n where z < 99.99 order by id
select id from n where z >= 99.99 order by id
select id from n where z <> 99.99 order by id
select id from n where z = 100 order by id
select id from n where z < 100 order by id
select id from n where z >= 100 order by id
select id from n where z <> 100 order by id
select id from n where z = -0.5 order by id
select id from n where z < -0.5 order by id
select id from n where z >= -0.5 order by id
select id from n where z <> -0.5 order by id
select id from n where z = 1e3 order by id
select id from n where z < 1e3 order by id
select id from n where z >= 1e3 order by id
select id from n where z <> 1e3 order by id
select id, -z from n order by id
select z / 0 from n where id = 1
select z % 0 from n where id = 1
select id, z::numeric(10,1) from n where id <> 3 order by id
select id, z::numeric from n order by id
select id, z::int from n where id in (1,2,5,6,7,8) order by id
select id, z::float8 from n order by id
select id, z::text from n order by id
select id, z::bigint from n order by id
select d / 3 * 3 from n where id = 2
select (d + 1) / 7 from n where id = 2
select 100.0 * d / e from n where id = 7
select d * e / z from n where id = 7
select d / e / z from n where id = 7
select (d / 3) * (d / 7) from n where id = 7
select round(d / 3, 2) from n order by id
select d::numeric(4,1) from n where id = 3
select coalesce(d, 0) from n order by id
select case when d > 50 then d else 0 end from n order by id
select case when d > 50 then 1 else 0.0 end from n order by id
select greatest(d, e), least(d, e) from n order by id
select nullif(d, 1.5) from n order by id
select d from n where d in (1.5, 99.99, 7) order by id
select d between 1 and 50 from n order by id
select distinct d > 1 from n order by 1
select max(d), min(d) from n
select d + i4 * 1.5 - e / 2 from n where id in (7, 8) order by id
