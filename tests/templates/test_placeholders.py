"""Dynamic values: found where they are, named once, filled once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relay_core.errors import TemplateError
from relay_core.templates.writing.folding import fold
from relay_core.templates.writing.placeholders import (
    BraceFaultKind,
    brace_faults,
    fill,
    find,
    key_of,
    keys_in,
)

PLAIN = st.text(st.characters(exclude_characters="{}", exclude_categories=["Cs"]), max_size=20)
EXAMPLES = st.text(
    st.characters(exclude_characters="{}\r\n", exclude_categories=["Cs"]), min_size=1, max_size=12
).filter(lambda text: text.strip())


class TestAPlaceholder:
    def test_is_found_with_its_place(self):
        (found,) = find("Bonjour {{Clarice}} !")

        assert (found.key, found.example, found.start, found.end) == ("clarice", "Clarice", 8, 19)

    def test_may_have_spaces_inside_its_braces(self):
        assert find("{{ Clarice }}")[0].example == "Clarice"

    def test_counts_as_one_value_when_its_example_occurs_again(self):
        assert keys_in("{{Clarice}}, {{Monday}}, {{clarice}}") == ("clarice", "monday")

    @pytest.mark.parametrize(
        ("example", "key"),
        [
            ("Clarice", "clarice"),
            ("Élodie", "elodie"),  # accents are folded
            ("A-1042", "a_1042"),  # other characters are one underscore
            ("15 %", "15"),  # none at the ends
            ("prénom du client", "prenom_du_client"),
            ("Œuvre", "oeuvre"),  # a ligature is its letters
            ("クラリス", "クラリス"),  # other scripts keep their letters, or all would be one
            ("ガス", "ガス"),  # these marks are part of the letter
            ("🎉", "u1f389"),  # no letter at all
        ],
    )
    def test_is_named_after_its_example(self, example, key):
        assert key_of(example) == key

    @given(EXAMPLES)
    def test_has_a_key_that_can_be_written_as_an_example(self, example):
        key = key_of(example)

        assert key
        assert key_of(key) == key

    @given(st.lists(st.tuples(PLAIN, EXAMPLES), max_size=4), PLAIN)
    def test_is_found_wherever_it_stands(self, pieces, tail):
        text = "".join(f"{before}{{{{{example}}}}}" for before, example in pieces) + tail

        found = find(text)

        assert [p.example for p in found] == [example.strip() for _, example in pieces]
        assert all(text[p.start : p.end].strip("{}").strip() == p.example for p in found)
        assert brace_faults(text) == ()


class TestFilling:
    def test_puts_values_in_place(self):
        text = fill("Hello {{Clarice}}, happy {{Monday}}!", {"clarice": "Ana", "monday": "Friday"})

        assert text == "Hello Ana, happy Friday!"

    def test_does_not_look_into_values(self):
        assert fill("{{a}} {{b}}", {"a": "{{b}}", "b": "x"}) == "{{b}} x"

    def test_refuses_a_missing_value_and_names_it(self):
        with pytest.raises(TemplateError, match="monday") as refusal:
            fill("{{Clarice}} {{Monday}} {{Noon}}", {"clarice": "Ana"})

        assert "monday, noon" in refusal.value.advice

    @given(st.text(st.sampled_from("a{} \n"), max_size=30), st.text(max_size=5))
    def test_leaves_everything_but_placeholders_alone(self, text, value):
        filled = fill(text, dict.fromkeys(keys_in(text), value))

        expected, done = "", 0
        for placeholder in find(text):
            expected += text[done : placeholder.start] + value
            done = placeholder.end
        assert filled == expected + text[done:]


class TestBracesThatMakeNoPlaceholder:
    @pytest.mark.parametrize(
        ("text", "kind", "start", "end"),
        [
            ("Hi {{}} you", BraceFaultKind.EMPTY, 3, 7),
            ("Hi {{  }} you", BraceFaultKind.EMPTY, 3, 9),
            ("Hi {Ana} you", BraceFaultKind.SINGLE, 3, 8),
            ("Hi {{Ana} you", BraceFaultKind.UNEVEN, 3, 9),
            ("Hi {{{Ana}}} you", BraceFaultKind.UNEVEN, 3, 12),
            ("Hi {{Ana you", BraceFaultKind.UNCLOSED, 3, 5),
            ("Hi Ana}} you", BraceFaultKind.UNOPENED, 6, 8),
            ("Hi {{Ana {{Bo}}", BraceFaultKind.UNCLOSED, 3, 5),  # the second one is fine
        ],
    )
    def test_are_reported_with_their_place(self, text, kind, start, end):
        (fault,) = brace_faults(text)

        assert (fault.kind, fault.start, fault.end) == (kind, start, end)

    @given(st.text(st.sampled_from("ab{}\n "), max_size=30))
    def test_leave_no_brace_unexplained(self, text):
        spans = [*find(text), *brace_faults(text)]

        covered = {index for span in spans for index in range(span.start, span.end)}

        assert {i for i, c in enumerate(text) if c in "{}"} <= covered


class TestFolding:
    @given(st.text(max_size=20))
    def test_changes_nothing_the_second_time(self, text):
        assert fold(fold(text)) == fold(text)
