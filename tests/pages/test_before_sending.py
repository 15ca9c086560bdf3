"""What stands before a send: a test to oneself, when messages leave, and a second person's word."""

import pytest

from relay_core.campaigns.kinds import RunKind
from relay_core.delivery.states import RunState
from tests.campaigns.office import VALUES, people
from tests.pages.spoken import spoken

NOWHERE = "http://127.0.0.1:9"
MINE = "+31612345678"
ME = "single user"


@pytest.fixture
def campaign(campaign_for):
    """A campaign to three people."""
    return campaign_for(people(3))


def reviewed(open_page, campaign):
    page = open_page("campaigns.py", campaign=campaign.name)
    page.text_input(key=f"text_{campaign.id}_monday").set_value("Tuesday")
    return page.button(key=f"review_{campaign.id}").click().run()


def with_test(page, campaign, phone=MINE):
    page.text_input(key=f"test_{campaign.id}_phone").set_value(phone)
    return page.button(key=f"test_{campaign.id}_send").click().run()


def departures(page):
    tables = [each.value for each in page.dataframe]
    return [table for table in tables if "Wait then" in table]


class TestTheRules:
    def test_are_said_with_the_messages(self, open_page, campaign):
        page = reviewed(open_page, campaign)

        assert "Numbers without + are read as numbers of US." in spoken(page)
        assert "Everybody in the audience counts as having agreed." in spoken(page)
        assert not page.button(key=f"send_{campaign.id}").disabled

    def test_that_nobody_has_stated_hold_up_the_press_and_lead_to_setup(
        self, open_page, desk, campaign
    ):
        as_account = {"zendesk_subdomain": "acme", "zendesk_url": desk.settings.sandbox_url}
        as_account |= {"sandbox_url": None, "zendesk_email": "admin@sandbox.example"}
        assert desk.doctor()  # opens its connections to the sandbox
        desk.settings = desk.settings.model_copy(update=as_account)

        page = reviewed(open_page, campaign)

        assert not page.exception
        assert "Nobody has stated where numbers without + belong nor who agreed" in spoken(page)
        assert "counts as having agreed" not in spoken(page)
        assert "Open Setup" in {link.proto.label for link in page.get("page_link")}
        assert page.button(key=f"send_{campaign.id}").disabled


class TestATestToOneself:
    def test_goes_to_the_number_that_was_typed_and_keeps_it(self, open_page, desk, campaign):
        page = with_test(reviewed(open_page, campaign), campaign)

        assert not page.exception
        [run] = desk.runs(tests=True)
        assert (run.kind, run.planned, run.created_by) == (RunKind.TEST, 1, ME)
        assert "The test is on its way" in spoken(page)
        again = reviewed(open_page, campaign)
        assert again.text_input(key=f"test_{campaign.id}_phone").value == MINE

    def test_without_a_number_says_what_to_do(self, open_page, desk, campaign):
        page = with_test(reviewed(open_page, campaign), campaign, phone="call me")

        assert not page.exception
        assert "which number the test goes to" in spoken(page)
        assert not desk.runs(tests=True)

    def test_that_is_required_lets_the_campaign_be_sent(
        self, open_page, desk, campaign, eventually
    ):
        desk.settings = desk.settings.model_copy(update={"test_required": True})
        page = reviewed(open_page, campaign)
        assert page.button(key=f"send_{campaign.id}").disabled
        assert "Send a test of this campaign to your own number first" in spoken(page)

        with_test(page, campaign)
        desk.start_sending(own_url=NOWHERE)
        eventually(lambda: desk.untested(campaign.name) is None)
        page.run()

        assert not page.exception
        assert not page.button(key=f"send_{campaign.id}").disabled
        assert "took the test" in page.success[0].value


class TestWhenMessagesLeave:
    def test_is_one_sentence_where_nothing_waits(self, open_page, campaign):
        page = reviewed(open_page, campaign)

        assert "the last message leaves about" in spoken(page)
        assert not departures(page)

    def test_is_a_table_where_something_waits(self, open_page, desk, campaign):
        desk.settings = desk.settings.model_copy(update={"daily_quota": 2})

        page = reviewed(open_page, campaign)

        assert not page.exception
        [table] = departures(page)
        assert list(table["Leave"]) == [2, 1]
        assert table["Wait then"][0] == 1
        assert "limit for today is reached" in table["Why"][0]


class TestApproval:
    @pytest.fixture(autouse=True)
    def _needed(self, desk):
        desk.settings = desk.settings.model_copy(update={"approval_above": 2})

    @pytest.fixture
    def waiting(self, desk, campaign):
        """A run that somebody else asks to let leave."""
        return desk.send(campaign.name, static_values=VALUES, request_id="one", actor="anna").run

    def test_is_asked_for_instead_of_sending(self, open_page, desk, campaign):
        page = reviewed(open_page, campaign)
        assert page.button(key=f"send_{campaign.id}").label == "Ask for approval of 3 messages"

        page.button(key=f"send_{campaign.id}").click().run()

        assert not page.exception
        [run] = desk.runs()
        assert (run.state, run.created_by) == (RunState.AWAITING, ME)
        assert "You asked for this." in page.info[0].value
        assert f"approval_{run.run}_approve" not in [button.key for button in page.button]
        page.button(key=f"approval_{run.run}_withdraw").click().run()
        assert desk.run(run.run).state is RunState.CANCELLED

    def test_shows_what_its_maker_saw_and_lets_it_leave(self, open_page, desk, waiting):
        page = open_page("run.py", run=str(waiting))
        samples = desk.review_frozen(waiting).review.samples
        texts = [text.value for text in page.text]
        assert all(sample.body in texts for sample in samples)
        assert "anna asks for approval" in page.info[0].value

        page.button(key=f"approval_{waiting}_approve").click().run()

        assert not page.exception
        approved = desk.run(waiting)
        assert (approved.state, approved.approved_by) == (RunState.RUNNING, ME)

    def test_says_why_it_is_void(self, open_page, desk, waiting):
        desk.settings = desk.settings.model_copy(update={"blackout_days": 7})

        page = open_page("run.py", run=str(waiting))

        assert page.button(key=f"approval_{waiting}_approve").disabled
        assert "RELAY\\_BLACKOUT\\_DAYS has changed" in page.error[0].value

    def test_says_why_it_became_void_while_somebody_looked(self, open_page, desk, waiting):
        page = open_page("run.py", run=str(waiting))
        desk.settings = desk.settings.model_copy(update={"blackout_days": 7})

        page.button(key=f"approval_{waiting}_approve").click().run()

        assert not page.exception
        assert desk.run(waiting).state is RunState.AWAITING
        assert "RELAY_BLACKOUT_DAYS has changed" in page.error[0].value.replace("\\", "")
        assert page.button(key=f"approval_{waiting}_approve").disabled

    def test_is_refused_with_a_reason(self, open_page, desk, waiting):
        page = open_page("run.py", run=str(waiting))

        page.button(key=f"approval_{waiting}_reject").click().run()
        page.text_input(key="reject_reason").set_value("wrong week")
        page.button(key="reject_sure").click().run()

        assert not page.exception
        assert desk.run(waiting).note == f"Rejected by {ME}: wrong week"
