-- What customers say: reviews and answers to surveys; of competitors too. One row per review or answer.
create table if not exists core.feedback (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    kind text not null comment 'review, nps, csat or ces',
    party_id text references core.parties (id) comment 'Who said it',
    site text comment 'Where: google, yelp, survey',
    score decimal(18,4) not null comment 'The score, from 0 or 1 to `scale_max`',
    scale_max int not null comment 'The best score there is',
    text text comment 'What was written',
    language text comment 'ISO 639-1 code of the text',
    submitted_at timestamptz not null comment 'When, UTC',
    reply text comment 'What the business answered',
    replied_at timestamptz comment 'When it answered, UTC',
    document_id text references core.documents (id) comment 'The order it is about',
    work_item_id text references core.work_items (id) comment 'The job it is about',
    staff_id text references core.parties (id) comment 'The staff member it is about',
    subject_id text references core.parties (id) comment 'The competitor a review is about; NULL for the business itself',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    check (kind in ('review', 'nps', 'csat', 'ces')),
    unique (source, source_id)
);
comment on table core.feedback is 'What customers say: reviews and answers to surveys; of competitors too. One row per review or answer';
