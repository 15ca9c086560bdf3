"""What tests of kept templates share."""

import shutil

import pytest

from tests.templates.account import account as opened
from tests.templates.account import world


@pytest.fixture(scope="session")
def template_world():
    """A sandbox for all tests of this process."""
    with world() as running:
        yield running


@pytest.fixture
def account(template_world, tmp_path, empty_file):
    """A WhatsApp account of this test's own, without any template yet."""
    shutil.copy(empty_file, tmp_path)
    with opened(template_world, tmp_path) as known:
        yield known
