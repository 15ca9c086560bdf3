"""The frame around every page: title, navigation, and the message of the last press."""

from pathlib import Path

import streamlit as st

from pages._ui import show_flash, show_mode

_HERE = Path(__file__).parent


def draw() -> None:
    """Draw the frame and the page that was asked for."""
    st.set_page_config(page_title="Relay", page_icon=str(_HERE / "icon.svg"), layout="wide")
    page = st.navigation(
        [
            st.Page(_HERE / "home.py", title="Home", icon=":material/home:", default=True),
            st.Page(_HERE / "audiences.py", title="Audiences", icon=":material/group:"),
            st.Page(_HERE / "segments.py", title="Segments", icon=":material/bookmark:"),
            st.Page(_HERE / "person.py", title="Person", icon=":material/person_search:"),
            st.Page(_HERE / "lists.py", title="Lists", icon=":material/checklist:"),
            st.Page(_HERE / "templates.py", title="Templates", icon=":material/article:"),
            st.Page(_HERE / "campaigns.py", title="Campaigns", icon=":material/campaign:"),
            st.Page(_HERE / "reports.py", title="Reports", icon=":material/monitoring:"),
            st.Page(_HERE / "sql.py", title="SQL", icon=":material/database:"),
            st.Page(_HERE / "settings.py", title="Settings", icon=":material/settings:"),
            st.Page(_HERE / "new_campaign.py", title="New campaign", visibility="hidden"),
            st.Page(_HERE / "edit_campaign.py", title="Edit campaign", visibility="hidden"),
            st.Page(_HERE / "run.py", title="Run", visibility="hidden"),
        ]
    )
    show_mode()
    show_flash()
    page.run()


if __name__ == "__main__":
    draw()
