"""Finding one person by whatever is at hand."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relay_core.audience.person.finding import find_people
from tests.audience.population import person, settle


@pytest.fixture
def people(db):
    settle(
        db,
        [
            person(1, "Béatrice van Dam", email="Bea@acme.example", phone="+31612345678"),
            person(2, "Anna Vandenberg", external_id="CRM-7", phone="+31687654321"),
            person(360012, "Anna Dam", phone="06 ask me", phone_state="invalid"),
            person(4, "Anna Dam", active=False, phone="+12025550123"),
        ],
    )
    return db


def found(db, text, **chosen):
    return [each.id for each in find_people(db, text, region="NL", **chosen)]


class TestAPersonIsFound:
    @pytest.mark.parametrize(
        ("text", "ids"),
        [
            ("beatrice", [1]),
            ("DAM  béa", [1]),
            ("anna", [360012, 2, 4]),  # deleted people last
            ("anna d", [360012, 4]),
            ("anna dam x", []),
            ("+31 6 1234 5678", [1]),
            ("06-12345678", [1]),
            ("0031612345678", [1]),
            ("(06) 12 34 56 78", [1]),
            ("5678", [1]),
            ("6543", [2]),
            ("678", []),
            ("06 ask me", [360012]),
            ("bea@acme.example", [1]),
            ("BEA@", [1]),
            ("@acme.example", []),
            ("crm-7", [2]),
            ("360012", [360012]),
            ("2", [2]),
            ("", []),
            ("   ", []),
            ("%", []),
            ("9" * 5000, []),  # more digits than Python makes a number of
            ("anna " * 60, []),
            ("anna \ud800", []),
        ],
    )
    def test_by(self, people, text, ids):
        assert found(people, text) == ids

    def test_as_often_as_was_asked_for(self, people):
        assert found(people, "anna", limit=1) == [360012]

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
    @given(st.text(st.characters(), max_size=20))
    def test_or_not_but_never_with_an_error(self, db, text):
        assert len(found(db, text)) >= 0
