"""An account in which people are in the mirror, and a run to them came to an end."""

import json
import secrets

from relay_core.audience.policy import Policy
from relay_core.people.kept import keep_people
from relay_core.people.pseudonyms import keep_key
from relay_core.people.settled import keep_by
from relay_core.reports.run_report import run_report, to_json
from relay_core.store import audit
from tests.audience.population import person, settle
from tests.delivery.world import planned_run
from tests.reports.story import at, leave_out, send

LATER = at(3600)
POLICY = Policy(opt_out_tags=("opted_out",), frequency_cap=2, frequency_days=7)
PEOPLE = 6


def settled_run(db, *, people=PEOPLE):
    """Tell a run to its end: 2 delivered with replies, one of them STOP; 1 taken; 2 failed."""
    run_id = planned_run(db, people=people)
    leave_out(db, run_id, (90, "Zoe Left", "no_phone"), (91, "Yan Left", "staff"))
    send(db, begun=at(0)).delivered(happened=at(2)).replied("Thanks, Person 0", heard=at(30))
    send(db, begun=at(1)).delivered(happened=at(5)).replied("STOP", heard=at(31))
    send(db, begun=at(3))
    send(db, begun=at(5)).failed("(#131026) No one at +31612340003", happened=at(7))
    for n in range(4, people):
        send(db, begun=at(8 + n))
    return run_id


def populated(db):
    """Give the file its key and its people, one for each message and one beside."""
    db.write(lambda session: keep_key(session, secrets.token_bytes(32)))
    keep_by(db, POLICY.kept_by)
    settle(db, [known(n) for n in range(PEOPLE + 1)])


def known(n, **changed):
    """A person as Zendesk tells of them."""
    return person(n, f"Person {n}", email=f"p{n}@example.com", notes=f"Met {n} in May", **changed)


def mirrored(db, *people):
    """Let a sync bring these."""
    db.write(lambda session: keep_people(session, people))


def figures(db, run_id, *, now=LATER):
    """Every figure of a report, without its audit trail and when people were forgotten."""
    told = json.loads(to_json(run_report(db, run_id, now=now)))
    return {name: value for name, value in told.items() if name not in {"trail", "forgotten_at"}}


def noted(db, event, subject, detail):
    """Add an entry to the audit trail."""
    db.write(
        lambda session: audit.note(
            session, actor="kim", event=event, subject=subject, now=LATER, detail=detail
        )
    )


def everything(db):
    """The whole file as text, save its key."""
    names = db.few(
        "SELECT table_name AS name FROM duckdb_tables()"
        " WHERE database_name = current_database() AND table_name <> 'number_key'",
        {},
    )
    tables = [db.table(f"FROM {row['name']}").to_pylist() for row in names]
    return json.dumps(tables, default=str, ensure_ascii=False)
