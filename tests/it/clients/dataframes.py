"""SQLAlchemy, pandas and polars over the Postgres door."""

import os
import urllib.parse

import pandas
import polars
import sqlalchemy


def ok(what):
    print("ok", what, flush=True)


uri = "postgresql+psycopg://{}:{}@{}:{}/{}".format(
    os.environ["PGUSER"],
    urllib.parse.quote(os.environ["PGPASSWORD"]),
    os.environ["PGHOST"],
    os.environ["PGPORT"],
    os.environ["PGDATABASE"],
)
engine = sqlalchemy.create_engine(uri)

print("client SQLAlchemy", sqlalchemy.__version__)
with engine.connect() as connection:
    query = sqlalchemy.text("SELECT count(*) FROM orders WHERE state = :state AND id <= :most")
    assert connection.execute(query, {"state": "open", "most": 100}).scalar() == 25
    ok("SQLAlchemy query with parameters")

inspector = sqlalchemy.inspect(engine)
assert {"customers", "orders"} <= set(inspector.get_table_names()), inspector.get_table_names()
assert inspector.get_view_names() == ["revenue"], inspector.get_view_names()
ok("SQLAlchemy lists tables and views")

print("client pandas", pandas.__version__)
frame = pandas.read_sql("SELECT id, state, amount, ordered_on, created_at FROM orders ORDER BY id", engine)
assert len(frame) == 1000 and frame["id"].sum() == 500500, frame.describe()
assert str(frame["created_at"].dtype).startswith("datetime64"), frame.dtypes
ok("pandas read_sql")

frame = pandas.DataFrame({"id": [1, 2, 3], "name": ["a", None, "c"], "at": pandas.to_datetime(["2024-01-01"] * 3)})
frame.to_sql("from_pandas", engine, if_exists="replace", index=False)
frame.to_sql("from_pandas", engine, if_exists="append", index=False)
back = pandas.read_sql("SELECT * FROM from_pandas ORDER BY id", engine)
assert len(back) == 6 and back["name"].isna().sum() == 2, back
ok("pandas to_sql")

print("client polars", polars.__version__)
with engine.connect() as connection:
    frame = polars.read_database("SELECT state, sum(amount) AS amount FROM orders GROUP BY state ORDER BY state", connection)
assert frame["state"].to_list() == ["open", "paid"], frame
ok("polars read_database")
engine.dispose()
