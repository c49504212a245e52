-- The lines of documents. One row per line.
create table if not exists core.document_lines (
    id text primary key comment 'The row''s key: a hash of source and source_id, md5(source || '':'' || source_id) for example',
    source text not null comment 'The connection the row comes from',
    source_id text not null comment 'The row''s key in that source',
    document_id text not null references core.documents (id) comment 'The document',
    line_no int not null comment 'Place in the document, from 1',
    product_id text references core.products (id) comment 'What was sold; NULL for free text',
    account_id text references core.accounts (id) comment 'The ledger account it is posted to',
    org_unit_id text references core.org_units (id) comment 'The part of the business it belongs to',
    description text comment 'What the document says',
    quantity decimal(18,6) not null comment 'How many units',
    unit_price decimal(18,4) not null comment 'Price of one unit without tax, in the document''s currency',
    discount decimal(18,4) not null comment 'What was taken off the line',
    tax decimal(18,4) not null comment 'Tax on the line',
    amount decimal(18,4) not null comment 'What the line comes to after discount and without tax',
    unit_cost decimal(18,4) comment 'What one unit cost the business, in the document''s currency',
    service_from date comment 'First day of the service billed, for revenue recognition',
    service_to date comment 'Last day of it',
    updated_at timestamptz not null comment 'When the source last changed the row, UTC',
    deleted_at timestamptz comment 'When the source deleted the row, UTC; NULL while it is there',
    ext jsonb comment 'What the source has beyond these columns: custom fields, raw values',
    unique (source, source_id)
) with (cluster_by = 'document_id, line_no');
comment on table core.document_lines is 'The lines of documents. One row per line';
