"""The trigger that turns Relay's tickets into texts: how it has to be, and what is wrong. Pure.

Source: the action and the order of its values are those of working accounts; Zendesk describes
neither.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from relay_core.gateways.talk_lanes import MARKER_TAG, lane_of, line_tag
from relay_core.gateways.talk_records import Clause, Deed, PhoneLine, Trigger

_TEXT: Final = "notification_sms_user"
_MAIL: Final = frozenset({"notification_user", "notification_target"})
_REQUESTER: Final = frozenset({"requester_id", "user('requester_id')", "requester_and_ccs"})
_COMMENT: Final = "{{ticket.latest_public_comment}}"
_CREATION: Final = Clause(field="update_type", operator="is", value="Create")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCheck:
    """One number of the account that can text, and whether Relay can use it."""

    id: int
    lane: str
    name: str
    number: str
    is_enabled: bool
    """Whether texting is switched on for it."""
    trigger_id: int | None
    """Of the trigger that texts from it; None when there is none yet."""
    faults: tuple[str, ...]
    """What keeps it from being used, in sentences."""
    also_mailed: tuple[str, ...]
    """Titles of other triggers that write to the requester of each new ticket too."""

    @property
    def is_ready(self) -> bool:
        """Whether a campaign can be sent from it."""
        return not self.faults

    @property
    def needs_trigger(self) -> bool:
        """Whether making the trigger is all that is missing."""
        return self.is_enabled and self.trigger_id is None


def wanted_trigger(line_id: int, *, number: str) -> dict[str, Any]:
    """Return the trigger of a line, as Zendesk's API takes it.

    It looks at new tickets only. It takes the marker off after the text has left: a follow-up of a
    closed ticket is a new ticket with the old one's tags, and must not text anybody.
    """
    return {
        "title": f"Relay: text the requester from {number}",
        "description": "Sends the public comment of a ticket that Relay makes as a text message.",
        "active": True,
        "conditions": {
            "all": [
                {"field": "update_type", "operator": "is", "value": "Create"},
                {"field": "current_tags", "operator": "includes", "value": MARKER_TAG},
                {"field": "current_tags", "operator": "includes", "value": line_tag(line_id)},
            ],
            "any": [],
        },
        "actions": [
            {"field": _TEXT, "value": ["requester_id", str(line_id), _COMMENT]},
            {"field": "remove_tags", "value": MARKER_TAG},
        ],
    }


def steps(line_id: int, *, number: str) -> str:
    """Return how a person makes the trigger by hand, in the Admin Center's words."""
    return (
        "Admin Center > Objects and rules > Triggers > Create trigger. Meet ALL: Ticket is Created;"
        f" Tags contain at least one of {MARKER_TAG}; Tags contain at least one of"
        f" {line_tag(line_id)}. Actions, in this order: Text user: (requester), from {number}, with"
        f" {_COMMENT}; Remove tags: {MARKER_TAG}."
    )


def check_lines(lines: Iterable[PhoneLine], triggers: Sequence[Trigger]) -> list[LineCheck]:
    """Look at every number whose carrier can text. Numbers for calls alone are no lines here."""
    return [
        _check_line(line, triggers)
        for line in lines
        if line.line_type == "phone" and line.capabilities.sms
    ]


def _check_line(line: PhoneLine, triggers: Sequence[Trigger]) -> LineCheck:
    own = {MARKER_TAG, line_tag(line.id)}
    meant = [t for t in triggers if _asks_for(t, line_tag(line.id)) and _texts(t)]
    # Whatever else texts for one of the tags would text the same people once more.
    texting = [t for t in triggers if t.active and _texts(t) and _may_fire(t, own)]
    faults: list[str] = []
    if not line.sms_enabled:
        faults.append(
            f"Texting is switched off for {line.number}. Switch it on: Admin Center > Channels > "
            "Talk > Lines > Text."
        )
    if not meant:
        faults.append(
            f"No trigger sends texts from {line.number} yet. To make it, run "
            f"`relay talk setup --number {line.id}`."
        )
    elif len(texting) > 1:
        titles = ", ".join(f"“{t.title}”" for t in texting)
        faults.append(f"{titles} would each send the text: people would get it more than once.")
    if meant:
        best = next((t for t in meant if t.active), meant[0])
        faults += [f"Trigger “{best.title}”: {fault}" for fault in _faults(best, line)]
    return LineCheck(
        id=line.id,
        lane=lane_of(line.id),
        name=line.name,
        number=line.number,
        is_enabled=line.sms_enabled,
        trigger_id=next((t.id for t in meant if t.active), meant[0].id) if meant else None,
        faults=tuple(faults),
        also_mailed=tuple(
            t.title for t in triggers if t.active and _mails(t) and _may_fire(t, own)
        ),
    )


def _faults(trigger: Trigger, line: PhoneLine) -> list[str]:
    found = [] if trigger.active else ["it is not active."]
    every = trigger.conditions.all or ()
    if not any(_includes(each, MARKER_TAG) for each in every):
        found.append(f"it does not ask for the tag {MARKER_TAG}.")
    if _CREATION not in every:
        found.append("it looks at more than new tickets, so an agent's answer would be texted too.")
    wanted = [_CREATION, *(e for e in every if _includes(e, MARKER_TAG, line_tag(line.id)))]
    further = [each.field for each in every if each not in wanted]
    further += [each.field for each in trigger.conditions.any or ()]
    if further:
        found.append(f"it has further conditions ({', '.join(further)}).")
    fields = [deed.field for deed in trigger.actions]
    match trigger.actions[fields.index(_TEXT)].value:
        case [who, number, text]:
            if who not in _REQUESTER:
                found.append("it texts somebody else than the requester.")
            if str(number) != str(line.id):
                found.append(f"it texts from another number than {line.number}.")
            if str(text).strip() != _COMMENT:
                found.append(f"its text is not {_COMMENT}.")
        case _:
            found.append("its text action is incomplete.")
    if not any(_removes_marker(deed) for deed in trigger.actions):
        found.append(f"it does not take the tag {MARKER_TAG} off.")
    elif any(_removes_marker(deed) for deed in trigger.actions[: fields.index(_TEXT)]):
        found.append(f"it takes the tag {MARKER_TAG} off before the text leaves.")
    return found


def _texts(trigger: Trigger) -> bool:
    return any(deed.field == _TEXT for deed in trigger.actions)


def _mails(trigger: Trigger) -> bool:
    return any(
        deed.field in _MAIL and isinstance(deed.value, list) and deed.value[:1]
        and deed.value[0] in _REQUESTER
        for deed in trigger.actions
    )  # fmt: skip


def _asks_for(trigger: Trigger, tag: str) -> bool:
    return any(
        _includes(each, tag)
        for each in (*(trigger.conditions.all or ()), *(trigger.conditions.any or ()))
    )


def _includes(clause: Clause, *tags: str) -> bool:
    return (
        clause.field == "current_tags"
        and clause.operator == "includes"
        and not set(str(clause.value).split()).isdisjoint(tags)
    )


def _may_fire(trigger: Trigger, tags: set[str]) -> bool:
    """Whether a new ticket with these tags may meet the conditions; what is not clear may be so."""
    for each in trigger.conditions.all or ():
        named = set(str(each.value).split())
        match each.field, each.operator:
            case "current_tags", "includes" if named.isdisjoint(tags):
                return False
            case "current_tags", "not_includes" if not named.isdisjoint(tags):
                return False
            case "update_type", "is" if each.value != "Create":
                return False
            case "status", "is" if each.value != "pending":
                return False
            case "assignee_id" | "satisfaction_score", _:
                return False
            case _:
                pass
    return True


def _removes_marker(deed: Deed) -> bool:
    return deed.field == "remove_tags" and MARKER_TAG in str(deed.value).split()
