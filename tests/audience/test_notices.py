"""What is said beside the numbers of an audience: each thing once, and by how grave it is."""

from dataclasses import replace

from relay_core.audience.resolving.matching import Match
from relay_core.audience.screening.notices import Notice, NoticeKind, notices_about, texts_of
from relay_core.audience.sql.predicates import Predicate

AGE = "People as Zendesk had them just now."
FOUND = Match(
    predicate=Predicate("true"),
    explanation="Everybody.",
    searched=None,
    counted=None,
    complete=True,
    notice=AGE,
)
GAP = "11 of 12 fetched."


class TestNotices:
    def test_of_an_audience_in_order_are_information(self):
        assert notices_about(FOUND, will_receive=5, cap=5) == (Notice(NoticeKind.INFORMATION, AGE),)

    def test_say_a_doubt_about_the_answer_once(self):
        found = replace(FOUND, fetched=GAP, warnings=(GAP,))

        said = notices_about(found, will_receive=5, cap=5)

        assert said == (
            Notice(NoticeKind.INFORMATION, AGE),
            Notice(NoticeKind.WARNING, GAP),
        )

    def test_end_with_what_stops_a_send(self):
        found = replace(FOUND, warnings=(GAP,))

        said = notices_about(found, will_receive=6, cap=5)

        assert [each.kind for each in said] == list(NoticeKind)
        assert "6 people would receive this, and the limit is 5" in said[-1].text

    def test_can_be_had_by_kind(self):
        said = notices_about(replace(FOUND, warnings=(GAP,)), will_receive=6, cap=5)

        assert texts_of(said, NoticeKind.INFORMATION, NoticeKind.WARNING) == (AGE, GAP)
