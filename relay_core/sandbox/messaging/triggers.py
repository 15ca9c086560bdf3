"""The account's ticket triggers: what a change of a ticket has to be like, and what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from relay_core.sandbox.clock import Clock, stamp

Trigger = dict[str, Any]

FIRST_ID: Final = 7_001
TEXT_A_PERSON: Final = "notification_sms_user"
REQUESTERS: Final = frozenset({"requester_id", "user('requester_id')"})
"""How the requester is written in an action that notifies somebody."""
WHOLE_COMMENT: Final = "{{ticket.latest_public_comment}}"

_KNOWN_FIELDS: Final = frozenset({"current_tags", "status", "update_type", "comment_is_public"})


class TriggerError(ValueError):
    """A trigger that Zendesk would not keep; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One text that a trigger asks for."""

    line_id: str
    text: str


class Triggers:
    """All triggers, in the order in which they look at a ticket."""

    def __init__(self, clock: Clock) -> None:
        """Begin with those that an account had before: two of Zendesk's own kind, one by hand."""
        self._clock = clock
        self._next_id = FIRST_ID
        self._kept: list[Trigger] = []
        for given in _SEEDS:
            self.add(given)

    def all(self) -> Sequence[Trigger]:
        """Return every trigger by its position."""
        return tuple(self._kept)

    def add(self, given: Mapping[str, Any]) -> Trigger:
        """Keep a new trigger as the last one.

        Raises:
            TriggerError: It has no title, no condition, or no action.
        """
        trigger_id, now = self._next_id, stamp(self._clock.now())
        made = {
            "id": trigger_id,
            "url": f"https://sandbox.zendesk.com/api/v2/triggers/{trigger_id}.json",
            "default": False,
            "created_at": now,
            "position": len(self._kept) + 1,
            **_checked({"active": True, "description": None, "category_id": None, **given}),
            "updated_at": now,
        }
        self._next_id += 1
        self._kept.append(made)
        return made

    def change(self, trigger_id: int, given: Mapping[str, Any]) -> Trigger | None:
        """Change a trigger; None when there is none of that id.

        Raises:
            TriggerError: It would have no title, no condition, or no action.
        """
        found = next((each for each in self._kept if each["id"] == trigger_id), None)
        if found is None:
            return None
        found |= _checked({**found, **given}) | {"updated_at": stamp(self._clock.now())}
        return found

    def delete(self, trigger_id: int) -> bool:
        """Delete a trigger; False when there was none of that id."""
        before = len(self._kept)
        self._kept = [each for each in self._kept if each["id"] != trigger_id]
        return len(self._kept) < before

    def texts_for(self, ticket: Mapping[str, Any], *, comment: str, is_new: bool) -> list[Order]:
        """Return the texts that a change of a ticket causes, each trigger once and in its order.

        Args:
            ticket: As it is after the change.
            comment: The public comment that came with it; "" for none.
            is_new: Whether the ticket was made just now.
        """
        tags = {str(tag) for tag in ticket.get("tags") or []}
        orders: list[Order] = []
        for trigger in self._kept:
            facts = {
                "current_tags": tags,
                "status": str(ticket.get("status") or "new"),
                "update_type": "Create" if is_new else "Change",
                "comment_is_public": bool(comment),
            }
            if not trigger["active"] or not _holds(trigger["conditions"], facts):
                continue
            for action in trigger["actions"]:
                match action:
                    case {"field": str(field), "value": [who, line, text]} if (
                        field == TEXT_A_PERSON and who in REQUESTERS
                    ):
                        said = str(text).replace(WHOLE_COMMENT, comment)
                        orders.append(Order(line_id=str(line), text=said))
                    case {"field": "remove_tags", "value": value}:
                        tags -= set(str(value).split())
                    case {"field": "current_tags", "value": value}:
                        tags |= set(str(value).split())
                    case _:
                        pass
        return orders


def _checked(trigger: Trigger) -> Trigger:
    if not str(trigger.get("title") or "").strip():
        raise TriggerError("Title: cannot be blank")
    conditions = trigger.get("conditions") or {}
    both = {name: list(conditions.get(name) or []) for name in ("all", "any")}
    if not any(both.values()):
        raise TriggerError("Conditions: a trigger needs at least one")
    if not trigger.get("actions"):
        raise TriggerError("Actions: a trigger needs at least one")
    return {**trigger, "conditions": both}


def _holds(conditions: Mapping[str, Sequence[Any]], facts: Mapping[str, Any]) -> bool:
    every, some = conditions["all"], conditions["any"]
    return all(_is_so(each, facts) for each in every) and (
        not some or any(_is_so(each, facts) for each in some)
    )


def _is_so(condition: Mapping[str, Any], facts: Mapping[str, Any]) -> bool:
    """Whether one condition holds; one that the stand-in cannot judge does not."""
    field, value = condition.get("field"), condition.get("value")
    fact = facts.get(str(field)) if field in _KNOWN_FIELDS else None
    match field, condition.get("operator"):
        case "current_tags", "includes":
            return bool(facts["current_tags"] & set(str(value).split()))
        case "current_tags", "not_includes":
            return not facts["current_tags"] & set(str(value).split())
        case "comment_is_public", _:
            return facts["comment_is_public"] is (str(value).lower() != "false")
        case _, "is":
            return fact is not None and fact == value
        case _, "is_not":
            return fact is not None and fact != value
        case _:
            return False


_SEEDS: Final[tuple[Trigger, ...]] = (
    {
        "title": "Notify requester and CCs of received request",
        "default": True,
        "conditions": {
            "all": [
                {"field": "update_type", "operator": "is", "value": "Create"},
                {"field": "status", "operator": "is_not", "value": "solved"},
            ]
        },
        "actions": [
            {
                "field": "notification_user",
                "value": ["requester_id", "We received your request", "{{ticket.comments}}"],
            }
        ],
    },
    {
        "title": "Notify assignee of assignment",
        "default": True,
        "conditions": {
            "all": [{"field": "assignee_id", "operator": "changed", "value": "changed"}]
        },
        "actions": [
            {"field": "notification_user", "value": ["assignee_id", "Assigned", "{{ticket.id}}"]}
        ],
    },
    {
        "title": "Text the requester when an agent asks for it",
        "conditions": {
            "all": [
                {"field": "current_tags", "operator": "includes", "value": "outgoing_sms"},
                {"field": "comment_is_public", "operator": "is", "value": "true"},
            ]
        },
        "actions": [
            {"field": TEXT_A_PERSON, "value": ["requester_id", "17", WHOLE_COMMENT]},
            {"field": "remove_tags", "value": "outgoing_sms"},
        ],
    },
)
