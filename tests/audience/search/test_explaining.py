"""What Zendesk will do with a query, in sentences."""

import pytest
from hypothesis import given

from relay_core.audience.search.explaining import explained
from relay_core.audience.search.reading import read
from tests.audience.search.account import VOCABULARY
from tests.audience.search.typed import TYPED


def explain(text):
    return explained(read(text, vocabulary=VOCABULARY))


class TestTheExplanation:
    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("role:end-user", "Zendesk finds users whose role is “end-user”."),
            ("is_verified:false", "Zendesk finds users who are not verified."),
            ('tags:"vip gold"', "Zendesk finds users with all of the tags “vip” and “gold”."),
            ("email:none", "Zendesk finds users with no e-mail address."),
            ("created>4hours", "Zendesk finds users created within the last 4 hours."),
            ("updated<1week", "Zendesk finds users last changed longer than 1 week ago."),
            ("created<=2026-03-08", "Zendesk finds users created on 2026-03-08 or earlier."),
            ("num_agents>=4", "Zendesk finds users whose Agents is at least 4."),
            ("plan_type:gold", "Zendesk finds users whose Plan is “Gold plan”."),
            ("is_active:true", "Zendesk finds users whose Active is checked."),
            ("name:jan*", "Zendesk finds users with a word that begins with “jan” in their name."),
            ("type:user", "Zendesk finds every user, as nothing is asked for."),
        ],
    )
    def test_says_what_a_clause_means(self, text, sentence):
        assert explain(text) == sentence

    def test_says_that_a_repeated_keyword_widens(self):
        assert explain("tags:a tags:b") == (
            "Zendesk finds users either with the tag “a” or with the tag “b”. "
            "A repeated keyword (tags) means any of its values."
        )

    def test_says_that_excluding_keeps_people_with_nothing_there(self):
        assert explain("-plan_type:gold") == (
            "Zendesk finds all users, except those whose Plan is “Gold plan”. "
            "People who have nothing in an excluded field stay in."
        )

    def test_says_where_bare_words_are_looked_for(self):
        assert explain("jane doe") == (
            "Zendesk finds users with words that are or begin with “jane” and “doe” anywhere in "
            "the profile (name, e-mail address, tags and other text, not the account's own fields)."
        )

    def test_says_what_becomes_plain_words(self):
        assert "does not understand “colour:red” and takes it for plain words" in explain(
            "tags:vip colour:red"
        )

    @given(TYPED)
    def test_is_said_of_any_text(self, text):
        assert explain(text).endswith(".")
