"""ClickHouse in a process of its own, as `chdb` brings it: SQL in, seconds and the Arrow result out.

Where `chdb` is not installed there is no peer of that name, and the tables say so.
"""

import importlib.util
import multiprocessing
import time


def is_installed():
    return importlib.util.find_spec("chdb") is not None


def _serve(pipe, threads, folder, statements):
    import pyarrow as pa
    from chdb import session

    connection = session.Session(str(folder))
    settings = {"max_threads": threads, "session_timezone": "'UTC'", "output_format_arrow_string_as_string": 1, "max_memory_usage": 0}
    for name, value in settings.items():
        connection.query(f"SET {name} = {value}")
    for statement in statements:
        connection.query(statement)
    while (sql := pipe.recv()) is not None:
        try:
            started = time.perf_counter()
            rows = pa.ipc.open_stream(connection.query(sql, "ArrowStream").bytes()).read_all()
            pipe.send((time.perf_counter() - started, rows))
        except Exception as error:
            pipe.send((None, str(error)))


class ClickHouse:
    """A context: the process runs while it is open."""

    def __init__(self, threads, folder, statements):
        # A fresh interpreter: a forked one would start with the driver's memory.
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, threads, folder, statements), daemon=True)

    def __enter__(self):
        self.process.start()
        return self

    def __exit__(self, *_):
        self.pipe.send(None)
        self.process.join()

    @property
    def pid(self):
        return self.process.pid

    def run(self, sql):
        """Seconds until the result was complete in Arrow, and the result."""
        self.pipe.send(sql)
        seconds, result = self.pipe.recv()
        if seconds is None:
            raise RuntimeError(result)
        return seconds, result
