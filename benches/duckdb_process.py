"""DuckDB as a peer process."""

from peer_process import PeerProcess


def _connect(threads, statements):
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}")
    for statement in statements:
        connection.execute(statement)
    return lambda sql: connection.sql(sql).to_arrow_table()


class DuckDB(PeerProcess):
    def __init__(self, threads, statements):
        super().__init__(_connect, threads, statements)
