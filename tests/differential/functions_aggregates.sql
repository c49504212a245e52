-- Aggregates. One statement in a line.
select percentile_cont(0.5) within group (order by x) from (values (1), (2), (3), (4)) v(x)
select percentile_cont(0.25) within group (order by x) from (values (1.5::float8), (2), (3), (4)) v(x)
select percentile_cont(0.5) within group (order by x desc) from (values (1.5::float8), (2), (3), (7)) v(x)
select percentile_cont(array[0.25, 0.5, 0.75]) within group (order by x) from (values (1), (2), (3), (4)) v(x)
select percentile_cont(0.5) within group (order by x) from (values (1::numeric(10,2)), (2.5), (null)) v(x)
select percentile_cont(0.9) within group (order by x) from (values (interval '1 day'), (interval '3 days')) v(x)
select percentile_cont(0.5) within group (order by x) from (values (1)) v(x) where x > 5
select percentile_cont(1.5) within group (order by x) from (values (1), (2)) v(x)
select percentile_cont(null) within group (order by x) from (values (1), (2)) v(x)
select percentile_disc(0.5) within group (order by x) from (values (1), (2), (3), (4)) v(x)
select percentile_disc(0.75) within group (order by x desc) from (values (1), (2), (3), (4)) v(x)
select percentile_disc(0.5) within group (order by x) from (values ('a'), ('b'), ('c'), (null)) v(x)
select percentile_disc(0.5) within group (order by x) from (values (date '2024-01-01'), (date '2024-01-02'), (date '2024-01-09')) v(x)
select percentile_disc(array[0, 0.5, 1]) within group (order by x) from (values (1), (2), (3), (4)) v(x)
select percentile_disc(0) within group (order by x), percentile_disc(1) within group (order by x) from (values (1), (2), (3), (4)) v(x)
select percentile_disc(0.5) within group (order by x) from (values (1)) v(x) where x > 5
select g, percentile_cont(0.5) within group (order by x), percentile_disc(0.5) within group (order by x) from (values ('a', 1), ('a', 2), ('b', 5), ('b', 9), ('c', null)) v(g, x) group by g order by g
select percentile_cont(0.5) within group (order by x) filter (where x > 1) from (values (1), (2), (3), (4)) v(x)
select mode() within group (order by x) from (values (1), (2), (2), (3)) v(x)
select mode() within group (order by x) from (values ('b'), ('a'), ('b'), ('a')) v(x)
select mode() within group (order by x desc) from (values ('b'), ('a'), ('b'), ('a')) v(x)
select mode() within group (order by x) from (values (1), (null), (null)) v(x)
select g, mode() within group (order by x) from (values ('a', 1), ('a', 1), ('b', 5)) v(g, x) group by g order by g
select string_agg(x, ',') from (values ('a'), ('b'), (null), ('c')) v(x)
select string_agg(x, ',' order by x desc) from (values ('a'), ('b'), ('c')) v(x)
select string_agg(distinct x, ',') from (values ('b'), ('a'), ('b')) v(x)
select string_agg(distinct x, ',' order by x desc) from (values ('b'), ('a'), ('b')) v(x)
select string_agg(x, ',') filter (where x > 'a') from (values ('a'), ('b'), ('c')) v(x)
select string_agg(x, ',') from (values ('a')) v(x) where x = 'z'
select array_agg(x) from (values (1), (2), (null)) v(x)
select array_agg(x order by x desc) from (values (1), (2), (3)) v(x)
select array_agg(x order by x) from (values (2), (1), (null)) v(x)
select array_agg(x order by x desc nulls last) from (values (2), (1), (null)) v(x)
select array_agg(distinct x) from (values (2), (1), (2)) v(x)
select array_agg(distinct x order by x desc) from (values (2), (1), (2)) v(x)
select array_agg(x) filter (where x > 1) from (values (1), (2)) v(x)
select array_agg(x) from (values (1)) v(x) where x > 5
select bool_and(x > 0), bool_or(x > 1), every(x > 0) from (values (1), (2), (null)) v(x)
select bit_and(x), bit_or(x), bit_xor(x) from (values (5), (3), (null)) v(x)
select corr(y, x), covar_pop(y, x), covar_samp(y, x) from (values (1::float8, 2::float8), (2, 4.5), (3, 5)) v(x, y)
select regr_slope(y, x), regr_intercept(y, x), regr_r2(y, x), regr_count(y, x), regr_avgx(y, x), regr_avgy(y, x), regr_sxx(y, x), regr_syy(y, x), regr_sxy(y, x) from (values (1::float8, 2::float8), (2, 4.5), (3, 5)) v(x, y) -- differs: announced as another type
select corr(y, x), regr_slope(y, x) from (values (1::float8, 2::float8)) v(x, y)
select stddev(x), stddev_pop(x), stddev_samp(x), variance(x), var_pop(x), var_samp(x) from (values (1::float8), (2), (4)) v(x)
select stddev(x), variance(x) from (values (1), (2), (4)) v(x)
select avg(x), sum(x), min(x), max(x), count(x), count(*) from (values (1), (2), (null)) v(x)
select avg(x), sum(x) from (values (1.5::numeric(4,2)), (2.25)) v(x)
select avg(x), sum(x) from (values (interval '1 day'), (interval '3 days 12:00')) v(x)
select sum(x) from (values (1::bigint), (2)) v(x)
select sum(x), avg(x) from (values (1::real), (2.5)) v(x) -- differs: announced as another type
select any_value(x) from (values (1)) v(x) -- differs: announced as another type
select json_agg(x) from (values (1), (2), (null)) v(x)
select json_agg(x order by x desc) from (values (1), (2)) v(x)
select jsonb_agg(x) from (values ('a'), ('b"c')) v(x)
select json_agg(v) from (values (1, 'a'), (2, 'b')) v(x, y)
select jsonb_agg(v) from (values (1, 'a'), (2, 'b')) v(x, y)
select json_object_agg(k, x) from (values ('a', 1), ('b', 2)) v(k, x)
select jsonb_object_agg(k, x) from (values ('b', 1), ('a', 2), ('b', 3)) v(k, x)
select json_agg(x) from (values (1)) v(x) where x > 5
select json_agg(x), jsonb_agg(x) from (values (1.50::numeric(4,2)), (2)) v(x) -- differs: rows and numerics as a whole are not written into JSON like there
select json_agg(x) from (values (date '2024-01-02')) v(x)
select json_agg(x) from (values (timestamp '2024-01-02 03:04:05')) v(x)
select grouping(g), g, sum(x) from (values ('a', 1), ('b', 2)) v(g, x) group by rollup (g) order by 1, 2
select grouping(g, h), g, h, sum(x) from (values ('a', 'x', 1), ('b', 'y', 2)) v(g, h, x) group by cube (g, h) order by 1, 2, 3
select g, h, count(*) from (values ('a', 'x', 1), ('b', 'y', 2)) v(g, h, x) group by grouping sets ((g), (h), ()) order by 1, 2
select rank(3) within group (order by x) from (values (1), (2), (4)) v(x)
select dense_rank(3) within group (order by x) from (values (1), (2), (2)) v(x)
select percent_rank(3) within group (order by x), cume_dist(3) within group (order by x) from (values (1), (2), (4)) v(x)
select count(distinct x), sum(distinct x) from (values (1), (1), (2)) v(x)
select count(*) filter (where x > 1) from (values (1), (2), (3)) v(x)
select min(x), max(x) from (values ('b'), ('a')) v(x)
select range_agg(x) is null from (values (null::int4range)) v(x) -- differs: not there
select x, row_number() over (order by x), rank() over (order by x), dense_rank() over (order by x), ntile(2) over (order by x), percent_rank() over (order by x), cume_dist() over (order by x) from (values (1), (2), (2)) v(x)
select x, lag(x) over (order by x), lead(x) over (order by x), lag(x, 1, 0) over (order by x), first_value(x) over (order by x), last_value(x) over (order by x), nth_value(x, 2) over (order by x) from (values (1), (2), (3)) v(x)
select x, sum(x) over (order by x), avg(x) over (order by x), string_agg(x::text, ',') over (order by x) from (values (1), (2), (3)) v(x)
