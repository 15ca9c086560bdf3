"""The catalogue of an account."""

from relay_core.audience.columns import COLUMNS
from relay_core.audience.fields import SYSTEM_FIELDS, Option, catalogue
from relay_core.audience.operators import Kind
from tests.audience.population import person, settle


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

    def test_offers_what_people_have(self, db):
        people = [person(1, locale="nl"), person(2, locale="fr"), person(3, locale="fr")]
        settle(db, [*people, person(4, locale="de", active=False)])

        found = catalogue(db)

        assert [option.value for option in found.find("locale").options] == ["fr", "nl"]
        assert found.find("organization").options == (Option("10", "Acme"), Option("11", "Globex"))

    def test_names_a_column_for_each_of_zendesks_fields(self):
        assert {field.key for field in SYSTEM_FIELDS} == set(COLUMNS)
