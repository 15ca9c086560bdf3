"""Reports of runs that hardly are any: nobody in them, one person, or one fate for all."""

from datetime import UTC, datetime, timedelta

import pytest

from relay_core.gateways.outcomes import OutcomeUnknown, Rejected
from tests.delivery.world import planned_run
from tests.reports.story import send

NOTHING = {"Planned": 0, "Sent": 0, "Delivered": 0, "Replied": 0, "Failed": 0, "Unknown": 0}
INTERVALS = "Lines under bars: 95 % intervals."


@pytest.fixture
def report_of(desk, open_page):
    """Open the report of a run of so many people, each of whose messages ended in one way."""
    file = desk._database  # noqa: SLF001 - what happened is put into the file

    def opened(people, outcome=None, *, sent=True):
        run = planned_run(file, people=people)
        begun = datetime.now(UTC)
        for number in range(people if sent else 0):
            message = send(file, outcome, begun=begun + timedelta(seconds=number))
            if outcome is None:
                message.delivered(happened=begun + timedelta(seconds=number + 2))
        page = open_page("reports.py", run=str(run))
        assert not page.exception
        return page

    return opened


def figures(page):
    return {metric.label: int(metric.value) for metric in page.metric}


def headers(page):
    return [header.value for header in page.header]


def spoken(page):
    return " ".join(text.value for text in (*page.markdown, *page.caption)).replace("\\", "")


class TestTheReportOf:
    def test_nobody_says_so_and_has_neither_charts_nor_shares(self, report_of):
        page = report_of(0)

        assert figures(page) == NOTHING
        assert headers(page) == ["From planned to replied", "Over time"]
        assert "This run has no messages. Nothing has left." in spoken(page)
        assert "%" not in spoken(page)
        assert not page.get("vega_lite_chart")

    def test_one_person_counts_one_in_the_singular(self, report_of):
        page = report_of(1)

        assert figures(page) == NOTHING | {"Planned": 1, "Sent": 1, "Delivered": 1}
        assert "Delivered: **100.0% (20.7% to 100.0%)** of those sent." in spoken(page)
        assert "Within 2 seconds; 1 message measured." in spoken(page)
        assert "for 1 part " in f"{spoken(page)} "
        assert len(page.dataframe[-1].value) == 1

    def test_messages_that_all_failed_has_no_share_of_none_sent(self, report_of):
        page = report_of(3, Rejected("http_400", "Bad number"))

        assert figures(page) == NOTHING | {"Planned": 3, "Failed": 3}
        assert "Ours to correct 3 (100%)" in spoken(page)
        assert "of those sent" not in spoken(page)
        assert "so far: **nothing**" in spoken(page)
        assert list(page.dataframe[-1].value["State"]) == ["failed"] * 3

    def test_messages_that_are_all_unknown_does_not_say_that_nothing_left(self, report_of):
        page = report_of(2, OutcomeUnknown("ReadTimeout"))

        assert figures(page) == NOTHING | {"Planned": 2, "Unknown": 2}
        assert "Nothing is known to have left; 2 messages may have." in spoken(page)
        assert "Why some are unknown" in headers(page)
        assert INTERVALS not in spoken(page)
        assert list(page.dataframe[-1].value["State"]) == ["unknown"] * 2

    def test_messages_that_all_wait_says_how_many(self, report_of):
        page = report_of(2, sent=False)

        assert figures(page) == NOTHING | {"Planned": 2}
        assert "2 messages are waiting to be sent." in spoken(page)
        assert "Nothing has left." in spoken(page)
        assert INTERVALS not in spoken(page)
