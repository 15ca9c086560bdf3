"""One audience drawn as the pages do, and what is seen of it."""

import json

from streamlit.testing.v1 import AppTest

from relay_core.audience.conditions.definition import (
    ByConditions,
    definition_to_json,
)
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree

EVERYBODY = ByConditions(ConditionTree())
NOBODY = ByConditions(ConditionTree(all=(Condition("tags", Op.HAS_ANY_OF, ("no-such-tag",)),)))


def drawn():
    """Draw one audience, as the pages do."""
    import streamlit as st  # noqa: PLC0415 - a script of its own

    from pages._audience_view import show_preview  # noqa: PLC0415
    from pages._ui import show_flash  # noqa: PLC0415
    from relay_core.audience.conditions.definition import definition_from_json  # noqa: PLC0415

    show_flash()

    @st.fragment
    def page():
        show_preview(definition_from_json(st.session_state["definition"]), key="a")

    page()


def shown(definition) -> AppTest:
    page = AppTest.from_function(drawn, default_timeout=20)
    return show(page, definition)


def show(page, definition) -> AppTest:
    page.session_state["definition"] = definition_to_json(definition)
    page.run()
    assert not page.exception
    return page


def select(page, bar: str | None) -> AppTest:
    """Press a bar of the waterfall as a browser does, or beside all of them."""
    chart, *_ = page.get("vega_lite_chart")
    states = page._tree.get_widget_states()  # noqa: SLF001 - AppTest has no handle for charts
    picked = {"step": [{"step": bar}]} if bar else {}
    states.widgets.add(id=chart.proto.id, string_value=json.dumps({"selection": picked}))
    return page._run(states)  # noqa: SLF001 - see above


def metrics(page):
    return {metric.label: int(metric.value) for metric in page.metric}


def spoken(page):
    return " ".join(text.value for text in (*page.markdown, *page.caption))


def keys(elements):
    return [element.key for element in elements]


def tagged(tag):
    return ByConditions(ConditionTree(all=(Condition("tags", Op.HAS_ANY_OF, (tag,)),)))
