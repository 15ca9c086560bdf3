"""What people call each operator: the builder offers these words, and mistakes use them."""

from typing import Final

from relay_core.audience.conditions.operators import Kind, Op

OPERATOR_WORDS: Final = {
    Op.HAS_ANY_OF: "include any of",
    Op.HAS_ALL_OF: "include all of",
    Op.HAS_NONE_OF: "include none of",
    Op.STARTS_WITH: "include one starting with",
    Op.IS_ANY_OF: "is any of",
    Op.IS_NONE_OF: "is none of",
    Op.IS_ANY_OF_IN_LAST: "is any of, in the last",
    Op.IS_EMPTY: "is empty",
    Op.IS_NOT_EMPTY: "is not empty",
    Op.BEFORE: "before",
    Op.ON_OR_BEFORE: "on or before",
    Op.ON: "on",
    Op.ON_OR_AFTER: "on or after",
    Op.AFTER: "after",
    Op.BETWEEN: "between",
    Op.NOT_BETWEEN: "not between",
    Op.IN_LAST: "in the last",
    Op.MORE_THAN_AGO: "more than … ago",
    Op.IN_NEXT: "in the next",
    Op.ANNIVERSARY_IN_NEXT: "anniversary in the next",
    Op.IS: "is",
    Op.CONTAINS_WORD: "contains the word",
    Op.NOT_CONTAINS_WORD: "does not contain the word",
    Op.CONTAINS_PHRASE: "contains the phrase",
    Op.WORD_STARTS_WITH: "has a word starting with",
    Op.CONTAINS_TEXT: "contains the text",
    Op.DOMAIN_IS: "is at the domain",
    Op.COUNTRY_CODE_IS: "starts with the code",
    Op.COUNTRY_IS_ANY_OF: "belongs to any country of",
    Op.IS_SHARED: "stands on several profiles",
    Op.IS_VALID_MOBILE: "can be a mobile",
    Op.EQUALS: "equals",
    Op.DIFFERS: "differs from",
    Op.GREATER: "is more than",
    Op.AT_LEAST: "is at least",
    Op.LESS: "is less than",
    Op.AT_MOST: "is at most",
    Op.IS_CHECKED: "is checked",
    Op.IS_NOT_CHECKED: "is not checked",
}
"""What holds for most kinds of fields."""

_OF_KIND: Final = {
    (Kind.EVENT, Op.IS_EMPTY): "never",
    (Kind.EVENT, Op.IS_NOT_EMPTY): "at least once",
    (Kind.PRESENCE, Op.IS_EMPTY): "is missing",
    (Kind.PRESENCE, Op.IS_NOT_EMPTY): "is there",
    (Kind.SENT, Op.IS_ANY_OF): "any of",
    (Kind.SENT, Op.IS_NONE_OF): "none of",
    (Kind.SENT, Op.IS_ANY_OF_IN_LAST): "any of, in the last",
    (Kind.SAMPLE, Op.AT_MOST): "in percent",
    (Kind.LIMIT, Op.AT_MOST): "is",
}


def operator_words(kind: Kind, op: Op) -> str:
    """Return what an operator is called on a kind of field."""
    return _OF_KIND.get((kind, op), OPERATOR_WORDS[op])
