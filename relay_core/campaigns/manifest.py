"""A hash over everything that a run would do, so that what leaves is what somebody saw."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One message, as far as anybody notices it."""

    person_id: int
    phone: str
    variant: str | None
    """Language of the template it is made from; None: the run's own."""
    body: str
    bound: Mapping[str, str]


def manifest_of(
    *,
    integration_id: str,
    template: Mapping[str, Any],
    variants: Mapping[str, Mapping[str, Any]],
    rules: Mapping[str, object],
    warnings: Sequence[str],
    lines: Iterable[Line],
    hold_out: Mapping[str, object] | None = None,
    held_out: Iterable[int] = (),
) -> str:
    """Return a hash that two runs share only if they do exactly the same.

    Pace is not in it: it decides how fast something leaves, not what.

    Args:
        integration_id: Where it leaves from.
        template: As a document.
        variants: The other languages that leave, as documents.
        rules: Settings that decide who is messaged, and when; see `Settings.deciding`.
        warnings: What had to be accepted, in the words that were shown.
        lines: Each message, in any order.
        hold_out: The draw of those who get nothing, to compare with; None: there is none.
        held_out: Whom it holds out, by id, in any order.
    """
    sha = hashlib.sha256()
    head: list[object] = [integration_id, template, variants, rules, list(warnings)]
    if hold_out is not None:
        head += [hold_out, sorted(held_out)]
    sha.update(json.dumps(head, sort_keys=True).encode())
    # Sorted by hash: the messages themselves would all have to be held at once.
    for digest in sorted(map(_digest, lines)):
        sha.update(digest)
    return sha.hexdigest()


def _digest(line: Line) -> bytes:
    told = (line.person_id, line.phone, line.variant, line.body, dict(line.bound))
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).digest()
