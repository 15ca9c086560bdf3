"""A file, and an account of Zendesk that shows it."""

import asyncio
from datetime import timedelta

import httpx

from relay_core.audience.conditions.fields import catalogue
from relay_core.audience.english.definitions import in_words_or_broken
from relay_core.gateways.custom_objects import CustomObjects
from relay_core.gateways.zendesk import Zendesk
from relay_core.mirroring.jobs import Mirror
from relay_core.mirroring.objects import Kind, define_missing
from relay_core.mirroring.removing import remove_gone
from relay_core.mirroring.status import mirror_status
from relay_core.mirroring.tags import give_tags, take_tags
from relay_core.mirroring.telling import tell
from relay_core.sandbox.app import build
from tests.delivery.world import NOW
from tests.sandbox.small_account import ADMIN, account_of, user

LATER = timedelta(minutes=2)
"""After which what changed is told."""


class Mirrored:
    """Passes over a file, and what Zendesk shows after them."""

    def __init__(self, db, *, people=8, home="f1"):
        self.db = db
        self.home = home
        self.now = NOW + LATER
        people = [user(f"Person {n}", id=n) for n in range(1, people + 1)]
        self.account = account_of({"users": people})
        self.asked = []
        self.faults = []
        self.refused = {}
        self.meanwhile = lambda: None
        self._app = build(self.account.world)
        self.objects = CustomObjects(self._client())
        self.zendesk = Zendesk(self._client())
        db.write(lambda session: session.run("mirroring.begin", home=home))

    def _client(self):
        return httpx.Client(
            base_url="http://sandbox.test",
            auth=ADMIN,
            transport=httpx.MockTransport(self._answer),
        )

    def _answer(self, request):
        """Let the stand-in answer; lose the answer where a test asked for it."""
        path = request.url.path
        self.asked.append((request.method, path))
        for part, status in self.refused.items():
            if part in path:
                return httpx.Response(status, json={"error": "Refused"})
        answer = asyncio.run(self._exchange(request))
        for fault in [each for each in self.faults if path.endswith(each)]:
            self.faults.remove(fault)
            raise httpx.ReadTimeout("")
        return answer

    async def _exchange(self, request):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self._app)) as client:
            answer = await client.request(
                request.method, request.url, content=request.content, headers=request.headers
            )
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def lose_answer(self, path_end):
        self.faults.append(path_end)

    def define(self):
        return define_missing(self.objects)

    def mirror(self):
        fields = catalogue(self.db, for_picking=False)
        return Mirror(
            ledger=self.db,
            records=self.objects,
            home=self.home,
            in_words=lambda definition: in_words_or_broken(definition, catalogue=fields),
            clock=lambda: self.now,
            is_ending=self._let_pass,
        )

    def _let_pass(self, seconds):
        self.account.world.clock.advance(timedelta(seconds=seconds))
        self.meanwhile()
        return False

    def pass_over(self, *, after=LATER):
        """Do one pass of records, some time later; return how many changed."""
        self.now += after
        mirror = self.mirror()
        return remove_gone(mirror) + sum(tell(mirror, kind) for kind in Kind)

    def tag(self, prefix="relay"):
        self.now += LATER
        mirror = self.mirror()
        taken = take_tags(mirror, self.zendesk)
        return taken + give_tags(mirror, self.zendesk, prefix=prefix)

    def records(self, kind):
        """Return what Zendesk shows of a kind, by external id."""
        records = self.account.world.objects.records[kind.object_key].values()
        return {each["external_id"]: each["custom_object_fields"] for each in records}

    def messages_of(self, person_id):
        """Return the messages that an agent sees on somebody's page."""
        path = f"/api/v2/custom_objects/{Kind.MESSAGE.object_key}/records/search"
        condition = {"custom_object_fields.person": {"$eq": str(person_id)}}
        found = self.account.ask("POST", path, json={"filter": condition}).json()
        return [each["custom_object_fields"] for each in found["custom_object_records"]]

    def tags_of(self, person_id):
        return self.account.world.directory.person(person_id).record["tags"]

    def jobs(self):
        return [path for method, path in self.asked if method == "POST" and path.endswith("/jobs")]

    def status(self, **known):
        stated = {"shows_records": True, "tag": "", "trouble": None}
        return mirror_status(self.db, now=self.now, **stated | known)
