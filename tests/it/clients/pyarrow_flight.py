"""pyarrow.flight, without any Flight SQL library: the protocol's own messages, written by hand."""

import os

import pyarrow
import pyarrow.flight as flight


def ok(what):
    print("ok", what, flush=True)


def field(number, payload):
    """A length-delimited field of a protocol buffer; lengths here are below 16,384."""
    length = len(payload)
    encoded = bytes([length]) if length < 128 else bytes([length & 127 | 128, length >> 7])
    return bytes([number << 3 | 2]) + encoded + payload


def statement(sql):
    """google.protobuf.Any around CommandStatementQuery."""
    name = b"type.googleapis.com/arrow.flight.protocol.sql.CommandStatementQuery"
    return field(1, name) + field(2, field(1, sql.encode()))


print("client pyarrow.flight", pyarrow.__version__)
client = flight.FlightClient(os.environ["FLIGHT_URI"])
token = client.authenticate_basic_token(os.environ["PGUSER"], os.environ["PGPASSWORD"])
options = flight.FlightCallOptions(headers=[token])

descriptor = flight.FlightDescriptor.for_command(statement("SELECT state, count(*) AS n FROM orders GROUP BY state ORDER BY state"))
info = client.get_flight_info(descriptor, options)
assert info.schema.names == ["state", "n"], info.schema
tables = [client.do_get(endpoint.ticket, options).read_all() for endpoint in info.endpoints]
assert tables[0].to_pydict() == {"state": ["open", "paid"], "n": [250, 750]}, tables
ok("a statement through GetFlightInfo and DoGet")

try:
    client.get_flight_info(flight.FlightDescriptor.for_command(statement("SELECT 1")))
    raise AssertionError("answered without a token")
except flight.FlightUnauthenticatedError:
    ok("no answer without a token")

try:
    client.get_flight_info(flight.FlightDescriptor.for_command(statement("SELECT * FROM absent")), options)
    raise AssertionError("not refused")
except (flight.FlightError, KeyError) as refused:
    assert 'relation "absent" does not exist' in str(refused), refused
    ok("an error in the server's words")
