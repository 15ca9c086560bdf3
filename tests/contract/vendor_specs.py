"""The vendors' own OpenAPI files, made ready for openapi-core.

Each is cut down to the paths that a test asks about before anything is built from it: the
Support one alone has 427 of them.
"""

import json
import os
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_core import Config, OpenAPI

from tests.contract.recording import HOST

FOLDER = Path(
    os.environ.get("RELAY_TEST_SPECS") or Path(__file__).parents[2].parent / "shared" / "specs"
)
MANDATORY = os.environ.get("RELAY_TEST_MANDATORY") == "1"

Spec = dict[str, Any]


class _Loader(yaml.CSafeLoader):
    """Reads a bare `=` as a text; YAML 1.1 reserves it for something nobody uses."""


_Loader.add_constructor("tag:yaml.org,2002:value", lambda _, node: node.value)


def require_specs() -> None:
    """Skip the test where the vendors' files are absent, unless they must be there."""
    if FOLDER.is_dir():
        return
    missing = f"the vendors' OpenAPI files are not in {FOLDER}; set RELAY_TEST_SPECS"
    if MANDATORY:
        pytest.fail(missing)
    pytest.skip(missing)


@cache
def support() -> Spec:
    """Zendesk Support, OpenAPI 3.0.

    The file knows the legacy Basic sign-in only. OAuth's Bearer is on the vendor's pages, and
    the call that gets a token cannot need one. Where a list can be paged by number or by cursor,
    only the cursor is left, which is what Relay uses: openapi-core cannot read a `page` that
    may be either. What the export of users may bring beside them is said on a page that its
    description names (Side-loading, Users: organizations, abilities, roles, identities, groups).
    Of custom objects it calls a record's name read only where its own words say when it has to be
    given, leaves out the pages that it describes for lists of fields, and knows results of jobs
    with whole numbers as ids only, which those of records are not.
    """
    spec = _read_json("zendesk-support.openapi.json")
    page = spec["components"]["parameters"]["DualPaginationPage"]
    page["schema"] = next(each for each in page["schema"]["oneOf"] if each["type"] == "object")
    spec["components"]["securitySchemes"]["bearer"] = {"type": "http", "scheme": "bearer"}
    spec["security"] = [{"basicAuth": []}, {"bearer": []}]
    spec["paths"]["/oauth/tokens"]["post"]["security"] = []
    side_loads = {"$ref": "#/components/parameters/UsersInclude"}
    spec["paths"]["/api/v2/incremental/users/cursor"]["parameters"].append(side_loads)
    schemas = spec["components"]["schemas"]
    schemas["CustomObjectRecord"]["properties"]["name"]["readOnly"] = False
    fields = spec["paths"]["/api/v2/custom_objects/{custom_object_key}/fields"]["get"]
    fields["parameters"].append({"$ref": "#/components/parameters/DualPaginationPage"})
    for result in ("CreateResourceResult", "UpdateResourceResult", "FailedResult"):
        schemas[result]["properties"]["id"] = {}
    return spec


def without_nulls(value: Any) -> Any:
    """Return JSON without its nulls.

    The Support file marks hardly anything as nullable; the service says null for what is empty.
    """
    match value:
        case dict():
            return {key: without_nulls(each) for key, each in value.items() if each is not None}
        case list():
            return [without_nulls(each) for each in value]
        case _:
            return value


@cache
def sunco_v2() -> Spec:
    """Sunshine Conversations v2, OpenAPI 3.0."""
    text = (FOLDER / "sunco-v2.openapi.yaml").read_text(encoding="utf-8")
    spec: Spec = yaml.load(text, _Loader)  # noqa: S506 - a safe loader, taught one more tag
    return spec


@cache
def sunco_v1() -> Spec:
    """Sunshine Conversations v1.1, Swagger 2.0 said in OpenAPI 3.0.

    The file knows notifications under `/v1` only; `/v1.1` is the same call.
    """
    spec = _as_openapi_3(_read_json("sunco-v1.swagger.json"))
    paths = spec["paths"]
    paths["/v1.1/apps/{appId}/notifications"] = paths["/v1/apps/{appId}/notifications"]
    return spec


def contract(spec: Spec, *, base: str, paths: Collection[str]) -> OpenAPI:
    """Return these paths of a specification as something that validates, served under `base`."""
    cut = {
        **spec,
        "servers": [{"url": f"{HOST}{base}"}],
        "paths": {path: spec["paths"][path] for path in paths},
    }
    return OpenAPI.from_dict(cut, config=Config(spec_validator_cls=None))


def declared_queries(spec: Spec, path: str, method: str) -> set[str]:
    """Return the names of all query parameters that an operation knows."""
    item = spec["paths"][path]
    listed = [*item.get("parameters", []), *item[method].get("parameters", [])]
    found = [
        spec["components"]["parameters"][each["$ref"].rsplit("/", 1)[1]] if "$ref" in each else each
        for each in listed
    ]
    return {each["name"] for each in found if each["in"] == "query"}


def _read_json(name: str) -> Spec:
    spec: Spec = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return spec


def _as_openapi_3(swagger: Spec) -> Spec:
    """Say a Swagger 2.0 document in OpenAPI 3.0, as far as its paths and schemas go."""
    swagger = json.loads(json.dumps(swagger).replace("#/definitions/", "#/components/schemas/"))
    return {
        "openapi": "3.0.3",
        "info": swagger["info"],
        "paths": {
            path: {method: _operation(found) for method, found in methods.items()}
            for path, methods in swagger["paths"].items()
        },
        "components": {
            "schemas": swagger["definitions"],
            "securitySchemes": {
                "jwt": {"type": "apiKey", "name": "Authorization", "in": "header"},
                "basicAuth": {"type": "http", "scheme": "basic"},
            },
        },
        "security": swagger["security"],
    }


def _operation(operation: Spec) -> Spec:
    given = operation.get("parameters", [])
    typed = ("type", "format", "enum", "items", "default", "minimum", "maximum")
    said: Spec = {
        "parameters": [
            {
                "name": each["name"],
                "in": each["in"],
                "required": each.get("required", False),
                "schema": {key: each[key] for key in typed if key in each},
            }
            for each in given
            if each["in"] in {"path", "query", "header"}
        ],
        "responses": {
            status: {"description": "", "content": {"application/json": {"schema": found}}}
            if (found := answer.get("schema"))
            else {"description": ""}
            for status, answer in operation["responses"].items()
        },
    }
    for each in given:
        if each["in"] == "body":
            said["requestBody"] = {
                "required": each.get("required", False),
                "content": {"application/json": {"schema": each["schema"]}},
            }
    return said
