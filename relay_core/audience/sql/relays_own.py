"""What else only Relay knows of a person, as SQL: segments, uploads, consent, tickets, chance."""

from typing import Final, assert_never

from relay_core.audience.conditions.clauses import ChoiceOp, InSegment, OnUpload, Sampled
from relay_core.audience.conditions.operators import Op
from relay_core.audience.sql.lot import boundary, lot
from relay_core.audience.sql.predicates import Binding, either, sure

_NAMED_BY: Final = (
    "p.id IN (SELECT l.person_id FROM upload_people l JOIN uploads u ON u.id = l.upload_id"
    " WHERE u.name IN ({names}))"
)


def in_segment(clause: InSegment, binding: Binding) -> str:
    """Return whether one of the segments matches.

    Raises:
        KeyError: What a segment means was not given.
    """
    parts = [binding.meaning(name) for name in clause.names]
    return _chosen(either(parts), clause.op)


def on_upload(clause: OnUpload, binding: Binding) -> str:
    """Return whether one of the uploads names the person."""
    named = _NAMED_BY.format(names=binding.bind_all(clause.names))
    return _chosen(f"({named})", clause.op)


def opted_in(binding: Binding) -> str:
    """Return whether a tag or a checkbox says that the person agreed to be messaged.

    Where the settings name neither, nobody has agreed.
    """
    policy = binding.policy
    tags = [f"list_contains(p.tags, {binding.bind(tag.lower())})" for tag in policy.consent_tags]
    boxes = [
        sure(f"try_cast(variant_extract(p.fields, {binding.bind(key)}) AS BOOLEAN)")
        for key in policy.consent_fields
    ]
    return either([*tags, *boxes]) if tags or boxes else "false"


def open_ticket() -> str:
    """Return whether the person asked for a ticket that is still open."""
    return (
        "(p.id IN (SELECT t.requester_id FROM tickets t"
        " WHERE t.status NOT IN ('solved', 'closed', 'deleted')))"
    )


def sampled(clause: Sampled, binding: Binding) -> str:
    """Return whether the person's lot is among the share."""
    return f"({lot(binding.bind(clause.seed))} < {binding.bind(boundary(clause.percent))})"


def _chosen(truth: str, op: ChoiceOp) -> str:
    match op:
        case Op.IS_ANY_OF:
            return truth
        case Op.IS_NONE_OF:
            return f"NOT {truth}"
        case _:
            assert_never(op)
