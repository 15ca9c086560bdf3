"""Lists of people: those whom no campaign reaches, and those that came as files."""

from typing import Final

import streamlit as st

from pages._block_list import block_list_section
from pages._one_of import one_of
from pages._ui import Permission, explaining_errors, require
from pages._uploads import uploads_section

require(Permission.BUILD_AUDIENCES)

_BLOCKED: Final = "Block list"
_UPLOADS: Final = "Uploads"

st.title("Lists")
chosen = one_of(
    "List",
    (_BLOCKED, _UPLOADS),
    key="lists_shown",
    label_visibility="collapsed",
    persist_state="session",
)
with explaining_errors():
    if chosen == _UPLOADS:
        uploads_section()
    else:
        block_list_section()
