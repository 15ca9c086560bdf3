"""A run and its report: figures that agree with the file, and what a person may do."""

from datetime import UTC, datetime, timedelta

import pytest

from relay_core.audience.conditions.definition import ByConditions
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.delivery.states import RunState
from relay_core.gateways.outcomes import Rejected
from relay_core.reports.narrowing import Part, Period, Side, Took
from relay_core.reports.people_behind import Group
from relay_core.reports.periods import edges, happened_within
from tests.reports.story import send

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def fast_lane(monkeypatch):
    """Nobody waits for the pace here; it has tests of its own."""
    monkeypatch.setenv("RELAY_SUNCO_PACE", "50")


@pytest.fixture
def few(desk):
    """An audience that is small enough to wait for."""
    tree = ConditionTree(all=(Condition("tags", Op.HAS_ANY_OF, ("city_paris",)),))
    preview = desk.preview_audience(ByConditions(tree))
    assert 3 < preview.will_receive < min(preview.matched, 10)
    return ByConditions(tree)


@pytest.fixture
def run_of(desk):
    """Plan a run of a fresh campaign for an audience; nothing sends it yet."""

    def sent(definition):
        template = desk.template("fault_found")
        integration = next(s.id for s in template.integrations if s.type == "whatsapp")
        desk.create_campaign(
            "Faults",
            template_id=template.id,
            integration_id=integration,
            definition=definition,
            bindings={},
            actor="test",
        )
        return desk.send("Faults", static_values={}, request_id="one", actor="test").run

    return sent


@pytest.fixture
def finished(few, run_of, desk, eventually):
    """A run that was really sent."""
    run = run_of(few)
    desk.start_sending(own_url=NOWHERE)
    eventually(lambda: desk.run(run).state is RunState.FINISHED)
    return run


@pytest.fixture
def told(desk, few, run_of):
    """A run whose messages left a second apart, and took 2 or 42 seconds to the phone."""
    run = run_of(few)
    first = datetime.now(UTC)
    for number in range(desk.run(run).planned):
        begun = first + timedelta(seconds=number)
        send(
            desk._database,  # noqa: SLF001 - what happened is put into the file
            begun=begun,
            lane=desk.run(run).integration_id,
        ).delivered(happened=begun + timedelta(seconds=2 + 40 * (number % 2)))
    return run


def metrics(page):
    return {metric.label: int(metric.value) for metric in page.metric}


def spoken(page):
    return " ".join(text.value for text in (*page.markdown, *page.caption)).replace("\\", "")


class TestARun:
    def test_shows_its_figures_while_it_waits(self, open_page, desk, few, run_of):
        run = run_of(few)

        page = open_page("run.py", run=str(run))

        status = desk.run(run)
        assert not page.exception
        assert page.title[0].value == "Faults"
        assert metrics(page)["Waiting"] == status.planned
        assert "left. As of" in spoken(page)
        assert f"{sum(status.skipped.values())} people were matched" in spoken(page)

    def test_is_paused_and_resumed(self, open_page, desk, few, run_of):
        run = run_of(few)
        page = open_page("run.py", run=str(run))

        page.button(key=f"run_{run}_pause").click().run()
        paused = desk.run(run).state
        page.button(key=f"run_{run}_resume").click().run()

        assert not page.exception
        assert paused is RunState.PAUSED
        assert desk.run(run).state is RunState.RUNNING

    def test_is_cancelled_only_after_a_question(self, open_page, desk, few, run_of):
        run = run_of(few)
        page = open_page("run.py", run=str(run))

        page.button(key=f"run_{run}_cancel").click().run()
        asked = desk.run(run).state
        page.button(key="run_cancel").click().run()

        assert not page.exception
        assert asked is RunState.RUNNING
        assert desk.run(run).state is RunState.CANCELLED
        assert "cancelled before" in spoken(page)

    def test_says_why_it_cannot_be_paused_any_more(self, open_page, desk, few, run_of):
        run = run_of(few)
        page = open_page("run.py", run=str(run))
        desk.cancel_run(run, actor="somebody else")

        page.button(key=f"run_{run}_pause").click().run()

        assert not page.exception
        assert "it cannot become paused" in page.error[0].value

    def test_offers_no_change_when_it_is_over(self, open_page, finished):
        page = open_page("run.py", run=str(finished))

        assert not page.exception
        assert not {button.key for button in page.button} & {
            f"run_{finished}_{deed}" for deed in ("pause", "resume", "cancel")
        }
        assert "Ended" in spoken(page)

    @pytest.mark.parametrize("asked", ["999", "²", "x", ""])
    def test_that_does_not_exist_is_said_and_not_an_error(self, asked, open_page):
        page = open_page("run.py", run=asked)

        assert not page.exception
        assert page.error or page.title[0].value == "Run"


class TestReports:
    def test_say_how_to_begin(self, open_page):
        page = open_page("reports.py")

        assert not page.exception
        assert "Nothing was sent yet" in spoken(page)

    def test_list_every_run_and_open_one(self, open_page, finished):
        page = open_page("reports.py")
        assert list(page.dataframe[0].value["Campaign"]) == ["Faults"]

        page.selectbox(key="reports_run").set_value(finished).run()

        assert not page.exception
        assert page.title[0].value == "Faults"

    def test_show_many_runs_at_once(self, open_page, desk, finished):
        page = open_page("reports.py", view="Campaigns")
        sent = list(page.dataframe[0].value["Sent"])
        shown = [page]
        for view in ("Over time", "Templates", "Integrations", "Contact pressure"):
            page.radio(key="reports_view").set_value(view).run()
            assert not page.exception, view
            shown.append(page.dataframe[0].value)

        report = desk.report(finished)
        assert sent == [report.sent]
        assert sum(shown[1]["Sent"]) == report.sent
        assert len(shown[4]) == report.accepted
        assert all("…" in phone for phone in shown[4]["Phone"])

    def test_show_the_figures_of_the_file(self, open_page, desk, finished):
        page = open_page("reports.py", run=str(finished))

        report = desk.report(finished)
        assert not page.exception
        shown = metrics(page)
        assert report.planned > 3
        assert shown == {
            "Planned": report.planned,
            "Sent": report.sent,
            "Delivered": report.delivered,
            "Replied": report.replied,
            "Failed": report.failed,
            "Unknown": report.unknown,
        }

    def test_show_the_people_behind_a_number(self, open_page, desk, finished):
        page = open_page("reports.py", run=str(finished))

        page.selectbox(key="report_group_0").set_value(Group.SKIPPED).run()

        assert not page.exception
        people = page.dataframe[-1].value
        assert len(people) == sum(desk.run(finished).skipped.values())
        assert set(people["Reason"]) == {s.label for s in desk.report(finished).skipped}

    def test_show_those_left_out_for_one_reason(self, open_page, desk, finished):
        skipped = desk.report(finished).skipped[0]
        page = open_page("reports.py", run=str(finished))
        page.selectbox(key="report_group_0").set_value(Group.SKIPPED).run()

        page.selectbox(key=f"report_detail_{Group.SKIPPED}_0").set_value(skipped.reason).run()

        assert set(page.dataframe[-1].value["Reason"]) == {skipped.label}

    def test_name_groups_without_figures_that_change_while_the_run_goes_on(
        self, open_page, finished
    ):
        page = open_page("reports.py", run=str(finished))

        offered = page.selectbox(key="report_group_0").options
        assert {"Planned", "Sent"} <= set(offered)
        assert not any(letter.isdigit() for label in offered for letter in label)

    def test_show_those_of_one_country(self, open_page, desk, finished):
        page = open_page("reports.py", run=str(finished))
        country = desk.report(finished).by_country[0]

        page.session_state[f"report_narrowed_{finished}"] = Part(Side.COUNTRY, country.key)
        page.run()
        shown = len(page.dataframe[-1].value)
        page.button(key="report_part_away").click().run()

        assert not page.exception
        assert shown == country.planned
        assert len(page.dataframe[-1].value) == desk.report(finished).planned

    def test_show_one_period_its_figures_and_its_people_until_it_is_cleared(
        self, open_page, desk, told
    ):
        page = open_page("reports.py", run=str(told))
        over_time = desk.report(told).timeline
        ends = edges(over_time)

        page.selectbox(key="report_until_0_0").set_value(ends[2]).run()
        found = happened_within(over_time, Period(ends[0], ends[2]))
        shown = metrics(page)
        people = len(page.dataframe[-1].value)
        page.button(key="report_period_away").click().run()

        assert not page.exception
        assert 0 < found.sent < desk.report(told).sent
        assert (shown["Sent then"], shown["Delivered then"]) == (found.sent, found.delivered)
        assert people == found.sent
        assert "Sent then" not in metrics(page)
        assert len(page.dataframe[-1].value) == desk.report(told).sent

    def test_show_those_of_a_bar_of_how_long_it_took(self, open_page, desk, told):
        first = desk.report(told).delivery_times.bins[0]
        page = open_page("reports.py", run=str(told))

        page.session_state["report_group"] = Group.DELIVERED
        page.session_state[f"report_narrowed_{told}"] = Took(first.above_s, first.up_to_s)
        page.run()

        assert not page.exception
        assert 0 < len(page.dataframe[-1].value) == first.messages < desk.run(told).planned

    def test_say_how_sure_a_share_is_and_what_it_cost(self, open_page, desk, finished):
        page = open_page("reports.py", run=str(finished))

        of_sent = desk.report(finished).funnel[2].of_sent
        assert f"Delivered: **{of_sent.share:.1%} ({of_sent.low:.1%} to" in spoken(page)
        assert "Planned: **" in spoken(page)
        assert "as of" in spoken(page)

    def test_say_what_was_frozen_to_whoever_opens_it(self, open_page, finished):
        page = open_page("reports.py", run=str(finished))
        before = spoken(page)

        page.session_state["report_past"] = True
        page.run()

        assert "Made by test." not in before
        assert "Made by test." in spoken(page)

    def test_block_those_whom_another_message_would_only_bother(self, open_page, desk, few, run_of):
        run = run_of(few)
        people = desk.run(run).planned
        refused = Rejected("131050", "User opted out")
        for _ in range(people):
            send(
                desk._database,  # noqa: SLF001 - what happened is put into the file
                refused,
                begun=datetime.now(UTC),
                lane=desk.run(run).integration_id,
            )
        page = open_page("reports.py", run=str(run))

        page.button(key="report_block_131050").click().run()
        before = desk.choices(campaign_id=None)
        page.button(key="report_block").click().run()

        assert not page.exception
        assert "Permanent" in spoken(page)
        blocked = desk.choices(campaign_id=None)
        assert before == []
        assert len(blocked) == people
        assert blocked[0].reason == f"Opted out of marketing (131050) in run {run}"

    def test_wait_for_the_tickets_of_three_days(self, open_page, desk, finished):
        page = open_page("reports.py", run=str(finished))

        assert not page.exception
        assert "Tickets afterwards" in [header.value for header in page.header]
        assert "Too early: 72 hours are over on" in spoken(page)
        figures = next(each.value for each in page.dataframe if "Within" in each.value)
        assert list(figures["Of"])[:2] == ["Recipients", "Recipients"]
        assert desk.report(finished).outcome.windows[-1].held_out is None

    def test_tell_what_zendesk_says_of_an_answer_from_what_the_time_does(
        self, open_page, desk, few, run_of
    ):
        run, database, now = run_of(few), desk._database, datetime.now(UTC)  # noqa: SLF001 - as above
        for _ in range(2):
            send(database, begun=now, lane=desk.run(run).integration_id).delivered(
                happened=now
            ).replied("Thanks", heard=now)
        database.table(
            "INSERT INTO opened_tickets SELECT id, person_id, begun_at, 'whatsapp', true"
            " FROM deliveries WHERE begun_at IS NOT NULL"
        )
        database.table(
            "UPDATE replies SET ticket_id = delivery_id"
            " WHERE delivery_id = (SELECT min(id) FROM opened_tickets)"
        )
        page = open_page("reports.py", run=str(run))

        page.session_state["report_outcome"] = {"selection": {"rows": [2]}}
        page.run()

        assert not page.exception
        assert "where not certain, only the time says so" in spoken(page)
        tickets = next(each.value for each in page.dataframe if "Certain" in each.value)
        assert sorted(tickets["Certain"]) == [False, True]

    def test_mask_phone_numbers(self, open_page, finished):
        page = open_page("reports.py", run=str(finished))

        assert all("…" in phone for phone in page.dataframe[-1].value["Phone"])

    def test_say_that_a_run_does_not_exist(self, open_page):
        page = open_page("reports.py", run="999")

        assert not page.exception
        assert "There is no run 999." in page.error[0].value
