"""What statuses mean, and what a look at a list makes of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.templates.kept.statuses import (
    SENDABLE,
    SUBMITTABLE,
    UNDECIDED,
    Standing,
    after_listing,
    is_held,
    meaning,
    reason_in_words,
)

METAS = (
    "PENDING",
    "APPROVED",
    "REJECTED",
    "PAUSED",
    "DISABLED",
    "IN_APPEAL",
    "PENDING_DELETION",
    "FLAGGED",
    "LIMIT_EXCEEDED",
    "ARCHIVED",
    "LOCKED",
)
OURS = ["READY", "NOT_SUBMITTED", "SUBMITTING", "UNCONFIRMED", "DELETING", "DELETED"]
REASONS = (
    "ABUSIVE_CONTENT",
    "INCORRECT_CATEGORY",
    "INVALID_FORMAT",
    "PROMOTIONAL",
    "SCAM",
    "TAG_CONTENT_MISMATCH",
)

words = st.sampled_from([*METAS, *OURS, "SOMETHING_NEW"])
listings = st.none() | st.builds(Standing, st.sampled_from([*METAS, "SOMETHING_NEW"]))


class TestAStatus:
    @pytest.mark.parametrize("status", [*METAS, *OURS])
    def test_has_a_meaning_and_says_what_to_do_unless_all_is_well(self, status):
        told = meaning(status)

        assert told.kind != "unknown"
        assert (told.kind == "good") == (not told.advice)

    @pytest.mark.parametrize("status", [*METAS, *OURS, "SOMETHING_NEW"])
    def test_is_good_exactly_when_it_can_be_sent(self, status):
        assert (meaning(status).kind == "good") == (status in SENDABLE)

    def test_that_is_unknown_keeps_its_word_and_is_not_sent(self):
        told = meaning("QUALITY_REVIEW")

        assert (told.word, told.kind) == ("Quality review", "unknown")
        assert "does not send" in told.advice

    @pytest.mark.parametrize("status", sorted(SUBMITTABLE - {"UNCONFIRMED"}))
    def test_from_which_one_submits_is_one_that_meta_does_not_hold(self, status):
        assert not is_held(status)

    @pytest.mark.parametrize("status", sorted(UNDECIDED))
    def test_that_is_awaited_is_said_to_be_waiting(self, status):
        assert meaning(status).kind == "waiting"


class TestAReason:
    @pytest.mark.parametrize("reason", REASONS)
    def test_says_what_to_do(self, reason):
        assert reason_in_words(reason).endswith(".")
        assert reason not in reason_in_words(reason)

    def test_keeps_metas_own_sentence_before_it(self):
        said = reason_in_words("INVALID_FORMAT: Variables can't be at the start.")

        assert said.startswith("Variables can't be at the start. Something in its form")

    @pytest.mark.parametrize("reason", [None, "", "NONE"])
    def test_that_is_none_says_nothing(self, reason):
        assert reason_in_words(reason) == ""

    def test_in_any_other_words_stays_as_it_is(self):
        assert reason_in_words("Sunco said: no") == "Sunco said: no"


class TestALook:
    @pytest.mark.parametrize(
        ("before", "listed", "lately", "after"),
        [
            # what the list says counts
            ("NOT_SUBMITTED", "APPROVED", False, "APPROVED"),
            ("PENDING", "REJECTED", True, "REJECTED"),
            ("APPROVED", "PAUSED", False, "PAUSED"),
            ("UNCONFIRMED", "PENDING", True, "PENDING"),
            # unless it is older than what we did
            ("DELETED", "APPROVED", True, "DELETED"),
            ("DELETING", "APPROVED", True, "DELETING"),
            ("DELETING", "APPROVED", False, "APPROVED"),
            ("DELETED", "PENDING", False, "PENDING"),
            ("PENDING", None, True, "PENDING"),
            ("UNCONFIRMED", None, True, "UNCONFIRMED"),
            # what is not listed any more is gone
            ("APPROVED", None, False, "DELETED"),
            ("DELETING", None, True, "DELETED"),
            ("UNCONFIRMED", None, False, "NOT_SUBMITTED"),
            ("SOMETHING_NEW", None, False, "DELETED"),
            # what never was stays away
            ("NOT_SUBMITTED", None, False, "NOT_SUBMITTED"),
            ("DELETED", None, False, "DELETED"),
            # a request under way has its own answer
            ("SUBMITTING", None, False, "SUBMITTING"),
            ("SUBMITTING", "REJECTED", True, "SUBMITTING"),
        ],
    )
    def test_makes_of_a_status(self, before, listed, lately, after):
        told = None if listed is None else Standing(listed)

        assert after_listing(Standing(before), told, acted_lately=lately).status == after

    @given(before=words, listed=listings, lately=st.booleans())
    def test_changes_nothing_the_second_time(self, before, listed, lately):
        once = after_listing(Standing(before), listed, acted_lately=lately)

        assert after_listing(once, listed, acted_lately=lately) == once

    @given(before=words, listed=listings)
    def test_that_is_new_enough_agrees_with_the_list(self, before, listed):
        after = after_listing(Standing(before), listed, acted_lately=False)

        if before != "SUBMITTING":
            assert is_held(after.status) == (listed is not None)
