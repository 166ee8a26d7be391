package dev.rehearse.wiretap.lock;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rehearse.recording.LockMode;
import dev.rehearse.wiretap.protocol.ServerNotice;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the server report, at the end of each DDL command and before its locks are released, which relation locks the session holds. An
 * <a href="https://www.postgresql.org/docs/current/event-triggers.html">event trigger</a> on {@code ddl_command_end} does it with a message at
 * DEBUG1, which reaches only sessions with {@code client_min_messages} at debug, and neither the server's log nor, through a
 * {@code Wiretap}, the migration tool. In all other sessions it returns at once. A failure of its own is swallowed.
 *
 * <p>It does not fire for VACUUM, CLUSTER, TRUNCATE, LOCK, DML and (before 17) REINDEX, and finds the locks of CONCURRENTLY gone already:
 * those are seen by sampling.
 */
public final class LockEventTrigger {

    /** The schema that it lives in; nothing else of ours does. */
    public static final String SCHEMA = "rehearse";

    private static final String MARK = "rehearse locks ";
    private static final String TRIGGER = "rehearse_note_locks";
    private static final ObjectMapper JSON = new ObjectMapper();

    private LockEventTrigger() {}

    /**
     * Installs it, or replaces it where it is. Needs a superuser.
     *
     * @throws SQLException where the role may not; the migration runs without it all the same
     */
    public static void install(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("create schema if not exists " + SCHEMA);
            statement.execute("""
                    create or replace function rehearse.note_locks() returns event_trigger
                    language plpgsql set search_path = pg_catalog, pg_temp as $body$
                    begin
                        if current_setting('client_min_messages') not like 'debug%' then
                            return;
                        end if;
                        raise debug '%%%', (
                            select json_agg(json_build_array(coalesce(l.relation, l.objid)::bigint, l.mode, COLUMNS))
                            LOCKS and l.pid = pg_backend_pid() and l.granted);
                    exception when others then
                        null;
                    end
                    $body$
                    """.replace("'%%%'", "'" + MARK + "%'")
                    .replace("COLUMNS", Relation.COLUMNS_SQL)
                    .replace("LOCKS", LockReader.NAMED_LOCKS));
            statement.execute("drop event trigger if exists " + TRIGGER);
            statement.execute(
                    "create event trigger " + TRIGGER + " on ddl_command_end execute function rehearse.note_locks()");
        }
    }

    /** Removes it, and its schema if nothing else is in it. */
    public static void remove(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("drop event trigger if exists " + TRIGGER);
            statement.execute("drop function if exists rehearse.note_locks()");
            statement.execute("drop schema if exists " + SCHEMA);
        }
    }

    public static boolean isReport(ServerNotice notice) {
        return notice.text().startsWith(MARK);
    }

    /** The locks that a report names; empty where it names none or was cut. */
    public static List<HeldLock> read(int pid, ServerNotice report) {
        List<HeldLock> locks = new ArrayList<>();
        try {
            for (JsonNode row : JSON.readTree(report.text().substring(MARK.length()))) {
                long oid = row.get(0).asLong();
                Relation relation = row.get(3).isNull()
                        ? null
                        : new Relation(
                                oid,
                                row.get(3).asText(),
                                row.get(4).asText(),
                                Relation.kindInWords(row.get(2).asText()),
                                row.get(5).asLong());
                LockMode.ofCatalogName(row.get(1).asText())
                        .ifPresent(mode -> locks.add(new HeldLock(pid, oid, mode, true, -1, relation, null)));
            }
        } catch (JsonProcessingException e) {
            return List.of();
        }
        return locks;
    }
}
