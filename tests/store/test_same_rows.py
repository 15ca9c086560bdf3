"""What each engine keeps of the same work: the same rows."""

import json
import re
from decimal import Decimal

import pyarrow as pa

from relay_core.access.grants import Grant, Subject
from relay_core.access.kept import keep_grants
from relay_core.access.permissions import Permission
from relay_core.people.kept import keep_people
from relay_core.people.pseudonyms import keep_key
from relay_core.people.settled import KeptBy, keep_by
from relay_core.privacy.erasure import erase
from relay_core.privacy.retention import remove_aged
from tests.delivery.world import NOW, phone
from tests.privacy.office import LATER, known, mirrored, noted, populated, settled_run
from tests.reports.story import at

ASKED = KeptBy(opt_out_tags=("stop", "éen"), opt_out_fields=("quiet",), frequency_cap=1)
SAYING = (True, False, "yes", "no", "y", "1", 1, 0, 2, "", [True])
"""What a field may hold that says, or does not say, that somebody opted out."""
OF_THE_ENGINE = {"schema_version", "commits"}
_COUNTED = re.compile(r"(?<=request-)\d+|(?<=Campaign )\d+")


def synced(ledger):
    """What a sync brings: people of all kinds, where they belong, and what they asked for."""
    people = [
        known(100 + n, fields={"quiet": said, "note": "naïve ☃"}) for n, said in enumerate(SAYING)
    ]
    people += [
        known(200, tags=["stop", "vip"], organization_ids=[7], phone=phone(1)),
        known(201, tags=["Stop"], whatsapp="31612340002", phone=None, locale="nl"),
        known(202, active=False, external_id="ÉÉN-7", last_login_at=at(-60)),
    ]
    mirrored(ledger, *people)
    emptied = known(200, tags=[], active=False, phone=None, updated_at=at(0))
    behind = known(201) | {"name": "As it was", "updated_at": at(-(10**9))}
    mirrored(ledger, emptied, behind)
    belongs = {"person_id": 201, "seen_at": NOW}
    memberships = [
        belongs | {"id": 1, "organization_id": 9, "is_default": False},
        belongs | {"id": 2, "organization_id": 8, "is_default": True},
    ]
    opened = {"channel": "email", "is_messaging": False, "opened_at": at(60)}

    def work(session):
        session.run_many("people.add_memberships", memberships)
        session.run("people.apply_memberships", ids=[201])
        ticket = {"id": 5, "requester_id": 1, "status": "open", "updated_at": NOW}
        session.run_many("people.upsert_tickets", [ticket])
        session.run_many(
            "people.upsert_opened_tickets",
            [opened | {"id": 5, "requester_id": 1}, opened | {"id": 6, "requester_id": 201}],
        )

    ledger.write(work)


def listed(ledger):
    """An upload for each way to name somebody, with rows that name nobody."""

    def work(session):
        for read_as in ("id", "phone", "email", "external_id"):
            [added] = session.run(
                "uploads.add",
                name=read_as,
                column="who",
                read_as=read_as,
                file_rows=6,
                now=NOW,
                actor="kim",
            )
            said = ("2", phone(1), "P0@Example.com", "één-7", "ÉÉN-7", "202")
            rows = [
                {"upload_id": added["id"], "identifier": each, "file_row": 2 + n}
                for n, each in enumerate(said)
            ]
            session.run_many("uploads.add_identifiers", rows)
            contents = ("x;06 1234 0000;y", "Call PERSON 0 back", "Persön 0", None)
            leftovers = [
                {
                    "upload_id": added["id"],
                    "file_row": 9 + n,
                    "content": content or "50% \\1 ';--",
                    "reason": "twice",
                }
                for n, content in enumerate(contents)
            ]
            session.run_many("uploads.add_leftovers", leftovers)
            session.run("uploads.add_named", ids=None)
            session.run("uploads.add_named", ids=[0, 1, 2])

    ledger.write(work)


def decided(ledger):
    """Choices, an audit trail and a run's note with names in them, grants, and marks."""
    noted(ledger, "people.excluded", "campaign 1", json.dumps({"ids": [0], "reason": "Person 0!"}))
    noted(ledger, "campaign.saved", "Person 0 (p0@example.com)", "for PERSON 0, and +31612340000.")
    noted(ledger, "campaign.saved", "éPerson 0", "Person 00, Persona 0, person 0é")
    noted(ledger, "campaign.saved", "nobody", None)
    keep_grants(
        ledger,
        [Grant(Subject.ROLE, "agent", frozenset({Permission.VIEW}))],
        actor="kim",
        now=NOW,
    )
    choice = {"campaign_id": 1, "choice": "excluded", "actor": "kim", "chosen_at": NOW}
    marks = {
        "segment_id": pa.array([1, 1], pa.int64()),
        "person_id": pa.array([0, 1], pa.int64()),
        "matched": pa.array([True, False]),
        "truths": pa.array(["TF", "?\t\\"]),
    }

    def work(session):
        session.run_many(
            "choices.put",
            [choice | {"person_id": n, "reason": f"Like person 0, {n}"} for n in (0, 1)],
        )
        session.run_many("choices.put", [choice | {"person_id": 1, "reason": "again"}])
        session.load("segment_marks", pa.table(marks))

    ledger.write(work)


def forgotten(ledger):
    """Two erasures, one of a number that two have, then a pass of the retention."""
    erase(ledger, 0, typed="person 0", region="NL", actor="kim", now=LATER)
    erase(ledger, 1, typed=phone(1), region="NL", actor="kim", now=LATER)
    ledger.write(lambda session: keep_people(session, [known(0)]))
    remove_aged(ledger, days=1, actor="kim", now=at(10**6), go_on=lambda: True)
    mirrored(ledger, known(300, phone=phone(2)))


def kept(ledger, tables):
    """Every row of every table, as text; worlds name runs and campaigns by counting."""
    return {
        name: sorted(
            _COUNTED.sub("n", json.dumps(row, default=_plain, sort_keys=True))
            for row in ledger.few(f"TABLE {name}", {})
        )
        for name in tables
    }


def _plain(value):
    return int(value) if isinstance(value, Decimal) else str(value)


class TestTheSameWork:
    def test_leaves_the_same_rows_in_each_engine(self, db, postgres):
        tables = {
            row["name"] for row in db.few("SELECT table_name AS name FROM duckdb_tables()", {})
        } - OF_THE_ENGINE

        left = {}
        for ledger in (db, postgres):
            ledger.write(lambda session: keep_key(session, bytes(32)))
            populated(ledger)
            settled_run(ledger)
            synced(ledger)
            keep_by(ledger, ASKED, now=LATER)
            listed(ledger)
            decided(ledger)
            left[ledger, "before"] = kept(ledger, tables)
            forgotten(ledger)
            left[ledger, "after"] = kept(ledger, tables)

        for when in ("before", "after"):
            file, shared = left[db, when], left[postgres, when]
            for name in tables:
                assert file[name] == shared[name], f"{name} {when}"
