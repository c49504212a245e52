"""ClickHouse as a peer process, as `chdb` brings it.

Where `chdb` is not installed there is no peer of that name, and the tables say so.
"""

import importlib.util

from peer_process import PeerProcess


def is_installed():
    return importlib.util.find_spec("chdb") is not None


def _connect(threads, folder, statements):
    import pyarrow as pa
    from chdb import session

    connection = session.Session(str(folder))
    settings = {"max_threads": threads, "session_timezone": "'UTC'", "output_format_arrow_string_as_string": 1, "max_memory_usage": 0}
    for name, value in settings.items():
        connection.query(f"SET {name} = {value}")
    for statement in statements:
        connection.query(statement)
    return lambda sql: pa.ipc.open_stream(connection.query(sql, "ArrowStream").bytes()).read_all()


class ClickHouse(PeerProcess):
    def __init__(self, threads, folder, statements):
        super().__init__(_connect, threads, folder, statements)
