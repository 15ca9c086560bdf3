"""Editing in place, while Meta has it nowhere; and the history of it all."""

from dataclasses import replace

import pytest

from relay_core.errors import NotFound, TemplateError
from relay_core.templates.kept.creating import create
from relay_core.templates.kept.history import history
from relay_core.templates.kept.naming import free_name, name_for_copy
from relay_core.templates.kept.versions import versions
from tests.templates.account import HELLO, TWILIO, WHATSAPP

BETTER = "Hello {{Clarice}}, your new order is ready in our shop. Reply STOP to hear no more."


class TestAnEdit:
    def test_is_a_new_version_in_the_same_place(self, account):
        template_id = account.create()

        account.edit(template_id, body=BETTER)

        assert account.named(HELLO.name).id == template_id
        assert [
            (v.number, v.actor, v.template.body) for v in versions(account.db, template_id)
        ] == [
            (2, "Grace", BETTER),
            (1, "Ada", HELLO.body),
        ]

    def test_that_changes_nothing_is_no_version(self, account):
        template_id = account.create()

        account.edit(template_id)

        assert len(versions(account.db, template_id)) == 1

    def test_is_possible_after_meta_refused_the_submission(self, account):
        template_id = account.create()
        account.break_calls(create="400", reason="Too long")
        account.submit(template_id)
        account.break_calls(create=None)

        account.edit(template_id, body=BETTER)

        assert account.submit(template_id).results == {WHATSAPP: "PENDING"}

    @pytest.mark.parametrize("status", ["PENDING", "APPROVED", "REJECTED"])
    def test_of_what_meta_has_names_the_two_ways(self, account, status):
        template_id = account.submitted()
        account.decide(status)
        account.refresh()

        with pytest.raises(TemplateError) as refusal:
            account.edit(template_id, body=BETTER)

        assert "shoes_ready_2" in refusal.value.advice
        assert "30 days" in refusal.value.advice
        assert account.named(HELLO.name).template == HELLO

    def test_of_an_example_is_possible_whatever_meta_has(self, account):
        template_id = account.approved()

        account.edit(template_id, body=HELLO.body.replace("Clarice", "Your name"))

        account.refresh()
        assert [v.key for v in account.named(HELLO.name).template.values] == ["your_name"]

    def test_may_change_the_name(self, account):
        template_id = account.create()

        account.edit(template_id, name="Boots Ready")

        assert account.named("boots_ready").id == template_id

    def test_cannot_take_the_name_of_another(self, account):
        template_id = account.create()
        account.create(replace(HELLO, name="boots_ready"))

        with pytest.raises(TemplateError) as refusal:
            account.edit(template_id, name="Boots ready")

        assert "exists in en already" in refusal.value.advice

    def test_of_what_is_not_there_is_refused(self, account):
        account.create()

        with pytest.raises(NotFound):
            account.edit(999)


class TestANameForACopy:
    @pytest.mark.parametrize(
        ("name", "taken", "free"),
        [
            ("order", set(), "order_2"),
            ("order", {"order_2", "order_3"}, "order_4"),
            ("order_2", {"order_2"}, "order_3"),
            ("order_ready", set(), "order_ready_2"),
            ("o" * 512, set(), "o" * 510 + "_2"),
        ],
    )
    def test_counts_on(self, name, taken, free):
        assert free_name(name, taken=taken) == free

    def test_avoids_names_of_deleted_templates(self, account):
        account.delete(account.create(replace(HELLO, name="shoes_ready_2")), typed="shoes_ready_2")

        assert name_for_copy(account.db, "Shoes ready") == "shoes_ready_3"


class TestAHistory:
    def test_links_a_copy_with_what_it_replaces(self, account):
        first = account.create()
        second = create(
            account.db,
            replace(HELLO, name="shoes_ready_2"),
            integration_ids=[WHATSAPP],
            actor="Ada",
            replaces=first,
            now=account.now,
        )

        assert history(account.db, second).replaces == (first, "shoes_ready (en)")
        assert history(account.db, first).replaced_by == (second, "shoes_ready_2 (en)")

    def test_tells_versions_statuses_and_uses(self, account):
        template_id = account.create(on=(TWILIO,))
        account.edit(template_id, body=BETTER)
        account.submit(template_id)
        account.db.write(
            lambda session: session.run(
                "campaigns.add",
                name="Spring",
                template_id=template_id,
                integration_id=TWILIO,
                definition="{}",
                bindings="{}",
                languages="[]",
                now=account.now,
            )
        )

        told = history(account.db, template_id)

        assert [v.number for v in told.versions] == [2, 1]
        assert [(e.before, e.after) for e in told.events] == [(None, "PENDING")]
        assert [(u.campaign, u.runs) for u in told.used_by] == [("Spring", ())]
        assert (told.replaces, told.replaced_by) == (None, None)

    def test_outlives_the_template(self, account):
        template_id = account.approved()
        account.delete(template_id)

        assert [e.after for e in history(account.db, template_id).events] == [
            "DELETED",
            "APPROVED",
            "PENDING",
        ]

    def test_of_nothing_is_refused(self, account):
        with pytest.raises(NotFound):
            history(account.db, 999)
