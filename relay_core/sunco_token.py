"""The token of Sunshine Conversations: key id and secret in one piece, there and back."""

import base64
import re
from typing import Final

from relay_core.errors import ConfigurationError

_ID: Final = re.compile(r"[A-Za-z0-9_-]+")
_PRINTABLE: Final = re.compile(r"[!-~]+")
_WHERE: Final = "Copy it again from the Admin Center: Apps and integrations, Conversations API."


def build_token(key_id: str, secret: str) -> str:
    """Return `base64(key id:secret)`, which other tools of Zendesk ask for.

    Raises:
        ConfigurationError: One of them cannot be what Zendesk shows.
    """
    _checked(key_id, secret)
    return base64.b64encode(f"{key_id}:{secret}".encode()).decode()


def read_token(token: str) -> tuple[str, str]:
    """Return key id and secret of a pasted token; spaces and a leading `Basic` do not matter.

    Raises:
        ConfigurationError: It is no such token; says which part is wrong, and repeats none of it.
    """
    packed = "".join(token.split()).removeprefix("Basic")
    if not packed:
        raise _refused("Nothing was pasted.")
    try:
        text = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode()
    except ValueError:
        raise _refused("This is not a base64 token; perhaps a part is missing.") from None
    key_id, colon, secret = text.partition(":")
    if not colon:
        raise _refused("This token has no colon between key id and secret.")
    _checked(key_id, secret)
    return key_id, secret


def _checked(key_id: str, secret: str) -> None:
    if not _ID.fullmatch(key_id):
        raise _refused("A key id has letters, digits, - and _ only, as in app_5deaa3531c7f.")
    if not _PRINTABLE.fullmatch(secret):
        raise _refused("A secret has no spaces and no letters with accents.")


def _refused(why: str) -> ConfigurationError:
    return ConfigurationError("token refused", advice=f"{why} {_WHERE}")
