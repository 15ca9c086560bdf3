"""How many parts a text takes, counted fast enough for every recipient of a run."""

from functools import lru_cache
from typing import Final

from relay_core.templates.sms.gsm import EXTENSION, GSM
from relay_core.templates.sms.parts import Encoding, measure

_REMEMBERED: Final = 50_000


@lru_cache(maxsize=_REMEMBERED)
def count_parts(text: str) -> int:
    """Return what `measure(text).parts` is.

    Only where characters of two units stand in a text of several parts does it matter where each
    part ends (20,000 texts: 0.1 s instead of 1 s).
    """
    if is_gsm(text):
        encoding = Encoding.GSM7
        doubles = sum(map(text.count, EXTENSION))
    else:
        encoding = Encoding.UCS2
        doubles = len(text.encode("utf-16-le", "surrogatepass")) // 2 - len(text)
    units = len(text) + doubles
    if units <= encoding.alone:
        return 1 if text else 0
    return measure(text).parts if doubles else -(-units // encoding.per_part)


def is_gsm(text: str) -> bool:
    """Whether every character is in the alphabet of GSM-7."""
    return GSM.issuperset(text)
