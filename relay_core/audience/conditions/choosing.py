"""What the values of a condition stand for among the choices of its field."""

from difflib import get_close_matches

from relay_core.audience.conditions import values
from relay_core.audience.conditions.fields import CHANNEL, CUSTOM, Catalogue, Field
from relay_core.audience.conditions.operators import Kind
from relay_core.audience.conditions.tree import Value, shown
from relay_core.audience.conditions.values import Mistake


def chosen(field: Field, given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the choices as they are stored, each once.

    Raises:
        Mistake: One of them is no choice of this field. It would quietly match nobody.
    """
    match field.kind:
        case Kind.ORGANIZATION:
            found = [id_ for text in given for id_ in _organizations(field, text)]
        case Kind.SENT | Kind.MEMBERSHIP if field.key != CHANNEL:
            found = [_name(field, text) for text in given]
        case Kind.CHOICE | Kind.CHOICES | Kind.SENT if field.options:
            found = [_option(field, text) for text in given]
        case Kind.TAGS:
            found = [text.lower() for text in given]  # as Zendesk keeps them
        case _:
            found = [option.value if (option := field.option(t)) else t for t in given]
    return tuple(dict.fromkeys(found))


def listed(field: Field, value: Value) -> tuple[str, ...]:
    """Read one choice or more.

    Raises:
        Mistake: It is not a list of texts, or one of them is no choice of this field.
    """
    return chosen(field, values.identifiers(value))


def no_field(key: str, catalogue: Catalogue) -> str:
    """Return the sentence about a field that the account does not have."""
    gone = " (any more) in Zendesk" if key.startswith(CUSTOM) else ""
    nearest = catalogue.nearest(key)
    hint = f"; did you mean {nearest}?" if nearest else ""
    return f"the field {shown(key)} does not exist{gone}{hint}"


def _organizations(field: Field, text: str) -> list[str]:
    """Return the ids a text stands for: itself, or every organization of that name."""
    if text.isascii() and text.isdecimal() and int(text) < 2**63:
        return [str(int(text))]
    named = [o.value for o in field.options if o.label.casefold() == text.casefold()]
    if not named:
        raise Mistake(f"there is no organization {shown(text)}")
    return named


def _name(field: Field, text: str) -> str:
    """Return a name that Relay itself gave out, which has to be written exactly so."""
    names = [option.value for option in field.options]
    if text in names:
        return text
    nearest = next(iter(get_close_matches(text, names, n=1)), None)
    hint = f"; did you mean {shown(nearest)}?" if nearest else ""
    raise Mistake(f"there is no {field.key.split('.')[-1]} named {shown(text)}{hint}")


def _option(field: Field, text: str) -> str:
    if option := field.option(text):
        return option.value
    choices = ", ".join(option.value for option in field.options[:20])
    raise Mistake(f"{shown(text)} is not one of its choices: {choices}")
