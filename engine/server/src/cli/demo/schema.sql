-- What the demo says of itself. Every statement may run again: a demo that was interrupted is made anew.
create schema if not exists demo;

create table if not exists demo.truths (
    kind text not null comment 'channel, clv, churn_driver, lead, basket, seasonality, conversion_drop, anomaly, staffing_gap, payment_delay, budget_overrun or service',
    subject text not null comment 'What it holds for',
    metric text not null comment 'What the value is',
    value double precision not null comment 'The value that was planted',
    starts_on date comment 'First day; NULL where it holds all the time',
    ends_on date comment 'Last day; NULL where it holds all the time',
    meaning text not null comment 'The same in a sentence'
);
comment on table demo.truths is 'What is planted in the demo and analyses should find again. One row per fact';

create table if not exists demo.made (
    seed bigint not null comment 'The value of --seed',
    size text not null comment 'The value of --size'
);
comment on table demo.made is 'What the demo was made from; empty until all of it is there';
