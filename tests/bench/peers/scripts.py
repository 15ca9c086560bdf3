"""Peers that are a script: `python -m tests.bench.peers.scripts NAME URL FOLDER`.

Those that keep a list note whom they have sent to once the answer is there, and skip them when
they are started again.
"""

import sys
from multiprocessing.pool import ThreadPool
from pathlib import Path

import requests
import sunshine_conversations_client as sunco
from requests.adapters import HTTPAdapter

from relay_core.gateways.channel import Outgoing
from relay_core.gateways.outcomes import Accepted
from relay_core.gateways.reader import client
from relay_core.gateways.sunco import SunshineChannel
from relay_core.sandbox.credentials import SUNCO_APP_ID, SUNCO_KEY_ID, SUNCO_KEY_SECRET
from tests.bench.peers.work import IN_FLIGHT, PATH, Work, body_for
from tests.journeys.town import WHATSAPP

_TIMEOUT_S = 30


def thread_pool(work: Work) -> None:
    """A pool of threads with requests, as most scripts do it."""
    session = requests.Session()
    session.trust_env = False
    session.auth = (SUNCO_KEY_ID, SUNCO_KEY_SECRET)
    session.mount(work.url, HTTPAdapter(pool_maxsize=IN_FLIGHT))

    def send(phone: str) -> None:
        body = body_for(phone)
        session.post(f"{work.url}{PATH}", json=body, timeout=_TIMEOUT_S).raise_for_status()

    work.each(send, at_once=IN_FLIGHT)


def official_sdk(work: Work) -> None:
    """The vendor's client, one request after the other: it has no call for notifications.

    Its generated classes know the second version of the API only, so the request goes through
    what they are made of.
    """
    known = sunco.Configuration(host=work.url, username=SUNCO_KEY_ID, password=SUNCO_KEY_SECRET)
    with sunco.ApiClient(known) as api:

        def send(phone: str) -> None:
            headers = {"Accept": "application/json", "Content-Type": "application/json"}
            asked = api.param_serialize(
                "POST",
                PATH,
                header_params=headers,
                body=body_for(phone),
                auth_settings=["basicAuth"],
            )
            answer = api.call_api(*asked, _request_timeout=_TIMEOUT_S)
            answer.read()
            if not 200 <= answer.status <= 299:
                raise RuntimeError(answer.status)

        work.each(send, at_once=1)


def without_journal(work: Work) -> None:
    """Relay's own channel in a pool of threads, and nothing written down."""
    http = client(url=work.url, auth=(SUNCO_KEY_ID, SUNCO_KEY_SECRET), timeout_s=_TIMEOUT_S)
    channel = SunshineChannel(http, app_id=SUNCO_APP_ID)

    def send(phone: str) -> None:
        body = body_for(phone)
        outcome = channel.send(Outgoing(WHATSAPP, phone, body["message"], {"run": "1"}))
        if not isinstance(outcome, Accepted):
            raise RuntimeError(outcome)  # noqa: TRY004 - an outcome of the outside

    with ThreadPool(IN_FLIGHT) as pool:
        pool.map(send, work.phones, chunksize=1)
    channel.close()


SCRIPTS = {each.__name__: each for each in (thread_pool, official_sdk, without_journal)}

if __name__ == "__main__":
    name, url, folder = sys.argv[1:]
    SCRIPTS[name](Work(url, Path(folder)))
