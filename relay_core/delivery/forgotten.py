"""What is heard after a person or number was forgotten: it counts, and tells nothing of them."""

import re
from dataclasses import replace
from enum import StrEnum
from typing import Final

from relay_core.delivery.heard import Receipt, Reply
from relay_core.people.pseudonyms import is_pseudonym, kept_as, known_number
from relay_core.store.ledger import Row, Session

_LONG_NUMBER: Final = re.compile(r"\+?\d{7,15}")
"""Some vendors repeat the phone number in their reason."""


class Forgotten(StrEnum):
    """Why name, number and texts of a delivery are gone. Stored in `deliveries.forgotten`."""

    ASKED = "asked"  # the person asked for it
    AGED = "aged"  # the run is older than such things are kept


def receipt_as_kept(session: Session, heard: Receipt, delivery: Row | None) -> Receipt:
    """Return a receipt without what was forgotten of its delivery or its number."""
    if delivery and delivery["forgotten"]:
        return _stripped(heard, phone=delivery["phone"] if heard.phone else None)
    if heard.phone is None:
        return heard
    phone = kept_as(session, heard.phone)
    return _stripped(heard, phone=phone) if is_pseudonym(phone) else heard


def number_of_reply(session: Session, reply: Reply, answered: Row | None) -> str | None:
    """Return the number that a reply came from, as the file knows it.

    Args:
        session: The transaction.
        reply: What was heard.
        answered: The newest delivery of its conversation, if there is one.
    """
    if answered is None:
        return kept_as(session, reply.phone) if reply.phone else None
    return number_of(session, answered, said=reply.phone)


def number_of(session: Session, delivery: Row, *, said: str | None = None) -> str:
    """Return the number of a delivery, by which promises about it are kept.

    A number that the delivery has no more may still be somebody's, or be so again: what they wish
    now has to reach them, so it is looked for.

    Args:
        session: The transaction.
        delivery: Its `phone`.
        said: The number, where the channel says it.
    """
    phone = str(delivery["phone"])
    if not is_pseudonym(phone):
        return phone
    return kept_as(session, said) if said else known_number(session, phone)


def tells_nothing(phone: str | None, delivery: Row | None) -> bool:
    """Whether what somebody writes is not to be kept: they were erased."""
    asked = delivery is not None and delivery["forgotten"] == Forgotten.ASKED
    return asked or (phone is not None and is_pseudonym(phone))


def _stripped(heard: Receipt, *, phone: str | None) -> Receipt:
    reason = _LONG_NUMBER.sub("…", heard.reason) if heard.reason else None
    return replace(heard, phone=phone, reason=reason)
