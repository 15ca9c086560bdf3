"""The trail page: who did what, narrowed down, page by page, and as a file."""

from datetime import UTC, date, datetime, timedelta

import pytest

from relay_core.store.audit import note

MOMENT = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def page(open_page, desk):
    """The page, after two hundred and ten deeds of Anna and one of Bob, a day each."""

    def work(session):
        for n in range(210):
            note(
                session,
                actor="anna@example.com",
                event="run.paused",
                subject=str(n),
                now=MOMENT - timedelta(days=n),
            )
        note(
            session,
            actor="bob@example.com",
            event="segment.renamed",
            subject="=Spring",
            now=MOMENT + timedelta(days=1),
            detail="name: =Spring -> May",
        )

    desk._database.write(work)  # noqa: SLF001 - what people would have done
    return open_page("trail.py")


def subjects(page):
    return page.dataframe[0].value["On what"].to_list()


class TestTheTrailPage:
    def test_shows_the_latest_first_and_the_rest_on_further_pages(self, page):
        first = subjects(page)

        page.session_state["trail_page"] = 2
        page.run()

        assert not page.exception
        assert first[:3] == ["=Spring", "0", "1"]
        assert subjects(page)[:3] == ["199", "200", "201"]

    def test_narrows_down_by_who_what_whereon_and_when(self, page):
        page.selectbox(key="trail_event").select("run.paused").run()
        page.date_input(key="trail_days").set_value((date(2026, 2, 27), date(2026, 2, 28))).run()
        days = subjects(page)
        page.text_input(key="trail_subject").set_value("2").run()

        assert days == ["1", "2"]
        assert subjects(page) == ["2"]

    def test_begins_anew_with_each_filter(self, page):
        page.session_state["trail_page"] = 2
        page.run()

        page.selectbox(key="trail_actor").select("bob@example.com").run()

        assert subjects(page) == ["=Spring"]

    def test_says_so_where_nothing_was_done(self, page):
        page.text_input(key="trail_subject").set_value("none such").run()

        assert "Nothing like that was done" in page.info[0].value
        assert not page.dataframe

    def test_says_that_it_begins_here_before_anything_was_done(self, open_empty):
        page = open_empty("trail.py")

        assert page.info[0].value.startswith("Nobody has done anything yet.")
