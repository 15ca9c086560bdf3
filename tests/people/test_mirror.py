"""How a record becomes a row."""

from datetime import UTC, datetime, timedelta

import pytest

from relay_core.gateways.zendesk_records import Identity, ZendeskUser
from relay_core.people.mirror import remembering, whatsapp_of

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
ADA = {
    "id": 1,
    "name": "Ada",
    "phone": "+31612345678",
    "tags": ("opted_out",),
    "user_fields": {"sms_opt_out": True},
    "created_at": NOW,
    "updated_at": NOW,
}
EMPTIED = {"active": False, "phone": None, "tags": (), "user_fields": {"sms_opt_out": False}}
NUMBER = {
    "phone": "+31612345678",
    "phone_e164": "+31612345678",
    "phone_state": "valid",
    "phone_country": "NL",
    "phone_mobile": True,
}
NO_NUMBER = dict.fromkeys(NUMBER) | {"phone_state": "missing"}


def keep(db, *records):
    """Keep versions of Ada one after the other, each changed a minute later unless it tells."""
    for minutes, record in enumerate(records):
        changed = NOW + timedelta(minutes=minutes)
        user = ZendeskUser(**{**ADA, "updated_at": changed, **record})
        db.write(remembering([user], region="NL"))


def kept(db, *columns):
    [row] = db.table(f"SELECT {', '.join(columns)} FROM people").to_pylist()  # noqa: S608 - a test's
    return row


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


class TestSomebodyWhomZendeskEmptied:
    def test_keeps_what_speaks_for_the_number(self, db):
        keep(db, {}, EMPTIED | {"name": "Permanently Deleted User"})

        assert kept(db, "active", "name") == {"active": False, "name": "Permanently Deleted User"}
        assert kept(db, *NUMBER) == NUMBER
        assert kept(db, "tags", "fields::JSON AS fields") == {
            "tags": ["opted_out"],
            "fields": '{"sms_opt_out":true}',
        }

    def test_keeps_it_through_every_further_record(self, db):
        keep(db, {}, {"active": False}, EMPTIED, EMPTIED)

        assert kept(db, *NUMBER) == NUMBER
        assert kept(db, "tags") == {"tags": ["opted_out"]}

    def test_keeps_the_number_where_only_that_is_gone(self, db):
        keep(db, {}, {"active": False, "phone": None, "tags": ("merged",)})

        assert kept(db, "phone_e164") == {"phone_e164": "+31612345678"}
        assert kept(db, "tags") == {"tags": ["merged"]}

    def test_keeps_nothing_once_there_again(self, db):
        keep(db, {}, EMPTIED, EMPTIED | {"active": True})

        assert kept(db, *NUMBER) == NO_NUMBER
        assert kept(db, "tags", "fields::JSON AS fields") == {
            "tags": [],
            "fields": '{"sms_opt_out":false}',
        }

    def test_has_nothing_to_keep_where_nothing_was_known(self, db):
        keep(db, EMPTIED)

        assert kept(db, *NUMBER) == NO_NUMBER


class TestARecord:
    def test_that_is_older_changes_nothing(self, db):
        keep(db, {}, {"suspended": True, "tags": ("opted_out",)}, {"updated_at": NOW, "tags": ()})

        assert kept(db, "suspended", "tags", "updated_at") == {
            "suspended": True,
            "tags": ["opted_out"],
            "updated_at": datetime(2026, 3, 15, 12, 1),  # noqa: DTZ001 - as it is stored
        }

    def test_of_the_same_moment_counts(self, db):
        keep(db, {}, {"updated_at": NOW, "last_login_at": NOW, "name": "Ada L."})

        assert kept(db, "name") == {"name": "Ada L."}
