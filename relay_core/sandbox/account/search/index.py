"""The search service: documents of everything, answers kept while nothing changes."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from relay_core.sandbox.account.people.directory import Directory, Person
from relay_core.sandbox.account.records import Record
from relay_core.sandbox.account.search.assumptions import UnknownKeyword
from relay_core.sandbox.account.search.documents import Document, Kind
from relay_core.sandbox.account.search.evaluator import Search, understand
from relay_core.sandbox.account.search.keywords import Surroundings
from relay_core.sandbox.account.search.syntax import Property, parse, word_count

MOST_WORDS: Final = 64
"""Source: Zendesk Support search reference."""

KEPT_ANSWERS: Final = 32


class QueryError(ValueError):
    """Zendesk would refuse this query; the message says why."""


class SearchIndex:
    """Finds records of a directory and of the tickets beside it."""

    def __init__(self, directory: Directory, tickets: Mapping[int, Record]) -> None:
        """Search what is in these, as it changes."""
        self.index_delay_s = 0.0
        """Sandbox seconds until a change of a user can be found."""

        self.unknown_keyword = UnknownKeyword.WORDS
        self._directory = directory
        self._tickets = tickets
        self._documents: dict[int, tuple[Person, Document]] = {}
        self._present: tuple[int, list[Document]] = (-1, [])
        self._answers: OrderedDict[tuple[object, ...], list[Document]] = OrderedDict()

    def read(self, query: str, *, now: datetime) -> Search:
        """Return what a query asks for.

        Raises:
            QueryError: It is too long.
        """
        if word_count(query) > MOST_WORDS:
            raise QueryError(f"a query has at most {MOST_WORDS} words")
        around = Surroundings(
            now=now,
            user_fields={
                field["key"].lower(): (field["key"], field["type"])
                for field in self._directory.user_fields
            },
            organizations=self._directory.organizations,
            groups=self._directory.groups,
        )
        return understand(parse(query), around, self.unknown_keyword)

    def find(
        self,
        query: str,
        *,
        now: datetime,
        kinds: Iterable[Kind] | None = None,
        order_by: str | None = None,
        is_descending: bool = True,
    ) -> list[Document]:
        """Return the records a query finds.

        Args:
            query: The text, as typed.
            now: What relative times count back from.
            kinds: The kinds wanted; those of the query's own `type:` when None.
            order_by: An instant attribute; the query's own order, else ids, when None.
            is_descending: The direction that goes with `order_by`.

        Raises:
            QueryError: The query would be refused.
        """
        search = self.read(query, now=now)
        wanted = search.kinds if kinds is None else frozenset(kinds)
        order = (order_by, is_descending)
        if order_by is None:
            order = (search.order_by, search.is_descending)
        key = self._key(query, now, wanted, order)
        if key is not None and key in self._answers:
            self._answers.move_to_end(key)
            return self._answers[key]
        found = [document for document in self._all(wanted, now) if search.test(document)]
        if order[0] is not None:
            found.sort(key=_by(order[0]), reverse=order[1])
        if key is not None:
            self._answers[key] = found
            if len(self._answers) > KEPT_ANSWERS:
                self._answers.popitem(last=False)
        return found

    def _key(
        self, query: str, now: datetime, kinds: frozenset[Kind], order: tuple[str | None, bool]
    ) -> tuple[object, ...] | None:
        """Return what an answer depends on, or None when it cannot be kept."""
        if self.index_delay_s or Kind.TICKET in kinds:
            return None
        moment = now if _is_relative(query) else None
        return (query, moment, kinds, order, self._directory.revision, self.unknown_keyword)

    def _all(self, kinds: frozenset[Kind], now: datetime) -> Iterable[Document]:
        if Kind.USER in kinds:
            yield from self._users(now)
        for kind, records in (
            (Kind.ORGANIZATION, self._directory.organizations),
            (Kind.GROUP, self._directory.groups),
            (Kind.TICKET, self._tickets),
        ):
            if kind in kinds:
                for record in records.values():
                    yield Document(kind, record)

    def _users(self, now: datetime) -> Iterable[Document]:
        if not self.index_delay_s:
            return self._present_users()
        unseen: dict[int, Person | None] = {}
        since = now - timedelta(seconds=self.index_delay_s)
        for change in self._directory.changes_since(since):
            unseen.setdefault(change.user_id, change.before)
        indexed = (unseen.get(person.record["id"], person) for person in self._directory.people())
        return self._documents_of(each for each in indexed if each is not None)

    def _present_users(self) -> list[Document]:
        revision = self._directory.revision
        if self._present[0] != revision:
            self._present = (revision, self._documents_of(self._directory.people()))
        return self._present[1]

    def _documents_of(self, people: Iterable[Person]) -> list[Document]:
        found = [self._document(each) for each in people if each.record["active"]]
        return sorted(found, key=lambda document: int(document.record["id"]))

    def _document(self, person: Person) -> Document:
        user_id = person.record["id"]
        known = self._documents.get(user_id)
        if known is not None and known[0] is person:
            return known[1]
        document = Document.of(person)
        self._documents[user_id] = (person, document)
        return document


def _by(attribute: str) -> Callable[[Document], str]:
    return lambda document: document.stamp(attribute)


def _is_relative(query: str) -> bool:
    """Tell whether a value of the query may count back from now."""
    return any(
        isinstance(clause, Property)
        and clause.value[:1].isdigit()
        and clause.value.rstrip("sS")[-1:].isalpha()
        for clause in parse(query)
    )
