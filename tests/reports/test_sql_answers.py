"""Queries of analysts: what they answer, and what they never reach."""

import re
import shutil
import threading
import time

import duckdb
import pytest

from relay_core.errors import QueryError
from relay_core.reports.facts import facts
from relay_core.reports.plain_values import json_rows
from relay_core.reports.sql_answers import Inquiries
from relay_core.reports.sql_examples import examples
from relay_core.reports.sql_functions import CALLABLE, SOURCES
from relay_core.store.database import open_database
from tests.reports.test_run_report import a_run_with_everything

SECRET = "SELECT max(phone) FROM deliveries"
"""What stands for SECRET in the queries below."""

WRITES = (
    "INSERT INTO audit VALUES (now(), 'x', 'x', 'x', 'x')",
    "UPDATE deliveries SET state = 'queued'",
    "DELETE FROM deliveries",
    "WITH gone AS (DELETE FROM deliveries RETURNING *) SELECT * FROM gone",
    "WITH new AS (INSERT INTO audit SELECT now(), 'x', 'x', 'x', 'x' RETURNING *) FROM new",
    "CREATE TABLE mine AS SELECT 1",
    "CREATE TEMP TABLE mine AS SELECT 1",
    "CREATE OR REPLACE VIEW report_runs AS SELECT 1",
    "CREATE MACRO mine() AS 1",
    "DROP VIEW report_runs",
    "ALTER TABLE deliveries ADD COLUMN mine TEXT",
    "TRUNCATE deliveries",
    "SELECT nextval('run_ids')",
    "SELECT setval('run_ids', 1)",
    "SELECT write_log('x')",
    "BEGIN",
    "COMMIT",
    "VACUUM",
    "CHECKPOINT",
    "CALL force_checkpoint()",
    "FROM force_checkpoint()",
)
FILES = (
    "FROM '/etc/passwd'",
    "FROM read_csv('/etc/passwd')",
    "FROM read_text('/etc/passwd')",
    "FROM read_blob('/etc/passwd')",
    "FROM read_parquet('x.parquet')",
    "FROM read_json('x.json')",
    "FROM glob('/*')",
    "FROM sniff_csv('/etc/passwd')",
    "FROM parquet_metadata('x.parquet')",
    "FROM read_duckdb('relay.duckdb')",
    """WITH "/etc/passwd" AS (SELECT 1) SELECT (SELECT 1 FROM "/etc/passwd")""",
    "COPY report_runs TO '/tmp/runs.csv'",
    "COPY (SELECT 1) TO 'exports/x.csv'",
    "COPY audit FROM '/etc/passwd'",
    "EXPORT DATABASE '/tmp/all'",
    "IMPORT DATABASE '/tmp/all'",
    "ATTACH '/tmp/other.duckdb'",
    "USE memory",
    "INSTALL httpfs",
    "LOAD httpfs",
)
SETTINGS = (
    "SELECT getenv('HOME')",
    "SELECT current_setting('temp_directory')",
    "SELECT getvariable('x')",
    "FROM duckdb_settings()",
    "FROM duckdb_secrets()",
    "SET enable_external_access = true",
    "SET VARIABLE x = 1",
    "RESET lock_configuration",
    "PRAGMA database_list",
    "FROM pragma_database_size()",
)
OTHER_TABLES = (
    "SECRET",
    "FROM people",
    "TABLE deliveries",
    "FROM main.deliveries",
    "FROM relay.main.deliveries",
    "SHOW TABLES",
    "DESCRIBE deliveries",
    "SUMMARIZE deliveries",
    "FROM duckdb_tables()",
    "FROM duckdb_views",
    "FROM information_schema.tables",
    "FROM pg_catalog.pg_tables",
    "FROM sqlite_master",
    "FROM query('SECRET')",
    "FROM query_table('deliveries')",
    "FROM json_execute_serialized_sql(json_serialize_sql('SECRET'))",
    "SELECT json_serialize_plan('SECRET')",
    "SELECT pg_get_viewdef(1)",
    "SELECT (SECRET)",
    "SELECT 1 WHERE EXISTS (SECRET)",
    "SELECT 1 IN (SECRET)",
    "SELECT ARRAY(SECRET), [(SECRET)]",
    "SELECT {'a': (SECRET)}",
    "SELECT 1 UNION ALL (SECRET)",
    "SELECT 1 LIMIT (SECRET)",
    "SELECT 1 ORDER BY (SECRET)",
    "SELECT 1 GROUP BY (SECRET)",
    "SELECT 1 HAVING (SECRET) > ''",
    "SELECT 1 QUALIFY (SECRET) > ''",
    "SELECT DISTINCT ON ((SECRET)) 1",
    "SELECT * REPLACE ((SECRET) AS state) FROM report_runs",
    "SELECT COLUMNS(c -> (SECRET) > '') FROM report_runs",
    "SELECT list_transform([1], lambda x: (SECRET))",
    "SELECT count(*) FILTER (WHERE (SECRET) > '') FROM report_runs",
    "SELECT sum(1) OVER w FROM report_runs WINDOW w AS (ORDER BY (SECRET))",
    "SELECT first(state ORDER BY (SECRET)) FROM report_runs",
    "FROM unnest((SELECT list(x) FROM (SECRET) t(x)))",
    "FROM report_runs, LATERAL (SECRET)",
    "FROM report_runs JOIN report_people ON (SECRET) > ''",
    "FROM (VALUES ((SECRET)))",
    "WITH mine AS MATERIALIZED (SECRET) FROM mine",
    "WITH RECURSIVE mine AS (SECRET UNION FROM mine) FROM mine",
    "FROM report_runs SEMI JOIN deliveries USING (run_id)",
    "UNPIVOT deliveries ON phone, body",
    "PIVOT deliveries ON state IN ('failed') USING max(phone)",
    "WITH deliveries AS (SELECT 1) FROM deliveries",
    "SELECT (WITH deliveries AS (SELECT 1) SELECT 1), (SELECT max(phone) FROM deliveries)",
)
NOT_ONE_QUERY = (
    "",
    "-- nothing",
    "SELECT 1; SELECT 2",
    "SELECT 1; DELETE FROM deliveries",
    "SELECT $x",
    "SELECT ?",
    "PREPARE q AS SELECT 1",
    "EXECUTE q",
    "EXPLAIN ANALYZE SELECT 1",
    "SELEC 1",
    "\x00",
    "SELECT '",
    "(" * 5_000,
)
HARMFUL_FUNCTIONS = {
    "current_query",
    "current_setting",
    "error",
    "finalize",
    "getenv",
    "getvariable",
    "json_execute_serialized_sql",
    "json_serialize_plan",
    "nextval",
    "pg_sleep",
    "query",
    "query_table",
    "read_csv",
    "read_text",
    "repeat",
    "setseed",
    "setval",
    "sleep_ms",
    "write_log",
}


@pytest.fixture(scope="module")
def file(tmp_path_factory, empty_file):
    """A file with one run in it, which nothing here can change."""
    path = shutil.copy(empty_file, tmp_path_factory.mktemp("facts") / empty_file.name)
    with open_database(path) as database:
        a_run_with_everything(database)
        yield database


@pytest.fixture(scope="module")
def ask(file):
    """Ask one query."""
    return Inquiries(file).ask


class TestAQuery:
    @pytest.mark.parametrize("example", examples(), ids=lambda e: e.title)
    def test_may_be_any_example(self, ask, example):
        assert ask(example.sql).table.num_rows > 0

    def test_may_use_the_means_of_the_language(self, ask):
        answer = ask("""
            WITH RECURSIVE days(d) AS (SELECT 1 UNION ALL SELECT d + 1 FROM days WHERE d < 3),
                 told AS (SELECT *, row_number() OVER (PARTITION BY state ORDER BY sent_at) AS n
                            FROM report_deliveries)
            SELECT state, d, count(*) FILTER (WHERE n = 1) AS firsts, upper(max(state)) AS loud,
                   list(n ORDER BY n) AS numbers, CASE WHEN d > 1 THEN 'late' END AS late
              FROM told CROSS JOIN days
             WHERE state IN ('delivered', 'accepted') AND message LIKE '%found%'
             GROUP BY ALL HAVING count(*) > 0 ORDER BY state, d LIMIT 2;
        """)

        assert answer.table.to_pylist() == [
            {"state": "accepted", "d": 1, "firsts": 1, "loud": "ACCEPTED", "numbers": "[1, 2]"}
            | {"late": None},
            {"state": "accepted", "d": 2, "firsts": 1, "loud": "ACCEPTED", "numbers": "[1, 2]"}
            | {"late": "late"},
        ]

    def test_may_pivot_describe_and_summarize(self, ask):
        pivoted = ask("PIVOT report_deliveries ON state IN ('delivered', 'failed') USING count(*)")
        described = ask("DESCRIBE report_people")
        summarized = ask("SUMMARIZE report_runs")

        assert {"delivered", "failed"} <= set(pivoted.table.column_names)
        assert "phone" in described.table["column_name"].to_pylist()
        assert summarized.table.num_rows > 0

    def test_answers_in_plain_types_under_distinct_headings(self, ask):
        answer = ask("""
            SELECT 1 AS a, 2 AS a, sum(1) AS total, INTERVAL 90 MINUTE AS took, 'x'::BLOB AS raw,
                   {'k': [1]} AS nested, 1 / 0 AS endless, TIMESTAMP '2026-03-01 09:00' AS at,
                   DATE '2026-03-01' AS day, 1.50::DECIMAL(4, 2) AS price, NULL AS nothing
        """)

        assert json_rows(answer.table) == [
            {
                "a": 1,
                "a_2": 2,
                "total": 1,
                "took": "1:30:00",
                "raw": "78",
                "nested": '{"k": [1]}',
                "endless": None,
                "at": "2026-03-01T09:00:00",
                "day": "2026-03-01",
                "price": "1.50",
                "nothing": None,
            }
        ]

    def test_says_where_it_was_cut(self, file):
        cut = Inquiries(file, most_rows=3).ask("FROM range(4)")
        whole = Inquiries(file, most_rows=3).ask("FROM range(3)")

        assert (cut.table.num_rows, cut.is_cut) == (3, True)
        assert (whole.table.num_rows, whole.is_cut) == (3, False)

    def test_is_told_of_a_wrong_column_with_those_that_there_are(self, ask):
        with pytest.raises(QueryError) as refused:
            ask("SELECT stat FROM report_runs")

        assert "stat" in refused.value.advice
        assert "Candidate bindings" in refused.value.advice
        assert "LINE 1" not in refused.value.advice

    def test_of_another_table_is_told_which_views_there_are(self, ask, file):
        with pytest.raises(QueryError) as refused:
            ask("FROM people")

        assert all(view.name in refused.value.advice for view in facts(file))


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        "sql", [*WRITES, *FILES, *SETTINGS, *OTHER_TABLES, *NOT_ONE_QUERY], ids=lambda q: q[:60]
    )
    def test_is_refused_in_a_sentence(self, ask, sql):
        with pytest.raises(QueryError) as refused:
            ask(sql.replace("SECRET", SECRET))

        assert " " in refused.value.advice
        assert not re.search(r"Traceback|Error:|Did you mean", refused.value.advice)

    def test_includes_every_function_that_reaches_out(self):
        assert not HARMFUL_FUNCTIONS & (CALLABLE | SOURCES)

    def test_leaves_only_functions_that_there_are(self, file):
        with file.snapshot() as cursor:
            known = cursor.execute("SELECT lower(function_name) FROM duckdb_functions()").fetchall()

        assert {name for (name,) in known} >= CALLABLE | SOURCES

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT count(*) FROM range(1000000) a, range(1000000) b, range(1000000) c",
            "WITH RECURSIVE x(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM x) SELECT max(i) FROM x",
            "FROM range(100000) a, range(100000) b ORDER BY a.range * b.range",
        ],
    )
    def test_includes_what_never_ends(self, file, sql):
        began = time.monotonic()

        with pytest.raises(QueryError, match="too long"):
            Inquiries(file, timeout_s=0.2).ask(sql)

        assert time.monotonic() - began < 4

    def test_includes_one_query_too_many_at_once(self, file):
        inquiries = Inquiries(file, timeout_s=20, patience_s=0.2)
        endless = "SELECT count(*) FROM range(1000000) a, range(1000000) b, range(1000000) c"
        ended = []

        def ask_for_ever():
            with pytest.raises(QueryError) as refused:
                inquiries.ask(endless)
            ended.append(refused.value)

        threads = [threading.Thread(target=ask_for_ever) for _ in range(2)]
        for thread in threads:
            thread.start()
        with pytest.raises(QueryError, match="busy"):
            inquiries.ask("SELECT 1")
        inquiries.close()
        for thread in threads:
            thread.join(10)

        assert [str(error) for error in ended] == ["too long"] * 2


class TestTheFileItself:
    """What stands behind the check of the statement, should that ever let something through."""

    @pytest.mark.parametrize(
        "sql",
        [
            "FROM read_text('/etc/hostname')",
            "COPY (SELECT 1) TO '/tmp/relay-must-not-write.csv'",
            "ATTACH '/tmp/relay-must-not-attach.duckdb'",
            "SET enable_external_access = true",
            "SET lock_configuration = false",
            "DELETE FROM deliveries",
            "CREATE TABLE mine AS SELECT 1",
            "SELECT nextval('run_ids')",
        ],
    )
    def test_lets_a_reader_do_none_of_it(self, file, sql):
        with file.snapshot() as cursor, pytest.raises(duckdb.Error):
            cursor.execute(sql)

    def test_reads_clocks_in_utc(self, file):
        with file.snapshot() as cursor:
            zone = cursor.execute("SELECT current_setting('TimeZone')").fetchone()

        assert zone == ("UTC",)
