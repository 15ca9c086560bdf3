"""Emoji inside a text, as phones show them."""

import re
from typing import Final

_ALWAYS: Final = (
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1"
    "\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705"
    "\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50"
    "\u2b55\U0001f004\U0001f0cf\U0001f18e\U0001f191-\U0001f19a\U0001f1e6-\U0001f1ff"
    "\U0001f201-\U0001f265\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7f0"
    "\U0001f90c-\U0001f9ff\U0001fa70-\U0001faff"
)
"""Shown as pictures by themselves."""
_ONE: Final = (
    f"(?:[{_ALWAYS}]|[0-9#*]\ufe0f?\u20e3|[\u00a9\u00ae\u203c-\u3299]\ufe0f)"
    "[\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
)
_EMOJI: Final = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|{_ONE}(?:\u200d(?:{_ONE}|[\u2640\u2642\u2695-\u2764]\ufe0f?))*"
)
"""Flags are two letters; a joiner makes several pictures one."""


def find_emoji(text: str) -> tuple[tuple[int, int], ...]:
    """Return where each emoji begins and ends, whatever it is put together from.

    Signs that are only pictures when a selector asks for it (such as the copyright sign) count
    with their selector alone.

    Source: Unicode Technical Standard 51, emoji presentation.
    """
    return tuple(match.span() for match in _EMOJI.finditer(text))
