"""A typed Zendesk query, made ready for the search export, or refused with the reason."""

import re
from typing import Final

from relay_core.errors import AudienceError

_PIECES: Final = re.compile(r'(?:[^\s"]|"[^"]*")+')
"""Words and `key:"several words"`, as white space outside quotes separates them."""
_KEYED: Final = re.compile(r'-?(type|order_by|sort):("[^"]*"|.*)', re.IGNORECASE | re.DOTALL)


def export_text(query: str) -> str:
    """Return what of a query chooses people, without what only says that they are users.

    The export is told that it is about users in another way and refuses `type:` in the text; it
    has an order of its own.

    Raises:
        AudienceError: Nothing is asked, a quote is left open, or something other than users.
    """
    if query.count('"') % 2:
        raise _refused("open quote", 'This query opens a quote “"” and does not close it.')
    kept = []
    for piece in _PIECES.findall(query):
        keyed = _KEYED.fullmatch(piece)
        if keyed is None:
            kept.append(piece)
            continue
        key, value = keyed[1].lower(), keyed[2].strip('"').lower()
        if not value:
            raise _refused(
                "space after a keyword", f"Write “{key}:” and its value without a space."
            )
        if key == "type" and (value != "user" or piece.startswith("-")):
            raise _refused("not about users", "An audience is made of users: leave “type:” out.")
    if not kept:
        raise _refused("empty query", "This query chooses nobody. Say whom, e.g. role:end-user.")
    return " ".join(kept)


def _refused(what: str, advice: str) -> AudienceError:
    return AudienceError(what, advice=advice)
