"""A file on its way into a ledger, or out of one: a note beside it, and nobody opens it meanwhile.

The note is written right before the ledger's transaction is committed and goes once the file is
where it belongs. Whoever finds it later asks the ledger whether that transaction was committed.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from relay_core.errors import StoreError
from relay_core.store.disk import sync


@dataclass(frozen=True, slots=True, kw_only=True)
class Transit:
    """One move that was not finished."""

    id: str
    """The ledger knows it by this once it is committed."""
    ledger: str
    """Which one it was."""
    aside: str | None
    """The name that the file is to have when it leaves; None when it arrives."""


def transit_of(path: Path) -> Transit | None:
    """Return the move that a file is in, if it is in one."""
    try:
        return Transit(**json.loads(_note(path).read_text("utf-8")))
    except FileNotFoundError:
        return None


def begin_transit(path: Path, transit: Transit) -> None:
    """Let nobody open the file from now on."""
    note = _note(path)
    written = note.with_name(f"{note.name}.new")
    written.write_text(json.dumps(asdict(transit)), "utf-8")
    sync(written)
    written.replace(note)
    sync(path.parent)


def end_transit(path: Path) -> None:
    """Let the file be opened again, if it is there."""
    _note(path).unlink(missing_ok=True)
    sync(path.parent)


def refuse_in_transit(path: Path) -> None:
    """Refuse a file that is on its way.

    Raises:
        StoreError: It is.
    """
    found = transit_of(path)
    if found is None:
        return
    way = "--from" if found.aside is None else "--to"
    raise StoreError(
        "the file is in transit",
        advice=f"`relay ledger copy {way}` was interrupted at its last step, so {path} is not "
        "used. Run it again with the same ledger: it finishes, or begins anew. Only where that "
        f"ledger is gone for good and nobody has used it, delete {_note(path)} instead.",
    )


def parts_of(path: Path) -> Iterator[Path]:
    """Return what there is of a file: its log, the note of its commits, itself."""
    for end in (".wal", ".acknowledged", ""):
        if (part := path.with_name(path.name + end)).exists():
            yield part


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.moving")
