"""Names: which are taken, which rest after a deletion, and which is free for a copy."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

from relay_core.errors import TemplateError
from relay_core.store.ledger import Ledger, Row, Session
from relay_core.templates.writing.names import LONGEST_NAME, meta_name

NAME_REST: Final = timedelta(days=30)
"""How long Meta keeps the name of a deleted template, in every language. Source: Meta's
documentation of message templates."""


def check_free(
    session: Session,
    *,
    name: str,
    language: str,
    integration_ids: Collection[str],
    apart_from: int | None = None,
    now: datetime,
) -> int | None:
    """Refuse a name that cannot be used now.

    Args:
        session: The transaction that will use the name.
        name: As it will be stored.
        language: In which it shall be used.
        integration_ids: Where it will be submitted.
        apart_from: A template that may have the name: the one that is being renamed.
        now: When.

    Returns:
        The number of a deleted template of that name and language, which can begin anew.

    Raises:
        TemplateError: It exists in that language, or rests after a deletion.
    """
    same = [
        row
        for row in session.run("templates.rows")
        if meta_name(row["name"]) == name
        and row["language"] == language
        and row["id"] != apart_from
    ]
    if any(row["deleted_at"] is None for row in same):
        raise TemplateError(
            "name taken",
            advice=f"{name} exists in {language} already. Choose another name, "
            f"e.g. {free_name(name, taken=_names(session.run('templates.rows')))}.",
        )
    check_rested(session, name=name, integration_ids=integration_ids, now=now)
    return int(same[0]["id"]) if same else None


def check_rested(
    session: Session, *, name: str, integration_ids: Collection[str], now: datetime
) -> None:
    """Refuse a name that was deleted at one of these integrations less than 30 days ago.

    Raises:
        TemplateError: Says from when on it is free.
    """
    if (
        free_at := rests_until(
            session.run("templates.deletions"), name=name, integration_ids=integration_ids
        )
    ) is None:
        return
    if free_at > now:
        raise TemplateError(
            "name rests",
            advice=f"A template named {name} was deleted, and Meta keeps its name for 30 days. It "
            f"is free from {free_at:%d %B %Y, %H:%M} UTC on. Until then use another name, e.g. "
            f"{free_name(name, taken=_names(session.run('templates.rows')))}.",
        )


def rests_until(
    deletions: Iterable[Row], *, name: str, integration_ids: Collection[str]
) -> datetime | None:
    """Return from when on a name is free at all of these; None when it was never deleted there."""
    deleted = [
        row["deleted_at"]
        for row in deletions
        if meta_name(row["name"]) == name and row["integration_id"] in integration_ids
    ]
    return max(deleted) + NAME_REST if deleted else None


def resting_until(
    ledger: Ledger, name: str, *, integration_ids: Collection[str], now: datetime
) -> datetime | None:
    """Return until when Meta keeps a name at one of these; None when it can be used now."""
    free_at = rests_until(
        ledger.rows("templates.deletions"), name=meta_name(name), integration_ids=integration_ids
    )
    return free_at if free_at is not None and free_at > now else None


def name_for_copy(ledger: Ledger, name: str) -> str:
    """Return a name like this one that no template has or had."""
    return free_name(meta_name(name), taken=_names(ledger.rows("templates.rows")))


def free_name(name: str, *, taken: Collection[str]) -> str:
    """Return the name with the lowest number behind it that is not taken, from 2 on."""
    stem, _, number = name.rpartition("_")
    if not stem or not number.isdecimal():
        stem = name
    count = 2
    while (found := f"{stem[: LONGEST_NAME - 1 - len(str(count))]}_{count}") in taken:
        count += 1
    return found


def _names(rows: Iterable[Row]) -> set[str]:
    return {meta_name(row["name"]) for row in rows}
