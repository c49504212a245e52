"""dbt: a project with every kind of model, seeded, run twice, snapshotted, tested, documented and run from scratch.

The project is written here; what stands in the lake afterwards is compared with what the models say.
"""

import importlib.metadata
import os
import pathlib
import subprocess
import sys
import tempfile

import psycopg2
from checks import client, differs, expect, ok

PROJECT = {
    "dbt_project.yml": """
name: checks
version: "1.0"
profile: lake
models:
  checks:
    +materialized: view
""",
    "profiles.yml": """
lake:
  target: test
  outputs:
    test:
      type: postgres
      host: "{{ env_var('PGHOST') }}"
      port: "{{ env_var('PGPORT') | int }}"
      user: "{{ env_var('PGUSER') }}"
      password: "{{ env_var('PGPASSWORD') }}"
      dbname: "{{ env_var('PGDATABASE') }}"
      schema: made_by_dbt
      threads: 2
""",
    "seeds/countries.csv": "code,name\nGB,Britain\nUS,America\n",
    "models/sources.yml": """
version: 2
sources:
  - name: lake
    schema: public
    tables:
      - name: customers
      - name: sales
        loaded_at_field: created_at
        freshness: {warn_after: {count: 1, period: day}}
models:
  - name: staged
    columns:
      - {name: id, data_tests: [unique, not_null]}
      - name: state
        data_tests: [{accepted_values: {arguments: {values: [paid, pending, refunded]}}}]
  - name: named
    columns:
      - name: code
        data_tests: [{relationships: {arguments: {to: ref('countries'), field: code}}}]
  - name: by_day
    description: What was sold on a day.
    config: {persist_docs: {relation: true, columns: true}}
    columns: [{name: day, description: The day of the sale.}]
exposures:
  - {name: board, type: dashboard, owner: {name: sales, email: a@b.c}, depends_on: [ref('by_day')]}
""",
    "models/staged.sql": "select id, state, amount, created_at from {{ source('lake', 'sales') }}",
    "models/named.sql": """
select c.name, s.code from {{ source('lake', 'customers') }} c join {{ ref('countries') }} s on s.code = c.country
""",
    "models/by_day.sql": """
{{ config(materialized='table') }}
select date_trunc('day', created_at) as day, count(*) as sold, sum(amount) as amount from {{ ref('staged') }} group by 1
""",
    "models/grown.sql": """
{{ config(materialized='incremental', unique_key='id', indexes=[{'columns': ['id']}]) }}
select id, state, amount, created_at from {{ ref('staged') }}
{% if is_incremental() %} where created_at > (select max(created_at) - interval '30 days' from {{ this }}) {% endif %}
""",
    "models/kept.sql": """
{{ config(materialized='materialized_view') }}
select state, count(*) as sold from {{ source('lake', 'sales') }} group by 1
""",
    "models/kept_of_view.sql": """
{{ config(materialized='materialized_view') }}
select state, count(*) as sold from {{ ref('staged') }} group by 1
""",
    "snapshots/seen.sql": """
{% snapshot seen %}
{{ config(target_schema='made_by_dbt', unique_key='id', strategy='check', check_cols=['name']) }}
select id, name from {{ source('lake', 'customers') }}
{% endsnapshot %}
""",
}


def dbt(folder, *words):
    program = pathlib.Path(sys.executable).with_name("dbt")
    own = {"DBT_PROFILES_DIR": folder, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "HOME": folder}
    command = [program, "--no-use-colors", *words]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **own}, capture_output=True, text=True)
    assert done.returncode == 0, f"dbt {' '.join(words)}\n{done.stdout[-4000:]}{done.stderr[-2000:]}"
    ok(f"dbt {' '.join(words)}")


def ask(sql):
    with psycopg2.connect("") as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


client("dbt with dbt-postgres", importlib.metadata.version("dbt-core"))
with tempfile.TemporaryDirectory() as folder:
    for name, text in PROJECT.items():
        path = pathlib.Path(folder, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    dbt(folder, "debug")
    dbt(folder, "seed")
    dbt(folder, "run")
    expect(ask("SELECT count(*), count(DISTINCT id) FROM made_by_dbt.grown"), [(1000, 1000)], "an incremental model")
    with psycopg2.connect("") as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO sales VALUES (1001, 'paid', 1, NULL, '2024-10-20', '2024-10-20+00')")
        cursor.execute("UPDATE sales SET state = 'refunded' WHERE id = 1000")
    dbt(folder, "run", "--no-partial-parse")
    expect(ask("SELECT count(*), count(DISTINCT id) FROM made_by_dbt.grown"), [(1001, 1001)], "rows that came since")
    expect(ask("SELECT state FROM made_by_dbt.grown WHERE id = 1000"), [("refunded",)], "rows that changed since")
    expect(ask("SELECT sum(sold)::int FROM made_by_dbt.kept"), [(1001,)], "a materialized view is refreshed")
    what = "a materialized view over a view is made anew with it"
    if ask("SELECT sum(sold)::int FROM made_by_dbt.kept_of_view") == [(1001,)]:
        ok(what)
    else:
        why = "what reads a view goes by its name, so dbt drops the renamed old one without it; REFRESH brings it up to date"
        differs(what, why)
    comment = "SELECT obj_description('made_by_dbt.by_day'::regclass), col_description('made_by_dbt.by_day'::regclass, 1)"
    expect(ask(comment), [("What was sold on a day.", "The day of the sale.")], "descriptions are comments")
    dbt(folder, "snapshot")
    with psycopg2.connect("") as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE customers SET name = 'Ada L.' WHERE id = 1")
    dbt(folder, "snapshot", "--no-partial-parse")
    versions = "SELECT name, dbt_valid_to IS NULL FROM made_by_dbt.seen WHERE id = 1 ORDER BY dbt_valid_from"
    expect(ask(versions), [("Ada", False), ("Ada L.", True)], "a snapshot keeps what was")
    dbt(folder, "test")
    dbt(folder, "source", "freshness")
    dbt(folder, "docs", "generate")
    dbt(folder, "run", "--full-refresh")
