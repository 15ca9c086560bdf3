"""The words by which people ask for no more messages, and for messages again, in their languages.

Only a message that is nothing but such a word counts: "stop, John is not coming" is no opt-out.
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Wish(StrEnum):
    """What somebody asks for. Values are stored."""

    STOP = "stop"  # no more messages to this number
    START = "start"  # messages again


@dataclass(frozen=True, slots=True)
class Understood:
    """A message that is a wish."""

    wish: Wish
    word: str
    """As the table has it."""


_STOP: Final = {
    # Twilio's list and Zendesk Talk's, read as people also write it.
    "any": "stop|stopall|stop all|unsubscribe|cancel|end|quit|revoke|optout|opt out",
    # ARRET and its spellings: Twilio, opt-out keywords of Proxy. The others here and below are no
    # vendor's list: they are what people of that language would answer with.
    "fr": "arret|arrett|arrete|arreter|stop sms|desabonner|me desabonner|desinscription",
    "de": "stopp|abmelden|abbestellen|austragen",
    "es": "baja|alto|parar|detener|dar de baja|darme de baja|cancelar suscripcion",
    "it": "ferma|fermare|disiscrivi|disiscrivimi|cancellami|annulla iscrizione",
    "pt": "parar|pare|sair|remover|descadastrar|cancelar inscricao",
    "nl": "stoppen|afmelden|uitschrijven",
    "pl": "rezygnuje|wypisz",
    "sv": "avregistrera|avsluta",
    "da": "afmeld",
    "nb": "avslutt",
    "tr": "ret|iptal",
    # The label of the button that Meta proposes for opting out of marketing.
    "whatsapp": "stop promotions",
}
_START: Final = {
    # Twilio's list without YES, which people also answer to any question that a message asks. To
    # lift too little is the smaller harm, so the other languages have one clear word each.
    "any": "start|unstop|optin|opt in",
    "fr": "reprendre",
    "de": "anmelden",
    "es": "alta",
    "nl": "aanmelden",
    "whatsapp": "resume promotions",
}
_WORDS: Final = {
    word: wish
    for wish, languages in ((Wish.START, _START), (Wish.STOP, _STOP))
    for words in languages.values()
    for word in words.split("|")
}
STOP_WORDS: Final = frozenset(word for word, wish in _WORDS.items() if wish is Wish.STOP)
START_WORDS: Final = frozenset(word for word, wish in _WORDS.items() if wish is Wish.START)
_LONGEST: Final = 100
"""Characters; nobody writes one word so long, and the rest of an essay need not be read."""


def understood(text: str) -> Understood | None:
    """Return the wish that a whole message or a button's payload is, if it is one."""
    if len(text) > _LONGEST:
        return None
    word = _plain(text)
    wish = _WORDS.get(word)
    return None if wish is None else Understood(wish, word)


def _plain(text: str) -> str:
    """Return the words alone: no case, accents, invisible marks, emoji or punctuation.

    Anything between two words becomes one space, so that a sentence never shrinks to a word.
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = []
    for character in decomposed:
        match unicodedata.category(character)[0]:
            case "L" | "N":
                kept.append(character)
            case "M":
                continue
            case _:
                kept.append("" if unicodedata.category(character) == "Cf" else " ")
    return " ".join("".join(kept).split())
