package dev.rehearse.workload.ledger;

import dev.rehearse.workload.statement.Catalog;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * How values were written at one moment, so that one that lives on in another form is not taken for another: the columns' names and types, what
 * each label of an enum was called, and how sessions put values into text. Immutable.
 *
 * @param labels by the oid that a label keeps when it is renamed
 * @param written the settings that whoever connects then has
 * @param writtenHere those of the session that looks
 */
record Moment(Catalog catalog, Map<Long, Label> labels, Map<String, String> written, Map<String, String> writtenHere) {

    private static final Set<String> TIMESTAMPS = Set.of("timestamp", "timestamptz");

    /** The driver sets the others itself, which decide how a value is written. One that the database had as the session began may be another now. */
    private static final String WRITTEN = """
            SELECT s.name, s.setting, coalesce(
              (SELECT substr(c, strpos(c, '=') + 1) FROM pg_catalog.pg_db_role_setting d, unnest(d.setconfig) c
               WHERE d.setrole = 0 AND d.setdatabase = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
                 AND lower(split_part(c, '=', 1)) = lower(s.name)),
              CASE s.source WHEN 'database' THEN s.boot_val ELSE s.reset_val END)
            FROM pg_catalog.pg_settings s WHERE s.name IN ('bytea_output', 'IntervalStyle')""";

    /** @param type the enum's own name, as {@link Catalog.Column#base} has it */
    record Label(String type, String text) {}

    static Moment read(Connection connection, Catalog catalog) throws SQLException {
        Map<Long, Label> labels = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT e.oid, t.typname, e.enumlabel"
                        + " FROM pg_catalog.pg_enum e JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid")) {
            while (rows.next()) {
                labels.put(rows.getLong(1), new Label(rows.getString(2), rows.getString(3)));
            }
        }
        Map<String, String> written = new HashMap<>();
        Map<String, String> writtenHere = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(WRITTEN)) {
            while (rows.next()) {
                writtenHere.put(rows.getString(1), rows.getString(2));
                written.put(rows.getString(1), rows.getString(3));
            }
        }
        return new Moment(catalog, Map.copyOf(labels), Map.copyOf(written), Map.copyOf(writtenHere));
    }

    /** The column of that name at this moment, as it is in the same table at another; null where one of them has none. */
    Catalog.@Nullable Column columnIn(Catalog.Table other, String name) {
        Catalog.Table table = catalog.byOid().get(other.oid());
        Catalog.Column column = table == null ? null : table.column(name);
        return column == null ? null : numbered(other, column.number());
    }

    private static Catalog.@Nullable Column numbered(Catalog.Table table, int number) {
        return table.columns().stream()
                .filter(column -> column.number() == number)
                .findFirst()
                .orElse(null);
    }

    /**
     * For each column that has another type now than at this moment, by its name now: its value as one of the type that it had.
     *
     * @param then the table that rows were noted of
     * @param now the same, with {@code names} of its columns by those of then
     */
    Map<String, String> retyped(Catalog.Table then, Catalog.Table now, Map<String, String> names) {
        return asThen(
                then,
                now,
                names,
                (is, was) -> was.type().equals(is.type()) ? null : unlessCut("t." + is.sqlName(), is, was));
    }

    /** The same for each column of an enum, or of an array of one, that calls labels otherwise: its value in the words of this moment. */
    Map<String, String> relabelled(Moment later, Catalog.Table then, Catalog.Table now, Map<String, String> names) {
        return asThen(
                then,
                now,
                names,
                (is, was) -> was.type().equals(is.type())
                        ? relabelled(
                                "t." + is.sqlName(),
                                is,
                                renamed(later, is.base().replaceFirst("^_", "")))
                        : null);
    }

    private Map<String, String> asThen(
            Catalog.Table then,
            Catalog.Table now,
            Map<String, String> names,
            BiFunction<Catalog.Column, Catalog.Column, @Nullable String> expression) {
        Map<String, String> thenByNow = new HashMap<>();
        names.forEach((was, is) -> thenByNow.put(is, was));
        Catalog.Table table = catalog.byOid().get(then.oid());
        if (table == null) {
            table = catalog.named(then.label());
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (Catalog.Column column : now.columns()) {
            Catalog.Column was =
                    table == null ? null : column(table, then, thenByNow.getOrDefault(column.name(), column.name()));
            String value = was == null ? null : expression.apply(column, was);
            if (value != null) {
                values.put(column.name(), value);
            }
        }
        return values;
    }

    private static Catalog.@Nullable Column column(Catalog.Table table, Catalog.Table then, String name) {
        Catalog.Column noted = then.column(name);
        return table.oid() == then.oid() && noted != null ? numbered(table, noted.number()) : table.column(name);
    }

    /** The value as one of another type; NULL where there is more to it, as to 1.4 as an integer. */
    private static String unlessCut(String value, Catalog.Column from, Catalog.Column to) {
        String converted = "(" + value + conversion(from, to) + ")";
        return "CASE WHEN (" + converted + conversion(to, from) + ")::text = " + value + "::text THEN " + converted
                + " END";
    }

    /** That of timestamps in the session's time zone needs none: either is read alike. The other one that is meant is UTC. */
    private static String conversion(Catalog.Column from, Catalog.Column to) {
        return TIMESTAMPS.contains(from.base()) && TIMESTAMPS.contains(to.base())
                ? " AT TIME ZONE 'UTC'"
                : "::" + to.type();
    }

    /** What labels of an enum were called at this moment that are called otherwise later, by what they are called then. */
    private Map<String, String> renamed(Moment later, String type) {
        Map<String, String> renamed = new TreeMap<>();
        later.labels.forEach((oid, label) -> {
            Label was = labels.get(oid);
            if (was != null && label.type().equals(type) && !was.text().equals(label.text())) {
                renamed.put(label.text(), was.text());
            }
        });
        return renamed;
    }

    private static @Nullable String relabelled(String value, Catalog.Column column, Map<String, String> renamed) {
        if (renamed.isEmpty()) {
            return null;
        }
        StringBuilder cases = new StringBuilder(" ");
        renamed.forEach((is, was) -> cases.append("WHEN ")
                .append(RowLookup.literal(is))
                .append(" THEN ")
                .append(RowLookup.literal(was))
                .append(' '));
        return column.base().startsWith("_")
                ? "CASE WHEN " + value + " IS NOT NULL THEN ARRAY(SELECT CASE label" + cases
                        + "ELSE label END FROM unnest(" + value
                        + "::text[]) WITH ORDINALITY AS labels(label, place) ORDER BY place) END"
                : "CASE " + value + "::text" + cases + "ELSE " + value + "::text END";
    }
}
