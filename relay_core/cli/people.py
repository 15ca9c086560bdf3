"""`relay sync`."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import typer

from relay_core.cli.output import AsJson, bar, print_json, say, settings
from relay_core.people.stages import SyncProgress
from relay_core.relay import Relay
from relay_core.serving import front_desk
from relay_core.worded import counted

_LOOK_S = 0.2


def sync(
    *,
    anew: Annotated[bool, typer.Option(help="Fetch everybody again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the local copy of Zendesk's people up to date."""
    with front_desk(settings()) as relay:
        done = sync_showing(relay, anew=anew)
        counts = relay.people_counts()
    if as_json:
        print_json({"fetched": done.fetched, **counts})
    else:
        say(
            f"{counted(done.fetched, 'record')} fetched. "
            f"{counted(counts['end_users'], 'person', 'people')}, "
            f"{counts['reachable']:,} with a usable phone number."
        )


def sync_showing(relay: Relay, *, anew: bool) -> SyncProgress:
    """Sync under a progress bar, wherever the front desk is."""
    with ThreadPoolExecutor(1) as pool, bar("Syncing people", total=None) as shown:
        working = pool.submit(relay.sync_people, anew=anew)
        while not working.done():
            shown.at(relay.people_progress().fetched)
            time.sleep(_LOOK_S)
        return working.result()
