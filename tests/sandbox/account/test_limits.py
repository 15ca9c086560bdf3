"""Rate limits: the vendors' own, and generous ones."""

from relay_core.sandbox.account.limits import Limits, Strictness, headers
from relay_core.sandbox.clock import Clock
from tests.sandbox.small_account import NOW, account_of

INCREMENTAL = "/api/v2/incremental/users/cursor"
EXPORT = "/api/v2/search/export"


def spent(path: str, times: int, strictness: Strictness = Strictness.REAL) -> dict[str, str]:
    """Return the headers of the last of many requests."""
    limits = Limits(Clock(NOW), strictness)
    for _ in range(times - 1):
        limits.count("GET", path)
    return headers(limits.count("GET", path))


class TestRealLimits:
    def test_stop_the_eleventh_incremental_export_of_a_minute(self) -> None:
        account = account_of({}, strictness=Strictness.REAL)

        answers = [account.ask("GET", f"{INCREMENTAL}?start_time=0") for _ in range(11)]

        assert [each.status_code for each in answers] == [200] * 10 + [429]
        assert 0 < int(answers[-1].headers["retry-after"]) <= 60

    def test_begin_anew_with_the_next_minute(self) -> None:
        account = account_of({}, strictness=Strictness.REAL)
        for _ in range(11):
            account.ask("GET", f"{INCREMENTAL}?start_time=0")

        account.ask("POST", "/_sandbox/clock", json={"advance_s": 60})

        assert account.ask("GET", f"{INCREMENTAL}?start_time=0").status_code == 200

    def test_allow_a_hundred_search_exports(self) -> None:
        assert "Retry-After" not in spent(EXPORT, 100)
        assert "Retry-After" in spent(EXPORT, 101)

    def test_allow_seven_hundred_requests_of_any_kind(self) -> None:
        assert spent("/api/v2/groups", 700)["X-Rate-Limit-Remaining"] == "0"
        assert "Retry-After" in spent("/api/v2/groups", 701)

    def test_are_told_in_every_answer(self) -> None:
        told = account_of({}, strictness=Strictness.REAL).ask("GET", "/api/v2/groups").headers

        assert (told["x-rate-limit"], told["x-rate-limit-remaining"]) == ("700", "699")
        assert told["ratelimit-limit"] == "700"


class TestGenerousLimits:
    def test_are_not_met_by_a_first_sync(self) -> None:
        assert "Retry-After" not in spent(EXPORT, 1_000, Strictness.GENEROUS)
