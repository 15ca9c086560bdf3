"""Arrow tables that survive JSON, so that a command can be given one by the file's owner."""

import base64
from typing import Annotated, Any

import pyarrow as pa
from pydantic import PlainSerializer, PlainValidator


def _told(table: pa.Table) -> str:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return base64.b64encode(sink.getvalue()).decode()


def _heard(value: Any) -> pa.Table:  # noqa: ANN401 - a table, or what `_told` made of one
    if isinstance(value, pa.Table):
        return value
    return pa.ipc.open_stream(base64.b64decode(value)).read_all()


Table = Annotated[pa.Table, PlainValidator(_heard), PlainSerializer(_told, return_type=str)]
"""A `pyarrow.Table`; as JSON, its IPC stream in base64."""
