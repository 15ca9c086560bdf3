"""How a record becomes a row."""

import pytest

from relay_core.gateways.zendesk_records import Identity
from relay_core.people.mirror import whatsapp_of


def identity(value, **more):
    return Identity(
        user_id=1, **{"type": "messaging", "subtype_name": "WhatsApp", **more}, value=value
    )


class TestAWhatsAppIdentity:
    @pytest.mark.parametrize(
        ("known", "found"),
        [
            ([identity("+33 6 12-34")], "3361234"),
            ([identity("US.13491208655302741918")], "US.13491208655302741918"),
            ([identity("33612", type="whatsapp", subtype_name=None)], "33612"),
            ([identity("33612", subtype_name="line"), identity("33613")], "33613"),
            ([identity("33612", subtype_name=None)], None),
            ([identity("somebody"), identity(None)], None),
            ([], None),
        ],
    )
    def test_is_one_that_names_whatsapp(self, known, found):
        assert whatsapp_of(known) == found
