"""Whose data a file holds: people and campaigns of two accounts never meet in one."""

from pathlib import Path

from relay_core.errors import StoreError
from relay_core.store.ledger import Ledger


def check_account(ledger: Ledger, name: str, *, folder: Path | None) -> None:
    """Refuse a file that holds another account's people; the first account used is noted.

    Args:
        ledger: The file.
        name: Of the account that the settings say.
        folder: Where the file is, or is to be; None for a ledger that several processes share.

    Raises:
        StoreError: It is another's.
    """
    noted = ledger.write(
        lambda session: session.run("account.name") or session.run("account.note", name=name)
    )
    if noted[0]["name"] != name:
        raise StoreError(
            "another account's file",
            advice=f"{folder or 'The shared ledger'} holds the data of the account "
            f"{noted[0]['name']}; the settings say {name}. "
            + (
                "Set RELAY_DATA_DIR to another folder."
                if folder
                else "Set RELAY_LEDGER_URL to another database."
            ),
        )
