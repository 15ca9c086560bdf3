"""Where Relay's web process begins.

Streamlit imports this file to build the server: pages, routes and the sender in one process.
A plain script run (a test of the pages, for one) draws the pages only.
"""

from pathlib import Path

import streamlit as st

if __name__ == "__main__":
    from pages._shell import draw

    draw()
else:
    from pages._runtime import draw_error, lifespan, server_middleware, server_routes

    # The script has no sibling folder named pages, or a direct address on a fresh server would
    # run a page without the shell around it.
    app = st.App(
        Path(__file__).parent / "pages" / "_shell.py",
        lifespan=lifespan,
        routes=server_routes(),
        middleware=server_middleware(),
        on_script_error=draw_error,
    )
