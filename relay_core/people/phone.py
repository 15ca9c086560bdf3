"""Phone numbers: from Zendesk's free text to E.164, or the reason why not."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberType

_MOBILE: Final = {PhoneNumberType.MOBILE: True, PhoneNumberType.FIXED_LINE: False}
"""Types that tell; in North America, for one, numbers do not."""


class PhoneState(StrEnum):
    """What a profile's phone field is worth. Stored in `people.phone_state`."""

    MISSING = "missing"
    INVALID = "invalid"
    VALID = "valid"


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone field, read."""

    state: PhoneState
    e164: str | None = None
    country: str | None = None
    """ISO 3166, of the number."""
    mobile: bool | None = None
    """None where the country's numbers do not tell."""


@lru_cache(maxsize=100_000)
def read_phone(text: str | None, *, region: str) -> Phone:
    """Read a phone field as people write it.

    Args:
        text: Anything: international, national, with spaces, with an extension, or nothing.
        region: Country of numbers written without a plus sign, ISO 3166.

    Source:
        Google's libphonenumber metadata, through the library phonenumbers.
    """
    if text is None or not text.strip():
        return Phone(PhoneState.MISSING)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return Phone(PhoneState.INVALID)
    if not phonenumbers.is_valid_number(number):
        return Phone(PhoneState.INVALID)
    return Phone(
        PhoneState.VALID,
        e164=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
        country=phonenumbers.region_code_for_number(number),
        mobile=_MOBILE.get(phonenumbers.number_type(number)),
    )
