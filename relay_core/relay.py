"""The front desk: one method for each thing a person can do, gathered from the parts of `desk/`.

Pages call it in the owner's process, commands through `relay_core.control`, notebooks directly;
so arguments and answers are values that survive JSON. The only place that reads the clock.
"""

import secrets
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Final

from relay_core.campaigns.freezing import discard_unfinished
from relay_core.delivery.heard import Reply, read_event
from relay_core.delivery.receipts import record
from relay_core.delivery.recording import recover
from relay_core.delivery.unread import keep_unread
from relay_core.desk.access import AccessDesk
from relay_core.desk.across import AcrossDesk
from relay_core.desk.facts import FactDesk
from relay_core.desk.gates import policy_of
from relay_core.desk.operations import OperationsDesk
from relay_core.desk.privacy import PrivacyDesk
from relay_core.desk.reports import ReportDesk
from relay_core.desk.rules import RuleDesk
from relay_core.desk.setting_up import SetupDesk
from relay_core.desk.settling import SettlingDesk
from relay_core.errors import RelayError
from relay_core.log import log
from relay_core.people.pseudonyms import keep_key
from relay_core.people.settled import keep_by
from relay_core.settings import Settings
from relay_core.store.account import check_account
from relay_core.store.compacting import Compacted, compact
from relay_core.store.database import Database, open_database
from relay_core.store.ledger import Session
from relay_core.templates.kept.submitting import leave_unconfirmed

_ASK_AGAIN_S: Final = 30.0
_KEY_BYTES: Final = 32
_FORGETFUL: Final = (
    "The file was repaired after a crash, or an older one was put back. It may have forgotten whom "
    "somebody erased and what Zendesk was told."
)
_REPAIRED: Final = (
    "The file was repaired after a crash and may have forgotten the latest messages. Resuming may "
    "repeat some of them. Compare with the channel's own record first."
)


class Relay(
    RuleDesk,
    AcrossDesk,
    ReportDesk,
    FactDesk,
    SettlingDesk,
    PrivacyDesk,
    AccessDesk,
    OperationsDesk,
    SetupDesk,
):
    """Relay, ready to use, in the process that owns the file."""

    def __init__(self, settings: Settings, *, database: Database) -> None:
        """Use `open_relay`."""
        super().__init__(settings, database=database, now=_now)
        self._closing = Event()

    def start_sending(self, *, own_url: str) -> None:
        """Take up every run under way, and ask for receipts.

        Args:
            own_url: Where this process listens on this machine. During a rehearsal receipts come
                there; from a real account they come to the public address that was set.
        """
        if not self._asked_for_receipts(own_url):
            Thread(target=self._ask_again, args=(own_url,), daemon=True).start()
        self._begin_sending()
        self._watch.start()
        self._tagging.start()
        self._talk_watch.start()
        self._alarm.start()
        self._retention.start()
        self._mirroring.start()

    def _asked_for_receipts(self, own_url: str) -> bool:
        try:
            self._ask_for_receipts(own_url)
        except RelayError as error:  # sending does not depend on it; `relay doctor` says more
            log().warning("webhook.not_registered", error=type(error).__name__)
            return False
        return True

    def _ask_again(self, own_url: str) -> None:
        while not self._closing.wait(_ASK_AGAIN_S) and not self._asked_for_receipts(own_url):
            pass

    def hear(self, body: bytes) -> bool:
        """Take a webhook's body, already authenticated. False when it is not one of ours."""
        if self._is_own_test(body):
            return True
        now = self._now()
        heard = read_event(body, now=now)
        if heard is None:
            number = self._database.write(lambda session: keep_unread(session, body, now=now))
            log().warning("event.unreadable", bytes=len(body), number=number)
            return False

        def work(session: Session) -> None:
            for each in heard:
                record(session, each, now=now)

        self._database.write(work)
        if any(isinstance(each, Reply) and each.wish for each in heard):
            self._tagging.wake()
        return True

    def close(self) -> None:
        """Let nothing new leave, record the answers in flight, and let go of the file."""
        self._closing.set()
        self._proofs.close()
        self._inquiries.close()
        self._alarm.stop()
        self._stop_retention()
        self._stop_mirroring()
        with self._exchanging:
            self._engine.stop()
        self._watch.stop()
        self._tagging.stop()
        self._talk_watch.stop()
        self._database.close()
        self._hang_up()

    def compact(self) -> Compacted:
        """Write the file anew, so that nothing erased is left in it, and close.

        Raises:
            StoreError: It stays as it is.
        """
        return compact(self._database, close=self.close)

    def unready(self) -> str | None:
        """Return why Relay cannot be used now; None when it can."""
        return "closing" if self._closing.is_set() else self._database.unwell()


def open_relay(settings: Settings) -> Relay:
    """Open the data folder and become the owner of its file.

    What a stopped process left open becomes unknown here, before anything can be sent.

    Raises:
        DataFolderBusy: Another process owns it.
        StoreError: It cannot be used, or it belongs to another account.
    """
    database = open_database(settings.database_path)
    try:
        if database.repaired:
            database.write(_hold_back_repaired)
        if settings.is_connected:
            check_account(database, settings.account_name, folder=settings.data_dir)
        database.write(lambda session: keep_key(session, secrets.token_bytes(_KEY_BYTES)))
        discarded = database.write(discard_unfinished)
        recovered = database.write(lambda session: recover(session, now=_now()))
        unconfirmed = database.write(leave_unconfirmed)
        kept_anew = keep_by(database, policy_of(settings).kept_by, now=_now())
    except BaseException:
        database.close()
        raise
    if discarded:
        log().warning("runs.discarded_unfinished", runs=discarded)
    if recovered:
        log().warning("deliveries.recovered_as_unknown", deliveries=recovered)
    if unconfirmed:
        log().warning("templates.left_unconfirmed", templates=unconfirmed)
    if kept_anew:
        log().info("people.kept_anew")
    return Relay(settings, database=database)


def _hold_back_repaired(session: Session) -> None:
    session.run("runs.pause_all", note=_REPAIRED)
    session.run("mirroring.hold", why=_FORGETFUL)


def _now() -> datetime:
    return datetime.now(UTC)
