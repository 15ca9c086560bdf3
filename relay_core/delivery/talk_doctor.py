"""Is Zendesk Talk in order? An account can do without it, so nothing here is a problem."""

from collections.abc import Sequence
from typing import Final, Protocol

from relay_core.delivery.talk_lines import LineService
from relay_core.delivery.talk_trigger import LineCheck, check_lines, steps
from relay_core.errors import AccessDenied, NoSuchRecord, RelayError
from relay_core.gateways.talk_lanes import MARKER_TAG
from relay_core.gateways.zendesk_records import AccountSettings, Me
from relay_core.setup.check import Check, Step, Verdict
from relay_core.worded import counted

ACCESS: Final = "Talk access"
TRIGGER: Final = "Talk Text trigger"
_MAIL: Final = "E-mail beside texts"
_ADMIN: Final = "admin"


class Account(Protocol):
    """The part of Zendesk that tells who asks, and what the account has; every method may raise."""

    def me(self) -> Me:
        """Return whose credentials these are."""
        ...

    def account_settings(self) -> AccountSettings:
        """Return how the account is set up."""
        ...


def talk_checks(talk: LineService, *, account: Account) -> list[Check]:
    """Look whether Talk may be used, and whether its lines are ready to text."""
    try:
        return _checks(talk, account)
    except RelayError as error:
        return [_doubtful("Talk", str(error), error.advice)]


def _checks(talk: LineService, account: Account) -> list[Check]:
    try:
        numbers = talk.lines()
    except (AccessDenied, NoSuchRecord):
        return [_closed(account)]
    access = _access(account.me())
    lines = check_lines(numbers, talk.triggers() if numbers else [])
    if not lines:
        return [access, _well(TRIGGER, "no number of Zendesk Talk can text")]
    return [access, _trigger(lines), *_mail(lines)]


def _closed(account: Account) -> Check:
    if account.account_settings().has_talk is False:
        return _well(ACCESS, "this account has no Zendesk Talk; Relay does without it")
    me = account.me()
    if me.role != _ADMIN:
        return _wrong_role(me)
    return _doubtful(
        ACCESS,
        f"Zendesk Talk is closed to {me.email or 'these credentials'}",
        "Give them access in the Admin Center: People > Team members > Products > Talk. "
        "Without Talk Text, go on.",
    )


def _access(me: Me) -> Check:
    if me.role != _ADMIN:
        return _wrong_role(me)
    return _well(ACCESS, "open to an administrator" + (f", {me.email}" if me.email else ""))


def _wrong_role(me: Me) -> Check:
    return _doubtful(
        ACCESS,
        f"signed in with the role {me.role}",
        "Talk Text is for administrators and team leads. Use an administrator's credentials.",
    )


def _trigger(lines: Sequence[LineCheck]) -> Check:
    unready = [line for line in lines if not line.is_ready]
    ready, all_of_them = len(lines) - len(unready), counted(len(lines), "number")
    found = f"{ready} of {all_of_them} of Zendesk Talk ready to text"
    if not unready:
        return _well(TRIGGER, found)
    only_missing = all(line.needs_trigger for line in unready)
    return _doubtful(
        TRIGGER,
        found,
        "Make the missing triggers on the page Setup, or with `relay talk setup`."
        if only_missing
        else "Correct in the Admin Center what `relay talk lines` says of each number.",
        details=tuple(detail for line in unready for detail in _details(line)),
    )


def _details(line: LineCheck) -> list[str]:
    if line.needs_trigger:
        return [f"{line.number}, by hand: {steps(line.id, number=line.number)}"]
    return [f"{line.number}: {fault}" for fault in line.faults]


def _mail(lines: Sequence[LineCheck]) -> list[Check]:
    titles = sorted({title for line in lines if line.is_ready for title in line.also_mailed})
    if not titles:
        return []
    return [
        _doubtful(
            _MAIL,
            "whoever is texted may get an e-mail too, by "
            + " and ".join(f"“{title}”" for title in titles),
            f"Add to that trigger: Tags contain none of {MARKER_TAG}.",
        )
    ]


def _well(name: str, found: str) -> Check:
    return Check(step=Step.TALK, name=name, verdict=Verdict.OK, found=found)


def _doubtful(name: str, found: str, advice: str, *, details: tuple[str, ...] = ()) -> Check:
    return Check(
        step=Step.TALK,
        name=name,
        verdict=Verdict.WARNING,
        found=found,
        advice=advice,
        details=details,
    )
