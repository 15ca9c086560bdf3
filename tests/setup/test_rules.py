"""What must be stated before real people are messaged."""

import pytest

from relay_core.errors import CampaignError
from relay_core.settings import Settings
from relay_core.setup.check import Verdict
from relay_core.setup.rules import consent_statement, ensure_stated, rule_checks


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


class TestARehearsal:
    def test_needs_nothing_stated(self):
        ensure_stated(Settings(sandbox_url="http://127.0.0.1:8899"))


class TestTheStatement:
    def test_says_who_agreed_and_how_they_stop_it(self):
        stated = account(consent_required=True, consent_tags=("agreed",), opt_out_tags=("never",))

        assert consent_statement(stated) == (
            "We message only people tagged agreed in Zendesk, which means that they agreed. "
            "Whoever answers STOP gets nothing more. Nobody tagged never or with sms_opt_out "
            "checked is messaged."
        )
