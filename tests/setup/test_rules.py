"""What must be stated before real people are messaged."""

import pytest

from relay_core.errors import CampaignError
from relay_core.settings import Settings
from relay_core.setup.check import Verdict
from relay_core.setup.rules import ensure_stated, rule_checks, what_to_state
from relay_core.setup.statement import consent_statement, said_rules


def account(**stated):
    return Settings(zendesk_subdomain="acme", **stated)


class TestARealAccount:
    def test_sends_nothing_before_region_and_consent_are_stated(self):
        with pytest.raises(CampaignError) as refusal:
            ensure_stated(account())

        assert "RELAY_DEFAULT_REGION" in refusal.value.advice
        assert "RELAY_CONSENT_REQUIRED" in refusal.value.advice

    def test_is_told_only_what_is_missing(self):
        with pytest.raises(CampaignError) as refusal:
            ensure_stated(account(default_region="US"))

        assert "RELAY_DEFAULT_REGION" not in refusal.value.advice

    @pytest.mark.parametrize(
        "consent",
        [{"consent_required": False}, {"consent_required": True, "consent_tags": ("agreed",)}],
    )
    def test_may_send_once_both_are_decided_whichever_way(self, consent):
        ensure_stated(account(default_region="US", **consent))

    def test_finds_the_same_among_its_checks(self):
        problems = {c.name for c in rule_checks(account()) if c.verdict is Verdict.PROBLEM}

        assert problems == {"Default region", "Consent"}
        assert {
            c.verdict for c in rule_checks(account(default_region="FR", consent_required=False))
        } == {Verdict.OK}

    @pytest.mark.parametrize(
        ("limits", "said"),
        [
            ({"blackout_days": 0}, "the same template again at any time; no cap"),
            ({"blackout_days": 1}, "the same template not again within 1 day; no cap"),
            (
                {"blackout_days": 3, "frequency_cap": 1, "frequency_days": 1},
                "not again within 3 days; at most 1 message to one person within 1 day; ",
            ),
            ({"frequency_cap": 4}, "at most 4 messages to one person within 30 days"),
        ],
    )
    def test_reads_its_caps_in_words(self, limits, said):
        [check] = [c for c in rule_checks(account(**limits)) if c.name == "Caps and pace"]

        assert said in check.found


class TestARehearsal:
    def test_needs_nothing_stated(self):
        ensure_stated(Settings(sandbox_url="http://127.0.0.1:8899"))


class TestTheRulesOfARun:
    @pytest.mark.parametrize(
        ("stated", "said"),
        [
            (
                {"default_region": "FR", "consent_required": True, "consent_tags": ("agreed",)},
                (
                    "Numbers without + are read as numbers of FR.",
                    "Only people tagged agreed are messaged: they agreed.",
                    "Nobody tagged opted_out or with sms_opt_out checked is messaged.",
                ),
            ),
            (
                {"opt_out_tags": (), "opt_out_fields": ()},
                (
                    "Numbers without + are read as numbers of US.",
                    "Everybody in the audience counts as having agreed.",
                ),
            ),
        ],
    )
    def test_are_said_as_they_were_frozen(self, stated, said):
        assert said_rules(account(**stated).deciding()) == said

    def test_say_no_region_where_none_was_kept(self):
        assert said_rules({}) == ("Everybody in the audience counts as having agreed.",)

    def test_say_what_is_left_to_state(self):
        assert what_to_state(account()).startswith(
            "Nobody has stated where numbers without + belong nor who agreed to be messaged."
        )
        assert "who agreed" not in what_to_state(account(consent_required=False))
        assert what_to_state(account(default_region="FR", consent_required=False)) is None


class TestTheStatement:
    def test_says_who_agreed_and_how_they_stop_it(self):
        stated = account(consent_required=True, consent_tags=("agreed",), opt_out_tags=("never",))

        assert consent_statement(stated) == (
            "We message only people tagged agreed in Zendesk, which means that they agreed. "
            "Whoever answers STOP gets nothing more. Nobody tagged never or with sms_opt_out "
            "checked is messaged."
        )
