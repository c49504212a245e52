-- The tables of the differential suite, made in PostgreSQL and here with the same statements.
CREATE TABLE n (id integer, i2 smallint, i4 integer, i8 bigint, f4 real, f8 double precision, d numeric(12,2), e numeric(20,6), z numeric(6,0));
INSERT INTO n VALUES
 (1, 1, 1, 1, 1.5, 1.5, 1.50, 0.000001, 7),
 (2, -3, 100, 5000000000, -2.25, 0.1, 99.99, 123456.654321, -12),
 (3, 32767, 2147483647, 9223372036854775807, 1e10, 1e15, 9999999999.99, -0.5, 999999),
 (4, -32768, -2147483648, -9223372036854775808, -0.0, 1e-5, -0.01, 12345678901234.123456, 0),
 (5, 0, 0, 0, 0, 0, 0.00, 0.000000, 0),
 (6, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (7, 7, 42, 42, 2.5, 2.5, 12.34, 3.141592, 5),
 (8, 2, 8, 1000000, 3.5, 3.5, 100.00, 2.500000, 2);
CREATE TABLE t (id integer, day date, local timestamp, moment timestamptz, clock text);
INSERT INTO t VALUES
 (1, '2024-01-01', '2024-01-01 00:00:00', '2024-01-01 00:00:00+00', '00:00:00'),
 (2, '2024-02-29', '2024-02-29 12:34:56.789', '2024-02-29 23:30:00+00', '12:34:56.789'),
 (3, '2024-03-31', '2024-03-31 02:30:00', '2024-03-31 00:59:59.999999+00', '23:59:59.999999'),
 (4, '2024-03-10', '2024-03-10 02:30:00', '2024-03-31 01:00:00+00', '06:00:00'),
 (5, '2024-10-27', '2024-10-27 02:30:00', '2024-10-27 00:30:00+00', '18:15:00'),
 (6, '2024-11-03', '2024-11-03 01:30:00', '2024-11-03 05:30:00+00', '01:30:00'),
 (7, '1999-12-31', '1999-12-31 23:59:59', '1999-12-31 23:59:59+00', NULL),
 (8, '1901-03-01', '1901-03-01 05:06:07', '1901-03-01 05:06:07+00', '05:06:07'),
 (9, NULL, NULL, NULL, NULL);
CREATE TABLE s (id integer, name text, code varchar(5), flag boolean, raw bytea);
INSERT INTO s VALUES
 (1, 'alpha', 'a', true, '\x00ff'), (2, 'Beta', 'bb', false, '\x'), (3, '', 'ccc', NULL, '\x414243'),
 (4, NULL, NULL, true, NULL), (5, '12', 'x_y%', false, '\x01'), (6, 'naïve 漢字', '10', true, '\xdeadbeef');
create table ja (id int, k text, x int);
create table jb (y int, id int, k text);
create table jc (id int, z int);
insert into ja values (1, 'a', 10), (2, 'b', 20), (2, 'c', 21), (null, 'd', 30);
insert into jb values (200, 2, 'b'), (300, 3, 'c'), (400, null, 'd');
insert into jc values (2, 1000), (3, 2000), (4, 3000);
CREATE TABLE customers (id integer, name text NOT NULL, country char(2), signup_date date, is_active boolean, uid uuid, attrs jsonb, tags text[], created_at timestamptz);
CREATE TABLE orders (id bigint, customer_id integer, status text, channel varchar(32), amount numeric(18,2), qty smallint, discount real, score double precision, note text, ordered_on date, ordered_at timestamp, created_at timestamptz, meta json);
INSERT INTO customers SELECT i, 'Customer ' || i, (ARRAY['FR', 'DE', 'US', 'GB'])[1 + i % 4], date '2024-01-01' + i, i % 5 <> 0, md5(i::text)::uuid, jsonb_build_object('tier', (ARRAY['gold', 'silver'])[1 + i % 2], 'n', i), ARRAY['a', 'b' || i], timestamptz '2024-01-01 08:00:00+00' + i * interval '1 day' FROM generate_series(1, 12) AS s (i);
INSERT INTO orders SELECT i, 1 + i % 12, (ARRAY['paid', 'refunded', 'pending'])[1 + i % 3], (ARRAY['web', 'store', 'app'])[1 + i % 3], (i * 7 % 500) + 0.25, i % 7, 0.25 * (i % 4), i / 3.0, CASE WHEN i % 11 = 0 THEN NULL ELSE 'note ' || i END, date '2024-01-01' + (i % 365), timestamp '2024-01-01 10:30:00' + i * interval '7 hours', timestamptz '2024-01-01 10:30:00+00' + i * interval '7 hours', '{"a":1}' FROM generate_series(1, 90) AS s (i);
create table fl (id int, f float8, g real);
insert into fl values (1, 'NaN', 'NaN'), (2, 1, 1), (3, 5, 5), (4, 'Infinity', '-Infinity');
insert into fl values (5, 2, 2), (6, null, null);
insert into fl values (7, '-Infinity', 'NaN');
create table spans (id int, since timestamp, until timestamptz);
insert into spans values (1, '2024-01-01 10:00', 'infinity'), (2, '-infinity', '2024-06-01 00:00+00'), (3, null, null);
insert into spans values (4, '2024-03-01', '2024-04-01 00:00+00'), (5, 'infinity', 'infinity');
