"""Reads: repeated when it helps, told clearly when it does not, and never sent elsewhere."""

import io

import httpx
import pytest
import stamina
from pydantic import BaseModel

from relay_core.errors import AccessDenied, CursorExpired, GatewayError, OutsideUnavailable
from relay_core.gateways.http_errors import explanation, retry_after_s
from relay_core.gateways.reader import Reader
from relay_core.gateways.sunco import TRIGGERS, SunshineConversations
from relay_core.gateways.zendesk import Zendesk
from relay_core.log import configure_log

URL = "https://acme.zendesk.com"


@pytest.fixture(autouse=True)
def no_waiting():
    with stamina.set_testing(True, attempts=4):
        yield


def client(*answers: httpx.Response | Exception) -> tuple[httpx.Client, list[httpx.Request]]:
    """Return a client that gets these answers in turn, and the requests it made."""
    made: list[httpx.Request] = []
    waiting = list(answers)

    def handle(request):
        made.append(request)
        answer = waiting.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return httpx.Client(base_url=URL, transport=httpx.MockTransport(handle)), made


class Page(BaseModel):
    items: list[int]
    next_page: str | None = None


class TestAReader:
    @pytest.mark.parametrize(
        "first", [httpx.Response(429), httpx.Response(503), httpx.ConnectError("")]
    )
    def test_tries_again_what_may_pass(self, first):
        http, made = client(first, httpx.Response(200, json={"ok": True}))

        assert Reader(http, name="Zendesk").get("/x") == {"ok": True}
        assert len(made) == 2

    def test_gives_up_with_advice_after_the_allowed_tries(self):
        http, _ = client(*[httpx.Response(503)] * 4)

        with pytest.raises(OutsideUnavailable) as refusal:
            Reader(http, name="Zendesk").get("/x")

        assert "Zendesk cannot answer just now" in refusal.value.advice

    def test_keeps_what_was_asked_out_of_the_log_when_it_tries_again(self):
        http, _ = client(httpx.Response(503), httpx.Response(200, json={}))
        written = io.StringIO()
        configure_log(stream=written)

        Reader(http, name="Zendesk").get("/x", {"query": "phone:+31612345678"})

        assert "read.retried" in written.getvalue()
        assert "31612345678" not in written.getvalue()

    def test_does_not_repeat_a_refusal(self):
        http, made = client(httpx.Response(403, json={"error": {"title": "Forbidden"}}))

        with pytest.raises(AccessDenied):
            Reader(http, name="Zendesk").get("/x")

        assert len(made) == 1

    def test_refuses_an_answer_that_is_not_an_object(self):
        http, _ = client(httpx.Response(200, html="<h1>Maintenance</h1>"))

        with pytest.raises(GatewayError, match="unreadable"):
            Reader(http, name="Zendesk").get("/x")

    def test_follows_pages_on_the_same_host(self):
        http, _ = client(
            httpx.Response(200, json={"items": [1], "next_page": f"{URL}/x?page=2"}),
            httpx.Response(200, json={"items": [2]}),
        )

        pages = Reader(http, name="Zendesk").pages(
            "/x", {}, page=Page, next_url=lambda page: page.next_page
        )

        assert [page.items for page in pages] == [[1], [2]]

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "https://evil.example/x",
            "http://acme.zendesk.com/x",
            "https://acme.zendesk.com:8443/x",
            "https://acme.zendesk.com@evil.example/x",
        ],
    )
    def test_never_carries_credentials_to_another_host(self, elsewhere):
        http, made = client(httpx.Response(200, json={"items": [1], "next_page": elsewhere}))

        with pytest.raises(GatewayError, match="another host"):
            list(
                Reader(http, name="Zendesk").pages(
                    "/x", {}, page=Page, next_url=lambda page: page.next_page
                )
            )

        assert len(made) == 1

    def test_stops_at_a_listing_that_goes_in_circles(self):
        page = {"items": [1], "next_page": f"{URL}/x?page=2"}
        http, _ = client(*[httpx.Response(200, json=page)] * 3)

        with pytest.raises(GatewayError, match="repeats"):
            list(
                Reader(http, name="Zendesk").pages(
                    "/x", {}, page=Page, next_url=lambda page: page.next_page
                )
            )


class TestAReaderThatWaits:
    def test_counts_how_often_and_how_long_a_rate_limit_held_it(self):
        later = httpx.Response(429, headers={"Retry-After": "0.2"})
        http, _ = client(later, httpx.Response(200, json={}))
        reader = Reader(http, name="Zendesk")

        with stamina.set_testing(False):
            reader.get("/x")

        assert reader.waits.limits == 1
        assert 0.2 <= reader.waits.limited_s < 5

    def test_tells_what_was_added_since_an_earlier_look(self):
        http, _ = client(httpx.Response(429), *[httpx.Response(200, json={})] * 2)
        reader = Reader(http, name="Zendesk")
        reader.get("/x")
        earlier = reader.waits

        reader.get("/x")

        assert reader.waits.since(earlier).limits == 0

    def test_does_not_take_a_broken_server_for_a_limit(self):
        http, _ = client(httpx.Response(503), httpx.Response(200, json={}))
        reader = Reader(http, name="Zendesk")

        reader.get("/x")

        assert reader.waits.limits == 0


EXPIRED = [
    httpx.Response(422, json={"error": "invalid", "description": "the cursor has expired"}),
    httpx.Response(400, json={"errors": [{"code": "InvalidCursor", "title": "Invalid cursor"}]}),
    httpx.Response(400, json={"error": {"title": "Invalid attribute", "message": "Bad CURSOR"}}),
    httpx.Response(410, json={"error": "CursorExpired"}),
]


class TestAPlaceInAListing:
    @pytest.mark.parametrize("refusal", EXPIRED)
    @pytest.mark.parametrize("parameter", ["page[after]", "cursor"])
    def test_that_is_forgotten_is_told_apart(self, refusal, parameter):
        http, made = client(refusal)

        with pytest.raises(CursorExpired) as expired:
            Reader(http, name="Zendesk").get("/x", {parameter: "abc"})

        assert "Start it again" in expired.value.advice
        assert len(made) == 1

    def test_in_a_link_is_told_apart_too(self):
        http, _ = client(EXPIRED[0])

        with pytest.raises(CursorExpired):
            Reader(http, name="Zendesk").follow(f"{URL}/x?page%5Bafter%5D=abc")

    @pytest.mark.parametrize(
        ("refusal", "params"),
        [
            (EXPIRED[0], None),  # nothing was sent that could have expired
            (httpx.Response(422, json={"error": "invalid"}), {"page[after]": "abc"}),
            (httpx.Response(403, json={"error": "no cursor for you"}), {"page[after]": "abc"}),
        ],
    )
    def test_is_not_blamed_for_other_refusals(self, refusal, params):
        http, _ = client(refusal)

        with pytest.raises(GatewayError) as other:
            Reader(http, name="Zendesk").get("/x", params)

        assert not isinstance(other.value, CursorExpired)

    @pytest.mark.parametrize(
        "refusal",
        [
            httpx.Response(
                422,
                json={
                    "error": "invalid",
                    "description": "Invalid search: Requested response size was greater than "
                    "Search Response Limits",
                },
            ),
            httpx.Response(400, json={"error": "InvalidPaginationDepth"}),
        ],
    )
    def test_that_lies_too_far_on_is_refused_with_a_way_out(self, refusal):
        http, _ = client(refusal)

        with pytest.raises(GatewayError) as too_far:
            Reader(http, name="Zendesk").get("/api/v2/search", {"page": 11})

        assert "1,000" in too_far.value.advice
        assert "export" in too_far.value.advice


class TestZendesk:
    def test_is_not_fooled_by_an_anonymous_200(self):
        http, _ = client(httpx.Response(200, json={"user": {"id": None, "name": "Anonymous user"}}))

        with pytest.raises(AccessDenied):
            Zendesk(http).me()

    def test_gives_each_user_the_identities_that_came_beside(self):
        stamps = {"created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
        users = [{"id": 1, **stamps}, {"id": 2, **stamps}]
        identity = {"user_id": 2, "type": "messaging", "value": "x", "subtype_name": "whatsapp"}
        body = {"users": users, "identities": [identity], "end_of_stream": True}
        http, made = client(httpx.Response(200, json=body))

        first, second = Zendesk(http).users_since(None).users

        assert made[0].url.params["include"] == "identities"
        assert (first.identities, len(second.identities)) == ((), 1)

    def test_says_that_identities_are_unknown_where_none_came(self):
        user = {"id": 1, "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z"}
        http, _ = client(httpx.Response(200, json={"users": [user]}))

        assert Zendesk(http).users_by_ids([1])[0].identities is None

    def test_asks_for_a_hundred_users_at_most(self):
        http, made = client()

        with pytest.raises(ValueError, match="100"):
            Zendesk(http).users_by_ids(range(101))

        assert made == []

    @pytest.mark.parametrize(
        ("settings", "zone"),
        [
            (
                httpx.Response(
                    200,
                    json={"settings": {"localization": {"iana_time_zone": "Europe/Paris"}}},
                ),
                "Europe/Paris",
            ),
            (httpx.Response(200, json={"settings": {}}), "Asia/Tokyo"),
            (httpx.Response(403, json={"error": "Forbidden"}), "Asia/Tokyo"),
        ],
    )
    def test_knows_the_accounts_time_zone_or_else_the_askers(self, settings, zone):
        me = {"user": {"id": 1, "iana_time_zone": "Asia/Tokyo"}}
        http, _ = client(settings, httpx.Response(200, json=me))

        assert Zendesk(http).time_zone() == zone


class TestARefusalsWords:
    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ({"error": "Couldn't authenticate you"}, "Couldn't authenticate you"),
            (
                {"error": "RecordNotFound", "description": "Not found"},
                "Not found (RecordNotFound)",
            ),
            ({"error": {"title": "Forbidden", "message": "No access."}}, "No access."),
            ({"error": {"code": "bad_request", "description": "Wrong"}}, "Wrong"),
            ({"errors": [{"code": "x", "title": "Too deep", "detail": "d"}]}, "Too deep: d"),
            ([], ""),
            ({"something": "else"}, ""),
        ],
    )
    def test_are_read_in_every_shape_the_vendors_use(self, body, words):
        assert (
            explanation(httpx.Response(400, json=body, request=httpx.Request("GET", "http://a")))
            == words
        )

    def test_are_empty_for_a_page_of_html(self):
        assert explanation(httpx.Response(502, html="<h1>Bad gateway</h1>")) == ""


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("17", 17.0),
            ("-3", 0.0),
            ("Wed, 21 Oct 2026 07:28:30 GMT", 30.0),
            ("soon", None),
            ("1e10", 3600.0),
            ("inf", None),
            ("Wed, 21 Oct 2026 07:28:30 -0000", None),
            ("", None),
        ],
    )
    def test_is_read_as_seconds_or_as_a_date(self, value, seconds):
        headers = {"Retry-After": value, "Date": "Wed, 21 Oct 2026 07:28:00 GMT"}

        assert retry_after_s(httpx.Response(429, headers=headers)) == seconds


class TestTheWebhook:
    def hooks(self, *targets):
        listed = [
            {"_id": f"h{n}", "target": t, "triggers": list(TRIGGERS), "secret": f"s{n}"}
            for n, t in enumerate(targets)
        ]
        created = {"webhook": {"_id": "new", "target": "t", "triggers": [], "secret": "new"}}
        http, made = client(
            httpx.Response(200, json={"webhooks": listed}), httpx.Response(201, json=created)
        )
        return SunshineConversations(http, app_id="app"), made

    def test_is_used_again_when_it_is_there(self):
        sunco, made = self.hooks("https://relay.example/webhooks/sunco")

        hook = sunco.ensure_webhook(
            "https://relay.example/webhooks/sunco", is_stale=lambda _: False
        )

        assert (hook.secret, len(made)) == ("s0", 1)

    def test_is_made_beside_those_of_others(self):
        sunco, made = self.hooks("https://other.example/hook")

        sunco.ensure_webhook("https://relay.example/webhooks/sunco", is_stale=lambda _: False)

        assert made[1].method == "POST"

    def test_takes_over_one_that_nobody_listens_to_any_more(self):
        sunco, made = self.hooks("https://other.example/hook", "http://127.0.0.1:1/webhooks/sunco")

        sunco.ensure_webhook(
            "http://127.0.0.1:2/webhooks/sunco", is_stale=lambda t: t.startswith("http://127")
        )

        assert (made[1].method, made[1].url.path) == ("PUT", "/v1.1/apps/app/webhooks/h1")
