"""What a template's status on an integration means, and what a new look at the list makes of it.

Meta's own words are kept as they come. Relay adds five for what Meta does not say: READY (nobody
has to approve it), NOT_SUBMITTED, SUBMITTING, UNCONFIRMED (asked, but no answer came) and DELETING.
"""

from dataclasses import dataclass
from typing import Final, Literal

READY: Final = "READY"
APPROVED: Final = "APPROVED"
PENDING: Final = "PENDING"
NOT_SUBMITTED: Final = "NOT_SUBMITTED"
SUBMITTING: Final = "SUBMITTING"
UNCONFIRMED: Final = "UNCONFIRMED"
DELETING: Final = "DELETING"
DELETED: Final = "DELETED"

SENDABLE: Final = frozenset({READY, APPROVED})
"""Words that Relay does not know are a no."""
SUBMITTABLE: Final = frozenset({NOT_SUBMITTED, DELETED, UNCONFIRMED})
"""Statuses from which a template can be submitted. Submitting again what is unconfirmed is safe,
because Meta takes a name only once in a language."""
UNDECIDED: Final = frozenset({PENDING, "IN_APPEAL", "PENDING_DELETION", UNCONFIRMED, DELETING})
"""Statuses that change without a deed of ours; worth another look."""
UNDER_WAY: Final = frozenset({SUBMITTING, DELETING})
"""Requests whose answer is awaited: no news before it came."""
_NOT_THERE: Final = frozenset({READY, NOT_SUBMITTED, DELETED})

NEVER_ARRIVED: Final = (
    "Meta's list does not hold it after two hours, so it did not arrive. Submit it again."
)

Kind = Literal["good", "waiting", "bad", "none", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusMeaning:
    """A status as a person understands it."""

    word: str
    kind: Kind
    """`none`: it is not at Meta; `unknown`: Relay does not know this word."""
    advice: str = ""
    """What to do, where there is something to do."""


_MEANINGS: Final = {
    READY: StatusMeaning(word="Ready", kind="good"),
    APPROVED: StatusMeaning(word="Approved", kind="good"),
    PENDING: StatusMeaning(
        word="Waiting for Meta",
        kind="waiting",
        advice="Meta answers within minutes as a rule, at most a day. Zendesk may show an old list "
        "for two hours.",
    ),
    "REJECTED": StatusMeaning(
        word="Rejected",
        kind="bad",
        advice="Correct it in a copy under another name, with the reason in mind.",
    ),
    "PAUSED": StatusMeaning(
        word="Paused by Meta",
        kind="bad",
        advice="Too many people blocked or reported it. Meta lets it go on after some hours.",
    ),
    "DISABLED": StatusMeaning(
        word="Disabled by Meta",
        kind="bad",
        advice="Meta has stopped it for good. Write another template.",
    ),
    "IN_APPEAL": StatusMeaning(
        word="In appeal", kind="waiting", advice="Meta looks at it again. Wait for its answer."
    ),
    "PENDING_DELETION": StatusMeaning(
        word="Being deleted at Meta", kind="waiting", advice="Use another template."
    ),
    "FLAGGED": StatusMeaning(
        word="Flagged by Meta",
        kind="bad",
        advice="Its quality is low, and Meta may disable it. Send it to fewer people, or use "
        "another template.",
    ),
    "LIMIT_EXCEEDED": StatusMeaning(
        word="Too many templates",
        kind="bad",
        advice="The account holds as many templates as Meta allows. Delete some, then submit it "
        "under another name.",
    ),
    "ARCHIVED": StatusMeaning(
        word="Archived at Meta",
        kind="bad",
        advice="It was not used for long. Take it out of the archive in WhatsApp Manager.",
    ),
    "LOCKED": StatusMeaning(
        word="Locked by Meta",
        kind="bad",
        advice="Meta allows no change now. Look at WhatsApp Manager.",
    ),
    NOT_SUBMITTED: StatusMeaning(word="Not submitted", kind="none", advice="Submit it to Meta."),
    SUBMITTING: StatusMeaning(
        word="Being submitted", kind="waiting", advice="The answer comes within a minute."
    ),
    UNCONFIRMED: StatusMeaning(
        word="Answer missing",
        kind="waiting",
        advice="It was submitted, but no answer came. A refresh finds out; submitting it again is "
        "safe, because Meta takes a name only once.",
    ),
    DELETING: StatusMeaning(
        word="Being deleted",
        kind="waiting",
        advice="The deletion was asked for, but not confirmed. A refresh finds out; deleting it "
        "again is safe.",
    ),
    DELETED: StatusMeaning(
        word="Deleted at Meta",
        kind="none",
        advice="Its name is free again 30 days later. Submit a copy under another name.",
    ),
}
_REASONS: Final = {
    "ABUSIVE_CONTENT": "Meta found it abusive or threatening. Write it in friendlier words.",
    "INCORRECT_CATEGORY": "The category does not fit the text. Submit a copy as Marketing if it "
    "offers or promotes anything, as Utility if it only tells about an order or a case.",
    "INVALID_FORMAT": "Something in its form is not allowed. Look at the dynamic values: each "
    "needs words around it and a fitting example.",
    "PROMOTIONAL": "It promotes something, which its category does not allow. Submit a copy as "
    "Marketing.",
    "SCAM": "Meta took it for a scam. Name your company, and ask for no passwords, payments or "
    "personal data.",
    "TAG_CONTENT_MISMATCH": "Language or category do not fit the text. Choose the language it is "
    "written in, and the category it belongs to.",
}


def meaning(status: str) -> StatusMeaning:
    """Return what a status means; one that Relay does not know keeps its own word."""
    return _MEANINGS.get(status) or StatusMeaning(
        word=status.replace("_", " ").capitalize(),
        kind="unknown",
        advice="Relay does not know this word of Meta's, so it does not send. Look at WhatsApp "
        "Manager.",
    )


def reason_in_words(reason: str | None) -> str:
    """Return Meta's reason as a sentence with what to do; "" when there is none.

    Args:
        reason: A code, a code with a sentence after a colon, or any sentence.
    """
    code, _, sentence = (reason or "").partition(":")
    code, sentence = code.strip(), sentence.strip()
    if code in {"", "NONE"}:
        return sentence
    if code not in _REASONS:
        return (reason or "").strip()
    return f"{sentence} {_REASONS[code]}".strip()


def is_held(status: str) -> bool:
    """Whether Meta has it, or may have it; unknown words are a yes."""
    return status not in _NOT_THERE


@dataclass(frozen=True, slots=True)
class Standing:
    """A status, and why it is so."""

    status: str
    reason: str | None = None


def after_listing(now: Standing, listed: Standing | None, *, acted_lately: bool) -> Standing:
    """Return what stands after a look at an integration's list.

    Args:
        now: What stood until now; `NOT_SUBMITTED` for a template not known there.
        listed: What the list says; None when the template is not in it.
        acted_lately: Whether Relay asked for a change within the time for which Sunshine
            Conversations may still give an old list. Then what we know from the answer is newer.
    """
    if now.status == SUBMITTING:
        return now  # its own answer is on the way
    if listed is not None:
        is_older = acted_lately and now.status in {DELETED, DELETING}
        return now if is_older else listed
    if not is_held(now.status) or (acted_lately and now.status != DELETING):
        return now
    if now.status == UNCONFIRMED:
        return Standing(NOT_SUBMITTED, NEVER_ARRIVED)
    return Standing(DELETED)
