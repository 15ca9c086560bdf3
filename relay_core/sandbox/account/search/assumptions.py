"""What the stand-in's search does where Zendesk's documents are silent or contradict themselves."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


@dataclass(frozen=True, slots=True)
class Assumption:
    """One undocumented behaviour, and the choice made here."""

    subject: str
    choice: str


class UnknownKeyword(StrEnum):
    """What a keyword that nobody knows does to a search."""

    WORDS = "words"  # keyword and value are looked for as plain words
    NOTHING = "nothing"  # no user is found


MONTH_DAYS: Final = 30
YEAR_DAYS: Final = 365

ASSUMPTIONS: Final = (
    Assumption("accents", "are not folded: helene does not find Hélène"),
    Assumption("stemming", "does not happen: cats does not find cat"),
    Assumption("keyword case", "does not matter: Tags: is tags:"),
    Assumption("unknown keyword", "it and its value are plain words, unless the setting says none"),
    Assumption("operator a keyword does not take", "the clause becomes plain words"),
    Assumption("keyword without value", "is the plain word itself"),
    Assumption("unclosed quote", "closes at the end of the query"),
    Assumption("lone minus", "is ignored"),
    Assumption("AND, OR, NOT, parentheses", "are plain words and punctuation"),
    Assumption("query without any word", "finds everything of the type"),
    Assumption("bare word with punctuation", "its parts stand next to each other in a profile"),
    Assumption("bare domains", "several words that look like domains are alternatives"),
    Assumption("bare word", "is not looked for in names of organizations, nor in ids"),
    Assumption("asterisk in a bare word", "is punctuation; a bare word finds prefixes anyway"),
    Assumption("asterisk within quotes", "is punctuation"),
    Assumption("key:*", "finds users with any value, for every keyword and custom field"),
    Assumption("-key:none", "finds users with any value"),
    Assumption("none on name, notes and details", "means empty, as for other keywords"),
    Assumption("none on group and whatsapp", "means that there is none"),
    Assumption("quoted name, notes, details", "all words, in any order"),
    Assumption("quoted text or regexp field", "the words in this order"),
    Assumption("quoted dropdown value", "the whole text is one option's tag"),
    Assumption("several quoted sets of one keyword", "any of the sets"),
    Assumption("exclusions of one keyword", "each one applies"),
    Assumption("ranges beside values of one keyword", "ranges narrow, values widen"),
    Assumption("tag wildcard", "vip* finds every tag that begins with vip"),
    Assumption("tag case", "does not matter"),
    Assumption("role", "only the three roles' own names; a custom role's name finds nobody"),
    Assumption("e-mail without quotes", "the whole address, primary or secondary"),
    Assumption("e-mail in quotes", "every address whose local part begins the same"),
    Assumption("e-mail that is no address", "its words in this order in an address"),
    Assumption("phone", "only digits count, so a plus may be there or not"),
    Assumption("phone of identities", "counts like the profile's own"),
    Assumption("phone with a trailing asterisk", "numbers that begin with these digits"),
    Assumption("organization by name", "one of its words, or all the words of a quoted name"),
    Assumption("organization by digits", "an id, never a name"),
    Assumption("group", "as organization; end users are in no group"),
    Assumption("external id case", "does not matter"),
    Assumption("is_verified", "the profile's own mark, which any verified identity sets"),
    Assumption("is_verified, is_suspended otherwise", "a value but true and false finds nobody"),
    Assumption("whatsapp", "digits of an identity whose type names WhatsApp"),
    Assumption("user", "an id, a whole e-mail, or words of a name"),
    Assumption("lookup field", "finds nobody"),
    Assumption("multi-select field", "one of the chosen options' tags; quoted: all of them"),
    Assumption("untouched checkbox", "is empty, neither true nor false"),
    Assumption("unreadable date or number", "finds nobody"),
    Assumption("bare day", "begins at midnight UTC"),
    Assumption("instant without a zone", "is in UTC"),
    Assumption("MM/DD/YYYY", "is read, as for an account in American English"),
    Assumption("T24:00:00", "is the next midnight"),
    Assumption("fractions of a second", "count in the query; records have none"),
    Assumption("key:4hours", "within the last four hours, as with >"),
    Assumption("month and year of a relative time", f"{MONTH_DAYS} and {YEAR_DAYS} days"),
    Assumption("relative time on a custom date", "compares whole days in UTC"),
    Assumption("created_at, updated_at, organization_id, group_id", "are other names of keywords"),
    Assumption("deleted users", "are never found"),
    Assumption("order without sort_by", "by id, rising"),
    Assumption("expired export cursor", "422 with the search service's own envelope"),
)
