"""The last look before a send: what Zendesk says of each recipient at that moment decides."""

import json
import threading

import pytest

from relay_core.audience.conditions.definition import definition_from_json
from relay_core.audience.policy import Purpose
from relay_core.campaigns.bindings import FromField, Static
from relay_core.errors import CampaignError, RelayError

VALUES = {"monday": "Tuesday"}


def definition(**groups):
    return definition_from_json(json.dumps({"version": 1, "all": [], **groups}))


def campaign(relay, name, audience):
    listed = relay.template("appointment_reminder")
    status = next(s for s in listed.integrations if s.type == "whatsapp")
    return relay.create_campaign(
        name,
        template_id=listed.id,
        integration_id=status.id,
        definition=audience,
        bindings={"clarice": FromField("first_name"), "monday": Static()},
        actor="test",
    )


def planned(relay):
    rows = relay._database.table("SELECT person_id, phone FROM deliveries")  # noqa: SLF001 - what was frozen
    return rows.to_pylist()


class Zendesk:
    """The account as it is, but for what has changed in it since the sync."""

    def __init__(self, real, *, tagged=None, gone=(), meanwhile=None):
        self.real, self.tagged, self.gone = real, tagged or {}, set(gone)
        self.meanwhile = meanwhile
        self.asked = []

    def __getattr__(self, name):
        return getattr(self.real, name)

    def users_by_ids(self, ids):
        self.asked += ids
        if self.meanwhile:
            self.meanwhile()
        return tuple(
            user.model_copy(update={"tags": (*user.tags, *self.tagged.get(user.id, ()))})
            for user in self.real.users_by_ids(ids)
            if user.id not in self.gone
        )


@pytest.fixture
def recipients(relay):
    """The people whom the campaign would reach as the mirror knows them."""
    campaign(relay, "Reminder", definition())
    seen = relay.preview_audience(definition())
    return [p["id"] for p in seen.people.to_pylist() if p["decision"] == "will_receive"]


def send(relay, request_id="press-1", **how):
    return relay.send("Reminder", static_values=VALUES, request_id=request_id, actor="test", **how)


class TestASendReadsEachRecipientAgain:
    def test_and_leaves_out_whoever_has_opted_out_since(self, relay, recipients):
        relay._zendesk = Zendesk(relay._zendesk, tagged={recipients[0]: ("opted_out",)})  # noqa: SLF001 - the outside

        review = relay.review("Reminder", static_values=VALUES)
        send(relay)

        assert any("opt-out" in change for change in review.changes)
        assert recipients[0] not in {row["person_id"] for row in planned(relay)}

    def test_and_asks_the_conditions_again_of_what_it_read(self, relay):
        campaign(
            relay,
            "Others",
            definition(none=[{"field": "tags", "op": "has_any_of", "value": ["hands_off"]}]),
        )
        everybody = relay.preview_audience(definition()).people["id"].to_pylist()
        tagged = dict.fromkeys(everybody, ("hands_off",))
        relay._zendesk = Zendesk(relay._zendesk, tagged=tagged)  # noqa: SLF001 - the outside

        review = relay.review("Others", static_values=VALUES)

        assert review.total == 0

    def test_and_those_who_step_into_the_place_of_another(self, relay, recipients):
        campaign(
            relay,
            "Forty",
            definition(all=[{"field": "relay.people", "op": "<=", "value": [40, "x"]}]),
        )
        allowed = set(recipients[-2:])
        tagged = {id_: ("opted_out",) for id_ in recipients if id_ not in allowed}
        relay._zendesk = Zendesk(relay._zendesk, tagged=tagged)  # noqa: SLF001 - the outside

        review = relay.review("Forty", static_values=VALUES)

        assert {sample.person_id for sample in review.samples} <= allowed

    def test_and_every_profile_that_shares_a_number(self, relay, recipients):
        shared = relay._database.table(  # noqa: SLF001 - who shares a number
            "SELECT phone_e164, list(id ORDER BY id) AS ids FROM people WHERE active "
            "AND role = 'end-user' AND phone_e164 IS NOT NULL "
            "GROUP BY phone_e164 HAVING count(*) > 1"
        ).to_pylist()
        pair = next(row["ids"] for row in shared if set(row["ids"]) & set(recipients))
        other = next(id_ for id_ in pair if id_ not in recipients)
        relay._zendesk = Zendesk(relay._zendesk, tagged={other: ("opted_out",)})  # noqa: SLF001 - the outside

        send(relay)

        assert not set(pair) & {row["person_id"] for row in planned(relay)}

    def test_and_leaves_out_whom_zendesk_no_longer_gives(self, relay, recipients):
        relay._zendesk = Zendesk(relay._zendesk, gone=recipients[:2])  # noqa: SLF001 - the outside

        run = send(relay)

        assert run.skipped["gone"] == 2
        assert not set(recipients[:2]) & {row["person_id"] for row in planned(relay)}

    def test_and_counts_what_was_decided_meanwhile_in_another_tab(self, relay, recipients):
        def block():
            relay.choose_people(
                recipients[:1],
                choice="excluded",
                purpose=Purpose(),
                reason="asked by letter",
                actor="somebody else",
            )

        relay._zendesk = Zendesk(relay._zendesk, meanwhile=block)  # noqa: SLF001 - the outside

        send(relay)

        assert recipients[0] not in {row["person_id"] for row in planned(relay)}


class TestTwoPressesAtOnce:
    @pytest.mark.usefixtures("recipients")
    def test_never_reach_a_phone_twice_within_the_blackout(self, relay):
        review = relay.review("Reminder", static_values=VALUES)
        refused = []

        def press(number):
            try:
                send(relay, f"press-{number}", reviewed=review.manifest)
            except CampaignError as refusal:
                refused.append(refusal)

        presses = [threading.Thread(target=press, args=(number,)) for number in range(2)]
        for each in presses:
            each.start()
        for each in presses:
            each.join()

        phones = [row["phone"] for row in planned(relay)]
        assert len(refused) == 1
        assert len(phones) == len(set(phones)) == review.total


class TestARepeatedRequest:
    def test_of_another_campaign_is_refused(self, relay, recipients):
        assert recipients
        campaign(relay, "Another", definition())
        send(relay)

        with pytest.raises(RelayError) as refusal:
            relay.send("Another", static_values=VALUES, request_id="press-1", actor="test")

        assert "Reminder" in refusal.value.advice
