"""Logs are events with ids: `noun.past_participle` and fields, never people, texts or secrets."""

import logging
import re
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, Final, TextIO, cast

import structlog

_ALLOWED: Final = re.compile(r"[\w.:/ -]{0,200}")
_LONG_NUMBER: Final = re.compile(r"\+?\d[\d ().-]{6,}\d")
_IDS: Final = frozenset(
    {"delivery", "run", "campaign", "person", "template", "segment", "integration", "lane"}
)
"""Fields that hold our own numbers or a vendor's object ids; these lead back to the store."""


def _without_people(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Cut anything that could be a number or a text out of every field that is not an id.

    Call sites pass ids only; this is the second fence, for the day when one does not.
    """
    for name, value in event.items():
        if name in _IDS or not isinstance(value, str):
            continue
        if _LONG_NUMBER.search(value) and name != "timestamp":
            event[name] = "(withheld: looks like a number)"
        elif not _ALLOWED.fullmatch(value) and name not in {"exception", "timestamp"}:
            event[name] = "(withheld: free text)"
    return event


def _without_values(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Reduce an exception to the places it passed; its message may quote a person."""
    info = event.pop("exc_info", None)
    error = info if isinstance(info, BaseException) else sys.exc_info()[1] if info else None
    if error is not None:
        places = []
        trace = error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            places.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno}")
            trace = trace.tb_next
        event["exception"] = f"{type(error).__name__} at {' < '.join(reversed(places))}"
    return event


class _Unfailing:
    """A stream that lets go what it cannot write: no full disk or closed terminal ends a sending.

    Without a stream of its own it is standard error, whatever that is by then.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            (self._stream or sys.stderr).write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            (self._stream or sys.stderr).flush()


def configure_log(*, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send events as one JSON object a line to `stream` (standard error by default)."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_values,
            _without_people,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(file=cast("TextIO", _Unfailing(stream))),
        cache_logger_on_first_use=False,
    )


def log() -> structlog.typing.FilteringBoundLogger:
    """Return the logger of this process."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger
