"""A small account of named people, and a client that asks the stand-in about them."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from relay_core.sandbox.account.limits import Strictness
from relay_core.sandbox.account.people.loading import fill
from relay_core.sandbox.app import build
from relay_core.sandbox.world import World, invented, made

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
ADMIN = ("admin@sandbox.example/token", "sandbox-token")

FIELDS = [
    {"key": "plan", "type": "dropdown"},
    {"key": "opt_in", "type": "checkbox"},
    {"key": "renewal", "type": "date"},
    {"key": "visits", "type": "integer"},
    {"key": "balance", "type": "decimal"},
    {"key": "contract", "type": "regexp"},
    {"key": "store", "type": "text"},
    {"key": "remarks", "type": "textarea"},
    {"key": "interests", "type": "multiselect"},
    {"key": "manager", "type": "lookup"},
]


@dataclass
class Account:
    """A world, and requests to it in the administrator's name."""

    world: World

    def ask(self, method: str, path: str, **details: Any) -> httpx.Response:
        details.setdefault("auth", ADMIN)

        async def exchange() -> httpx.Response:
            transport = httpx.ASGITransport(app=build(self.world))
            base_url = "http://sandbox.test"
            async with httpx.AsyncClient(transport=transport, base_url=base_url) as client:
                return await client.request(method, path, **details)

        return asyncio.run(exchange())

    def get(self, path: str, **params: Any) -> Any:
        response = self.ask("GET", path, params=params or None)
        assert response.status_code == 200, response.text
        return response.json()

    def found(self, query: str) -> set[str]:
        """Return the names of the users a query finds."""
        params = {"query": query, "filter[type]": "user", "page[size]": "1000"}
        return {each["name"] for each in self.get("/api/v2/search/export", **params)["results"]}


def account_of(
    content: Mapping[str, Any], *, strictness: Strictness = Strictness.GENEROUS
) -> Account:
    """Return an account with these people, and the administrator."""
    return Account(
        made(
            lambda directory: fill(directory, content, now=NOW),
            start=NOW,
            strictness=strictness,
        )
    )


def crowd(count: int, *, strictness: Strictness = Strictness.GENEROUS) -> Account:
    """Return an account of invented people."""
    return Account(invented(start=NOW, count=count, strictness=strictness))


def user(name: str, **attributes: Any) -> dict[str, Any]:
    """Return an end user as a file would hold it."""
    return {"name": name, "created_at": "2026-01-01T00:00:00Z", **attributes}


def written(folder: Path, text: str) -> Path:
    """Return a file with this text."""
    path = folder / "people.json"
    path.write_text(text, encoding="utf-8")
    return path
