"""Is everything in order? Each check says what was found and what to do about it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from relay_core.delivery.talk_trigger import LineCheck, steps
from relay_core.errors import RelayError
from relay_core.gateways.sunco_records import Integration
from relay_core.gateways.talk_lanes import MARKER_TAG
from relay_core.gateways.zendesk_records import Me
from relay_core.settings import Settings
from relay_core.store.disk import has_room
from relay_core.store.ledger import Ledger


class Verdict(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"  # Relay works, but something will be missing
    PROBLEM = "problem"  # something does not work until it is corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    verdict: Verdict
    found: str
    advice: str = ""
    """What to do; empty when all is well."""


class _Zendesk(Protocol):
    def me(self) -> Me: ...


class _Sunco(Protocol):
    def app_name(self) -> str: ...
    def integrations(self) -> list[Integration]: ...


def diagnose(
    settings: Settings,
    *,
    ledger: Ledger,
    zendesk: Callable[[], _Zendesk],
    sunco: Callable[[], _Sunco],
    talk_lines: Callable[[], list[LineCheck]],
    hears_receipts: bool,
) -> list[Check]:
    """Look at settings, connections, permissions, Talk, receipts and the file, in this order."""
    checks = [_settings(settings)]
    if settings.is_connected:
        checks += [
            _try("Zendesk", lambda: _zendesk(zendesk())),
            _try("Sunshine Conversations", lambda: _sunco(sunco())),
            _talk(talk_lines),
            _receipts(settings, hears_receipts=hears_receipts),
        ]
    return [*checks, _file(settings, ledger)]


def _try(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except RelayError as error:
        return Check(name=name, verdict=Verdict.PROBLEM, found=str(error), advice=error.advice)


def _settings(settings: Settings) -> Check:
    if missing := settings.missing():
        return Check(
            name="Settings",
            verdict=Verdict.PROBLEM,
            found=f"missing: {', '.join(missing)}",
            advice="Set them, or start a rehearsal with `relay serve`.",
        )
    found = "the sandbox" if settings.sandbox_url else f"account {settings.zendesk_subdomain}"
    return Check(name="Settings", verdict=Verdict.OK, found=found)


def _zendesk(zendesk: _Zendesk) -> Check:
    me = zendesk.me()
    if me.role == "admin":
        return Check(name="Zendesk", verdict=Verdict.OK, found="signed in as an administrator")
    return Check(
        name="Zendesk",
        verdict=Verdict.PROBLEM,
        found=f"signed in with the role {me.role}",
        advice="The user export needs an administrator. Use an administrator's credentials.",
    )


def _sunco(sunco: _Sunco) -> Check:
    name, listed = sunco.app_name(), sunco.integrations()
    active = [i for i in listed if i.status == "active"]
    found = f"app {name}, {len(active)} of {len(listed)} channels active"
    if active:
        return Check(name="Sunshine Conversations", verdict=Verdict.OK, found=found)
    return Check(
        name="Sunshine Conversations",
        verdict=Verdict.PROBLEM,
        found=found,
        advice="Connect WhatsApp, Twilio or MessageBird in the Admin Center.",
    )


def _talk(talk_lines: Callable[[], list[LineCheck]]) -> Check:
    """Look at Zendesk Talk; an account can do without it, so nothing here is a problem."""
    name = "Talk Text trigger"
    try:
        lines = talk_lines()
    except RelayError as error:
        return Check(name=name, verdict=Verdict.WARNING, found=str(error), advice=error.advice)
    if not lines:
        return Check(name=name, verdict=Verdict.OK, found="no number of Zendesk Talk can text")
    ready = [line for line in lines if line.is_ready]
    found = f"{len(ready)} of {len(lines)} numbers of Zendesk Talk ready to text"
    advice = [fault for line in lines for fault in line.faults]
    advice += [
        f"Or by hand: {steps(line.id, number=line.number)}" for line in lines if line.needs_trigger
    ]
    if mailing := sorted({title for line in lines for title in line.also_mailed}):
        titles = ", ".join(f"“{title}”" for title in mailing)
        advice.append(
            f"{titles} write to the requester of each new ticket as well, so texted people may get "
            f"an e-mail too. Add to them: Tags contain none of {MARKER_TAG}."
        )
    is_well = len(ready) == len(lines)
    return Check(
        name=name,
        verdict=Verdict.OK if is_well else Verdict.WARNING,
        found=found,
        advice="\n".join(advice),
    )


def _receipts(settings: Settings, *, hears_receipts: bool) -> Check:
    if hears_receipts:
        return Check(name="Receipts", verdict=Verdict.OK, found="webhook registered")
    if settings.sandbox_url or settings.public_url:
        return Check(
            name="Receipts",
            verdict=Verdict.WARNING,
            found="no process listens for them now",
            advice="They come in while `relay serve` or a sending command runs.",
        )
    return Check(
        name="Receipts",
        verdict=Verdict.WARNING,
        found="no public address",
        advice="Set RELAY_PUBLIC_URL, or Relay never learns what was delivered.",
    )


def _file(settings: Settings, ledger: Ledger) -> Check:
    counts = ledger.rows("people.counts")[0]
    if not has_room(settings.database_path):
        return Check(
            name="Data folder",
            verdict=Verdict.PROBLEM,
            found="the disk is nearly full",
            advice=f"Nothing is sent until there is room where {settings.data_dir} is.",
        )
    return Check(
        name="Data folder",
        verdict=Verdict.OK,
        found=f"{settings.database_path}, {counts['end_users']:,} people, "
        f"{counts['reachable']:,} with a usable phone number",
        advice="" if counts["end_users"] else "Run `relay sync`, or press Sync people on Home.",
    )
