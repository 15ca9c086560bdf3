"""Zendesk's answer to queries: everybody it found, and how certain it is that nobody is missing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from relay_core.audience.resolving.gathering import Asked, Gathering, Watch
from relay_core.audience.resolving.sources import Sources
from relay_core.errors import AudienceError
from relay_core.gateways.zendesk_records import ZendeskUser
from relay_core.people.kept import keep_people
from relay_core.people.mirror import row_of
from relay_core.store.database import Database
from relay_core.store.ledger import Session
from relay_core.worded import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Everybody whom some queries found."""

    queries: tuple[str, ...]
    people: frozenset[int]
    fetched: int
    """Added up over the queries: somebody whom two of them find counts twice."""
    counted: int
    """What Zendesk says it has, added up in the same way."""
    complete: bool
    """Whether every query gave as many people as Zendesk counts."""
    sentence: str
    """`18,412 of 18,412 fetched.`, or what is missing and why."""


class Stopped(AudienceError):
    """Whoever looked on stopped it."""


def ask(
    queries: Sequence[str],
    sources: Sources,
    *,
    is_wider: bool = False,
    watch: Watch | None = None,
) -> Answer:
    """Fetch everybody whom the queries find; the mirror then knows them as Zendesk does.

    Args:
        queries: Without `type:`.
        sources: Zendesk, the mirror and the limit.
        is_wider: Whether they find more people than are wanted.
        watch: Looks on, and may stop it.

    Raises:
        AudienceError: No account is connected.
        Stopped: `watch` stopped it.
        AudienceTooLarge: The queries find more people than the limit.
        GatewayError: Zendesk could not be asked.
    """
    gathering = Gathering(queries, is_wider=is_wider)
    keep = keeping(sources.database, region=sources.region)
    search = sources.connected()
    if not gathering.go_on(search, cap=sources.audience_cap, keep=keep, watch=watch):
        raise Stopped("stopped", advice="Stopped before everybody was fetched.")
    return answer_of(gathering)


def answer_of(gathering: Gathering) -> Answer:
    """Return what a finished gathering brought."""
    asked = gathering.asked
    return Answer(
        queries=tuple(each.query for each in asked),
        people=frozenset(gathering.everybody),
        fetched=sum(len(each.ids) for each in asked),
        counted=sum(each.said for each in asked),
        complete=all(len(each.ids) == each.said for each in asked),
        sentence=_sentence(gathering),
    )


def keeping(database: Database, *, region: str) -> Callable[[Sequence[ZendeskUser]], None]:
    """Return what writes people of a search to the mirror.

    Zendesk's index follows changes with a delay, so a search may give somebody as they were
    before. Who changed later in the mirror stays as they are there: an opt-out must not be undone.
    """

    def keep(users: Sequence[ZendeskUser]) -> None:
        rows = {user.id: row_of(user, region=region) for user in users}
        moments = {user.id: user.updated_at for user in users}

        def work(session: Session) -> None:
            known = session.run("searched.last_changed", ids=list(rows))
            newer = {each["id"] for each in known if each["updated_at"] > moments[each["id"]]}
            keep_people(session, [row for id_, row in rows.items() if id_ not in newer])

        if rows:
            database.write(work)

    return keep


def _sentence(gathering: Gathering) -> str:
    asked = gathering.asked
    fetched, counted = sum(len(a.ids) for a in asked), sum(a.said for a in asked)
    parts = [
        f"{fetched:,} of {counted:,} fetched."
        if fetched <= counted
        else f"{fetched:,} fetched, {counted:,} counted."
    ]
    if len(asked) > 1:
        parts.append(
            f"{len(asked)} queries found them: {len(gathering.everybody):,} different people."
        )
    parts += [sentence for each in asked if (sentence := _difference(each))]
    return " ".join(parts)


def _difference(asked: Asked) -> str | None:
    fetched = len(asked.ids)
    if asked.recounted is None:
        return None
    if fetched == asked.recounted:
        return (
            f"Zendesk counted {asked.counted:,} at first and {asked.recounted:,} afterwards: "
            "people changed while they were read."
        )
    difference = abs(fetched - asked.recounted)
    what = "missing" if fetched < asked.recounted else "more than counted"
    people = counted(asked.recounted, "person", "people")
    return (
        f"Zendesk counts {people} for “{asked.query}” and gave {fetched:,}: {difference:,} {what}. "
        "Its index follows changes with a delay; look again in a few minutes."
    )
