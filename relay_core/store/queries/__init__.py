"""Named SQL. Each `.sql` file holds queries of one subject.

File format:
    -- name: lease_next
    -- A sentence or more that says what it does and why it is so.
    UPDATE …;

A query is called `<file>.<name>`, e.g. `deliveries.lease_next`. Values are bound as `$name`.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Final

_HEADER: Final = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def queries() -> dict[str, str]:
    """Return every named query: `<file>.<name>` to its text, comment included."""
    found = {}
    for file in sorted(files(__package__).iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".sql"):
            continue
        pieces = _HEADER.split(file.read_text(encoding="utf-8"))
        subject = file.name.removesuffix(".sql")
        for name, text in zip(pieces[1::2], pieces[2::2], strict=True):
            found[f"{subject}.{name}"] = text.strip().removesuffix(";")
    return found


def query(name: str) -> str:
    """Return one query's text.

    Raises:
        KeyError: No file holds a query of that name.
    """
    return queries()[name]
