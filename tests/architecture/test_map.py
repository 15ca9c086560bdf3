"""The map, compared with the tree."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "relay_core"
MAP = (CORE / "ARCHITECTURE.md").read_text(encoding="utf-8")


def first_sentence(module: Path) -> str:
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return docstring.split("\n", 1)[0]


def rooms() -> dict[str, Path]:
    """Every entry of relay_core and of its largest room, with the file that says what it is."""
    found = {}
    for entry in sorted(
        (*CORE.iterdir(), *(CORE / "audience").iterdir(), *(CORE / "templates").iterdir())
    ):
        name = entry.relative_to(CORE).as_posix()
        if entry.is_dir() and (entry / "__init__.py").is_file():
            found[f"{name}/"] = entry / "__init__.py"
        elif entry.suffix == ".py" and entry.name != "__init__.py":
            found[name] = entry
    return found


class TestTheMap:
    @pytest.mark.parametrize("room", rooms())
    def test_has_a_line_for_each_room_with_the_rooms_own_sentence(self, room):
        assert f"`{room}`" in MAP
        assert first_sentence(rooms()[room]) in MAP

    def test_names_nothing_that_is_not_there(self):
        named = re.findall(r"^\| `([\w/]+(?:\.py)?)` \|", MAP, re.MULTILINE)

        assert set(named) == set(rooms())

    def test_speaks_only_of_files_that_exist(self):
        for path in re.findall(
            r"`((?:relay_core|pages|tests|data|\.ci|\.streamlit)/[\w./-]+)`", MAP
        ):
            assert (ROOT / path).exists(), path


class TestEveryModule:
    @pytest.mark.parametrize(
        "module", [*CORE.rglob("*.py"), *(ROOT / "pages").glob("*.py")], ids=lambda p: p.name
    )
    def test_opens_with_one_sentence_on_one_line(self, module):
        sentence = first_sentence(module)

        assert sentence
        assert sentence[-1] in ".?!", sentence

    def test_speaks_of_relay_alone(self):
        forbidden = re.compile(r"\bissue #?\d|\bTODO\b|\bFIXME\b", re.IGNORECASE)
        texts = [*CORE.rglob("*.py"), *CORE.rglob("*.sql"), *(ROOT / "pages").glob("*.py")]

        assert [p.name for p in texts if forbidden.search(p.read_text(encoding="utf-8"))] == []


class TestTheTopLevel:
    def test_is_as_designed(self):
        allowed = {
            "pyproject.toml",
            "README.md",
            "app.py",
            "pages",
            "relay_core",
            "data",
            "tests",
            "Makefile",
        }
        generated = {"build", "dist", "__pycache__"}
        found = {
            entry.name
            for entry in ROOT.iterdir()
            if not entry.name.startswith(".") and not entry.name.endswith(".egg-info")
        }

        assert found - generated <= allowed
