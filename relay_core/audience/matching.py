"""From a definition to the people it matches, and how certain it is that none is missing."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, assert_never
from zoneinfo import ZoneInfo

from relay_core.audience.clauses import understood
from relay_core.audience.definition import AudienceDefinition, ByConditions, ByQuery, resolved
from relay_core.audience.english import sentence
from relay_core.audience.fields import Catalogue
from relay_core.audience.implied import ACTIVE, implied
from relay_core.audience.predicates import Predicate, both
from relay_core.audience.query_text import export_text
from relay_core.audience.segments import segment_named
from relay_core.audience.sql import predicate
from relay_core.errors import AudienceError, AudienceTooLarge
from relay_core.gateways.zendesk_records import ZendeskUser
from relay_core.people.mirror import remembering
from relay_core.store.database import Database
from relay_core.store.ledger import one


class UserSearch(Protocol):
    """Zendesk's search, over users only. Queries carry no `type:`."""

    def count_users(self, query: str) -> int:
        """Return how many users Zendesk's index has for a query."""
        ...

    def export_users(self, query: str) -> Iterator[Sequence[ZendeskUser]]:
        """Yield every user of a query, page by page, however many there are."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What an audience is evaluated against."""

    database: Database
    catalogue: Catalogue
    zone: ZoneInfo
    """The account's time zone, in which a day begins and ends."""
    search: UserSearch | None
    """None while no account is connected: queries are then refused, conditions are not."""
    region: str
    """Country of phone numbers written without a plus sign, ISO 3166."""
    audience_cap: int
    opt_out_tags: tuple[str, ...]
    opt_out_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Who is matched, as a predicate over the mirror, and what is known of its completeness."""

    predicate: Predicate
    explanation: str
    """What was asked, then what is implied, in sentences."""
    searched: int | None
    """Different people the search export gave; None when the mirror alone was asked."""
    counted: int | None
    """How many Zendesk said there are."""
    complete: bool
    """True when nothing speaks for anybody missing."""
    notice: str | None
    """What speaks for it, for a person."""


def match(definition: AudienceDefinition, sources: Sources, *, now: datetime) -> Match:
    """Return who matches a definition.

    A query is run by Zendesk: the people it finds are written to the mirror, so that screening
    and messages see what the search saw.

    Raises:
        AudienceError: The definition makes no sense in this account, or a query is not usable.
        AudienceTooLarge: The query finds more people than the limit; nothing was fetched.
        GatewayError: Zendesk could not be asked.
        NotFound: A segment does not exist.
    """
    found = resolved(definition, load=lambda name: segment_named(sources.database, name).definition)
    match found:
        case ByConditions():
            return _by_conditions(found, sources, now=now)
        case ByQuery():
            return _by_query(found, sources)
        case _:
            assert_never(found)


def ensure_within_cap(people: int, *, cap: int) -> None:
    """Refuse more people than the limit.

    Raises:
        AudienceTooLarge: Says both numbers.
    """
    if people > cap:
        raise AudienceTooLarge(
            f"{people} people, limit {cap}",
            advice=f"These are {people:,} people, and the limit is {cap:,}. Narrow the audience, "
            "or raise RELAY_AUDIENCE_CAP. Nothing was cut.",
        )


def _by_conditions(definition: ByConditions, sources: Sources, *, now: datetime) -> Match:
    clauses = understood(definition.tree, catalogue=sources.catalogue)
    wanted = predicate(clauses, now=now, zone=sources.zone)
    added = implied(definition.tree)
    for condition in added:
        wanted = both(wanted, condition.predicate)
    notice = _mirror_notice(sources.database)
    return Match(
        predicate=wanted,
        explanation=" ".join([sentence(clauses), *(condition.sentence for condition in added)]),
        searched=None,
        counted=None,
        complete=notice is None,
        notice=notice,
    )


def _mirror_notice(database: Database) -> str | None:
    progress = one(database.rows("people.progress"))
    if progress is None:
        return "The people of this account have not been synced yet."
    if progress["finished_at"] is None:
        return f"The sync is not finished: {progress['fetched']:,} people so far."
    return None


def _by_query(definition: ByQuery, sources: Sources) -> Match:
    text = export_text(definition.query)
    if sources.search is None:
        raise AudienceError(
            "no account to search",
            advice="A query is answered by Zendesk. Connect an account, or use conditions.",
        )
    counted = sources.search.count_users(text)
    ensure_within_cap(counted, cap=sources.audience_cap)
    ids: set[int] = set()
    for page in sources.search.export_users(text):
        ids.update(user.id for user in page)
        # The count may lag behind: the limit holds for what really comes.
        ensure_within_cap(len(ids), cap=sources.audience_cap)
        sources.database.write(remembering(page, region=sources.region))
    return Match(
        predicate=both(_among(ids), ACTIVE.predicate),
        explanation=f"People whom Zendesk finds for “{text}”. {ACTIVE.sentence}",
        searched=len(ids),
        counted=counted,
        complete=len(ids) == counted,
        notice=_search_notice(searched=len(ids), counted=counted)
        or _mirror_notice(sources.database),
    )


def _among(ids: set[int]) -> Predicate:
    # One JSON text: binding a list of 20,000 numbers takes three times as long.
    return Predicate(
        """p.id IN (SELECT unnest(from_json($ids, '["BIGINT"]')))""",
        {"ids": json.dumps(sorted(ids))},
    )


def _search_notice(*, searched: int, counted: int) -> str | None:
    if searched == counted:
        return None
    return (
        f"Zendesk counts {counted:,} people for this query and gave {searched:,}. Its index "
        "follows changes with a delay; look again in a few minutes."
    )
