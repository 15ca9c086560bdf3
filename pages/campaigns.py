"""The campaigns: what can be sent, what was sent last, and the way to send one."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import streamlit as st

from pages._campaign_deeds import show_archived, show_deeds
from pages._campaign_people import manage_audience
from pages._schedule import schedule_list, schedule_section, show_schedules
from pages._send import send_section
from pages._template_preview import show_sms, show_whatsapp
from pages._ui import Permission, explaining_errors, may, relay, require
from pages._words import counted, plain, said_moment, sender_name
from relay_core.audience.conditions.definition import (
    AudienceDefinition,
    ByConditions,
    ByQuery,
    BySegment,
)
from relay_core.campaigns.bindings import Binding, FromField
from relay_core.campaigns.campaign import Campaign
from relay_core.campaigns.variants import asked_values, language_name
from relay_core.delivery.runs import RunStatus
from relay_core.templates.kept.senders import SMS

require(Permission.VIEW)

_HERE: Final = Path(__file__).parent
_A_PAGE: Final = 20
_CHOSEN: Final = "campaign"


def _list() -> None:
    st.title("Campaigns")
    every = relay().campaigns(archived=True)
    archived = [campaign for campaign in every if campaign.archived_at is not None]
    campaigns = [campaign for campaign in every if campaign.archived_at is None]
    if not campaigns:
        st.write("No campaign yet. A campaign is a template, who it comes from, and who gets it.")
    if may(Permission.SEND) and st.button(
        "New campaign", key="campaigns_new", type="primary", icon=":material/add:"
    ):
        st.switch_page(_HERE / "new_campaign.py")
    if archived and st.toggle(f"Show {len(archived):,} archived", key="campaigns_archived"):
        campaigns = every
    if not campaigns:
        return
    schedule_list(relay().schedules())
    wanted = ""
    if len(campaigns) > _A_PAGE:
        wanted = st.text_input("Search campaigns", key="campaigns_search", type="search") or ""
    found = [c for c in campaigns if wanted.casefold() in _searched(c)]
    runs = {run.run: run for run in relay().runs()}
    pages = -(-len(found) // _A_PAGE)
    page = st.pagination(pages, key="campaigns_page") if pages > 1 else 1
    for campaign in found[(page - 1) * _A_PAGE : page * _A_PAGE]:
        _card(campaign, runs)
    if not found:
        st.caption("No campaign has these words in its name or template.")


def _searched(campaign: Campaign) -> str:
    return f"{campaign.name} {campaign.template.label}".casefold()


def _card(campaign: Campaign, runs: Mapping[int, RunStatus]) -> None:
    last = runs.get(campaign.last_run) if campaign.last_run else None
    with st.container(border=True, key=f"campaign_{campaign.id}"):
        put_away = " :gray-badge[:material/archive: Archived]" if campaign.archived_at else ""
        st.markdown(f"**{plain(campaign.name)}**{put_away}")
        st.caption(
            f"{plain(campaign.template.label)} · {plain(sender_name(campaign))} · "
            f"{_last_run(campaign, last)}"
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Send…" if may(Permission.SEND) and not campaign.archived_at else "Open",
                key=f"campaign_{campaign.id}_open",
                on_click=_open,
                args=(campaign.name,),
            )
            if last:
                run = {"run": str(last.run)}
                st.page_link(_HERE / "run.py", label="Last run", query_params=run)
                st.page_link(_HERE / "reports.py", label="Report", query_params=run)


def _last_run(campaign: Campaign, last: RunStatus | None) -> str:
    if last is None:
        return "never sent"
    return (
        f"{counted(campaign.runs, 'run')}, last {last.state} "
        f"({last.settled:,} of {last.planned:,}), {said_moment(last.created_at)}"
    )


def _open(name: str) -> None:
    st.query_params[_CHOSEN] = name


def _close() -> None:
    st.query_params.pop(_CHOSEN, None)


def _one(name: str) -> None:
    st.button(
        "All campaigns",
        key="campaigns_back",
        type="tertiary",
        icon=":material/arrow_back:",
        on_click=_close,
    )
    campaign = relay().campaign(name)
    st.title(plain(campaign.name))
    if may(Permission.SEND):
        show_deeds(campaign)
    template = campaign.template.template
    st.caption(f"{plain(campaign.template.label)}, as it reads with its examples")
    show = show_sms if campaign.integration.type in SMS else show_whatsapp
    show(template, template.examples)
    if campaign.languages:
        there = ", ".join(language_name(v.template.language) for v in campaign.variants)
        order = ", ".join(language_name(code) for code in campaign.languages)
        st.markdown(f"**Language** each person's own of {there}; otherwise {order}")
    st.markdown(f"**From** {plain(sender_name(campaign))}")
    st.markdown(f"**To** {plain(_audience(campaign.definition))}")
    examples = {each.value.key: each.value.example for each in asked_values(campaign.variants)}
    for key, binding in campaign.bindings.items():
        st.markdown(f"**{plain(examples.get(key, key))}** is {plain(_bound(binding))}")
    if may(Permission.SEND) and campaign.archived_at is not None:
        show_archived(campaign)
    if campaign.archived_at is None:
        if may(Permission.BUILD_AUDIENCES):
            manage_audience(campaign)
        show_schedules(campaign)
        if may(Permission.SEND):
            st.header("Send")
            send_section(campaign)
            schedule_section(campaign)
    runs = [run for run in relay().runs() if run.campaign == campaign.name]
    if runs:
        st.header("Runs")
        _runs(runs)


def _audience(definition: AudienceDefinition) -> str:
    match definition:
        case BySegment(name):
            return f"the segment {name}"
        case ByQuery(query):
            return f"people whom Zendesk finds for “{query}”"
        case ByConditions(tree):
            return f"people by {counted(len(tree.conditions()), 'condition')}"


def _bound(binding: Binding) -> str:
    if not isinstance(binding, FromField):
        return "one text for everybody, asked at each send"
    label = next((f.label for f in relay().bindable_fields() if f.key == binding.field), None)
    empty = f"“{binding.fallback}”" if binding.fallback else "the person is left out"
    return f"the field {label or binding.field}; where it is empty, {empty}"


def _runs(runs: Sequence[RunStatus]) -> None:
    for run in runs[:_A_PAGE]:
        with st.container(horizontal=True, vertical_alignment="center", key=f"run_{run.run}"):
            st.markdown(
                f"Run {run.run}, {said_moment(run.created_at)}: {run.state}, "
                f"{run.accepted:,} accepted of {run.planned:,}"
            )
            st.page_link(_HERE / "run.py", label="Open", query_params={"run": str(run.run)})
            st.page_link(_HERE / "reports.py", label="Report", query_params={"run": str(run.run)})


with explaining_errors():
    if chosen := st.query_params.get(_CHOSEN):
        _one(chosen)
    else:
        _list()
