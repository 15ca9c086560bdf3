"""Screening as tests ask for it: who gets which decision."""

from datetime import timedelta

from relay_core.audience.conditions.limits import NO_LIMITS
from relay_core.audience.policy import ANY_PURPOSE, Policy, Purpose
from relay_core.audience.screening.decisions import screening
from relay_core.audience.sql.predicates import EVERYBODY
from relay_core.people.settled import keep_by
from tests.audience.history import add
from tests.audience.population import NOW

ANNA = "+31612345678"
BEN = "+31687654321"
OPT_OUTS = Policy(opt_out_tags=("opted_out",), opt_out_fields=("sms_opt_out",))
SMS = Purpose(channel="sms", template_id=7, campaign_id=3)
YESTERDAY = NOW - timedelta(days=1)
LAST_WEEK = NOW - timedelta(days=7)


def decisions(
    db, predicate=EVERYBODY, *, policy=OPT_OUTS, purpose=ANY_PURPOSE, limits=NO_LIMITS, now=NOW
):
    keep_by(db, policy.kept_by)
    query = screening(predicate, policy=policy, purpose=purpose, limits=limits, now=now).decisions()
    table = db.table(query.text, query.values)
    assert len(set(table.column("id").to_pylist())) == table.num_rows
    return dict(
        sorted(
            zip(table.column("id").to_pylist(), table.column("decision").to_pylist(), strict=True)
        )
    )


def choose(db, person_id, choice, *, campaign_id=3, at=NOW):
    add(db, "choices", campaign_id=campaign_id, person_id=person_id, choice=choice, at=at)
