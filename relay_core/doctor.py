"""Is everything in order? Each check says what was found and what to do about it."""

from collections.abc import Callable, Collection
from typing import Final, Protocol

from relay_core.delivery.talk_doctor import Account, talk_checks
from relay_core.delivery.talk_lines import LineService
from relay_core.errors import RelayError
from relay_core.gateways.sunco_records import Integration
from relay_core.settings import Settings
from relay_core.setup.check import Check, Step, Verdict
from relay_core.setup.rules import rule_checks
from relay_core.sign_in_file import SignInFile, Standing
from relay_core.store.disk import has_room
from relay_core.store.ledger import Ledger
from relay_core.worded import counted

_PLANS: Final = {
    200: "Suite Team",
    400: "Suite Growth or Professional",
    700: "Suite Enterprise",
    2500: "Suite Enterprise Plus, or the high volume add-on",
}
"""Requests per minute. Source: Zendesk, rate limits."""
_TOO_SMALL: Final = 200
_LAST_DAY: Final = "30 April 2027"
"""Source: Zendesk, OAuth migration: all API tokens stop."""


class _Zendesk(Account, Protocol):
    def requests_per_minute(self) -> int | None: ...


class _Sunco(Protocol):
    def app_name(self) -> str: ...
    def integrations(self) -> list[Integration]: ...


def diagnose(
    settings: Settings,
    *,
    ledger: Ledger,
    zendesk: Callable[[], _Zendesk],
    sunco: Callable[[], _Sunco],
    talk: Callable[[], LineService],
    hears_receipts: bool,
    mirror: Callable[[], list[Check]],
    workers: Callable[[], int] | None,
    steps: Collection[Step] = tuple(Step),
) -> list[Check]:
    """Look at what each step of setting up needs, in their order.

    Args:
        settings: What is set.
        ledger: The file.
        zendesk: Connects to Zendesk.
        sunco: Connects to Sunshine Conversations.
        talk: Connects to Zendesk Talk.
        hears_receipts: Whether the webhook is registered.
        mirror: Looks at what agents see.
        workers: Counts those who send from a shared ledger; None where this process sends.
        steps: Only what belongs to these.
    """
    looks: dict[Step, Callable[[], list[Check]]] = {
        Step.ZENDESK: lambda: _zendesk_checks(settings, zendesk),
        Step.MESSAGING: lambda: _try(Step.MESSAGING, lambda: _sunco(sunco())),
        Step.RECEIPTS: lambda: [_receipts(settings, hears_receipts=hears_receipts)],
        Step.TALK: lambda: talk_checks(talk(), account=zendesk()),
        Step.RULES: lambda: rule_checks(settings),
        Step.MIRRORING: mirror,
        Step.FILE: lambda: [_file(settings, ledger), *_shared(workers)],
    }
    outside = {Step.MESSAGING, Step.RECEIPTS, Step.TALK, Step.RULES, Step.MIRRORING}
    return [
        check
        for step in Step
        if step in steps and (settings.is_connected or step not in outside)
        for check in looks[step]()
    ]


def _try(step: Step, look: Callable[[], list[Check]]) -> list[Check]:
    try:
        return look()
    except RelayError as error:
        return [
            Check(
                step=step,
                name=step.words,
                verdict=Verdict.PROBLEM,
                found=str(error),
                advice=error.advice,
            )
        ]


def _zendesk_checks(settings: Settings, zendesk: Callable[[], _Zendesk]) -> list[Check]:
    if not settings.is_connected:
        return [_settings(settings)]
    return [
        _settings(settings),
        _sign_in(settings),
        *_try(Step.ZENDESK, lambda: _zendesk(zendesk())),
    ]


def _settings(settings: Settings) -> Check:
    if missing := settings.missing():
        return Check(
            step=Step.ZENDESK,
            name="Settings",
            verdict=Verdict.PROBLEM,
            found=f"missing: {', '.join(missing)}",
            advice="Set them, or start a rehearsal with `relay serve`.",
        )
    found = "the sandbox" if settings.sandbox_url else f"account {settings.zendesk_subdomain}"
    return Check(step=Step.ZENDESK, name="Settings", verdict=Verdict.OK, found=found)


def _sign_in(settings: Settings) -> Check:
    name = "Way in"
    if settings.sandbox_url:
        return Check(
            step=Step.ZENDESK, name=name, verdict=Verdict.OK, found="the sandbox's own credentials"
        )
    account = settings.account()
    if account.zendesk_oauth:
        return Check(step=Step.ZENDESK, name=name, verdict=Verdict.OK, found="an OAuth client")
    if account.zendesk_sign_in:
        return _consent(account.zendesk_sign_in)
    return Check(
        step=Step.ZENDESK,
        name=name,
        verdict=Verdict.WARNING,
        found=f"a legacy API token, which Zendesk ends on {_LAST_DAY}",
        advice="Make an OAuth client in the Admin Center and set RELAY_ZENDESK_OAUTH_CLIENT_ID and "
        "RELAY_ZENDESK_OAUTH_CLIENT_SECRET, or only the first and sign in on the page Setup.",
    )


def _consent(file: SignInFile) -> Check:
    standing, held = file.read()
    if held is not None:
        return Check(
            step=Step.ZENDESK,
            name="Way in",
            verdict=Verdict.OK,
            found=f"a consent at Zendesk, since {held.since:%d %B %Y}; Relay renews it",
        )
    ended = standing is Standing.ENDED
    return Check(
        step=Step.ZENDESK,
        name="Way in",
        verdict=Verdict.PROBLEM,
        found="the sign-in at Zendesk ended" if ended else "nobody has signed in at Zendesk yet",
        advice="Sign in at Zendesk on the page Setup, or by `relay setup sign-in`.",
    )


def _zendesk(zendesk: _Zendesk) -> list[Check]:
    me = zendesk.me()
    if me.role != "admin":
        return [
            Check(
                step=Step.ZENDESK,
                name="Zendesk",
                verdict=Verdict.PROBLEM,
                found=f"signed in with the role {me.role}",
                advice="The user export needs an administrator. Use an administrator's "
                "credentials.",
            )
        ]
    found = "signed in as an administrator" + (f", {me.email}" if me.email else "")
    return [
        Check(step=Step.ZENDESK, name="Zendesk", verdict=Verdict.OK, found=found),
        _plan(zendesk),
    ]


def _plan(zendesk: _Zendesk) -> Check:
    limit = zendesk.requests_per_minute()
    name = "Plan"
    if limit is None:
        return Check(
            step=Step.ZENDESK, name=name, verdict=Verdict.OK, found="Zendesk does not tell"
        )
    plan = f", as {_PLANS[limit]} has" if limit in _PLANS else ""
    small = limit <= _TOO_SMALL
    return Check(
        step=Step.ZENDESK,
        name=name,
        verdict=Verdict.WARNING if small else Verdict.OK,
        found=f"{limit:,} requests a minute{plan}",
        advice="Reading many people and Talk Text will be slow. Zendesk offers more from Suite "
        "Professional on."
        if small
        else "",
    )


def _sunco(sunco: _Sunco) -> list[Check]:
    name, listed = sunco.app_name(), sunco.integrations()
    active = [i for i in listed if i.status == "active"]
    found = f"app {name}, {len(active)} of {counted(len(listed), 'channel')} active"
    app = Check(
        step=Step.MESSAGING,
        name=Step.MESSAGING.words,
        verdict=Verdict.OK if active else Verdict.PROBLEM,
        found=found,
        advice="" if active else "Connect WhatsApp, Twilio or MessageBird in the Admin Center.",
    )
    return [app, *(_integration(each) for each in listed)]


def _integration(integration: Integration) -> Check:
    number = integration.phoneNumber or integration.originator
    well = integration.status == "active"
    return Check(
        step=Step.MESSAGING,
        name=integration.displayName or integration.id,
        verdict=Verdict.OK if well else Verdict.WARNING,
        found=f"{integration.type}{f', {number}' if number else ''}, {integration.status}",
        advice="" if well else "Nothing can be sent from it. Look at it in the Admin Center.",
    )


def _receipts(settings: Settings, *, hears_receipts: bool) -> Check:
    if hears_receipts:
        return Check(
            step=Step.RECEIPTS, name="Receipts", verdict=Verdict.OK, found="webhook registered"
        )
    if settings.sandbox_url or settings.public_url:
        return Check(
            step=Step.RECEIPTS,
            name="Receipts",
            verdict=Verdict.WARNING,
            found="no process listens for them now",
            advice="They come in while `relay serve` or a sending command runs.",
        )
    return Check(
        step=Step.RECEIPTS,
        name="Receipts",
        verdict=Verdict.WARNING,
        found="no public address",
        advice="Set RELAY_PUBLIC_URL, or Relay never learns what was delivered.",
    )


def _file(settings: Settings, ledger: Ledger) -> Check:
    counts = ledger.rows("people.counts")[0]
    if not has_room(settings.database_path):
        return Check(
            step=Step.FILE,
            name="Data folder",
            verdict=Verdict.PROBLEM,
            found="the disk is nearly full",
            advice=f"Nothing is sent until there is room where {settings.data_dir} is.",
        )
    return Check(
        step=Step.FILE,
        name="Data folder",
        verdict=Verdict.OK,
        found=f"{settings.database_path}, "
        f"{counted(counts['end_users'], 'person', 'people')}, "
        f"{counts['reachable']:,} with a usable phone number",
        advice="" if counts["end_users"] else "Run `relay sync`, or press Sync people on Home.",
    )


def _shared(workers: Callable[[], int] | None) -> list[Check]:
    return [] if workers is None else _try(Step.FILE, lambda: [_workers(workers())])


def _workers(number: int) -> Check:
    return Check(
        step=Step.FILE,
        name="Workers",
        verdict=Verdict.OK if number else Verdict.PROBLEM,
        found=f"{number:,} ready to send" if number else "none is running, so nothing is sent",
        advice="" if number else "Start `relay worker` on a host that reaches the shared ledger.",
    )
