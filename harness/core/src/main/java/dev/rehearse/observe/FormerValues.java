package dev.rehearse.observe;

import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Leftover;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is stored as functions gave it: the keys of indexes on expressions, the values of stored generated columns. The server takes a function there for
 * one that <a href="https://www.postgresql.org/docs/current/xfunc-volatility.html">never changes</a>, and writes none of it anew where one does.
 * Immutable.
 */
public final class FormerValues {

    /** Before anything was read. */
    public static final FormerValues NONE = new FormerValues(List.of());

    /** Errors of a function that is given rows which it does not bear. */
    private static final List<String> OF_VALUES = List.of("22", "23", "42", "P0");

    private static final String STORED = "SELECT " + Untried.FUNCTION_NAME + ", " + """
            stored.what, stored.file, stored.ask
            FROM (
              -- Of the index of a partition the one that it is part of.
              SELECT d.refobjid, 'index ' || CASE m.nspname WHEN 'public' THEN '' ELSE quote_ident(m.nspname) || '.' END || quote_ident(w.relname) AS what,
                c.oid || ' ' || coalesce(pg_relation_filenode(c.oid), 0) AS file, NULL AS ask
              FROM pg_catalog.pg_depend d
              JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'i'
              JOIN pg_catalog.pg_class w ON w.oid = coalesce(pg_partition_root(c.oid), c.oid)
              JOIN pg_catalog.pg_namespace m ON m.oid = w.relnamespace
              WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_proc'::regclass
              UNION ALL
              SELECT d.refobjid, 'column ' || CASE m.nspname WHEN 'public' THEN '' ELSE quote_ident(m.nspname) || '.' END
                  || quote_ident(c.relname) || '.' || quote_ident(a.attname),
                c.oid || ' ' || coalesce(pg_relation_filenode(c.oid), 0),
                format('SELECT EXISTS (SELECT FROM (SELECT * FROM %I.%I LIMIT 10000) t WHERE (t.%I)::text IS DISTINCT FROM (%s)::text)',
                  m.nspname, c.relname, a.attname, pg_get_expr(f.adbin, f.adrelid))
              FROM pg_catalog.pg_depend d
              JOIN pg_catalog.pg_attrdef f ON CASE d.classid WHEN 'pg_catalog.pg_attrdef'::regclass THEN f.oid = d.objid
                -- Before PostgreSQL 15.
                ELSE f.adrelid = d.objid AND f.adnum = d.objsubid END
              JOIN pg_catalog.pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum AND a.attgenerated = 's'
              JOIN pg_catalog.pg_class c ON c.oid = f.adrelid AND NOT c.relispartition
              JOIN pg_catalog.pg_namespace m ON m.oid = c.relnamespace
              WHERE d.classid IN ('pg_catalog.pg_attrdef'::regclass, 'pg_catalog.pg_class'::regclass) AND d.refclassid = 'pg_catalog.pg_proc'::regclass
            ) stored
            JOIN pg_catalog.pg_proc p ON p.oid = stored.refobjid JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
            ORDER BY 2, 1""";

    private final List<Stored> stored;

    private FormerValues(List<Stored> stored) {
        this.stored = List.copyOf(stored);
    }

    /**
     * @param function as {@link SchemaFingerprint} calls it
     * @param what an index, or a column
     * @param file what is another where it was written anew
     * @param ask whether a row has another value than it would get now; null: nothing tells
     */
    private record Stored(
            String function,
            String what,
            String file,
            @Nullable String ask) {

        boolean isOf(Stored other) {
            return function.equals(other.function) && what.equals(other.what) && file.equals(other.file);
        }
    }

    /** As it is now; to be asked before the migration. */
    public static FormerValues read(Connection connection) throws SQLException {
        List<Stored> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(STORED)) {
            while (rows.next()) {
                found.add(new Stored(rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4)));
            }
        }
        return new FormerValues(found);
    }

    /**
     * What is still as it was stored, of functions that do something else from now on.
     *
     * @param changed these, as {@link Untried#changed} has them
     */
    public List<Leftover> since(Connection connection, Collection<String> changed, Phase phase) throws SQLException {
        if (changed.isEmpty() || stored.isEmpty()) {
            return List.of();
        }
        List<Stored> left = new ArrayList<>();
        for (Stored now : read(connection).stored) {
            if (changed.contains(now.function()) && stored.stream().anyMatch(now::isOf) && isOther(connection, now)) {
                left.add(now);
            }
        }
        Set<String> whats = left.stream().map(Stored::what).collect(Collectors.toCollection(LinkedHashSet::new));
        return whats.stream()
                .map(what -> new Leftover(
                        Leftover.Kind.FORMER_VALUES,
                        what,
                        phase,
                        left.stream()
                                        .filter(each -> each.what().equals(what))
                                        .map(Stored::function)
                                        .distinct()
                                        .collect(Collectors.joining(", "))
                                + ", by which it was made, is another now, and it was not made anew"))
                .toList();
    }

    private static boolean isOther(Connection connection, Stored value) throws SQLException {
        if (value.ask() == null) {
            return true;
        }
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(value.ask())) {
            answer.next();
            return answer.getBoolean(1);
        } catch (SQLException e) {
            if (e.getSQLState() == null || OF_VALUES.stream().noneMatch(e.getSQLState()::startsWith)) {
                throw e;
            }
            return true;
        }
    }
}
