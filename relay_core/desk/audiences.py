"""Who to reach: fields, queries, previews, proofs, and why somebody is in or not."""

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from relay_core.audience.comparing.proof import ProofProgress, ProofResult
from relay_core.audience.comparing.proofs import Proofs
from relay_core.audience.conditions.definition import AudienceDefinition
from relay_core.audience.conditions.fields import Field, catalogue, counted
from relay_core.audience.person.explaining import PersonExplained, explain_person
from relay_core.audience.person.finding import FoundPerson, find_people, known_people
from relay_core.audience.policy import ANY_PURPOSE, Policy, Purpose
from relay_core.audience.resolving.found_people import Found, FoundPeople
from relay_core.audience.resolving.matching import Against, match
from relay_core.audience.resolving.sources import Sources
from relay_core.audience.screening.choices import (
    Choice,
    choices,
    unchoose,
)
from relay_core.audience.screening.distributions import distributions
from relay_core.audience.screening.people_columns import Column, columns_of, people_of
from relay_core.audience.screening.preview import AudiencePreview, preview_of
from relay_core.audience.search.query import QueryCheck, check_query
from relay_core.desk.gates import policy_of
from relay_core.desk.people import PeopleDesk
from relay_core.people.identifying import Identified, ReadAs, identify, pasted
from relay_core.people.stages import SyncProgress
from relay_core.settings import Settings
from relay_core.store.database import Database
from relay_core.store.tables import Table


class AudienceDesk(PeopleDesk):
    """What can be done with audiences."""

    def __init__(
        self, settings: Settings, *, database: Database, now: Callable[[], datetime]
    ) -> None:
        """Use `relay_core.relay.open_relay`."""
        super().__init__(settings, database=database, now=now)
        self._proofs = Proofs(sources=self._sources, clock=now)
        self._found = FoundPeople()

    def sync_people_reporting(
        self, report: Callable[[SyncProgress], None], *, anew: bool = False
    ) -> SyncProgress:
        """Do the same, telling after each page how far it is."""
        try:
            return super().sync_people_reporting(report, anew=anew)
        finally:
            self._found.forget()

    def fields(self, *, for_picking: bool = True) -> list[Field]:
        """Return every field that a condition may speak of.

        Args:
            for_picking: Whether somebody will choose values; without it nobody is counted, which
                is all that is needed to put a definition into words.
        """
        return list(catalogue(self._database, for_picking=for_picking).fields)

    def counted_choices(self, field: Field) -> Field:
        """Return a custom field with how many people have each of its choices."""
        return counted(field, self._database)

    def check_query(self, query: str) -> QueryCheck:
        """Say what is wrong or doubtful with a Zendesk query, and what it would find."""
        return check_query(query, catalogue=catalogue(self._database, for_picking=False))

    def preview_audience(
        self,
        definition: AudienceDefinition,
        *,
        purpose: Purpose = ANY_PURPOSE,
        include_staff: bool = False,
        against: Against = "mirror",
        screen: bool = True,
        rows: int | None = None,
    ) -> AudiencePreview:
        """Say who is matched, and decide about each of them. Nothing is sent.

        Args:
            definition: Who is meant.
            purpose: What the audience is for: channel, template and campaign.
            include_staff: Whether team members may be looked at; they are never messaged.
            against: Who answers conditions: the mirror, or Zendesk's search.
            screen: False to see whom the definition alone matches.
            rows: How many people to hand over; None for all.
        """
        sources = self._sources()
        found = self._lately_found(
            definition, sources, include_staff=include_staff, against=against
        )
        return preview_of(
            found.match, sources, now=found.as_of, purpose=purpose, screen=screen, rows=rows
        )

    def audience_columns(self) -> list[Column]:
        """Return every column that `audience_people` can show."""
        return list(columns_of(catalogue(self._database, for_picking=False)))

    def audience_people(
        self,
        definition: AudienceDefinition,
        *,
        columns: Sequence[str],
        decision: str | None = None,
        purpose: Purpose = ANY_PURPOSE,
        limit: int | None = None,
    ) -> Table:
        """Return the people behind a bar of the waterfall.

        Args:
            definition: Who is meant.
            columns: Keys of `audience_columns`; each becomes a column of that name.
            decision: A reason for leaving out, or `will_receive`; None for everybody matched.
            purpose: What the audience is for.
            limit: Most people; None for all.
        """
        sources = self._sources()
        found = self._lately_found(definition, sources)
        return people_of(
            found.match,
            sources,
            purpose=purpose,
            now=found.as_of,
            decision=decision,
            columns=columns,
            limit=limit,
        )

    def distributions(
        self, definition: AudienceDefinition, *, purpose: Purpose = ANY_PURPOSE
    ) -> dict[str, Table]:
        """Return how those who will receive are spread over countries, languages, tags."""
        sources = self._sources()
        found = self._lately_found(definition, sources)
        return distributions(found.match, sources, purpose=purpose, now=found.as_of)

    # Checking against Zendesk

    def start_proof(self, definition: AudienceDefinition, *, include_staff: bool = False) -> str:
        """Begin to compare an audience with what Zendesk itself finds; return the check's id."""
        return self._proofs.start(definition, include_staff=include_staff)

    def proof_progress(self, proof: str) -> ProofProgress:
        """Return how far a check has come."""
        return self._proofs.progress(proof)

    def cancel_proof(self, proof: str) -> None:
        """Stop a check; what it fetched is kept."""
        self._proofs.cancel(proof)

    def resume_proof(self, proof: str) -> None:
        """Go on with a check that was stopped or failed."""
        self._proofs.resume(proof)

    def proof_result(self, proof: str) -> ProofResult:
        """Return what a finished check found."""
        return self._proofs.result(proof)

    # One person, and people moved by hand

    def find_people(self, text: str) -> list[FoundPerson]:
        """Return the people whom a name, a phone number, an address or an id may mean."""
        return list(find_people(self._database, text, region=self.settings.default_region))

    def known_people(self, person_ids: Sequence[int]) -> list[FoundPerson]:
        """Return the people of these ids by name; who is not known is passed over."""
        return list(known_people(self._database, person_ids))

    def explain_person(
        self, definition: AudienceDefinition, person_id: int, *, purpose: Purpose = ANY_PURPOSE
    ) -> PersonExplained:
        """Say of one person which conditions hold, and which rule decides."""
        return explain_person(
            definition, person_id, self._sources(), purpose=purpose, now=self._now()
        )

    def identify_people(self, text: str, *, read_as: ReadAs | None = None) -> Identified:
        """Return whom a pasted list means: ids, phone numbers or addresses, one to a line."""
        return identify(
            self._database, pasted(text), read_as=read_as, region=self.settings.default_region
        )

    def choices(self, *, campaign_id: int | None) -> list[Choice]:
        """Return who was moved by hand: in a campaign, or on the block list for None."""
        return choices(self._database, campaign_id)

    def unchoose_people(
        self, person_ids: Sequence[int], *, campaign_id: int | None, actor: str
    ) -> int:
        """Take back what was decided by hand; return about how many people something was."""
        return unchoose(
            self._database,
            campaign_id=campaign_id,
            person_ids=person_ids,
            actor=actor,
            now=self._now(),
        )

    def _lately_found(
        self,
        definition: AudienceDefinition,
        sources: Sources,
        *,
        include_staff: bool = False,
        against: Against = "mirror",
    ) -> Found:
        """Return who matches; what Zendesk answered a moment ago is not asked again."""
        now = self._now()
        return self._found.found(
            definition,
            include_staff=include_staff,
            against=against,
            now=now,
            find=lambda: match(
                definition, sources, now=now, include_staff=include_staff, against=against
            ),
        )

    def _sources(self) -> Sources:
        return Sources(
            database=self._database,
            catalogue=catalogue(self._database, for_picking=False),
            zone=ZoneInfo(self.time_zone()),
            search=self._zendesk if self.settings.is_connected else None,
            region=self.settings.default_region,
            audience_cap=self.settings.audience_cap,
            policy=self._policy(),
        )

    def _policy(self) -> Policy:
        return policy_of(self.settings)
