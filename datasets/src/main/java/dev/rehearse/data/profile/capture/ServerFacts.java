package dev.rehearse.data.profile.capture;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a profile says of the server and of the types. */
final class ServerFacts {

    private static final String SETTINGS = """
            SELECT name, setting || coalesce(' ' || unit, '') AS value FROM pg_settings WHERE name = ANY (ARRAY[
              'autovacuum', 'autovacuum_max_workers', 'autovacuum_naptime', 'autovacuum_vacuum_cost_delay',
              'autovacuum_vacuum_scale_factor', 'autovacuum_analyze_scale_factor', 'block_size', 'checkpoint_timeout', 'cpu_index_tuple_cost',
              'cpu_operator_cost', 'cpu_tuple_cost', 'data_checksums', 'deadlock_timeout', 'default_statistics_target',
              'default_toast_compression', 'effective_cache_size', 'effective_io_concurrency', 'fsync', 'full_page_writes',
              'hash_mem_multiplier', 'hot_standby_feedback', 'idle_in_transaction_session_timeout', 'jit', 'lock_timeout',
              'maintenance_work_mem', 'max_connections', 'max_locks_per_transaction', 'max_parallel_maintenance_workers',
              'max_parallel_workers_per_gather', 'max_wal_size', 'max_worker_processes', 'plan_cache_mode', 'random_page_cost',
              'seq_page_cost', 'server_encoding', 'shared_buffers', 'statement_timeout', 'synchronous_commit', 'wal_level', 'work_mem'])
              OR setting <> boot_val AND name ~ '^(enable_.*|geqo|(join|from)_collapse_limit|parallel_.*_cost|min_parallel_.*_scan_size|cursor_tuple_fraction|constraint_exclusion|recursive_worktable_factor)$'
            UNION ALL
            SELECT 'lc_collate', datcollate FROM pg_database WHERE datname = current_database()""";

    private ServerFacts() {}

    static SortedMap<String, String> settings(CaptureSession session) throws SQLException, InterruptedException {
        SortedMap<String, String> settings = new TreeMap<>();
        // The session's own settings hide these.
        List<String> own = List.of(
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "max_parallel_workers_per_gather",
                "search_path");
        session.list(SETTINGS, row -> Map.entry(row.getString("name"), row.getString("value"))).stream()
                .filter(setting -> !own.contains(setting.getKey()))
                .forEach(setting -> settings.put(setting.getKey(), setting.getValue()));
        session.list(
                        "SELECT name, reset_val || coalesce(' ' || unit, '') AS value FROM pg_settings WHERE name = ANY (?::text[])",
                        row -> Map.entry(row.getString("name"), row.getString("value")),
                        "{" + String.join(",", own) + "}")
                .forEach(setting -> settings.put(setting.getKey(), setting.getValue()));
        return settings;
    }

    static SortedMap<String, List<String>> enums(CaptureSession session) throws SQLException, InterruptedException {
        SortedMap<String, List<String>> enums = new TreeMap<>();
        session.list("""
                        SELECT n.nspname || '.' || t.typname AS name, array_agg(e.enumlabel::text ORDER BY e.enumsortorder) AS labels
                        FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid JOIN pg_namespace n ON n.oid = t.typnamespace
                        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                        GROUP BY 1""", row -> Map.entry(row.getString("name"), CaptureSession.texts(row, "labels")))
                .forEach(type -> enums.put(type.getKey(), type.getValue()));
        return enums;
    }
}
