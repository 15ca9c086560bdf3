"""The fifth step of setting up: whom Relay may message, and how often."""

import re
from typing import Final

import streamlit as st

from pages._setup_lines import show_lines
from pages._ui import actor, flash, flashing_errors, relay
from relay_core.settings import Settings
from relay_core.setup.lines import Setting
from relay_core.setup.statement import consent_statement

_REGION: Final = re.compile(r"[A-Z]{2}")
_MARKED: Final = "Only people with a tag or a checked field in Zendesk"
_ALL: Final = "Everybody in our audiences has agreed"


def draw_rules() -> None:
    """Draw what has to be stated, what may be changed, and the lines for both."""
    settings = relay().settings
    st.caption(
        "The country and who agreed must be stated before the first message to a real person. "
        "Write the lines down first; they count from the press on."
    )
    lines = _stated(settings) | _limits(settings)
    show_lines(lines)
    st.button(
        "Use the new rules",
        key="use_rules",
        icon=":material/rule:",
        disabled=not settings.is_connected,
        on_click=_use,
    )
    st.caption(
        "Not while a run may still send something: it ends by the rules it was agreed to by. What "
        "was reviewed and not sent has to be reviewed again; what is scheduled is held at its time "
        "where rules about people have changed, until somebody has looked at it."
    )
    if not settings.sandbox_url and not settings.unstated():  # in a rehearsal nobody stated it
        st.caption("For your records, as it is set now:")
        st.code(consent_statement(settings), language=None, wrap_lines=True)


def _use() -> None:
    with flashing_errors():
        changed = relay().use_new_rules(actor=actor())
        said = f"In use now: {', '.join(changed)}." if changed else "Nothing has changed."
        if "RELAY_DEFAULT_REGION" in changed:
            said += " Now read everybody's number anew: relay sync --anew."
        flash(said)
        st.session_state.pop("setup_checks", None)


def _stated(settings: Settings) -> dict[str, Setting | None]:
    unstated = settings.unstated()
    region = st.text_input(
        "Country of numbers without +",
        value="" if "RELAY_DEFAULT_REGION" in unstated else settings.default_region,
        max_chars=2,
        key="setup_region",
        placeholder="FR",
        help="Two letters, as in FR or US.",
    )
    region = region.strip().upper()
    if region and not _REGION.fullmatch(region):
        st.error("A country is two letters, as in FR.", icon=":material/error:")
        region = ""
    decided = "RELAY_CONSENT_REQUIRED" not in unstated
    who = st.radio(
        "Who agreed to be messaged",
        [_MARKED, _ALL],
        index=(0 if settings.consent_required else 1) if decided else None,
        key="setup_consent",
    )
    lines: dict[str, Setting | None] = {"default_region": region or None}
    if who is None:
        return lines
    if who == _ALL:
        return lines | {"consent_required": False}
    tags = _list("Tags that mean yes", settings.consent_tags, key="setup_consent_tags")
    fields = _list(
        "Checkbox fields that mean yes", settings.consent_fields, key="setup_consent_fields"
    )
    if not (tags or fields):
        st.error("Name at least one tag or field that means yes.", icon=":material/error:")
        return lines
    return lines | {"consent_required": True, "consent_tags": tags, "consent_fields": fields}


def _limits(settings: Settings) -> dict[str, Setting | None]:
    tags = _list("Tags that mean never", settings.opt_out_tags, key="setup_opt_out_tags")
    with st.grid(3, min_column_width=180):
        blackout = st.number_input(
            "Days until the same template again",
            0,
            365,
            value=settings.blackout_days,
            key="setup_blackout",
        )
        cap = st.number_input(
            "Most messages to one person",
            0,
            value=settings.frequency_cap,
            key="setup_cap",
            help="Within the days beside; 0 is no limit.",
        )
        days = st.number_input(
            "Within so many days", 1, 365, value=settings.frequency_days, key="setup_cap_days"
        )
    with st.grid(3, min_column_width=180):
        pace = st.number_input(
            "Messages a second", 0.5, 50.0, value=settings.sunco_pace, key="setup_pace"
        )
        quiet = st.toggle(
            "Quiet hours of each country",
            value=settings.quiet_hours
            if settings.quiet_hours is not None
            else not settings.sandbox_url,
            key="setup_quiet",
        )
    return {
        "opt_out_tags": tags,
        "blackout_days": blackout,
        "frequency_cap": cap,
        "frequency_days": days,
        "sunco_pace": pace,
        "quiet_hours": quiet,
    }


def _list(label: str, values: tuple[str, ...], *, key: str) -> tuple[str, ...]:
    typed = st.text_input(label, value=", ".join(values), key=key, help="Separated by commas.")
    return tuple(part.strip() for part in typed.split(",") if part.strip())
