"""Text without case and accents, for names and keys that anybody can type."""

import unicodedata
from typing import Final

_LOWEST_ACCENT_CLASS: Final = 200
"""Combining classes from here on are accents; lower ones belong to the letter in other scripts."""

_LETTERS: Final = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "ß": "ss",
        "þ": "th",
        "\u0131": "i",
    }
)
"""Letters whose stroke or ligature Unicode does not take apart."""


def fold(text: str) -> str:
    """Return the text in lower case and without accents; other scripts keep their letters."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).lower())
    bare = "".join(c for c in apart if unicodedata.combining(c) < _LOWEST_ACCENT_CLASS)
    return unicodedata.normalize("NFC", bare.translate(_LETTERS))


def spelled_out(text: str) -> str:
    """Return the text as code points, for text that has no letter or digit at all."""
    return "_".join(f"u{ord(character):x}" for character in text)
