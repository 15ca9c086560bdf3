"""The frame around every page: title, navigation, and the message of the last press."""

from pathlib import Path
from typing import Final

import streamlit as st

from pages._account import arrive
from pages._sign_in import admitted, show_visitor
from pages._ui import show_age, show_flash, show_mode
from relay_core.access.permissions import Permission

_HERE = Path(__file__).parent


_PAGES: Final = (
    ("home", "Home", ":material/home:", Permission.VIEW),
    ("audiences", "Audiences", ":material/group:", Permission.BUILD_AUDIENCES),
    ("segments", "Segments", ":material/bookmark:", Permission.BUILD_AUDIENCES),
    ("person", "Person", ":material/person_search:", Permission.VIEW),
    ("lists", "Lists", ":material/checklist:", Permission.BUILD_AUDIENCES),
    ("templates", "Templates", ":material/article:", Permission.VIEW),
    ("campaigns", "Campaigns", ":material/campaign:", Permission.VIEW),
    ("reports", "Reports", ":material/monitoring:", Permission.VIEW),
    ("sql", "SQL", ":material/database:", Permission.SEE_PHONES),
    ("trail", "Trail", ":material/history:", Permission.ADMINISTER),
    ("access", "Access", ":material/admin_panel_settings:", Permission.ADMINISTER),
    ("setup", "Setup", ":material/construction:", Permission.ADMINISTER),
    ("settings", "Settings", ":material/settings:", Permission.VIEW),
    ("new_campaign", "New campaign", None, Permission.SEND),
    ("edit_campaign", "Edit campaign", None, Permission.SEND),
    ("run", "Run", None, Permission.VIEW),
)
"""File, title, icon, and who finds it in the menu. Without an icon it is in no menu."""


def draw() -> None:
    """Draw the frame and the page that was asked for; the menu has what the visitor may see."""
    st.set_page_config(page_title="Relay", page_icon=str(_HERE / "icon.svg"), layout="wide")
    here = admitted()
    # All are registered, so that a link or an address leads to a page that says what it needs.
    page = st.navigation(
        [
            st.Page(
                _HERE / f"{name}.py",
                title=title,
                icon=icon,
                default=name == "home",
                visibility="visible" if icon and here.may(needed) else "hidden",
            )
            for name, title, icon, needed in _PAGES
        ],
        expanded=True,
    )
    arrive()
    show_mode()
    show_visitor(here)
    show_age()
    show_flash()
    page.run()


if __name__ == "__main__":
    draw()
