"""A PostgreSQL of Debian's, in a cluster of its own on loopback: the peer for rows out and connects."""

import os
import pathlib
import shutil
import subprocess

from place import DATA
from server import free_port

USER, PASSWORD = "bench", "bench"


def binaries():
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        raise SystemExit("PostgreSQL is missing: benches/setup installs it")
    return found[-1]


class Postgres:
    """The cluster as a context: made when missing, started when entered, stopped when left."""

    def __init__(self):
        self.folder = DATA / "postgres"
        self.port = free_port()

    def run(self, *command):
        """PostgreSQL refuses to run as root, so root becomes its own user first."""
        if os.geteuid() == 0:
            command = ("runuser", "-u", "postgres", "--", *command)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def __enter__(self):
        if not (self.folder / "PG_VERSION").exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            password = self.folder.with_name("postgres.password")
            password.write_text(PASSWORD)
            if os.geteuid() == 0:
                for path in (self.folder, password):
                    shutil.chown(path, "postgres")
            self.run(binaries() / "initdb", "-D", self.folder, "-A", "scram-sha-256", "-U", USER, f"--pwfile={password}",
                     "-E", "UTF8", "--locale=C.UTF-8")
            password.unlink()
        # Half a gigabyte of buffers keeps the table in memory, as the peers' files are.
        settings = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c shared_buffers=512MB"
        self.run(binaries() / "pg_ctl", "-D", self.folder, "-o", settings, "-l", self.folder / "log", "-w", "start")
        return self

    def __exit__(self, *_):
        self.run(binaries() / "pg_ctl", "-D", self.folder, "-m", "fast", "-w", "stop")

    def conninfo(self):
        return f"host=127.0.0.1 port={self.port} user={USER} password={PASSWORD} dbname=postgres sslmode=disable"

    def uri(self):
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/postgres"
