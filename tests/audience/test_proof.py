"""An audience checked against Zendesk, over real HTTP: watched, stopped, gone on with, compared."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Timer
from time import monotonic, sleep
from types import SimpleNamespace

import httpx
import pytest
from pydantic import TypeAdapter

from relay_core.audience.comparing.differences import Why
from relay_core.audience.comparing.proof import Proof, ProofProgress, ProofResult, ProofState
from relay_core.audience.comparing.proofs import Proofs
from relay_core.audience.conditions.definition import ByConditions, ByQuery, BySegment
from relay_core.audience.conditions.fields import catalogue
from relay_core.audience.conditions.tree import tree_from_json
from relay_core.audience.resolving.gathering import Gathered
from relay_core.audience.segments.saved import save_segment
from relay_core.errors import AudienceError, AudienceTooLarge, GatewayError, NotFound
from relay_core.gateways.zendesk import Zendesk
from relay_core.people.stages import Stage
from relay_core.people.sync import sync
from relay_core.serving import rehearsal_world
from relay_core.store.database import Database, open_database
from tests.audience.population import conditions, sources
from tests.journeys.programs import sandbox_process
from tests.people.account_over_http import gateway

PEOPLE = 3_000
TWO_ORGANIZATIONS = {
    "organizations": [{"id": 31, "name": "Acme"}, {"id": 32, "name": "Bolt"}],
    "users": [
        {"id": 1001, "name": "Ada", "organization_ids": [31]},
        {"id": 1002, "name": "Bob", "organization_ids": [32, 31]},
    ],
}


def now():
    return datetime.now(UTC)


@dataclass
class Recording:
    """Zendesk, and which pages it was asked for."""

    zendesk: Zendesk
    pages: list

    @property
    def waits(self):
        return self.zendesk.waits

    def count_users(self, query):
        return self.zendesk.count_users(query)

    def export_page(self, query, next_url):
        self.pages.append(next_url)
        return self.zendesk.export_page(query, next_url)

    def users_by_ids(self, ids):
        return self.zendesk.users_by_ids(ids)


@dataclass
class Account:
    """A stand-in account in another process, and a mirror of it."""

    url: str
    zendesk: Zendesk
    db: Database

    def sync(self):
        sync(
            self.db,
            source=self.zendesk,
            region="NL",
            clock=now,
            report=lambda _: None,
            anew=False,
        )

    def sources(self, **chosen):
        self.search = Recording(self.zendesk, [])
        return sources(self.db, **{"search": self.search, **chosen})

    def set(self, control, **values):
        httpx.post(f"{self.url}/_sandbox/{control}", json=values).raise_for_status()

    def change(self, *users):
        answer = httpx.post(f"{self.url}/_sandbox/people", json={"users": users})
        return [user["id"] for user in answer.raise_for_status().json()["users"]]

    def some(self, number):
        """Return ids of that many end users whom nothing else is said of."""
        found = self.db.table(
            "SELECT id FROM people WHERE role = 'end-user' AND active AND NOT suspended"
            " ORDER BY id DESC LIMIT 50"
        )
        return found.column("id").to_pylist()[:number]


@pytest.fixture(scope="module")
def world():
    with rehearsal_world(people=PEOPLE) as url, gateway(url) as zendesk:
        yield SimpleNamespace(url=url, zendesk=zendesk)


@pytest.fixture(scope="module")
def account(world, tmp_path_factory):
    with open_database(tmp_path_factory.mktemp("proof") / "relay.duckdb") as db:
        found = Account(world.url, world.zendesk, db)
        found.sync()
        yield found


@pytest.fixture(autouse=True)
def _calm(world):
    """Whatever a test made go wrong ends with it."""
    yield
    httpx.post(f"{world.url}/_sandbox/faults", json={"error_mix": {}, "scope": "sends"})
    httpx.post(f"{world.url}/_sandbox/search", json={"index_delay_s": 0})


def everybody():
    return ByConditions(tree_from_json(conditions([("created", "on_or_after", "2000-01-01")])))


def tagged(tag):
    return ByConditions(tree_from_json(conditions([("tags", "has_any_of", [tag])])))


def first_page(so_far: Gathered) -> bool:
    return so_far.fetched == 0


def whys(side):
    return {each.id: each.why for each in side.people}


class TestAProof:
    def test_says_that_nobody_is_missing(self, account):
        proof = Proof(everybody())

        found = proof.go_on(account.sources(), now=now())

        assert found.matched > PEOPLE * 0.9
        assert found.sentence == f"{found.matched:,} of {found.matched:,} fetched."
        assert found.complete
        assert found.comparison.in_both == found.matched
        assert found.comparison.only_in_zendesk.count == found.comparison.only_in_mirror.count == 0
        assert proof.progress().state is ProofState.FINISHED

    def test_shows_how_far_it_is_after_each_page(self, account):
        seen = []

        def watch(so_far):
            seen.append((so_far.query, so_far.queries, so_far.fetched))
            return True

        Proof(everybody()).go_on(account.sources(), now=now(), watch=watch)

        assert seen == [(1, 1, thousands * 1000) for thousands in range(len(seen))]
        assert len(seen) == len(account.search.pages)

    def test_that_is_stopped_goes_on_behind_the_last_page(self, account):
        proof = Proof(everybody())
        before = proof.go_on(account.sources(), now=now(), watch=first_page)
        stopped = proof.progress()

        found = proof.go_on(account.sources(), now=now())

        assert before is None
        assert (stopped.state, stopped.fetched) == (ProofState.CANCELLED, 1000)
        assert None not in account.search.pages
        assert found.complete
        assert found.fetched == found.counted == stopped.counted

    def test_carries_its_credentials_to_no_other_host(self, account):
        with pytest.raises(GatewayError) as caught:
            account.zendesk.export_page("role:end-user", "http://127.0.0.1:9/api/v2/search/export")

        assert "another host" in caught.value.advice

    def test_begins_a_query_again_when_its_cursor_has_expired(self, account):
        proof = Proof(everybody())
        proof.go_on(account.sources(), now=now(), watch=first_page)
        account.set("clock", advance_s=3_700)

        found = proof.go_on(account.sources(), now=now())

        assert found.complete
        assert proof.progress().restarts == 1
        assert "was read again from the beginning" in found.notes[0]

    def test_waits_for_the_rate_limit_and_says_so(self, account):
        proof = Proof(everybody())

        def limited_after_the_first(so_far):
            if so_far.fetched == 1000:
                account.set("faults", error_mix={"429": 1.0}, scope="all")
                Timer(0.3, lambda: account.set("faults", error_mix={})).start()
            return True

        found = proof.go_on(account.sources(), now=now(), watch=limited_after_the_first)

        assert found.complete
        assert proof.progress().waited_s > 0
        assert "rate limit was met" in found.notes[0]

    def test_over_the_limit_is_refused_with_both_numbers_before_anything_is_fetched(self, account):
        proof = Proof(everybody())

        with pytest.raises(AudienceTooLarge):
            proof.go_on(account.sources(audience_cap=1_000), now=now())

        stands = proof.progress()
        assert stands.state is ProofState.FAILED
        assert f"{stands.counted:,} people" in stands.advice
        assert "limit is 1,000" in stands.advice
        assert account.search.pages == []

    def test_of_what_only_the_mirror_can_answer_is_refused_with_the_reasons(self, account):
        shared = ByConditions(tree_from_json(conditions([("phone", "is_shared")])))

        with pytest.raises(AudienceError) as caught:
            Proof(shared).go_on(account.sources(), now=now())

        assert "cannot be checked against Zendesk" in caught.value.advice

    def test_of_a_segment_whose_field_is_gone_names_both(self, account):
        gone = ByConditions(tree_from_json(conditions([("uf.gone", "is_checked")])))
        save_segment(account.db, name="Fans", definition=gone, actor="ada", now=now())

        with pytest.raises(AudienceError) as caught:
            Proof(BySegment("Fans")).go_on(account.sources(), now=now())

        assert "In the segment “Fans”:" in caught.value.advice
        assert "“uf.gone”" in caught.value.advice

    def test_of_a_query_compares_it_where_conditions_can_say_it(self, account):
        same = Proof(ByQuery("role:end-user")).go_on(account.sources(), now=now())
        text = Proof(ByQuery("role:end-user anna")).go_on(account.sources(), now=now())

        assert same.comparison.in_both == same.matched > 0
        assert text.comparison is None
        assert text.complete


class TestTheComparison:
    def test_shows_what_changed_since_the_last_sync(self, account):
        gained, lost, kept, deleted = account.some(4)
        account.change(*({"id": id_, "tags": ["compared"]} for id_ in (lost, kept, deleted)))
        account.sync()
        sleep(1.1)  # Zendesk's times are whole seconds
        (added,) = account.change({"name": "New", "role": "end-user", "tags": ["compared"]})
        account.change({"id": gained, "tags": ["compared"]}, {"id": lost, "tags": ["not"]})
        account.change({"id": deleted, "active": False})

        found = Proof(tagged("compared")).go_on(account.sources(), now=now())

        compared = found.comparison
        assert (found.matched, compared.in_both) == (3, 1)
        assert whys(compared.only_in_zendesk) == {gained: Why.CHANGED, added: Why.ADDED}
        assert whys(compared.only_in_mirror) == {lost: Why.CHANGED, deleted: Why.DELETED}
        assert "1 created in Zendesk since the sync of" in compared.only_in_zendesk.sentence
        assert compared.synced_at is not None

    def test_leaves_the_mirror_as_zendesk_has_it(self, account):
        (changed,) = account.some(1)
        account.change({"id": changed, "tags": ["mirrored"]})
        Proof(tagged("mirrored")).go_on(account.sources(), now=now())

        again = Proof(tagged("mirrored")).go_on(account.sources(), now=now())

        assert again.comparison.in_both == again.matched == 1

    def test_knows_the_delay_of_zendesks_index(self, account):
        new, old = account.some(2)
        account.change({"id": old, "tags": ["late"]})
        account.sync()
        account.set("search", index_delay_s=300)
        account.set("clock", advance_s=400)
        account.change({"id": new, "tags": ["late"]}, {"id": old, "tags": ["early"]})
        account.sync()

        found = Proof(tagged("late")).go_on(account.sources(), now=now())

        assert found.sentence == "1 of 1 fetched."
        assert whys(found.comparison.only_in_zendesk) == {old: Why.INDEX}
        assert whys(found.comparison.only_in_mirror) == {new: Why.INDEX}
        assert "index follows changes with a delay" in found.comparison.only_in_mirror.sentence


class TestWhatTheMirrorLacks:
    @pytest.fixture
    def members(self, tmp_path):
        file = tmp_path / "people.json"
        file.write_text(json.dumps(TWO_ORGANIZATIONS), "utf-8")
        with (
            sandbox_process("--people", str(file)) as world,
            gateway(world.url) as zendesk,
            open_database(tmp_path / "relay.duckdb") as db,
        ):
            account = Account(world.url, zendesk, db)
            account.sync()
            yield account

    def checked(self, account, *more):
        in_acme = ("organization", "is_any_of", ["31"])
        wanted = ByConditions(tree_from_json(conditions([in_acme, *more])))
        chosen = account.sources(catalogue=catalogue(account.db))
        return Proof(wanted).go_on(chosen, now=now())

    def set_back(self, account, stage, *, finished_at):
        """Let a part have been read to its end at another time, or not at all."""

        def work(session):
            session.run(
                "people.record_stage",
                resource=stage,
                cursor=None,
                fetched=0,
                begun_at=now(),
                finished_at=finished_at,
                notice=None,
            )
            if finished_at is None and stage is Stage.MEMBERSHIPS:
                session.run("people.drop_memberships", seen_at=now())
                session.run("people.apply_memberships", ids=[1002])

        account.db.write(work)

    def test_is_nothing_after_a_whole_sync(self, members):
        found = self.checked(members)

        assert found.comparison.in_both == found.matched == 2
        assert found.notes == ()

    def test_is_said_and_blamed_where_a_condition_looks_at_it(self, members):
        self.set_back(members, Stage.MEMBERSHIPS, finished_at=None)

        found = self.checked(members)

        side = found.comparison.only_in_zendesk
        assert whys(side) == {1002: Why.MEMBERSHIPS}
        assert side.sentence == (
            "1 whose organizations may differ: memberships are missing here, or older."
        )
        assert "Reading the memberships is not finished" in found.notes[0]
        assert found.complete  # Zendesk gave everybody it counts

    def test_is_said_with_its_age_where_it_is_older_than_people(self, members):
        self.set_back(members, Stage.MEMBERSHIPS, finished_at=now() - timedelta(hours=5))

        found = self.checked(members)

        assert found.comparison.in_both == 2
        assert found.notes == (
            (
                "The memberships were last read from Zendesk 5 hours ago, so who belongs to more "
                "than one organization is known only as of then."
            ),
        )

    def test_is_said_of_tickets_which_are_looked_up_here_alone(self, members):
        self.set_back(members, Stage.TICKETS, finished_at=None)

        found = self.checked(members, ("relay.open_ticket", "is", False))

        assert found.comparison.in_both == 2
        assert "Reading the tickets is not finished" in found.notes[0]

    def test_is_no_matter_to_conditions_that_do_not_look_at_it(self, members):
        self.set_back(members, Stage.MEMBERSHIPS, finished_at=None)

        assert Proof(everybody()).go_on(members.sources(), now=now()).notes == ()


class TestTheChecksOfAProcess:
    @pytest.fixture
    def proofs(self, account):
        held = Proofs(sources=account.sources, clock=now)
        yield held
        held.close()

    @staticmethod
    def wait(proofs, id_):
        end = monotonic() + 20
        while (stands := proofs.progress(id_)).state is ProofState.RUNNING:
            assert monotonic() < end
            sleep(0.01)
        return stands

    def test_run_by_themselves_and_survive_json(self, proofs):
        id_ = proofs.start(everybody())

        stands = self.wait(proofs, id_)
        found = proofs.result(id_)

        assert (stands.state, stands.fetched) == (ProofState.FINISHED, found.fetched)
        for kind, value in ((ProofProgress, stands), (ProofResult, found)):
            adapter = TypeAdapter(kind)
            assert adapter.validate_json(adapter.dump_json(value)) == value

    def test_can_be_cancelled_and_gone_on_with(self, proofs, account):
        account.set("faults", latency_ms=200, error_mix={}, scope="all")
        id_ = proofs.start(everybody())
        while not proofs.progress(id_).fetched:
            sleep(0.01)
        proofs.cancel(id_)
        cancelled = self.wait(proofs, id_)
        account.set("faults", latency_ms=0)

        proofs.resume(id_)
        finished = self.wait(proofs, id_)

        assert cancelled.state is ProofState.CANCELLED
        assert 0 < cancelled.fetched < finished.fetched == finished.counted
        assert proofs.result(id_).complete

    def test_are_joined_while_they_run(self, proofs):
        first = proofs.start(everybody())

        joined, other = proofs.start(everybody()), proofs.start(tagged("vip"))

        assert joined == first != other

    def test_say_what_failed(self, proofs):
        id_ = proofs.start(BySegment("Nobody knows"))

        stands = self.wait(proofs, id_)

        assert stands.state is ProofState.FAILED
        assert "Nobody knows" in stands.advice
        with pytest.raises(AudienceError):
            proofs.result(id_)

    def test_are_forgotten_when_there_are_many(self, proofs):
        ids = []
        for number in range(8):
            ids.append(proofs.start(tagged(f"t{number}")))
            self.wait(proofs, ids[-1])

        proofs.start(tagged("last"))

        with pytest.raises(NotFound):
            proofs.progress(ids[0])
        proofs.progress(ids[1])

    def test_are_refused_while_four_others_run(self, proofs, account):
        cancelled = proofs.start(tagged("first"))
        proofs.cancel(cancelled)
        self.wait(proofs, cancelled)
        account.set("faults", latency_ms=300, error_mix={}, scope="all")
        running = [proofs.start(tagged(f"t{number}")) for number in range(4)]

        with pytest.raises(AudienceError) as caught:
            proofs.start(tagged("one more"))
        with pytest.raises(AudienceError):
            proofs.resume(cancelled)

        assert "4 checks against Zendesk are running already" in caught.value.advice
        assert proofs.start(tagged("t0")) == running[0]
        account.set("faults", latency_ms=0)
        for id_ in running:
            self.wait(proofs, id_)
        proofs.start(tagged("one more"))


class TestMoreThanTwentyThousandPeople:
    def test_are_all_fetched(self, db):
        with rehearsal_world(people=25_000) as url, gateway(url) as zendesk:
            chosen = sources(db, search=zendesk, audience_cap=50_000, catalogue=catalogue(db))

            found = Proof(ByQuery("role:end-user")).go_on(chosen, now=now())

        assert found.sentence == f"{found.matched:,} of {found.matched:,} fetched."
        assert found.matched > 20_000
