# ruff: noqa: RUF001 - characters that look like others are this module's subject
"""The alphabet of GSM-7, and what comes closest in it to other characters.

Source: 3GPP TS 23.038, section 6.2.1.
"""

import unicodedata
from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION: Final = frozenset("\f^{}\\[~]|€")
"""Characters that take two septets: an escape and the character."""
GSM: Final = _BASIC | EXTENSION
"""Every character that GSM-7 can say."""

_LIKENESSES: Final = {
    **dict.fromkeys("‘’‚‛′`´", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‹", "<"),
    **dict.fromkeys("›", ">"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("•·▪●", "-"),
    **dict.fromkeys("⁄÷", "/"),
    **dict.fromkeys("\t\v\x85\u2028\u2029", " "),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f", ""),
    **dict(zip("łŁđĐðÐı×", "lLdDdDix", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    "œ": "oe",
    "Œ": "OE",
    "þ": "th",
    "Þ": "Th",
    "ẞ": "SS",
    "°": "o",
    "©": "(c)",
    "®": "(R)",
}
"""What to write instead where taking the accents off does not help."""


def likeness(cluster: str) -> str | None:
    """Return the nearest text in GSM-7: empty to leave it away, None when nothing comes near."""
    near = "".join(_near(character) for character in unicodedata.normalize("NFC", cluster))
    return near if GSM.issuperset(near) else None


def _near(character: str) -> str:
    if character in GSM:
        return character
    if character in _LIKENESSES:
        return _LIKENESSES[character]
    if unicodedata.category(character) == "Cc":
        return ""
    apart = unicodedata.normalize("NFKD", character)
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return "".join(_LIKENESSES.get(c, c) for c in bare)
