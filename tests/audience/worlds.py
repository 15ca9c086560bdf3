"""Generated accounts of ten people, in which everything that screening looks at happens."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from relay_core.audience.conditions.limits import Limits
from relay_core.audience.policy import Policy, Purpose
from relay_core.store.database import Database
from tests.audience.history import add, campaign, message
from tests.audience.population import NOW, person, settle

NUMBERS = ("+31612345678", "+31687654321", "+12025550123")
IDS = range(1, 11)
PURPOSE = Purpose(channel="sms", template_id=7, campaign_id=3)

_KNOWN = st.fixed_dictionaries(
    {
        "phone": st.sampled_from([None, *NUMBERS, *(f"+3161234{n:04d}" for n in range(8))]),
        "phone_mobile": st.sampled_from([True, True, None, False]),
        "role": st.sampled_from(["end-user", "end-user", "end-user", "agent"]),
        "tags": st.sampled_from([[], [], ["agreed"], ["agreed"], ["opted_out"]]),
        "suspended": st.sampled_from([False, False, False, True]),
        "active": st.sampled_from([True, True, True, False]),
    }
)
_ID = st.sampled_from(IDS)
_AGO = st.sampled_from([timedelta(hours=1), timedelta(days=2), timedelta(days=40)])
_STATES = ["queued", "sending", "accepted", "delivered", "unknown", "failed"]
_POLICIES = st.builds(
    Policy,
    opt_out_tags=st.just(("opted_out",)),
    consent_tags=st.just(("agreed",)),
    consent_required=st.booleans(),
    blackout_days=st.sampled_from([0, 1, 7]),
    frequency_cap=st.sampled_from([0, 1, 2]),
    frequency_days=st.just(7),
    skip_open_tickets=st.booleans(),
    conversation_hours=st.sampled_from([0, 4]),
)
_LIMITS = st.builds(
    Limits, percent=st.sampled_from([None, None, 50.0]), people=st.sampled_from([None, None, 2])
)


@dataclass(frozen=True, slots=True)
class World:
    """One account, and how it is asked."""

    people: list[dict[str, Any]]
    choices: dict[tuple[int, int], str]
    messages: list[tuple[int, int, str, timedelta, str]]
    tickets: dict[int, str]
    replies: list[tuple[str, timedelta]]
    suppressed: list[str]
    policy: Policy
    limits: Limits
    matched: frozenset[int]
    """Whom the conditions match."""

    def settle(self, db: Database) -> None:
        """Put this account in the place of the one before."""
        for table in ("choices", "deliveries", "tickets", "replies", "suppressions"):
            db.table(f"DELETE FROM {table}")  # noqa: S608 - the names above
        settle(db, self.people)
        campaign(db, 3, template_id=7, at=NOW)
        campaign(db, 4, template_id=8, at=NOW)
        campaign(db, 5, template_id=9, at=NOW)
        for (campaign_id, person_id), choice in self.choices.items():
            kept = "excluded" if campaign_id == 0 else choice
            add(db, "choices", campaign_id=campaign_id, person_id=person_id, choice=kept, at=NOW)
        for run, person_id, phone, ago, state in {
            m[:1] + m[2:3]: m for m in self.messages
        }.values():
            message(db, run, person_id, phone, at=NOW - ago, state=state)
        for person_id, status in self.tickets.items():
            add(db, "tickets", id=person_id, requester_id=person_id, status=status, at=NOW)
        for phone, ago in self.replies:
            add(db, "replies", phone=phone, at=NOW - ago)
        for phone in self.suppressed:
            db.write(lambda s, p=phone: s.run("deliveries.suppress", phone=p, reason="", now=NOW))


WORLDS = st.builds(
    World,
    people=st.lists(_KNOWN, min_size=len(IDS), max_size=len(IDS)).map(
        lambda known: [person(n, **each) for n, each in zip(IDS, known, strict=True)]
    ),
    choices=st.dictionaries(
        st.tuples(st.sampled_from([0, 3, 4]), _ID),
        st.sampled_from(["included", "excluded"]),
        max_size=6,
    ),
    messages=st.lists(
        st.tuples(
            st.sampled_from([3, 4, 5]),
            _ID,
            st.sampled_from(NUMBERS),
            _AGO,
            st.sampled_from(_STATES),
        ),
        max_size=4,
    ),
    tickets=st.dictionaries(_ID, st.sampled_from(["open", "solved"]), max_size=3),
    replies=st.lists(st.tuples(st.sampled_from(NUMBERS), _AGO), max_size=2),
    suppressed=st.lists(st.sampled_from(NUMBERS), max_size=1),
    policy=_POLICIES,
    limits=_LIMITS,
    matched=st.frozensets(_ID, min_size=4),
)
