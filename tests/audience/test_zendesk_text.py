"""Each condition as Zendesk's search says it, and what the stand-in's own parser makes of it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.audience.conditions.clauses import (
    Clause,
    OfChoice,
    OfList,
    OfNumber,
    OfText,
    understood,
)
from relay_core.audience.conditions.fields import (
    RELAY_FIELDS,
    SYSTEM_FIELDS,
    Catalogue,
    Field,
    Option,
)
from relay_core.audience.conditions.operators import Kind, Op
from relay_core.audience.conditions.tree import tree_from_json
from relay_core.audience.zendesk.texts import Said, Unsaid, asking_for, asking_without
from relay_core.sandbox.account.search.syntax import Property, Term, parse, words
from tests.audience.population import AMSTERDAM, conditions

# Instants as they are typed; in 1930 the offset had seconds.
MARCH_1 = "2026-03-01T00:00:00+01:00"
MARCH_3 = "2026-03-03T00:00:00+01:00"
MARCH_8 = "2026-03-08T00:00:00+01:00"
MARCH_9 = "2026-03-09T00:00:00+01:00"
LONG_AGO = "1930-05-31T22:40:28+00:00"
A_WEEK_AGO = "2026-03-08T13:00:01+01:00"
SOON = "2026-03-15T13:00:01+01:00"
LATER = "2026-03-15T14:00:01+01:00"
MARCH_29 = "2026-03-29T00:00:00+01:00"
MARCH_30 = "2026-03-30T00:00:00+02:00"
DAYS_1_2 = ["2026-03-01", "2026-03-02"]
DAY_8 = ["2026-03-08", "2026-03-08"]

NOW = datetime(2026, 3, 15, 12, 0, 0, 1, tzinfo=UTC)
PLANS = tuple(Option(value, value.title()) for value in ("pro", "team"))
CATALOGUE = Catalogue(
    (
        *SYSTEM_FIELDS,
        *RELAY_FIELDS,
        Field("uf.plan", "Plan", Kind.CHOICE, PLANS),
        Field("uf.shop", "Shop", Kind.CHOICE),
        Field("uf.newsletter", "Newsletter", Kind.CHECKBOX),
        Field("uf.seats", "Seats", Kind.NUMBER),
        Field("uf.renewal", "Renewal", Kind.DATE),
        Field("uf.motto", "Motto", Kind.TEXT),
        Field("uf.colours", "Colours", Kind.CHOICES, PLANS),
        Field("uf.manager", "Manager", Kind.ID),
        Field("uf.status", "Status", Kind.TEXT),
        Field("uf.two-words", "Two words", Kind.TEXT),
    )
)


def clause_of(field: str, op: str, value: Any = None) -> Clause:
    tree = tree_from_json(conditions([(field, op, value)]))
    return understood(tree, catalogue=CATALOGUE).all[0]


def asked(field: str, op: str, value: Any = None) -> str | None:
    """Return what is typed, with a question mark behind it when Relay checks what comes."""
    return shown(asking_for(clause_of(field, op, value), now=NOW, zone=AMSTERDAM))


def excluded(field: str, op: str, value: Any = None) -> str | None:
    return shown(asking_without(clause_of(field, op, value), now=NOW, zone=AMSTERDAM))


def shown(answer: Said | Unsaid) -> str | None:
    if isinstance(answer, Unsaid):
        return None
    return answer.text if answer.is_exact else f"{answer.text} ?"


class TestACondition:
    @pytest.mark.parametrize(
        ("field", "op", "value", "text", "without"),
        [
            ("tags", "has_any_of", ["a", "b"], "tags:a tags:b", "-tags:a -tags:b"),
            ("tags", "has_all_of", ["a", "b"], 'tags:"a b"', None),  # not the opposite of both
            ("tags", "has_all_of", ["a"], "tags:a", "-tags:a"),
            ("tags", "has_none_of", ["a", "b"], "-tags:a -tags:b", "tags:a tags:b"),
            ("tags", "is_empty", None, "tags:none", None),  # nobody documents -tags:none
            ("tags", "is_not_empty", None, None, "tags:none"),
            ("tags", "starts_with", "a", None, None),  # nor a wildcard here
            ("tags", "has_any_of", ["vip-gold"], "tags:vip-gold", "-tags:vip-gold"),
            ("tags", "has_any_of", ["None"], None, None),  # it would mean empty
            ("tags", "has_any_of", ["a b"], None, None),  # two tags in Zendesk
            ("tags", "has_any_of", ['a"b'], None, None),
            ("tags", "has_any_of", ["-a"], None, None),
            ("tags", "has_any_of", ["a*"], None, None),
            ("role", "is_any_of", ["agent"], "role:agent", "-role:agent"),
            ("role", "is_none_of", ["agent"], "-role:agent", "role:agent"),
            ("organization", "is_any_of", [7], "organization:7", "-organization:7"),
            ("organization", "is_none_of", [7], "-organization:7", "organization:7"),
            ("organization", "is_empty", None, "organization:none", None),
            ("organization", "is_not_empty", None, None, "organization:none"),
            ("created", "before", "2026-03-08", f"created<{MARCH_8}", f"created>={MARCH_8}"),
            ("created", "on_or_before", "2026-03-08", f"created<{MARCH_9}", f"created>={MARCH_9}"),
            ("created", "on", "2026-03-29", f"created>={MARCH_29} created<{MARCH_30}", None),
            ("created", "on_or_after", "2026-03-08", f"created>={MARCH_8}", f"created<{MARCH_8}"),
            ("created", "after", "2026-03-08", f"created>={MARCH_9}", f"created<{MARCH_9}"),
            ("created", "between", DAYS_1_2, f"created>={MARCH_1} created<{MARCH_3}", None),
            ("created", "not_between", DAYS_1_2, None, f"created>={MARCH_1} created<{MARCH_3}"),
            ("created", "before", "1930-06-01", f"created<{LONG_AGO}", f"created>={LONG_AGO}"),
            ("created", "in_last", [7, "days"], f"created>={A_WEEK_AGO} created<{SOON}", None),
            ("created", "in_next", [1, "hours"], f"created>={SOON} created<{LATER}", None),
            ("updated", "more_than_ago", [2, "hours"], "updated<2026-03-15T11:00:01+01:00", None),
            ("updated", "anniversary_in_next", [7, "days"], None, None),
            ("created", "is_empty", None, None, None),
            ("name", "contains_word", "ann", "name:ann ?", None),
            ("name", "not_contains_word", "ann", None, "name:ann ?"),
            ("name", "contains_phrase", "ann lee", 'name:"ann lee" ?', None),
            ("name", "word_starts_with", "an", "name:an* ?", None),
            ("name", "is", "Ann-Lee (NL)", 'name:"Ann Lee NL" ?', None),
            ("name", "is", "None", None, None),
            ("name", "is", "???", None, None),
            ("name", "contains_word", "田中", None, None),  # words are found otherwise there
            ("name", "contains_text", "nn", None, None),
            ("name", "is_empty", None, None, None),
            ("notes", "contains_word", "élan", "notes:élan ?", None),
            ("notes", "is_empty", None, None, None),
            ("details", "contains_phrase", "a, b", 'details:"a b" ?', None),
            ("email", "is", "ann@x.example", "email:ann@x.example ?", None),
            ("email", "is", "o'neil@x.example", None, None),  # never quoted
            ("email", "domain_is", "x.example", "x.example ?", None),
            ("email", "domain_is", "x:y.example", None, None),
            ("email", "is_empty", None, "email:none", None),
            ("email", "is_not_empty", None, None, "email:none"),
            ("phone", "is", "+31612345678", None, None),  # it may be stored as 06 12345678
            ("phone", "is_empty", None, "phone:none", None),
            ("phone", "is_not_empty", None, None, "phone:none"),
            ("phone", "country_code_is", "31", None, None),
            ("phone", "is_valid_mobile", None, None, None),
            ("phone", "is_shared", None, None, None),
            ("external_id", "is", "A-1", "external_id:A-1", None),
            ("external_id", "is", "A 1", None, None),
            ("external_id", "is_empty", None, "external_id:none", None),
            ("verified", "is", False, "-is_verified:true", "is_verified:true"),
            ("suspended", "is", False, "-is_suspended:true", "is_suspended:true"),
            ("locale", "is_any_of", ["nl"], None, None),
            ("time_zone", "is_empty", None, None, None),
            ("last_login", "in_last", [7, "days"], None, None),
            ("whatsapp", "is_not_empty", None, None, None),
            ("uf.plan", "is_any_of", ["pro", "team"], "plan:pro plan:team", "-plan:pro -plan:team"),
            ("uf.plan", "is_none_of", ["pro"], "-plan:pro", "plan:pro"),
            ("uf.plan", "is_empty", None, "plan:none", None),
            ("uf.plan", "is_not_empty", None, None, "plan:none"),
            ("uf.shop", "is_any_of", ["North"], "shop:North ?", None),  # north is found too
            ("uf.newsletter", "is_checked", None, "newsletter:true", "-newsletter:true"),
            ("uf.newsletter", "is_not_checked", None, "-newsletter:true", "newsletter:true"),
            ("uf.seats", "=", 5, "seats:5", "-seats:5"),
            ("uf.seats", "!=", -2.5, "-seats:-2.5", "seats:-2.5"),
            ("uf.seats", ">", 5, "seats>5", None),  # without a number one is on no side
            ("uf.seats", "between", [4, 10], "seats>=4 seats<=10", None),
            ("uf.seats", "is_empty", None, "seats:none", None),
            ("uf.seats", "=", 1e300, None, None),
            ("uf.renewal", "before", "2026-03-08", "renewal<2026-03-08", None),
            ("uf.renewal", "on", "2026-03-08", "renewal>=2026-03-08 renewal<2026-03-09", None),
            ("uf.renewal", "not_between", DAY_8, None, "renewal>=2026-03-08 renewal<2026-03-09"),
            ("uf.renewal", "in_last", [7, "days"], "renewal>=2026-03-08 renewal<2026-03-16", None),
            ("uf.renewal", "in_next", [1, "weeks"], "renewal>=2026-03-15 renewal<2026-03-23", None),
            ("uf.renewal", "anniversary_in_next", [7, "days"], None, None),
            ("uf.motto", "contains_word", "ann", "motto:ann ?", None),
            ("uf.motto", "is_empty", None, "motto:none", None),
            ("uf.colours", "has_any_of", ["pro"], None, None),
            ("uf.manager", "is", "7", None, None),
            ("uf.status", "contains_word", "ann", None, None),  # a keyword of tickets
            ("uf.two-words", "contains_word", "ann", None, None),  # no keyword at all
            ("relay.last_message", "is_empty", None, None, None),
            ("relay.channel", "is_any_of", ["talk"], None, None),
            ("relay.opted_in", "is", True, None, None),
            ("relay.sample", "<=", 10, None, None),
        ],
    )  # fmt: skip
    def test_is_said(self, field, op, value, text, without) -> None:
        assert (asked(field, op, value), excluded(field, op, value)) == (text, without)

    def test_says_its_keyword(self) -> None:
        clause = clause_of("uf.newsletter", "is_checked")

        answer = asking_for(clause, now=NOW, zone=AMSTERDAM)

        assert isinstance(answer, Said)
        assert answer.keyword == "newsletter"


FIELDS = {field.key: field for field in CATALOGUE.fields}
TYPED = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12) | st.text(
    'aé_1 "-*:<>.@,none', min_size=1, max_size=8
)
VALUES = st.lists(TYPED, min_size=1, max_size=3, unique=True).map(tuple)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**6), 10**6).map(float)
CLAUSES: st.SearchStrategy[Clause] = st.one_of(
    st.builds(
        OfList,
        st.just(FIELDS["tags"]),
        st.sampled_from([Op.HAS_ANY_OF, Op.HAS_ALL_OF, Op.HAS_NONE_OF, Op.STARTS_WITH]),
        VALUES,
    ),
    st.builds(
        OfChoice,
        st.sampled_from([FIELDS["uf.shop"], FIELDS["role"]]),
        st.sampled_from([Op.IS_ANY_OF, Op.IS_NONE_OF]),
        VALUES,
    ),
    st.builds(
        OfText,
        st.sampled_from([FIELDS[key] for key in ("name", "uf.motto")]),
        st.sampled_from([Op.IS, Op.CONTAINS_WORD, Op.CONTAINS_PHRASE, Op.WORD_STARTS_WITH]),
        TYPED,
    ),
    st.builds(
        OfText,
        st.sampled_from([FIELDS[key] for key in ("email", "external_id")]),
        st.sampled_from([Op.IS, Op.DOMAIN_IS]),
        TYPED,
    ),
    NUMBERS.map(lambda n: OfNumber(FIELDS["uf.seats"], Op.GREATER, n, n)),
)


class TestWhatIsSaid:
    @given(CLAUSES, st.booleans())
    def test_is_read_as_it_was_meant(self, clause, negated) -> None:
        ask = asking_without if negated else asking_for

        answer = ask(clause, now=NOW, zone=AMSTERDAM)

        if isinstance(answer, Said):
            read = parse(answer.text)
            assert len(read) == len(answer.pieces)
            for piece, part in zip(answer.pieces, read, strict=True):
                if isinstance(part, Term):
                    assert (piece.keyword, piece.sign, piece.value) == ("", "", part.text)
                    continue
                assert isinstance(part, Property)
                assert part.keyword == piece.keyword
                assert part.operator == piece.sign
                assert part.is_negated == piece.excludes
                assert part.value == piece.value.strip('"')
                assert part.value.lower() != "none"

    @given(TYPED)
    def test_of_a_name_holds_all_its_words(self, text) -> None:
        clause = OfText(FIELDS["name"], Op.IS, text)

        answer = asking_for(clause, now=NOW, zone=AMSTERDAM)

        if isinstance(answer, Said):
            (part,) = parse(answer.text)
            assert isinstance(part, Property)
            assert words(part.value) == words(text)

    @given(NUMBERS)
    def test_of_a_number_is_that_number(self, number) -> None:
        answer = asking_for(
            OfNumber(FIELDS["uf.seats"], Op.EQUALS, number, number), now=NOW, zone=AMSTERDAM
        )

        if isinstance(answer, Said):
            (part,) = parse(answer.text)
            assert isinstance(part, Property)
            assert float(part.value) == number

    @given(st.dates(date(1900, 1, 1), date(2999, 12, 31)))
    def test_of_a_day_is_a_whole_second(self, day) -> None:
        (part,) = parse(asked("created", "before", str(day)) or "")

        assert isinstance(part, Property)
        moment = datetime.fromisoformat(part.value)
        assert moment.astimezone(AMSTERDAM).replace(tzinfo=None) == datetime(*day.timetuple()[:3])  # noqa: DTZ001 - the clock on the wall
