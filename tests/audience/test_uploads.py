"""Uploads: every row of a file is a person or is kept aside, and conditions can name the list."""

import csv
from io import StringIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from relay_core.audience.conditions.definition import ByConditions, BySegment
from relay_core.audience.conditions.operators import Op
from relay_core.audience.conditions.tree import Condition, ConditionTree
from relay_core.audience.resolving.matching import match
from relay_core.audience.segments.saved import delete_segment, save_segment
from relay_core.audience.uploads.kept import (
    delete_upload,
    keep_upload,
    upload_leftovers,
    uploads,
)
from relay_core.audience.uploads.preview import read_csv
from relay_core.errors import AudienceError, NotFound
from relay_core.gateways.zendesk_records import ZendeskUser
from relay_core.people.mirror import remembering
from tests.audience.population import NOW, person, settle, sources

FILE = b"""name,phone,mail
Ada,06 12 34 56 78,ada@example.com
Bob,+31687654321,bob@example.com
Nobody,+31611111111,nobody@example.com

"Ada, again",+31612345678,ADA@example.com
Broken,call me,,
Too long,+31687654321,bob@example.com,one more
Short
"""


@pytest.fixture
def account(db):
    settle(
        db,
        [
            person(1, "Ada", email="ada@example.com", phone="+31612345678"),
            person(2, "Bob", email="Bob@example.com", phone="+31687654321"),
            person(3, "Bob at work", phone="+31687654321"),
        ],
    )
    return db


def keep(db, content=FILE, *, name="march.csv", column="phone", read_as="phone"):
    return keep_upload(
        db,
        content=content,
        name=name,
        column=column,
        read_as=read_as,
        region="NL",
        actor="ada",
        now=NOW,
    )


def uploaded(*names, op=Op.IS_ANY_OF):
    return ByConditions(ConditionTree(all=(Condition("relay.upload", op, names),)))


def appear(db, id_, **known):
    """Let a sync bring somebody."""
    user = ZendeskUser(id=id_, created_at=NOW, updated_at=NOW, **known)
    db.write(remembering([user], region="NL"))


def kept_people(db):
    table = db.table("SELECT person_id, file_row FROM upload_people ORDER BY person_id")
    return [tuple(row.values()) for row in table.to_pylist()]


class TestAPreview:
    def test_shows_what_the_file_holds_and_proposes_a_column(self):
        preview = read_csv(FILE, "march.csv", region="NL")

        assert preview.columns == ("name", "phone", "mail")
        assert (preview.file_rows, preview.rows[0].cells[0]) == (7, "Ada")
        assert (preview.encoding, preview.delimiter) == ("UTF-8", "comma")
        assert preview.proposals == {"name": "external_id", "phone": "phone", "mail": "email"}
        assert preview.column == "mail"

    @pytest.mark.parametrize(
        ("header", "row", "column"),
        [
            ("who,where", "x,y", "who"),
            ("who,number", "x,+31612345678", "number"),
            ("mail,ID", "a@b.org,361234567890", "ID"),
        ],
    )
    def test_proposes_by_name_then_by_content(self, header, row, column):
        assert read_csv(f"{header}\n{row}\n".encode(), "a.csv", region="NL").column == column


class TestAnUpload:
    def test_keeps_each_person_once_with_the_row_that_names_them(self, account):
        upload = keep(account)

        assert kept_people(account) == [(1, 2), (2, 3), (3, 3)]
        assert (upload.file_rows, upload.people, upload.leftovers) == (7, 3, 5)
        assert (upload.name, upload.column, upload.created_by) == ("march.csv", "phone", "ada")

    def test_keeps_every_other_row_aside_with_its_reason(self, account):
        keep(account)

        left = upload_leftovers(account, "march.csv")

        assert [tuple(row.values()) for row in left.to_pylist()] == [
            (
                4,
                "Nobody,+31611111111,nobody@example.com",
                "Nobody in Zendesk has this phone number.",
            ),
            (6, '"Ada, again",+31612345678,ADA@example.com', "Row 2 names the same person."),
            (7, "Broken,call me,,", "This is not a valid phone number."),
            (
                8,
                "Too long,+31687654321,bob@example.com,one more",
                "The row has 4 cells, and there are 3 columns.",
            ),
            (9, "Short", "Nothing is written here."),
        ]

    def test_can_be_named_in_conditions(self, account):
        keep(account)

        def matched(definition):
            found = match(definition, sources(account), now=NOW).predicate
            table = account.table(f"FROM people p WHERE {found.text}", found.values)
            return sorted(table["id"].to_pylist())

        keep(account, b"id\n1\n", name="one.csv", column="id", read_as="id")

        assert matched(uploaded("march.csv")) == [1, 2, 3]
        assert matched(uploaded("one.csv")) == [1]
        assert matched(uploaded("one.csv", op=Op.IS_NONE_OF)) == [2, 3]

    def test_needs_a_name_of_its_own(self, account):
        keep(account)

        with pytest.raises(AudienceError, match="taken"):
            keep(account, b"phone\n1\n")
        with pytest.raises(AudienceError, match="name"):
            keep(account, name=" ")

        assert [upload.people for upload in uploads(account)] == [3]

    def test_needs_a_column_of_the_file(self, account):
        with pytest.raises(AudienceError) as caught:
            keep(account, column="Phone")

        assert "It has: name, phone, mail." in caught.value.advice
        assert uploads(account) == []

    def test_leaves_a_trail_without_people(self, account):
        keep(account)

        [row] = account.table("SELECT event, subject, detail FROM audit").to_pylist()
        assert tuple(row.values()) == (
            "upload.kept",
            "march.csv",
            "7 rows by phone: 3 people, 5 rows left over",
        )

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
    @given(
        cells=st.lists(
            st.lists(
                st.one_of(
                    st.sampled_from(
                        ["1", "2", "3", "ada@example.com", "0612345678", "+31687654321"]
                    ),
                    st.text(alphabet='ab1@,"\n ', max_size=6),
                ),
                min_size=1,
                max_size=4,
            ),
            min_size=1,
            max_size=8,
        ),
        read_as=st.sampled_from(["id", "email", "phone", "external_id"]),
    )
    def test_has_every_row_of_data_once(self, account, cells, read_as):
        text = StringIO()
        csv.writer(text).writerows([["who", "what"], *cells])
        content = text.getvalue().encode()
        data = [n for n, row in enumerate(cells, start=2) if any(cell.strip() for cell in row)]
        if not data:
            return
        name = f"{len(uploads(account))}.csv"

        upload = keep(account, content, name=name, column="who", read_as=read_as)

        named = account.table(
            "SELECT DISTINCT file_row FROM upload_people WHERE upload_id = $id", {"id": upload.id}
        )["file_row"].to_pylist()
        left = upload_leftovers(account, name)["row"].to_pylist()
        assert sorted([*named, *left]) == data
        assert upload.file_rows == len(data)


class TestSomebodyWhoAppearsLater:
    @pytest.mark.parametrize(
        ("read_as", "content", "known"),
        [
            ("phone", "06 11 11 11 11", {"phone": "+31 6 11111111"}),
            ("email", "nobody@EXAMPLE.com", {"email": "Nobody@example.com"}),
            ("external_id", "CRM-7", {"external_id": "crm-7"}),
            ("id", "00040", {}),
        ],
    )
    def test_is_on_the_list_that_names_them(self, account, read_as, content, known):
        keep(account, f"who\n{content}\n".encode(), column="who", read_as=read_as)

        appear(account, 40, **known)

        assert kept_people(account) == [(40, 2)]
        assert [(each.people, each.leftovers) for each in uploads(account)] == [(1, 0)]
        assert upload_leftovers(account, "march.csv").num_rows == 0

    def test_counts_in_conditions(self, account):
        keep(account)
        appear(account, 40, phone="+31611111111")

        found = match(uploaded("march.csv"), sources(account), now=NOW).predicate
        table = account.table(f"FROM people p WHERE {found.text}", found.values)

        assert sorted(table["id"].to_pylist()) == [1, 2, 3, 40]

    def test_shares_a_number_with_somebody_who_was_found(self, account):
        keep(account)

        appear(account, 40, phone="06 12345678")

        assert kept_people(account) == [(1, 2), (2, 3), (3, 3), (40, 2)]

    @pytest.mark.parametrize(
        "known",
        [
            {"phone": "+31611111112"},
            {"phone": "+31611111111", "role": "agent"},
            {"phone": "+31611111111", "active": False},
            {"phone": "ask", "external_id": "+31611111111"},  # the column holds phone numbers
        ],
    )
    def test_is_not_on_a_list_that_names_somebody_else(self, account, known):
        keep(account)

        appear(account, 40, **known)

        assert kept_people(account) == [(1, 2), (2, 3), (3, 3)]
        assert [each.leftovers for each in uploads(account)] == [5]

    def test_may_have_been_known_before_the_number(self, account):
        keep(account)
        appear(account, 40)

        appear(account, 40, phone="+31611111111")

        assert (40, 4) in kept_people(account)

    def test_is_named_by_one_row_of_those_that_say_the_same(self, account):
        keep(account, b"phone\n0611111111\n+31611111111\n")
        before = upload_leftovers(account, "march.csv").to_pylist()

        appear(account, 40, phone="+31611111111")

        assert [row["reason"] for row in before] == [
            "Nobody in Zendesk has this phone number.",
            "Row 2 says the same.",
        ]
        assert upload_leftovers(account, "march.csv").to_pylist() == before[1:]


class TestDeletingAnUpload:
    def test_forgets_it(self, account):
        keep(account)

        delete_upload(account, name="march.csv", actor="ada", now=NOW)

        appear(account, 40, phone="+31611111111")
        assert uploads(account) == []
        assert kept_people(account) == []
        with pytest.raises(NotFound):
            upload_leftovers(account, "march.csv")
        with pytest.raises(NotFound):
            delete_upload(account, name="march.csv", actor="ada", now=NOW)

    def test_is_refused_while_a_segment_names_it(self, account):
        keep(account)
        save_segment(account, name="March", definition=uploaded("march.csv"), actor="ada", now=NOW)
        save_segment(account, name="Again", definition=BySegment("March"), actor="ada", now=NOW)

        with pytest.raises(AudienceError) as caught:
            delete_upload(account, name="march.csv", actor="ada", now=NOW)

        assert "the segment March" in caught.value.advice
        for name in ("Again", "March"):
            delete_segment(account, name=name, actor="ada", now=NOW)
        delete_upload(account, name="march.csv", actor="ada", now=NOW)
