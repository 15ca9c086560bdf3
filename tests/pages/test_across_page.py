"""The views over many runs on the page of reports."""

import pytest

from relay_core.store.database import open_database
from tests.delivery.world import planned_run
from tests.reports.story import bring_up_to_now, send_three

VIEWS = ("Campaigns", "Over time", "Templates", "Integrations", "Contact pressure")


def offered(page):
    """What the menus of a page are called."""
    return {menu.proto.popover.label for menu in page.get("popover")}


@pytest.fixture
def sent(data_folder):
    """Three messages of an hour ago, one of which failed."""
    file = data_folder / "relay.duckdb"
    with open_database(file) as db:
        planned_run(db, people=3)
        send_three(db)
    bring_up_to_now(file)


@pytest.mark.usefixtures("sent")
class TestAView:
    def test_draws_its_figures_which_can_be_saved_and_asked_for_in_sql(self, open_page):
        page = open_page("reports.py", view=VIEWS[0])

        missing = {}
        for view in VIEWS:
            page.radio(key="reports_view").set_value(view).run()
            drawn = page.get("vega_lite_chart") and page.dataframe and not page.error
            if not drawn or not {"Save", "Show the SQL"} <= offered(page):
                missing[view] = (page.error, offered(page))

        assert missing == {}

    def test_of_templates_draws_the_share_that_was_chosen_by_weeks(self, open_page):
        page = open_page("reports.py", view="Templates")

        page.radio(key="across_quality_share").set_value("failed").run()

        assert not page.error
        assert page.selectbox(key="across_template").value == "fault_found (en)"


class TestReports:
    def test_offer_no_views_before_anything_was_sent(self, open_page):
        page = open_page("reports.py", view="Campaigns")

        assert not page.radio
        assert "Nothing was sent yet" in page.markdown[0].value
