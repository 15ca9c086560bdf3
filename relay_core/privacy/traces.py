"""What an erasure would take, what stays, and what stands in its way."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from relay_core.errors import NotFound
from relay_core.people.phone import read_phone
from relay_core.store.ledger import Row, one

Read = Callable[..., list[Row]]
"""Named queries, of a ledger or within a transaction."""

_SPECIAL: Final = re.compile(r"[!-/:-@\[-^`{-~]")
"""ASCII that may mean something in a pattern; what is no ASCII means itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberElsewhere:
    """A number that is not theirs alone, and therefore stays."""

    phone: str
    name: str
    """Who else has it."""
    person_id: int | None
    """None: somebody of the team gets tests there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What is known of one person."""

    person_id: int
    names: tuple[str, ...]
    """Today's first, then former ones; empty where all of them are gone."""
    phones: tuple[str, ...]
    """E.164, all that are known."""
    phone: str | None
    """The one of their profile, E.164."""
    email: str | None
    external_id: str | None
    elsewhere: tuple[NumberElsewhere, ...]
    messages: int
    queued: int
    """Of them, what waits and would be cancelled."""
    replies: int
    shown_in_zendesk: int
    """Of the messages, what agents find on their page there; it goes too, a little later."""
    left_out: int
    choices: int
    uploads: int
    never_message: bool
    """Opted out or blocked: that holds on."""
    speaks_for_number: bool
    """Whether their profile or the block list says so, and not only the number itself."""
    in_mirror: bool
    in_zendesk: bool
    """Whether Zendesk still had them at the last sync."""
    sending_in: tuple[int, ...]
    """Runs in which a message to them is leaving at this moment."""
    unknown_in: tuple[int, ...]
    """Runs in which nobody knows whether a message to them left."""
    awaiting_in: tuple[int, ...]
    """Runs that wait for approval; without their text they are not what was frozen any more."""
    erased_at: datetime | None
    """When they were erased before."""

    @property
    def name(self) -> str:
        """What to call them."""
        return self.names[0] if self.names else f"person {self.person_id}"

    @property
    def own_phones(self) -> tuple[str, ...]:
        """Numbers that go, because nobody else has them."""
        others = {each.phone for each in self.elsewhere}
        return tuple(phone for phone in self.phones if phone not in others)

    @property
    def spelled(self) -> tuple[str, ...]:
        """What names them in somebody's text: full names and address. One word may mean another."""
        full = tuple(name for name in self.names if " " in name.strip())
        return (*full, self.email) if self.email else full

    def is_meant_by(self, typed: str, *, region: str) -> bool:
        """Whether somebody typed a name or a number of this person."""
        said = _folded(typed)
        named = said in {_folded(name) for name in (*self.names, self.name)}
        return named or read_phone(typed, region=region).e164 in self.phones


def traces_of(read: Read, person_id: int) -> Traces:
    """Look up everything that is known of one person.

    Raises:
        NotFound: Nothing is.
    """
    profile = one(read("erasure.profile", person_id=person_id))
    phones = [row["phone"] for row in read("erasure.numbers", person_id=person_id)]
    figures = read("erasure.figures", person_id=person_id, phones=phones)[0]
    speaks = bool((profile and profile["refused"]) or figures["is_blocked"])
    erased = {row["person_id"]: row["erased_at"] for row in read("erasure.erased")}
    if profile is None and person_id not in erased and not _any(figures):
        raise NotFound("no person of that id", advice=f"There is no person {person_id} here.")
    elsewhere = tuple(
        NumberElsewhere(phone=row["phone"], name=row["name"], person_id=row["person_id"])
        for row in read("erasure.also_of", person_id=person_id, phones=phones)
    )
    own = [phone for phone in phones if phone not in {each.phone for each in elsewhere}]
    opened = read("erasure.open_messages", person_id=person_id)
    former = [row["name"] for row in read("erasure.former_names", person_id=person_id)]
    return Traces(
        person_id=person_id,
        names=tuple(dict.fromkeys([*([profile["name"]] if profile else []), *sorted(former)])),
        phones=tuple(sorted(phones)),
        phone=profile["phone_e164"] if profile else None,
        email=profile["email"] if profile else None,
        external_id=profile["external_id"] if profile else None,
        elsewhere=elsewhere,
        messages=figures["messages"],
        queued=sum(row["messages"] for row in opened if row["state"] == "queued"),
        replies=len(read("erasure.replies", person_id=person_id, phones=own)),
        shown_in_zendesk=figures["shown_in_zendesk"],
        left_out=figures["left_out"],
        choices=figures["choices"],
        uploads=figures["uploads"],
        never_message=speaks or bool(figures["has_opted_out"]),
        speaks_for_number=speaks,
        in_mirror=profile is not None,
        in_zendesk=bool(profile and profile["active"]),
        sending_in=tuple(row["run_id"] for row in opened if row["state"] == "sending"),
        unknown_in=tuple(row["run_id"] for row in opened if row["state"] == "unknown"),
        awaiting_in=tuple(row["run_id"] for row in opened if row["run_state"] == "awaiting"),
        erased_at=erased.get(person_id),
    )


def pattern_of(traces: Traces) -> str | None:
    """Return RE2 that finds whatever names a person in a text; its groups are what is around."""
    spelled = (*traces.spelled, *(phone.lstrip("+") for phone in traces.own_phones))
    told = [_SPECIAL.sub(r"\\\g<0>", text) for text in spelled]
    return rf"(^|[^\pL\pN])\+?(?:{'|'.join(told)})($|[^\pL\pN])" if told else None


def _any(figures: Row) -> bool:
    return any(figures[name] for name in ("messages", "left_out", "choices", "uploads"))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
