"""`relay compact`: the file written anew, without what was erased."""

from relay_core.cli.output import AsJson, print_json, remark, say, settings
from relay_core.errors import DataFolderBusy, StoreError
from relay_core.relay import open_relay


def compact(*, as_json: AsJson = False) -> None:
    """Write Relay's file anew, so that nothing erased is left in it. Relay must not be running."""
    loaded = settings()
    if loaded.ledger_url:
        raise StoreError(
            "a file that follows",
            advice=f"The ledger is in PostgreSQL; {loaded.database_path} only follows it. Stop "
            "this Relay and delete that file: it is read anew at the next start.",
        )
    if not loaded.database_path.exists():
        raise StoreError(
            "no file", advice=f"There is no {loaded.database_path} yet, so nothing is to be done."
        )
    try:
        relay = open_relay(loaded)
    except DataFolderBusy as error:
        raise DataFolderBusy(
            str(error),
            advice="Relay is running and uses the file, so it cannot be replaced. Stop Relay, then "
            "run `relay compact` again. Nothing was changed.",
        ) from error
    size_mb = loaded.database_path.stat().st_size / 1e6
    remark(f"Writing {size_mb:,.0f} MB anew; do not start Relay yet.")
    done = relay.compact()
    if as_json:
        print_json(done)
        return
    sizes = f"{done.before_bytes:,} bytes before, {done.after_bytes:,} now"
    say(f"{done.path} is written anew: {sizes}.")
    remark("What was erased or overwritten is not in it. Exports and backups are as they were.")
    for log in done.torn_logs:
        remark(f"{log} was cut off after a crash and holds what it held. Delete it.")
