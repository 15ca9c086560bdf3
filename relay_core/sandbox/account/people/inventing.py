"""Invented people: the same for the same seed, believable, and as awkward as real ones."""

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import accumulate
from typing import Final

from relay_core.sandbox.account.people.catalogue import FIRST_ROLE_ID
from relay_core.sandbox.account.people.directory import Person, digits, person_from
from relay_core.sandbox.account.people.field_values import field_values, untouched
from relay_core.sandbox.account.people.nations import NATIONS, Nation
from relay_core.sandbox.account.people.numbers import Numbers
from relay_core.sandbox.account.records import HOME, Record, user_record

FIRST_AGENT_ID: Final = 10_002
FIRST_PERSON_ID: Final = 100_001
MOST_AGENTS: Final = 40
PEOPLE_PER_AGENT: Final = 250
FEWEST_AGENTS: Final = 3
OLDEST_DAYS: Final = 6 * 365
DAY_S: Final = 86_400

NOTES: Final = ("manager", "Calls twice a year", "VIP since 2021", "Do not call on Mondays")

TAG_SHARES: Final = {
    "vip": 0.06,
    "vip_gold": 0.02,
    "opted_in": 0.35,
    "opted_out": 0.05,
    "newsletter": 0.25,
    "loyalty": 0.12,
    "beta_user": 0.03,
    "wholesale": 0.02,
}


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of all end users that something holds for."""

    no_email: float = 0.06
    named_by_contact: float = 0.01
    in_organization: float = 0.35
    in_two_organizations: float = 0.03
    external_id: float = 0.7
    verified: float = 0.8
    suspended: float = 0.015
    deleted: float = 0.004
    notes: float = 0.06
    details: float = 0.3
    one_name: float = 0.02
    shouted_name: float = 0.02
    loose_name: float = 0.005
    signed_in: float = 0.4
    city_tag: float = 0.6
    on_whatsapp: float = 0.12


SHARE: Final = Shares()


@dataclass(slots=True)
class Cast:
    """Who is being invented, and from what."""

    dice: random.Random
    now: datetime
    agent_ids: Sequence[int]
    organization_ids: Sequence[int]
    pattern: Record
    """A user with nothing but defaults."""

    numbers: Numbers = field(init=False)

    def __post_init__(self) -> None:
        """Begin with no number given away."""
        self.numbers = Numbers(self.dice)


def invent(
    count: int,
    *,
    seed: int,
    now: datetime,
    organization_ids: Sequence[int],
    group_ids: Sequence[int],
) -> list[Person]:
    """Return `count` users: agents first, then end users.

    Of the end users about 85 in 100 have a valid number of their own in E.164. Nothing but the
    number of agents depends on `count`.
    """
    agent_count = min(count, MOST_AGENTS, max(count // PEOPLE_PER_AGENT, FEWEST_AGENTS))
    agent_ids = range(FIRST_AGENT_ID, FIRST_AGENT_ID + agent_count)
    cast = Cast(
        dice=random.Random(f"{seed}:people"),
        now=now,
        agent_ids=agent_ids[:FEWEST_AGENTS],
        organization_ids=organization_ids,
        pattern=user_record({}, user_id=FIRST_PERSON_ID, now=now),
    )
    end_ids = range(FIRST_PERSON_ID, FIRST_PERSON_ID + count - agent_count)
    ends = _some_on_whatsapp(
        [_end_user(cast, each) for each in end_ids], random.Random(f"{seed}:identities")
    )
    agents = [_agent(cast, each, group_ids) for each in agent_ids]
    return [*agents, *ends]


def _agent(cast: Cast, user_id: int, group_ids: Sequence[int]) -> Person:
    dice = cast.dice
    nation = _nation(dice)
    name, handle = _name(dice, nation)
    is_admin = user_id % 10 == 0
    given: Record = {
        "name": name,
        "email": f"{handle}.{user_id}@team.example",
        "role": "admin" if is_admin else "agent",
        "custom_role_id": FIRST_ROLE_ID + (3 if is_admin else user_id % 3),
        "phone": cast.numbers.fresh(nation) if dice.random() < 1 / 2 else None,
        "verified": True,
        "group_ids": sorted(dice.sample(group_ids, dice.randint(1, 2))),
        "tags": ["staff"],
        "user_fields": untouched(),
        **_stamps(cast),
        **_home(nation),
    }
    return person_from(user_record(given, user_id=user_id, now=cast.now), given)


def _end_user(cast: Cast, user_id: int) -> Person:
    dice = cast.dice
    chance = dice.random
    nation = _nation(dice)
    name, handle = _name(dice, nation)
    city = nation.cities[int(chance() * len(nation.cities))]
    phone, is_shared = cast.numbers.draw(nation)
    domain = nation.mail_domains[int(chance() * len(nation.mail_domains))]
    email = None if chance() < SHARE.no_email else f"{handle}.{user_id}@{domain}"
    if chance() < SHARE.named_by_contact:
        name = phone or email or name
    organization_ids = _memberships(cast)
    record = {
        **cast.pattern,
        "id": user_id,
        "url": f"{HOME}/users/{user_id}.json",
        "name": name,
        "email": email,
        "phone": phone,
        "shared_phone_number": is_shared,
        "organization_id": organization_ids[0] if organization_ids else None,
        "external_id": f"crm-{user_id - FIRST_PERSON_ID:06}"
        if chance() < SHARE.external_id
        else None,
        "verified": chance() < SHARE.verified and email is not None,
        "suspended": chance() < SHARE.suspended,
        "active": chance() >= SHARE.deleted,
        "tags": _tags(dice, city),
        "notes": dice.choice(NOTES) if chance() < SHARE.notes else "",
        "details": f"{city}, {nation.code}" if chance() < SHARE.details else "",
        "user_fields": field_values(cast.dice, cast.now, cast.agent_ids),
        **_stamps(cast),
        **_home(nation),
    }
    return Person(record=record, organization_ids=organization_ids, group_ids=(), identities=None)


def _some_on_whatsapp(people: list[Person], dice: random.Random) -> list[Person]:
    """Return these people, some with the identity of somebody who wrote over WhatsApp."""
    return [
        replace(person, identities=_identities(person.record))
        if dice.random() < SHARE.on_whatsapp and str(person.record["phone"] or "").startswith("+")
        else person
        for person in people
    ]


def _identities(record: Record) -> tuple[Record, ...]:
    """Return an address, a number and the same number on WhatsApp.

    No document says what a WhatsApp identity looks like, so the form is this world's own: a type
    that is documented, a subtype that names the channel, and digits without a plus.
    """
    phone = record["phone"]
    own = [("email", record["email"]), ("phone_number", phone)]
    if record["shared_phone_number"]:
        own.pop()
    whatsapp = {"type": "messaging", "subtype_name": "whatsapp", "value": digits(phone)}
    return (*({"type": kind, "value": value} for kind, value in own if value), whatsapp)


def _memberships(cast: Cast) -> tuple[int, ...]:
    chance = cast.dice.random()
    if chance >= SHARE.in_organization or not cast.organization_ids:
        return ()
    count = 2 if chance < SHARE.in_two_organizations else 1
    return tuple(cast.dice.sample(cast.organization_ids, count))


def _nation(dice: random.Random) -> Nation:
    return dice.choices(NATIONS, cum_weights=_REACHED_SHARES)[0]


def _name(dice: random.Random, nation: Nation) -> tuple[str, str]:
    """Return a name, and the part before the @ that goes with it."""
    given = nation.given_names[int(dice.random() * len(nation.given_names))]
    family = nation.family_names[int(dice.random() * len(nation.family_names))]
    handle = f"{_HANDLES[given]}.{_HANDLES[family]}"
    name = f"{family} {given}" if nation.is_family_first else f"{given} {family}"
    chance = dice.random()
    if chance < SHARE.one_name:
        return given, handle
    chance -= SHARE.one_name
    if chance < SHARE.shouted_name:
        return name.upper(), handle
    chance -= SHARE.shouted_name
    return (f" {name}  ", handle) if chance < SHARE.loose_name else (name, handle)


def _home(nation: Nation) -> Record:
    return {
        "locale": nation.locale,
        "locale_id": nation.locale_id,
        "time_zone": nation.time_zone,
        "iana_time_zone": nation.iana_time_zone,
    }


def _stamps(cast: Cast) -> Record:
    chance = cast.dice.random
    now_s = int(cast.now.timestamp())
    created_s = now_s - int(chance() ** 2 * OLDEST_DAYS * DAY_S)
    updated_s = created_s + int((now_s - created_s) * chance())
    logged_in = None
    if chance() < SHARE.signed_in:
        logged_in = _stamp(created_s + int((now_s - created_s) * chance()))
    return {
        "created_at": _stamp(created_s),
        "updated_at": _stamp(updated_s),
        "last_login_at": logged_in,
    }


def _stamp(moment_s: int) -> str:
    return datetime.fromtimestamp(moment_s, UTC).isoformat()[:19] + "Z"


def _tags(dice: random.Random, city: str) -> list[str]:
    found = [tag for tag, share in TAG_SHARES.items() if dice.random() < share]
    if dice.random() < SHARE.city_tag:
        found.append(_CITY_TAGS[city])
    return sorted(found)


def _plain(text: str) -> str:
    """Return the ASCII letters of a word, for an address; a stand-in when there are none."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("ł", "l").replace("ß", "ss"))
    letters = "".join(each for each in decomposed if each.isascii() and each.isalpha())
    return letters or f"u{sum(map(ord, text)) % 1000}"


_REACHED_SHARES: Final = tuple(accumulate(nation.share for nation in NATIONS))

_HANDLES: Final = {
    name: _plain(name) for nation in NATIONS for name in (*nation.given_names, *nation.family_names)
}

_CITY_TAGS: Final = {city: f"city_{_plain(city)}" for nation in NATIONS for city in nation.cities}
