"""From a new campaign to its first run: making it, reviewing it, sending it once."""

import httpx
import pytest

from relay_core.audience.conditions.definition import ByConditions, ByQuery, BySegment
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.audience.policy import Purpose
from relay_core.audience.screening.reasons import WILL_RECEIVE, Reason
from relay_core.campaigns.bindings import FromField, Static
from relay_core.campaigns.planning import purpose_of
from tests.pages.conftest import whatsapp

READERS = ByConditions(ConditionTree(all=(Condition("tags", Op.HAS_ANY_OF, ("newsletter",)),)))
EVERYBODY = ByConditions(ConditionTree())
NOBODY = ByConditions(ConditionTree(all=(Condition("tags", Op.HAS_ANY_OF, ("no_such",)),)))


@pytest.fixture
def seldom_synced(monkeypatch):
    """Read people again only one by one, just before a send."""
    monkeypatch.setenv("RELAY_PEOPLE_MAX_AGE_S", "86400")


@pytest.fixture
def change_in_zendesk(sandbox_url):
    """Change somebody behind Relay's back, for the time of a test."""
    before = []

    def change(person_id, **what):
        before.append({"id": person_id} | {key: not value for key, value in what.items()})
        people = f"{sandbox_url}/_sandbox/people"
        httpx.post(people, json={"id": person_id} | what).raise_for_status()

    yield change
    httpx.post(f"{sandbox_url}/_sandbox/people", json=before).raise_for_status()


def spoken(page):
    texts = (*page.markdown, *page.caption, *page.text)
    return " ".join(text.value for text in texts).replace("\\", "")


def will_receive(page):
    return next(int(m.value) for m in page.metric if m.label == "Will receive")


class TestNewCampaign:
    def test_is_kept_as_it_was_filled_in(self, open_page, desk, reminder):
        desk.save_segment("Readers", READERS, actor="test")
        page = open_page("new_campaign.py")
        page.text_input(key="new_name").set_value("Reminders")
        page.selectbox(key="new_template").set_value(reminder.id).run()
        page.radio(key=f"new_integration_{reminder.id}").set_value(whatsapp(reminder)).run()
        page.selectbox(key="new_segment").set_value("Readers").run()
        page.selectbox(key=f"new_{reminder.id}_clarice_source").set_value("first_name").run()
        page.selectbox(key=f"new_{reminder.id}_monday_source").set_value("static").run()
        page.text_input(key=f"new_{reminder.id}_clarice_fallback").set_value("there")
        page.number_input(key="new_hold_out").set_value(20)

        page.button(key="create_campaign").click().run()

        assert not page.exception
        made = desk.campaign("Reminders")
        assert made.template.id == reminder.id
        assert made.hold_out == 20
        assert made.integration.type == "whatsapp"
        assert made.definition == BySegment("Readers")
        assert made.bindings == {"clarice": FromField("first_name", "there"), "monday": Static()}

    def test_takes_conditions_and_queries_too(self, open_page, reminder):
        page = open_page("new_campaign.py")
        page.selectbox(key="new_template").set_value(reminder.id).run()

        page.radio(key="new_audience_by").set_value("Conditions").run()
        page.session_state["new_0_tags_texts"] = ["newsletter"]
        page.run()
        assert "People whose tags include newsletter." in spoken(page)
        page.radio(key="new_audience_by").set_value("Zendesk query").run()
        page.text_area(key="new_query").set_value("tags:newsletter").run()
        page.button(key="new_count").click().run()

        assert not page.exception
        assert "Zendesk finds users with the tag “newsletter”." in spoken(page)

    def test_says_all_that_is_still_needed(self, open_page, desk, reminder):
        page = open_page("new_campaign.py")
        page.selectbox(key="new_template").set_value(reminder.id).run()

        page.button(key="create_campaign").click().run()

        said = page.error[0].value
        assert "a name" in said
        assert "an integration" in said
        assert "an audience" in said
        assert "what fills Clarice" in said
        assert not desk.campaigns()

    def test_offers_only_integrations_that_can_send_and_says_why(self, open_page, desk):
        rejected = desk.template("account_notice")
        page = open_page("new_campaign.py")

        page.selectbox(key="new_template").set_value(rejected.id).run()

        offered = page.radio(key=f"new_integration_{rejected.id}").options
        assert len(offered) == len(rejected.integrations) - 1
        assert not any("WhatsApp" in option for option in offered)
        assert "Not available. WhatsApp, WhatsApp Sandbox: Rejected." in spoken(page)

    def test_counts_only_whom_its_channel_reaches(self, open_page, desk, reminder):
        desk.save_segment("Readers", READERS, actor="test")
        sms = next(i for i in reminder.integrations if i.type == "twilio")
        page = open_page("new_campaign.py")
        page.selectbox(key="new_segment").set_value("Readers").run()
        reached_by_some_channel = will_receive(page)

        page.selectbox(key="new_template").set_value(reminder.id).run()
        page.radio(key=f"new_integration_{reminder.id}").set_value(sms.id).run()

        purpose = Purpose(channel="sms", template_id=reminder.id)
        found = desk.preview_audience(BySegment("Readers"), purpose=purpose, rows=0)
        assert will_receive(page) == found.will_receive < reached_by_some_channel


class TestTheList:
    def test_says_how_to_begin(self, open_page):
        page = open_page("campaigns.py")

        assert not page.exception
        assert "No campaign yet." in spoken(page)
        assert page.button(key="campaigns_new").label == "New campaign"

    def test_opens_a_campaign(self, open_page, campaign_for):
        campaign = campaign_for(READERS)
        page = open_page("campaigns.py")
        assert "never sent" in spoken(page)

        page.button(key=f"campaign_{campaign.id}_open").click().run()

        assert not page.exception
        assert page.title[0].value == "Reminders"
        assert "the field First name; where it is empty, “there”" in spoken(page)

    def test_says_that_a_campaign_does_not_exist(self, open_page):
        page = open_page("campaigns.py", campaign="Nothing")

        assert not page.exception
        assert "There is no campaign named Nothing." in page.error[0].value


class TestSending:
    def reviewed(self, open_page, campaign, text="Tuesday"):
        page = open_page("campaigns.py", campaign=campaign.name)
        page.text_input(key=f"text_{campaign.id}_monday").set_value(text)
        return page.button(key=f"review_{campaign.id}").click().run()

    def test_is_reviewed_first(self, open_page, desk, campaign_for):
        campaign = campaign_for(READERS)

        page = self.reviewed(open_page, campaign)

        expected = desk.review("Reminders", static_values={"monday": "Tuesday"})
        assert not page.exception
        assert page.button(key=f"send_{campaign.id}").label == f"Send {expected.total} messages"
        assert len(expected.samples) == 10
        assert all(sample.body in spoken(page) for sample in expected.samples)
        assert "This is a rehearsal." in page.info[0].value
        assert not desk.runs()

    def test_names_a_value_that_is_missing(self, open_page, campaign_for):
        page = self.reviewed(open_page, campaign_for(READERS), text=" ")

        assert not page.exception
        assert "monday has no text" in page.error[0].value

    def test_goes_to_the_run(self, open_page, desk, campaign_for):
        campaign = campaign_for(READERS)
        page = self.reviewed(open_page, campaign)

        page.button(key=f"send_{campaign.id}").click().run()

        assert not page.exception
        [run] = desk.runs()
        assert page.query_params["run"] in (str(run.run), [str(run.run)])
        assert f"Run {run.run}, begun" in spoken(page)

    def test_holds_out_the_share_that_was_chosen_for_this_run(self, open_page, desk, campaign_for):
        campaign = campaign_for(READERS)
        page = open_page("campaigns.py", campaign=campaign.name)
        page.text_input(key=f"text_{campaign.id}_monday").set_value("Tuesday")
        page.number_input(key=f"hold_out_{campaign.id}").set_value(50)

        page.button(key=f"review_{campaign.id}").click().run()
        said = spoken(page) + " ".join(info.value for info in page.info)
        page.button(key=f"send_{campaign.id}").click().run()

        assert not page.exception
        assert "are held out to compare with" in said
        [run] = desk.runs()
        assert run.skipped["held_out"] > 5
        assert "Tickets afterwards" not in [header.value for header in page.header]

    def test_twice_from_one_review_makes_one_run(self, open_page, desk, campaign_for):
        campaign = campaign_for(READERS)
        page = self.reviewed(open_page, campaign)
        reviewed = page.session_state[f"reviewed_{campaign.id}"]
        page.button(key=f"send_{campaign.id}").click().run()

        again = open_page("campaigns.py", campaign=campaign.name)
        again.session_state[f"reviewed_{campaign.id}"] = reviewed
        again.run()
        again.button(key=f"send_{campaign.id}").click().run()

        assert not again.exception
        assert len(desk.runs()) == 1

    def test_is_refused_when_the_audience_changed_after_the_review(
        self, open_page, desk, campaign_for
    ):
        desk.save_segment("Readers", READERS, actor="test")
        campaign = campaign_for(BySegment("Readers"))
        page = self.reviewed(open_page, campaign)
        desk.save_segment("Readers", EVERYBODY, actor="somebody else")

        page.button(key=f"send_{campaign.id}").click().run()

        assert not page.exception
        assert page.error
        assert not desk.runs()

    def test_is_not_offered_when_nobody_would_receive_it(self, open_page, desk, campaign_for):
        campaign = campaign_for(NOBODY)

        page = self.reviewed(open_page, campaign)

        assert page.button(key=f"send_{campaign.id}").disabled
        assert "Nobody would receive this." in page.warning[0].value
        assert not desk.runs()

    def test_waits_until_its_warnings_are_accepted(self, open_page, desk, campaign_for):
        campaign = campaign_for(ByQuery("tags:newsletter tags:vip"))

        page = self.reviewed(open_page, campaign)

        warned = page.session_state[f"reviewed_{campaign.id}"]
        assert warned.review.warnings
        said = page.warning[0].value.replace("\\", "")
        assert all(warning in said for warning in warned.review.warnings)
        assert page.button(key=f"send_{campaign.id}").disabled
        page.checkbox(key=f"accepted_{warned.request_id}").check().run()
        page.button(key=f"send_{campaign.id}").click().run()
        assert not page.exception
        assert len(desk.runs()) == 1

    @pytest.mark.usefixtures("seldom_synced")
    def test_lists_what_changed_in_zendesk_meanwhile(
        self, open_page, desk, campaign_for, change_in_zendesk
    ):
        campaign = campaign_for(READERS)
        people = desk.preview_audience(READERS).people.to_pylist()
        person = next(each for each in people if each["decision"] == WILL_RECEIVE)
        change_in_zendesk(person["id"], suspended=True)

        page = self.reviewed(open_page, campaign)

        assert not page.exception
        assert "1 change in Zendesk since these people were last read" in [
            each.label for each in page.expander
        ]
        [said] = page.session_state[f"reviewed_{campaign.id}"].review.changes
        assert said.startswith(f"{person['name']}: suspended")
        assert said in spoken(page)

    def test_goes_back_to_the_values(self, open_page, campaign_for):
        campaign = campaign_for(ByQuery("tags:newsletter"))
        page = self.reviewed(open_page, campaign)

        page.button(key=f"back_{campaign.id}").click().run()

        assert page.text_input(key=f"text_{campaign.id}_monday").value == "Tuesday"


class TestManagingTheAudience:
    def opened(self, open_page, campaign):
        page = open_page("campaigns.py", campaign=campaign.name)
        page.session_state[f"manage_{campaign.id}"] = True
        return page.run()

    def pasted(self, page, campaign, *people):
        page.radio(key=f"manage_{campaign.id}_by").set_value("Paste").run()
        text = "\n".join(str(person["id"]) for person in people)
        page.text_area(key=f"manage_{campaign.id}_pasted").set_value(text)
        return page.run()

    def decided(self, desk, campaign, decision):
        preview = desk.preview_audience(campaign.definition, purpose=purpose_of(campaign))
        return [each for each in preview.people.to_pylist() if each["decision"] == decision]

    def test_is_folded_until_somebody_opens_it(self, open_page, campaign_for):
        page = open_page("campaigns.py", campaign=campaign_for(READERS).name)

        assert not page.exception
        assert not page.radio

    def test_excludes_people_with_a_reason(self, open_page, desk, campaign_for):
        campaign = campaign_for(READERS)
        person, *_ = self.decided(desk, campaign, WILL_RECEIVE)
        page = self.pasted(self.opened(open_page, campaign), campaign, person)
        page.text_input(key=f"manage_{campaign.id}_why").set_value("on holiday")

        page.button(key=f"manage_{campaign.id}_to_excluded").click().run()

        assert not page.exception
        [made] = desk.choices(campaign_id=campaign.id)
        assert (made.person_id, made.choice, made.reason) == (
            person["id"],
            "excluded",
            "on holiday",
        )
        assert "By hand: 0 included, 1 excluded." in spoken(page)
        assert person in self.excluded(desk, campaign, person)

    def excluded(self, desk, campaign, person):
        now = self.decided(desk, campaign, Reason.EXCLUDED)
        return [person] if person["id"] in {each["id"] for each in now} else []

    def test_moves_the_selected_to_the_other_side(self, open_page, desk, campaign_for):
        campaign = campaign_for(READERS)
        person, *_ = self.decided(desk, campaign, WILL_RECEIVE)
        page = self.pasted(self.opened(open_page, campaign), campaign, person)
        page.button(key=f"manage_{campaign.id}_to_excluded").click().run()

        page.session_state[f"manage_{campaign.id}_excluded_1"] = {
            "selection": {"rows": [0], "columns": [], "cells": []}
        }
        page.run()
        page.text_input(key=f"manage_{campaign.id}_why").set_value("back from holiday")
        page.button(key=f"manage_{campaign.id}_to_included").click().run()

        assert not page.exception
        [made] = desk.choices(campaign_id=campaign.id)
        assert (made.person_id, made.choice) == (person["id"], "included")

    def test_takes_a_decision_back(self, open_page, desk, campaign_for):
        campaign = campaign_for(READERS)
        person, *_ = self.decided(desk, campaign, WILL_RECEIVE)
        page = self.pasted(self.opened(open_page, campaign), campaign, person)
        page.button(key=f"manage_{campaign.id}_to_excluded").click().run()
        page = self.pasted(page, campaign, person)

        page.button(key=f"manage_{campaign.id}_release").click().run()

        assert not page.exception
        assert not desk.choices(campaign_id=campaign.id)

    def test_never_overrides_an_opt_out(self, open_page, desk, campaign_for):
        campaign = campaign_for(EVERYBODY)
        person, *_ = self.decided(desk, campaign, Reason.OPTED_OUT)
        page = self.pasted(self.opened(open_page, campaign), campaign, person)
        page.text_input(key=f"manage_{campaign.id}_why").set_value("they will not mind")

        page.button(key=f"manage_{campaign.id}_to_included").click().run()

        assert not page.exception
        assert "Nobody was moved" in page.error[0].value
        assert "Opted out" in page.error[0].value
        assert not desk.choices(campaign_id=campaign.id)
        assert page.text_input(key=f"manage_{campaign.id}_why").value == "they will not mind"

    def test_asks_for_a_new_review(self, open_page, desk, campaign_for):
        campaign = campaign_for(READERS)
        person, *_ = self.decided(desk, campaign, WILL_RECEIVE)
        page = self.opened(open_page, campaign)
        page.text_input(key=f"text_{campaign.id}_monday").set_value("Tuesday")
        page.button(key=f"review_{campaign.id}").click().run()
        page = self.pasted(page, campaign, person)

        page.button(key=f"manage_{campaign.id}_to_excluded").click().run()

        assert not page.exception
        assert page.button(key=f"review_{campaign.id}")
