"""What Zendesk Talk cannot text to a person, although another channel could. Pure."""

from enum import StrEnum
from typing import Final, assert_never

from relay_core.gateways.talk_lanes import LONGEST_TEXT

_MARKUP: Final = ("{{", "{%")
"""Begins something that Zendesk fills in by itself, in a comment and in a trigger's text."""


class TalkHindrance(StrEnum):
    """Why a text would fail, be changed, or go somewhere else. Values are stored."""

    OTHER_NUMBER = "talk_other_number"  # Talk texts the first number of the profile, no other
    NUMBER_AS_WRITTEN = "talk_number_as_written"  # the same number, not in international form
    TOO_LONG = "talk_too_long"
    MARKUP = "talk_markup"

    @property
    def sentence(self) -> str:
        """Why nothing is sent, and what helps."""
        match self:
            case TalkHindrance.OTHER_NUMBER:
                return (
                    "Zendesk Talk texts the first number on the profile, and that is another one "
                    "now. Plan a new run."
                )
            case TalkHindrance.NUMBER_AS_WRITTEN:
                return (
                    "Zendesk Talk texts only numbers that the profile holds in international form, "
                    "like +33612345678. Write it so in Zendesk."
                )
            case TalkHindrance.TOO_LONG:
                return (
                    f"Zendesk Talk takes {LONGEST_TEXT:,} characters, values included. Shorten it."
                )
            case TalkHindrance.MARKUP:
                return "Zendesk would fill in what stands after {{ or {%. Leave these out."
            case _:
                assert_never(self)


def hindrance_on_talk(text: str, *, phone: str, profile_phone: str | None) -> TalkHindrance | None:
    """Return why Zendesk Talk cannot carry a text to a person; None when it can.

    Args:
        text: What the phone is to show, values included.
        phone: To whom, E.164.
        profile_phone: The first number of the profile, as Zendesk holds it.
    """
    if profile_phone is None or _digits(profile_phone) != _digits(phone):
        written_here = profile_phone is not None and _ends_alike(profile_phone, phone)
        return TalkHindrance.NUMBER_AS_WRITTEN if written_here else TalkHindrance.OTHER_NUMBER
    if profile_phone != phone:
        return TalkHindrance.NUMBER_AS_WRITTEN
    if len(text) > LONGEST_TEXT:
        return TalkHindrance.TOO_LONG
    if any(mark in text for mark in _MARKUP):
        return TalkHindrance.MARKUP
    return None


def _digits(number: str) -> str:
    return "".join(filter(str.isdecimal, number))


def _ends_alike(national: str, phone: str) -> bool:
    """Whether a number in national form can be this one: the same but for its first digits."""
    local = _digits(national).lstrip("0")
    return bool(local) and _digits(phone).endswith(local)
