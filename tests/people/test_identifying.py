"""Identifiers as people paste them: who is meant, and why nobody is."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relay_core.people.identifying import (
    Leftover,
    Written,
    identify,
    likely,
    pasted,
)
from relay_core.store.database import open_database
from tests.audience.population import person, settle

PEOPLE = [
    person(100001, "Ada", email="Ada@Example.com", external_id="CRM-7", phone="+31612345678"),
    person(100002, "Ada's desk", phone="+31612345678"),
    person(100003, "Agent", email="agent@example.com", role="agent", phone="+31201234567"),
    person(100004, "Gone", email="gone@example.com", active=False, phone="+31687654321"),
    person(612345679, "Numbers"),
    person(100005, "Other", external_id="100001"),
    person(100006, "Same agent number", role="agent", phone="+31612345678"),
]


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    with open_database(tmp_path_factory.mktemp("people") / "relay.duckdb") as database:
        settle(database, PEOPLE)
        yield database


def identified(db, *contents, read_as=None):
    written = [Written(row, content) for row, content in enumerate(contents, start=1)]
    return identify(db, written, read_as=read_as, region="NL")


def people(found):
    return [person for _, person in found.people]


class TestAnIdentifier:
    @pytest.mark.parametrize(
        ("content", "read_as", "expected"),
        [
            ("100001", "id", [100001]),
            ("ada@example.COM", "email", [100001]),
            (" ada@example.com ", "email", [100001]),
            ("crm-7", "external_id", [100001]),
            ("06 12 34 56 78", "phone", [100001, 100002]),  # team members are not meant
            ("+31 6 12345678", "phone", [100001, 100002]),
            ("agent@example.com", "email", [100003]),  # screening says that it is one
            ("100001", "external_id", [100005]),
        ],
    )
    def test_that_is_read_as_told_finds_its_people(self, db, content, read_as, expected):
        assert people(identified(db, content, read_as=read_as)) == expected

    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ("ada@example.com", [100001]),
            ("mailto:ada@example.com", [100001]),
            ("0612345678", [100001, 100002]),
            ("+31 (0)6 12345678", [100001, 100002]),
            ("CRM-7", [100001]),
            ("100002", [100002]),
        ],
    )
    def test_is_seen_for_what_it_is(self, db, content, expected):
        assert people(identified(db, content)) == expected

    def test_that_means_different_people_is_never_guessed(self, db):
        found = identified(db, "100001")

        assert found.people == ()
        assert "the Zendesk id and the external id of different people" in (
            found.leftovers[0].reason
        )

    @pytest.mark.parametrize(
        ("content", "read_as", "reason"),
        [
            ("", None, "Nothing is written here."),
            ("x" * 300, None, "This is not an identifier."),
            ("12.5", "id", "This is not a valid Zendesk id."),
            ("9" * 30, "id", "This is not a valid Zendesk id."),
            ("²", "id", "This is not a valid Zendesk id."),
            ("call me", "phone", "This is not a valid phone number."),
            ("somebody", "email", "This is not a valid e-mail address."),
            ("nobody@example.com", None, "Nobody in Zendesk has this e-mail address."),
            ("gone@example.com", None, "Nobody in Zendesk has this e-mail address."),
            ("+31201234567", "phone", "Only team members have this phone number."),
            (
                "424242",
                None,
                "Nobody in Zendesk has this Zendesk id or external id.",
            ),
        ],
    )
    def test_that_names_nobody_is_left_over_with_its_reason(self, db, content, read_as, reason):
        found = identified(db, content, read_as=read_as)

        assert found.leftovers == (Leftover(1, content, reason),)
        assert found.people == ()

    @pytest.mark.parametrize("read_as", [None, "id", "email", "phone", "external_id"])
    def test_with_half_a_character_is_left_over(self, db, read_as):
        [written] = pasted("06\ud8001234567")

        found = identify(db, [written], read_as=read_as, region="NL")

        assert found.leftovers == (Leftover(1, "06?1234567", "This is not an identifier."),)

    def test_named_twice_is_found_in_both_rows(self, db):
        found = identified(db, "ada@example.com", "CRM-7")

        assert found.people == ((1, 100001), (2, 100001))

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
    @given(
        contents=st.lists(
            st.one_of(
                st.text(st.characters(), max_size=20),
                st.sampled_from(["100001", "ada@example.com", "0612345678", "crm-7", "+31201"]),
            ),
            max_size=8,
        ),
        read_as=st.sampled_from([None, "id", "email", "phone", "external_id"]),
    )
    def test_is_either_found_or_left_over(self, db, contents, read_as):
        found = identified(db, *contents, read_as=read_as)

        named = {row for row, _ in found.people}
        left = [leftover.row for leftover in found.leftovers]
        assert sorted([*named, *left]) == list(range(1, len(contents) + 1))


class TestAPastedText:
    def test_has_one_a_line_or_several_with_marks_between(self):
        assert pasted("a@b.org, c@d.org\r\n\n06 12 34 56 78;\t7\n") == (
            Written(1, "a@b.org"),
            Written(1, "c@d.org"),
            Written(3, "06 12 34 56 78"),
            Written(3, "7"),
        )


class TestAColumn:
    @pytest.mark.parametrize(
        ("contents", "expected"),
        [
            (["a@b.org", "c@d.org", "x"], "email"),
            (["+31612345678", "06 87654321"], "phone"),
            (["361234567890", "361234567891"], "id"),
            (["CRM-1", "CRM-2"], "external_id"),
        ],
    )
    def test_looks_like_what_most_of_it_is(self, contents, expected):
        assert likely(contents, region="NL") == expected
