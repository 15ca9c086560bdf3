"""The custom objects are made on request, once, and completed after a try that was cut short."""

import pytest

from relay_core.errors import AccessDenied, GatewayError, OutsideUnavailable
from relay_core.gateways.custom_objects import CustomObjects
from relay_core.mirroring.objects import FIELDS, Kind, define_missing, missing
from tests.mirroring.mirrored import Mirrored
from tests.sandbox.small_account import user


@pytest.fixture
def bare(db):
    return Mirrored(db)


class TestTheObjects:
    def test_are_made_with_all_their_fields(self, bare):
        made = bare.define()

        assert len(made) == sum(1 + len(fields) for fields in FIELDS.values())
        assert missing(bare.objects) == []

    def test_are_made_once(self, bare):
        bare.define()
        bare.asked.clear()

        assert bare.define() == []
        assert {method for method, _ in bare.asked} == {"GET"}

    def test_lead_from_a_message_to_its_person(self, bare):
        bare.define()

        fields = bare.account.world.objects.fields[Kind.MESSAGE.object_key]
        person = next(each for each in fields if each["key"] == "person")
        assert (person["type"], person["relationship_target_type"]) == ("lookup", "zen:user")

    def test_are_completed_by_another_try(self, bare):
        bare.lose_answer("/relay_mirror_message/fields")
        with pytest.raises(OutsideUnavailable):
            bare.define()

        made = bare.define()

        assert "relay_mirror_campaign" in made
        assert "relay_mirror_message" not in made
        assert missing(bare.objects) == []

    def test_of_other_programs_are_left_alone(self, bare):
        theirs = {"key": "relay_campaign", "title": "Campaign"}
        bare.account.ask("POST", "/api/v2/custom_objects", json={"custom_object": theirs})

        bare.define()

        assert bare.account.world.objects.fields["relay_campaign"] == []

    def test_need_an_administrator(self, bare):
        agent = user("Dee", role="agent", email="dee@team.example", id=900)
        bare.account.world.directory.upsert_user(agent)
        client = bare.objects._http  # noqa: SLF001 - the same account in somebody else's name
        client.auth = ("dee@team.example/token", "sandbox-token")

        with pytest.raises(AccessDenied):
            define_missing(CustomObjects(client))

    def test_for_which_the_plan_has_no_room_are_refused_with_zendesks_words(self, bare):
        for n in range(28):
            given = {"custom_object": {"key": f"theirs_{n}", "title": "Theirs"}}
            bare.account.ask("POST", "/api/v2/custom_objects", json=given)

        with pytest.raises(GatewayError) as refused:
            bare.define()

        assert "at most 30 objects" in refused.value.advice
