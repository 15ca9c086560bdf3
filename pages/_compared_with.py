"""Which audience one person is compared with; the address of the page carries the answer."""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from pages._last_audience import last_audience
from pages._ui import relay
from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    ByConditions,
    ByQuery,
    BySegment,
    dependencies,
)
from relay_core.audience.conditions.tree import ConditionTree
from relay_core.audience.policy import ANY_PURPOSE, Purpose
from relay_core.campaigns.planning import purpose_of

PERSON: Final = "person"
CAMPAIGN: Final = "campaign"
SEGMENT: Final = "segment"
BUILT: Final = "built"
"""What was looked at last on Audiences; whatever its value."""
_EVERYBODY: Final = ("", "")
_WIDGET: Final = "person_compared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Who is meant, and what for."""

    definition: AudienceDefinition
    purpose: Purpose
    words: str
    """What a sentence calls it."""
    outcome: str = "Will receive"
    """What is said of somebody whom nothing keeps out."""


def comparison() -> Compared:
    """Draw the choice, and return what is chosen.

    Raises:
        NotFound: The address names a segment or a campaign that does not exist.
    """
    built = last_audience()
    asked = _asked()
    options = [
        _EVERYBODY,
        *([(BUILT, "1")] if built else []),
        *((CAMPAIGN, campaign.name) for campaign in relay().campaigns()),
        *((SEGMENT, segment.name) for segment in relay().segments()),
    ]
    if asked not in options:  # a name that is gone is refused in words below
        options.append(asked)
    st.session_state[_WIDGET] = asked
    st.selectbox(
        "Compare with",
        options,
        format_func=_label,
        key=_WIDGET,
        on_change=_ask,
        width=400,
    )
    return _compared(asked, built)


def asks_zendesk(definition: AudienceDefinition) -> bool:
    """Whether looking at a definition makes Zendesk search, which takes a while."""
    needed = dependencies(definition, load=lambda name: relay().segment(name).definition)
    return any(isinstance(each, ByQuery) for each in (definition, *needed.values()))


def _asked() -> tuple[str, str]:
    for kind in (CAMPAIGN, SEGMENT, BUILT):
        if name := st.query_params.get(kind):
            return (kind, name)
    return _EVERYBODY


def _ask() -> None:
    kind, name = st.session_state[_WIDGET]
    for other in (CAMPAIGN, SEGMENT, BUILT):
        st.query_params.pop(other, None)
    if kind:
        st.query_params[kind] = name


def _label(option: tuple[str, str]) -> str:
    match option:
        case ("campaign", name):
            return f"Campaign: {name}"
        case ("segment", name):
            return f"Segment: {name}"
        case ("built", _):
            return "What is built on Audiences"
        case _:
            return "Everybody"


def _compared(asked: tuple[str, str], built: AudienceDefinition | None) -> Compared:
    match asked:
        case ("campaign", name):
            campaign = relay().campaign(name)
            return Compared(
                definition=campaign.definition,
                purpose=purpose_of(campaign),
                words=f"the audience of {name}",
            )
        case ("segment", name):
            return Compared(
                definition=BySegment(relay().segment(name).name),
                purpose=ANY_PURPOSE,
                words=f"the segment {name}",
            )
        case ("built", _) if built:
            return Compared(definition=built, purpose=ANY_PURPOSE, words="this audience")
        case _:
            return Compared(
                definition=ByConditions(ConditionTree()),
                purpose=ANY_PURPOSE,
                words="any audience",
                outcome="Can be messaged",
            )
