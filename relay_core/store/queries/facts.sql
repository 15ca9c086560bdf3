-- name: columns
-- What an analyst can query, with what each view and column means, as `0015_facts.sql` says it.
SELECT c.table_name AS view, v.comment AS view_comment, c.column_name AS name,
       lower(c.data_type) AS type, c.comment
  FROM duckdb_columns() c
  JOIN duckdb_views() v
    ON v.database_name = c.database_name AND v.schema_name = c.schema_name
       AND v.view_name = c.table_name
 WHERE c.database_name = current_database() AND c.schema_name = 'main'
   AND starts_with(c.table_name, 'report_')
 ORDER BY c.table_name, c.column_index;

-- name: relations
-- Every table and view that a name in a query could mean, the engine's own included, and whether
-- analysts may query it.
SELECT lower(name) AS name, bool_or(is_fact) AS is_fact
  FROM (SELECT table_name AS name, false AS is_fact FROM duckdb_tables()
         UNION ALL
        SELECT view_name, starts_with(view_name, 'report_') AND schema_name = 'main'
                          AND database_name = current_database()
          FROM duckdb_views())
 GROUP BY lower(name);
