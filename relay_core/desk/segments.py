"""Audiences that are kept: segments with their history, and uploaded lists of people."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pydantic import Base64Bytes

from relay_core.audience.comparing.segment_difference import Difference, difference, remember_use
from relay_core.audience.conditions.clauses import judging
from relay_core.audience.conditions.definition import AudienceDefinition, BySegment
from relay_core.audience.conditions.fields import catalogue
from relay_core.audience.resolving.matching import match
from relay_core.audience.screening.preview import preview_of
from relay_core.audience.segments.files import (
    Arrival,
    import_segments,
    segments_from_json,
    segments_to_json,
    with_dependencies,
)
from relay_core.audience.segments.history import (
    SegmentUse,
    SegmentVersion,
    last_uses,
    restore_version,
    uses,
    versions,
)
from relay_core.audience.segments.saved import (
    Segment,
    delete_segment,
    duplicate_segment,
    rename_segment,
    save_segment,
    segment_named,
    segments,
)
from relay_core.audience.uploads.kept import (
    Upload,
    delete_upload,
    keep_upload,
    upload_leftovers,
    uploads,
)
from relay_core.desk.audiences import AudienceDesk
from relay_core.people.identifying import ReadAs
from relay_core.store.tables import Table


class SegmentDesk(AudienceDesk):
    """What can be done with segments and uploads."""

    def segments(self) -> list[Segment]:
        """Return the saved audiences."""
        return segments(self._database)

    def segment(self, name: str) -> Segment:
        """Return one saved audience."""
        return segment_named(self._database, name)

    def save_segment(self, name: str, definition: AudienceDefinition, *, actor: str) -> Segment:
        """Keep an audience under a name; an existing one of that name gets a new version."""
        with self._changing():
            return save_segment(
                self._database, name=name, definition=definition, actor=actor, now=self._now()
            )

    def rename_segment(self, name: str, *, to: str, actor: str) -> Segment:
        """Give a segment another name; whatever uses it follows."""
        with self._changing():
            return rename_segment(self._database, name=name, to=to, actor=actor, now=self._now())

    def duplicate_segment(self, name: str, *, to: str, actor: str) -> Segment:
        """Keep the same question under a second name."""
        return duplicate_segment(self._database, name=name, to=to, actor=actor, now=self._now())

    def delete_segment(self, name: str, *, actor: str) -> None:
        """Forget a saved audience that nothing uses."""
        with self._changing():
            delete_segment(self._database, name=name, actor=actor, now=self._now())

    def segment_versions(self, name: str) -> list[SegmentVersion]:
        """Return every version of a segment, newest first."""
        return versions(self._database, name)

    def restore_segment(self, name: str, *, number: int, actor: str) -> Segment:
        """Ask again what an earlier version asked; this is a new version."""
        with self._changing():
            return restore_version(
                self._database, name=name, number=number, actor=actor, now=self._now()
            )

    def segment_uses(self, name: str) -> list[SegmentUse]:
        """Return how large a segment was at each use, oldest first."""
        return uses(self._database, name)

    def last_segment_uses(self) -> dict[str, SegmentUse]:
        """Return the last use of every segment that was used at all, by its name."""
        return last_uses(self._database)

    def segment_difference(self, name: str) -> Difference | None:
        """Return who entered and who left since the last use, and why; None before any use."""
        sources = self._sources()
        found = self._lately_found(BySegment(name), sources)
        return difference(sources, name=name, found=found.match.predicate, now=found.as_of)

    def remember_segment(self, name: str, *, purpose: str = "snapshot") -> SegmentUse:
        """Count a segment and keep who is in it, so that the next look can say what changed."""
        now, sources = self._now(), self._sources()
        found = match(BySegment(name), sources, now=now)
        counted = preview_of(found, sources, now=now, rows=0)
        return remember_use(
            sources,
            name=name,
            found=found.predicate,
            will_receive=counted.will_receive,
            purpose=purpose,
            now=now,
        )

    def export_segments(self, names: Sequence[str]) -> str:
        """Return segments, and those they depend on, as JSON."""
        chosen = with_dependencies(self._database, names)
        return segments_to_json(chosen, catalogue=catalogue(self._database))

    def import_segments(self, text: str, *, replacing: bool, actor: str) -> dict[str, Arrival]:
        """Keep the segments of an export, all or none; say what became of each.

        Args:
            text: JSON.
            replacing: Whether a segment of the same name gets a new version; else it is refused.
            actor: Who imports.
        """
        with self._changing():
            wanted = segments_from_json(text, judge=judging(catalogue(self._database)))
            return import_segments(
                self._database, wanted, replacing=replacing, actor=actor, now=self._now()
            )

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Forget what Zendesk answered about segments once they say something else."""
        try:
            yield
        finally:
            self._found.forget()

    def uploads(self) -> list[Upload]:
        """Return the uploaded lists."""
        return uploads(self._database)

    def keep_upload(
        self, name: str, *, content: Base64Bytes, column: str, read_as: ReadAs, actor: str
    ) -> Upload:
        """Keep a CSV file as a list of people; rows that name nobody are kept aside."""
        return keep_upload(
            self._database,
            content=content,
            name=name,
            column=column,
            read_as=read_as,
            region=self.settings.default_region,
            actor=actor,
            now=self._now(),
        )

    def upload_leftovers(self, name: str) -> Table:
        """Return the rows of an upload that name nobody, each with the reason."""
        return upload_leftovers(self._database, name)

    def delete_upload(self, name: str, *, actor: str) -> None:
        """Forget an upload that nothing uses."""
        delete_upload(self._database, name=name, actor=actor, now=self._now())
