"""Whatever happens in whatever order, what is kept makes sense, and a calm look finds the truth."""

from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from relay_core.errors import TemplateError
from relay_core.templates.kept.catalogue import templates
from relay_core.templates.kept.changes import changes_of
from relay_core.templates.kept.statuses import UNDER_WAY, is_held
from relay_core.templates.kept.versions import versions
from tests.templates.account import HELLO, WHATSAPP, account, world

NAMES = ("boots_ready", "shoes_ready")
FAULTS = (None, "400", "502")
DECISIONS = ("APPROVED", "REJECTED", "PAUSED", "DISABLED", "FLAGGED")

names = st.sampled_from(NAMES)


class Lives(RuleBasedStateMachine):
    """Two templates on one number, while requests are refused and answers are lost."""

    @initialize()
    def begins(self):
        self.ends = ExitStack()
        folder = Path(self.ends.enter_context(TemporaryDirectory()))
        running = self.ends.enter_context(world())
        self.account = self.ends.enter_context(account(running, folder))

    def teardown(self):
        if hasattr(self, "ends"):
            self.finds_the_truth()
            self.ends.close()

    def kept(self):
        return {t.template.name: t for t in templates(self.account.db) if t.deleted_at is None}

    @rule(name=names)
    def create(self, name):
        if name in self.kept():
            with pytest.raises(TemplateError, match="name taken"):
                self.account.create(replace(HELLO, name=name))
            return
        with suppress(TemplateError):  # a deleted name rests
            self.account.create(replace(HELLO, name=name))

    @precondition(lambda self: self.kept())
    @rule(name=names)
    def submit(self, name):
        if listed := self.kept().get(name):
            made = self.account.submit(listed.id)
            assert (made.results[WHATSAPP] in {"NOT_SUBMITTED", "UNCONFIRMED", "DELETED"}) == bool(
                made.refusals
            )

    @precondition(lambda self: self.kept())
    @rule(name=names)
    def delete(self, name):
        if listed := self.kept().get(name):
            made = self.account.delete(listed.id, typed=name)
            assert made.is_complete == (name not in self.kept())

    @rule(name=names, body=st.sampled_from(["your order", "your new order"]))
    def edit(self, name, body):
        if listed := self.kept().get(name):
            changed = listed.template.body.replace("your order", body)
            try:
                self.account.edit(listed.id, body=changed)
            except TemplateError:
                assert listed.held_by

    @rule(create=st.sampled_from(FAULTS), delete=st.sampled_from(FAULTS))
    def break_calls(self, create, delete):
        self.account.break_calls(create=create, delete=delete)

    @rule(name=names, status=st.sampled_from(DECISIONS))
    def decide(self, name, status):
        if self.account.at_meta(name):
            self.account.decide(status, name=name)

    @rule(name=names)
    def delete_outside(self, name):
        for book in self.account.stage.messaging.accounts.all().values():
            book.delete(name)

    @rule(hours=st.sampled_from([1, 3, 24 * 31]))
    def wait(self, hours):
        self.account.later(hours=hours)

    @rule()
    def look(self):
        self.account.refresh()

    @invariant()
    def keeps_each_text_as_its_newest_version(self):
        if hasattr(self, "account"):
            for listed in templates(self.account.db):
                kept = versions(self.account.db, listed.id)
                assert kept[0].template == listed.template
                assert [v.number for v in kept] == list(range(len(kept), 0, -1))

    @invariant()
    def keeps_each_status_as_its_last_change(self):
        if hasattr(self, "account"):
            for listed in templates(self.account.db):
                changes = changes_of(self.account.db, listed.id)
                assert [c.before for c in changes] == [*(c.after for c in changes[1:]), None][
                    : len(changes)
                ]
                found = listed.on(WHATSAPP)
                if changes and found.status not in UNDER_WAY:
                    assert changes[0].after == found.status

    def finds_the_truth(self):
        self.account.break_calls(create=None, delete=None)
        self.account.later(hours=3)
        self.account.refresh()
        for name in NAMES:
            listed = self.kept().get(name)
            held = listed is not None and is_held(listed.on(WHATSAPP).status)
            assert held == bool(self.account.at_meta(name))


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=8, stateful_step_count=15, deadline=None)
