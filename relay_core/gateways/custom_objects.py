"""Zendesk's custom objects: definitions, and records written a hundred at a time by jobs.

A record is known by the external id that its writer gives it, so a job whose end is not known can
be made again: it writes the same records to the same places.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field, field_validator

from relay_core.errors import NoSuchRecord
from relay_core.gateways.reader import JsonObject, Reader, answer, client, parsed, unreachable
from relay_core.gateways.zendesk_sign_in import signed_in
from relay_core.options.account import Account

MOST_ITEMS: Final = 100
"""Records in one job. Source: Zendesk, custom object record bulk jobs."""
_LONGEST_REFUSAL: Final = 300
_NAME: Final = "Zendesk"
_OBJECTS: Final = "/api/v2/custom_objects"


class JobAction(StrEnum):
    """What a job does with each of its items."""

    WRITE = "create_or_update_by_external_id"
    REMOVE = "delete_by_external_id"


class JobResult(BaseModel):
    """What became of one item of a job.

    Unconfirmed for custom objects: the specification shows whole records where it worked, and job
    statuses in general name `status`, `success`, `error` and `errors`. Whatever tells of a failure
    counts as one.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    index: int | None = None
    status: str = ""
    success: bool = True
    error: Any = None
    errors: Any = None
    details: Any = None

    @property
    def refusal(self) -> str | None:
        """Why it was refused, in Zendesk's words; None when it was not."""
        said = " ".join(str(each) for each in (self.error, self.details, self.errors) if each)
        if said or not self.success or self.status.casefold() == "failed":
            return said[:_LONGEST_REFUSAL] or "refused without a reason"
        return None


class Job(BaseModel):
    """A job and how far it is. Source: Zendesk, job statuses."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    status: str
    message: str | None = None
    results: tuple[JobResult, ...] | None = None

    @field_validator("results", mode="before")
    @classmethod
    def _one_for_all(cls, given: object) -> object:
        """Take `{"success": true}` as well, which job statuses may have in place of a list."""
        return None if given == {"success": True} else given

    @property
    def is_over(self) -> bool:
        """Whether nothing of it will change any more."""
        return self.status not in {"queued", "working"}


class _JobAnswer(BaseModel):
    job_status: Job


class _Named(BaseModel):
    key: str


class _ObjectList(BaseModel):
    custom_objects: tuple[_Named, ...]


class _More(BaseModel):
    has_more: bool = False


class _Links(BaseModel):
    next: str | None = None


class _FieldPage(BaseModel):
    custom_object_fields: tuple[_Named, ...]
    meta: _More = Field(default_factory=_More)
    links: _Links = Field(default_factory=_Links)


class _ListedRecord(BaseModel):
    external_id: str | None = None


class _RecordPage(BaseModel):
    custom_object_records: tuple[_ListedRecord, ...]
    meta: _More = Field(default_factory=_More)
    links: _Links = Field(default_factory=_Links)


class CustomObjects:
    """The custom objects of one account."""

    def __init__(self, http: httpx.Client) -> None:
        """Use `custom_objects` to build one from an account."""
        self._http = http
        self._reader = Reader(http, name=_NAME)

    def keys(self) -> frozenset[str]:
        """Return the keys of all objects.

        Raises:
            AccessDenied: The plan or the role does not include them.
        """
        found = parsed(_ObjectList, self._reader.get(_OBJECTS), what=_NAME)
        return frozenset(each.key for each in found.custom_objects)

    def field_keys(self, key: str) -> frozenset[str]:
        """Return the keys of an object's fields."""
        pages = self._reader.pages(
            f"{_OBJECTS}/{quote(key)}/fields",
            {"page[size]": 100},
            page=_FieldPage,
            next_url=lambda page: page.links.next if page.meta.has_more else None,
        )
        return frozenset(each.key for page in pages for each in page.custom_object_fields)

    def define(self, definition: Mapping[str, object]) -> None:
        """Make an object; administrators only. Tried once.

        Raises:
            GatewayError: Zendesk refused, e.g. because the plan has no room for another.
        """
        self._post(_OBJECTS, {"custom_object": dict(definition)})

    def add_field(self, key: str, field: Mapping[str, object]) -> None:
        """Give an object one more field. As `define`."""
        self._post(f"{_OBJECTS}/{quote(key)}/fields", {"custom_object_field": dict(field)})

    def external_ids(self, key: str) -> Iterator[list[str]]:
        """Yield the external ids of an object's records, a page at a time.

        Raises:
            NoSuchRecord: There is no such object.
        """
        pages = self._reader.pages(
            f"{_OBJECTS}/{quote(key)}/records",
            {"page[size]": 100},
            page=_RecordPage,
            next_url=lambda page: page.links.next if page.meta.has_more else None,
        )
        for page in pages:
            yield [each.external_id for each in page.custom_object_records if each.external_id]

    def begin(
        self, key: str, action: JobAction, items: Sequence[Mapping[str, object] | str]
    ) -> Job:
        """Begin a job over at most `MOST_ITEMS` records.

        Raises:
            ValueError: More items than that.
            OutsideUnavailable: It may or may not have begun; or as many jobs as allowed run.
            GatewayError: Zendesk refused.
        """
        if len(items) > MOST_ITEMS:
            raise ValueError(f"at most {MOST_ITEMS} records at once")
        job = {"action": action.value, "items": list(items)}
        body = self._post(f"{_OBJECTS}/{quote(key)}/jobs", {"job": job})
        return parsed(_JobAnswer, body, what=_NAME).job_status

    def job(self, job_id: str) -> Job | None:
        """Return how far a job is; None when Zendesk does not know it any more."""
        try:
            body = self._reader.get(f"/api/v2/job_statuses/{quote(job_id, safe='')}")
        except NoSuchRecord:
            return None
        return parsed(_JobAnswer, body, what=_NAME).job_status

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _post(self, path: str, body: JsonObject) -> JsonObject:
        try:
            response = self._http.post(path, json=body)
        except httpx.TransportError as error:
            raise unreachable(_NAME, error) from error
        return answer(response, what=_NAME)


def custom_objects(
    account: Account, *, timeout_s: float, auth: httpx.Auth | None = None
) -> CustomObjects:
    """Return the custom objects as these credentials open them, or `auth` in their place."""
    auth = auth or signed_in(account, timeout_s=timeout_s)
    return CustomObjects(client(url=account.zendesk_url, auth=auth, timeout_s=timeout_s))
