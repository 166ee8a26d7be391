package dev.rehearse.database.server;

import com.sun.management.OperatingSystemMXBean;
import dev.rehearse.InvalidRehearsalException;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The settings that servers of ours run with: durable as production is, the same in a container and embedded, with the request's own
 * laid over them. Names and meanings are those of
 * <a href="https://www.postgresql.org/docs/current/runtime-config.html">Server Configuration</a>.
 */
public final class ServerSettings {

    /** Where a server is and how we reach it is ours to say. */
    private static final Set<String> OURS = Set.of(
            "data_directory",
            "config_file",
            "hba_file",
            "ident_file",
            "external_pid_file",
            "include",
            "include_dir",
            "include_if_exists",
            "listen_addresses",
            "port",
            "unix_socket_directories",
            "ssl",
            "logging_collector",
            "log_destination",
            "primary_conninfo",
            "primary_slot_name");

    private static final String SYNCHRONOUS = "synchronous_standby_names";

    private ServerSettings() {}

    /**
     * Which standbys commits wait for, as a request says; empty for none. Not among {@link #of the settings to start with}: until the
     * standbys stream, every commit would wait for ever.
     */
    static String synchronousStandbys(Map<String, String> requested) {
        return requested.entrySet().stream()
                .filter(setting -> checked(setting.getKey()).equals(SYNCHRONOUS))
                .map(setting -> bare(setting.getValue()))
                .findFirst()
                .orElse("");
    }

    /** The durable defaults with a request's settings over them. */
    public static Map<String, String> of(Map<String, String> requested) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("fsync", "on");
        settings.put("synchronous_commit", "on");
        settings.put("full_page_writes", "on");
        settings.put("autovacuum", "on");
        settings.put("wal_level", "replica");
        settings.put("max_wal_senders", "10");
        settings.put("hot_standby", "on");
        settings.put("max_connections", "200");
        settings.put("shared_buffers", sharedBuffersMegabytes() + "MB");
        settings.put("max_wal_size", "4GB");
        settings.put("track_io_timing", "on");
        // The roles that need lock waits switch them on.
        settings.put("log_lock_waits", "off");
        settings.put("timezone", "UTC");
        settings.put("log_timezone", "UTC");
        requested.forEach((name, value) -> settings.put(checked(name), value));
        settings.remove(SYNCHRONOUS);
        // Not a matter of taste: the server's words are read from its standard error and from notices, in one language.
        settings.put("lc_messages", "C");
        settings.put("logging_collector", "off");
        settings.put("log_destination", "stderr");
        return settings;
    }

    private static String checked(String name) {
        String key = name.strip().toLowerCase(Locale.ROOT);
        if (!key.matches("[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)?")) {
            throw new InvalidRehearsalException("\"" + name + "\" cannot be the name of a PostgreSQL setting.");
        }
        if (OURS.contains(key)) {
            throw new InvalidRehearsalException(
                    "The setting " + key
                            + " says where the test database is or how it is reached, which Rehearse decides. Leave it out of settings.");
        }
        return key;
    }

    /** As lines of {@code postgresql.conf}. */
    public static String asFile(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> setting.getKey() + " = " + quoted(setting.getValue()) + "\n")
                .collect(Collectors.joining());
    }

    /** A value as a quoted string, which the server takes for every type. */
    static String quoted(String value) {
        String bare = value.strip();
        if (bare.length() >= 2 && bare.startsWith("'") && bare.endsWith("'")) {
            return bare;
        }
        return "'" + bare.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    /** A value as it is on a command line. */
    public static String bare(String value) {
        String text = value.strip();
        return text.length() >= 2 && text.startsWith("'") && text.endsWith("'")
                ? text.substring(1, text.length() - 1).replace("''", "'")
                : text;
    }

    /** An eighth of the memory, but at least 128 MB and at most 1 GB: standbys need theirs too. */
    private static long sharedBuffersMegabytes() {
        long memoryMegabytes =
                ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize() >> 20;
        return Math.max(128, Math.min(1024, memoryMegabytes / 8));
    }
}
