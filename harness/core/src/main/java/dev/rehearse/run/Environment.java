package dev.rehearse.run;

import dev.rehearse.database.TestDatabase;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.recording.Recording.EnvironmentFacts;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/** Finds out where a run takes place. */
final class Environment {

    /** The settings a reader of timings asks for. */
    private static final String SETTINGS = """
            SELECT name, current_setting(name) FROM pg_settings WHERE name IN (
              'fsync', 'synchronous_commit', 'full_page_writes', 'autovacuum', 'wal_level', 'shared_buffers', 'work_mem',
              'maintenance_work_mem', 'max_wal_size', 'checkpoint_timeout', 'max_connections', 'deadlock_timeout', 'lock_timeout',
              'statement_timeout', 'idle_in_transaction_session_timeout', 'max_parallel_maintenance_workers', 'jit',
              'max_standby_streaming_delay', 'hot_standby_feedback', 'data_checksums', 'server_encoding', 'lc_collate',
              'max_locks_per_transaction', 'wal_compression', 'random_page_cost', 'effective_cache_size')
            OR source NOT IN ('default', 'override', 'client', 'session', 'environment variable') AND context <> 'internal'
              AND name NOT IN ('config_file', 'data_directory', 'hba_file', 'ident_file', 'port', 'listen_addresses',
                               'unix_socket_directories', 'primary_conninfo', 'primary_slot_name')
              AND name NOT LIKE 'lc\\_%' AND name NOT LIKE 'log%' AND name NOT IN ('DateStyle', 'TimeZone', 'default_text_search_config',
                               'dynamic_shared_memory_type')""";

    private Environment() {}

    /** Before the server has answered. */
    static EnvironmentFacts unknown(Rehearsal rehearsal) {
        return facts(rehearsal, "no server", "", "", 0, "", Map.of());
    }

    static EnvironmentFacts read(Rehearsal rehearsal, TestDatabase database, Connection connection)
            throws SQLException {
        Map<String, String> settings = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(SETTINGS)) {
            while (rows.next()) {
                settings.put(rows.getString(1), rows.getString(2));
            }
        }
        return facts(
                rehearsal,
                database.description(),
                database.provider(),
                one(connection, "SHOW server_version"),
                Integer.parseInt(one(connection, "SHOW server_version_num")),
                one(connection, "SELECT version()") + " " + flags(connection),
                settings);
    }

    /** How it was compiled decides its speed; only a superuser may ask. */
    private static String flags(Connection connection) {
        try {
            return "CFLAGS " + one(connection, "SELECT setting FROM pg_config WHERE name = 'CFLAGS'");
        } catch (SQLException e) {
            return "CFLAGS unknown (" + e.getSQLState() + ")";
        }
    }

    static String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "";
        }
    }

    private static EnvironmentFacts facts(
            Rehearsal rehearsal,
            String description,
            String provider,
            String version,
            int versionNum,
            String compiledWith,
            Map<String, String> settings) {
        String ours = Environment.class.getPackage().getImplementationVersion();
        return new EnvironmentFacts(
                ours == null ? "unreleased" : ours,
                description,
                provider,
                version,
                versionNum,
                compiledWith,
                rehearsal.database().standbys(),
                settings,
                !rehearsal.database().settings().isEmpty(),
                Runtime.getRuntime().availableProcessors(),
                memoryMib(),
                System.getProperty("java.version"),
                System.getProperty("os.name") + " " + System.getProperty("os.version"));
    }

    private static long memoryMib() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize() >> 20
                : -1;
    }
}
