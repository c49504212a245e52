"""asyncpg: everything in binary, statements prepared and flushed without a sync, cursors by portal."""

import asyncio
import datetime
import decimal
import os
import uuid

import asyncpg

UTC = datetime.timezone.utc


def ok(what):
    print("ok", what, flush=True)


def expect(found, wanted, what):
    assert found == wanted, f"{what}: {found!r} instead of {wanted!r}"
    ok(what)


async def main():
    print("client asyncpg", asyncpg.__version__)
    connection = await asyncpg.connect(
        host=os.environ["PGHOST"],
        port=int(os.environ["PGPORT"]),
        user=os.environ["PGUSER"],
        password=os.environ["PGPASSWORD"],
        database=os.environ["PGDATABASE"],
        timeout=10,
        command_timeout=10,
    )
    some = uuid.UUID("00112233-4455-6677-8899-aabbccddeeff")
    moment = datetime.datetime(2024, 1, 1, 12, tzinfo=UTC)
    row = await connection.fetchrow(
        "SELECT $1::int4, $2::numeric(10,2), $3::timestamptz, $4::date, $5::text[], $6::jsonb, $7::uuid",
        1, decimal.Decimal("1.10"), moment, datetime.date(2024, 2, 29), ["a", None], '{"k": 1}', some,
    )
    expect(
        tuple(row),
        (1, decimal.Decimal("1.10"), moment, datetime.date(2024, 2, 29), ["a", None], '{"k": 1}', some),
        "parameters of every kind in binary",
    )
    # The statement is prepared with a Flush and no Sync: its error must come at once.
    try:
        await asyncio.wait_for(connection.fetchval("SELECT nothing FROM orders"), 5)
        raise AssertionError("an unknown column was found")
    except asyncpg.UndefinedColumnError:
        ok("an error comes before the sync")
    expect(await connection.fetchval("SELECT count(*) FROM orders"), 1000, "the connection goes on after it")
    async with connection.transaction():
        rows = [row["id"] async for row in connection.cursor("SELECT id FROM orders ORDER BY id", prefetch=77)]
    expect(rows, list(range(1, 1001)), "a cursor that fetches in pieces")
    await connection.reset()
    ok("reset()")
    await connection.close()


asyncio.run(main())
