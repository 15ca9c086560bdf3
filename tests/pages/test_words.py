"""Words that pages share."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pages._words import advised, counted, plain, said_duration, said_moment


class TestPlain:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("Ana (VIP), 3.5 %", "Ana (VIP), 3.5 %"),
            ("*bold* _it_ `c`", r"\*bold\* \_it\_ \`c\`"),
            (":red[x] :material/home:", r"\:red\[x\] \:material/home:"),
            ("at http://x.example", "at http\u2060\\://x.example"),
            ("WWW.x.example, a@b.example", "WWW\u2060.x.example, a\u2060@b.example"),
            ("$1$ <b>", r"\$1\$ \<b\>"),
            ("- a\n+ b\n1. c", "\\- a\n\\+ b\n1\\. c"),
        ],
    )
    def test_leaves_nothing_for_markdown_to_read(self, text, shown):
        assert plain(text) == shown


class TestAdvised:
    def test_leaves_its_lists_and_nothing_else(self):
        assert advised("Wrong:\n- [a](b)\n+ c") == "Wrong:\n- \\[a\\](b)\n\\+ c"

    def test_shows_its_commands_as_code(self):
        assert advised("Run `relay sync --anew`; *see* `x`") == (
            "Run `relay sync --anew`; \\*see\\* \\`x\\`"
        )


class TestSaidDuration:
    @pytest.mark.parametrize(
        ("seconds", "said"),
        [
            (0.2, "a second"),
            (1, "1 second"),
            (48.4, "48 seconds"),
            (119, "119 seconds"),
            (150, "2 minutes"),
            (7200, "2 hours"),
            (7500, "2 hours 5 minutes"),
            (48 * 3600, "2 days"),
            (73 * 3600, "3 days 1 hour"),
        ],
    )
    def test_is_as_exact_as_anybody_needs(self, seconds, said):
        assert said_duration(seconds) == said


class TestSaidMoment:
    def test_is_in_utc_and_says_so(self):
        moment = datetime(2026, 3, 8, 1, 5, tzinfo=timezone(timedelta(hours=2)))

        assert said_moment(moment) == "7 Mar 2026, 23:05 UTC"

    def test_of_nothing_is_never(self):
        assert said_moment(None) == "never"

    def test_of_utc_is_itself(self):
        assert said_moment(datetime(2026, 12, 31, tzinfo=UTC)) == "31 Dec 2026, 00:00 UTC"


class TestCounted:
    def test_agrees_with_its_noun(self):
        assert counted(1, "person", "people") == "1 person"
        assert counted(1204, "person", "people") == "1,204 people"
        assert counted(0, "message") == "0 messages"
