"""Writing a template: fields on one side, what phones will show on the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import streamlit as st

from pages._one_of import one_of
from pages._template_buttons import buttons_choice
from pages._template_list import language_name
from pages._template_preview import show_sms, show_whatsapp
from pages._template_problems import show_problems
from pages._template_view import show_values
from pages._ui import Permission, explaining_errors, flash, relay, require
from pages._words import plain
from relay_core.errors import RelayError
from relay_core.templates.kept.catalogue import Sender
from relay_core.templates.rules.problems import ProblemCode, has_errors
from relay_core.templates.rules.templates import LONGEST_BODY, problems_on
from relay_core.templates.writing.languages import LANGUAGES
from relay_core.templates.writing.names import is_meta_name, meta_name
from relay_core.templates.writing.template import (
    Category,
    Header,
    LinkButton,
    MediaHeader,
    MediaKind,
    PhoneButton,
    Template,
    TextHeader,
)

_TRIED: Final = "draft_tried"
_REFUSED: Final = "draft_refused"
_PRESSED: Final = "draft_pressed"
_MADE: Final = "template_made"
_BODY_HEIGHT_PX: Final = 180
_MEANINGS: Final = {
    Category.MARKETING: "Offers, news, invitations: anything that is not an answer to an order "
    "or a request. Meta charges more for it and limits how many a person gets.",
    Category.UTILITY: "About something the person ordered, booked or asked for. Meta moves it "
    "to Marketing when it advertises.",
}


class _HeaderKind(StrEnum):
    NONE = "None"
    TEXT = "Text"
    IMAGE = "Image"
    VIDEO = "Video"
    DOCUMENT = "Document"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    template: Template
    integration_ids: tuple[str, ...]
    """WhatsApp integrations to submit it on."""
    keys: Mapping[str, str]
    """Part of the template to the key of its field."""

    @property
    def texts(self) -> dict[str, str]:
        template = self.template
        header = template.header
        texts = {
            "name": template.name,
            "body": template.body,
            "footer": template.footer or "",
            "header": header.text if isinstance(header, TextHeader) else "",
        }
        for index, button in enumerate(template.buttons):
            texts[f"buttons[{index}].text"] = button.text
            if isinstance(button, LinkButton):
                texts[f"buttons[{index}].url"] = button.url
            elif isinstance(button, PhoneButton):
                texts[f"buttons[{index}].phone"] = button.number
        return texts


def new_template(integrations: Sequence[Sender]) -> None:
    """Draw the form and, beside it, what it makes."""
    require(Permission.WRITE_TEMPLATES)
    if st.session_state.pop(_MADE, False):
        for key in [key for key in st.session_state if str(key).startswith("draft_")]:
            del st.session_state[key]
    st.title("New template")
    st.fragment(_draw)(integrations)


def _draw(integrations: Sequence[Sender]) -> None:
    with explaining_errors():
        fields, shown = st.columns([3, 2], gap="large")
        with fields:
            draft = _fields(integrations)
        with shown:
            _show_preview(draft.template)
        with fields:
            _finish(draft)


def _fields(integrations: Sequence[Sender]) -> _Draft:
    st.header("Name and place")
    name = _text("Name", "draft_name", placeholder="Autumn check-in", live=True)
    if name.strip() and not is_meta_name(name):
        st.caption(f"Meta stores it as {plain(meta_name(name))}.")
    chosen = _integrations(integrations)
    category = _category()
    language = st.selectbox(
        "Language",
        list(LANGUAGES),
        index=list(LANGUAGES).index("en_US"),
        format_func=lambda code: f"{language_name(code)} ({code})",
        key="draft_language",
        persist_state="session",
    )
    st.header("Message")
    st.caption(
        "Write an example between double braces where each person gets their own value: "
        "Hello \\{\\{Clarice\\}\\}."
    )
    keys = {"name": "draft_name", "body": "draft_body", "footer": "draft_footer"}
    header = _header(keys)
    body = st.text_area(
        "Body",
        key="draft_body",
        height=_BODY_HEIGHT_PX,
        placeholder="Hello {{Clarice}}, your order {{A-1042}} is ready. Any question? Just reply.",
        help=f"At most {LONGEST_BODY:,} characters. *bold*, _italic_ and ~struck~ show in "
        "WhatsApp; text messages show plain words.",
        persist_state="session",
    )
    footer = _text("Footer (optional)", "draft_footer", placeholder="Reply STOP to hear no more")
    buttons, button_keys = buttons_choice()
    return _Draft(
        template=Template(
            name=name.strip(),
            language=language,
            category=category,
            body=body or "",
            header=header,
            footer=footer or None,
            buttons=buttons,
        ),
        integration_ids=chosen,
        keys=keys | button_keys,
    )


def _text(label: str, key: str, *, placeholder: str, live: bool = False) -> str:
    typed = st.text_input(
        label, key=key, placeholder=placeholder, live=live, persist_state="session"
    )
    return typed or ""


def _integrations(integrations: Sequence[Sender]) -> tuple[str, ...]:
    active = [each for each in integrations if each.is_active]
    whatsapp = {each.id: each for each in active if each.type == "whatsapp"}
    chosen: Sequence[str] = ()
    if whatsapp:
        chosen = st.pills(
            "Submit to Meta for",
            list(whatsapp),
            selection_mode="multi",
            default=list(whatsapp),
            format_func=lambda id_: whatsapp[id_].name if id_ in whatsapp else id_,
            key="draft_integrations",
            persist_state="session",
        )
    others = [plain(each.name) for each in active if each.type != "whatsapp"]
    if others:
        st.caption(f"Text messages need no approval. Ready at once on {', '.join(others)}.")
    return tuple(chosen)


def _category() -> Category:
    category = one_of(
        "Category",
        # What most messages are comes first.
        sorted(
            (each for each in Category if each.creatable),
            key=lambda category: category is not Category.UTILITY,
        ),
        format_func=lambda category: category.capitalize(),
        key="draft_category",
        persist_state="session",
    )
    st.caption(_MEANINGS[category])
    return category


def _header(keys: dict[str, str]) -> Header | None:
    kind = one_of("Header", tuple(_HeaderKind), key="draft_header", persist_state="session")
    if kind is _HeaderKind.NONE:
        return None
    if kind is _HeaderKind.TEXT:
        keys["header"] = "draft_header_text"
        return TextHeader(_text("Header text", "draft_header_text", placeholder="Order {{A-1042}}"))
    address = _text(
        f"Address of the {kind.lower()}",
        "draft_header_url",
        placeholder="https://help.acme.example/hc/article_attachments/1234",
    )
    return MediaHeader(MediaKind(kind.upper()), address.strip())


def _show_preview(template: Template) -> None:
    if not template.body.strip():
        st.header("Preview")
        st.caption("What phones show appears here as soon as there is a body.")
        return
    st.header("As WhatsApp")
    show_whatsapp(template, template.examples)
    st.header("As text message")
    show_sms(template, template.examples)
    if template.values:
        st.header("Dynamic values")
        show_values(template)


def _finish(draft: _Draft) -> None:
    problems = problems_on(draft.template, whatsapp=bool(draft.integration_ids))
    # Made here, not in the callback: a field that is left by the press itself arrives with it,
    # and a callback would still see what the page held before.
    if st.session_state.pop(_PRESSED, False):
        if has_errors(problems):
            st.session_state[_TRIED] = True
            st.session_state[_REFUSED] = "Correct what is marked above, then submit."
        else:
            _create(draft)
    tried = st.session_state.get(_TRIED, False)
    show_problems(
        [each for each in problems if tried or each.code is not ProblemCode.EMPTY],
        texts=draft.texts,
        keys=draft.keys,
    )
    if refused := st.session_state.pop(_REFUSED, None):
        st.error(refused, icon=":material/error:")
    st.button(
        "Submit template" if draft.integration_ids else "Save template",
        key="draft_create",
        type="primary",
        on_click=_press,
    )
    if draft.integration_ids:
        st.caption("Meta answers within minutes as a rule, at most a day.")


def _press() -> None:
    st.session_state[_PRESSED] = True


def _create(draft: _Draft) -> None:
    try:
        made = relay().create_template(draft.template, integration_ids=draft.integration_ids)
    except RelayError as error:
        st.session_state[_REFUSED] = error.advice
        return
    refused = bool(made.refusals)
    if refused:
        said = "is kept, but did not reach Meta everywhere; the reason stands under Integrations."
    elif made.results:
        said = "is kept and submitted to Meta."
    else:
        said = "is kept. It is ready for text messages."
    flash(f"{draft.template.name} {said}", failed=refused)
    st.session_state[_MADE] = True
    st.query_params.from_dict({"template": str(made.template_id)})
    st.rerun()
