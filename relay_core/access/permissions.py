"""What somebody may be allowed to do."""

from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """One thing that is allowed or not; what is shown of it stands beside."""

    VIEW = "view"
    BUILD_AUDIENCES = "build audiences"
    WRITE_TEMPLATES = "write templates"
    SEND = "send"
    APPROVE = "approve"
    SEE_PHONES = "see phone numbers"
    ADMINISTER = "administer"


MEANINGS: Final[dict[Permission, str]] = {
    Permission.VIEW: "See campaigns, runs, templates and reports; numbers are masked.",
    Permission.BUILD_AUDIENCES: "Build, save and import audiences; choose and block people.",
    Permission.WRITE_TEMPLATES: "Write templates, and submit them to Meta.",
    Permission.SEND: "Create campaigns; send, pause, cancel and retry them.",
    Permission.APPROVE: "Approve or reject what somebody else wants to send.",
    Permission.SEE_PHONES: "See phone numbers, download them, and ask the file in SQL.",
    Permission.ADMINISTER: "Set Relay up, decide who may do what, and erase people.",
}
EVERYTHING: Final = frozenset(Permission)
