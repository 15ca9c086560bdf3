"""What a template said over time, what became of it, and where it is used."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._pick_table import pick_row
from pages._template_words import shown_status
from pages._ui import relay
from pages._whatsapp_text import literal
from pages._words import counted, plain, said_moment
from relay_core.templates.kept.catalogue import ListedTemplate
from relay_core.templates.kept.changes import StatusChange
from relay_core.templates.kept.history import TemplateHistory
from relay_core.templates.kept.versions import TemplateVersion
from relay_core.templates.writing.documents import template_to_dict

_HERE: Final = Path(__file__).parent
_RECENT: Final = 5
"""Versions that are shown at once."""
_PARTS: Final = {
    "name": "Name",
    "language": "Language",
    "category": "Category",
    "header": "Header",
    "body": "Body",
    "footer": "Footer",
    "buttons": "Buttons",
}


def show_history(listed: ListedTemplate) -> None:
    """Draw usage, versions, and changes of status."""
    history = relay().template_history(listed.id)
    for named, said in (
        (history.replaces, "It was written in place of"),
        (history.replaced_by, "Another was written in its place:"),
    ):
        if named is not None:
            template_id, label = named
            with st.container(horizontal=True, vertical_alignment="center"):
                st.caption(said, width="content")
                st.button(
                    plain(label),
                    key=f"template_kin_{template_id}",
                    type="tertiary",
                    icon=":material/arrow_forward:",
                    on_click=st.query_params.from_dict,
                    args=({"template": str(template_id)},),
                )
    st.header("Used by")
    _show_uses(history)
    st.header("Versions")
    _show_versions(history.versions)
    if history.events:
        st.header("Changes of status")
        _show_events(history.events)


def differences(before: TemplateVersion, after: TemplateVersion) -> Iterator[str]:
    """Yield what changed between two versions, one line of Markdown for each part."""
    old, new = template_to_dict(before.template), template_to_dict(after.template)
    for part, name in _PARTS.items():
        was, is_now = _said(old.get(part)), _said(new.get(part))
        if was != is_now:
            yield f"**{name}**: {_marked(was, is_now)}"


def _show_uses(history: TemplateHistory) -> None:
    if not history.used_by:
        st.caption("No campaign uses it yet.")
        return
    rows = [
        (use.campaign, run.id, run.state.capitalize(), said_moment(run.begun_at))
        for use in history.used_by
        for run in use.runs
    ]
    rows += [(use.campaign, None, "Not sent yet", "") for use in history.used_by if not use.runs]
    campaigns, runs, states, moments = zip(*rows, strict=True)
    chosen = pick_row(
        pa.table(
            {
                "Campaign": pa.array(campaigns, pa.string()),
                "Run": pa.array(runs, pa.int64()),
                "State": pa.array(states, pa.string()),
                "Begun": pa.array(moments, pa.string()),
            }
        ),
        key="template_uses",
        alt=f"{counted(len(history.used_by), 'campaign')} with this template, and their runs.",
    )
    st.caption("Click a row to open the run, or the campaign.")
    if chosen is not None:
        _open(campaigns[chosen], runs[chosen])


def _open(campaign: str, run: int | None) -> None:
    if run is None:
        st.switch_page(_HERE / "campaigns.py", query_params={"campaign": campaign})
    st.switch_page(_HERE / "run.py", query_params={"run": str(run)})


def _show_versions(versions: Sequence[TemplateVersion]) -> None:
    pairs: list[tuple[TemplateVersion, TemplateVersion | None]] = [
        (version, versions[place + 1] if place + 1 < len(versions) else None)
        for place, version in enumerate(versions)
    ]
    with st.container(border=True, key="template_versions"):
        for version, before in pairs[:_RECENT]:
            _show_version(version, before)
    if earlier := pairs[_RECENT:]:
        with st.expander(f"Earlier versions ({len(earlier):,})"):
            for version, before in earlier:
                _show_version(version, before)


def _show_version(version: TemplateVersion, before: TemplateVersion | None) -> None:
    whose = "from Sunshine Conversations" if version.origin == "sunco" else f"by {version.actor}"
    st.markdown(f"**Version {version.number}**, {said_moment(version.made_at)}, {plain(whose)}")
    if before is None:
        st.caption("The first text that Relay knows.")
        return
    changed = list(differences(before, version))
    for line in changed:
        st.markdown(f"- {line}")
    if not changed:
        st.caption("The same words.")


def _show_events(events: Sequence[StatusChange]) -> None:
    with st.container(border=True, key="template_events"):
        for event in events:
            before = f"Before: {shown_status(event.before).word}." if event.before else ""
            explained = " ".join(part for part in (plain(event.explanation), before) if part)
            with st.container(gap=None):
                st.markdown(f"{said_change(event)}, {said_moment(event.happened_at)}")
                if explained:
                    st.caption(explained)


def said_change(change: StatusChange) -> str:
    """Return a change of status as Markdown: the new word, and the integration."""
    after = shown_status(change.after)
    icon = f":{after.color}[{after.icon}]"
    return f"{icon} **{plain(after.word)}** on {plain(change.integration)}"


def _said(part: object) -> str:
    if isinstance(part, dict):
        return " ".join(str(word) for word in part.values())
    if isinstance(part, list):
        return "; ".join(_said(each) for each in part)
    return str(part or "")


def _marked(was: str, is_now: str) -> str:
    """Return the text with what went away struck and what came in green, word by word."""
    old, new = was.split(), is_now.split()
    pieces = []
    for what, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        gone, come = (
            literal(" ".join(old[old_from:old_to])),
            literal(" ".join(new[new_from:new_to])),
        )
        if what == "equal":
            pieces.append(gone)
            continue
        if gone:
            pieces.append(f":red[~~{gone}~~]")
        if come:
            pieces.append(f":green[{come}]")
    return " ".join(pieces)
