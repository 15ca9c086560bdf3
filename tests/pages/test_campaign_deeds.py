"""What becomes of a campaign on its page: changed, copied, put away, deleted, begun with a few."""

import pytest

from relay_core.audience.conditions.definition import ByQuery
from relay_core.campaigns.bindings import FromField, Static
from relay_core.errors import NotFound
from tests.campaigns.office import VALUES, people
from tests.pages.spoken import spoken

VIPS = ByQuery("tags:vip")


@pytest.fixture
def campaign(campaign_for):
    """A campaign by a query."""
    return campaign_for(VIPS)


def opened(open_page, campaign):
    return open_page("campaigns.py", campaign=campaign.name)


def sent(desk, campaign):
    return desk.send(
        campaign.name, static_values=VALUES, request_id="one", actor="anna", accepted=True
    )


class TestAnEdit:
    def form(self, open_page, campaign):
        return open_page("edit_campaign.py", campaign=campaign.name)

    def test_begins_with_what_is_kept(self, open_page, campaign):
        page = self.form(open_page, campaign)

        assert not page.exception
        prefix = f"edit_{campaign.id}"
        of_template = f"{prefix}_{campaign.template.id}"
        assert page.text_input(key=f"{prefix}_name").value == "Reminders"
        assert page.selectbox(key=f"{prefix}_template").value == campaign.template.id
        assert page.text_area(key=f"{prefix}_query").value == VIPS.query
        assert page.selectbox(key=f"{of_template}_clarice_source").value == "first_name"
        assert page.text_input(key=f"{of_template}_clarice_fallback").value == "there"
        assert page.selectbox(key=f"{of_template}_monday_source").value == "static"

    def test_saved_untouched_changes_nothing(self, open_page, desk, campaign):
        page = self.form(open_page, campaign)

        page.button(key="edit_save").click().run()

        assert not page.exception
        assert desk.campaign("Reminders") == campaign

    def test_changes_name_audience_and_values(self, open_page, desk, campaign):
        page = self.form(open_page, campaign)
        prefix = f"edit_{campaign.id}"
        page.text_input(key=f"{prefix}_name").set_value("For readers")
        page.text_area(key=f"{prefix}_query").set_value("tags:newsletter")
        page.text_input(key=f"{prefix}_{campaign.template.id}_clarice_fallback").set_value("")

        page.button(key="edit_save").click().run()

        assert not page.exception
        changed = desk.campaign("For readers")
        assert changed.id == campaign.id
        assert changed.definition == ByQuery("tags:newsletter")
        assert changed.bindings == {"clarice": FromField("first_name"), "monday": Static()}
        assert page.title[0].value == "For readers"

    def test_takes_conditions_as_they_are(self, open_page, desk, campaign_for):
        campaign = campaign_for(people(3))
        page = self.form(open_page, campaign)

        page.button(key="edit_save").click().run()

        assert not page.exception
        assert desk.campaign("Reminders").definition == people(3)

    def test_shows_what_somebody_else_changed_meanwhile(self, open_page, desk, campaign):
        page = self.form(open_page, campaign)
        desk.delete_campaign("Reminders", actor="anna")

        page.run()

        assert not page.exception
        assert "There is no campaign named Reminders." in page.error[0].value

    def test_is_not_offered_once_something_was_sent(self, open_page, desk, campaign):
        sent(desk, campaign)

        page = self.form(open_page, campaign)

        assert not page.button
        assert "Duplicate it, and change the copy." in spoken(page)
        assert opened(open_page, campaign).button(key=f"campaign_{campaign.id}_edit").disabled


class TestACopy:
    def test_is_opened_under_its_own_name(self, open_page, desk, campaign):
        page = opened(open_page, campaign)

        page.button(key=f"campaign_{campaign.id}_copy").click().run()
        page.text_input(key="campaign_new_name").set_value("Second")
        page.button(key="campaign_copy_sure").click().run()

        assert not page.exception
        assert page.title[0].value == "Second"
        assert desk.campaign("Second").bindings == campaign.bindings

    def test_under_a_taken_name_keeps_the_question_open(self, open_page, desk, campaign):
        page = opened(open_page, campaign)
        page.button(key=f"campaign_{campaign.id}_copy").click().run()
        page.text_input(key="campaign_new_name").set_value("Reminders")

        page.button(key="campaign_copy_sure").click().run()

        assert not page.exception
        assert len(desk.campaigns()) == 1


class TestPuttingAway:
    def test_takes_it_from_the_list_and_back(self, open_page, desk, campaign):
        page = opened(open_page, campaign)
        page.button(key=f"campaign_{campaign.id}_archive").click().run()
        assert f"review_{campaign.id}" not in [button.key for button in page.button]

        listed = open_page("campaigns.py")
        assert "No campaign yet." in spoken(listed)
        listed.toggle(key="campaigns_archived").set_value(True).run()
        listed.button(key=f"campaign_{campaign.id}_open").click().run()
        listed.button(key=f"campaign_{campaign.id}_unarchive").click().run()

        assert not listed.exception
        assert [each.name for each in desk.campaigns()] == ["Reminders"]

    def test_of_what_is_being_sent_is_refused(self, open_page, desk, campaign):
        sent(desk, campaign)
        page = opened(open_page, campaign)

        page.button(key=f"campaign_{campaign.id}_archive").click().run()

        assert "A run of Reminders has not ended." in page.error[0].value


class TestDeleting:
    def test_is_done_after_a_question(self, open_page, desk, campaign):
        page = opened(open_page, campaign)

        page.button(key=f"campaign_{campaign.id}_delete").click().run()
        page.button(key="campaign_delete_sure").click().run()

        assert not page.exception
        with pytest.raises(NotFound):
            desk.campaign("Reminders")

    def test_of_what_was_sent_is_not_offered_and_says_so(self, open_page, desk, campaign):
        sent(desk, campaign)

        button = opened(open_page, campaign).button(key=f"campaign_{campaign.id}_delete")

        assert button.disabled
        assert "Archive it instead." in button.help


class TestBeginningWithAFew:
    def test_is_chosen_before_the_review_and_kept_with_the_run(self, open_page, desk, campaign):
        page = opened(open_page, campaign)
        page.text_input(key=f"text_{campaign.id}_monday").set_value("Tuesday")
        page.number_input(key=f"first_messages_{campaign.id}").set_value(2)
        page.button(key=f"review_{campaign.id}").click().run()

        for box in page.checkbox:
            box.check()
        page.run()
        page.button(key=f"send_{campaign.id}").click().run()

        assert not page.exception
        [run] = desk.runs()
        assert desk.canary(run.run).size == 2
        assert "It begins with 2 messages and looks how they end." in spoken(page)
