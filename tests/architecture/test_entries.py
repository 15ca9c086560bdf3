"""What comes in and what goes out: each file through the one door that looks after it."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "pages").glob("*.py"))
SOURCES = [*PAGES, *(ROOT / "relay_core").rglob("*.py"), *(ROOT / "relay_core").rglob("*.sql")]
WRITES_CSV = re.compile(
    r"\bwrite_csv\b|\bto_csv\b|csv\.(Dict)?[wW]riter|FORMAT\s+'?csv", re.IGNORECASE
)
HTML = re.compile(
    r"unsafe_allow_html|unsafe_allow_javascript|st\.html\(|st\.iframe\(|components\.v1"
)


def calls(path, name):
    """Every call of a method of that name in a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == name:
            yield node


def files_with(pattern, paths):
    return {
        path.relative_to(ROOT).as_posix()
        for path in paths
        if pattern.search(path.read_text("utf-8"))
    }


class TestAFileOfValues:
    def test_is_written_only_where_formulas_are_defused(self):
        written = files_with(WRITES_CSV, SOURCES)

        # The second writes down an uploaded row, which the first exports. The others are
        # what PostgreSQL and the file tell each other, and nobody opens that.
        assert written == {
            "relay_core/reports/export.py",
            "relay_core/audience/uploads/csv_files.py",
            "relay_core/store/postgres/copying.py",
            "relay_core/store/postgres/loading.py",
        }

    def test_is_offered_only_as_that_module_writes_it(self):
        offered = [
            path.read_text("utf-8") for path in PAGES if "text/csv" in path.read_text("utf-8")
        ]

        # `trail_csv` is `as_csv` of a table of its own.
        assert len(offered) > 3
        assert all(re.search(r"import .*\b(as_csv|trail_csv)\b", text) for text in offered)


class TestAnUpload:
    def test_is_limited_in_size_and_by_kind(self):
        uploads = [call for path in PAGES for call in calls(path, "file_uploader")]
        limited = [
            {"type", "max_upload_size"} <= {kw.arg for kw in call.keywords} for call in uploads
        ]

        assert limited
        assert all(limited)


class TestAPage:
    def test_never_takes_a_text_for_html(self):
        assert files_with(HTML, PAGES) == set()


class TestTheTableOfAttacks:
    def test_names_tests_that_there_are(self):
        readme = (ROOT / "README.md").read_text("utf-8")
        named = re.findall(r"`(tests/[\w/]+\.py)((?:::\w+)*)`", readme)

        assert len(named) > 20
        for file, names in named:
            tree = ast.parse((ROOT / file).read_text("utf-8"))
            for name in names.split("::")[1:]:
                [tree] = [each for each in tree.body if getattr(each, "name", "") == name]
