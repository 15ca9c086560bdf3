"""What only one may do at a time, be it in one process or in all that share a ledger."""

from types import TracebackType
from typing import Protocol


class Exclusive(Protocol):
    """A lock, as `threading.Lock` is one."""

    def acquire(self, blocking: bool = True) -> bool:  # noqa: FBT001, FBT002 - as `threading` has it
        """Take it; tell whether that was possible."""
        ...

    def release(self) -> None:
        """Let others have it."""
        ...

    def locked(self) -> bool:
        """Whether somebody has it."""
        ...

    def __enter__(self) -> bool:
        """Wait for it and take it."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let others have it."""
        ...
