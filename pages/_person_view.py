"""One person, explained: the verdict, what it rests on, and what was sent before."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._choice_table import WHEN, choices_table
from pages._person_words import shortened, speaks_for, verdict
from pages._words import channel_name, counted, plain, said_moment
from relay_core.audience.comparing.segment_marks import Group
from relay_core.audience.person.explaining import (
    ConditionTold,
    PastMessage,
    PersonExplained,
    RuleTold,
)
from relay_core.reports.skips import skip_label

_GROUPS: Final = {
    Group.ALL: "All of these",
    Group.ANY: "Any of these",
    Group.NONE: "None of these",
}
_FOR: Final = ":green[:material/check:]"
_AGAINST: Final = ":red[:material/close:]"
_NEITHER: Final = ":gray[:material/remove:]"


def show_person(told: PersonExplained, *, words: str, outcome: str) -> None:
    """Draw everything that decides about one person.

    Args:
        told: What decides.
        words: What to call the audience they are compared with.
        outcome: What to say of somebody whom nothing keeps out.
    """
    st.header(plain(told.name))
    _verdict(told, words=words, outcome=outcome)
    with st.grid(min_column_width=340):
        with st.container():
            st.markdown("**Conditions**")
            _conditions(told)
        with st.container():
            st.markdown("**Rules, in the order of looking**")
            _rules(told.rules)
    st.header("Messages")
    _messages(told)
    if told.choices:
        st.header("Decided by hand")
        st.dataframe(
            choices_table(told.choices, of_person=True),
            key="person_choices",
            hide_index=True,
            column_config=WHEN,
            placeholder="",
            alt="Each decision about this person, with who took it, when and why.",
        )


def show_profile(told: PersonExplained) -> None:
    """Draw what Zendesk knows of them."""
    st.header("Profile")
    st.dataframe(
        pa.table({"Field": list(told.profile), "Value": list(told.profile.values())}),
        key="person_profile",
        hide_index=True,
        height="content",
        column_config={"Field": st.column_config.TextColumn(width=140)},
        alt="What Zendesk knows of this person, field by field.",
    )


def _verdict(told: PersonExplained, *, words: str, outcome: str) -> None:
    said = verdict(told, words=words, outcome=outcome)
    if said.receives:
        st.success(plain(said.sentence), icon=":material/check_circle:")
        return
    advice = f"\n\n{plain(said.advice)}" if said.advice else ""
    st.warning(f"{plain(said.sentence)}{advice}", icon=":material/block:")


def _conditions(told: PersonExplained) -> None:
    with st.container(border=True):
        st.caption(plain(told.explanation))
        if not told.conditions:
            found = "finds" if told.matches else "does not find"
            st.markdown(f"Zendesk {found} this person, and does not say why.")
        for group, title in _GROUPS.items():
            those = [c for c in told.conditions if c.group is group and not c.implied]
            if those:
                st.caption(title)
                enough = group is Group.ANY and any(each.holds for each in those)
                against = _NEITHER if enough else _AGAINST
                st.markdown(_lines([_condition(each, against=against) for each in those]))
        implied = [c for c in told.conditions if c.implied]
        if implied:
            st.caption("Always asked")
            st.markdown(_lines([_implied(each) for each in implied]))


def _condition(told: ConditionTold, *, against: str) -> str:
    icon = _FOR if speaks_for(told) else against
    return f"{icon} {plain(shortened(told.sentence))}: **{'true' if told.holds else 'not true'}**"


def _implied(told: ConditionTold) -> str:
    return f"{_FOR if told.holds else _AGAINST} {plain(told.sentence)}"


def _rules(rules: Sequence[RuleTold]) -> None:
    with st.container(border=True):
        st.markdown(_lines([_rule(rule) for rule in rules if rule.holds is not None]))
        passed = [rule.reason.label for rule in rules if rule.holds is None]
        if passed:
            st.caption(f"Not asked here: {plain(', '.join(passed))}.")


def _rule(rule: RuleTold) -> str:
    label = plain(rule.reason.label)
    if not rule.holds:
        return f"{_FOR} {label}: no"
    if rule.decided:
        return f"{_AGAINST} **{label}: yes, and this decides**"
    return f"{_NEITHER} {label}: yes"


def _lines(lines: Sequence[str]) -> str:
    return "\n\n".join(lines)


def _messages(told: PersonExplained) -> None:
    if told.messages:
        st.dataframe(
            _message_table(told.messages),
            key="person_messages",
            hide_index=True,
            column_config=WHEN,
            placeholder="",
            alt="Each message to this person or their number, the latest first.",
        )
    else:
        st.caption("Relay has not messaged this person or their number.")
    if told.replies:
        replies = counted(told.replies, "reply", "replies")
        st.caption(f"{replies}, the last on {said_moment(told.last_reply_at)}.")
    elif told.messages:
        st.caption("No reply.")


def _message_table(messages: Sequence[PastMessage]) -> pa.Table:
    return pa.table(
        {
            "When": pa.array([each.moment for each in messages], pa.timestamp("us", tz="UTC")),
            "Campaign": pa.array([each.campaign for each in messages], pa.string()),
            "Template": pa.array([each.template for each in messages], pa.string()),
            "Channel": pa.array(
                [each.channel and channel_name(each.channel) for each in messages], pa.string()
            ),
            "State": pa.array([each.state.capitalize() for each in messages], pa.string()),
            "Reason": pa.array(
                [each.reason and skip_label(each.reason) for each in messages], pa.string()
            ),
            "Run": pa.array([str(each.run_id) for each in messages], pa.string()),
        }
    )
