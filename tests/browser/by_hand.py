"""Streamlit's own protocol, spoken by hand: what somebody sends who does not use the pages."""

import time
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

_PATIENCE_S = 30
_NOTHING: Final = MappingProxyType({})


@dataclass
class Session:
    """One connection, and everything that came over it."""

    socket: ClientConnection
    pages: dict[str, str] = field(default_factory=dict)
    """Hashes of the scripts by their names."""
    drawn: list[ForwardMsg] = field(default_factory=list)
    """What the last run of the script drew."""

    def rerun(self, *, page: str = "", query: str = "", triggers: Sequence[str] = ()) -> str:
        """Run a page's script, with buttons pressed by their ids; return all that it sent."""
        asked = BackMsg()
        asked.rerun_script.query_string = query
        asked.rerun_script.page_script_hash = self.pages.get(page, page)
        for each in triggers:
            asked.rerun_script.widget_states.widgets.add(id=each, trigger_value=True)
        self.say(asked)
        self.drawn = []
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            told = ForwardMsg()
            told.ParseFromString(self.socket.recv(timeout=_PATIENCE_S))
            self.drawn.append(told)
            if told.WhichOneof("type") == "navigation":
                self.pages = {
                    each.url_pathname or "home": each.page_script_hash
                    for each in told.navigation.app_pages
                }
            if told.WhichOneof("type") == "script_finished":
                return b"".join(each.SerializeToString() for each in self.drawn).decode(
                    "utf-8", "replace"
                )
        raise AssertionError("the script did not end")

    def say(self, message: BackMsg) -> None:
        """Send a message as it is."""
        self.socket.send(message.SerializeToString())

    def button(self, key: str) -> str:
        """Return the id of a button that the last run drew, by its key."""
        [found] = [
            each.delta.new_element.button.id
            for each in self.drawn
            if each.delta.new_element.button.id.endswith(f"-{key}")
        ]
        return found


@contextmanager
def session(url: str, *, cookies: Mapping[str, str] = _NOTHING, origin: str = "", named: str = ""):
    """Open a connection as a browser with these cookies does.

    Args:
        url: Where Relay listens.
        cookies: Of the browser.
        origin: Of another site whose page opens it.
        named: What that site has made its name mean: this machine.
    """
    here = urlsplit(url)
    with connect(
        f"ws://{named or here.netloc}/_stcore/stream",
        address=(here.hostname, here.port),
        origin=origin or url,
        additional_headers={"Cookie": "; ".join(f"{n}={value}" for n, value in cookies.items())},
        subprotocols=["streamlit", cookies.get("_streamlit_xsrf", "none")],
        max_size=None,
        proxy=None,
    ) as socket:
        opened = Session(socket)
        opened.rerun()
        yield opened
