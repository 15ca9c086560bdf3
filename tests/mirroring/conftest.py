"""A file with nothing in it yet, and a Zendesk in which the objects are made."""

import pytest

from tests.mirroring.mirrored import Mirrored


@pytest.fixture
def mirrored(db):
    made = Mirrored(db)
    made.define()
    made.asked.clear()
    return made
