"""The rows behind a number."""

from itertools import pairwise

import pytest

from relay_core.gateways.outcomes import OutcomeUnknown
from relay_core.reports.narrowing import Part, Period, Side, Took
from relay_core.reports.people_behind import Group, people_behind
from relay_core.reports.periods import edges
from relay_core.reports.run_report import run_report
from tests.delivery.world import phone, planned_run
from tests.reports.story import at, leave_out, send

COLUMNS = [
    "delivery_id",
    "person_id",
    "name",
    "phone",
    "state",
    "code",
    "reason",
    "attempts",
    "sent_at",
    "delivered_at",
    "reply",
]


@pytest.fixture
def run_id(db):
    number = planned_run(db, people=6)
    leave_out(db, number, (90, "Zoe", "no_phone"), (91, "Yan", "staff"))
    sent = send(db, begun=at(0)).delivered(happened=at(2))
    sent.replied("Thanks", heard=at(30)).replied("See you", heard=at(40))
    send(db, begun=at(1))
    send(db, begun=at(2)).failed("(#131026) Message undeliverable", happened=at(3))
    send(db, begun=at(3)).failed("(#131049) Not delivered", happened=at(4))
    send(db, OutcomeUnknown("ReadTimeout"), begun=at(4))
    return number


def names(db, run_id, group, detail=None):
    table = people_behind(db, run_id, group=group, detail=detail, show_phones=False)
    return table["name"].to_pylist()


class TestPeopleBehind:
    @pytest.mark.parametrize("group", list(Group))
    def test_a_figure_are_as_many_as_it_says(self, db, run_id, group):
        report = run_report(db, run_id, now=at(99))

        people = people_behind(db, run_id, group=group, show_phones=False)

        skipped = sum(s.people for s in report.skipped)
        assert people.num_rows == (skipped if group == "skipped" else getattr(report, group))
        assert people.column_names == COLUMNS

    @pytest.mark.parametrize("step", [0, 1, 2, 3])
    def test_a_step_of_the_funnel_bear_its_name(self, db, run_id, step):
        funnel = run_report(db, run_id, now=at(99)).funnel[step]

        assert len(names(db, run_id, Group(funnel.step))) == funnel.messages

    def test_a_failure_code_are_those_it_was_counted_from(self, db, run_id):
        assert names(db, run_id, Group.FAILED, "131026") == ["Person 2"]
        assert names(db, run_id, Group.UNKNOWN, "ReadTimeout") == ["Person 4"]
        assert names(db, run_id, Group.FAILED, "nonsense") == []

    def test_a_country_or_language_are_those_it_was_counted_from(self, db, run_id):
        def of(side, key):
            part = Part(side, key)
            return people_behind(
                db, run_id, group=Group.PLANNED, narrowed=part, show_phones=False
            ).num_rows

        assert (of(Side.COUNTRY, "NL"), of(Side.LANGUAGE, "nl")) == (6, 6)
        assert (of(Side.COUNTRY, "DE"), of(Side.COUNTRY, None), of(Side.LANGUAGE, "NL")) == (
            0,
            0,
            0,
        )

    @pytest.mark.parametrize("group", ["sent", "delivered", "failed", "replied"])
    def test_a_step_of_time_are_as_many_as_the_chart_shows(self, db, run_id, group):
        over_time = run_report(db, run_id, now=at(99)).timeline
        ends = edges(over_time)

        shown = [
            people_behind(
                db, run_id, group=Group(group), narrowed=Period(*step), show_phones=False
            ).num_rows
            for step in pairwise(ends)
        ]

        assert shown == [getattr(bucket, group) for bucket in over_time.buckets]
        assert sum(shown) == len(names(db, run_id, Group(group))) > 0

    @pytest.mark.parametrize("group", [Group.DELIVERED, Group.REPLIED])
    def test_a_time_that_it_took_are_as_many_as_the_chart_shows(self, db, run_id, group):
        report = run_report(db, run_id, now=at(99))
        times = report.delivery_times if group is Group.DELIVERED else report.reply_times

        shown = [
            people_behind(
                db,
                run_id,
                group=group,
                narrowed=Took(each.above_s, each.up_to_s),
                show_phones=False,
            ).num_rows
            for each in times.bins
        ]

        assert shown == [each.messages for each in times.bins]
        assert sum(shown) == len(names(db, run_id, group)) > 0

    def test_a_group_that_nothing_happened_to_are_told_apart_by_their_request(self, db, run_id):
        asked = Period(at(3), at(5))

        people = people_behind(db, run_id, group=Group.PLANNED, narrowed=asked, show_phones=False)

        assert people["name"].to_pylist() == ["Person 3", "Person 4"]

    def test_a_reason_of_skipping_are_those_left_out_for_it(self, db, run_id):
        people = people_behind(
            db, run_id, group=Group.SKIPPED, detail="no_phone", show_phones=False
        )

        assert people.select(["name", "state", "code", "reason"]).to_pylist() == [
            {"name": "Zoe", "state": "skipped", "code": "no_phone", "reason": "No phone number"}
        ]

    def test_a_reply_show_what_they_wrote_and_when(self, db, run_id):
        [person] = people_behind(db, run_id, group=Group.REPLIED, show_phones=False).to_pylist()

        assert person["reply"] == "Thanks / See you"
        assert (person["sent_at"], person["delivered_at"]) == (at(0), at(2))

    def test_a_run_without_anybody_are_nobody(self, db):
        empty = planned_run(db, people=0)

        for group in Group:
            assert people_behind(db, empty, group=group, show_phones=True).num_rows == 0


class TestAPhoneNumber:
    def test_is_masked_unless_asked_for(self, db, run_id):
        masked = people_behind(db, run_id, group=Group.DELIVERED, show_phones=False)
        whole = people_behind(db, run_id, group=Group.DELIVERED, show_phones=True)

        assert masked["phone"].to_pylist() == ["+31…00"]
        assert whole["phone"].to_pylist() == [phone(0)]

    def test_does_not_hide_in_the_vendors_reason(self, db):
        run_id = planned_run(db, people=1)
        send(db, begun=at(0)).failed(f"{phone(0)} is not valid", happened=at(1), code="21211")

        [person] = people_behind(db, run_id, group=Group.FAILED, show_phones=False).to_pylist()

        assert person["reason"] == "… is not valid"
