"""A template from a JSON file: read, then opened in the steps of writing."""

import json
from typing import Final

import streamlit as st

from pages._template_draft import Beginning, Purpose, begin
from pages._template_filing import whatsapp_integrations
from pages._template_prefill import not_taken_over
from pages._ui import relay
from pages._words import plain
from relay_core.errors import RelayError, TemplateError

_FILE: Final = "template_file"
_WRONG: Final = "template_file_wrong"
_MOST_MB: Final = 1
_SHAPE: Final = """{
  "name": "order_ready",
  "language": "en",
  "category": "UTILITY",
  "header": {"format": "TEXT", "text": "Order {{A-1042}}"},
  "body": "Hello {{Clarice}}, your order {{A-1042}} is ready. Any question? Just reply.",
  "footer": "Reply STOP to hear no more",
  "buttons": [{"type": "URL", "text": "Follow it", "url": "https://shop.example/{{A-1042}}"}]
}"""


def import_template() -> None:
    """Draw the field for the file."""
    st.title("Import a template")
    st.file_uploader(
        "JSON file",
        type=["json"],
        key=_FILE,
        max_upload_size=_MOST_MB,
        help="As Export writes it. Nothing is kept before you have looked it over.",
        on_change=_read,
    )
    if wrong := st.session_state.get(_WRONG):
        st.error(plain(wrong), icon=":material/error:")
    with st.expander("What the file looks like", icon=":material/data_object:"):
        st.code(_SHAPE, language="json")


def _read() -> None:
    """Begin a draft with the file as it arrives, or keep why that cannot be."""
    st.session_state.pop(_WRONG, None)
    file = st.session_state[_FILE]
    if file is None:
        return
    try:
        template = relay().read_template(_document(file.getvalue()))
        chosen = list(whatsapp_integrations(relay().integrations()))
    except RelayError as error:
        st.session_state[_WRONG] = error.advice
        return
    begin(
        Beginning(purpose=Purpose.FILE, notes=not_taken_over(template)),
        template,
        integration_ids=chosen,
    )


def _document(content: bytes) -> dict[str, object]:
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except ValueError as error:
        raise TemplateError(
            "not JSON", advice="This file is not JSON. Choose a file that Relay exported."
        ) from error
    if not isinstance(document, dict):
        raise TemplateError(
            "not an object",
            advice="The file must hold one template: an object with name, language, category and "
            "body.",
        )
    return document
