package dev.rehearse.observe;

import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Leftover;
import dev.rehearse.recording.Recording.Leftover.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds what a migration left half done. */
public final class HalfDone {

    private static final String QUERY = """
            WITH names AS (
                SELECT c.oid, c.relkind,
                       CASE WHEN n.nspname = 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname) AS name
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            ), sessions AS (
                SELECT pid, state, application_name, xact_start, query
                FROM pg_catalog.pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                  AND (pid = ANY (?) OR application_name LIKE 'rehearse-migration%')
            )
            SELECT 'INVALID_INDEX', i.name,
                   'index on ' || t.name || ' that no query uses and that every write '
                   || CASE WHEN x.indisready THEN 'still maintains' ELSE 'ignores' END
            FROM pg_catalog.pg_index x JOIN names i ON i.oid = x.indexrelid JOIN names t ON t.oid = x.indrelid
            WHERE NOT x.indisvalid AND t.relkind <> 'p'
            UNION ALL
            SELECT 'INVALID_INDEX', i.name, 'index on partitioned table ' || t.name || ' without a valid one of '
                   || coalesce((SELECT string_agg(part.name, ', ' ORDER BY part.name)
                                FROM pg_catalog.pg_inherits h JOIN names part ON part.oid = h.inhrelid
                                WHERE h.inhparent = x.indrelid AND NOT EXISTS (
                                  SELECT FROM pg_catalog.pg_inherits a JOIN pg_catalog.pg_index own ON own.indexrelid = a.inhrelid
                                  WHERE a.inhparent = x.indexrelid AND own.indrelid = h.inhrelid AND own.indisvalid)),
                               'some partition')
            FROM pg_catalog.pg_index x JOIN names i ON i.oid = x.indexrelid JOIN names t ON t.oid = x.indrelid
            WHERE NOT x.indisvalid AND t.relkind = 'p'
            UNION ALL
            SELECT 'NOT_VALID_CONSTRAINT', t.name || '.' || quote_ident(k.conname),
                   pg_get_constraintdef(k.oid) || '; existing rows were never checked'
            FROM pg_catalog.pg_constraint k JOIN names t ON t.oid = k.conrelid
            WHERE NOT k.convalidated AND k.coninhcount = 0 AND coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
            UNION ALL
            SELECT 'NOT_VALID_CONSTRAINT', format_type(k.contypid, NULL) || '.' || quote_ident(k.conname),
                   pg_get_constraintdef(k.oid) || '; existing rows were never checked'
            FROM pg_catalog.pg_constraint k WHERE k.contypid <> 0 AND NOT k.convalidated
            UNION ALL
            SELECT 'DEPRECATED_COLUMN', t.name || '.' || quote_ident(a.attname),
                   format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
                   || CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_depend d
                                        WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = a.attrelid
                                          AND d.refobjsubid = a.attnum AND d.deptype = 'n')
                           THEN '; views, indexes or keys still depend on it' ELSE '; nothing in the schema depends on it' END
            FROM pg_catalog.pg_attribute a JOIN names t ON t.oid = a.attrelid
            WHERE t.relkind IN ('r', 'p') AND a.attnum > 0 AND a.attinhcount = 0 AND NOT a.attisdropped
              AND a.attname ~* '(^|_)deprecated(_|$)'
            UNION ALL
            SELECT 'OPEN_TRANSACTION', 'process ' || pid,
                   coalesce(nullif(application_name, ''), 'a session of the migration') || ' is ' || coalesce(state, 'active')
                   || ' in a transaction that it left open; it last ran: ' || left(regexp_replace(query, '\\s+', ' ', 'g'), 200)
            FROM sessions WHERE xact_start IS NOT NULL
            UNION ALL
            SELECT 'OPEN_TRANSACTION', 'prepared transaction ' || quote_literal(gid), 'prepared by ' || owner || ' and neither committed nor rolled back'
            FROM pg_catalog.pg_prepared_xacts WHERE database = current_database()
            UNION ALL
            SELECT 'ADVISORY_LOCK',
                   CASE WHEN l.objsubid = 1 THEN 'advisory lock ' || ((l.classid::bigint << 32) | l.objid::bigint)
                        ELSE 'advisory lock (' || l.classid::int8 || ', ' || l.objid::int8 || ')' END,
                   'held by process ' || l.pid || ' of the migration after it ended'
            FROM pg_catalog.pg_locks l JOIN sessions USING (pid)
            WHERE l.locktype = 'advisory' AND l.granted
            ORDER BY 1, 2""";

    private HalfDone() {}

    /**
     * What is half done now.
     *
     * @param phase the phase that just ended
     * @param migrationPids the migration's server processes, beside those whose {@code application_name} tells; they may be gone
     */
    public static List<Leftover> find(Connection connection, Phase phase, Collection<Integer> migrationPids)
            throws SQLException {
        List<Leftover> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
            statement.setArray(1, connection.createArrayOf("int4", migrationPids.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new Leftover(Kind.valueOf(row.getString(1)), row.getString(2), phase, row.getString(3)));
                }
            }
        }
        return found;
    }

    /** Those of {@code after} that were not there {@code before}: what the migration is to blame for. */
    public static List<Leftover> since(List<Leftover> before, List<Leftover> after) {
        Set<String> known =
                before.stream().map(l -> l.kind() + " " + l.object()).collect(Collectors.toSet());
        return after.stream()
                .filter(l -> !known.contains(l.kind() + " " + l.object()))
                .toList();
    }
}
