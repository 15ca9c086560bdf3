"""Every request of the journey, held against the vendors' own OpenAPI files.

What is recorded went over real HTTP, through a proxy between Relay and the sandbox. The answers
are held against the same files, so that the stand-in cannot drift from what it stands in for.
"""

import json
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import ImmutableMultiDict

from relay_core.audience.conditions.definition import ByQuery
from relay_core.campaigns.bindings import FromField, Static
from relay_core.gateways.zendesk import zendesk
from relay_core.relay import open_relay
from relay_core.serving import owning
from relay_core.settings import Settings
from relay_core.templates.writing.template import Category, Template
from tests.contract.recording import Exchange, RecordedRequest, RecordedResponse, recording
from tests.contract.vendor_specs import (
    Spec,
    contract,
    declared_queries,
    require_specs,
    sunco_v1,
    sunco_v2,
    support,
    without_nulls,
)
from tests.journeys.programs import sandbox_process, until
from tests.journeys.town import TAG, TEMPLATE, TWILIO, WHATSAPP, people_file

pytestmark = pytest.mark.contract
TALK = "talk:17"


@dataclass(frozen=True)
class Vendor:
    """One specification, and which of its paths the journey uses."""

    name: str
    spec: Callable[[], Spec]
    base: str
    paths: tuple[str, ...]
    nulls: bool = True
    """Whether the specification says which fields may be null."""

    def answer_of(self, exchange: Exchange) -> RecordedResponse:
        """Return the answer, as far as the specification can judge it."""
        if self.nulls:
            return exchange.response
        body = without_nulls(json.loads(exchange.response.data))
        return replace(exchange.response, data=json.dumps(body).encode())

    def covers(self, exchange: Exchange) -> str | None:
        """Return the path of the specification that this exchange is about."""
        return next((p for p in self.paths if _matches(self.base + p, exchange)), None)


VENDORS = [
    Vendor(
        "Zendesk Support",
        support,
        "",
        (
            "/api/v2/custom_objects",
            "/api/v2/custom_objects/{custom_object_key}/fields",
            "/api/v2/custom_objects/{custom_object_key}/jobs",
            "/api/v2/job_statuses/{job_status_id}",
            "/api/v2/account/settings",
            "/api/v2/users/me",
            "/api/v2/users/show_many",
            "/api/v2/user_fields",
            "/api/v2/organizations",
            "/api/v2/organization_memberships",
            "/api/v2/incremental/users/cursor",
            "/api/v2/incremental/tickets/cursor",
            "/api/v2/search/count",
            "/api/v2/search/export",
            "/api/v2/tickets",
            "/api/v2/tickets/{ticket_id}/comments",
            "/api/v2/tickets/messaging/conversations/{conversation_id}/ticket",
            "/api/v2/triggers",
            "/oauth/tokens",
        ),
        nulls=False,
    ),
    Vendor(
        "Sunshine Conversations v2",
        sunco_v2,
        "/sc",
        ("/v2/apps/{appId}", "/v2/apps/{appId}/integrations"),
    ),
    Vendor(
        "Sunshine Conversations v1.1",
        sunco_v1,
        "/sc",
        (
            "/v1.1/apps/{appId}/notifications",
            "/v1.1/apps/{appId}/webhooks",
            "/v1.1/apps/{appId}/webhooks/{webhookId}",
        ),
    ),
]
IN_NO_SPEC = (
    "/sc/v1.1/apps/{appId}/integrations/{integrationId}/messageTemplates",
    "/api/v2/channels/voice/phone_numbers",
    "/api/v2/channels/sms/message_history.json",
)
"""Described on the vendor's pages at most; the sandbox's own tests hold them."""


def _matches(template: str, exchange: Exchange) -> bool:
    return bool(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), exchange.request.path))


@pytest.fixture(scope="module")
def journey(tmp_path_factory):
    """What went over the wire, from the first sync to the last receipt."""
    require_specs()
    folder = tmp_path_factory.mktemp("contract")
    file = folder / "people.json"
    people = people_file(receivers=3)
    people["organizations"] = [{"id": 7, "name": "Acme"}, {"id": 8, "name": "Beta"}]
    people["users"][0]["organization_ids"] = [7, 8]
    file.write_text(json.dumps(people), "utf-8")
    world = ("--people", str(file), "--speed", "20")
    with sandbox_process(*world) as sandbox, recording(sandbox.url) as (url, exchanges):
        settings = Settings.load(
            data_dir=folder / "data",
            sandbox_url=url,
            blackout_days=0,
            talk_poll_s=0.2,
            mirror_to_zendesk=True,
        )
        ticket = {"subject": "Help", "comment": {"body": "Help"}}
        auth = settings.account().zendesk_basic
        sandbox.client.post("/api/v2/tickets", json={"ticket": ticket}, auth=auth)
        for _ in range(2):  # the second time it finds its webhook with another address
            relay = open_relay(settings)
            with owning(relay, sending=True):
                walk(relay)
                answer_over_talk(sandbox, exchanges)
                answer_over_whatsapp(sandbox, relay)
                show_in_zendesk(relay)
        sign_in_by_oauth(settings)
        yield exchanges


def walk(relay):
    relay.doctor()
    relay.sync_people()
    query = ByQuery(f"tags:{TAG}")
    relay.preview_audience(query)
    relay.refresh_templates()
    relay.set_up_talk(line_id=17, actor="test")
    name = f"news_{uuid.uuid4().hex[:8]}"
    news = Template(
        name=name,
        language="en",
        category=Category.MARKETING,
        body="Hello {{Clarice}}, there is something new in our shop for you this week.",
    )
    relay.create_template(news, integration_ids=[WHATSAPP, TWILIO])
    for lane in (WHATSAPP, TWILIO, TALK):
        relay.create_campaign(
            f"{name} {lane}",
            template_id=relay.template(TEMPLATE).id,
            integration_id=lane,
            definition=query,
            bindings={"clarice": FromField("name"), "monday": Static()},
            actor="test",
        )
        run = relay.send(
            f"{name} {lane}",
            static_values={"monday": "Tuesday"},
            request_id=str(uuid.uuid4()),
            actor="test",
        ).run
        until(lambda n=run: relay.run(n).delivered == 3, within_s=30)


def answer_over_talk(sandbox, exchanges):
    """The words of an answer are on its ticket only."""
    said = {"destination": sandbox.sent()[-1]["destination"], "text": "Thank you"}
    sandbox.client.post("/_sandbox/replies", json=said).raise_for_status()
    until(lambda: any("/comments" in e.request.path for e in exchanges), within_s=30)


def answer_over_whatsapp(sandbox, relay):
    """Zendesk says in which ticket an answer is."""
    [run] = [each.run for each in relay.runs()[:3] if each.integration_id == WHATSAPP]
    said = {"destination": sandbox.sent()[0]["destination"], "text": "Yes"}
    sandbox.client.post("/_sandbox/replies", json=said | {"integration_id": WHATSAPP})
    until(lambda: relay.report(run).replied == 1, within_s=30)
    relay.sync_people()


def show_in_zendesk(relay):
    """Tell it what was sent, some minutes later."""
    relay.make_objects(actor="test")
    relay._now = lambda: datetime.now(UTC) + timedelta(minutes=5)  # noqa: SLF001 - not waited for
    relay.tell_zendesk()
    assert relay.mirror_status().told["message"] > 0


def sign_in_by_oauth(settings):
    """The sandbox's documented settings use a token; an account may use OAuth."""
    account = settings.account()
    gateway = zendesk(
        replace(account, zendesk_basic=None, zendesk_oauth=("relay", "sandbox-secret")),
        timeout_s=10,
    )
    try:
        me = gateway.me()
        assert me.role == "admin"
        assert gateway.time_zone()
        assert [user.id for user in gateway.users_by_ids([me.id])] == [me.id]
    finally:
        gateway.close()


@pytest.fixture(scope="module", params=VENDORS, ids=lambda vendor: vendor.name)
def vendor(request) -> Vendor:
    return request.param


@pytest.fixture(scope="module")
def agreed(vendor) -> OpenAPI:
    require_specs()
    return contract(vendor.spec(), base=vendor.base, paths=vendor.paths)


class TestTheJourney:
    def test_asks_nothing_that_is_in_no_list_here(self, journey):
        unlisted = [
            str(exchange)
            for exchange in journey
            if not any(vendor.covers(exchange) for vendor in VENDORS)
            and not any(_matches(path, exchange) for path in IN_NO_SPEC)
        ]

        assert unlisted == []

    def test_asks_everything_that_is_listed(self, journey, vendor):
        assert {vendor.covers(exchange) for exchange in journey} >= set(vendor.paths)

    def test_makes_requests_as_specified(self, journey, vendor, agreed):
        problems = [
            f"{exchange}: {problem}"
            for exchange in journey
            if vendor.covers(exchange)
            for problem in _problems(lambda e=exchange: agreed.validate_request(e.request))
        ]

        assert problems == []

    def test_uses_no_query_parameter_that_is_not_specified(self, journey, vendor):
        undeclared = [
            f"{exchange}: {name}"
            for exchange in journey
            if (path := vendor.covers(exchange))
            for name in exchange.request.parameters.query
            if name not in (known := declared_queries(vendor.spec(), path, exchange.request.method))
            and name.split("[")[0] not in known
        ]

        assert undeclared == []

    def test_is_answered_as_specified(self, journey, vendor, agreed):
        problems = [
            f"{exchange}: {problem}"
            for exchange in journey
            if vendor.covers(exchange)
            for problem in _problems(
                lambda e=exchange: agreed.validate_response(e.request, vendor.answer_of(e))
            )
        ]

        assert problems == []


class TestTheCheck:
    """That nothing was found must not mean that nothing was looked at."""

    def test_misses_no_field_that_a_message_needs(self, journey):
        sent = first(journey, "/sc/v1.1/apps/{appId}/notifications")
        body = {k: v for k, v in json.loads(sent.request.body).items() if k != "destination"}

        found = problems_of(VENDORS[2], replace(sent.request, body=json.dumps(body).encode()))

        assert "destination" in str(found)

    def test_misses_no_parameter_of_a_search(self, journey):
        search = first(journey, "/api/v2/search/export").request
        query = ImmutableMultiDict({"page[size]": "many"})

        found = problems_of(VENDORS[0], replace(search, parameters=asking(search, query)))

        assert "query" in str(found)

    def test_misses_no_wrong_size_of_a_page(self, journey):
        listing = first(journey, "/api/v2/user_fields").request
        query = ImmutableMultiDict({"page[size]": "0"})

        found = problems_of(VENDORS[0], replace(listing, parameters=asking(listing, query)))

        assert "size: 0" in str(found)

    def test_misses_no_absent_sign_in(self, journey):
        listing = first(journey, "/api/v2/user_fields").request
        bare = RequestParameters(query=listing.parameters.query)

        assert problems_of(VENDORS[0], replace(listing, parameters=bare))


def first(journey: list[Exchange], path: str) -> Exchange:
    return next(each for each in journey if _matches(path, each))


def asking(request: RecordedRequest, query: "ImmutableMultiDict[str, str]") -> RequestParameters:
    return RequestParameters(query=query, header=request.parameters.header)


def problems_of(vendor: Vendor, request: RecordedRequest) -> list[str]:
    agreed = contract(vendor.spec(), base=vendor.base, paths=vendor.paths)
    return list(_problems(lambda: agreed.validate_request(request)))


def _problems(check: Callable[[], None]) -> Iterator[str]:
    """Yield what is wrong, down to the field."""
    try:
        check()
    except OpenAPIError as error:
        cause = error.__cause__
        details = getattr(cause, "schema_errors", None) or [cause or error]
        for each in details:
            place = ".".join(map(str, getattr(each, "absolute_path", [])))
            yield f"{place}: {getattr(each, 'message', each)}"
