"""The report for paper: whole, quiet, and safe to open."""

import json
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import pytest

from relay_core.gateways.outcomes import OutcomeUnknown, Rejected
from relay_core.reports.paper import as_html
from relay_core.reports.pictures import draw
from relay_core.reports.run_report import run_report
from tests.delivery.world import planned_run
from tests.reports.story import at, leave_out, send

VOID = {"meta", "br"}
DANGER = "<script>alert(1)</script> & \"'"


class Reader(HTMLParser):
    """Reads a page as a browser does: its elements, their attributes, and what is written."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text, self._open = [], [], "", []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.text += f" {data}"


@cache
def drawn(specs, form):
    """The same charts are drawn once for all tests of this file."""
    return draw(json.loads(specs), form)


def page_of(report):
    return as_html(report, draw=lambda specs, form: drawn(json.dumps(specs), form))


@pytest.fixture
def report(db):
    run_id = planned_run(db, people=8)
    leave_out(db, run_id, (90, "Zoe", "no_phone"))
    for n in range(4):
        send(db, begun=at(n)).delivered(happened=at(n + 2)).replied("Yes", heard=at(n + 60))
    send(db, begun=at(5)).failed("(#131026) No", happened=at(6))
    send(db, Rejected("21211", "No such number"), begun=at(7))
    send(db, OutcomeUnknown("ReadTimeout"), begun=at(8))
    return run_report(db, run_id, now=at(90))


class TestThePage:
    def test_says_what_the_report_says(self, report):
        text = Reader(page_of(report)).text

        for said in (
            "Campaign",
            "8 (100%)",
            "5 (62%)",
            "80.0% (37.6% to 96.4%) of those sent",
            "Number does not exist",
            "No phone number",
            "Half were on the phone within 2 s",
            "as of 15 Mar 2026, 12:01 UTC",
        ):
            assert said in text

    def test_needs_no_script_and_nothing_from_elsewhere(self, report):
        page = Reader(page_of(report))

        assert not {"script", "link", "img", "iframe", "a"} & set(page.tags)
        assert not {"src", "href"} & {name for name, _ in page.attributes}
        assert not any(name.startswith("on") for name, _ in page.attributes)
        ids = [value for name, value in page.attributes if name == "id"]
        assert set(re.findall(r"url\((.*?)\)", page_of(report))) == {f"#{each}" for each in ids}
        assert len(set(ids)) == len(ids)

    def test_tells_each_chart_in_words(self, report):
        page = page_of(report)

        labels = re.findall(r'<svg [^>]*role="img" aria-label="([^"]+)"', page)
        assert len(labels) == page.count("<svg") == 4
        assert "Of 8 planned messages: 5 sent (62%)" in labels[0]

    def test_shows_texts_of_others_as_they_are(self, report):
        hostile = replace(
            report,
            campaign=DANGER,
            integration=DANGER,
            note=DANGER,
            failures=tuple(replace(f, title=DANGER, code=DANGER) for f in report.failures),
            by_country=tuple(replace(s, key=DANGER) for s in report.by_country),
            manifest=replace(
                report.manifest,
                static_values={DANGER: DANGER},
                warnings=(DANGER,),
                created_by=DANGER,
            ),
        )

        page = Reader(page_of(hostile))

        assert "script" not in page.tags
        assert page.text.count(DANGER) >= 11

    def test_of_nobody_says_so_and_draws_nothing(self, db):
        page = Reader(page_of(run_report(db, planned_run(db, people=0), now=at(9))))

        assert "svg" not in page.tags
        assert "100%" not in page.text.partition("From planned to replied")[2]
        assert "This run has no messages." in page.text
        assert "Nothing has left." in page.text
        assert page.text.count("Nothing has left, so there is nothing to compare.") == 1

    def test_of_one_message_says_how_long_that_one_took(self, db):
        run_id = planned_run(db, people=1)
        send(db, begun=at(0)).delivered(happened=at(2))

        page = Reader(page_of(run_report(db, run_id, now=at(9))))

        assert "The one that was measured was on the phone after 2 s." in page.text
        assert "Half" not in page.text

    def test_of_nothing_but_unknown_messages_says_what_to_do(self, db):
        run_id = planned_run(db, people=2)
        for n in range(2):
            send(db, OutcomeUnknown("ReadTimeout"), begun=at(n))

        page = Reader(page_of(run_report(db, run_id, now=at(9))))

        assert "Nothing is known to have left; 2 messages may have." in page.text
        assert "Why some are unknown" in page.text
        assert "Relay does not repeat it by itself" in page.text
        assert "95 % intervals" not in page.text
