"""Celery: a task for each message, a worker of threads, Redis between them.

`CELERY_RATE` is the limit that a worker keeps, such as `8/s`; `CELERY_LATE` has a task
acknowledged after it was done, where Celery by itself acknowledges it before it begins.
"""

import os

import requests
from celery import Celery

from relay_core.sandbox.credentials import SUNCO_KEY_ID, SUNCO_KEY_SECRET
from tests.bench.peers.work import GIVEN_BACK_S, PATH, body_for

app = Celery("peers", broker=os.environ.get("CELERY_BROKER"))
app.conf.update(
    broker_transport_options={"visibility_timeout": GIVEN_BACK_S},
    broker_connection_retry_on_startup=True,
    task_acks_late=bool(os.environ.get("CELERY_LATE")),
    task_ignore_result=True,
    worker_hijack_root_logger=False,
    worker_prefetch_multiplier=1,
)
_session = requests.Session()
_session.trust_env = False
_session.auth = (SUNCO_KEY_ID, SUNCO_KEY_SECRET)


@app.task(rate_limit=os.environ.get("CELERY_RATE"))
def notify(phone: str) -> None:
    """Send to one person."""
    url = os.environ["SANDBOX_URL"]
    _session.post(f"{url}{PATH}", json=body_for(phone), timeout=30).raise_for_status()
