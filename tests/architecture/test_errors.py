"""The tree of errors: drawn as it is."""

import inspect
import re

import pytest

from relay_core import errors
from relay_core.errors import RelayError

CLASSES = {
    name: cls
    for name, cls in inspect.getmembers(errors, inspect.isclass)
    if issubclass(cls, RelayError)
}


def drawn() -> dict[str, str | None]:
    """Read the drawing: each name to the one it hangs from."""
    parents: list[tuple[int, str]] = []
    found: dict[str, str | None] = {}
    for match in re.finditer(r"^    ([ │├└─]*)([A-Z]\w+)  ", errors.__doc__, re.MULTILINE):
        depth, name = len(match[1]), match[2]
        while parents and parents[-1][0] >= depth:
            parents.pop()
        found[name] = parents[-1][1] if parents else None
        parents.append((depth, name))
    return found


class TestTheTreeOfErrors:
    def test_is_drawn_whole(self):
        assert set(drawn()) == set(CLASSES)

    @pytest.mark.parametrize("name", [n for n in CLASSES if n != "RelayError"])
    def test_hangs_each_error_where_it_inherits_from(self, name):
        assert CLASSES[name].__base__.__name__ == drawn()[name]

    def test_cannot_be_raised_without_advice(self):
        with pytest.raises(TypeError):
            RelayError("something broke")
