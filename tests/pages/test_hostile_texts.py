"""Texts from outside stand on pages as they are: no link, picture, icon, colour or formula."""

import json
import re

import pytest
import streamlit as st
from streamlit.testing.v1.element_tree import Block, Element

from pages._runtime import close_desk, control_desk
from pages._shell import _PAGES
from relay_core.audience.conditions.definition import ByQuery
from relay_core.audience.policy import ANY_PURPOSE
from relay_core.campaigns.bindings import FromField, Static
from relay_core.templates.writing.template import Category, Template
from tests.journeys.programs import sandbox_process
from tests.pages.conftest import opened

SIGN = "\N{SKULL AND CROSSBONES}"
EVIL = f"{SIGN}[x](javascript:alert(1)) <img src=x> :red[r] :material/home: $y$ `c`"
UNESCAPED = re.compile(rf"{SIGN}\[x\]|(?<!\\)(<img|:red|:material/home|\$y|`c`)")
PLAIN = {
    ("text_input", "default"),
    ("text_input", "value"),
    ("text_area", "default"),
    ("text_area", "value"),
    ("selectbox", "options"),
    ("selectbox", "raw_value"),
    ("multiselect", "options"),
    ("code", "code_text"),
    ("text", "body"),
}
"""What a browser shows as it is, by the kind of element and its field."""
TWILIO = "5e4af71a81966cfff3ef6551"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A stand-in world where everybody and everything is called something hostile."""
    people = [
        {
            "id": 1000 + n,
            "name": f"{EVIL} {n}",
            "phone": f"+31612{300_000 + n}",
            "tags": ["town", f"{SIGN}[x](y)"],
            "notes": EVIL,
            "details": EVIL,
            "external_id": f"{SIGN}[x](y){n}",
            "organization_id": 5,
            "user_fields": {"odd": EVIL},
        }
        for n in range(4)
    ]
    account = {
        "users": [*people, {"id": 2000, "name": EVIL, "tags": ["town"], "phone": EVIL}],
        "organizations": [{"id": 5, "name": EVIL}],
        "groups": [{"id": 6, "name": EVIL}],
        "user_fields": [{"key": "odd", "title": EVIL, "type": "text"}],
    }
    file = tmp_path_factory.mktemp("hostile") / "people.json"
    file.write_text(json.dumps(account), "utf-8")
    with sandbox_process("--people", str(file), "--speed", "20") as running:
        yield running


@pytest.fixture(scope="module")
def desk(world, tmp_path_factory):
    """A front desk at which all that a person can write is hostile too."""
    st.cache_resource.clear()
    close_desk()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("RELAY_DATA_DIR", str(tmp_path_factory.mktemp("hostile")))
        environment.setenv("RELAY_SANDBOX_URL", world.url)
        desk = control_desk().relay
    write_hostile_texts(desk)
    yield desk
    st.cache_resource.clear()
    close_desk()


def write_hostile_texts(desk):
    """Put one wherever a person, a file or an event can bring it."""
    desk.sync_people()
    desk.refresh_templates()
    town = ByQuery("tags:town")
    desk.save_segment(EVIL, town, actor=EVIL)
    desk.create_template(
        Template(
            name="hostile",
            language="en",
            category=Category.MARKETING,
            body=f"Dear {{{{Clarice}}}}, {EVIL} {{{{Monday}}}} and so on.",
        ),
        integration_ids=[TWILIO],
        actor=EVIL,
    )
    template = desk.template("hostile")
    desk.create_campaign(
        EVIL,
        template_id=template.id,
        integration_id=TWILIO,
        definition=town,
        bindings={"clarice": FromField("name", EVIL), "monday": Static()},
        actor=EVIL,
    )
    desk.choose_people([1003], choice="excluded", purpose=ANY_PURPOSE, reason=EVIL, actor=EVIL)
    column = f"{SIGN}[x](y)"
    rows = f'"{column}"\n1001\n"{EVIL}"\n'.encode()
    desk.keep_upload(EVIL, content=rows, column=column, read_as="id", actor=EVIL)
    sent = desk.send(
        EVIL, static_values={"monday": EVIL}, request_id="one", actor=EVIL, accepted=True
    )
    reply = {
        "trigger": "message:appUser",
        "client": {"platform": "twilio", "externalId": "+31612300001"},
        "messages": [{"_id": "m", "text": EVIL}],
    }
    desk.hear(json.dumps(reply).encode())
    desk.hear(EVIL.encode())
    desk.pause_run(sent.run, actor=EVIL)


def texts_of(message, kind, path=()):
    """Every text within a message of Streamlit's, with where it stands."""
    for field, value in message.ListFields():
        for each in value if field.is_repeated else [value]:
            if hasattr(each, "ListFields"):
                yield from texts_of(each, kind, (*path, field.name))
            elif isinstance(each, str):
                yield kind, ".".join((*path, field.name)), each


def drawn(node):
    """Every text on a page, with the kind of its element."""
    if isinstance(node, Block):
        if node.proto is not None:
            yield from texts_of(node.proto, node.type)
        for child in node.children.values():
            yield from drawn(child)
    elif isinstance(node, Element):
        yield from texts_of(node.proto, node.type)


def unescaped(page):
    """What a browser would read as more than text; and how many hostile texts there are in all."""
    tree = page._tree.children.values()  # noqa: SLF001 - all of it, whatever it is
    found = [each for block in tree for each in drawn(block) if SIGN in each[2]]
    wrong = {each for each in found if each[:2] not in PLAIN and UNESCAPED.search(each[2])}
    return sorted(wrong) + [str(each.value) for each in page.exception], len(found)


class TestHostileTexts:
    def test_are_drawn_as_they_are_on_every_page(self, desk):
        page = opened("home.py")
        asked = {
            "run": str(desk.runs()[0].run),
            "person": "1001",
            "campaign": EVIL,
            "segment": EVIL,
            "template": str(desk.template("hostile").id),
        }
        wrong, hostile = {}, {}
        for name, *_ in _PAGES:
            if name != "home":
                page.switch_page(f"{name}.py")
            page.query_params.update(asked)
            found, texts = unescaped(page.run())
            hostile |= {name: texts} if texts else {}
            wrong |= {name: found} if found else {}

        assert wrong == {}
        assert {"access", "audiences", "campaigns", "reports", "run", "segments"} <= set(hostile)
        assert {"home", "new_campaign", "person", "templates"} <= set(hostile)

    @pytest.mark.parametrize("failed", [True, False])
    def test_are_said_as_they_are_after_a_press(self, desk, failed):
        page = opened("home.py")
        page.session_state["flash"] = (f"{desk.campaign(EVIL).name} is said.", failed)

        page.run()

        assert unescaped(page)[0] == []
        assert "is said." in (page.error if failed else page.toast)[0].value

    def test_are_reviewed_as_they_are(self, desk):
        page = opened("campaigns.py", campaign=desk.campaign(EVIL).name)
        page.button(key="review_1").click().run()

        assert unescaped(page)[0] == []
