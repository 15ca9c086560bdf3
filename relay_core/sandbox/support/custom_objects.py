"""Custom objects at `/api/v2/custom_objects`: definitions, records, searches and jobs."""

import json
from collections.abc import Iterable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from relay_core.sandbox.account.custom_object_values import LOOKUP, TYPES, faults
from relay_core.sandbox.account.custom_objects import (
    FIELD_LIMIT,
    OBJECT_LIMIT,
    RECORD_BYTES,
    RECORD_LIMIT,
    CustomObjects,
    FilterError,
    has_word,
    passes,
)
from relay_core.sandbox.account.jobs import TooManyJobs
from relay_core.sandbox.account.records import Record
from relay_core.sandbox.clock import stamp
from relay_core.sandbox.support.answers import Refusal, answer, coded, not_found, object_in
from relay_core.sandbox.support.callers import caller_id, require_admin
from relay_core.sandbox.support.pages import by_cursor
from relay_core.sandbox.world import World

MOST_FOUND: Final = 10_000
MOST_ITEMS: Final = 100


async def list_objects(request: Request) -> Response:
    """List the objects."""
    objects = list(_store(request).objects.values())
    return answer({"custom_objects": objects})


async def show_object(request: Request) -> Response:
    """Show one object."""
    return answer({"custom_object": _store(request).objects[_key(request)]})


async def define_object(request: Request) -> Response:
    """Make an object; administrators only."""
    require_admin(request)
    given = await object_in(request, "custom_object")
    store = _store(request)
    key = given.get("key")
    if not isinstance(key, str) or not key or not given.get("title"):
        raise Refusal(coded("MissingAttribute", "Invalid object", "key and title are required"))
    if key in store.objects:
        raise Refusal(coded("DuplicateValue", "Invalid object", f"{key} exists", 422))
    if len(store.objects) >= OBJECT_LIMIT:
        raise Refusal(
            coded("LimitReached", "Invalid object", f"at most {OBJECT_LIMIT} objects", 422)
        )
    return answer({"custom_object": store.define(given, user_id=caller_id(request))}, 201)


async def delete_object(request: Request) -> Response:
    """Take an object away; administrators only."""
    require_admin(request)
    _store(request).forget(_key(request))
    return Response(status_code=204)


async def list_fields(request: Request) -> Response:
    """List an object's fields."""
    return answer(by_cursor(request, "custom_object_fields", _store(request).fields[_key(request)]))


async def add_field(request: Request) -> Response:
    """Give an object one more field; administrators only."""
    require_admin(request)
    given = await object_in(request, "custom_object_field")
    key = _key(request)
    if not given.get("key") or not given.get("type"):
        raise Refusal(coded("MissingAttribute", "Invalid field", "key and type are required"))
    if given["type"] not in TYPES:
        raise Refusal(coded("InvalidValue", "Invalid field", f"no type {given['type']}", 422))
    if given["type"] == LOOKUP and not given.get("relationship_target_type"):
        raise Refusal(coded("MissingAttribute", "Invalid field", "relationship_target_type", 422))
    if len(_store(request).fields[key]) >= FIELD_LIMIT:
        raise Refusal(coded("LimitReached", "Invalid field", f"at most {FIELD_LIMIT} fields", 422))
    if given["key"] in {each["key"] for each in _store(request).fields[key]}:
        raise Refusal(coded("DuplicateValue", "Invalid field", f"{given['key']} exists", 422))
    return answer({"custom_object_field": _store(request).add_field(key, given)}, 201)


async def list_records(request: Request) -> Response:
    """List an object's records, all or by ids, in an order when asked."""
    rows = list(_store(request).records[_key(request)].values())
    wanted = request.query_params
    for parameter, attribute in (("filter[ids]", "id"), ("filter[external_ids]", "external_id")):
        if texts := wanted.get(parameter):
            rows = [each for each in rows if each[attribute] in texts.split(",")]
    return answer(by_cursor(request, "custom_object_records", _sorted(rows, wanted.get("sort"))))


async def create_record(request: Request) -> Response:
    """Make a record."""
    given = await object_in(request, "custom_object_record")
    return answer({"custom_object_record": _put(request, given)}, 201)


async def upsert_record(request: Request) -> Response:
    """Make a record, or change the one with this external id or name."""
    given = await object_in(request, "custom_object_record")
    for attribute in ("external_id", "name"):
        value = request.query_params.get(attribute)
        if value is not None:
            known = _store(request).by(_key(request), attribute, value)
            record = _put(request, {attribute: value, **given}, known=known)
            return answer({"custom_object_record": record}, 201 if known is None else 200)
    raise Refusal(coded("MissingParameter", "Invalid request", "external_id or name is missing"))


async def show_record(request: Request) -> Response:
    """Show one record."""
    return answer({"custom_object_record": _record(request)})


async def change_record(request: Request) -> Response:
    """Change one record."""
    given = await object_in(request, "custom_object_record")
    return answer({"custom_object_record": _put(request, given, known=_record(request))})


async def delete_record(request: Request) -> Response:
    """Delete one record."""
    _store(request).remove(_key(request), _record(request)["id"])
    return Response(status_code=204)


async def search_records(request: Request) -> Response:
    """Find records by words, by a filter, or both."""
    rows: Iterable[Record] = list(_store(request).records[_key(request)].values())
    query = request.query_params.get("query")
    if query:
        rows = [each for each in rows if has_word(each, query)]
    if request.method == "POST":
        body = await object_in(request, None)
        try:
            rows = [each for each in rows if passes(each, body.get("filter") or {})]
        except FilterError as error:
            raise Refusal(coded("InvalidFilter", "Invalid filter", str(error))) from error
    found = _sorted(list(rows), request.query_params.get("sort"))[:MOST_FOUND]
    return answer({**by_cursor(request, "custom_object_records", found), "count": len(found)})


async def count_records(request: Request) -> Response:
    """Count an object's records."""
    now = stamp(World.of(request).clock.now())
    count = len(_store(request).records[_key(request)])
    return answer({"count": {"value": count, "refreshed_at": now}})


async def run_job(request: Request) -> Response:
    """Do the same to many records as a job."""
    job = await object_in(request, "job")
    action, items = job.get("action"), job.get("items")
    if not isinstance(items, list) or not 0 < len(items) <= MOST_ITEMS:
        raise Refusal(coded("BadRequest", "Invalid job", "items: between 1 and 100"))
    if action not in _ACTIONS:
        raise Refusal(coded("BadRequest", "Invalid job", f"action: one of {', '.join(_ACTIONS)}"))
    _key(request)
    jobs = World.of(request).jobs
    try:
        jobs.check_room()
    except TooManyJobs:
        return JSONResponse(
            {"error": "TooManyJobs", "description": "Too many jobs are queued or running"},
            status_code=429,
        )
    results = [_acted(request, str(action), item, place) for place, item in enumerate(items)]
    return answer({"job_status": jobs.add(results)}, 201)


async def show_record_limit(request: Request) -> Response:
    """Show how many records there are and may be."""
    count = sum(len(each) for each in _store(request).records.values())
    return answer({"count": count, "limit": RECORD_LIMIT})


async def show_object_limit(request: Request) -> Response:
    """Show how many objects there are and may be."""
    return answer({"count": len(_store(request).objects), "limit": OBJECT_LIMIT})


async def show_field_limit(request: Request) -> Response:
    """Show how many fields an object has and may have."""
    return answer({"count": len(_store(request).fields[_key(request)]), "limit": FIELD_LIMIT})


def _store(request: Request) -> CustomObjects:
    return World.of(request).objects


def _key(request: Request) -> str:
    key = str(request.path_params["key"])
    if key not in _store(request).objects:
        raise Refusal(not_found())
    return key


def _record(request: Request) -> Record:
    found = _store(request).records[_key(request)].get(request.path_params["record_id"])
    if found is None:
        raise Refusal(not_found())
    return found


def _put(request: Request, given: Record, *, known: Record | None = None) -> Record:
    key, store = _key(request), _store(request)
    if wrong := _wrong(request, given, is_new=known is None):
        raise Refusal(coded("InvalidAttribute", "Invalid record", "; ".join(wrong), 422))
    external_id = given.get("external_id")
    owner = store.by(key, "external_id", external_id) if external_id is not None else None
    if owner is not None and (known is None or owner["id"] != known["id"]):
        raise Refusal(coded("DuplicateValue", "Invalid record", "external_id is taken", 422))
    return store.put(key, given, user_id=caller_id(request), known=known)


def _wrong(request: Request, given: Record, *, is_new: bool) -> list[str]:
    """Return what keeps a record from being made or changed."""
    directory = World.of(request).directory

    def is_user(user_id: int) -> bool:
        person = directory.person(user_id)
        return person is not None and bool(person.record["active"])

    values = given.get("custom_object_fields") or {}
    found = faults(_store(request).fields[_key(request)], values, is_user=is_user)
    if is_new and not given.get("name"):
        found.append("name is missing")
    if len(json.dumps(given)) > RECORD_BYTES:
        found.append(f"a record has at most {RECORD_BYTES} bytes")
    return found


def _acted(request: Request, action: str, item: object, place: int) -> Record:
    key, store = _key(request), _store(request)
    if action.startswith("delete"):
        attribute = "external_id" if action.endswith("external_id") else "id"
        known = store.by(key, attribute, item)
        if known is None:
            return _failed(action, place, "RecordNotFound")
        store.remove(key, known["id"])
        return {"index": place, "id": known["id"], "status": "Deleted"}
    if not isinstance(item, dict):
        return _failed(action, place, "BadRequest", "an item must be an object")
    attribute = _ACTIONS[action]
    known = store.by(key, attribute, item.get(attribute)) if attribute else None
    if action == "update" and known is None:
        return _failed(action, place, "RecordNotFound")
    try:
        record = _put(request, item, known=known)
    except Refusal as refusal:
        error = json.loads(bytes(refusal.response.body))["errors"][0]
        return _failed(action, place, error["code"], error["detail"])
    status = "Created" if known is None else "Updated"
    return {"index": place, "id": record["id"], "status": status}


def _failed(action: str, place: int, error: str, details: str = "") -> Record:
    """Return the result of a refused item. Unconfirmed: its place, and that its id is null."""
    return {
        "index": place,
        "id": None,
        "action": action,
        "status": "Failed",
        "success": False,
        "error": error,
        "details": details,
    }


_ACTIONS: Final = {
    "create": "",
    "update": "id",
    "delete": "id",
    "delete_by_external_id": "external_id",
    "create_or_update_by_external_id": "external_id",
    "create_or_update_by_name": "name",
}
"""What finds the record that an action means."""


def _sorted(rows: list[Record], order: str | None) -> list[Record]:
    attribute = (order or "id").removeprefix("-")
    if attribute not in {"id", "updated_at", "created_at", "name"}:
        attribute = "id"
    return sorted(
        rows, key=lambda each: str(each[attribute]), reverse=(order or "").startswith("-")
    )


_OBJECTS: Final = "/api/v2/custom_objects"
_OBJECT: Final = f"{_OBJECTS}/{{key}}"
_RECORDS: Final = f"{_OBJECT}/records"

routes: Final = [
    Route(f"{_OBJECTS}/limits/record_limit", show_record_limit, methods=["GET"]),
    Route(f"{_OBJECTS}/limits/object_limit", show_object_limit, methods=["GET"]),
    Route(_OBJECTS, list_objects, methods=["GET"]),
    Route(_OBJECTS, define_object, methods=["POST"]),
    Route(_OBJECT, show_object, methods=["GET"]),
    Route(_OBJECT, delete_object, methods=["DELETE"]),
    Route(f"{_OBJECT}/fields", list_fields, methods=["GET"]),
    Route(f"{_OBJECT}/fields", add_field, methods=["POST"]),
    Route(f"{_OBJECT}/limits/field_limit", show_field_limit, methods=["GET"]),
    Route(f"{_OBJECT}/jobs", run_job, methods=["POST"]),
    Route(_RECORDS, list_records, methods=["GET"]),
    Route(_RECORDS, create_record, methods=["POST"]),
    Route(_RECORDS, upsert_record, methods=["PATCH"]),
    Route(f"{_RECORDS}/count", count_records, methods=["GET"]),
    Route(f"{_RECORDS}/search", search_records, methods=["GET", "POST"]),
    Route(f"{_RECORDS}/{{record_id}}", show_record, methods=["GET"]),
    Route(f"{_RECORDS}/{{record_id}}", change_record, methods=["PATCH"]),
    Route(f"{_RECORDS}/{{record_id}}", delete_record, methods=["DELETE"]),
]
