"""A look at the outside: what changes becomes a version or an event, and nothing else does."""

import pytest

from relay_core.errors import GatewayError
from relay_core.templates.kept.changes import changes_of, news
from relay_core.templates.kept.senders import senders
from relay_core.templates.kept.versions import versions
from relay_core.templates.writing.template import MediaHeader
from tests.sandbox.stage import START
from tests.templates.account import HELLO, WHATSAPP

PARCEL = [
    {
        "type": "BODY",
        "text": "Hello {{1}}, your parcel is late.",
        "example": {"body_text": [["Ada"]]},
    }
]


def outside(account, name="parcel_late", components=PARCEL, on=WHATSAPP):
    """Let somebody create a template beside Relay."""
    body = {"name": name, "language": "en", "category": "UTILITY", "components": components}
    account.service.create_template(on, body)


class TestATemplateFromOutside:
    def test_appears_by_itself_with_its_first_version(self, account):
        outside(account)

        (first,) = account.refresh()

        assert (first.label, first.before, first.after) == ("parcel_late (en)", None, "PENDING")
        kept = account.named("parcel_late")
        assert kept.origin == "sunco"
        (version,) = versions(account.db, kept.id)
        assert (version.number, version.actor) == (1, "Sunshine Conversations")
        assert version.template.body == "Hello {{Ada}}, your parcel is late."

    def test_is_no_news_at_first_sight(self, account):
        outside(account)
        account.refresh()

        assert news(account.db, since=START) == []

    def test_gets_a_version_when_its_text_changes_there(self, account):
        outside(account)
        account.refresh()
        account.service.delete_template(WHATSAPP, "parcel_late")
        account.refresh()
        account.later(days=31)
        outside(account, components=[{"type": "BODY", "text": "Your parcel is late."}])

        account.refresh()

        kept = account.named("parcel_late")
        assert [v.template.body for v in versions(account.db, kept.id)] == [
            "Your parcel is late.",
            "Hello {{Ada}}, your parcel is late.",
        ]

    def test_is_left_alone_by_a_look_that_finds_nothing_new(self, account):
        outside(account)
        account.refresh()

        assert account.refresh() == ()

        kept = account.named("parcel_late")
        assert len(versions(account.db, kept.id)) == 1
        assert len(changes_of(account.db, kept.id)) == 1

    def test_follows_where_metas_sample_lies_without_a_new_version(self, account):
        sample = {"example": {"header_handle": ["https://files.example/one.png"]}}
        picture = {"type": "HEADER", "format": "IMAGE", **sample}
        outside(account, components=[picture, {"type": "BODY", "text": "Look at this."}])
        account.refresh()
        before = account.named("parcel_late")
        moved = MediaHeader(before.template.header.kind, "https://files.example/two.png")
        sample["example"]["header_handle"] = [moved.url]
        for book in account.stage.messaging.accounts.all().values():
            for template in book.named("parcel_late"):
                template.components[0]["example"] = sample["example"]

        account.refresh()

        after = account.named("parcel_late")
        assert after.template.header == moved
        assert len(versions(account.db, after.id)) == 1


class TestOurOwnText:
    def test_stays_when_meta_lists_the_same_in_numbers(self, account):
        template_id = account.approved()

        assert account.named(HELLO.name).template == HELLO
        assert len(versions(account.db, template_id)) == 1

    def test_follows_a_category_that_meta_changed(self, account):
        template_id = account.approved()
        self.recategorised(account)

        account.refresh()

        (newest, _) = versions(account.db, template_id)
        assert newest.template.category == "MARKETING"
        assert newest.template.body == HELLO.body
        assert newest.origin == "sunco"

    def recategorised(self, account):
        listed = account.service.message_templates

        def changed(integration_id, *, name=None):
            found = listed(integration_id, name=name)
            return [item.model_copy(update={"category": "MARKETING"}) for item in found]

        account.service.message_templates = changed


class TestAChangeOfStatus:
    @pytest.mark.parametrize(
        "reason",
        [
            "ABUSIVE_CONTENT",
            "INCORRECT_CATEGORY",
            "INVALID_FORMAT: Variables can't be at the start or end of the template.",
            "PROMOTIONAL",
            "SCAM",
            "TAG_CONTENT_MISMATCH",
        ],
    )
    def test_keeps_why_meta_rejected_it(self, account, reason):
        account.submitted()
        account.decide("REJECTED", reason=reason)

        (change,) = account.refresh()

        assert (change.before, change.after, change.reason) == ("PENDING", "REJECTED", reason)
        assert change.explanation
        assert account.reason() == reason

    @pytest.mark.parametrize("status", ["PAUSED", "DISABLED", "FLAGGED", "LOCKED"])
    def test_takes_away_what_was_allowed(self, account, status):
        account.approved()
        account.decide(status)

        account.refresh()

        assert not account.named(HELLO.name).on(WHATSAPP).is_sendable
        assert [(n.before, n.after) for n in news(account.db, since=START)] == [
            ("APPROVED", status),
            ("PENDING", "APPROVED"),
        ]

    def test_is_seen_when_it_was_deleted_there(self, account):
        account.approved()
        account.later(hours=3)
        account.service.delete_template(WHATSAPP, HELLO.name)

        (change,) = account.refresh()

        assert (change.before, change.after) == ("APPROVED", "DELETED")
        assert account.named(HELLO.name).deleted_at is None  # the text is still ours

    def test_is_news_since_a_moment_only(self, account):
        account.approved()

        assert news(account.db, since=account.now)
        account.later(days=1)
        assert news(account.db, since=account.now) == []

    def test_begins_where_the_last_one_ended(self, account):
        template_id = account.approved()
        for status in ("PAUSED", "APPROVED", "DISABLED"):
            account.decide(status)
            account.refresh()

        changes = changes_of(account.db, template_id)

        assert [c.after for c in changes] == [
            "DISABLED",
            "APPROVED",
            "PAUSED",
            "APPROVED",
            "PENDING",
        ]
        assert [c.before for c in changes[:-1]] == [c.after for c in changes[1:]]


class TestAnIntegration:
    def test_whose_templates_are_refused_keeps_what_is_known_and_says_why(self, account):
        account.approved()
        account.break_calls(list="400", reason="No WhatsApp account")

        account.refresh()

        assert account.status() == "APPROVED"
        trouble = {s.id: s.trouble for s in senders(account.db)}[WHATSAPP]
        assert "No WhatsApp account" in trouble
        account.break_calls(list=None)
        account.refresh()
        assert not any(s.trouble for s in senders(account.db))

    def test_that_cannot_be_read_at_all_changes_nothing(self, account):
        account.approved()
        account.decide("PAUSED")
        account.stage.set_faults(error_mix={"401": 1}, scope="all")

        with pytest.raises(GatewayError):
            account.refresh()

        assert account.status() == "APPROVED"
