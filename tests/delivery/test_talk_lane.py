"""A lane of Zendesk Talk: each message under its own key, to the number that the profile has."""

import math
import time
from datetime import UTC, datetime
from threading import Event

import httpx
import pytest

from relay_core.delivery.pacing import Pacer
from relay_core.delivery.sender import LaneSender, Surroundings
from relay_core.gateways.outcomes import Accepted, OutcomeUnknown, Throttled
from relay_core.gateways.renewable import Bearer, BearerAuth
from relay_core.gateways.talk import TalkTextChannel
from relay_core.people.kept import keep_people
from relay_core.store.database import open_database
from tests.audience.population import person
from tests.delivery.world import Scripted, phone, planned_run, run_state, send_all, states

LANE = "talk:17"
ALMOST_S = 0.9
"""A second, less what a busy machine may delay a request by."""


def carried(db, *outcomes, people=1):
    """Send a run and return what the channel was given."""
    run_id = planned_run(db, people=people, lane=LANE)
    channel = Scripted(*outcomes)
    send_all(
        db,
        channel,
        lane=LANE,
        until=lambda: run_state(db, run_id) == "finished" and "unknown" not in states(db, run_id),
    )
    return run_id, channel.carried


class TestAMessage:
    def test_has_the_same_key_and_the_same_body_at_every_try(self, db):
        _, tries = carried(db, Throttled(None), OutcomeUnknown("ReadTimeout"), Accepted("4242"))

        assert len(tries) == 3
        assert tries[0].key
        assert all(each == tries[0] for each in tries)

    def test_has_a_key_that_no_other_message_has(self, db, tmp_path):
        _, first = carried(db, people=3)
        _, second = carried(db, people=3)
        with open_database(tmp_path / "another.duckdb") as other:
            _, third = carried(other, people=3)

        assert len({each.key for each in (*first, *second, *third)}) == 9

    def test_names_whose_profile_it_is(self, db):
        _, (message,) = carried(db)

        assert message.person_id == 0

    @pytest.mark.parametrize(
        ("on_the_profile", "code"),
        [(phone(7), "talk_other_number"), ("06 1234 0000", "talk_number_as_written")],
    )
    def test_does_not_leave_when_talk_would_text_another_number(self, db, on_the_profile, code):
        db.write(lambda session: keep_people(session, [person(0, phone=on_the_profile)]))

        run_id, tries = carried(db)

        assert tries == []
        assert states(db, run_id) == {"failed": 1}
        assert db.rows("reports.causes", run_id=run_id)[0]["code"] == code


class TestALane:
    def test_keeps_its_pace_also_while_it_signs_in(self, db):
        run_id = planned_run(db, people=8, lane=LANE)
        left = []

        def taken(_request):
            left.append(time.monotonic())
            return httpx.Response(201, json={"ticket": {"id": len(left)}})

        def renewed(_old):
            time.sleep(0.8)
            return Bearer("token", ends=math.inf)

        http = httpx.Client(
            base_url="http://zendesk",
            transport=httpx.MockTransport(taken),
            auth=BearerAuth(renewed),
        )
        sender = LaneSender(
            lane=LANE,
            ledger=db,
            channel=TalkTextChannel(http),
            pacer=Pacer(per_second=4, guard_s=0),
            surroundings=Surroundings(
                clock=lambda: datetime.now(UTC),
                monotonic=time.monotonic,
                dice=lambda: 0.5,
                max_attempts=3,
            ),
            stop=Event(),
            wake=Event(),
            is_over=lambda _idle_s: run_state(db, run_id) == "finished",
        )

        sender.run()

        assert len(left) == 8
        assert max(sum(each <= other < each + ALMOST_S for other in left) for each in left) <= 4
