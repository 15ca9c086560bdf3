"""Everybody whom queries find, page by page, also when it is interrupted."""

import pytest

from relay_core.audience.resolving.answering import answer_of
from relay_core.audience.resolving.gathering import Gathering
from relay_core.errors import AudienceTooLarge, CursorExpired, GatewayError
from relay_core.gateways.reader import Waits
from relay_core.gateways.zendesk_records import SearchPage


class Shelf:
    """Zendesk's search over lists of ids by query, in pages of two."""

    waits = Waits()

    def __init__(self, **found):
        self.found = found
        self.asked = []
        self.expired = 0

    def count_users(self, query):
        self.asked.append(f"count {query}")
        return len(self.found[query])

    def export_page(self, query, next_url):
        self.asked.append(f"{query} from {next_url or 0}")
        if next_url and self.expired:
            self.expired -= 1
            raise CursorExpired("expired", advice="Begin again.")
        start = int(next_url or 0)
        ids = self.found[query]
        moment = "2026-01-01T00:00:00Z"
        return SearchPage.model_validate(
            {
                "results": [
                    {"id": id_, "created_at": moment, "updated_at": moment}
                    for id_ in ids[start : start + 2]
                ],
                "meta": {"has_more": start + 2 < len(ids)},
                "links": {"next": str(start + 2)},
            }
        )


def go_on(gathering, shelf, **chosen):
    return gathering.go_on(shelf, **{"cap": 100, "keep": lambda _: None, **chosen})


class TestSeveralQueries:
    def test_give_each_person_once(self):
        gathering = Gathering(["vip", "gold"])

        assert go_on(gathering, Shelf(vip=[1, 2, 3], gold=[3, 4]))

        answer = answer_of(gathering)
        assert answer.people == {1, 2, 3, 4}
        assert (answer.fetched, answer.counted, answer.complete) == (5, 5, True)
        assert answer.sentence == "5 of 5 fetched. 2 queries found them: 4 different people."

    def test_are_all_counted_before_anything_is_fetched(self):
        shelf = Shelf(vip=[1], gold=[2, 3, 4])

        with pytest.raises(AudienceTooLarge):
            go_on(Gathering(["vip", "gold"]), shelf, cap=2)

        assert shelf.asked == ["count vip", "count gold"]

    def test_together_may_not_find_more_than_the_limit(self):
        with pytest.raises(AudienceTooLarge) as caught:
            go_on(Gathering(["vip", "gold"]), Shelf(vip=[1, 2], gold=[3, 4]), cap=3)

        assert "These are 4 people, and the limit is 3." in caught.value.advice

    def test_that_find_more_than_is_wanted_say_so_over_the_limit(self):
        with pytest.raises(AudienceTooLarge) as caught:
            go_on(Gathering(["vip"], is_wider=True), Shelf(vip=[1, 2, 3]), cap=2)

        assert "Zendesk finds 3 people, of whom Relay would keep those" in caught.value.advice


class TestStopping:
    def test_keeps_what_was_read_and_goes_on_behind_it(self):
        shelf, gathering = Shelf(vip=[1, 2, 3, 4, 5]), Gathering(["vip"])
        stopped = go_on(gathering, shelf, watch=lambda so_far: so_far.fetched < 2)

        done = go_on(gathering, shelf)

        assert (stopped, done) == (False, True)
        assert shelf.asked == ["count vip", "vip from 0", "vip from 2", "vip from 4"]
        assert answer_of(gathering).people == {1, 2, 3, 4, 5}

    def test_by_an_error_does_the_same(self):
        shelf, gathering = Shelf(vip=[1, 2, 3]), Gathering(["vip"])

        def full(_):
            raise OSError("disk full")

        with pytest.raises(OSError, match="disk full"):
            go_on(gathering, shelf, keep=full)
        go_on(gathering, shelf)

        assert shelf.asked == ["count vip", "vip from 0", "vip from 0", "vip from 2"]
        assert answer_of(gathering).complete


class TestACursorThatExpired:
    def test_reads_its_query_again_and_says_so(self):
        shelf, gathering = Shelf(vip=[1, 2, 3], gold=[4]), Gathering(["vip", "gold"])
        shelf.expired = 1

        go_on(gathering, shelf)

        assert shelf.asked[2:] == [
            "vip from 0",
            "vip from 2",
            "vip from 0",
            "vip from 2",
            "gold from 0",
        ]
        assert answer_of(gathering).complete
        assert gathering.gathered().restarts == 1
        assert "query 1 of 2 after 2 people" in gathering.gathered().notes[0]

    def test_forgets_who_is_not_found_any_more(self):
        shelf, gathering = Shelf(vip=[1, 2, 3]), Gathering(["vip"])
        go_on(gathering, shelf, watch=lambda so_far: so_far.fetched < 2)
        shelf.expired, shelf.found["vip"] = 1, [2, 3, 4]

        go_on(gathering, shelf)

        assert answer_of(gathering).people == {2, 3, 4}

    def test_twice_in_a_row_is_an_error(self):
        shelf = Shelf(vip=[1, 2, 3])
        shelf.expired = 2

        with pytest.raises(GatewayError) as caught:
            go_on(Gathering(["vip"]), shelf)

        assert "keeps forgetting" in caught.value.advice


class TestACount:
    def test_that_changed_meanwhile_is_taken_again(self):
        shelf, gathering = Shelf(vip=[1, 2, 3]), Gathering(["vip"])
        go_on(gathering, shelf, watch=lambda so_far: so_far.fetched < 2)
        shelf.found["vip"] = [1, 2, 3, 4]

        go_on(gathering, shelf)

        answer = answer_of(gathering)
        assert answer.complete
        assert answer.sentence == (
            "4 of 4 fetched. Zendesk counted 3 at first and 4 afterwards: people changed while "
            "they were read."
        )


def test_a_listing_that_repeats_its_cursor_is_an_error():
    class Loop(Shelf):
        def export_page(self, query, _):
            return super().export_page(query, None)

    with pytest.raises(GatewayError) as caught:
        go_on(Gathering(["vip"]), Loop(vip=[1, 2, 3]))

    assert "keeps sending the same page" in caught.value.advice
