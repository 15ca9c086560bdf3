"""What a person consented to: exchanged for a code, kept, renewed by one, and ended in words."""

import json
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
import stamina

from relay_core.errors import AccessDenied, GatewayError, OutsideUnavailable
from relay_core.gateways.outcomes import Accepted, Rejected, Unreachable
from relay_core.gateways.reader import client
from relay_core.gateways.renewable import RenewableAuth
from relay_core.gateways.talk import TalkTextChannel
from relay_core.gateways.zendesk import zendesk_signed_in
from relay_core.gateways.zendesk_sign_in import (
    by_consent,
    by_secret,
    consent_address,
    exchanged,
    keep_sign_in,
)
from relay_core.sign_in_file import FILE_NAME, SignInFile, Standing
from tests.gateways.test_every_channel import TEXTED
from tests.setup.consenting import ADDRESS, ADMIN, CLIENT_ID, GRANTS, brought_back, stand_in

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
REDIRECT = f"{ADDRESS}/oauth/zendesk"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-x"


@pytest.fixture(scope="module")
def running():
    with stand_in() as zendesk:
        yield zendesk


@pytest.fixture
def zendesk(running):
    """The account, its wire whole and nothing counted."""
    running.wire.is_cut, running.wire.grants, running.wire.delay_s = False, 0, 0.0
    return running


@pytest.fixture
def file(zendesk, tmp_path):
    return SignInFile(tmp_path / FILE_NAME, zendesk.url, CLIENT_ID)


def code_of(zendesk) -> str:
    address = consent_address(
        url=zendesk.url,
        client_id=CLIENT_ID,
        redirect_uri=REDIRECT,
        state="s1",
        verifier=VERIFIER,
    )
    return brought_back(zendesk.consented(address))["code"]


def exchange(zendesk, file, *, code=None, verifier=VERIFIER):
    return exchanged(
        code or code_of(zendesk),
        file=file,
        redirect_uri=REDIRECT,
        verifier=verifier,
        now=NOW,
        timeout_s=5,
    )


@pytest.fixture
def signed_in(zendesk, file):
    """Somebody consented, and it is kept."""
    keep_sign_in(file, exchange(zendesk, file))
    zendesk.wire.grants = 0
    return file


@pytest.fixture
def support(signed_in, zendesk):
    """The Support API by that consent."""
    with closing(
        zendesk_signed_in(zendesk.url, by_consent(signed_in, timeout_s=5), timeout_s=5)
    ) as found:
        yield found


class TestAConsent:
    def test_becomes_tokens_that_open_zendesk(self, support):
        assert support.me().email == ADMIN

    def test_is_kept_for_this_user_alone(self, signed_in):
        assert stat.S_IMODE(signed_in.path.stat().st_mode) == 0o600
        assert [each.name for each in signed_in.path.parent.iterdir()] == [FILE_NAME]

    def test_is_shown_in_no_description(self, signed_in):
        _, held = signed_in.read()

        assert held.access_token not in repr(held)
        assert held.refresh_token not in repr(held)

    @pytest.mark.parametrize("verifier", ["", "another-verifier-of-forty-three-characters-x-y"])
    def test_gives_nothing_without_its_verifier(self, zendesk, file, verifier):
        with pytest.raises(GatewayError):
            exchange(zendesk, file, verifier=verifier)

    def test_gives_nothing_the_second_time(self, zendesk, file):
        code = code_of(zendesk)
        exchange(zendesk, file, code=code)

        with pytest.raises(GatewayError) as refusal:
            exchange(zendesk, file, code=code)

        assert code not in f"{refusal.value} {refusal.value.advice}"

    @pytest.mark.parametrize(
        ("url", "client_id"),
        [("https://other.zendesk.com", CLIENT_ID), (None, "another-client")],
    )
    def test_counts_for_its_own_account_and_client_only(self, signed_in, url, client_id):
        elsewhere = SignInFile(signed_in.path, url or signed_in.zendesk_url, client_id)

        assert elsewhere.read() == (Standing.NEVER, None)

    @pytest.mark.parametrize("content", ["", "[]", "{", '{"zendesk_url": 3}'])
    def test_that_cannot_be_read_is_asked_for_again(self, file, content):
        file.path.write_text(content)

        with (
            pytest.raises(AccessDenied) as refusal,
            httpx.Client(auth=by_consent(file, timeout_s=5)) as http,
        ):
            http.get("http://127.0.0.1:9/")

        assert "sign in at Zendesk" in refusal.value.advice


class TestARenewal:
    def test_comes_by_itself_and_is_kept(self, zendesk, support, signed_in):
        _, before = signed_in.read()
        zendesk.later(days=1)

        assert support.me().email == ADMIN

        standing, after = signed_in.read()
        assert (standing, after.since, after.renewing) == (Standing.HELD, NOW, False)
        assert after.refresh_token != before.refresh_token
        assert after.access_token != before.access_token

    def test_is_made_once_however_many_need_it(self, zendesk, signed_in):
        clients = [
            zendesk_signed_in(zendesk.url, by_consent(signed_in, timeout_s=5), timeout_s=5)
            for _ in range(3)
        ]
        for each in clients:
            each.me()
        zendesk.later(days=1)
        zendesk.wire.delay_s = 0.1
        together = threading.Barrier(6)

        def ask(support):
            together.wait()
            return support.me().email

        with ThreadPoolExecutor(6) as threads:
            found = list(threads.map(ask, clients * 2))

        for each in clients:
            each.close()
        assert found == [ADMIN] * 6
        assert zendesk.wire.grants == 1

    def test_is_shared_by_all_that_use_the_same_consent(self, zendesk, support, signed_in):
        other = zendesk_signed_in(zendesk.url, by_consent(signed_in, timeout_s=5), timeout_s=5)
        other.me()
        zendesk.later(days=1)

        support.me()
        with closing(other):
            assert other.me().email == ADMIN

        assert zendesk.wire.grants == 1

    def test_survives_that_the_process_ends(self, zendesk, support, signed_in):
        zendesk.later(days=1)
        support.me()

        with closing(
            zendesk_signed_in(zendesk.url, by_consent(signed_in, timeout_s=5), timeout_s=5)
        ) as new_process:
            assert new_process.me().email == ADMIN

    def test_is_not_asked_for_where_its_answer_could_not_be_kept(self, zendesk, support, signed_in):
        zendesk.later(days=1)
        signed_in.path.with_suffix(".new").mkdir()

        with stamina.set_testing(True, attempts=1), pytest.raises(OutsideUnavailable) as refusal:
            support.me()

        assert "cannot write to its data folder" in refusal.value.advice
        assert zendesk.wire.grants == 0
        signed_in.path.with_suffix(".new").rmdir()
        assert support.me().email == ADMIN

    def test_is_not_asked_for_again_by_somebody_who_may_do_nothing(self, zendesk, support):
        support.me()
        administrator = zendesk.world.directory.user_by_email(ADMIN)
        administrator["suspended"] = True

        for _ in range(3):
            with pytest.raises(AccessDenied):
                support.me()
        administrator["suspended"] = False

        assert zendesk.wire.grants == 1


class TestALostAnswer:
    def test_is_asked_for_again_and_ends_the_sign_in_when_zendesk_has_moved_on(
        self, zendesk, support, signed_in
    ):
        support.me()
        zendesk.later(days=1)
        zendesk.wire.is_cut = True

        with stamina.set_testing(True, attempts=1), pytest.raises(OutsideUnavailable):
            support.me()
        assert signed_in.read()[0] is Standing.HELD
        zendesk.wire.is_cut = False
        with pytest.raises(AccessDenied) as refusal:
            support.me()

        assert signed_in.read() == (Standing.ENDED, None)
        assert "answer to a renewal may have been lost" in refusal.value.advice
        assert "Open the page Setup and sign in" in refusal.value.advice

    def test_that_a_kill_lost_is_told_the_same(self, zendesk, support, signed_in):
        support.me()
        zendesk.later(days=1)
        held = signed_in.note_renewing(signed_in.read()[1])
        httpx.post(
            f"{zendesk.url}{GRANTS}",
            json={
                "grant_type": "refresh_token",
                "refresh_token": held.refresh_token,
                "client_id": CLIENT_ID,
            },
            trust_env=False,
        ).raise_for_status()

        with pytest.raises(AccessDenied) as refusal:
            support.me()

        assert "may have been lost" in refusal.value.advice

    def test_costs_nothing_where_zendesk_was_not_reached(self, zendesk, support, signed_in):
        support.me()
        zendesk.later(days=1)
        signed_in.note_renewing(signed_in.read()[1])

        assert support.me().email == ADMIN
        assert signed_in.read()[1].renewing is False


class TestASignInThatEnded:
    @pytest.fixture
    def ended(self, zendesk, support):
        support.me()
        zendesk.later(days=100)
        with pytest.raises(AccessDenied) as refusal:
            support.me()
        return refusal.value

    def test_says_why_and_what_to_do(self, ended):
        assert "revoked" in ended.advice
        assert "Open the page Setup and sign in" in ended.advice

    @pytest.mark.usefixtures("ended")
    def test_keeps_no_token_and_asks_zendesk_nothing_more(self, zendesk, support, signed_in):
        asked = zendesk.wire.grants

        with pytest.raises(AccessDenied) as refusal:
            support.me()

        assert "Relay's sign-in at Zendesk ended" in refusal.value.advice
        assert zendesk.wire.grants == asked
        assert set(json.loads(signed_in.path.read_text())) == {"zendesk_url", "client_id"}

    @pytest.mark.usefixtures("ended")
    def test_begins_anew_with_another_consent(self, zendesk, support, signed_in):
        keep_sign_in(signed_in, exchange(zendesk, signed_in))

        assert support.me().email == ADMIN


class TestATextByTalk:
    """What was not asked for has not left: no doubt comes of a sign-in."""

    @pytest.fixture(params=["at once", "made ready"])
    def channel(self, request, zendesk, signed_in):
        customer = zendesk.world.directory.user_by_email(ADMIN)["id"]
        auth = RenewableAuth()
        auth.renew(by_consent(signed_in, timeout_s=5))
        http = client(url=zendesk.url, auth=auth, timeout_s=5)
        with closing(TalkTextChannel(http)) as channel:
            ready = channel.make_ready if request.param == "made ready" else lambda: None
            yield lambda key: ready() or channel.send(replace(TEXTED, person_id=customer, key=key))

    def test_leaves_with_what_a_renewal_gave(self, zendesk, channel):
        zendesk.later(days=1)

        assert isinstance(channel("one"), Accepted)
        assert zendesk.wire.grants == 1

    def test_has_certainly_not_left_when_a_renewal_has_no_answer(self, zendesk, channel):
        tickets = len(zendesk.world.tickets.tickets)
        zendesk.later(days=1)
        zendesk.wire.is_cut = True

        assert isinstance(channel("two"), Unreachable)
        assert len(zendesk.world.tickets.tickets) == tickets

    def test_stops_its_lane_once_the_sign_in_has_ended(self, zendesk, channel):
        zendesk.later(days=100)

        outcome = channel("three")

        assert isinstance(outcome, Rejected)
        assert (outcome.code, outcome.lane_fault) == ("sign_in", True)
        assert "Open the page Setup and sign in" in outcome.reason


class TestAClientsSecret:
    def test_gives_one_token_however_many_need_it(self, zendesk):
        auth = by_secret(client_id="relay", secret="sandbox-secret", url=zendesk.url, timeout_s=5)
        with (
            closing(zendesk_signed_in(zendesk.url, auth, timeout_s=5)) as support,
            ThreadPoolExecutor(8) as threads,
        ):
            found = list(threads.map(lambda _: support.me().email, range(8)))

        assert found == [ADMIN] * 8
        assert zendesk.wire.grants == 1
