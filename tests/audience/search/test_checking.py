"""What is said about queries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.audience.search.checking import check
from relay_core.audience.search.diagnostics import Code, Severity
from tests.audience.search.account import CATALOGUE, UNSYNCED
from tests.audience.search.typed import TYPED

GOOD = "role:end-user -is_suspended:true "
"""In front of an example, so that nothing else is said of it."""

EXAMPLES = [
    # code, query, what is underlined, rewritten query
    (Code.UNBALANCED_QUOTE, 'tags:"vip gold', '"vip gold', 'tags:"vip gold"'),
    (Code.UNBALANCED_QUOTE, 'name:"ada tags:vip', '"ada tags:vip', 'name:"ada" tags:vip'),
    (Code.UNBALANCED_QUOTE, 'name:alex anderson"', 'alex anderson"', 'name:"alex anderson"'),
    (Code.QUOTE_INSIDE_WORD, 'name:ada"lovelace"', 'name:ada"lovelace"', 'name:ada "lovelace"'),
    (Code.QUOTE_INSIDE_WORD, '"ada"lovelace', '"ada"lovelace', '"ada" lovelace'),
    (Code.SINGLE_QUOTES, "name:'ada lovelace'", "'ada lovelace'", 'name:"ada lovelace"'),
    (Code.DANGLING_MINUS, "- tags:vip", "-", "-tags:vip"),
    (Code.DANGLING_MINUS, "tags:vip -", "-", "tags:vip"),
    (Code.DANGLING_MINUS, "--tags:vip", "--tags:vip", "-tags:vip"),
    (Code.PARENTHESES, "tags:(vip gold)", "(vip gold)", "tags:vip tags:gold"),
    (Code.PARENTHESES, "(tags:vip)", "(tags:vip)", "tags:vip"),
    (Code.BOOLEAN_WORD, "tags:a AND tags:b", "AND", 'tags:"a b"'),
    (Code.BOOLEAN_WORD, "tags:a and name:b", "and", "tags:a name:b"),
    (Code.BOOLEAN_WORD, "tags:a OR tags:b", "OR", "tags:a tags:b"),
    (Code.BOOLEAN_WORD, "tags:a OR name:b", "OR", None),  # two queries
    (Code.BOOLEAN_WORD, "NOT tags:a", "NOT", "-tags:a"),
    (Code.BAD_OPERATOR, "tags!=vip", "tags!=vip", "-tags:vip"),
    (Code.BAD_OPERATOR, "tags=vip", "tags=vip", "tags:vip"),
    (Code.BAD_OPERATOR, "tags :vip", "tags :vip", "tags:vip"),
    (Code.BAD_OPERATOR, "created > 2026-01-01", "created > 2026-01-01", "created>2026-01-01"),
    (Code.BAD_OPERATOR, "created:>2026-01-01", ":>", "created>2026-01-01"),
    (Code.BAD_OPERATOR, "created=>2026-01-01", "created=>2026-01-01", "created>=2026-01-01"),
    (Code.BAD_OPERATOR, "num_agents<>5", "<>", "-num_agents:5"),
    (Code.BAD_OPERATOR, "num_agents>=:5", ">=:", None),
    (Code.BAD_OPERATOR, "!tags:vip", "!tags:vip", "-tags:vip"),
    (Code.BAD_OPERATOR, "\u2013tags:vip", "\u2013tags:vip", "-tags:vip"),
    (Code.BAD_OPERATOR, "query=tags:vip", "query=tags:vip", "tags:vip"),
    (Code.OPERATOR_NOT_SUPPORTED, "tags>vip", ">", "tags:vip"),
    (Code.OPERATOR_NOT_SUPPORTED, "num_agents>none", ">", "num_agents:none"),
    (Code.UNKNOWN_KEYWORD, "tag:vip", "tag", "tags:vip"),
    (Code.UNKNOWN_KEYWORD, "suspended:true", "suspended", "is_suspended:true"),
    (Code.UNKNOWN_KEYWORD, "orgnization:12", "orgnization", "organization:12"),
    (Code.UNKNOWN_KEYWORD, "user.tags:vip", "user.tags", "tags:vip"),
    (Code.UNKNOWN_KEYWORD, "uf.plan_type:gold", "uf.plan_type", "plan_type:gold"),
    (Code.UNKNOWN_KEYWORD, "Plan:gold", "Plan", "plan_type:gold"),
    (Code.UNKNOWN_KEYWORD, "plan type:gold", "plan type", "plan_type:gold"),
    (Code.UNKNOWN_KEYWORD, "custom_field_12:gold", "custom_field_12", None),
    (Code.UNKNOWN_KEYWORD, "status:open", "status", None),
    (Code.UNKNOWN_KEYWORD, "http://a.nl", "http", '"http://a.nl"'),
    (Code.FIELD_NOT_SEARCHABLE, "locale:fr", "locale", None),
    (Code.FIELD_NOT_SEARCHABLE, "last_login>2026-01-01", "last_login", None),
    (Code.FIELD_NOT_SEARCHABLE, "account_manager:dana", "account_manager", None),
    (Code.MISSING_VALUE, "tags: vip", "tags:", "tags:vip"),
    (Code.MISSING_VALUE, "email: name:ada", "email:", "email:none name:ada"),
    (Code.EMPTY_VALUE, 'plan_type:""', 'plan_type:""', "plan_type:none"),
    (Code.BAD_VALUE, "role:customer", "customer", "role:end-user"),
    (Code.BAD_VALUE, "is_verified:yes", "yes", "is_verified:true"),
    (Code.BAD_VALUE, "is_active:0", "0", "is_active:false"),
    (Code.BAD_VALUE, "is_active:null", "null", None),
    (Code.BAD_VALUE, "created:none", "none", None),
    (Code.BAD_VALUE, "plan_type:silver", "silver", None),
    (Code.BAD_VALUE, "name:/al.*/", "/al.*/", None),
    (Code.BAD_VALUE, "phone:unknown", "unknown", None),
    (Code.BAD_VALUE, "phone:%2B31612345678", "%2B31612345678", "phone:+31612345678"),
    (Code.BAD_VALUE, "type:ticket ada", "ticket", "ada"),
    (Code.BAD_VALUE, "ada order_by:name", "name", "ada"),
    (Code.BAD_DATE, "created>2026-02-29", "2026-02-29", None),
    (Code.BAD_DATE, "created>15/03/2026", "15/03/2026", "created>2026-03-15"),
    (Code.BAD_DATE, "created>3/15/2026", "3/15/2026", "created>2026-03-15"),
    (Code.BAD_DATE, "created>03/04/2026", "03/04/2026", None),  # April or March?
    (Code.BAD_DATE, "created>2026/03/15", "2026/03/15", "created>2026-03-15"),
    (Code.BAD_DATE, "created>yesterday", "yesterday", "created>1day"),
    (Code.BAD_DATE, "created>-7d", "-7d", "created>7days"),
    (Code.BAD_DATE, "created>7m", "7m", None),  # minutes or months?
    (Code.BAD_DATE, "created:7days", "7days", "created>7days"),
    (Code.BAD_DATE, "created>2026-03-15T09:00", "2026-03-15T09:00", "created>2026-03-15T09:00Z"),
    (
        Code.BAD_DATE,
        "created:[2026-01-01 TO 2026-02-01]",
        "[2026-01-01 TO 2026-02-01]",
        "created>=2026-01-01 created<=2026-02-01",
    ),
    (
        Code.BAD_DATE,
        "subscription_date>2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00Z",
        "subscription_date>2026-01-01",
    ),
    (Code.BAD_NUMBER, "num_agents>1,000", "1,000", "num_agents>1000"),
    (Code.BAD_NUMBER, "num_agents:4-10", "4-10", "num_agents>=4 num_agents<=10"),
    (Code.BAD_NUMBER, "num_agents:many", "many", None),
    (Code.COMMA_LIST, "tags:vip,gold", "vip,gold", "tags:vip tags:gold"),
    (Code.BAD_WILDCARD, "name:*son", "*son", None),
    (Code.BAD_WILDCARD, "role:end*", "end*", None),
    (Code.BAD_WILDCARD, "email:*@example.com", "*@example.com", "example.com"),
    (Code.UNQUALIFIED_WILDCARD, "photo*", "photo*", "photo"),
    (Code.UNQUALIFIED_WILDCARD, "*5135557611", "*5135557611", "phone:*5135557611"),
    (Code.STRAY_WORD, "organization:Approval Org", "Org", 'organization:"Approval Org"'),
    (Code.KEYWORD_AS_WORD, "-plan_type", "-plan_type", "plan_type:none"),
    (Code.KEYWORD_AS_WORD, "created between", "created", None),
    (Code.SMART_QUOTES, "name:“ada lovelace”", "“ada lovelace”", 'name:"ada lovelace"'),
    (Code.ODD_SPACE, "tags:vip\u3000tags:gold", "\u3000", "tags:vip tags:gold"),
    (Code.ODD_SPACE, "tags:vip\u200b", "\u200b", "tags:vip"),
    (Code.FOREIGN_OPERATOR, "tags:a && tags:b", "&&", 'tags:"a b"'),
    (Code.FOREIGN_OPERATOR, "tags:a&name:b", "&name:b", "tags:a name:b"),
    (Code.FOREIGN_OPERATOR, "tags:vip^2", "^2", "tags:vip"),
    (Code.FOREIGN_OPERATOR, "name:alex~1", "~1", "name:alex"),
    (Code.FOREIGN_OPERATOR, "+vip", "+", "vip"),
    (Code.ALIAS_KEYWORD, "created_at>2026-01-01", "created_at", "created>2026-01-01"),
    (Code.EMAIL_WILDCARD, "email:ada*", "ada*", "ada"),
    (Code.QUOTED_EMAIL, 'email:"ada@example.com"', '"ada@example.com"', "email:ada@example.com"),
    (Code.PARTIAL_EMAIL, "email:@example.com", "@example.com", "example.com"),
    (Code.QUOTED_WILDCARD, 'name:"al*"', '"al*"', "name:al*"),
    (Code.QUOTED_WILDCARD, '"al*"', '"al*"', '"al"'),
    (Code.UNDOCUMENTED_WILDCARD, "tags:vip*", "vip*", None),
    (Code.UNDOCUMENTED_NONE, "notes:none", "none", None),
    (Code.UNDOCUMENTED_VALUE, "whatsapp:31612345678", "31612345678", None),
    (Code.UNDOCUMENTED_VALUE, "colours:red", "red", None),
    (Code.UNDOCUMENTED_COMPOSITION, "-tags:none", "-tags:none", None),
    (Code.UNDOCUMENTED_COMPOSITION, "tags:*", "tags:*", None),
    (Code.UNDOCUMENTED_COMPOSITION, '-tags:a tags:"a b" tags:"c d"', 'tags:"c d"', None),
    (Code.UNDOCUMENTED_COMPOSITION, "num_agents:5 num_agents>7", None, None),
    (Code.UNDOCUMENTED_COMPOSITION, "-created>2026-01-01", None, "created<=2026-01-01"),
    (Code.UNDOCUMENTED_COMPOSITION, "type:user user:ada", "user:ada", "user:ada"),
    (Code.NULL_WORD, "tags:null", "null", "tags:none"),
    (Code.NULL_WORD, "notes:null", "null", None),
    (Code.NATIONAL_PHONE, "phone:0612345678", "0612345678", "phone:*612345678"),
    (Code.NATIONAL_PHONE, "phone:06 12 34 56", "06 12 34 56", "phone:*6123456"),
    (Code.NATIONAL_PHONE, "phone:0031612345678", "0031612345678", "phone:+31612345678"),
    (Code.LABEL_INSTEAD_OF_TAG, "plan_type:Gold plan", "Gold plan", "plan_type:gold"),
    (Code.LABEL_INSTEAD_OF_TAG, "plan_type:basic", "basic", "plan_type:t1"),
    (Code.RELATIVE_CUSTOM_DATE, "subscription_date>7days", "7days", None),
    (Code.REPEATED_KEYWORD, "tags:a tags:b", "tags:b", 'tags:"a b"'),
    (Code.REPEATED_KEYWORD, "name:a name:b", "name:b", None),
    (Code.TEAM_ONLY, 'group:"Level 2"', 'group:"Level 2"', None),
    (Code.IGNORED_IN_EXPORT, "ada order_by:created", "order_by:created", "ada"),
]
OF_THE_WHOLE = {Code.EMPTY_QUERY, Code.TOO_MANY_WORDS, Code.NO_ROLE, Code.SUSPENDED_INCLUDED}


def said(text, catalogue=CATALOGUE):
    return [each.code for each in check(text, catalogue=catalogue)]


class TestACode:
    def test_has_an_example_here(self):
        assert {code for code, *_ in EXAMPLES} | OF_THE_WHOLE == set(Code)

    @pytest.mark.parametrize(("code", "text", "underlined", "rewrite"), EXAMPLES)
    def test_is_said_of_its_example(self, code, text, underlined, rewrite):
        found = [each for each in check(text, catalogue=CATALOGUE) if each.code is code]

        assert [text[each.start : each.end] for each in found[:1]] == [underlined or text]
        assert found[0].suggestion == rewrite

    @pytest.mark.parametrize(
        ("code", "text"), [(c, t) for c, t, *_ in EXAMPLES if c.severity is Severity.ERROR]
    )
    def test_is_said_within_a_longer_query(self, code, text):
        assert code in said(GOOD + text)

    @pytest.mark.parametrize("text", [e[1] for e in EXAMPLES])
    def test_comes_with_one_sentence(self, text):
        for each in check(text, catalogue=CATALOGUE):
            assert each.message[0].isupper() or each.message[0] in "“-"
            assert each.message[-1] in ".?"
            assert ". " not in each.message


class TestAnOrdinaryQuery:
    @pytest.mark.parametrize(
        "text",
        [
            "type:user role:end-user -is_suspended:true",
            GOOD + "tags:vip",
            GOOD + 'tags:"vip gold" -tags:bot -tags:test',
            GOOD + "created>=2026-01-01 created<2026-02-01",
            GOOD + "created>=2026-01-01T00:00:00+01:00 updated<2weeks",
            GOOD + "email:ada@example.com",
            GOOD + "phone:+31612345678",
            GOOD + "phone:*612345678",
            GOOD + "organization:12 plan_type:gold is_active:true num_agents>=4",
            GOOD + "foo:none email:none name:jan* product_name:widg*",
            GOOD + "Jane Doe O'Brien +31612345678",
            GOOD + "subscription_date<=2026-03-08",
        ],
    )
    def test_needs_no_word(self, text):
        assert said(text) == []


class TestAQueryAsAWhole:
    @pytest.mark.parametrize("text", ["", "  ", "type:user", "type:user order_by:created"])
    def test_has_to_choose_somebody(self, text):
        assert Code.EMPTY_QUERY in said(text)

    def test_says_so_when_it_finds_team_members_and_suspended_users(self):
        found = check("tags:vip", catalogue=CATALOGUE)

        assert [(each.code, each.suggestion) for each in found] == [
            (Code.NO_ROLE, "tags:vip role:end-user"),
            (Code.SUSPENDED_INCLUDED, "tags:vip -is_suspended:true"),
        ]

    @pytest.mark.parametrize("words", [64, 65])
    def test_has_sixty_four_words_at_most(self, words):
        text = "type:user " + " ".join(["role:end-user", *["ada"] * (words - 1)])

        assert (Code.TOO_MANY_WORDS in said(text)) == (words > 64)

    def test_is_not_looked_at_when_it_is_no_query(self):
        assert said("tags:vip OR " * 2_000) == [Code.TOO_MANY_WORDS]

    def test_has_several_mistakes_at_once_in_order(self):
        found = check("tag:vip OR created>7d - role:customer", catalogue=CATALOGUE)

        errors = [each.code for each in found if each.severity is Severity.ERROR]
        assert errors == [
            Code.UNKNOWN_KEYWORD,
            Code.BOOLEAN_WORD,
            Code.BAD_DATE,
            Code.DANGLING_MINUS,
            Code.BAD_VALUE,
        ]


class TestAnAccountWithoutKnownFields:
    def test_is_told_to_sync(self):
        (unknown,) = [
            each
            for each in check("plan_type:gold", catalogue=UNSYNCED)
            if each.code is Code.UNKNOWN_KEYWORD
        ]

        assert "sync people first" in unknown.message


class TestAnyText:
    @given(TYPED)
    def test_is_told_of_places_within_it(self, text):
        found = check(text, catalogue=CATALOGUE)

        assert all(0 <= each.start <= each.end <= len(text) for each in found)
        assert [each.start for each in found] == sorted(each.start for each in found)
        assert all(each.severity is each.code.severity for each in found)

    @given(TYPED)
    def test_is_better_after_a_suggestion(self, text):
        before = said(text)

        for each in check(text, catalogue=CATALOGUE):
            if each.suggestion is not None:
                assert said(each.suggestion).count(each.code) < before.count(each.code)

    @given(st.text(max_size=60), st.sampled_from(["", "tags:", "created>", "phone:", '"']))
    def test_never_stops_the_check(self, text, start):
        check(start + text, catalogue=UNSYNCED)
