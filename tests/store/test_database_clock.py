"""The time that counts where several hosts work together: the database's."""

import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from relay_core.errors import StoreError
from relay_core.store.postgres.clock import DatabaseClock

CLOSE = timedelta(milliseconds=100)


@pytest.fixture
def skewed(shared):
    """An address at which the database's clock is as far from this host's as a table says."""
    with psycopg.connect(shared, autocommit=True) as connection:
        connection.execute(
            "CREATE SCHEMA skewed; CREATE TABLE skewed.by (s FLOAT8);"
            "INSERT INTO skewed.by VALUES (0);"
            "CREATE FUNCTION skewed.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS "
            "'SELECT pg_catalog.clock_timestamp() + s * interval ''1 second'' FROM skewed.by'"
        )
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET search_path TO skewed, pg_catalog")

    def by(seconds):
        with psycopg.connect(shared, autocommit=True) as connection:
            connection.execute("UPDATE skewed.by SET s = %s", [seconds])
        return shared

    return by


class TestTheDatabasesClock:
    @pytest.mark.parametrize("skew_s", [-5.0, 0.0, 5.0])
    def test_is_followed_whatever_the_hosts_says(self, skewed, skew_s):
        with DatabaseClock(skewed(skew_s)) as clock:
            told = clock.now()

        assert abs(told - datetime.now(UTC) - timedelta(seconds=skew_s)) < CLOSE

    def test_says_the_same_on_hosts_that_were_started_at_different_times(self, shared):
        with (
            DatabaseClock(shared, monotonic=lambda: time.monotonic() + 1e6) as one,
            DatabaseClock(shared, monotonic=lambda: time.monotonic() / 2) as other,
        ):
            assert abs(one.now() - other.now()) < CLOSE

    def test_goes_on_between_two_measurements(self, shared):
        host = iter(range(100))
        with DatabaseClock(shared, monotonic=lambda: float(next(host))) as clock:
            first = clock.now()

            assert clock.now() - first == timedelta(seconds=1)

    def test_never_goes_back(self, skewed):
        with DatabaseClock(skewed(5)) as clock:
            before = clock.now()
            skewed(0)
            clock.measure()

            assert clock.now() == before

    def test_follows_it_forward(self, skewed):
        with DatabaseClock(skewed(0)) as clock:
            before = clock.now()
            skewed(60)
            clock.measure()

            assert clock.now() - before >= timedelta(seconds=60)

    def test_goes_on_without_the_database(self, shared):
        clock = DatabaseClock(shared)
        clock.close()

        assert abs(clock.now() - datetime.now(UTC)) < CLOSE

    def test_is_not_made_up_where_there_is_no_database(self, shared):
        with pytest.raises(StoreError):
            DatabaseClock(f"{shared}_of_another_world")
