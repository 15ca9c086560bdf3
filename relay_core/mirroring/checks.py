"""What is found about Zendesk's view of Relay, and what to do about it."""

from collections.abc import Callable, Sequence
from typing import Final

from relay_core.errors import RelayError
from relay_core.mirroring.objects import FIELDS, Kind
from relay_core.mirroring.status import MirrorStatus, Refusal
from relay_core.mirroring.tags import TAG
from relay_core.setup.check import Check, Step, Verdict

_OBJECTS: Final = "Custom objects"
_RECORDS: Final = "Records"
_TAGS: Final = "Tags"
_ERASED: Final = "To be removed"
_STAYS: Final = (
    "Zendesk may still show them, though they were erased or deleted here. Relay removes them by "
    "itself; some only after an hour, to be sure."
)
_GO_ON: Final = "To go on with this file, press Go on, or run `relay mirror again`."
_AGAIN: Final = "Once that is mended, press Try again, or run `relay mirror again`."


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
        checks.append(
            _check(_RECORDS, Verdict.WARNING, "waiting for a person", f"{status.held} {_GO_ON}")
        )
    elif status.trouble:
        checks.append(_check(_RECORDS, Verdict.WARNING, "the last try failed", status.trouble))
    elif status.shows_records:
        checks.append(_records(status))
    if status.tag or _refused_tags(status):
        checks.append(_tags(status))
    if status.to_remove:
        checks.append(_check(_ERASED, Verdict.WARNING, f"{status.to_remove:,} left", _STAYS))
    return checks or [_check(_RECORDS, Verdict.OK, "switched off: Zendesk shows nothing of Relay")]


def _objects(missing: Callable[[], Sequence[str]]) -> Check:
    try:
        lacking = missing()
    except RelayError as error:
        return _check(
            _OBJECTS,
            Verdict.PROBLEM,
            "not readable",
            f"{error.advice} Relay's four objects need Suite Growth or above, or Support "
            "Enterprise.",
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
    refused = [each for each in status.refused if each.kind != TAG]
    if refused:
        first = refused[0]
        return _check(
            _RECORDS,
            Verdict.WARNING,
            f"{told}{waiting}; Zendesk refused {len(refused)}",
            f"The latest, {first.kind} {first.id}: {first.trouble}. {_AGAIN}",
        )
    return _check(_RECORDS, Verdict.OK, told + waiting)


def _refused_tags(status: MirrorStatus) -> list[Refusal]:
    return [each for each in status.refused if each.kind == TAG]


def _tags(status: MirrorStatus) -> Check:
    given = f"{status.tag}_…, {status.told[TAG]:,} given"
    if refused := _refused_tags(status):
        advice = f"The latest: {refused[0].trouble} {_AGAIN}"
        return _check(_TAGS, Verdict.WARNING, f"{given}; Zendesk refused {len(refused)}", advice)
    return _check(_TAGS, Verdict.OK, given)


def _check(name: str, verdict: Verdict, found: str, advice: str = "") -> Check:
    return Check(step=Step.MIRRORING, name=name, verdict=verdict, found=found, advice=advice)
