-- SET TIME ZONE. One statement in a line.
show timezone
set time zone 'Asia/Tokyo'
select timestamptz '2024-01-01 00:00:00+00'
set time zone 'UTC'
set timezone to 'America/New_York'
select timestamptz '2024-07-01 12:00'
set time zone local
set time zone interval '+05:30' hour to minute
set timezone = 'Mars/Olympus'
set time zone 'nope'
set time zone -3
set time zone 5.5
set time zone 'Europe/Paris'
select timestamptz '2024-03-31 01:00:00+00', timestamptz '2024-03-31 00:59:59+00'
reset timezone
