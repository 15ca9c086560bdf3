"""A text area that tells the server what is typed at every pause, not only when it is left."""

from typing import Final

import streamlit as st

_PAUSE_MS: Final = 400
_SCRIPT: Final = """
export default function ({ data }) {
  // Once for the whole page: Streamlit may draw the area anew, or this function again.
  const watched = (document.relayWatched ??= new Set());
  if (watched.has(data.key)) return;
  watched.add(data.key);
  let waiting;
  document.addEventListener("input", ({ target, isComposing }) => {
    if (!target.matches?.(`.st-key-${data.key} textarea`)) return;
    clearTimeout(waiting);
    // What is still being composed, in Japanese for example, is not sent half.
    if (isComposing) return;
    waiting = setTimeout(() => target.dispatchEvent(
      new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true })
    ), data.pause_ms);
  });
}
"""

_watch = st.components.v2.component("relay_live_text", js=_SCRIPT)


def send_while_typing(key: str) -> None:
    """Watch the text area of this key, which must be drawn already.

    Streamlit sends a text area when it is left, or at Ctrl+Enter; this presses Ctrl+Enter in it
    at every pause. Without scripts the page works as it always did.
    """
    _watch(key=f"{key}_watch", data={"key": key, "pause_ms": _PAUSE_MS})
