"""What is to be said beside the numbers of an audience, drawn by how grave it is."""

from collections.abc import Sequence
from typing import Final, assert_never

import streamlit as st

from pages._words import plain
from relay_core.audience.screening.notices import Notice, NoticeKind

_GRAVEST_FIRST: Final = (NoticeKind.REFUSED, NoticeKind.WARNING, NoticeKind.INFORMATION)


def show_notices(notices: Sequence[Notice]) -> None:
    """Draw what stops a send, then what must be accepted before one, then the rest."""
    for kind in _GRAVEST_FIRST:
        if texts := [plain(notice.text) for notice in notices if notice.kind is kind]:
            _draw(kind, texts)


def _draw(kind: NoticeKind, texts: Sequence[str]) -> None:
    match kind:
        case NoticeKind.REFUSED:
            st.error("\n\n".join(texts), title="Too many to send to", icon=":material/error:")
        case NoticeKind.WARNING:
            st.warning(
                "\n\n".join(texts),
                title="To be accepted before a send",
                icon=":material/warning:",
            )
        case NoticeKind.INFORMATION:
            st.caption(" ".join(texts))
        case _:
            assert_never(kind)
