"""Sending later on the pages: promised after a look, held with the reason, sent or skipped."""

from datetime import date, time, timedelta

import pytest

from relay_core.audience.conditions.definition import ByQuery
from relay_core.campaigns.bindings import FromField, Static
from relay_core.campaigns.moments import Repeat
from relay_core.campaigns.schedules import ScheduleState, Wanted
from tests.pages.spoken import spoken

NEXT_YEAR = date.today().year + 1  # noqa: DTZ011 - any day of it is to come


@pytest.fixture
def campaign(desk):
    template = desk.template("appointment_reminder")
    return desk.create_campaign(
        "Reminders",
        template_id=template.id,
        integration_id=next(s.id for s in template.integrations if s.type == "whatsapp"),
        definition=ByQuery("tags:vip"),
        bindings={"clarice": FromField("first_name", "there"), "monday": Static()},
        actor="anna",
    )


@pytest.fixture
def held(desk, campaign):
    """A weekly schedule whose first time was missed by two hours."""
    now = desk._now()  # noqa: SLF001 - the same clock
    desk._now = lambda: now - timedelta(hours=3)  # noqa: SLF001 - when it was made
    at = (now - timedelta(hours=2)).replace(second=0, microsecond=0, tzinfo=None)
    wanted = Wanted(
        at=at, zone="UTC", repeat=Repeat.WEEKLY, static_values={"monday": "{{weekday}}"}
    )
    made = desk.schedule_campaign(campaign.name, wanted, actor="anna")
    desk._now = lambda: now  # noqa: SLF001 - the same clock
    desk._fire_due()  # noqa: SLF001 - the alarm's own deed
    return desk.schedule(made.id)


def read(page):
    """Return what a person reads on a page."""
    aside = " ".join(each.value for each in (*page.info, *page.text))
    return f"{spoken(page)} {aside}".replace("\\", "")


class TestSendingLater:
    def test_is_promised_after_a_look_at_it(self, open_page, desk, campaign):
        prefix = f"schedule_{campaign.id}"
        page = open_page("campaigns.py", campaign=campaign.name)
        page.session_state[f"{prefix}_section"] = True
        page.run()
        page.date_input(key=f"{prefix}_day").set_value(date(NEXT_YEAR, 1, 31))
        page.time_input(key=f"{prefix}_time").set_value(time(9, 30))
        page.selectbox(key=f"{prefix}_zone").set_value("Europe/Amsterdam")
        page.segmented_control(key=f"{prefix}_often").set_value("Every month")
        page.text_input(key=f"{prefix}_text_monday").set_value("{{moon}}")

        page.button(key=f"{prefix}_look").click().run()
        refused = page.error[0].value.replace("\\", "")
        page.text_input(key=f"{prefix}_text_monday").set_value("{{month}}")
        page.button(key=f"{prefix}_look").click().run()
        said = read(page)
        nothing_yet = desk.schedules()
        page.button(key=f"{prefix}_promise").click().run()

        assert not page.exception
        assert "{{weekday}}" in refused
        assert "your appointment is on January." in said
        assert "on their last day" in said
        assert nothing_yet == []
        [made] = desk.schedules()
        assert (made.wanted.repeat, made.wanted.zone) == (Repeat.MONTHLY, "Europe/Amsterdam")
        assert made.wanted.static_values == {"monday": "{{month}}"}
        assert f"31 Jan {NEXT_YEAR}, 09:30 (Europe/Amsterdam)" in read(page)


class TestWhatIsHeld:
    def test_is_told_on_home_and_in_the_list_of_campaigns(self, open_page, held):
        home = read(open_page("home.py"))
        listed = read(open_page("campaigns.py"))

        assert "Reminders was not sent as scheduled" in home
        assert held.note in home
        assert "Every week; held, was due" in listed

    def test_is_sent_after_a_look_at_it(self, open_page, desk, campaign, held):
        page = open_page("campaigns.py", campaign=campaign.name)
        page.button(key=f"schedule_{held.id}_fire").click().run()

        page.button(key=f"fire_{held.id}_look").click().run()
        page.button(key=f"schedule_{held.id}_fire").click().run()
        send = page.button(key=f"fire_{held.id}_send")
        send.click().run()

        assert not page.exception
        [run] = desk.runs()
        assert send.label == f"Send {run.planned} messages"
        after = desk.schedule(held.id)
        assert (after.state, after.last_run) == (ScheduleState.WAITING, run.run)

    def test_is_skipped_or_cancelled(self, open_page, desk, campaign, held):
        page = open_page("campaigns.py", campaign=campaign.name)

        page.button(key=f"schedule_{held.id}_skip").click().run()
        skipped = desk.schedule(held.id)
        page.button(key=f"schedule_{held.id}_cancel").click().run()
        page.button(key=f"cancel_schedule_{held.id}").click().run()

        assert not page.exception
        assert skipped.next_at == held.next_at + timedelta(days=7)
        assert desk.schedule(held.id).state is ScheduleState.CANCELLED
        assert desk.runs() == []
