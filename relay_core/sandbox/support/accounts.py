"""What else an account tells about people: fields, groups, roles, organizations, locales, jobs."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relay_core.sandbox.account.people.catalogue import FIRST_FIELD_ID, field_record
from relay_core.sandbox.account.people.directory import memberships
from relay_core.sandbox.account.people.loading import check_field
from relay_core.sandbox.account.people.nations import NATIONS
from relay_core.sandbox.account.records import HOME, Record, RecordError
from relay_core.sandbox.support.answers import (
    Refusal,
    answer,
    invalid_record,
    not_found,
    object_in,
    path_id,
)
from relay_core.sandbox.support.callers import require_admin
from relay_core.sandbox.support.pages import listing
from relay_core.sandbox.support.users import person_in
from relay_core.sandbox.world import World

BRAND: Final[Record] = {
    "id": 47,
    "name": "Sandbox",
    "subdomain": "sandbox",
    "active": True,
    "default": True,
}

SETTINGS: Final[Record] = {
    "active_features": {"user_org_fields": True, "user_tagging": True, "voice": True},
    "brands": {"default_brand_id": BRAND["id"]},
    "limits": {"attachment_size": 52_428_800},
    "localization": {
        "locale_ids": sorted({nation.locale_id for nation in NATIONS}),
        "time_zone": "UTC",
        "iana_time_zone": "Etc/UTC",
        "default_locale_identifier": "en-US",
        "uses_12_hour_clock": False,
    },
    "user": {
        "language_selection": True,
        "multiple_organizations": True,
        "tagging": True,
        "time_zone_selection": True,
    },
}


async def show_settings(_request: Request) -> Response:
    """Show the account's settings, as far as they speak of people and time."""
    return answer({"settings": SETTINGS})


async def list_user_fields(request: Request) -> Response:
    """List the custom fields of users."""
    return answer(listing(request, "user_fields", World.of(request).directory.user_fields))


async def show_user_field(request: Request) -> Response:
    """Show one custom field."""
    fields = World.of(request).directory.user_fields
    return answer({"user_field": _with_id(request, "field_id", fields)})


async def create_user_field(request: Request) -> Response:
    """Make a custom field, which nobody has a value of yet."""
    require_admin(request)
    given = await object_in(request, "user_field")
    world = World.of(request)
    directory = world.directory
    taken = {field["key"] for field in directory.user_fields}
    try:
        check_field(given)
    except RecordError as error:
        raise Refusal(invalid_record("key", str(error))) from error
    if given["key"] in taken:
        raise Refusal(invalid_record("key", f"Key: {given['key']} is taken", "DuplicateValue"))
    ids = [field["id"] for field in directory.user_fields]
    field = field_record(given, max(ids, default=FIRST_FIELD_ID) + 1, world.clock.now())
    directory.add_field(field)
    return answer({"user_field": field}, 201)


async def delete_user_field(request: Request) -> Response:
    """Take a custom field away, and its value from everybody."""
    require_admin(request)
    directory = World.of(request).directory
    field = _with_id(request, "field_id", directory.user_fields)
    directory.forget_field(field["key"])
    return Response(status_code=204)


async def list_groups(request: Request) -> Response:
    """List the groups of team members."""
    return answer(listing(request, "groups", list(World.of(request).directory.groups.values())))


async def show_group(request: Request) -> Response:
    """Show one group."""
    groups = World.of(request).directory.groups.values()
    return answer({"group": _with_id(request, "group_id", groups)})


async def list_group_memberships(request: Request) -> Response:
    """List who is in which group."""
    rows = World.of(request).directory.memberships("group")
    return answer(listing(request, "group_memberships", rows))


async def list_groups_of_user(request: Request) -> Response:
    """List the groups of one user."""
    rows = memberships([person_in(request)], "group")
    return answer(listing(request, "group_memberships", rows))


async def list_organizations(request: Request) -> Response:
    """List the organizations."""
    rows = list(World.of(request).directory.organizations.values())
    return answer(listing(request, "organizations", rows))


async def show_organization(request: Request) -> Response:
    """Show one organization."""
    organizations = World.of(request).directory.organizations.values()
    return answer({"organization": _with_id(request, "organization_id", organizations)})


async def list_organization_memberships(request: Request) -> Response:
    """List who belongs to which organization."""
    rows = World.of(request).directory.memberships("organization")
    return answer(listing(request, "organization_memberships", rows))


async def list_organizations_of_user(request: Request) -> Response:
    """List the organizations of one user."""
    rows = memberships([person_in(request)], "organization")
    return answer(listing(request, "organization_memberships", rows))


async def list_custom_roles(request: Request) -> Response:
    """List the roles of team members, with how many have each."""
    directory = World.of(request).directory
    counts = Counter(person.record["custom_role_id"] for person in directory.people())
    rows = [{**role, "team_member_count": counts[role["id"]]} for role in directory.custom_roles]
    return answer(
        {"custom_roles": rows, "next_page": None, "previous_page": None, "count": len(rows)}
    )


async def list_locales(request: Request) -> Response:
    """List the languages of the account."""
    rows = [
        {
            "id": nation.locale_id,
            "url": f"{HOME}/locales/{nation.locale}.json",
            "locale": nation.locale,
            "name": nation.locale,
            "default": nation.locale == "en-US",
        }
        for nation in NATIONS
    ]
    return answer(listing(request, "locales", rows))


async def list_brands(request: Request) -> Response:
    """List the account's only brand."""
    return answer(listing(request, "brands", [BRAND]))


async def list_tags(request: Request) -> Response:
    """List the tags of users and tickets, the most used first."""
    world = World.of(request)
    counts = Counter(tag for person in world.directory.people() for tag in person.record["tags"])
    counts.update(tag for ticket in world.tickets.tickets.values() for tag in ticket["tags"])
    rows = [{"name": name, "count": count} for name, count in counts.most_common()]
    return answer(listing(request, "tags", rows))


async def show_job(request: Request) -> Response:
    """Show how a background job stands."""
    status = World.of(request).jobs.status(request.path_params["job_id"])
    if status is None:
        raise Refusal(not_found())
    return answer({"job_status": status})


def _with_id(request: Request, name: str, records: Iterable[Record]) -> Record:
    wanted = path_id(request, name)
    for record in records:
        if record["id"] == wanted:
            return record
    raise Refusal(not_found())


routes: Final = [
    Route("/api/v2/account/settings", show_settings, methods=["GET"]),
    Route("/api/v2/user_fields", list_user_fields, methods=["GET"]),
    Route("/api/v2/user_fields", create_user_field, methods=["POST"]),
    Route("/api/v2/user_fields/{field_id}", show_user_field, methods=["GET"]),
    Route("/api/v2/user_fields/{field_id}", delete_user_field, methods=["DELETE"]),
    Route("/api/v2/groups", list_groups, methods=["GET"]),
    Route("/api/v2/groups/{group_id}", show_group, methods=["GET"]),
    Route("/api/v2/group_memberships", list_group_memberships, methods=["GET"]),
    Route("/api/v2/users/{user_id}/group_memberships", list_groups_of_user, methods=["GET"]),
    Route("/api/v2/organizations", list_organizations, methods=["GET"]),
    Route("/api/v2/organizations/{organization_id}", show_organization, methods=["GET"]),
    Route("/api/v2/organization_memberships", list_organization_memberships, methods=["GET"]),
    Route(
        "/api/v2/users/{user_id}/organization_memberships",
        list_organizations_of_user,
        methods=["GET"],
    ),
    Route("/api/v2/custom_roles", list_custom_roles, methods=["GET"]),
    Route("/api/v2/locales", list_locales, methods=["GET"]),
    Route("/api/v2/brands", list_brands, methods=["GET"]),
    Route("/api/v2/tags", list_tags, methods=["GET"]),
    Route("/api/v2/job_statuses/{job_id}", show_job, methods=["GET"]),
]
