"""What goes wrong in the stand-in world, and how often: one value that the controls replace."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final, TypeVar

ACCEPT_THEN_TIMEOUT: Final = "accept_then_timeout"

Group = TypeVar("Group", "PhoneHabits", "WebhookFaults")


class FaultsError(ValueError):
    """The wanted faults make no sense; the message says which part."""


class Scope(StrEnum):
    """Which requests the latency and the error mix touch."""

    SENDS = "sends"  # notifications and new tickets
    ALL = "all"  # everything but the controls


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookFaults:
    """How the posting of webhooks goes astray."""

    delay_ms: float = 0.0
    """Sandbox milliseconds added to every event."""

    duplicates: float = 0.0
    """Share of events posted twice."""

    disorder: float = 0.0
    """Share of events held back for seconds, so that later ones overtake them."""

    forged: float = 0.0
    """Share of events after which a liar posts a copy with a wrong key."""

    unknown: float = 0.0
    """Share of events followed by one about a notification that nobody sent."""

    retry_s: float = 2.0
    """Sandbox seconds before a failed post is first repeated; each next wait is 4 times as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneHabits:
    """Shares of phone numbers; a number always behaves the same."""

    failure: float = 0.02
    reply: float = 0.03
    stop: float = 0.003


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Everything that may be made to go wrong, with the gentle settings a world begins with."""

    latency_ms: float = 0.0
    """Real milliseconds before an answer; what was asked for is done on arrival."""

    error_mix: Mapping[str, float] = field(default_factory=dict)
    """Probability by HTTP status, or of `accept_then_timeout`."""

    scope: Scope = Scope.SENDS

    hold_s: float = 60.0
    """Real seconds for which an `accept_then_timeout` keeps its caller waiting."""

    review_s: float = 5.0
    """Sandbox seconds that Meta takes to decide on a new template."""

    webhooks: WebhookFaults = field(default_factory=WebhookFaults)
    phones: PhoneHabits = field(default_factory=PhoneHabits)

    def merged(self, changes: Mapping[str, Any]) -> "Faults":
        """Return these faults with some settings changed.

        `webhooks` and `phones` keep what is not named; `error_mix` is replaced as a whole, so
        that an empty one ends the errors.

        Raises:
            FaultsError: an unknown name, or a value out of its range.
        """
        _refuse_unknown(changes, known={each.name for each in fields(self)}, where="faults")
        wanted: dict[str, Any] = {}
        for name, value in changes.items():
            match name:
                case "error_mix":
                    wanted[name] = _error_mix(value)
                case "scope":
                    wanted[name] = _scope(value)
                case "webhooks":
                    wanted[name] = _merged_group(self.webhooks, value, where=name)
                case "phones":
                    wanted[name] = _merged_group(self.phones, value, where=name)
                case _:
                    wanted[name] = _amount(value, where=name)
        return replace(self, **wanted)

    def as_json(self) -> dict[str, Any]:
        """Say all settings, in the shape in which they can be posted back."""
        return asdict(self)

    def drawn(self, chance: float) -> str | None:
        """Return the fault that a number from 0 to 1 falls on, or None."""
        reached = 0.0
        for fault, share in self.error_mix.items():
            reached += share
            if chance < reached:
                return fault
        return None


def _merged_group(group: Group, changes: object, *, where: str) -> Group:
    if not isinstance(changes, Mapping):
        raise FaultsError(f"{where} must be an object")
    _refuse_unknown(changes, known={each.name for each in fields(group)}, where=where)
    amounts = {
        name: _amount(value, where=f"{where}.{name}")
        if name.endswith(("_ms", "_s"))
        else _share(value, where=f"{where}.{name}")
        for name, value in changes.items()
    }
    return replace(group, **amounts)


def _refuse_unknown(changes: Mapping[str, Any], *, known: set[str], where: str) -> None:
    if unknown := sorted(set(changes) - known):
        raise FaultsError(f"{where} knows no {', '.join(unknown)}; it knows {sorted(known)}")


def _error_mix(value: object) -> dict[str, float]:
    if not isinstance(value, Mapping):
        raise FaultsError("error_mix must be an object")
    mix = {}
    for fault, share in value.items():
        if fault != ACCEPT_THEN_TIMEOUT and not _is_error_status(fault):
            raise FaultsError(f"error_mix knows no {fault}; give a 4xx or 5xx status")
        mix[str(fault)] = _share(share, where=f"error_mix.{fault}")
    if sum(mix.values()) > 1:
        raise FaultsError("error_mix adds up to more than 1")
    return mix


def _is_error_status(name: str) -> bool:
    try:
        return HTTPStatus(int(name)) >= HTTPStatus.BAD_REQUEST
    except ValueError:
        return False


def _scope(value: object) -> Scope:
    try:
        return Scope(str(value))
    except ValueError:
        raise FaultsError(f"scope must be one of {[each.value for each in Scope]}") from None


def _amount(value: object, *, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise FaultsError(f"{where} must be a number from 0 upwards")
    return float(value)


def _share(value: object, *, where: str) -> float:
    # true and false are taken as always and never
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        raise FaultsError(f"{where} must be a share from 0 to 1")
    return float(value)
