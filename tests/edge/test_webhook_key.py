"""The key of the webhook, and the ones before it while something may still come with them."""

from datetime import UTC, datetime, timedelta

import pytest

from relay_core.edge.webhook_key import FORMER_KEY_COUNTS, WebhookKey

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


class Watch:
    """A clock that is moved by hand."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def note(tmp_path):
    return tmp_path / "relay.webhook.json"


@pytest.fixture
def key(note, watch):
    """One that was changed from "first" to "second" at noon."""
    key = WebhookKey(note=note, now=watch)
    key.change("first")
    key.change("second")
    return key


class TestAKey:
    def test_opens_from_when_it_is_known(self, note, watch):
        key = WebhookKey(note=note, now=watch)
        assert not key.opens("first")

        key.change("first")

        assert key.opens("first")
        assert not any(key.opens(other) for other in ("", "firs", "first ", "FIRST", "é"))
        assert not note.exists()

    def test_that_was_changed_opens_until_nothing_is_on_its_way_any_more(self, key, watch):
        watch.now = NOON + FORMER_KEY_COUNTS - INSTANT
        assert key.opens("first")

        watch.now += INSTANT

        assert not key.opens("first")
        assert key.opens("second")

    def test_that_was_changed_is_not_prolonged_by_a_clock_that_is_set_back(self, key, watch):
        watch.now = NOON - timedelta(days=1)

        assert not key.opens("first")
        assert key.opens("second")

    def test_that_was_changed_survives_a_restart_and_a_second_change(self, key, note, watch):
        watch.now += timedelta(minutes=5)
        key.change("third")

        again = WebhookKey(note=note, now=watch)

        assert again.current is None
        assert [again.opens(each) for each in ("first", "second", "third")] == [True, True, False]
        watch.now = NOON + FORMER_KEY_COUNTS
        assert [again.opens(each) for each in ("first", "second")] == [False, True]

    def test_that_stays_the_same_has_no_former_one(self, key, note):
        noted = note.read_bytes()

        key.change("second")

        assert note.read_bytes() == noted


class TestTheNote:
    def test_holds_no_key_and_is_its_owners_alone(self, key, note):
        assert key.opens("first")

        assert b"first" not in note.read_bytes()
        assert b"second" not in note.read_bytes()
        assert note.stat().st_mode & 0o777 == 0o600

    def test_is_never_written_through_what_lies_in_its_way(self, key, note, tmp_path):
        elsewhere = tmp_path / "elsewhere"
        elsewhere.write_text("of somebody else")
        elsewhere.chmod(0o644)
        note.with_suffix(".new").symlink_to(elsewhere)

        key.change("third")

        assert elsewhere.read_text() == "of somebody else"
        assert not note.is_symlink()
        assert note.stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize(
        "content", ["", "{", "[1]", '[{"sha256": "x", "until": "2026-11-23"}]', "\x00"]
    )
    def test_that_cannot_be_read_opens_nothing(self, note, watch, content):
        note.write_text(content)

        key = WebhookKey(note=note, now=watch)
        key.change("first")

        assert key.opens("first")
        assert not key.opens("x")

    def test_that_cannot_be_written_leaves_the_key_as_it_is(self, key, note):
        note.unlink()
        note.mkdir()

        with pytest.raises(IsADirectoryError):
            key.change("third")

        assert key.current == "second"
        assert not key.opens("third")
