"""Uploads: lists of people from CSV files, kept under a name for conditions to refer to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, get_args

from relay_core.audience.conditions.values import is_typable
from relay_core.audience.segments.references import refuse_while_used, uploads_in
from relay_core.audience.uploads.csv_files import CsvFile, as_line, read_csv_file
from relay_core.errors import AudienceError, NotFound
from relay_core.people.identifying import Leftover, ReadAs, Written, legible, people_of
from relay_core.store.audit import note
from relay_core.store.database import Database
from relay_core.store.ledger import Ledger, Row, Session, one
from relay_core.store.queries import query
from relay_core.store.tables import Table

_LONGEST_NAME: Final = 100
_LONGEST_CONTENT: Final = 2_000
"""Characters kept of a row that names nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A list of people that a condition can name."""

    id: int
    name: str
    column: str
    """The column of the file that says who."""
    read_as: ReadAs
    file_rows: int
    people: int
    leftovers: int
    """Rows that name nobody, or somebody who was named before."""
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matched:
    """What becomes of each row of a file."""

    people: dict[int, int]
    """By person: the first row that names them."""
    said: dict[str, int]
    """By identifier: the first row that has it."""
    leftovers: list[Leftover]


def keep_upload(
    ledger: Ledger,
    *,
    content: bytes,
    name: str,
    column: str,
    read_as: ReadAs,
    region: str,
    actor: str,
    now: datetime,
) -> Upload:
    """Keep the people whom a file names, and every row that names nobody with its reason.

    What the rows say is kept as well: whoever appears later with one of these numbers, addresses or
    ids is on the list from then on.

    Args:
        ledger: Where the mirror and uploads are.
        content: The file.
        name: What conditions will call the list.
        column: The column that says who.
        read_as: What is written there.
        region: Country of phone numbers written without a plus sign, ISO 3166.
        actor: Who.
        now: When.

    Raises:
        AudienceError: The file cannot be used, has no such column, or the name is taken.
    """
    name = _checked_name(name)
    if read_as not in get_args(ReadAs):
        raise AudienceError(
            "unknown kind of identifier",
            advice=f"Read the column as one of {', '.join(get_args(ReadAs))}.",
        )
    file = read_csv_file(content)
    found = _matched(file, ledger, column=column, read_as=read_as, region=region)

    def work(session: Session) -> None:
        if session.run("uploads.one", name=name):
            raise AudienceError(
                "name taken",
                advice=f"There is an upload named {name} already. Delete it, or choose another "
                "name.",
            )
        [added] = session.run(
            "uploads.add",
            name=name,
            column=column,
            read_as=read_as,
            file_rows=len(file.rows),
            now=now,
            actor=actor,
        )
        kept = {"upload_id": added["id"]}
        session.run_many(
            "uploads.add_people",
            [kept | {"person_id": person, "file_row": row} for person, row in found.people.items()],
        )
        session.run_many(
            "uploads.add_identifiers",
            [kept | {"identifier": said, "file_row": row} for said, row in found.said.items()],
        )
        # Somebody may have appeared while the file was read.
        session.run("uploads.add_named", ids=None)
        session.run_many(
            "uploads.add_leftovers",
            [
                kept | {"file_row": each.row, "content": each.content, "reason": each.reason}
                for each in found.leftovers
            ],
        )
        note(
            session,
            actor=actor,
            event="upload.kept",
            subject=name,
            now=now,
            detail=f"{len(file.rows)} rows by {read_as}: {len(found.people)} people, "
            f"{len(found.leftovers)} rows left over",
        )

    ledger.write(work)
    return upload_named(ledger, name)


def uploads(ledger: Ledger) -> list[Upload]:
    """Return every upload, newest first."""
    return [_upload(row) for row in ledger.rows("uploads.all")]


def upload_named(ledger: Ledger, name: str) -> Upload:
    """Return the upload of that name.

    Raises:
        NotFound: There is none.
    """
    row = one(ledger.rows("uploads.one", name=name))
    if row is None:
        raise _not_found(name)
    return _upload(row)


def upload_leftovers(database: Database, name: str) -> Table:
    """Return the rows that name nobody: columns row, content and reason, in the file's order.

    Raises:
        NotFound: There is no upload of that name.
    """
    upload = upload_named(database, name)
    return database.table(query("uploads.leftovers"), {"id": upload.id})


def delete_upload(ledger: Ledger, *, name: str, actor: str, now: datetime) -> None:
    """Forget an upload. Runs keep the people they were planned with.

    Raises:
        AudienceError: A segment, or a campaign still to be run, uses it; names them.
        NotFound: There is none of that name.
    """

    def work(session: Session) -> None:
        row = one(session.run("uploads.one", name=name))
        if row is None:
            raise _not_found(name)
        refuse_while_used(session, name, by=uploads_in)
        session.run("uploads.delete_people", id=row["id"])
        session.run("uploads.delete_identifiers", id=row["id"])
        session.run("uploads.delete_leftovers", id=row["id"])
        session.run("uploads.delete", id=row["id"])
        note(session, actor=actor, event="upload.deleted", subject=name, now=now)

    ledger.write(work)


def _matched(
    file: CsvFile, ledger: Ledger, *, column: str, read_as: ReadAs, region: str
) -> _Matched:
    if column not in file.columns:
        raise AudienceError(
            "no such column",
            advice=f"This file has no column “{column}”. It has: {', '.join(file.columns)}.",
        )
    position = file.columns.index(column)
    width = len(file.columns)
    wider = {row.number: len(row.cells) for row in file.rows if any(row.cells[width:])}
    written = [
        Written(row.number, row.cell(position)) for row in file.rows if row.number not in wider
    ]
    read = legible(written, read_as=read_as, region=region)
    found = people_of(ledger, read)

    reasons = {each.row: each.reason for each in found.leftovers} | {
        row: f"The row has {cells} cells, and there are {width} columns."
        for row, cells in wider.items()
    }
    said: dict[str, int] = {}
    for each in read:
        if each.compared is None:
            continue
        first = said.setdefault(each.compared.lower(), each.written.row)
        if first != each.written.row and each.written.row in reasons:
            reasons[each.written.row] = f"Row {first} says the same."
    people: dict[int, int] = {}
    naming = set()
    for number, person in found.people:
        first = people.setdefault(person, number)
        if first == number:
            naming.add(number)
        else:
            reasons.setdefault(number, f"Row {first} names the same person.")
    leftovers = [
        Leftover(row.number, as_line(row.cells)[:_LONGEST_CONTENT], reasons[row.number])
        for row in file.rows
        if row.number not in naming
    ]
    return _Matched(people=people, said=said, leftovers=leftovers)


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not is_typable(name):
        raise AudienceError(
            "name not usable",
            advice=f"Give the upload a name of at most {_LONGEST_NAME} characters.",
        )
    return name


def _upload(row: Row) -> Upload:
    return Upload(
        id=row["id"],
        name=row["name"],
        column=row["column_name"],
        read_as=row["read_as"],
        file_rows=row["file_rows"],
        people=row["people"],
        leftovers=row["leftovers"],
        created_at=row["created_at"],
        created_by=row["created_by"],
    )


def _not_found(name: str) -> NotFound:
    return NotFound("no upload of that name", advice=f"There is no upload named {name}.")
