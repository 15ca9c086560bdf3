"""What would make a message to many people do better; never what stops it.

Source: Zendesk's advice for its own messages in bulk (ask for something, invite to answer, be
brief), and the carriers' for text messages (say how to hear no more).
"""

import re
from collections.abc import Iterator
from typing import Final

from relay_core.templates.rules.advice_words import WORDINGS, Wording
from relay_core.templates.rules.problems import Problem, ProblemCode, Severity
from relay_core.templates.sms.parts import measure
from relay_core.templates.writing.folding import fold
from relay_core.templates.writing.formatting import plain
from relay_core.templates.writing.placeholders import replaced
from relay_core.templates.writing.template import QuickReply, Template, TextHeader

_STOP: Final = re.compile(r"\bSTOP\b")
"""In capitals a keyword of the carriers everywhere; in small letters a word like any other."""
_SENTENCE: Final = re.compile(r"[^.!?\n]+")
_ADDRESS: Final = re.compile(r"https?://|\bwww\.")


def advice_on(template: Template) -> tuple[Problem, ...]:
    """Return hints on a template; none of them stops it.

    What depends on words is looked for in the languages of `advice_words`; of a text in another
    language only the length is judged. A template without a body gets no advice.
    """
    if not template.body.strip():
        return ()
    wording = WORDINGS.get(template.language.partition("_")[0])
    hints = _hints_on_words(template, wording) if wording else iter(())
    return (*hints, *_length_hints(template))


def _hints_on_words(template: Template, wording: Wording) -> Iterator[Problem]:
    body = template.body
    request = _without_endings(body, wording)
    asks = _says(request, f"{wording.actions}; {wording.invitations}") or _ADDRESS.search(request)
    if not (template.buttons or asks):
        yield _hint(
            ProblemCode.CALL_TO_ACTION,
            "Say what to do next, for instance with a link or a button: messages that ask for "
            "something are answered more.",
            where="body",
            at=len(body),
        )
    replies = any(isinstance(button, QuickReply) for button in template.buttons)
    if not (replies or _says(request, wording.invitations)):
        yield _hint(
            ProblemCode.INVITATION,
            "Invite people to answer; many do not know that they can.",
            where="body",
            at=len(body),
            suggestion=f"{'' if body[-1].isspace() else ' '}{wording.invite}",
        )
    header = template.header.text if isinstance(template.header, TextHeader) else ""
    texts = (header, body, template.footer or "", *(button.text for button in template.buttons))
    if not any(_ends(text, wording) for text in texts):
        yield _hint(
            ProblemCode.OPT_OUT,
            "Say how to receive no more messages, so that people need not block you.",
            where="footer",
            at=len(template.footer or ""),
            suggestion=None if template.footer else wording.end,
        )


def _length_hints(template: Template) -> Iterator[Problem]:
    text = replaced(plain(template.body), template.examples)
    sms = measure(text)
    if sms.parts > 1:
        yield Problem(
            code=ProblemCode.LONG_TEXT,
            message=f"Be brief: the body alone takes {sms.parts} text messages, each of them "
            f"charged. One holds {sms.encoding.alone} characters of this alphabet; "
            f"this is {len(text)}.",
            where="body",
            start=0,
            end=len(template.body),
            severity=Severity.HINT,
        )


def _without_endings(body: str, wording: Wording) -> str:
    """Leave away the sentences that say how to hear no more: “Reply STOP” invites nobody."""
    return _SENTENCE.sub(lambda match: "" if _ends(match[0], wording) else match[0], body)


def _ends(text: str, wording: Wording) -> bool:
    return _STOP.search(text) is not None or _says(text, wording.endings)


def _says(text: str, phrases: str) -> bool:
    """Tell whether one of these phrases stands in the text, whatever its case and accents."""
    folded = fold(text).replace("\u2019", "'")
    return any(re.search(_pattern(phrase), folded) for phrase in phrases.split("; "))


def _pattern(phrase: str) -> str:
    return rf"\b{re.escape(phrase.rstrip('*'))}" + ("" if phrase.endswith("*") else r"\b")


def _hint(
    code: ProblemCode, message: str, *, where: str, at: int, suggestion: str | None = None
) -> Problem:
    return Problem(
        code=code,
        message=message,
        where=where,
        start=at,
        end=at,
        suggestion=suggestion,
        severity=Severity.HINT,
    )
