"""What goes wrong in the stand-in world, and how often: one value that the controls replace."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final, TypeVar

ACCEPT_THEN_TIMEOUT: Final = "accept_then_timeout"

Group = TypeVar("Group", "IntegrationFaults", "PhoneHabits", "TemplateFaults", "WebhookFaults")


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
class TemplateFaults:
    """How templates are limited and how late their lists are, on every account."""

    stale_s: float = 0.0
    """Sandbox seconds for which Sunco repeats a list it once gave; said to reach two hours."""

    most_names: int | None = None
    """How many names an account may have; None is unlimited, Meta's unverified limit is 250."""

    creations_per_hour: int | None = None
    """How many templates an account may create in any hour; None is unlimited, Meta's is 100."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationFaults:
    """How the template calls of one integration go wrong: a status, or `accept_then_timeout`."""

    create: str | None = None
    list: str | None = None
    delete: str | None = None

    reason: str | None = None
    """What a refusal says; the status' own phrase when None."""

    retry_after_s: int = 3
    """Seconds that a 429 asks for."""


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
    templates: TemplateFaults = field(default_factory=TemplateFaults)

    integrations: Mapping[str, IntegrationFaults] = field(default_factory=dict)
    """By the integration's id; one that is not named does what is asked."""

    def merged(self, changes: Mapping[str, Any]) -> "Faults":
        """Return these faults with some settings changed.

        The groups keep what is not named, and so does each integration; `error_mix` is replaced
        as a whole, so that an empty one ends the errors, as an empty `integrations` does.

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
                    wanted[name] = _merged_group(self.webhooks, value, _span_or_share, where=name)
                case "phones":
                    wanted[name] = _merged_group(self.phones, value, _span_or_share, where=name)
                case "templates":
                    wanted[name] = _merged_group(self.templates, value, _span_or_limit, where=name)
                case "integrations":
                    wanted[name] = _merged_integrations(self.integrations, value)
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


def _merged_group(
    group: Group, changes: object, read: Callable[[object, str], Any], *, where: str
) -> Group:
    if not isinstance(changes, Mapping):
        raise FaultsError(f"{where} must be an object")
    _refuse_unknown(changes, known={each.name for each in fields(group)}, where=where)
    return replace(
        group, **{name: read(value, f"{where}.{name}") for name, value in changes.items()}
    )


def _merged_integrations(
    known: Mapping[str, IntegrationFaults], changes: object
) -> dict[str, IntegrationFaults]:
    if not isinstance(changes, Mapping):
        raise FaultsError("integrations must be an object")
    changed = {
        str(key): _merged_group(
            known.get(str(key), IntegrationFaults()),
            value,
            _of_integration,
            where=f"integrations.{key}",
        )
        for key, value in changes.items()
    }
    return {**known, **changed} if changed else {}


def _span_or_share(value: object, where: str) -> float:
    if where.endswith(("_ms", "_s")):
        return _amount(value, where=where)
    return _share(value, where=where)


def _span_or_limit(value: object, where: str) -> float | None:
    if where.endswith("_s"):
        return _amount(value, where=where)
    return None if value is None else _whole(value, where=where)


def _of_integration(value: object, where: str) -> int | str | None:
    if where.endswith(".retry_after_s"):
        return _whole(value, where=where)
    if value is None:
        return None
    said = str(value)
    if not where.endswith(".reason") and said != ACCEPT_THEN_TIMEOUT and not _is_error(said):
        raise FaultsError(f"{where} must be a 4xx or 5xx status, {ACCEPT_THEN_TIMEOUT} or null")
    return said


def _refuse_unknown(changes: Mapping[str, Any], *, known: set[str], where: str) -> None:
    if unknown := sorted(set(changes) - known):
        raise FaultsError(f"{where} knows no {', '.join(unknown)}; it knows {sorted(known)}")


def _error_mix(value: object) -> dict[str, float]:
    if not isinstance(value, Mapping):
        raise FaultsError("error_mix must be an object")
    mix = {}
    for fault, share in value.items():
        if fault != ACCEPT_THEN_TIMEOUT and not _is_error(fault):
            raise FaultsError(f"error_mix knows no {fault}; give a 4xx or 5xx status")
        mix[str(fault)] = _share(share, where=f"error_mix.{fault}")
    if sum(mix.values()) > 1:
        raise FaultsError("error_mix adds up to more than 1")
    return mix


def _is_error(name: str) -> bool:
    try:
        return HTTPStatus(int(name)) >= HTTPStatus.BAD_REQUEST
    except ValueError:
        return False


def _whole(value: object, *, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise FaultsError(f"{where} must be a whole number from 0 upwards")
    return value


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
