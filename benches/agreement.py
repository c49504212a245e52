"""Whether two engines gave the same answer: rows as a set, floats within a tolerance."""

import math

import pyarrow as pa

# Sums of floats depend on the order of addition.
EXACT = 1e-9
# TPC-H's averages and quotients of decimals have another scale in each engine.
DECIMAL = 1e-5
# Sketches of distinct counts: nearly all groups within this.
SKETCH = 0.15


def _plain(column):
    """The column as numbers or texts that compare across engines."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_date(kind):
        column = column.cast(pa.date32()).cast(pa.int32())
    elif pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("us")).cast(pa.int64())
    elif pa.types.is_boolean(kind):
        column = column.cast(pa.int8())
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return [None if value is None else float(value) for value in column.to_pylist()]
    return [None if value is None else str(value) for value in column.to_pylist()]


def _key(value):
    return (0, "") if value is None else (1, value) if isinstance(value, str) else (2, round(value, 3))


def difference(ours, theirs, tolerance=EXACT, outliers=0.0):
    """None when the results agree, else what differs first."""
    if ours.num_columns != theirs.num_columns or ours.num_rows != theirs.num_rows:
        return f"{ours.num_rows} × {ours.num_columns} instead of {theirs.num_rows} × {theirs.num_columns}"
    rows = []
    for table in (ours, theirs):
        columns = [_plain(column) for column in table.columns]
        rows.append(sorted(zip(*columns), key=lambda row: [_key(value) for value in row]))
    wrong = 0
    for found, wanted in zip(*rows):
        for left, right in zip(found, wanted):
            if left == right:
                continue
            numbers = isinstance(left, float) and isinstance(right, float)
            if numbers and math.isclose(left, right, rel_tol=tolerance, abs_tol=tolerance):
                continue
            wrong += 1
            if wrong > outliers * len(rows[0]):
                return f"{left!r} instead of {right!r}"
    return None
