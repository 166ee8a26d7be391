package dev.rehearse.observe;

import dev.rehearse.HarnessException;
import dev.rehearse.recording.Recording.SchemaDifference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A schema to the object: what each is called and how it is defined, so that two moments can be compared. Tables, columns, constraints,
 * indexes, sequences (but not where they stand), views, functions, triggers, rules, policies, types, extensions, publications, statistics,
 * comments, privileges, roles, tablespaces, settings of the database and of roles, and the rarer kinds; system schemas, and what is called
 * {@code rehearse} and is our own, are left out.
 *
 * @param objects definitions by object: "column orders.total" is "bigint not null"
 */
public record SchemaFingerprint(SortedMap<String, String> objects) {

    private static final String COLUMN_ORDER = "column order of ";
    private static final Pattern NOT_NULL = Pattern.compile("NOT NULL (\\S+|\".+\")");
    private static final String OWN_SCHEMA = "rehearse";
    private static final String SQL = sql();

    private static final String PUBLICATION_SCHEMAS = """
            (SELECT 'schemas ' || string_agg(n.nspname, ', ' ORDER BY n.nspname)
             FROM pg_publication_namespace x JOIN pg_namespace n ON n.oid = x.pnnspid WHERE x.pnpubid = p.oid)""";

    private static final String PUBLICATION_FILTER = "'where ' || pg_get_expr(x.prqual, x.prrelid)";

    public SchemaFingerprint {
        objects = Collections.unmodifiableSortedMap(new TreeMap<>(objects));
    }

    /** Reads everything. */
    public static SchemaFingerprint read(Connection connection) throws SQLException {
        return read(connection, List.of());
    }

    /**
     * Reads all but some schemas, and some tables with everything that belongs to them (a tool's history of its migrations).
     *
     * @param connection in autocommit, and so afterwards; waits at most five seconds for a lock
     * @param leftOut unquoted names: {@code audit}, {@code flyway_schema_history}, {@code audit.flyway_schema_history}
     */
    public static SchemaFingerprint read(Connection connection, Collection<String> leftOut) throws SQLException {
        List<String> names = new ArrayList<>(leftOut);
        names.add(OWN_SCHEMA);
        boolean filters = connection.getMetaData().getDatabaseMajorVersion() >= 15;
        String sql = SQL.replace("{publication schemas}", filters ? PUBLICATION_SCHEMAS : "NULL")
                .replace("{publication filter}", filters ? PUBLICATION_FILTER : "NULL");
        TreeMap<String, String> objects = new TreeMap<>();
        connection.setAutoCommit(false);
        try (Statement settings = connection.createStatement();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            settings.execute("SET LOCAL search_path = ''; SET LOCAL lock_timeout = '5s'; SET LOCAL jit = off");
            statement.setArray(1, connection.createArrayOf("text", names.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    objects.put(row.getString(1), Objects.requireNonNullElse(row.getString(2), ""));
                }
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        return new SchemaFingerprint(objects);
    }

    /** What differs, by object. */
    public static List<SchemaDifference> differences(SchemaFingerprint before, SchemaFingerprint after) {
        TreeSet<String> all = new TreeSet<>(before.objects.keySet());
        all.addAll(after.objects.keySet());
        List<SchemaDifference> differences = new ArrayList<>();
        for (String object : all) {
            String was = before.objects.get(object);
            String is = after.objects.get(object);
            if (!Objects.equals(was, is) && !isOnlyAddedOrDroppedColumns(object, was, is)) {
                differences.add(new SchemaDifference(object, was, is));
            }
        }
        return withoutNotNull(differences);
    }

    /**
     * From PostgreSQL 18 on NOT NULL is a constraint with a name. What it is called changes nothing for anybody who reads or writes, and that it came or went the
     * column tells.
     */
    private static List<SchemaDifference> withoutNotNull(List<SchemaDifference> differences) {
        List<SchemaDifference> left = new ArrayList<>(differences);
        Set<String> objects = differences.stream().map(SchemaDifference::object).collect(Collectors.toSet());
        left.removeIf(difference -> objects.contains(columnOfNotNull(difference)));
        for (SchemaDifference gone : differences) {
            if (gone.after() == null && !columnOfNotNull(gone).isEmpty()) {
                left.stream()
                        .filter(young -> young.before() == null
                                && tableOf(young).equals(tableOf(gone))
                                && Objects.equals(young.after(), gone.before()))
                        .findFirst()
                        .ifPresent(young -> left.removeAll(List.of(gone, young)));
            }
        }
        return left;
    }

    /** The column of a plain NOT NULL that is new or gone, as the column is called here; empty for anything else. */
    private static String columnOfNotNull(SchemaDifference constraint) {
        String definition = Objects.requireNonNullElse(
                constraint.before() == null
                        ? constraint.after()
                        : constraint.after() == null ? constraint.before() : "",
                "");
        Matcher notNull = NOT_NULL.matcher(definition);
        return constraint.object().startsWith("constraint ") && notNull.matches()
                ? "column " + tableOf(constraint).substring("constraint ".length()) + "." + notNull.group(1)
                : "";
    }

    /** Of a constraint, with what kind of object it is: its own name may have dots only within quotes. */
    private static String tableOf(SchemaDifference constraint) {
        return constraint.object().replaceFirst("\\.(?:[^.\"]+|\"(?:[^\"]|\"\")+\")$", "");
    }

    /** Added and dropped columns are differences of their own; an order differs only where the columns that stayed changed places. */
    private static boolean isOnlyAddedOrDroppedColumns(String object, @Nullable String was, @Nullable String is) {
        if (!object.startsWith(COLUMN_ORDER)) {
            return false;
        }
        if (was == null || is == null) {
            return true;
        }
        List<String> columnsBefore = new ArrayList<>(was.lines().toList());
        List<String> columnsAfter = new ArrayList<>(is.lines().toList());
        columnsBefore.retainAll(columnsAfter);
        columnsAfter.retainAll(columnsBefore);
        return columnsBefore.equals(columnsAfter);
    }

    private static String sql() {
        try (InputStream resource = SchemaFingerprint.class.getResourceAsStream("schema-fingerprint.sql")) {
            if (resource == null) {
                throw new HarnessException("schema-fingerprint.sql is missing beside " + SchemaFingerprint.class + ".");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new HarnessException("Cannot read schema-fingerprint.sql.", e);
        }
    }
}
