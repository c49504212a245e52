"""A peer in a process of its own, so that its memory can be told from the driver's.

The driver talks to it through a pipe: SQL in, seconds and the Arrow result out.
"""

import multiprocessing
import time


def _serve(pipe, connect, arguments):
    ask = connect(*arguments)
    while (sql := pipe.recv()) is not None:
        try:
            started = time.perf_counter()
            result = ask(sql)
            pipe.send((time.perf_counter() - started, result))
        except Exception as error:
            pipe.send((None, str(error)))


class PeerProcess:
    """A context: the process runs while it is open.

    `connect` is called there with the arguments, and gives what answers SQL with an Arrow table.
    """

    def __init__(self, connect, *arguments):
        # A fresh interpreter: a forked one would start with the driver's memory.
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs, connect, arguments), daemon=True)

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
