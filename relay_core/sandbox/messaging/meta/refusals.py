"""How Meta says no to a new template."""

from dataclasses import dataclass
from typing import Final

INVALID_PARAMETER: Final = 100
"""Meta's code for nearly everything; the subcode tells more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaError:
    """Why a draft is not taken at all.

    Meta answers `{"error": {"code", "error_subcode", "error_user_msg", …}}`; what Sunco makes of
    it is not documented beyond a 400 with a description. Here the description is the sentence and
    the codes after it.
    """

    text: str
    subcode: int | None = None
    """Source: Meta's error codes of template creation, as providers repeat them."""

    code: int = INVALID_PARAMETER

    def __str__(self) -> str:
        """Say it as one description."""
        codes = f"{self.code}/{self.subcode}" if self.subcode else str(self.code)
        return f"{self.text} (Meta {codes})"
