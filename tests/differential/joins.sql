-- Columns that USING makes one, for every kind of join.
select * from ja join jb using (id) order by x, y
select * from ja left join jb using (id) order by x, y
select * from ja right join jb using (id) order by x, y
select * from ja full join jb using (id) order by x, y
select * from ja full join jb using (k, id) order by x, y
select * from ja full join jb using (id) full join jc using (id) order by x, y, z
select id from ja full join jb using (id) order by id, x, y
select id, ja.id, jb.id from ja full join jb using (id) order by 1, x, y
select id + 1 as more, count(*) from ja right join jb using (id) group by id order by id
select id, x, y from ja join jb using (id) where id > 1 order by x
select id, x, y from ja left join jb using (id) where id = 1 or id is null order by x
select id, x, y from ja right join jb using (id) where id in (2, 3) order by y, x
select id, x, y from ja full join jb using (id) where id between 1 and 3 order by id, x, y
select max(id), min(id) from ja full join jb using (id)
select id, sum(x) from ja full join jb using (id) group by id having id > 1 order by id
select distinct id from ja full join jb using (id) order by id
select t.id, x, z from ja as t join jc as u using (id) order by x, z
select id, z from (select id, x from ja where x > 10) s join jc using (id) where id in (select id from jb) order by x
select id, row_number() over (partition by id order by y, x) from ja full join jb using (id) order by id, y, x
select id, case when id > 2 then 'big' else 'small' end from ja full join jb using (id) order by id, x, y
select * from ja natural join jc order by x
select count(*) from ja cross join jb join jc on jc.id = ja.id
