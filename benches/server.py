"""Our server: a lake, filled by `bellwether load`, served on free ports of loopback."""

import contextlib
import os
import socket
import subprocess
import time
import urllib.request

import adbc_driver_flightsql.dbapi as flightsql

from place import PROGRAM

USER, PASSWORD = "bench", "bench's password"


def free_port():
    with contextlib.closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def environment():
    """The caller's environment without settings of ours: every run measures the defaults."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BELLWETHER_")}
    return kept | {"BELLWETHER_LOG": "warn"}


def run(lake, *arguments, **options):
    """One command of the program on the lake."""
    command = [PROGRAM, "--lake", lake, *arguments]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, **options)
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def load(lake, file, table):
    run(lake, "load", file, "--into", table, "--mode", "replace")


class Server:
    """`bellwether serve` as a context: ready when entered, ended when left."""

    def __init__(self, lake, threads=0):
        self.lake = lake
        self.threads = threads
        self.postgres, self.flight, self.http = free_port(), free_port(), free_port()

    def __enter__(self):
        if not self.lake.exists() or USER not in run(self.lake, "user", "list").split():
            run(self.lake, "user", "create", USER, "--superuser", "--password-stdin", input=PASSWORD + "\n")
        self.start()
        return self

    def start(self):
        """Starts the process and gives the seconds until it was ready."""
        command = [PROGRAM, "serve", "--lake", self.lake, "--threads", str(self.threads)]
        for door in ("postgres", "flight", "http"):
            command += [f"--{door}-address", f"127.0.0.1:{getattr(self, door)}"]
        started = time.monotonic()
        self.process = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL)
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.http}/readyz", timeout=5)
                return time.monotonic() - started
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit(f"the server ended with {self.process.returncode}")
                if time.monotonic() - started > 120:
                    raise SystemExit("the server was not ready within two minutes")
                time.sleep(0.005)

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def __exit__(self, *_):
        self.stop()

    @property
    def pid(self):
        return self.process.pid

    def flight_connection(self):
        credentials = {"username": USER, "password": PASSWORD}
        return flightsql.connect(f"grpc://127.0.0.1:{self.flight}", db_kwargs=credentials, autocommit=True)

    def conninfo(self):
        password = PASSWORD.replace("'", "\\'")
        return f"host=127.0.0.1 port={self.postgres} user={USER} password='{password}' dbname=lake sslmode=disable"
