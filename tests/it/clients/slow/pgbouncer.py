"""PgBouncer in front of the server, with session pools and with transaction pools of two connections."""

import asyncio
import io
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import time

import asyncpg
import psycopg
import psycopg2
from checks import client, expect, ok

PROGRAM = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
CONFIGURATION = """
[databases]
{database} = host={host} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users
pool_mode = {mode}
default_pool_size = 2
max_client_conn = 50
ignore_startup_parameters = extra_float_digits,options
"""


class PgBouncer:
    def __init__(self, mode):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        known = {"host": os.environ["PGHOST"], "port": os.environ["PGPORT"], "database": os.environ["PGDATABASE"]}
        text = CONFIGURATION.format(mode=mode, listen=self.port, folder=self.folder, **known)
        (self.folder / "pgbouncer.ini").write_text(text)
        (self.folder / "users").write_text('"{PGUSER}" "{PGPASSWORD}"\n'.format(**os.environ))
        command = [PROGRAM, self.folder / "pgbouncer.ini"]
        if os.getuid() == 0:
            # It does not run as root.
            nobody = pwd.getpwnam("nobody")
            for path in (self.folder, *self.folder.iterdir()):
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
            command[1:1] = ["-u", "nobody"]
        self.log = open(self.folder / "log", "w")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)
        self.address = {"host": "127.0.0.1", "port": self.port, "user": os.environ["PGUSER"]}
        self.address |= {"password": os.environ["PGPASSWORD"], "dbname": os.environ["PGDATABASE"]}

    def connect(self, **options):
        for _ in range(50):
            try:
                return psycopg.connect(**self.address, **options)
            except psycopg.OperationalError as error:
                refused = error
                time.sleep(0.1)
        raise refused

    def __enter__(self):
        self.connect().close()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder)


def copied(connection, form):
    """Rows out of a table and into another, in one of the forms of COPY."""
    connection.execute("CREATE TABLE IF NOT EXISTS bounced (id bigint, state text, amount numeric(12,2))")
    connection.execute("TRUNCATE bounced")
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY (SELECT id, state, amount FROM orders) TO STDOUT WITH (FORMAT {form})") as copy:
            taken = b"".join(copy)
        with cursor.copy(f"COPY bounced FROM STDIN WITH (FORMAT {form})") as copy:
            copy.write(taken)
    return connection.execute("SELECT count(*), sum(amount) = (SELECT sum(amount) FROM orders) FROM bounced").fetchone()


def in_sessions(bouncer):
    with bouncer.connect() as connection:
        connection.execute("SET bellwether.writer = 'somebody'")
        rows = connection.execute("SELECT id FROM orders WHERE state = %s AND id > %s", ("open", 990)).fetchall()
        expect(sorted(rows), [(992,), (996,), (1000,)], "parameters, session pools")
        with connection.cursor(name="held", withhold=True) as cursor:
            cursor.execute("SELECT id FROM orders ORDER BY id")
            connection.commit()
            expect([row[0] for row in cursor.fetchmany(3)], [1, 2, 3], "a cursor WITH HOLD, session pools")
        for form in ("text", "csv", "binary"):
            expect(copied(connection, form), (1000, True), f"COPY in {form}, session pools")
    with bouncer.connect() as connection:
        left = connection.execute("SELECT current_setting('bellwether.writer', true)").fetchone()
        expect(left[0] or "", "", "a connection comes back clean")

    async def pooled():
        about = {**bouncer.address, "database": bouncer.address["dbname"]}
        del about["dbname"]
        async with asyncpg.create_pool(**about, min_size=1, max_size=2) as pool:
            return await asyncio.gather(*(pool.fetchval("SELECT $1::int + 1", number) for number in range(6)))

    expect(asyncio.run(pooled()), [1, 2, 3, 4, 5, 6], "asyncpg's pool on session pools")


def in_transactions(bouncer):
    clients = [bouncer.connect(prepare_threshold=None) for _ in range(6)]
    for connection in clients:
        connection.execute("SELECT 1")
        connection.commit()
    sessions = "SELECT count(*) FROM system.sessions"
    expect(clients[0].execute(sessions).fetchone()[0] <= 2, True, "six clients share two connections")
    clients[0].rollback()
    clients[0].execute("CREATE TABLE counted (id int)")
    clients[0].commit()
    failed = []

    def add(connection, number):
        try:
            for _ in range(5):
                connection.execute("INSERT INTO counted VALUES (%s)", (number,))
                connection.commit()
                connection.execute("INSERT INTO counted VALUES (-1)")
                connection.rollback()
        except psycopg.Error as error:
            failed.append(error)

    threads = [threading.Thread(target=add, args=pair) for pair in zip(clients, range(6))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed
    rows = clients[0].execute("SELECT id, count(*) FROM counted GROUP BY id ORDER BY id").fetchall()
    expect(rows, [(number, 5) for number in range(6)], "six clients write and roll back")
    clients[0].rollback()
    clients[1].execute("SET LOCAL statement_timeout = '5s'")
    expect(clients[1].execute("SHOW statement_timeout").fetchone(), ("5s",), "SET LOCAL holds in its block")
    clients[1].commit()
    expect(clients[1].execute("SHOW statement_timeout").fetchone()[0] == "5s", False, "and no longer")
    clients[1].rollback()
    for form in ("text", "csv", "binary"):
        expect(copied(clients[2], form), (1000, True), f"COPY in {form}, transaction pools")
    clients[2].commit()
    with clients[3].cursor(name="named") as cursor:
        cursor.execute("SELECT id FROM orders ORDER BY id")
        expect(len(cursor.fetchmany(10) + cursor.fetchall()), 1000, "a cursor in its block")
    clients[3].rollback()
    for connection in clients:
        connection.close()

    connection = psycopg2.connect(**bouncer.address)
    cursor = connection.cursor()
    written = io.StringIO()
    cursor.copy_expert("COPY orders TO STDOUT WITH (FORMAT csv, HEADER)", written)
    expect(len(written.getvalue().splitlines()), 1001, "psycopg2 copies")
    connection.close()

    async def asked():
        about = {**bouncer.address, "database": bouncer.address["dbname"]}
        del about["dbname"]
        connection = await asyncpg.connect(**about, statement_cache_size=0)
        async with connection.transaction():
            found = [row["id"] async for row in connection.cursor("SELECT id FROM orders ORDER BY id", prefetch=77)]
        await connection.close()
        return len(found)

    expect(asyncio.run(asked()), 1000, "asyncpg's cursor")


version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True)
client("PgBouncer before psycopg, psycopg2, asyncpg", version.stdout.split()[1])
with PgBouncer("session") as bouncer:
    in_sessions(bouncer)
with PgBouncer("transaction") as bouncer:
    in_transactions(bouncer)
ok("both are stopped")
