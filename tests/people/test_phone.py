"""Phone fields as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.people.phone import PhoneState, read_phone


class TestAPhoneField:
    @pytest.mark.parametrize(
        ("text", "region", "e164", "country"),
        [
            ("+31612345678", "US", "+31612345678", "NL"),
            ("+31 6 12 34 56 78", "US", "+31612345678", "NL"),
            ("0031612345678", "NL", "+31612345678", "NL"),
            ("06 12 34 56 78", "FR", "+33612345678", "FR"),  # national, by the setting
            ("06 12345678", "NL", "+31612345678", "NL"),  # the same digits elsewhere
            ("(212) 555-0123 ext. 4", "US", "+12125550123", "US"),
            ("tel:+44-20-7946-0958", "US", "+442079460958", "GB"),
            (
                "".join(chr(0xFF10 + int(d)) for d in "0612345678"),
                "FR",
                "+33612345678",
                "FR",
            ),  # full-width digits
        ],
    )
    def test_is_read_to_e164(self, text, region, e164, country):
        phone = read_phone(text, region=region)

        assert (phone.state, phone.e164, phone.country) == (PhoneState.VALID, e164, country)

    @pytest.mark.parametrize("text", [None, "", "   ", "\t"])
    def test_without_anything_in_it_is_missing(self, text):
        assert read_phone(text, region="US").state is PhoneState.MISSING

    @pytest.mark.parametrize("text", ["call me", "12345", "+1", "+999123456789", "+31 6 1234"])
    def test_that_is_no_number_is_invalid(self, text):
        phone = read_phone(text, region="US")

        assert (phone.state, phone.e164) == (PhoneState.INVALID, None)

    def test_tells_a_mobile_from_a_landline_where_the_country_does(self):
        assert read_phone("+31612345678", region="US").mobile is True
        assert read_phone("+31201234567", region="US").mobile is False
        assert read_phone("+12125550123", region="US").mobile is None

    @given(st.text(max_size=40))
    def test_never_breaks(self, text):
        phone = read_phone(text, region="DE")

        assert (phone.state is PhoneState.VALID) == (phone.e164 is not None)
