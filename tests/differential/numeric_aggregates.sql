-- Aggregates and windows over every numeric type. One statement in a line.
select sum(i2) from n where id in (1, 2, 5, 6, 7, 8)
select avg(i2) from n where id in (1, 2, 5, 6, 7, 8)
select min(i2) from n where id in (1, 2, 5, 6, 7, 8)
select max(i2) from n where id in (1, 2, 5, 6, 7, 8)
select count(i2) from n where id in (1, 2, 5, 6, 7, 8)
select stddev(i2) from n where id in (1, 2, 5, 6, 7, 8)
select variance(i2) from n where id in (1, 2, 5, 6, 7, 8)
select stddev_pop(i2) from n where id in (1, 2, 5, 6, 7, 8)
select var_pop(i2) from n where id in (1, 2, 5, 6, 7, 8)
select stddev_samp(i2) from n where id in (1, 2, 5, 6, 7, 8)
select var_samp(i2) from n where id in (1, 2, 5, 6, 7, 8)
select sum(i2) from n where id = 6
select sum(i2) from n where false
select sum(distinct i2) from n where id in (1,2,7,8)
select sum(i2) filter (where id > 6) from n
select id % 2, sum(i2) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, sum(i2) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, sum(i2) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, sum(i2) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select avg(i2) from n where id = 6
select avg(i2) from n where false
select avg(distinct i2) from n where id in (1,2,7,8)
select avg(i2) filter (where id > 6) from n
select id % 2, avg(i2) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, avg(i2) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, avg(i2) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, avg(i2) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select min(i2) from n where id = 6
select min(i2) from n where false
select min(distinct i2) from n where id in (1,2,7,8)
select min(i2) filter (where id > 6) from n
select id % 2, min(i2) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, min(i2) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, min(i2) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, min(i2) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select max(i2) from n where id = 6
select max(i2) from n where false
select max(distinct i2) from n where id in (1,2,7,8)
select max(i2) filter (where id > 6) from n
select id % 2, max(i2) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, max(i2) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, max(i2) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, max(i2) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select count(i2) from n where id = 6
select count(i2) from n where false
select count(distinct i2) from n where id in (1,2,7,8)
select count(i2) filter (where id > 6) from n
select id % 2, count(i2) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, count(i2) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, count(i2) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, count(i2) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select sum(i4) from n where id in (1, 2, 5, 6, 7, 8)
select avg(i4) from n where id in (1, 2, 5, 6, 7, 8)
select min(i4) from n where id in (1, 2, 5, 6, 7, 8)
select max(i4) from n where id in (1, 2, 5, 6, 7, 8)
select count(i4) from n where id in (1, 2, 5, 6, 7, 8)
select stddev(i4) from n where id in (1, 2, 5, 6, 7, 8)
select variance(i4) from n where id in (1, 2, 5, 6, 7, 8)
select stddev_pop(i4) from n where id in (1, 2, 5, 6, 7, 8)
select var_pop(i4) from n where id in (1, 2, 5, 6, 7, 8)
select stddev_samp(i4) from n where id in (1, 2, 5, 6, 7, 8)
select var_samp(i4) from n where id in (1, 2, 5, 6, 7, 8)
select sum(i4) from n where id = 6
select sum(i4) from n where false
select sum(distinct i4) from n where id in (1,2,7,8)
select sum(i4) filter (where id > 6) from n
select id % 2, sum(i4) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, sum(i4) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, sum(i4) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, sum(i4) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select avg(i4) from n where id = 6
select avg(i4) from n where false
select avg(distinct i4) from n where id in (1,2,7,8)
select avg(i4) filter (where id > 6) from n
select id % 2, avg(i4) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, avg(i4) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, avg(i4) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, avg(i4) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select min(i4) from n where id = 6
select min(i4) from n where false
select min(distinct i4) from n where id in (1,2,7,8)
select min(i4) filter (where id > 6) from n
select id % 2, min(i4) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, min(i4) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, min(i4) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, min(i4) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select max(i4) from n where id = 6
select max(i4) from n where false
select max(distinct i4) from n where id in (1,2,7,8)
select max(i4) filter (where id > 6) from n
select id % 2, max(i4) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, max(i4) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, max(i4) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, max(i4) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select count(i4) from n where id = 6
select count(i4) from n where false
select count(distinct i4) from n where id in (1,2,7,8)
select count(i4) filter (where id > 6) from n
select id % 2, count(i4) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, count(i4) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, count(i4) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, count(i4) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select sum(i8) from n where id in (1, 2, 5, 6, 7, 8)
select avg(i8) from n where id in (1, 2, 5, 6, 7, 8)
select min(i8) from n where id in (1, 2, 5, 6, 7, 8)
select max(i8) from n where id in (1, 2, 5, 6, 7, 8)
select count(i8) from n where id in (1, 2, 5, 6, 7, 8)
select stddev(i8) from n where id in (1, 2, 5, 6, 7, 8)
select variance(i8) from n where id in (1, 2, 5, 6, 7, 8)
select stddev_pop(i8) from n where id in (1, 2, 5, 6, 7, 8)
select var_pop(i8) from n where id in (1, 2, 5, 6, 7, 8)
select stddev_samp(i8) from n where id in (1, 2, 5, 6, 7, 8)
select var_samp(i8) from n where id in (1, 2, 5, 6, 7, 8)
select sum(i8) from n where id = 6
select sum(i8) from n where false
select sum(distinct i8) from n where id in (1,2,7,8)
select sum(i8) filter (where id > 6) from n
select id % 2, sum(i8) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, sum(i8) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, sum(i8) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, sum(i8) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select avg(i8) from n where id = 6
select avg(i8) from n where false
select avg(distinct i8) from n where id in (1,2,7,8)
select avg(i8) filter (where id > 6) from n
select id % 2, avg(i8) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, avg(i8) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, avg(i8) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, avg(i8) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select min(i8) from n where id = 6
select min(i8) from n where false
select min(distinct i8) from n where id in (1,2,7,8)
select min(i8) filter (where id > 6) from n
select id % 2, min(i8) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, min(i8) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, min(i8) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, min(i8) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select max(i8) from n where id = 6
select max(i8) from n where false
select max(distinct i8) from n where id in (1,2,7,8)
select max(i8) filter (where id > 6) from n
select id % 2, max(i8) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, max(i8) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, max(i8) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, max(i8) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select count(i8) from n where id = 6
select count(i8) from n where false
select count(distinct i8) from n where id in (1,2,7,8)
select count(i8) filter (where id > 6) from n
select id % 2, count(i8) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, count(i8) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, count(i8) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, count(i8) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select sum(d) from n where id in (1, 2, 5, 6, 7, 8)
select avg(d) from n where id in (1, 2, 5, 6, 7, 8)
select min(d) from n where id in (1, 2, 5, 6, 7, 8)
select max(d) from n where id in (1, 2, 5, 6, 7, 8)
select count(d) from n where id in (1, 2, 5, 6, 7, 8)
select stddev(d) from n where id in (1, 2, 5, 6, 7, 8)
select variance(d) from n where id in (1, 2, 5, 6, 7, 8)
select stddev_pop(d) from n where id in (1, 2, 5, 6, 7, 8)
select var_pop(d) from n where id in (1, 2, 5, 6, 7, 8)
select stddev_samp(d) from n where id in (1, 2, 5, 6, 7, 8)
select var_samp(d) from n where id in (1, 2, 5, 6, 7, 8)
select sum(d) from n where id = 6
select sum(d) from n where false
select sum(distinct d) from n where id in (1,2,7,8)
select sum(d) filter (where id > 6) from n
select id % 2, sum(d) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, sum(d) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, sum(d) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, sum(d) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select avg(d) from n where id = 6
select avg(d) from n where false
select avg(distinct d) from n where id in (1,2,7,8)
select avg(d) filter (where id > 6) from n
select id % 2, avg(d) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, avg(d) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, avg(d) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, avg(d) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select min(d) from n where id = 6
select min(d) from n where false
select min(distinct d) from n where id in (1,2,7,8)
select min(d) filter (where id > 6) from n
select id % 2, min(d) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, min(d) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, min(d) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, min(d) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select max(d) from n where id = 6
select max(d) from n where false
select max(distinct d) from n where id in (1,2,7,8)
select max(d) filter (where id > 6) from n
select id % 2, max(d) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, max(d) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, max(d) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, max(d) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select count(d) from n where id = 6
select count(d) from n where false
select count(distinct d) from n where id in (1,2,7,8)
select count(d) filter (where id > 6) from n
select id % 2, count(d) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, count(d) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, count(d) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, count(d) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select sum(e) from n where id in (1, 2, 5, 6, 7, 8)
select avg(e) from n where id in (1, 2, 5, 6, 7, 8)
select min(e) from n where id in (1, 2, 5, 6, 7, 8)
select max(e) from n where id in (1, 2, 5, 6, 7, 8)
select count(e) from n where id in (1, 2, 5, 6, 7, 8)
select stddev(e) from n where id in (1, 2, 5, 6, 7, 8)
select variance(e) from n where id in (1, 2, 5, 6, 7, 8)
select stddev_pop(e) from n where id in (1, 2, 5, 6, 7, 8)
select var_pop(e) from n where id in (1, 2, 5, 6, 7, 8)
select stddev_samp(e) from n where id in (1, 2, 5, 6, 7, 8)
select var_samp(e) from n where id in (1, 2, 5, 6, 7, 8)
select sum(e) from n where id = 6
select sum(e) from n where false
select sum(distinct e) from n where id in (1,2,7,8)
select sum(e) filter (where id > 6) from n
select id % 2, sum(e) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, sum(e) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, sum(e) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, sum(e) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select avg(e) from n where id = 6
select avg(e) from n where false
select avg(distinct e) from n where id in (1,2,7,8)
select avg(e) filter (where id > 6) from n
select id % 2, avg(e) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, avg(e) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, avg(e) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, avg(e) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select min(e) from n where id = 6
select min(e) from n where false
select min(distinct e) from n where id in (1,2,7,8)
select min(e) filter (where id > 6) from n
select id % 2, min(e) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, min(e) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, min(e) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, min(e) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select max(e) from n where id = 6
select max(e) from n where false
select max(distinct e) from n where id in (1,2,7,8)
select max(e) filter (where id > 6) from n
select id % 2, max(e) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, max(e) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, max(e) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, max(e) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select count(e) from n where id = 6
select count(e) from n where false
select count(distinct e) from n where id in (1,2,7,8)
select count(e) filter (where id > 6) from n
select id % 2, count(e) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, count(e) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, count(e) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, count(e) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select sum(z) from n where id in (1, 2, 5, 6, 7, 8)
select avg(z) from n where id in (1, 2, 5, 6, 7, 8)
select min(z) from n where id in (1, 2, 5, 6, 7, 8)
select max(z) from n where id in (1, 2, 5, 6, 7, 8)
select count(z) from n where id in (1, 2, 5, 6, 7, 8)
select stddev(z) from n where id in (1, 2, 5, 6, 7, 8)
select variance(z) from n where id in (1, 2, 5, 6, 7, 8)
select stddev_pop(z) from n where id in (1, 2, 5, 6, 7, 8)
select var_pop(z) from n where id in (1, 2, 5, 6, 7, 8)
select stddev_samp(z) from n where id in (1, 2, 5, 6, 7, 8)
select var_samp(z) from n where id in (1, 2, 5, 6, 7, 8)
select sum(z) from n where id = 6
select sum(z) from n where false
select sum(distinct z) from n where id in (1,2,7,8)
select sum(z) filter (where id > 6) from n
select id % 2, sum(z) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, sum(z) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, sum(z) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, sum(z) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select avg(z) from n where id = 6
select avg(z) from n where false
select avg(distinct z) from n where id in (1,2,7,8)
select avg(z) filter (where id > 6) from n
select id % 2, avg(z) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, avg(z) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, avg(z) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, avg(z) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select min(z) from n where id = 6
select min(z) from n where false
select min(distinct z) from n where id in (1,2,7,8)
select min(z) filter (where id > 6) from n
select id % 2, min(z) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, min(z) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, min(z) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, min(z) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select max(z) from n where id = 6
select max(z) from n where false
select max(distinct z) from n where id in (1,2,7,8)
select max(z) filter (where id > 6) from n
select id % 2, max(z) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, max(z) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, max(z) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, max(z) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select count(z) from n where id = 6
select count(z) from n where false
select count(distinct z) from n where id in (1,2,7,8)
select count(z) filter (where id > 6) from n
select id % 2, count(z) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, count(z) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, count(z) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, count(z) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select sum(f4) from n where id in (1, 2, 5, 6, 7, 8) -- differs: the sum of reals is double precision
select avg(f4) from n where id in (1, 2, 5, 6, 7, 8)
select min(f4) from n where id in (1, 2, 5, 6, 7, 8)
select max(f4) from n where id in (1, 2, 5, 6, 7, 8)
select count(f4) from n where id in (1, 2, 5, 6, 7, 8)
select stddev(f4) from n where id in (1, 2, 5, 6, 7, 8)
select variance(f4) from n where id in (1, 2, 5, 6, 7, 8)
select stddev_pop(f4) from n where id in (1, 2, 5, 6, 7, 8)
select var_pop(f4) from n where id in (1, 2, 5, 6, 7, 8)
select stddev_samp(f4) from n where id in (1, 2, 5, 6, 7, 8)
select var_samp(f4) from n where id in (1, 2, 5, 6, 7, 8)
select sum(f4) from n where id = 6 -- differs: the sum of reals is double precision
select sum(f4) from n where false -- differs: the sum of reals is double precision
select sum(distinct f4) from n where id in (1,2,7,8) -- differs: the sum of reals is double precision
select sum(f4) filter (where id > 6) from n -- differs: the sum of reals is double precision
select id % 2, sum(f4) from n where id in (1,2,5,6,7,8) group by 1 order by 1 -- differs: the sum of reals is double precision
select id, sum(f4) over (order by id) from n where id in (1,2,5,6,7,8) order by id -- differs: the sum of reals is double precision
select id, sum(f4) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id -- differs: the sum of reals is double precision
select id, sum(f4) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id -- differs: the sum of reals is double precision
select avg(f4) from n where id = 6
select avg(f4) from n where false
select avg(distinct f4) from n where id in (1,2,7,8)
select avg(f4) filter (where id > 6) from n
select id % 2, avg(f4) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, avg(f4) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, avg(f4) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, avg(f4) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select min(f4) from n where id = 6
select min(f4) from n where false
select min(distinct f4) from n where id in (1,2,7,8)
select min(f4) filter (where id > 6) from n
select id % 2, min(f4) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, min(f4) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, min(f4) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, min(f4) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select max(f4) from n where id = 6
select max(f4) from n where false
select max(distinct f4) from n where id in (1,2,7,8)
select max(f4) filter (where id > 6) from n
select id % 2, max(f4) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, max(f4) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, max(f4) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, max(f4) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select count(f4) from n where id = 6
select count(f4) from n where false
select count(distinct f4) from n where id in (1,2,7,8)
select count(f4) filter (where id > 6) from n
select id % 2, count(f4) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, count(f4) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, count(f4) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, count(f4) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select sum(f8) from n where id in (1, 2, 5, 6, 7, 8)
select avg(f8) from n where id in (1, 2, 5, 6, 7, 8)
select min(f8) from n where id in (1, 2, 5, 6, 7, 8)
select max(f8) from n where id in (1, 2, 5, 6, 7, 8)
select count(f8) from n where id in (1, 2, 5, 6, 7, 8)
select stddev(f8) from n where id in (1, 2, 5, 6, 7, 8)
select variance(f8) from n where id in (1, 2, 5, 6, 7, 8)
select stddev_pop(f8) from n where id in (1, 2, 5, 6, 7, 8)
select var_pop(f8) from n where id in (1, 2, 5, 6, 7, 8)
select stddev_samp(f8) from n where id in (1, 2, 5, 6, 7, 8)
select var_samp(f8) from n where id in (1, 2, 5, 6, 7, 8)
select sum(f8) from n where id = 6
select sum(f8) from n where false
select sum(distinct f8) from n where id in (1,2,7,8)
select sum(f8) filter (where id > 6) from n
select id % 2, sum(f8) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, sum(f8) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, sum(f8) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, sum(f8) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select avg(f8) from n where id = 6
select avg(f8) from n where false
select avg(distinct f8) from n where id in (1,2,7,8)
select avg(f8) filter (where id > 6) from n
select id % 2, avg(f8) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, avg(f8) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, avg(f8) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, avg(f8) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select min(f8) from n where id = 6
select min(f8) from n where false
select min(distinct f8) from n where id in (1,2,7,8)
select min(f8) filter (where id > 6) from n
select id % 2, min(f8) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, min(f8) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, min(f8) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, min(f8) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select max(f8) from n where id = 6
select max(f8) from n where false
select max(distinct f8) from n where id in (1,2,7,8)
select max(f8) filter (where id > 6) from n
select id % 2, max(f8) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, max(f8) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, max(f8) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, max(f8) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select count(f8) from n where id = 6
select count(f8) from n where false
select count(distinct f8) from n where id in (1,2,7,8)
select count(f8) filter (where id > 6) from n
select id % 2, count(f8) from n where id in (1,2,5,6,7,8) group by 1 order by 1
select id, count(f8) over (order by id) from n where id in (1,2,5,6,7,8) order by id
select id, count(f8) over (order by id rows between 1 preceding and current row) from n where id in (1,2,5,6,7,8) order by id
select id, count(f8) over (partition by id % 2) from n where id in (1,2,5,6,7,8) order by id
select sum(i8) from n
select sum(i8) from n where id = 3
select avg(i8) from n where id in (3, 8)
select sum(d) / count(*) from n
select sum(d) / sum(i4) from n where id in (7,8)
select avg(d) * 2, avg(d) + 1, round(avg(d), 2) from n
select sum(i4) / count(*) from n where id in (7,8)
select sum(i4) * 1.0 / count(*) from n where id in (7,8)
select sum(case when id > 3 then 1 else 0 end) from n
select sum(case when id > 3 then 1 else 0.0 end) from n
select sum(1), sum(1.5), avg(1), avg(1.5), count(1), max(1), min(1.5) from n
select count(*), count(distinct i4) from n
select sum(i4 + 1), sum(i4 * 2), sum(i4 - 1) from n where id in (7, 8)
select sum(f8 * 1.5) from n where id in (7,8)
select sum(d * (1 - 0.05)) from n where id in (7, 8)
select avg(d) from n having avg(d) > 1
select id % 2, avg(d) from n group by id % 2 having avg(d) > 0 order by avg(d)
select row_number() over (order by id), rank() over (order by id), dense_rank() over (order by id), ntile(2) over (order by id) from n order by id
select lag(i4) over (order by id), lead(i4, 2) over (order by id), lag(i4, 1, 0) over (order by id) from n order by id
select first_value(d) over (order by id), last_value(d) over (order by id), nth_value(d, 2) over (order by id) from n order by id
select percent_rank() over (order by id), cume_dist() over (order by id) from n order by id
select sum(sum(i4)) over (order by id % 2) from n where id in (7,8) group by id % 2 order by 1
select bool_and(flag), bool_or(flag), every(flag) from s
select string_agg(name, ',' order by id) from s
select array_agg(id order by id) from s
select avg(id)::int, avg(id)::float8, avg(id)::numeric(10,2) from n
select sum(id)::int from n
select sum(local - moment::timestamp) from t where id < 4
select avg(local - timestamp '2024-01-01') from t where id < 4
select max(local - timestamp '2024-01-01'), min(local - timestamp '2024-01-01') from t where id < 4
select avg(amount / 3), avg(amount / nullif(qty, 0)), avg(amount) / 7, sum(amount) / 3 / 7 from orders
select status, avg(amount / 7) / 3, sum(amount) / count(*) / 11 from orders group by status order by status
select id, amount / 7 / 3, amount / 13 / 17 * 5, (amount + 100000) / 7 / 9 from orders order by id
