-- Arithmetic and comparison of integers. One statement in a line.
select 1::smallint + 1::smallint
select 1::smallint - 1::smallint
select 1::smallint * 1::smallint
select 1::smallint + 7
select 1::smallint - 7
select 1::smallint * 7
select 1::smallint + -7
select 1::smallint - -7
select 1::smallint * -7
select 1::smallint + 5000000000
select 1::smallint - 5000000000
select 1::smallint * 5000000000
select 1::smallint + 2147483647
select 1::smallint - 2147483647
select 1::smallint * 2147483647
select 1::smallint + 32767::smallint
select 1::smallint - 32767::smallint
select 1::smallint * 32767::smallint
select 1::smallint + 0
select 1::smallint - 0
select 1::smallint * 0
select 7 + 1::smallint
select 7 - 1::smallint
select 7 * 1::smallint
select 7 + 7
select 7 - 7
select 7 * 7
select 7 + -7
select 7 - -7
select 7 * -7
select 7 + 5000000000
select 7 - 5000000000
select 7 * 5000000000
select 7 + 2147483647
select 7 - 2147483647
select 7 * 2147483647
select 7 + 32767::smallint
select 7 - 32767::smallint
select 7 * 32767::smallint
select 7 + 0
select 7 - 0
select 7 * 0
select -7 + 1::smallint
select -7 - 1::smallint
select -7 * 1::smallint
select -7 + 7
select -7 - 7
select -7 * 7
select -7 + -7
select -7 - -7
select -7 * -7
select -7 + 5000000000
select -7 - 5000000000
select -7 * 5000000000
select -7 + 2147483647
select -7 - 2147483647
select -7 * 2147483647
select -7 + 32767::smallint
select -7 - 32767::smallint
select -7 * 32767::smallint
select -7 + 0
select -7 - 0
select -7 * 0
select 5000000000 + 1::smallint
select 5000000000 - 1::smallint
select 5000000000 * 1::smallint
select 5000000000 + 7
select 5000000000 - 7
select 5000000000 * 7
select 5000000000 + -7
select 5000000000 - -7
select 5000000000 * -7
select 5000000000 + 5000000000
select 5000000000 - 5000000000
select 5000000000 * 5000000000
select 5000000000 + 2147483647
select 5000000000 - 2147483647
select 5000000000 * 2147483647
select 5000000000 + 32767::smallint
select 5000000000 - 32767::smallint
select 5000000000 * 32767::smallint
select 5000000000 + 0
select 5000000000 - 0
select 5000000000 * 0
select 2147483647 + 1::smallint
select 2147483647 - 1::smallint
select 2147483647 * 1::smallint
select 2147483647 + 7
select 2147483647 - 7
select 2147483647 * 7
select 2147483647 + -7
select 2147483647 - -7
select 2147483647 * -7
select 2147483647 + 5000000000
select 2147483647 - 5000000000
select 2147483647 * 5000000000
select 2147483647 + 2147483647
select 2147483647 - 2147483647
select 2147483647 * 2147483647
select 2147483647 + 32767::smallint
select 2147483647 - 32767::smallint
select 2147483647 * 32767::smallint
select 2147483647 + 0
select 2147483647 - 0
select 2147483647 * 0
select 32767::smallint + 1::smallint
select 32767::smallint - 1::smallint
select 32767::smallint * 1::smallint
select 32767::smallint + 7
select 32767::smallint - 7
select 32767::smallint * 7
select 32767::smallint + -7
select 32767::smallint - -7
select 32767::smallint * -7
select 32767::smallint + 5000000000
select 32767::smallint - 5000000000
select 32767::smallint * 5000000000
select 32767::smallint + 2147483647
select 32767::smallint - 2147483647
select 32767::smallint * 2147483647
select 32767::smallint + 32767::smallint
select 32767::smallint - 32767::smallint
select 32767::smallint * 32767::smallint
select 32767::smallint + 0
select 32767::smallint - 0
select 32767::smallint * 0
select 0 + 1::smallint
select 0 - 1::smallint
select 0 * 1::smallint
select 0 + 7
select 0 - 7
select 0 * 7
select 0 + -7
select 0 - -7
select 0 * -7
select 0 + 5000000000
select 0 - 5000000000
select 0 * 5000000000
select 0 + 2147483647
select 0 - 2147483647
select 0 * 2147483647
select 0 + 32767::smallint
select 0 - 32767::smallint
select 0 * 32767::smallint
select 0 + 0
select 0 - 0
select 0 * 0
select 7 / 2
select 7 % 2
select 7 / -2
select 7 % -2
select 7 / 2::smallint
select 7 % 2::smallint
select 7 / 3000000000
select 7 % 3000000000
select 7 / 0
select 7 % 0
select -7 / 2
select -7 % 2
select -7 / -2
select -7 % -2
select -7 / 2::smallint
select -7 % 2::smallint
select -7 / 3000000000
select -7 % 3000000000
select -7 / 0
select -7 % 0
select 7::smallint / 2
select 7::smallint % 2
select 7::smallint / -2
select 7::smallint % -2
select 7::smallint / 2::smallint
select 7::smallint % 2::smallint
select 7::smallint / 3000000000
select 7::smallint % 3000000000
select 7::smallint / 0
select 7::smallint % 0
select 5000000000 / 2
select 5000000000 % 2
select 5000000000 / -2
select 5000000000 % -2
select 5000000000 / 2::smallint
select 5000000000 % 2::smallint
select 5000000000 / 3000000000
select 5000000000 % 3000000000
select 5000000000 / 0
select 5000000000 % 0
select 0 / 2
select 0 % 2
select 0 / -2
select 0 % -2
select 0 / 2::smallint
select 0 % 2::smallint
select 0 / 3000000000
select 0 % 3000000000
select 0 / 0
select 0 % 0
select -2147483648 / 2
select -2147483648 % 2
select -2147483648 / -2
select -2147483648 % -2
select -2147483648 / 2::smallint
select -2147483648 % 2::smallint
select -2147483648 / 3000000000
select -2147483648 % 3000000000
select -2147483648 / 0
select -2147483648 % 0
select id, i2 / i2 from n where i2 <> 0 and id <> 4 order by id
select id, i2 % i2 from n where i2 <> 0 and id <> 4 order by id
select id, i2 + i2 from n where id in (1, 6, 7, 8) order by id
select i2 + i2 from n where id = 3
select i2 + i2 from n where id = 4
select id, i2 - i2 from n where id in (1, 6, 7, 8) order by id
select i2 - i2 from n where id = 3
select i2 - i2 from n where id = 4
select id, i2 * i2 from n where id in (1, 6, 7, 8) order by id
select i2 * i2 from n where id = 3
select i2 * i2 from n where id = 4
select id, i2 = i2 from n order by id
select id, i2 <> i2 from n order by id
select id, i2 < i2 from n order by id
select id, i2 >= i2 from n order by id
select id, i2 <= i2 from n order by id
select id, i2 > i2 from n order by id
select id, i2 / i4 from n where i4 <> 0 and id <> 4 order by id
select id, i2 % i4 from n where i4 <> 0 and id <> 4 order by id
select id, i2 + i4 from n where id in (1, 6, 7, 8) order by id
select i2 + i4 from n where id = 3
select i2 + i4 from n where id = 4
select id, i2 - i4 from n where id in (1, 6, 7, 8) order by id
select i2 - i4 from n where id = 3
select i2 - i4 from n where id = 4
select id, i2 * i4 from n where id in (1, 6, 7, 8) order by id
select i2 * i4 from n where id = 3
select i2 * i4 from n where id = 4
select id, i2 = i4 from n order by id
select id, i2 <> i4 from n order by id
select id, i2 < i4 from n order by id
select id, i2 >= i4 from n order by id
select id, i2 <= i4 from n order by id
select id, i2 > i4 from n order by id
select id, i2 / i8 from n where i8 <> 0 and id <> 4 order by id
select id, i2 % i8 from n where i8 <> 0 and id <> 4 order by id
select id, i2 + i8 from n where id in (1, 6, 7, 8) order by id
select i2 + i8 from n where id = 3
select i2 + i8 from n where id = 4
select id, i2 - i8 from n where id in (1, 6, 7, 8) order by id
select i2 - i8 from n where id = 3
select i2 - i8 from n where id = 4
select id, i2 * i8 from n where id in (1, 6, 7, 8) order by id
select i2 * i8 from n where id = 3
select i2 * i8 from n where id = 4
select id, i2 = i8 from n order by id
select id, i2 <> i8 from n order by id
select id, i2 < i8 from n order by id
select id, i2 >= i8 from n order by id
select id, i2 <= i8 from n order by id
select id, i2 > i8 from n order by id
select id, i4 / i2 from n where i2 <> 0 and id <> 4 order by id
select id, i4 % i2 from n where i2 <> 0 and id <> 4 order by id
select id, i4 + i2 from n where id in (1, 6, 7, 8) order by id
select i4 + i2 from n where id = 3
select i4 + i2 from n where id = 4
select id, i4 - i2 from n where id in (1, 6, 7, 8) order by id
select i4 - i2 from n where id = 3
select i4 - i2 from n where id = 4
select id, i4 * i2 from n where id in (1, 6, 7, 8) order by id
select i4 * i2 from n where id = 3
select i4 * i2 from n where id = 4
select id, i4 = i2 from n order by id
select id, i4 <> i2 from n order by id
select id, i4 < i2 from n order by id
select id, i4 >= i2 from n order by id
select id, i4 <= i2 from n order by id
select id, i4 > i2 from n order by id
select id, i4 / i4 from n where i4 <> 0 and id <> 4 order by id
select id, i4 % i4 from n where i4 <> 0 and id <> 4 order by id
select id, i4 + i4 from n where id in (1, 6, 7, 8) order by id
select i4 + i4 from n where id = 3
select i4 + i4 from n where id = 4
select id, i4 - i4 from n where id in (1, 6, 7, 8) order by id
select i4 - i4 from n where id = 3
select i4 - i4 from n where id = 4
select id, i4 * i4 from n where id in (1, 6, 7, 8) order by id
select i4 * i4 from n where id = 3
select i4 * i4 from n where id = 4
select id, i4 = i4 from n order by id
select id, i4 <> i4 from n order by id
select id, i4 < i4 from n order by id
select id, i4 >= i4 from n order by id
select id, i4 <= i4 from n order by id
select id, i4 > i4 from n order by id
select id, i4 / i8 from n where i8 <> 0 and id <> 4 order by id
select id, i4 % i8 from n where i8 <> 0 and id <> 4 order by id
select id, i4 + i8 from n where id in (1, 6, 7, 8) order by id
select i4 + i8 from n where id = 3
select i4 + i8 from n where id = 4
select id, i4 - i8 from n where id in (1, 6, 7, 8) order by id
select i4 - i8 from n where id = 3
select i4 - i8 from n where id = 4
select id, i4 * i8 from n where id in (1, 6, 7, 8) order by id
select i4 * i8 from n where id = 3
select i4 * i8 from n where id = 4
select id, i4 = i8 from n order by id
select id, i4 <> i8 from n order by id
select id, i4 < i8 from n order by id
select id, i4 >= i8 from n order by id
select id, i4 <= i8 from n order by id
select id, i4 > i8 from n order by id
select id, i8 / i2 from n where i2 <> 0 and id <> 4 order by id
select id, i8 % i2 from n where i2 <> 0 and id <> 4 order by id
select id, i8 + i2 from n where id in (1, 6, 7, 8) order by id
select i8 + i2 from n where id = 3
select i8 + i2 from n where id = 4
select id, i8 - i2 from n where id in (1, 6, 7, 8) order by id
select i8 - i2 from n where id = 3
select i8 - i2 from n where id = 4
select id, i8 * i2 from n where id in (1, 6, 7, 8) order by id
select i8 * i2 from n where id = 3
select i8 * i2 from n where id = 4
select id, i8 = i2 from n order by id
select id, i8 <> i2 from n order by id
select id, i8 < i2 from n order by id
select id, i8 >= i2 from n order by id
select id, i8 <= i2 from n order by id
select id, i8 > i2 from n order by id
select id, i8 / i4 from n where i4 <> 0 and id <> 4 order by id
select id, i8 % i4 from n where i4 <> 0 and id <> 4 order by id
select id, i8 + i4 from n where id in (1, 6, 7, 8) order by id
select i8 + i4 from n where id = 3
select i8 + i4 from n where id = 4
select id, i8 - i4 from n where id in (1, 6, 7, 8) order by id
select i8 - i4 from n where id = 3
select i8 - i4 from n where id = 4
select id, i8 * i4 from n where id in (1, 6, 7, 8) order by id
select i8 * i4 from n where id = 3
select i8 * i4 from n where id = 4
select id, i8 = i4 from n order by id
select id, i8 <> i4 from n order by id
select id, i8 < i4 from n order by id
select id, i8 >= i4 from n order by id
select id, i8 <= i4 from n order by id
select id, i8 > i4 from n order by id
select id, i8 / i8 from n where i8 <> 0 and id <> 4 order by id
select id, i8 % i8 from n where i8 <> 0 and id <> 4 order by id
select id, i8 + i8 from n where id in (1, 6, 7, 8) order by id
select i8 + i8 from n where id = 3
select i8 + i8 from n where id = 4
select id, i8 - i8 from n where id in (1, 6, 7, 8) order by id
select i8 - i8 from n where id = 3
select i8 - i8 from n where id = 4
select id, i8 * i8 from n where id in (1, 6, 7, 8) order by id
select i8 * i8 from n where id = 3
select i8 * i8 from n where id = 4
select id, i8 = i8 from n order by id
select id, i8 <> i8 from n order by id
select id, i8 < i8 from n order by id
select id, i8 >= i8 from n order by id
select id, i8 <= i8 from n order by id
select id, i8 > i8 from n order by id
select i2 + 1 from n where id = 8
select i2 - 1 from n where id = 8
select i2 * 1 from n where id = 8
select i2 / 1 from n where id = 8
select i2 + 2147483647 from n where id = 8
select i2 - 2147483647 from n where id = 8
select i2 * 2147483647 from n where id = 8
select i2 / 2147483647 from n where id = 8
select i2 + 5000000000 from n where id = 8
select i2 - 5000000000 from n where id = 8
select i2 * 5000000000 from n where id = 8
select i2 / 5000000000 from n where id = 8
select i2 + -1 from n where id = 8
select i2 - -1 from n where id = 8
select i2 * -1 from n where id = 8
select i2 / -1 from n where id = 8
select -i2 from n where id = 2
select i2 / 0 from n where id = 1
select i2 % 0 from n where id = 1
select abs(i2) from n where id = 2
select i2 & 6, i2 | 1, i2 # 3, i2 << 2, i2 >> 1 from n where id = 8
select ~i2 from n where id = 8 -- differs: the complement of a smallint is an integer
select i4 + 1 from n where id = 8
select i4 - 1 from n where id = 8
select i4 * 1 from n where id = 8
select i4 / 1 from n where id = 8
select i4 + 2147483647 from n where id = 8
select i4 - 2147483647 from n where id = 8
select i4 * 2147483647 from n where id = 8
select i4 / 2147483647 from n where id = 8
select i4 + 5000000000 from n where id = 8
select i4 - 5000000000 from n where id = 8
select i4 * 5000000000 from n where id = 8
select i4 / 5000000000 from n where id = 8
select i4 + -1 from n where id = 8
select i4 - -1 from n where id = 8
select i4 * -1 from n where id = 8
select i4 / -1 from n where id = 8
select -i4 from n where id = 2
select i4 / 0 from n where id = 1
select i4 % 0 from n where id = 1
select abs(i4) from n where id = 2
select i4 & 6, i4 | 1, i4 # 3, i4 << 2, i4 >> 1 from n where id = 8
select ~i4 from n where id = 8
select i8 + 1 from n where id = 8
select i8 - 1 from n where id = 8
select i8 * 1 from n where id = 8
select i8 / 1 from n where id = 8
select i8 + 2147483647 from n where id = 8
select i8 - 2147483647 from n where id = 8
select i8 * 2147483647 from n where id = 8
select i8 / 2147483647 from n where id = 8
select i8 + 5000000000 from n where id = 8
select i8 - 5000000000 from n where id = 8
select i8 * 5000000000 from n where id = 8
select i8 / 5000000000 from n where id = 8
select i8 + -1 from n where id = 8
select i8 - -1 from n where id = 8
select i8 * -1 from n where id = 8
select i8 / -1 from n where id = 8
select -i8 from n where id = 2
select i8 / 0 from n where id = 1
select i8 % 0 from n where id = 1
select abs(i8) from n where id = 2
select i8 & 6, i8 | 1, i8 # 3, i8 << 2, i8 >> 1 from n where id = 8
select ~i8 from n where id = 8
select @ -5
select @ -1.5
select |/ 25
select ||/ 27 -- differs: roots, powers and logarithms are doubles; their domain errors are not raised
select 2 ^ 10
select 2.0 ^ 3
select 2 ^ 0.5
