"""Deleting: everywhere, in all languages, and again where it failed."""

from dataclasses import replace

import pytest

from relay_core.errors import NotFound, TemplateError
from relay_core.templates.kept.catalogue import templates
from relay_core.templates.kept.changes import news
from tests.delivery.world import FIRST
from tests.sandbox.stage import START
from tests.templates.account import HELLO, WHATSAPP


def names(account):
    return [t.template.name for t in templates(account.db)]


def running(account, template_id):
    """Keep a campaign with a run that has not ended."""
    with_run = {
        "campaign_id": 1, "request_id": "r", "integration_id": WHATSAPP, "template": "{}",
        "definition": "{}", "static_values": "{}", "matched": 1, "planned": 1, "manifest": "m",
        "now": account.now, **FIRST,
    }  # fmt: skip

    def work(session):
        session.run(
            "campaigns.add",
            name="Spring",
            template_id=template_id,
            integration_id=WHATSAPP,
            definition="{}",
            bindings="{}",
            languages="[]",
            now=account.now,
        )
        run_id = session.run("runs.add", **with_run)[0]["id"]
        session.run("runs.start", run_id=run_id, needs_approval=False)
        return run_id

    return account.db.write(work)


class TestADeletion:
    def test_takes_all_languages_with_it(self, account):
        template_id = account.submitted()
        account.submitted(replace(HELLO, language="nl"))
        account.create(replace(HELLO, language="de"))

        made = account.delete(template_id)

        assert made.languages == ("de", "en", "nl")
        assert made.results == {WHATSAPP: "DELETED"}
        assert made.is_complete
        assert account.at_meta() == []
        assert names(account) == []

    def test_of_what_was_never_submitted_asks_nobody(self, account):
        made = account.delete(account.create())

        assert made.results == {}
        assert made.is_complete
        assert names(account) == []

    def test_needs_its_name(self, account):
        template_id = account.submitted()

        with pytest.raises(TemplateError) as refusal:
            account.delete(template_id, typed="shoes")

        assert "Type shoes_ready" in refusal.value.advice
        assert account.at_meta() == ["en"]

    @pytest.mark.parametrize("state", ["running", "paused"])
    def test_is_refused_while_a_run_uses_it(self, account, state):
        template_id = account.approved()
        dutch = account.submitted(replace(HELLO, language="nl"))
        run = running(account, template_id)
        if state == "paused":
            account.db.write(lambda session: session.run("runs.pause_all", note="n"))

        with pytest.raises(TemplateError) as refusal:
            account.delete(dutch)

        assert f"Spring (run {run}, {state})" in refusal.value.advice
        assert account.at_meta() == ["en", "nl"]

    def test_leaves_a_campaign_readable(self, account):
        template_id = account.approved()
        run = running(account, template_id)
        account.db.write(
            lambda session: session.run(
                "runs.change_state",
                run_id=run,
                from_state="running",
                to_state="cancelled",
                now=account.now,
            )
        )

        account.delete(template_id)

        (kept,) = templates(account.db)
        assert kept.deleted_at == account.now
        assert not any(status.is_sendable for status in kept.integrations)
        with pytest.raises(NotFound):
            account.named(HELLO.name)

    def test_of_what_is_gone_already_succeeds(self, account):
        template_id = account.approved()
        account.service.delete_template(WHATSAPP, HELLO.name)

        assert account.delete(template_id).is_complete

    def test_is_no_news(self, account):
        account.delete(account.approved())

        assert [n.after for n in news(account.db, since=START)] == ["APPROVED"]

    def test_is_not_undone_by_an_old_list(self, account):
        template_id = account.approved()
        account.stage.set_faults(templates={"stale_s": 7200})
        account.refresh()
        account.delete(template_id)

        account.later(hours=1)
        account.refresh()

        assert names(account) == []
        account.later(hours=2)
        account.refresh()
        assert names(account) == []


class TestAFailedDeletion:
    def test_on_one_integration_can_be_repeated_there(self, account):
        second = account.second_number()
        template_id = account.create()
        account.submit(template_id, on=(WHATSAPP, second))
        account.break_calls(second, delete="403", reason="Not allowed")

        made = account.delete(template_id)

        assert made.results == {WHATSAPP: "DELETED", second: "PENDING"}
        assert "Not allowed" in made.refusals[second]
        assert not made.is_complete
        assert "Not allowed" in account.reason(on=second)
        account.break_calls(second, delete=None)
        assert account.delete(template_id).results == {second: "DELETED"}
        assert names(account) == []

    @pytest.mark.parametrize("fault", ["accept_then_timeout", "502"])
    def test_without_an_answer_can_be_repeated(self, account, fault):
        template_id = account.approved()
        account.break_calls(delete=fault)

        made = account.delete(template_id)

        assert made.results == {WHATSAPP: "DELETING"}
        assert "Refresh to find out" in made.refusals[WHATSAPP]
        account.break_calls(delete=None)
        assert account.delete(template_id).is_complete
        assert account.at_meta() == []

    def test_without_an_answer_is_settled_by_a_look(self, account):
        template_id = account.approved()
        account.break_calls(delete="accept_then_timeout")
        account.delete(template_id)

        account.refresh()

        assert names(account) == []

    def test_that_never_arrived_is_said_once_the_list_is_new(self, account):
        template_id = account.approved()
        account.break_calls(delete="502")
        account.delete(template_id)

        account.later(hours=3)
        account.refresh()

        assert account.status() == "APPROVED"
        account.break_calls(delete=None)
        account.service.delete_template(WHATSAPP, HELLO.name)
        account.refresh()
        assert names(account) == [HELLO.name]  # nobody asks for its deletion any more
