"""A file of segments: what it holds, before any of it is kept."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._ui import actor, explaining_errors, flash, flashing_errors, relay
from pages._words import counted
from relay_core.audience.conditions.clauses import judging
from relay_core.audience.conditions.definition import AudienceDefinition
from relay_core.audience.conditions.fields import SEGMENT, Catalogue, Option
from relay_core.audience.english.definitions import in_words_or_broken
from relay_core.audience.segments.files import Arrival, NamedDefinition, segments_from_json
from relay_core.errors import AudienceError

_REPLACING: Final = "import_replacing"
_LARGEST_MB: Final = 5
_SAID: Final = {
    Arrival.ADDED: "New",
    Arrival.REPLACED: "Says something else than the one here",
    Arrival.UNCHANGED: "Is here already, and the same",
}


def import_segments() -> None:
    """Draw the choice of a file, what it holds, and the press that keeps it."""
    st.title("Import segments")
    st.caption("A file that Relay exported here or elsewhere. Nothing is kept before you say so.")
    file = st.file_uploader(
        "File of segments", type="json", key="import_file", max_upload_size=_LARGEST_MB
    )
    if file is None:
        return
    with explaining_errors():
        text = _text(file.getvalue())
        catalogue = Catalogue(relay().fields(for_picking=False))
        wanted = segments_from_json(text, judge=judging(catalogue))
        _offer(wanted, text, catalogue)


def _offer(wanted: Sequence[NamedDefinition], text: str, catalogue: Catalogue) -> None:
    here = {segment.name: segment.definition for segment in relay().segments()}
    arrivals = [_arrival(each, here.get(each.name)) for each in wanted]
    beside = _with_segments(catalogue, [each.name for each in wanted])
    st.header("What it holds")
    st.dataframe(
        pa.table(
            {
                "Segment": [each.name for each in wanted],
                "Here": [_SAID[how] for how in arrivals],
                "Who this is": [
                    in_words_or_broken(each.definition, catalogue=beside) for each in wanted
                ],
            }
        ),
        key="import_holds",
        hide_index=True,
        column_config={
            "Segment": st.column_config.TextColumn(width=200),
            "Here": st.column_config.TextColumn(width=220),
            "Who this is": st.column_config.TextColumn(width=420),
        },
        alt=f"The file holds {counted(len(wanted), 'segment')}.",
    )
    if Arrival.REPLACED in arrivals:
        st.checkbox(
            "Replace segments of the same name",
            key=_REPLACING,
            help="They get a new version; the earlier one can be restored. Without it, a file "
            "that would change a segment is refused as a whole.",
        )
    st.button(
        f"Keep {counted(len(wanted), 'segment')}",
        key="import_keep",
        type="primary",
        icon=":material/check:",
        on_click=_keep,
        args=(text,),
    )


def _keep(text: str) -> None:
    with flashing_errors():
        replacing = bool(st.session_state.get(_REPLACING))
        arrivals = relay().import_segments(text, replacing=replacing, actor=actor())
        changed = sum(how is not Arrival.UNCHANGED for how in arrivals.values())
        flash(f"{counted(changed, 'segment')} kept, {len(arrivals) - changed:,} were here already.")
        st.query_params.clear()


def _arrival(wanted: NamedDefinition, here: AudienceDefinition | None) -> Arrival:
    if here is None:
        return Arrival.ADDED
    return Arrival.UNCHANGED if wanted.definition == here else Arrival.REPLACED


def _with_segments(catalogue: Catalogue, names: Sequence[str]) -> Catalogue:
    """Return a catalogue that knows the segments of the file as well: they may name each other."""
    options = tuple(Option(name, name) for name in names)
    return Catalogue(
        replace(field, options=(*field.options, *options)) if field.key == SEGMENT else field
        for field in catalogue.fields
    )


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AudienceError(
            "not text", advice="This file is not text. Choose a file that Relay exported."
        ) from error
