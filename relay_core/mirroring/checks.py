"""What is found about Zendesk's view of Relay, and what to do about it."""

from collections.abc import Callable, Sequence
from typing import Final

from relay_core.errors import RelayError
from relay_core.mirroring.objects import FIELDS, Kind
from relay_core.mirroring.status import MirrorStatus
from relay_core.mirroring.tags import TAG
from relay_core.setup.check import Check, Step, Verdict

_OBJECTS: Final = "Custom objects"
_RECORDS: Final = "Records"
_TAGS: Final = "Tags"
_HELD: Final = (
    "This file is a copy, and the original may still tell Zendesk. If this one goes on instead, "
    "press Go on, or run `relay mirror again`."
)


def mirror_checks(status: MirrorStatus, missing: Callable[[], Sequence[str]]) -> list[Check]:
    """Return what is found.

    Args:
        status: How it stands.
        missing: Asks Zendesk for the objects and fields that it does not have.
    """
    checks = [_objects(missing)] if status.shows_records else []
    if any(check.verdict is Verdict.PROBLEM for check in checks):
        return checks
    if status.held:
        checks.append(_check(_RECORDS, Verdict.WARNING, "waiting for a person", _HELD))
    elif status.trouble:
        checks.append(_check(_RECORDS, Verdict.WARNING, "the last try failed", status.trouble))
    elif status.shows_records:
        checks.append(_records(status))
    if status.tag:
        given = status.told[TAG]
        checks.append(_check(_TAGS, Verdict.OK, f"{status.tag}_…, {given:,} given"))
    return checks or [_check(_RECORDS, Verdict.OK, "switched off: Zendesk shows nothing of Relay")]


def _objects(missing: Callable[[], Sequence[str]]) -> Check:
    try:
        lacking = missing()
    except RelayError as error:
        return _check(
            _OBJECTS,
            Verdict.PROBLEM,
            "not readable",
            f"{error.advice} Custom objects need Suite Team or above, or Support Enterprise.",
        )
    if lacking:
        are_all = len(lacking) == sum(1 + len(fields) for fields in FIELDS.values())
        return _check(
            _OBJECTS,
            Verdict.PROBLEM,
            "not made yet" if are_all else f"missing: {', '.join(lacking[:3])}",
            "Press Make the objects, or run `relay mirror make`.",
        )
    return _check(_OBJECTS, Verdict.OK, "all there")


def _records(status: MirrorStatus) -> Check:
    told = ", ".join(f"{kind.words} {status.told[kind]:,}" for kind in Kind)
    waiting = f"; messages that wait {status.waiting_messages:,}" if status.waiting_messages else ""
    if status.refused:
        first = status.refused[0]
        return _check(
            _RECORDS,
            Verdict.WARNING,
            f"{told}{waiting}; Zendesk refused {len(status.refused)}",
            f"The latest, {first.kind} {first.id}: {first.trouble}. Once that is mended, press Try "
            "again, or run `relay mirror again`.",
        )
    return _check(_RECORDS, Verdict.OK, told + waiting)


def _check(name: str, verdict: Verdict, found: str, advice: str = "") -> Check:
    return Check(step=Step.MIRRORING, name=name, verdict=verdict, found=found, advice=advice)
