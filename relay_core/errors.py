"""Everything Relay may refuse to do, and why.

    RelayError                     base; `advice` is safe to show to a person
    ├── ConfigurationError         settings are missing or contradict each other
    ├── StoreError                 the data folder or its file cannot be used as it is
    │   ├── DataFolderBusy         another process owns the file; ask it instead
    │   ├── OwnerGone              the process that owned the file has ended meanwhile
    │   └── CommitInDoubt          it may have been done; look before doing it again
    ├── GatewayError               the outside answered with something Relay cannot use
    │   ├── AccessDenied           credentials or permissions do not suffice
    │   ├── NoSuchRecord           the outside has nothing of that id
    │   ├── CursorExpired          the place in a listing is forgotten; begin the listing again
    │   └── OutsideUnavailable     no answer, or "come back later", after the allowed tries
    │       └── AnswerUnknown      a change may have been carried out; look before asking again
    ├── AudienceError              an audience cannot be said or evaluated
    │   └── AudienceTooLarge       more people than the limit that was set
    ├── TemplateError              a template or one of its values is not usable
    ├── CampaignError              a campaign or run cannot be made as asked
    │   ├── WarningsNotAccepted    somebody has to read what is doubtful, and agree
    │   └── IllegalTransition      e.g. resuming a run that is finished
    ├── QueryError                 a query in SQL is refused, wrong, or takes too long
    ├── NotAllowed             whoever is here may not do this
    ├── ExportError                a file cannot be written where it was asked for
    ├── ErasureRefused             a person cannot be erased now, or somebody else was named
    └── NotFound                   nothing has that name or number

What a *send attempt* can end in is not here: those ends are expected, so they are values,
not exceptions. See `relay_core.gateways.outcomes`.
"""


class RelayError(Exception):
    """Base of every error Relay raises on purpose.

    Args:
        what: What went wrong, for the log. May name internal things, never a person.
        advice: What a person can do about it, for the page and the terminal.
    """

    def __init__(self, what: str, *, advice: str) -> None:
        """Keep both texts; only `advice` is ever shown to a person."""
        super().__init__(what)
        self.advice = advice


class ConfigurationError(RelayError):
    """Settings are missing or contradict each other."""


class StoreError(RelayError):
    """The data folder or its file cannot be used as it is."""


class DataFolderBusy(StoreError):
    """Another process owns the file; ask it instead."""


class OwnerGone(StoreError):
    """The process that owned the file has ended meanwhile."""


class CommitInDoubt(StoreError):
    """It may have been done; look before doing it again."""


class GatewayError(RelayError):
    """The outside answered with something Relay cannot use."""


class AccessDenied(GatewayError):
    """Credentials or permissions do not suffice."""


class NoSuchRecord(GatewayError):
    """The outside has nothing of that id."""


class CursorExpired(GatewayError):
    """The place in a listing is forgotten; begin the listing again."""


class OutsideUnavailable(GatewayError):
    """No answer, or "come back later", after the allowed tries."""


class AnswerUnknown(OutsideUnavailable):
    """A change may have been carried out; look before asking again."""


class AudienceError(RelayError):
    """An audience cannot be said or evaluated."""


class AudienceTooLarge(AudienceError):
    """More people than the limit that was set."""


class TemplateError(RelayError):
    """A template or one of its values is not usable."""


class CampaignError(RelayError):
    """A campaign or run cannot be made as asked."""


class WarningsNotAccepted(CampaignError):
    """The audience is doubtful, and nobody has agreed to it."""


class IllegalTransition(CampaignError):
    """A run or delivery cannot go from its state to the one asked for."""


class QueryError(RelayError):
    """A query in SQL is refused, wrong, or takes too long."""


class NotAllowed(RelayError):
    """Whoever is here may not do this."""


class ExportError(RelayError):
    """A file cannot be written where it was asked for."""


class ErasureRefused(RelayError):
    """A person cannot be erased now, or somebody else was named."""


class NotFound(RelayError):
    """Nothing has that name or number."""
