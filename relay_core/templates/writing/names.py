"""Template names as Meta accepts them."""

import re
from typing import Final

from relay_core.templates.writing.folding import fold, spelled_out

LONGEST_NAME: Final = 512
"""Characters. Source: Meta, message templates."""

_ACCEPTED: Final = re.compile(r"[a-z0-9_]{1,512}")
_OTHER: Final = re.compile(r"[^a-z0-9_]+")


def is_meta_name(text: str) -> bool:
    """Tell whether Meta accepts this name as it is."""
    return _ACCEPTED.fullmatch(text) is not None


def meta_name(text: str) -> str:
    """Return the name under which Meta would store this one; an accepted name stays the same.

    Lower case, letters without accents, underscores for everything else, cut to 512 characters.
    A name without a single Latin letter or digit is spelled out in code points.
    """
    if is_meta_name(text):
        return text
    words = _OTHER.sub("_", fold(text)).strip("_") or spelled_out(text.strip())
    return words[:LONGEST_NAME]
