"""Which failures of a run another try may help."""

import pytest

from relay_core.errors import CampaignError
from relay_core.reports.another_try import check_causes
from tests.reports.test_failure_classes import failed

FAILURES = [failed(code) for code in ("131056", "131026", "130472", "132000", "999999")]


class TestAnotherTry:
    @pytest.mark.parametrize("code", ["131056", "132000", "999999"])
    def test_may_be_for_what_passes_is_corrected_or_is_not_explained(self, code):
        check_causes([code], FAILURES)

    def test_is_refused_for_what_would_end_the_same_way_with_what_helps(self):
        with pytest.raises(CampaignError) as refused:
            check_causes(["131026", "131056", "130472"], FAILURES)

        first, second = refused.value.advice.splitlines()
        assert first.startswith("Part of a Meta experiment (130472): another try would not help.")
        assert second.startswith("Not reachable on WhatsApp (131026):")
        assert "Try SMS" in second

    def test_is_refused_for_a_cause_that_nobody_failed_for(self):
        with pytest.raises(CampaignError) as refused:
            check_causes(["131049"], FAILURES[:2])

        assert refused.value.advice == (
            "Nobody of this run failed for 131049. Its failures have these codes: 131026, 131056."
        )

    def test_is_refused_where_nothing_failed(self):
        with pytest.raises(CampaignError) as refused:
            check_causes(["131049"], [])

        assert refused.value.advice.endswith("Nothing of it failed.")
