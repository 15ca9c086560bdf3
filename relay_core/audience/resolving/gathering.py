"""Everybody whom some queries of Zendesk find, page by page; after each page it may be interrupted.

What was counted, the ids so far and the cursor are kept here, so that going on repeats no page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from relay_core.audience.resolving.cap import ensure_readable, ensure_within_cap
from relay_core.errors import CursorExpired, GatewayError
from relay_core.gateways.reader import Waits
from relay_core.gateways.zendesk_records import SearchPage, ZendeskUser
from relay_core.worded import counted


class UserSearch(Protocol):
    """Zendesk's search, over users only. Queries carry no `type:`."""

    @property
    def waits(self) -> Waits:
        """What reading has waited for until now."""
        ...

    def count_users(self, query: str) -> int:
        """Return how many users Zendesk's index has for a query."""
        ...

    def export_page(self, query: str, next_url: str | None) -> SearchPage:
        """Return the first page of everybody a query finds, or the one a next link leads to."""
        ...

    def users_by_ids(self, ids: Sequence[int]) -> tuple[ZendeskUser, ...]:
        """Return those of at most a hundred users who exist."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """How far a gathering has come."""

    query: int
    """The query that is being read, from 1; the last one when all are done."""
    queries: int
    fetched: int
    """People, added up over the queries: somebody whom two of them find counts twice."""
    counted: int
    """What Zendesk says it has, added up in the same way."""
    waited_s: float
    """Seconds waited because of Zendesk's rate limits."""
    restarts: int
    """How often a query was read again from the beginning."""
    notes: tuple[str, ...]
    """What was out of the ordinary, in sentences."""


Watch = Callable[[Gathered], bool]
"""Told before each page; stops there by returning False."""


@dataclass(slots=True)
class Asked:
    """One query and how far its export has come."""

    query: str
    counted: int | None = None
    recounted: int | None = None
    """Counted again after the last page, where the first count and the people differ."""
    ids: set[int] = field(default_factory=set)
    following: str | None = None
    """The link to the next page; None before the first and after the last."""
    done: bool = False
    followed: set[str] = field(default_factory=set)

    @property
    def said(self) -> int:
        """How many Zendesk said there are, when last asked."""
        return (self.counted or 0) if self.recounted is None else self.recounted

    def begin_again(self) -> None:
        """Forget what was read: a whole new reading says better who is found now."""
        self.ids.clear()
        self.followed.clear()
        self.following = None


class Gathering:
    """The queries of one audience, on their way."""

    def __init__(self, queries: Sequence[str], *, is_wider: bool = False) -> None:
        """Begin with nothing counted and nobody fetched.

        Args:
            queries: Without `type:`.
            is_wider: Whether they find more people than are wanted.
        """
        self.asked = tuple(Asked(query) for query in queries)
        self.everybody: set[int] = set()
        """Different people so far."""
        self._ensure = ensure_readable if is_wider else ensure_within_cap
        self._restarts: list[str] = []
        self._expired: set[str] = set()
        self._waits: Callable[[], Waits] = Waits

    def gathered(self) -> Gathered:
        """Return how far this has come, also while another thread goes on with it."""
        waits = self._waits()
        done = sum(each.done for each in self.asked)
        return Gathered(
            query=min(done + 1, len(self.asked)),
            queries=len(self.asked),
            fetched=sum(len(each.ids) for each in self.asked),
            counted=sum(each.counted or 0 for each in self.asked),
            waited_s=waits.limited_s,
            restarts=len(self._restarts),
            notes=(*self._restarts, *_waited(waits)),
        )

    def go_on(
        self,
        search: UserSearch,
        *,
        cap: int,
        keep: Callable[[Sequence[ZendeskUser]], None],
        watch: Watch | None = None,
    ) -> bool:
        """Count, then read every page that is still to come.

        Args:
            search: Zendesk.
            cap: Most people; more are refused, before anything is fetched where the counts tell.
            keep: Called with the people of each page, before the next is asked for.
            watch: Looks on, and may stop it.

        Returns:
            Whether everything was read; False when `watch` stopped it.

        Raises:
            AudienceTooLarge: One query alone, or all together, find more people than the limit.
            GatewayError: Zendesk could not be asked. Going on later repeats nothing.
        """
        before, begun = self._waits(), search.waits
        self._waits = lambda: _sum(before, search.waits.since(begun))
        try:
            return self._read(search, cap=cap, keep=keep, watch=watch)
        finally:
            after = self._waits()
            self._waits = lambda: after

    def _read(
        self,
        search: UserSearch,
        *,
        cap: int,
        keep: Callable[[Sequence[ZendeskUser]], None],
        watch: Watch | None,
    ) -> bool:
        for each in self.asked:
            if each.counted is None:
                each.counted = search.count_users(each.query)
            self._ensure(each.counted, cap=cap)
        self._expired.clear()
        for each in self.asked:
            while not each.done:
                if watch and not watch(self.gathered()):
                    return False
                self._read_page(each, search, cap=cap, keep=keep)
        for each in self.asked:
            if len(each.ids) != each.counted and each.recounted is None:
                each.recounted = search.count_users(each.query)
        return True

    def _read_page(
        self,
        asked: Asked,
        search: UserSearch,
        *,
        cap: int,
        keep: Callable[[Sequence[ZendeskUser]], None],
    ) -> None:
        try:
            page = search.export_page(asked.query, asked.following)
        except CursorExpired:
            self._begin_again(asked)
            return
        keep(page.results)
        ids = {user.id for user in page.results}
        asked.ids |= ids
        self.everybody |= ids
        # The count may lag behind: the limit holds for what really comes.
        self._ensure(len(self.everybody), cap=cap)
        asked.following = page.links.next if page.meta.has_more else None
        asked.done = asked.following is None
        if asked.following in asked.followed:
            raise GatewayError(
                "a listing repeats its cursor",
                advice="Zendesk keeps sending the same page. Try again later.",
            )
        if asked.following is not None:
            asked.followed.add(asked.following)

    def _begin_again(self, asked: Asked) -> None:
        if asked.query in self._expired:
            raise GatewayError(
                "a cursor expires at once",
                advice="Zendesk keeps forgetting where it was in this list. Try again later.",
            )
        self._expired.add(asked.query)
        number = self.asked.index(asked) + 1
        self._restarts.append(
            f"Zendesk had forgotten where it was in query {number} of {len(self.asked)} after "
            f"{counted(len(asked.ids), 'person', 'people')} (it remembers for an hour), so that "
            "query was read again from the beginning."
        )
        asked.begin_again()
        self.everybody = {id_ for each in self.asked for id_ in each.ids}


def _sum(one: Waits, other: Waits) -> Waits:
    return Waits(
        limits=one.limits + other.limits,
        limited_s=one.limited_s + other.limited_s,
        wire_s=one.wire_s + other.wire_s,
    )


def _waited(waits: Waits) -> list[str]:
    if not waits.limits:
        return []
    times = "once" if waits.limits == 1 else f"{waits.limits:,} times"
    waited = counted(round(waits.limited_s), "second was", "seconds were")
    return [f"Zendesk's rate limit was met {times}; {waited} spent waiting."]
