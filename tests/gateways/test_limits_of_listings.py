"""Where the stand-in's listings end or forget, as Relay's gateway tells it."""

from datetime import timedelta

import pytest

from relay_core.errors import CursorExpired, GatewayError
from relay_core.gateways.reader import Reader, client
from tests.people.account_over_http import outside
from tests.sandbox.small_account import ADMIN, crowd


@pytest.fixture(scope="module")
def village():
    with outside(crowd(1_200).world) as running:
        yield running


def test_the_eleventh_page_of_a_search_is_refused_with_a_way_out(village):
    with client(url=village.url, auth=ADMIN, timeout_s=10) as http:
        reader = Reader(http, name="Zendesk")

        with pytest.raises(GatewayError) as refusal:
            reader.get("/api/v2/search", {"query": "type:user", "page": 11, "per_page": 100})

    assert "1,000" in refusal.value.advice


def test_an_export_that_waited_too_long_has_forgotten_its_place(village):
    page = village.zendesk.export_page("role:end-user", None)
    village.world.clock.advance(timedelta(hours=1))

    with pytest.raises(CursorExpired):
        village.zendesk.export_page("role:end-user", page.links.next)
