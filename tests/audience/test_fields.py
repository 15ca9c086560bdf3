"""The catalogue of an account."""

from relay_core.audience.conditions.definition import ByQuery
from relay_core.audience.conditions.fields import (
    RELAY_FIELDS,
    SYSTEM_FIELDS,
    Catalogue,
    Option,
    catalogue,
    counted,
)
from relay_core.audience.conditions.operators import Kind
from relay_core.audience.segments.saved import save_segment
from relay_core.audience.sql.columns import COLUMNS
from tests.audience.population import NOW, person, settle


class TestTheCatalogue:
    def test_has_the_accounts_own_fields_after_zendesks(self, db):
        settle(db, [])

        found = catalogue(db)

        custom = {field.key: field.kind for field in found.fields if field.custom_key}
        assert custom == {
            "uf.plan": Kind.CHOICE,
            "uf.newsletter": Kind.CHECKBOX,
            "uf.sms_opt_out": Kind.CHECKBOX,
            "uf.seats": Kind.NUMBER,
            "uf.renewal": Kind.DATE,
            "uf.motto": Kind.TEXT,
            "uf.colours": Kind.CHOICES,
            "uf.manager": Kind.ID,
        }
        assert found.find("uf.plan").options == (Option("pro", "Pro"), Option("team", "Team"))
        assert found.find("plan") is None

    def test_has_what_only_relay_knows_between_the_two(self, db):
        settle(db, [])

        keys = [field.key for field in catalogue(db).fields]

        first, last = len(SYSTEM_FIELDS), len(SYSTEM_FIELDS) + len(RELAY_FIELDS)
        assert keys[first:last] == [field.key for field in RELAY_FIELDS]
        assert [key for key in keys if key.startswith("relay.")] == keys[first:last]

    def test_offers_what_people_have_and_says_how_many(self, db):
        people = [
            person(1, locale="nl", time_zone="Paris", tags=["vip"], organization_ids=[11]),
            person(2, locale="fr", tags=["vip", "old"]),
            person(3, locale="fr"),
        ]
        settle(db, [*people, person(4, locale="de", tags=["vip"], active=False)])

        found = catalogue(db)

        assert found.find("locale").options == (Option("fr", "fr", 2), Option("nl", "nl", 1))
        assert found.find("time_zone").options == (Option("Paris", "Paris", 1),)
        assert found.find("tags").options == (Option("vip", "vip", 2), Option("old", "old", 1))
        assert found.find("organization").options == (
            Option("10", "Acme", 0),
            Option("11", "Globex", 1),
        )

    def test_offers_the_segments_that_were_saved(self, db):
        settle(db, [])
        save_segment(db, name="Winter", definition=ByQuery("vip"), actor="ada", now=NOW)

        assert catalogue(db).find("relay.segment").options == (Option("Winter", "Winter"),)

    def test_names_a_column_for_each_of_zendesks_fields(self):
        assert {field.key for field in SYSTEM_FIELDS} == set(COLUMNS)


class TestCounting:
    def test_says_how_many_people_are_behind_each_choice_of_the_accounts_own_fields(self, db):
        settle(
            db,
            [
                person(1, fields={"plan": "pro", "colours": ["red", "blue"]}),
                person(2, fields={"plan": "pro", "colours": ["red"]}),
                person(3, fields={"plan": "gone"}),
                person(4, fields={"plan": "pro", "colours": ["red"]}, active=False),
            ],
        )
        known = catalogue(db)

        plan = counted(known.find("uf.plan"), db)
        colours = counted(known.find("uf.colours"), db)

        assert plan.options == (Option("pro", "Pro", 2), Option("team", "Team", 0))
        assert [option.people for option in colours.options] == [2, 0, 1]

    def test_leaves_other_fields_as_they_are(self, db):
        settle(db, [])

        for field in Catalogue().fields:
            assert counted(field, db) is field
