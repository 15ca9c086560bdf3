"""`relay serve`: the web application, with a world of its own when no account is set."""

import subprocess
from typing import Annotated

import typer

from relay_core.cli.chosen import chosen_alias
from relay_core.cli.output import remark, settings
from relay_core.serving import rehearsal_world, run_web
from relay_core.settings import Settings

_PATIENCE_S = 60.0


def serve(
    *,
    port: Annotated[
        int | None, typer.Option(min=1, max=65_535, help="Port on 127.0.0.1; 8501 if it is free.")
    ] = None,
    people: Annotated[
        int, typer.Option(help="People of the sandbox, when one is started.", min=1, max=200_000)
    ] = 25_000,
) -> None:
    """Open Relay in the browser. Without an account it brings the sandbox along."""
    if chosen_alias() is None and Settings.load().accounts:
        raise typer.Exit(run_web(port=port, environment={}, wait=_wait))
    loaded = settings()
    if loaded.alias:
        # The web process has this account alone, on a port of its own.
        raise typer.Exit(
            run_web(port=port, environment={"RELAY_ACCOUNTS": loaded.alias}, wait=_wait)
        )
    if loaded.zendesk_subdomain or loaded.is_connected:
        raise typer.Exit(run_web(port=port, environment={}, wait=_wait))
    with rehearsal_world(people=people) as url:
        remark(f"No account is set: rehearsing against the sandbox at {url}.")
        code = run_web(port=port, environment={"RELAY_SANDBOX_URL": url}, wait=_wait)
    raise typer.Exit(code)


def _wait(web: "subprocess.Popen[bytes]") -> int:
    """Wait for the web process; what ends this command ends it in order first."""
    try:
        return web.wait()
    except (KeyboardInterrupt, SystemExit):
        web.terminate()
        web.wait(_PATIENCE_S)
        raise
