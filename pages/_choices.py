"""Saying whom to move by hand: search, paste or upload, and who is meant before it is done."""

from collections.abc import Callable
from typing import Final

import pyarrow as pa
import streamlit as st

from pages._found_people import people_table, state
from pages._one_of import one_of
from pages._ui import flash, relay
from pages._upload_new import READ_AS_WORDS
from pages._words import advised, counted
from relay_core.audience.screening.choices import Moved
from relay_core.errors import RelayError
from relay_core.people.identifying import Identified

LONGEST_REASON: Final = 500
"""The front desk takes no more."""
_SEARCH: Final = "Search"
_PASTE: Final = "Paste"
_UPLOAD: Final = "Upload"
_GUESS: Final = "guess"
_TALL_PX: Final = 420
_MOST_SHOWN: Final = 10
_LARGEST_MB: Final = 10
_ROW_WIDTH: Final = {"Row": st.column_config.NumberColumn(width=60)}
_ENCODINGS: Final = ("utf-8-sig", "utf-16", "cp1252")
"""How people save text files, in the order of looking; the last one takes anything."""


def pick_people(prefix: str) -> list[int]:
    """Draw the ways to say who; return the ids of the people who are meant.

    Args:
        prefix: Names this place; two places never share what was typed.
    """
    by = one_of("Find people by", (_SEARCH, _PASTE, _UPLOAD), key=f"{prefix}_by")
    if by == _SEARCH:
        return _searched(prefix)
    text = _pasted(prefix) if by == _PASTE else _uploaded(prefix)
    if not text.strip():
        return []
    kind = st.session_state.get(f"{prefix}_read_as")
    read_as = kind if kind in READ_AS_WORDS else None
    return _identified(relay().identify_people(text, read_as=read_as), text, prefix=prefix)


def reason_input(prefix: str) -> None:
    """Ask why people are moved."""
    st.text_input(
        "Why",
        key=_reason_key(prefix),
        max_chars=LONGEST_REASON,
        placeholder="Asked on the phone not to be called",
        help="Kept with the decision, for whoever looks later.",
    )


def typed_reason(prefix: str) -> str:
    """Return what was typed. For callbacks."""
    return str(st.session_state.get(_reason_key(prefix)) or "")


def move(prefix: str, deed: Callable[[], Moved | int], *, done: str) -> bool:
    """Do something with the people who were picked, and begin afresh. For callbacks.

    Args:
        prefix: The place.
        deed: Moves them; returns whom.
        done: What to say after the number of people, such as “on the block list”.

    Returns:
        Whether it was done; if not, `show_refusal` says why.
    """
    try:
        result = deed()
    except RelayError as error:
        st.session_state[_wrong_key(prefix)] = error.advice
        return False
    people = result if isinstance(result, int) else result.people
    flash(f"{counted(people, 'person', 'people')} {done}.")
    for typed in (_reason_key(prefix), f"{prefix}_search", f"{prefix}_pasted"):
        st.session_state[typed] = ""
    st.session_state[f"{prefix}_turn"] = turn(prefix) + 1
    return True


def show_refusal(prefix: str) -> None:
    """Say why the last press moved nobody, once."""
    if wrong := st.session_state.pop(_wrong_key(prefix), None):
        st.error(advised(wrong), icon=":material/error:")


def turn(prefix: str) -> int:
    """Return how often people were moved here; a table of another turn has nothing selected."""
    return int(st.session_state.get(f"{prefix}_turn", 0))


def _searched(prefix: str) -> list[int]:
    wanted = st.text_input(
        "Name, phone number, e-mail or id", key=f"{prefix}_search", type="search"
    )
    if not (wanted or "").strip():
        return []
    found = relay().find_people(str(wanted))
    if not found:
        st.caption("Nobody is found for this. Try another spelling, or sync people on Home.")
        return []
    st.caption(f"{counted(len(found), 'person', 'people')} found. Select whom you mean.")
    event = st.dataframe(
        people_table(found),
        key=f"{prefix}_found_{wanted}_{turn(prefix)}",
        hide_index=True,
        height=_height(len(found)),
        on_select="rerun",
        selection_mode="multi-row",
        placeholder="",
        alt="Who may be meant. Select the rows of those who are.",
    )
    return [found[row].id for row in event["selection"]["rows"] if row < len(found)]


def _pasted(prefix: str) -> str:
    text = st.text_area(
        "Ids, phone numbers or e-mails",
        key=f"{prefix}_pasted",
        placeholder="One to a line, or with commas between them",
        height=140,
    )
    _read_as(prefix)
    return text or ""


def _uploaded(prefix: str) -> str:
    file = st.file_uploader(
        "File with one id, phone number or e-mail to a line",
        type=["csv", "txt"],
        key=f"{prefix}_file_{turn(prefix)}",
        max_upload_size=_LARGEST_MB,
    )
    _read_as(prefix)
    return _text_of(file.getvalue()) if file else ""


def _read_as(prefix: str) -> None:
    st.selectbox(
        "Read them as",
        (_GUESS, *READ_AS_WORDS),
        format_func=lambda kind: READ_AS_WORDS.get(kind, "What each looks like"),
        key=f"{prefix}_read_as",
        width=260,
    )


def _text_of(content: bytes) -> str:
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in _ENCODINGS:
        if (encoding == "utf-16") is marked or encoding == _ENCODINGS[-1]:
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    return content.decode(_ENCODINGS[-1], errors="replace")


def _identified(found: Identified, text: str, *, prefix: str) -> list[int]:
    """Draw who is meant and which rows name nobody; return the ids of the people."""
    lines = text.splitlines()
    ids = list(dict.fromkeys(person for _, person in found.people))
    known = {person.id: person for person in relay().known_people(ids)} if ids else {}
    rows = [(row, known[person]) for row, person in found.people if person in known]
    st.markdown(f"**{counted(len(ids), 'person', 'people')} matched.** Nothing is done yet.")
    if rows:
        st.dataframe(
            pa.table(
                {
                    "Row": pa.array([row for row, _ in rows], pa.int64()),
                    "Name": pa.array([person.name for _, person in rows], pa.string()),
                    "Written": pa.array([lines[row - 1].strip() for row, _ in rows], pa.string()),
                    "State": pa.array([state(person) for _, person in rows], pa.string()),
                    "Zendesk id": pa.array([str(person.id) for _, person in rows], pa.string()),
                }
            ),
            key=f"{prefix}_matched",
            hide_index=True,
            height=_height(len(rows)),
            column_config=_ROW_WIDTH,
            placeholder="",
            alt="Each matched row, with the person it stands for.",
        )
    if found.leftovers:
        st.markdown(f"**{counted(len(found.leftovers), 'entry', 'entries')} left over.**")
        st.dataframe(
            pa.table(
                {
                    "Row": pa.array([each.row for each in found.leftovers], pa.int64()),
                    "Written": pa.array([e.content for e in found.leftovers], pa.string()),
                    "Why": pa.array([e.reason for e in found.leftovers], pa.string()),
                }
            ),
            key=f"{prefix}_leftovers",
            hide_index=True,
            height=_height(len(found.leftovers)),
            column_config=_ROW_WIDTH,
            placeholder="",
            alt="Each row that names nobody, and why.",
        )
    return ids


def _height(rows: int) -> int | str:
    return _TALL_PX if rows > _MOST_SHOWN else "content"


def _reason_key(prefix: str) -> str:
    return f"{prefix}_why"


def _wrong_key(prefix: str) -> str:
    return f"{prefix}_wrong"
