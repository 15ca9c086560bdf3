"""Sending later, or again and again: when, with which texts, a look at it, then the promise."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from pages._notices import show_notices
from pages._review import show_rules
from pages._schedule_words import OFTEN, said_there, spoken_values, zones
from pages._ui import actor, flash, relay
from pages._words import counted, plain
from relay_core.audience.screening.notices import NoticeKind
from relay_core.campaigns.campaign import Campaign
from relay_core.campaigns.dated_texts import NAMES, TIME
from relay_core.campaigns.reviewing import Review
from relay_core.campaigns.schedules import Wanted
from relay_core.desk.scheduling import Foreseen
from relay_core.errors import RelayError

_NINE: Final = time(9)
_SAMPLES: Final = 3
_SAMPLE_WIDTH_PX: Final = 260
_DATED: Final = ", ".join(f"{{{{{name}}}}}" for name in (*NAMES, TIME))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What was looked at before it was promised."""

    wanted: Wanted
    foreseen: Foreseen
    review: Review


def schedule_form(campaign: Campaign) -> None:
    """Draw the way to a promise: when and what, then a look at it, then the press."""
    seen = st.session_state.get(_kept(campaign.id))
    if wrong := st.session_state.pop(f"{_kept(campaign.id)}_wrong", None):
        st.error(plain(wrong), icon=":material/error:")
    if seen is None:
        _ask(campaign)
    else:
        _confirm(campaign, seen)


def show_review(review: Review) -> None:
    """Draw what would leave, shorter than before a press that sends at once."""
    left_out = sum(review.skipped.values())
    out = f", {counted(left_out, 'person', 'people')} left out" if left_out else ""
    st.markdown(f"**{counted(review.total, 'message')}**{out}. {plain(review.audience)}")
    show_rules(review)
    show_notices([each for each in review.notices if each.kind is not NoticeKind.WARNING])
    with st.grid(min_column_width=_SAMPLE_WIDTH_PX):
        for sample in review.samples[:_SAMPLES]:
            with st.container(border=True, key=f"foreseen_{sample.person_id}"):
                st.caption(plain(sample.name))
                st.text(sample.body)


def acceptance(review: Review, *, key: str) -> bool:
    """Draw what has to be accepted; return whether nothing is left to accept."""
    if not review.warnings:
        return True
    listed = "\n".join(f"- {plain(warning)}" for warning in review.warnings)
    st.warning(listed, title="Are these the right people?", icon=":material/warning:")
    return st.checkbox("I have read this, and these are the right people", key=key)


def _ask(campaign: Campaign) -> None:
    prefix, zone = _kept(campaign.id), relay().time_zone()
    tomorrow = datetime.now(ZoneInfo(zone)).date() + timedelta(days=1)
    with st.grid(min_column_width=180):
        st.date_input("Day", tomorrow, key=f"{prefix}_day", persist_state="session")
        st.time_input("Time", _NINE, key=f"{prefix}_time", step=300, persist_state="session")
        st.selectbox(
            "Time zone",
            zones(),
            index=zones().index(zone) if zone in zones() else 0,
            key=f"{prefix}_zone",
            persist_state="session",
        )
    st.segmented_control(
        "How often",
        list(OFTEN.values()),
        default=OFTEN[None],
        required=True,
        key=f"{prefix}_often",
    )
    asked = spoken_values(campaign)
    for key, example in asked.items():
        st.text_input(
            f"Text in place of {example}",
            key=f"{prefix}_text_{key}",
            placeholder="{{weekday}}, or empty to be asked each time",
            help=f"May say {_DATED}, in the language of the template.",
            persist_state="session",
        )
    st.button(
        "Review for that time",
        key=f"{prefix}_look",
        type="primary",
        on_click=_look,
        args=(campaign.name, campaign.id, tuple(asked)),
    )


def _look(name: str, campaign_id: int, keys: tuple[str, ...]) -> None:
    typed, prefix = st.session_state, _kept(campaign_id)
    day, clock = typed.get(f"{prefix}_day"), typed.get(f"{prefix}_time")
    if day is None or clock is None:
        typed[f"{prefix}_wrong"] = "Choose a day and a time."
        return
    texts = {key: str(typed.get(f"{prefix}_text_{key}") or "").strip() for key in keys}
    wanted = Wanted(
        at=datetime.combine(day, clock),
        zone=typed[f"{prefix}_zone"],
        repeat=next(each for each, said in OFTEN.items() if said == typed[f"{prefix}_often"]),
        static_values={key: text for key, text in texts.items() if text},
    )
    try:
        foreseen = relay().foresee_schedule(name, wanted)
        review = relay().review(name, static_values=foreseen.texts)
    except RelayError as error:
        typed[f"{prefix}_wrong"] = error.advice
        return
    typed[prefix] = _Seen(wanted=wanted, foreseen=foreseen, review=review)


def _confirm(campaign: Campaign, seen: _Seen) -> None:
    prefix, wanted, foreseen = _kept(campaign.id), seen.wanted, seen.foreseen
    times = "; ".join(said_there(each, wanted.zone) for each in foreseen.times)
    on = "; and so on" if wanted.repeat else ""
    st.markdown(f"**{OFTEN[wanted.repeat]}** {times}{on} ({plain(wanted.zone)})")
    for sentence in foreseen.remarks:
        st.info(plain(sentence), icon=":material/info:")
    if foreseen.asked:
        names = spoken_values(campaign)
        missing = plain(", ".join(names.get(key, key) for key in foreseen.asked))
        st.info(
            f"There is no text in place of {missing}. It is held each time until somebody gives "
            "one; examples stand for it below.",
            icon=":material/pause_circle:",
        )
    st.caption(
        "It goes to whoever the audience finds at that time. This is what would leave now, with "
        "the texts of the first time."
    )
    show_review(seen.review)
    agreed = acceptance(seen.review, key=f"{prefix}_accepted")
    if not seen.review.total:
        st.warning("Nobody would receive this now. It is held if that is still so then.")
    with st.container(horizontal=True):
        st.button(
            "Schedule",
            key=f"{prefix}_promise",
            type="primary",
            disabled=not agreed,
            icon=":material/schedule_send:",
            on_click=_promise,
            args=(campaign.name, campaign.id),
        )
        st.button("Back", key=f"{prefix}_back", on_click=st.session_state.pop, args=(prefix, None))


def _promise(name: str, campaign_id: int) -> None:
    seen = st.session_state.pop(_kept(campaign_id), None)
    if seen is None:  # the second press of two
        return
    wanted = replace(seen.wanted, accepted_warnings=seen.review.warnings)
    try:
        made = relay().schedule_campaign(name, wanted, actor=actor())
    except RelayError as error:
        st.session_state[f"{_kept(campaign_id)}_wrong"] = error.advice
        return
    if made.next_at is not None:
        flash(f"Scheduled for {said_there(made.next_at, wanted.zone)} ({wanted.zone}).")


def _kept(campaign_id: int) -> str:
    return f"schedule_{campaign_id}"
