"""Who to reach: fields, previews, segments."""

from zoneinfo import ZoneInfo

from relay_core.audience.definition import AudienceDefinition
from relay_core.audience.fields import Field, catalogue
from relay_core.audience.matching import Sources
from relay_core.audience.preview import AudiencePreview, preview
from relay_core.audience.segments import Segment, delete_segment, save_segment, segments
from relay_core.desk.people import PeopleDesk


class AudienceDesk(PeopleDesk):
    """What can be done with audiences."""

    def fields(self) -> list[Field]:
        """Return every field that a condition may speak of."""
        return list(catalogue(self._database).fields)

    def preview_audience(self, definition: AudienceDefinition) -> AudiencePreview:
        """Say who is matched, and decide about each of them. Nothing is sent."""
        return preview(definition, self._sources(), now=self._now())

    def _sources(self) -> Sources:
        return Sources(
            database=self._database,
            catalogue=catalogue(self._database),
            zone=ZoneInfo("UTC"),
            search=self._zendesk if self.settings.is_connected else None,
            region=self.settings.default_region,
            audience_cap=self.settings.audience_cap,
            opt_out_tags=self.settings.opt_out_tags,
            opt_out_fields=self.settings.opt_out_fields,
        )

    def segments(self) -> list[Segment]:
        """Return the saved audiences."""
        return segments(self._database)

    def save_segment(self, name: str, definition: AudienceDefinition, *, actor: str) -> Segment:
        """Keep an audience under a name; an existing one of that name is replaced."""
        return save_segment(
            self._database, name=name, definition=definition, actor=actor, now=self._now()
        )

    def delete_segment(self, name: str, *, actor: str) -> None:
        """Forget a saved audience."""
        delete_segment(self._database, name=name, actor=actor, now=self._now())
