"""`relay worker`: sends what is queued in a ledger that several processes share."""

import logging
import os
import signal
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from threading import Timer
from types import FrameType
from typing import Annotated, Final

import typer

from relay_core.cli.chosen import choose, chosen_alias
from relay_core.cli.complaining import complain
from relay_core.cli.output import remark
from relay_core.desk.workers import worker_outfits
from relay_core.errors import ConfigurationError, RelayError
from relay_core.installation import account_settings, accounts_meant
from relay_core.log import configure_log, log
from relay_core.settings import Settings
from relay_core.store.account import check_account

try:
    from relay_core.engine.worker import LaneWorker
    from relay_core.store.postgres.clock import DatabaseClock
    from relay_core.store.postgres.ledger import PostgresLedger
    from relay_core.store.postgres.schema import prepare
except ModuleNotFoundError as missing:
    if missing.name not in {"procrastinate", "psycopg", "psycopg_pool"}:
        raise
    raise ConfigurationError(
        f"no {missing.name}",
        advice="Workers need more than is installed here. Run: pip install 'relay[scale]'",
    ) from missing

_PARTING_S: Final = 15.0
"""For what is in flight to be recorded, beyond the longest wait for an answer."""


def worker(
    *,
    lanes: Annotated[
        str | None, typer.Option(help="Only these integrations, by id, separated by commas.")
    ] = None,
    concurrency: Annotated[
        int, typer.Option(help="Integrations of an account at once, at most.", min=1, max=64)
    ] = 8,
) -> None:
    """Send what is queued in a ledger that several processes share, on this machine.

    Needs RELAY_LEDGER_URL and the settings of each account. Run as many of them as you like: each
    integration is sent on by one of them at a time, and by another once that one ends.
    """
    configure_log(level=Settings.load().log_level)
    for library in ("procrastinate", "psycopg"):  # what they remark on is logged here as events
        logging.getLogger(library).setLevel(logging.CRITICAL)
    only = _named(lanes)
    with ExitStack() as opened:
        serving = _serving(opened, concurrency=concurrency, only=only)
        longest_s = max(settings.send_timeout_s for settings, _ in serving)
        _end_in_order([sender for _, sender in serving], within_s=longest_s + _PARTING_S)
        with ThreadPoolExecutor(len(serving), thread_name_prefix="relay-account") as threads:
            running = [
                threads.submit(sender.run, ready=partial(_say_ready, settings, only, concurrency))
                for settings, sender in serving
            ]
            for each in running:
                each.result()
    log().info("worker.ended", worker=_name())


def _serving(
    opened: ExitStack, *, concurrency: int, only: list[str] | None
) -> list[tuple[Settings, LaneWorker]]:
    """Open each account that is meant; one that cannot be opened keeps no other from being sent.

    Raises:
        RelayError: None can be opened.
    """
    meant, serving = accounts_meant(chosen_alias()), []
    for alias in meant:
        try:
            settings = account_settings(alias)
            sender = _opened(settings, opened, concurrency=concurrency, only=only)
        except RelayError as error:
            if len(meant) == 1:
                choose(alias)
                raise
            complain(f"{alias} is not sent: {Settings.of(str(alias)).called(error.advice)}")
        else:
            serving.append((settings, sender))
    if not serving:
        raise ConfigurationError("no account", advice="No account can be sent. See above.")
    return serving


def _opened(
    settings: Settings, opened: ExitStack, *, concurrency: int, only: list[str] | None
) -> LaneWorker:
    url = _address(settings)
    prepare(url)
    with ExitStack() as own:
        ledger = own.enter_context(PostgresLedger(url))
        clock = own.enter_context(DatabaseClock(url))
        check_account(ledger, settings.account_name, folder=None)
        sender = LaneWorker(
            ledger,
            url,
            outfit=worker_outfits(settings, clock=clock.now),
            clock=clock.now,
            name=_name(),
            concurrency=concurrency,
            lanes=only,
        )
        opened.enter_context(own.pop_all())
    return sender


def _name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _named(lanes: str | None) -> list[str] | None:
    if lanes is None:
        return None
    named = [each.strip() for each in lanes.split(",") if each.strip()]
    if not named:
        raise ConfigurationError(
            "no lanes", advice="Say --lanes with ids of integrations, or leave it out for all."
        )
    return named


def _address(settings: Settings) -> str:
    if not settings.ledger_url:
        raise ConfigurationError(
            "no ledger",
            advice="Set RELAY_LEDGER_URL to the database that all processes share, e.g. "
            "postgresql://relay@db.example/relay. Without one, relay serve sends by itself.",
        )
    if missing := settings.missing():
        raise ConfigurationError(
            f"{len(missing)} settings are missing",
            advice=f"Set {', '.join(missing)}; or RELAY_SANDBOX_URL for a rehearsal.",
        )
    return settings.ledger_address()


def _say_ready(settings: Settings, only: list[str] | None, concurrency: int) -> None:
    which = ", ".join(only) if only else "every integration"
    whose = f" of {settings.alias}" if settings.alias else ""
    log().info("worker.ready", worker=_name(), account=settings.alias)
    remark(f"Worker {_name()} is ready: it takes {which}{whose}, {concurrency} at once.")


def _end_in_order(senders: Sequence[LaneWorker], *, within_s: float) -> None:
    """At the first signal let nothing new leave; at the second, or too long after it, end at once.

    What is then in flight becomes unknown to whoever takes the lane next.
    """

    def end(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, _end_at_once)
        signal.signal(signal.SIGINT, _end_at_once)
        timer = Timer(within_s, _end_at_once)
        timer.daemon = True
        timer.start()
        for sender in senders:
            sender.stop()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)


def _end_at_once(*_: object) -> None:
    os._exit(1)
