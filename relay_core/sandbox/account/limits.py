"""How often the account may be asked: fixed minutes per kind of request, and their headers."""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from relay_core.sandbox.clock import Clock

MINUTE_S: Final = 60


class Strictness(StrEnum):
    """Whose limits apply."""

    GENEROUS = "generous"  # high enough never to be met
    REAL = "real"  # the vendors' own


@dataclass(frozen=True, slots=True)
class Bucket:
    """Requests that are counted together.

    Source: Zendesk, rate limits; an Enterprise plan without the High Volume add-on.
    """

    name: str
    real_per_minute: int
    generous_per_minute: int = 100_000

    def per_minute(self, strictness: Strictness) -> int:
        """Return how many requests a minute holds."""
        match strictness:
            case Strictness.REAL:
                return self.real_per_minute
            case Strictness.GENEROUS:
                return self.generous_per_minute


ACCOUNT: Final = Bucket("account", 700)
SEARCH: Final = Bucket("search-index", 2_500)
SEARCH_EXPORT: Final = Bucket("search-export-index", 100)
INCREMENTAL: Final = Bucket("incremental-exports", 10)
USER_UPDATE: Final = Bucket("user-update", 5)

SENDS_PER_SECOND: Final = 10.0
"""What one integration takes under real limits; Sunshine Conversations documents no figure."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a bucket stands after a request."""

    bucket: Bucket
    total: int
    remaining: int
    resets_s: int
    is_exceeded: bool


class Limits:
    """Counts requests in minutes of the world's time."""

    def __init__(self, clock: Clock, strictness: Strictness) -> None:
        """Begin with nothing counted."""
        self.strictness = strictness
        self._clock = clock
        self._minute = 0
        self._counts: Counter[tuple[str, str]] = Counter()

    def count(self, method: str, path: str) -> list[Standing]:
        """Count a request and return where its buckets stand, the account's own first."""
        now = self._clock.now()
        minute = int(now.timestamp()) // MINUTE_S
        if minute != self._minute:
            self._minute = minute
            self._counts.clear()
        return [self._count(bucket, key, now) for bucket, key in _buckets(method, path)]

    def _count(self, bucket: Bucket, key: str, now: datetime) -> Standing:
        self._counts[bucket.name, key] += 1
        used = self._counts[bucket.name, key]
        total = bucket.per_minute(self.strictness)
        return Standing(
            bucket=bucket,
            total=total,
            remaining=max(total - used, 0),
            resets_s=max(math.ceil(MINUTE_S - now.timestamp() % MINUTE_S), 1),
            is_exceeded=used > total,
        )


def headers(standings: list[Standing]) -> dict[str, str]:
    """Return the headers that tell a caller where the limits stand."""
    account, *others = standings
    told = {
        "X-Rate-Limit": str(account.total),
        "X-Rate-Limit-Remaining": str(account.remaining),
        "ratelimit-limit": str(account.total),
        "ratelimit-remaining": str(account.remaining),
        "ratelimit-reset": str(account.resets_s),
    }
    for each in others:
        told[f"Zendesk-RateLimit-{each.bucket.name}"] = (
            f"total={each.total}; remaining={each.remaining}; resets={each.resets_s}"
        )
    exceeded = [each.resets_s for each in standings if each.is_exceeded]
    if exceeded:
        told["Retry-After"] = str(max(exceeded))
    return told


def _buckets(method: str, path: str) -> list[tuple[Bucket, str]]:
    found = [(ACCOUNT, "")]
    if path == "/api/v2/search":
        found.append((SEARCH, ""))
    elif path == "/api/v2/search/export":
        found.append((SEARCH_EXPORT, ""))
    elif path.startswith("/api/v2/incremental/"):
        found.append((INCREMENTAL, path))
    elif method == "PUT" and path.removeprefix("/api/v2/users/").isdecimal():
        found.append((USER_UPDATE, path))
    return found
