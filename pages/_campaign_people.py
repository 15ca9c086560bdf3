"""Who is in a campaign, or out of it, because somebody said so: two lists, and moving between."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st

from pages._choice_table import pick_choices
from pages._choices import move, pick_people, reason_input, show_refusal, turn, typed_reason
from pages._compared_with import CAMPAIGN, PERSON
from pages._send import forget_review
from pages._ui import actor, relay
from pages._words import counted
from relay_core.audience.screening.choices import Choice, ChoiceWord
from relay_core.campaigns.campaign import Campaign
from relay_core.campaigns.planning import purpose_of

_HERE: Final = Path(__file__).parent


def manage_audience(campaign: Campaign) -> None:
    """Draw the section, folded until somebody opens it."""
    prefix = f"manage_{campaign.id}"
    choices = relay().choices(campaign_id=campaign.id)
    included = [choice for choice in choices if choice.choice == "included"]
    excluded = [choice for choice in choices if choice.choice == "excluded"]
    if choices:
        st.caption(f"By hand: {len(included):,} included, {len(excluded):,} excluded.")
    # With another label it would be another section, and folded: numbers stand beside it.
    section = st.expander("Manage audience", key=prefix, icon=":material/group:", on_change="rerun")
    if not section.open:
        return
    with section:
        st.caption(
            "Included people are messaged whether or not the audience finds them; excluded people "
            "and everybody with their number are not. An opt-out always wins."
        )
        with st.grid(min_column_width=340):
            people = [
                *_list(included, "Included", prefix=prefix),
                *_list(excluded, "Excluded by hand", prefix=prefix),
            ]
        st.markdown("**Find more people**")
        people = list(dict.fromkeys([*people, *pick_people(prefix)]))
        _act(campaign, people, decided={choice.person_id for choice in choices}, prefix=prefix)


def _list(choices: Sequence[Choice], title: str, *, prefix: str) -> list[int]:
    """Draw one list; return whose rows are selected."""
    with st.container():
        st.markdown(f"**{title}**")
        if not choices:
            st.caption("Nobody.")
            return []
        return pick_choices(
            choices,
            key=f"{prefix}_{choices[0].choice}_{turn(prefix)}",
            alt=f"{title}: who, why, by whom and since when. Select rows to move people.",
        )


def _act(campaign: Campaign, people: Sequence[int], *, decided: set[int], prefix: str) -> None:
    """Draw what can be done with those who are selected, wherever that was."""
    reason_input(prefix)
    show_refusal(prefix)
    if not people:
        st.caption("Select people in a list, or find more; then include or exclude them.")
    number = counted(len(people), "person", "people")
    takeable = sorted(decided.intersection(people))
    with st.container(horizontal=True, vertical_alignment="center"):
        for choice, verb in (("included", "Include"), ("excluded", "Exclude")):
            st.button(
                f"{verb} {number}" if people else verb,
                key=f"{prefix}_to_{choice}",
                disabled=not people,
                on_click=_choose,
                args=(campaign, tuple(people), choice, prefix),
            )
        if takeable:
            st.button(
                "Take the decision back",
                key=f"{prefix}_release",
                type="tertiary",
                icon=":material/undo:",
                on_click=_release,
                args=(campaign.id, tuple(takeable), prefix),
            )
        if len(people) == 1:
            st.page_link(
                _HERE / "person.py",
                label="Explain this person",
                icon=":material/person_search:",
                query_params={PERSON: str(people[0]), CAMPAIGN: campaign.name},
            )


def _choose(campaign: Campaign, people: tuple[int, ...], choice: ChoiceWord, prefix: str) -> None:
    deed = partial(
        relay().choose_people,
        people,
        choice=choice,
        purpose=purpose_of(campaign),
        reason=typed_reason(prefix),
        actor=actor(),
    )
    if move(prefix, deed, done=f"{choice} by hand"):
        forget_review(campaign.id)  # it speaks of another audience now


def _release(campaign_id: int, people: tuple[int, ...], prefix: str) -> None:
    deed = partial(relay().unchoose_people, people, campaign_id=campaign_id, actor=actor())
    if move(prefix, deed, done="as the audience finds them again"):
        forget_review(campaign_id)
