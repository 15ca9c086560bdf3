"""Settings as lines for `.streamlit/secrets.toml`, ready to be copied."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

SUNCO_HOSTS: Final = {
    "With Zendesk": None,
    "api.smooch.io": "https://api.smooch.io",
    "api.eu-1.smooch.io (EU)": "https://api.eu-1.smooch.io",
}
"""Where the Conversations API answers; None is `https://<subdomain>.zendesk.com/sc`.

Source: Zendesk, Sunshine Conversations API, servers.
"""
Setting = str | int | float | Sequence[str]


def secrets_lines(values: Mapping[str, Setting | None]) -> str:
    """Return lines for the table `[relay]`; what is None or empty is left out."""
    return "\n".join(
        f"{name} = {_said(value)}"
        for name, value in values.items()
        if value is not None and value not in ("", ())
    )


def _said(value: Setting) -> str:
    """Return a value as TOML: JSON, in which DEL is the only letter that TOML wants escaped."""
    plain = value if isinstance(value, str | int | float) else list(value)
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007f")
