"""What stands in the place of a number that was forgotten, and when it becomes known again.

A pseudonym is a keyed hash: equal numbers have equal ones, so each promise about a number can be
kept without it. Whoever holds the file holds the key too, and can try every number there is.
"""

import hmac
from collections.abc import Iterable
from typing import Final

from relay_core.store.ledger import Session

MARK: Final = "~"
"""Begins every pseudonym, and no number."""
_HEX_DIGITS: Final = 32
"""Of the hash: that two numbers of one file share a pseudonym will not happen."""


def pseudonym(text: str, *, key: bytes) -> str:
    """Return what stands for a number, or for an address.

    Source:
        HMAC with SHA-256: RFC 2104 and FIPS 180-4.
    """
    return MARK + hmac.digest(key, text.encode(), "sha256").hex()[:_HEX_DIGITS]


def is_pseudonym(phone: str) -> bool:
    """Whether this stands for a number instead of being one."""
    return phone.startswith(MARK)


def keep_key(session: Session, fresh: bytes) -> None:
    """Give the file its key, unless it has one.

    Args:
        session: The transaction.
        fresh: By chance, 32 bytes.
    """
    session.run("pseudonyms.keep_key", key=fresh.hex())


def key_of(session: Session) -> bytes:
    """Return the file's key.

    Raises:
        LookupError: It was given none.
    """
    rows = session.run("pseudonyms.key")
    if not rows:
        raise LookupError("the file has no key for pseudonyms")
    return bytes.fromhex(rows[0]["key"])


def forget_numbers(session: Session, phones: Iterable[str]) -> dict[str, str]:
    """Note that nobody has these numbers any more; return the pseudonym of each.

    The caller puts the pseudonyms wherever the numbers stand.
    """
    key = key_of(session)
    made = {phone: pseudonym(phone, key=key) for phone in phones}
    for each in made.values():
        session.run("pseudonyms.forget", pseudonym=each)
    return made


def kept_as(session: Session, phone: str) -> str:
    """Return how a number stands in the file: by its pseudonym once it was forgotten."""
    if not session.run("pseudonyms.any"):
        return phone
    made = pseudonym(phone, key=key_of(session))
    return made if session.run("pseudonyms.is_forgotten", pseudonym=made) else phone


def known_again(session: Session, phones: Iterable[str]) -> None:
    """Let what was promised about numbers hold again by the numbers themselves.

    To be called wherever a number comes into the file, before anything is decided by it: an opt-out
    outlives the forgetting of its number. So does, for the year that rules may look back, that a
    message went there; not to whom, nor what it said.
    """
    numbers = list(phones)
    if not numbers or not session.run("pseudonyms.any"):
        return
    key = key_of(session)
    for phone in numbers:
        made = pseudonym(phone, key=key)
        if not session.run("pseudonyms.recall", pseudonym=made):
            continue
        for query in (
            "pseudonyms.restore_suppression",
            "pseudonyms.restore_opt_outs",
            "pseudonyms.restore_rests",
            "pseudonyms.restore_messages",
            "pseudonyms.restore_replies",
        ):
            session.run(query, pseudonym=made, phone=phone)


def known_number(session: Session, made: str) -> str:
    """Return the number that a pseudonym stands for, where anybody in the mirror has it.

    Else it stays a pseudonym, and becomes the number once somebody has it. Tries the numbers one by
    one: a second for a million people, so only for what is rare and matters.
    """
    if session.run("pseudonyms.is_forgotten", pseudonym=made):
        return made
    key = key_of(session)
    for row in session.run("pseudonyms.numbers"):
        if pseudonym(row["phone"], key=key) == made:
            return str(row["phone"])
    session.run("pseudonyms.forget", pseudonym=made)
    return made
