"""Submitting: once, on each integration by itself, and with an answer to every end."""

from dataclasses import replace
from threading import Thread

import pytest

from relay_core.errors import NotFound, TemplateError
from relay_core.templates.kept.catalogue import templates
from relay_core.templates.kept.submitting import leave_unconfirmed
from tests.templates.account import HELLO, TWILIO, WHATSAPP


class TestASubmission:
    def test_waits_for_meta(self, account):
        template_id = account.create()

        made = account.submit(template_id, on=(WHATSAPP, TWILIO))

        assert made.results == {WHATSAPP: "PENDING", TWILIO: "READY"}
        assert made.refusals == {}
        assert account.at_meta() == ["en"]

    def test_by_two_clicks_at_once_leaves_once(self, account):
        template_id = account.create()
        account.stage.set_faults(latency_ms=100, scope="all")
        clicks = [Thread(target=account.submit, args=(template_id,)) for _ in range(4)]

        for click in clicks:
            click.start()
        for click in clicks:
            click.join()

        assert account.status() == "PENDING"
        assert account.reason() is None

    def test_that_is_under_way_is_not_begun_again(self, account):
        template_id = account.create()
        claim = {"template_id": template_id, "integration_id": WHATSAPP, "now": account.now}
        account.db.write(lambda session: session.run("templates.claim_submission", **claim))

        made = account.submit(template_id)

        assert made.results == {WHATSAPP: "SUBMITTING"}
        assert account.at_meta() == []

    def test_that_meta_refuses_says_why_and_can_be_repeated(self, account):
        account.break_calls(create="400", reason="Category does not fit (2388999)")
        template_id = account.create()

        refused = account.submit(template_id)

        assert refused.results == {WHATSAPP: "NOT_SUBMITTED"}
        assert "Category does not fit (2388999)" in refused.refusals[WHATSAPP]
        assert "Category does not fit" in account.reason()
        account.break_calls(create=None)
        assert account.submit(template_id).results == {WHATSAPP: "PENDING"}

    def test_fails_on_one_integration_and_is_repeated_there_alone(self, account):
        second = account.second_number()
        account.break_calls(second, create="400", reason="Not now")
        template_id = account.create(on=(WHATSAPP, second))

        made = account.submit(template_id, on=(WHATSAPP, second))

        assert made.results == {WHATSAPP: "PENDING", second: "NOT_SUBMITTED"}
        assert list(made.refusals) == [second]
        account.break_calls(second, create=None)
        assert account.submit(template_id, on=(WHATSAPP, second)).refusals == {}
        assert account.at_meta(on=second) == account.at_meta() == ["en"]

    def test_on_an_integration_without_an_account_says_so(self, account):
        second = account.second_number()
        account.stage.client.post(f"/_sandbox/integrations/{second}", json={"accountId": None})
        template_id = account.create(on=(second,))

        made = account.submit(template_id, on=(second,))

        assert made.results == {second: "NOT_SUBMITTED"}
        assert "accountId" in made.refusals[second]

    def test_on_an_unknown_integration_is_refused_before_anything_is_kept(self, account):
        with pytest.raises(NotFound) as refusal:
            account.create(on=("nowhere",))

        assert "There is no integration nowhere" in refusal.value.advice
        assert HELLO.name not in {t.template.name for t in templates(account.db)}

    def test_that_breaks_a_rule_of_meta_does_not_leave(self, account):
        template_id = account.create(replace(HELLO, body="{{Clarice}}, it is here"), on=(TWILIO,))

        with pytest.raises(TemplateError) as refusal:
            account.submit(template_id)

        assert "Correct the template" in refusal.value.advice
        assert account.status() == "NOT_SUBMITTED"

    def test_cannot_be_made_while_nobody_answers_at_all(self, account):
        template_id = account.create()
        account.break_calls(create="429")

        made = account.submit(template_id)

        assert made.results == {WHATSAPP: "NOT_SUBMITTED"}
        assert "Try again later" in made.refusals[WHATSAPP]


@pytest.fixture
def unanswered(account):
    """The number of a template that Meta took without a word."""
    template_id = account.create()
    account.break_calls(create="accept_then_timeout")
    made = account.submit(template_id)
    assert made.results == {WHATSAPP: "UNCONFIRMED"}
    assert "Refresh to find out" in made.refusals[WHATSAPP]
    account.break_calls(create=None)
    return template_id


@pytest.fixture
def lost(account):
    """The number of a template whose request a gateway lost."""
    template_id = account.create()
    account.break_calls(create="503")
    assert account.submit(template_id).results == {WHATSAPP: "UNCONFIRMED"}
    account.break_calls(create=None)
    return template_id


class TestAMissingAnswer:
    @pytest.mark.usefixtures("unanswered")
    def test_is_found_by_the_next_look(self, account):
        account.refresh()

        assert account.status() == "PENDING"

    def test_stays_missing_while_the_list_is_old(self, account):
        account.stage.set_faults(templates={"stale_s": 7200})
        account.refresh()
        account.break_calls(create="accept_then_timeout")
        account.submit(account.create())

        account.refresh()
        assert account.status() == "UNCONFIRMED"
        account.later(hours=2)
        account.refresh()

        assert account.status() == "PENDING"

    def test_is_settled_by_asking_again(self, account, unanswered):
        made = account.submit(unanswered)

        assert made.results == {WHATSAPP: "PENDING"}
        assert account.at_meta() == ["en"]

    def test_is_settled_even_when_the_first_request_was_lost(self, account, lost):
        assert account.at_meta() == []

        assert account.submit(lost).results == {WHATSAPP: "PENDING"}

    @pytest.mark.usefixtures("lost")
    def test_is_no_after_the_longest_time_that_lists_can_be_old(self, account):
        account.refresh()
        assert account.status() == "UNCONFIRMED"

        account.later(hours=2, minutes=1)
        account.refresh()

        assert account.status() == "NOT_SUBMITTED"
        assert "did not arrive" in account.reason()

    def test_is_left_by_a_process_that_ended(self, account):
        template_id = account.create()
        claim = {"template_id": template_id, "integration_id": WHATSAPP, "now": account.now}
        account.db.write(lambda session: session.run("templates.claim_submission", **claim))

        early = account.db.write(lambda s: leave_unconfirmed(s, before=account.now))
        left = account.db.write(leave_unconfirmed)

        assert (early, left) == (0, 1)

        assert account.status() == "UNCONFIRMED"
        assert account.submit(template_id).results == {WHATSAPP: "PENDING"}


class TestANameThatMetaHasAlready:
    def test_is_adopted_when_it_says_the_same(self, account):
        template_id = account.submitted()
        account.decide("APPROVED")
        forget = {"template_id": template_id, "integration_id": WHATSAPP, "now": account.now}
        account.db.write(
            lambda session: session.run(
                "templates.keep_state", **forget, status="NOT_SUBMITTED", reason=None
            )
        )

        assert account.submit(template_id).results == {WHATSAPP: "APPROVED"}

    def test_is_refused_when_it_says_something_else(self, account):
        other = [{"type": "BODY", "text": "Something else entirely."}]
        account.service.create_template(
            WHATSAPP,
            {"name": HELLO.name, "language": "en", "category": "UTILITY", "components": other},
        )
        template_id = account.create()

        made = account.submit(template_id)

        assert made.results == {WHATSAPP: "NOT_SUBMITTED"}
        assert "another text under this name" in made.refusals[WHATSAPP]


class TestNamedParameters:
    def test_are_announced_as_such(self, account):
        template_id = account.create(replace(HELLO, parameter_names=(("clarice", "first_name"),)))

        assert account.submit(template_id).results == {WHATSAPP: "PENDING"}


class TestANewName:
    def test_is_kept_as_meta_knows_it(self, account):
        account.create(replace(HELLO, name="Été: shoes ready!"))

        assert account.named("ete_shoes_ready").template.name == "ete_shoes_ready"

    def test_is_refused_when_it_is_another_spelling_of_a_taken_one(self, account):
        account.create()

        with pytest.raises(TemplateError) as refusal:
            account.create(replace(HELLO, name="Shoes Ready"))

        assert "shoes_ready exists in en already" in refusal.value.advice
        assert "shoes_ready_2" in refusal.value.advice

    def test_is_free_in_another_language(self, account):
        account.create()

        assert account.create(replace(HELLO, language="nl"))

    def test_rests_for_30_days_after_a_deletion(self, account):
        account.delete(account.approved())

        with pytest.raises(TemplateError) as refusal:
            account.create(replace(HELLO, language="nl"))

        assert "14 April 2026" in refusal.value.advice
        assert account.create(on=(TWILIO,))

    def test_that_rested_can_be_used_again(self, account):
        template_id = account.approved()
        account.delete(template_id)
        account.later(days=30, hours=1)

        assert account.submit(account.create()).results == {WHATSAPP: "PENDING"}

        assert account.named(HELLO.name).id == template_id

    def test_that_rests_cannot_be_submitted_either(self, account):
        template_id = account.approved()
        account.delete(template_id)
        again = account.create(on=(TWILIO,))
        assert again == template_id

        account.later(days=10)
        made = account.submit(again)

        assert made.results == {WHATSAPP: "DELETED"}
        assert "keeps its name for 30 days" in made.refusals[WHATSAPP]
