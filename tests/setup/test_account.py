"""A real account as far as Relay can tell, on a world that nobody else uses."""

import json
import time
from collections import Counter
from datetime import UTC, datetime

import httpx
import pytest
import stamina
from starlette.responses import PlainTextResponse

from relay_core.errors import (
    AccessDenied,
    CampaignError,
    ConfigurationError,
    GatewayError,
    StoreError,
)
from relay_core.relay import open_relay
from relay_core.sandbox.account.people.loading import fill
from relay_core.sandbox.app import build
from relay_core.sandbox.world import made
from relay_core.serving import owning, rehearsal_world
from relay_core.settings import Settings
from relay_core.setup.check import Step, Verdict
from tests.campaigns.office import TWILIO, VALUES, campaign, rows, send
from tests.sandbox.stage import serving

TOKEN = {"ZENDESK_EMAIL": "admin@sandbox.example", "ZENDESK_TOKEN": "sandbox-token"}
CLIENT = {"ZENDESK_OAUTH_CLIENT_ID": "relay", "ZENDESK_OAUTH_CLIENT_SECRET": "sandbox-secret"}
STATED = {"DEFAULT_REGION": "US", "CONSENT_REQUIRED": "false", "QUIET_HOURS": "false"}
WRONG = "hunter2-4711"
PEOPLE = 40


@pytest.fixture(scope="module")
def world():
    with rehearsal_world(people=PEOPLE) as url:
        quiet = {"phones": {"failure": 0, "reply": 0, "stop": 0}}
        httpx.post(f"{url}/_sandbox/faults", json=quiet).raise_for_status()
        yield url


@pytest.fixture
def put(monkeypatch):
    """Put settings into the environment, or take them out with None."""

    def putting(**values):
        for name, value in values.items():
            if value is None:
                monkeypatch.delenv(f"RELAY_{name}", raising=False)
            else:
                monkeypatch.setenv(f"RELAY_{name}", value)

    return putting


@pytest.fixture
def account(world, put, monkeypatch, tmp_path):
    """Settings of an account whose Zendesk and Sunshine Conversations are that world."""
    monkeypatch.chdir(tmp_path)
    put(
        ZENDESK_SUBDOMAIN="acme",
        ZENDESK_URL=world,
        SUNCO_URL=f"{world}/sc",
        SUNCO_APP_ID="5e4af71a81966cfff3ef6500",
        SUNCO_KEY_ID="app_sandbox",
        SUNCO_KEY_SECRET="sandbox-secret",
        **TOKEN,
    )
    return put


@pytest.fixture
def opened(account, tmp_path):
    """Open Relay on that account, with whatever else is set by then."""
    assert account
    desks = []

    def opening():
        desks.append(open_relay(Settings.load(data_dir=tmp_path)))
        return desks[-1]

    yield opening
    for desk in desks:
        desk.close()


def found(desk, step, name):
    return next(check for check in desk.doctor(step=step) if check.name == name)


class TestNewCredentials:
    def test_count_from_the_next_request_on_and_open_what_was_shut(self, opened, put):
        put(ZENDESK_TOKEN=WRONG)
        desk = opened()
        assert found(desk, Step.ZENDESK, "Zendesk").verdict is Verdict.PROBLEM
        put(ZENDESK_EMAIL=None, ZENDESK_TOKEN=None, **CLIENT)

        changed = desk.use_new_credentials(actor="anna")

        assert set(changed) == {f"RELAY_{name}" for name in (*TOKEN, *CLIENT)}
        assert found(desk, Step.ZENDESK, "Zendesk").verdict is Verdict.OK
        assert found(desk, Step.ZENDESK, "Way in").found == "an OAuth client"
        trail = rows(desk, "SELECT event, subject, detail FROM audit")
        assert trail[-1]["event"] == "credentials.exchanged"
        assert "sandbox-secret" not in str(trail)

    @pytest.mark.parametrize("name", ["ZENDESK_TOKEN", "SUNCO_KEY_SECRET"])
    def test_that_open_nothing_are_refused_and_the_old_ones_stay(self, opened, put, name):
        desk = opened()
        put(**{name: WRONG})

        with pytest.raises(AccessDenied) as refusal:
            desk.use_new_credentials(actor="anna")

        assert WRONG not in f"{refusal.value}{refusal.value.advice}"
        assert {check.verdict for check in desk.doctor(step=Step.MESSAGING)} == {Verdict.OK}
        assert found(desk, Step.ZENDESK, "Zendesk").verdict is Verdict.OK

    def test_are_never_another_accounts(self, opened, put):
        desk = opened()
        put(ZENDESK_SUBDOMAIN="other", **CLIENT)

        with pytest.raises(ConfigurationError) as refusal:
            desk.use_new_credentials(actor="anna")

        assert "RELAY_ZENDESK_SUBDOMAIN changed" in refusal.value.advice
        assert desk.settings.zendesk_subdomain == "acme"

    def test_that_are_the_old_ones_change_nothing(self, opened):
        assert opened().use_new_credentials(actor="anna") == ()

    def test_in_the_middle_of_a_run_send_nothing_twice_and_leave_nothing_out(
        self, world, opened, put
    ):
        put(SUNCO_PACE="20", **STATED)
        desk = opened()
        with owning(desk, sending=True):
            desk.sync_people()
            desk.refresh_templates()
            campaign(desk, "All", most=PEOPLE, integration=TWILIO)
            run = send(desk, "All", accepted=True).run
            until(lambda: desk.run(run).accepted >= 4)
            put(
                SUNCO_KEY_ID=None,
                SUNCO_KEY_SECRET=None,
                SUNCO_TOKEN="YXBwX3NhbmRib3g6c2FuZGJveC1zZWNyZXQ=",
                ZENDESK_EMAIL=None,
                ZENDESK_TOKEN=None,
                **CLIENT,
            )

            desk.use_new_credentials(actor="anna")
            under_way = desk.run(run)
            until(lambda: not desk.run(run).is_active)

            ended = desk.run(run)
        assert under_way.queued > 0
        assert ended.accepted == ended.planned
        taken = httpx.get(f"{world}/_sandbox/accepted").json()
        assert len(taken) == ended.planned
        assert set(Counter(str(each) for each in taken).values()) == {1}


class TestNewRules:
    def test_decide_about_the_next_plan_and_let_what_was_not_stated_be_sent(self, opened, put):
        put(QUIET_HOURS="false", SUNCO_PACE="4")
        desk = opened()
        with owning(desk, sending=True):
            desk.sync_people()
            desk.refresh_templates()
            campaign(desk, "All", most=PEOPLE, integration=TWILIO)
            before = desk.review("All", static_values=VALUES)
            opted_out = json.dumps(["opted_out", a_tag_of(desk, before)])
            put(OPT_OUT_TAGS=opted_out, SUNCO_PACE="50", **STATED)

            changed = desk.use_new_rules(actor="anna")
            after = desk.review("All", static_values=VALUES)
            with pytest.raises(CampaignError):
                send(desk, "All", reviewed=before.manifest, accepted=True)
            run = send(desk, "All", reviewed=after.manifest, accepted=True).run
            until(lambda: not desk.run(run).is_active)

            ended = desk.run(run)
        assert before.unstated
        assert after.unstated is None
        assert after.total < before.total
        assert (ended.planned, ended.accepted) == (after.total, after.total)
        assert desk.pace_of(TWILIO) == 50
        assert set(changed) == {
            "RELAY_CONSENT_REQUIRED",
            "RELAY_DEFAULT_REGION",
            "RELAY_OPT_OUT_TAGS",
            "RELAY_SUNCO_PACE",
        }

    def test_wait_until_what_was_agreed_to_is_over(self, opened, put):
        put(**STATED)
        desk = opened()
        desk.sync_people()
        desk.refresh_templates()
        campaign(desk, "All", integration=TWILIO)
        run = send(desk, "All", accepted=True).run
        put(BLACKOUT_DAYS="7")

        with pytest.raises(CampaignError) as refusal:
            desk.use_new_rules(actor="anna")
        during = desk.settings.blackout_days
        desk.cancel_run(run, actor="anna")

        assert f"run {run}" in refusal.value.advice
        assert during == 1
        assert desk.use_new_rules(actor="anna") == ("RELAY_BLACKOUT_DAYS",)
        assert desk.settings.blackout_days == 7
        trail = rows(desk, "SELECT event, detail FROM audit")
        assert trail[-1] == {"event": "rules.exchanged", "detail": "RELAY_BLACKOUT_DAYS: 1 -> 7"}

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"CONSENT_REQUIRED": "true"}, "without them nobody has agreed"),
            ({"QUIET_HOURS_BY_COUNTRY": '{"NL": {"weekdays": "late"}}'}, "late"),
            ({"RETENTION_DAYS": "100", "BLACKOUT_DAYS": "90"}, None),
        ],
    )
    def test_that_are_wrong_change_nothing(self, opened, put, wrong, said):
        put(RETENTION_DAYS="60")
        desk = opened()
        before = desk.settings
        put(**wrong)

        with pytest.raises(ConfigurationError) as refusal:
            desk.use_new_rules(actor="anna")

        assert (said or "RELAY_RETENTION_DAYS is 60") in refusal.value.advice
        assert desk.settings is before

    def test_wait_for_people_who_are_being_read_by_the_old_ones(self, opened, put):
        desk = opened()
        put(DEFAULT_REGION="FR")

        with desk._syncing, pytest.raises(StoreError):  # noqa: SLF001 - as a sync holds it
            desk.use_new_rules(actor="anna")

        assert desk.settings.unstated() == ("RELAY_DEFAULT_REGION", "RELAY_CONSENT_REQUIRED")
        desk.use_new_rules(actor="anna")
        assert desk.settings.unstated() == ("RELAY_CONSENT_REQUIRED",)

    def test_that_are_the_old_ones_change_nothing(self, opened):
        assert opened().use_new_rules(actor="anna") == ()


class TestASend:
    def test_is_refused_before_consent_is_stated(self, opened, put):
        put(DEFAULT_REGION="US")
        desk = opened()
        desk.sync_people()
        desk.refresh_templates()
        campaign(desk, "Early", integration=TWILIO)

        with pytest.raises(CampaignError) as refusal:
            send(desk, "Early", accepted=True)

        assert "RELAY_CONSENT_REQUIRED" in refusal.value.advice
        assert desk.runs() == []


class TestTheWebhook:
    def test_brings_a_test_back(self, world, tmp_path):
        relay = open_relay(Settings.load(data_dir=tmp_path, sandbox_url=world))
        with owning(relay, sending=True):
            done = relay.test_webhook()

        assert done.address.startswith("http://127.0.0.1:")

    def test_misses_nothing_that_is_on_its_way_when_it_gets_another_secret(self, world, tmp_path):
        events_take(world, seconds=20)
        refused = posts_refused(world)
        relay = open_relay(Settings.load(data_dir=tmp_path, sandbox_url=world, sunco_pace=20))
        with owning(relay, sending=True):
            relay.sync_people()
            relay.refresh_templates()
            campaign(relay, "All", most=16, integration=TWILIO)
            run = send(relay, "All", accepted=True).run
            until(lambda: relay.run(run).accepted >= 6)
            let_pass(world, seconds=10)  # the first phones have it, and say so by the old secret
            before, receipts = relay.webhook_key.current, relay.run(run).delivered

            counts_until = relay.rotate_webhook_secret(actor="anna")
            again = relay.test_webhook()
            by_no_key = httpx.post(again.address, headers={"X-API-Key": before[:-1]}, json={})
            events_take(world, seconds=0)
            until(lambda: not relay.run(run).queued)
            let_pass(world, seconds=30)
            until(lambda: relay.run(run).delivered == relay.run(run).planned)

        assert receipts == 0
        assert relay.webhook_key.current != before
        assert counts_until > datetime.now(UTC)
        assert by_no_key.status_code == 401
        assert posts_refused(world) == refused

    def test_is_on_the_trail_with_another_secret_although_the_old_one_could_not_be_removed(
        self, tmp_path
    ):
        start = datetime(2026, 11, 23, 12, tzinfo=UTC)
        world = made(lambda directory: fill(directory, {"users": []}, now=start), start=start)
        with serving(Undeleting(build(world))) as url:
            relay = open_relay(Settings.load(data_dir=tmp_path, sandbox_url=url))
            with owning(relay, sending=True):
                until(lambda: relay.webhook_key.current)
                before = relay.webhook_key.current

                with pytest.raises(GatewayError):
                    relay.rotate_webhook_secret(actor="anna")

                opens = relay.webhook_key.opens(before)
                trail = rows(relay, "SELECT event, actor FROM audit")
        assert relay.webhook_key.current != before
        assert opens
        assert trail[-1] == {"event": "webhook.secret_rotated", "actor": "anna"}

    def test_is_not_ready_when_something_else_answers_at_its_address(self, opened, put, world):
        put(PUBLIC_URL=world)
        desk = opened()
        with owning(desk, sending=True), pytest.raises(GatewayError) as refusal:
            desk.test_webhook()

        assert "something else than this Relay answers" in refusal.value.advice

    def test_is_not_ready_without_a_public_address(self, opened):
        desk = opened()
        with owning(desk, sending=True), pytest.raises(ConfigurationError) as refusal:
            desk.test_webhook()

        assert "RELAY_PUBLIC_URL" in refusal.value.advice

    def test_is_not_ready_where_nobody_answers(self, opened, put):
        put(PUBLIC_URL="http://127.0.0.1:9")
        desk = opened()
        with (
            stamina.set_testing(True),
            owning(desk, sending=True),
            pytest.raises(GatewayError) as refusal,
        ):
            desk.test_webhook()

        assert "Nobody answers at http://127.0.0.1:9/webhooks/sunco" in refusal.value.advice


class Undeleting:
    """Stands before a world, and lets nobody delete anything."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http" and scope["method"] == "DELETE":
            await PlainTextResponse("later", status_code=503)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def a_tag_of(desk, review):
    """Return a tag that some, but not all, of those who would receive it have."""
    receiving = [sample.person_id for sample in review.samples]
    found = rows(
        desk,
        "SELECT tag FROM (SELECT unnest(tags) AS tag FROM people WHERE id IN $ids)"
        " GROUP BY tag ORDER BY count(*), tag LIMIT 1",
        ids=receiving,
    )
    return found[0]["tag"]


def events_take(world, *, seconds):
    late = {"webhooks": {"delay_ms": seconds * 1000}}
    httpx.post(f"{world}/_sandbox/faults", json=late).raise_for_status()


def let_pass(world, *, seconds):
    httpx.post(f"{world}/_sandbox/clock", json={"advance_s": seconds}).raise_for_status()


def posts_refused(world):
    """Return how many events the sandbox gave up on, because somebody said no."""
    return httpx.get(f"{world}/_sandbox/state").json()["posts"]["given_up"]


def until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
