"""Real queries, collected from public pages and programs, held against the check.

Each entry says whether the query means what its author wanted, and how grave it is when it does
not. Entries are left out when they are about tickets or organizations, or when the fault lies in
how the text was sent (an encoding, an endpoint, the age of the index) rather than in the text.
"""

import json
import os
from functools import cache
from pathlib import Path

import pytest

from relay_core.audience.search.canonical import canonical
from relay_core.audience.search.checking import check
from relay_core.audience.search.diagnostics import Code, Severity
from relay_core.audience.search.syntax import parse
from tests.audience.search.account import CATALOGUE, VOCABULARY
from tests.contract.vendor_specs import FOLDER, MANDATORY

pytestmark = pytest.mark.contract

CORPUS = (
    Path(os.environ.get("RELAY_TEST_REFERENCE") or FOLDER.parent / "reference")
    / "zendesk-search-corpus.jsonl"
)
OF_SENDING = ("not URL-encoded", "client.search", "search/export")
ON_PURPOSE = {
    "type:ticket type:user type:organization type:group": "an audience is made of users only",
}
IMPLIED = {Code.NO_ROLE, Code.SUSPENDED_INCLUDED}
"""Said of nearly every query, so not an answer to what is wrong with this one."""


@cache
def corpus():
    if not CORPUS.is_file():
        missing = f"the corpus is not at {CORPUS}; set RELAY_TEST_REFERENCE"
        if MANDATORY:
            pytest.fail(missing)
        pytest.skip(missing)
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def about_users():
    return [
        entry
        for entry in corpus()
        if entry["concerns_users"]
        and not any(fault in (entry.get("context") or "") for fault in OF_SENDING)
    ]


def graveness(query):
    """Return what the check says of a query: an error, a warning, or nothing."""
    codes = {each.code for each in check(query, catalogue=CATALOGUE)} - IMPLIED
    if any(code.severity is Severity.ERROR for code in codes):
        return "error"
    return "warning" if codes else "nothing"


class TestTheCorpus:
    def test_is_printed_as_it_was_written(self):
        assert all(str(parse(entry["query"])) == entry["query"] for entry in corpus())

    def test_has_a_canonical_form_for_each_query(self):
        for entry in corpus():
            form = canonical(entry["query"], vocabulary=VOCABULARY)

            assert canonical(form, vocabulary=VOCABULARY) == form

    def test_has_no_error_in_a_valid_query(self):
        refused = [
            entry["query"]
            for entry in about_users()
            if entry["valid"] and graveness(entry["query"]) == "error"
        ]

        assert refused == list(ON_PURPOSE)

    def test_is_judged_as_gravely_as_it_should_be(self):
        invalid = [entry for entry in about_users() if not entry["valid"]]

        otherwise = [
            (entry["query"], entry["severity"])
            for entry in invalid
            if graveness(entry["query"]) != entry["severity"]
        ]

        assert len(invalid) > 50
        assert otherwise == []
