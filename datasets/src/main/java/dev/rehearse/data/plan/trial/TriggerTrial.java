package dev.rehearse.data.plan.trial;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Facts;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.Table;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Asks the server which rows the triggers of a table refuse: each is inserted and taken back. What rows of other tables and other rows of the same
 * must be like does not count. Used by one thread at a time.
 */
final class TriggerTrial {

    /** Taken back by ourselves, or refused for other rows' sake. */
    private static final Set<String> TAKEN = Set.of("RH000", "23503", "23505", "23P01");

    private final Connection connection;
    private final Facts facts;
    private final Set<Long> refusing;

    /** @param refusing tables with triggers that may refuse a row of their own accord, as {@link #refusing} reads them */
    TriggerTrial(Connection connection, Facts facts, Set<Long> refusing) {
        this.connection = connection;
        this.facts = facts;
        this.refusing = refusing;
    }

    boolean mayRefuse(Table table) {
        return refusing.contains(table.oid());
    }

    static Set<Long> refusing(Connection connection, Facts facts) throws SQLException {
        Set<Long> tables = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(facts.answer("tables with triggers", """
                        SELECT DISTINCT t.tgrelid::bigint AS oid FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
                        JOIN pg_language l ON l.oid = p.prolang
                        WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgtype & 5 = 5
                          AND l.lanname NOT IN ('c', 'internal') AND p.prosrc ~* '\\m(raise|assert|cast)\\M|::'"""))) {
            while (r.next()) {
                tables.add(r.getLong(1));
            }
        }
        return tables;
    }

    /**
     * @param rows the values of all columns, escaped
     * @return the places of the rows that were refused, but for what other rows must be like
     */
    Set<Integer> refused(Table table, List<byte[][]> rows) throws SQLException {
        String cells = IntStream.range(0, table.columns().size())
                .mapToObj(i -> "c" + i + " text")
                .collect(Collectors.joining(", "));
        Sql.execute(connection, "DROP FUNCTION IF EXISTS pg_temp.rehearse_refused()");
        Sql.execute(connection, "DROP TABLE IF EXISTS pg_temp.rehearse_trial CASCADE");
        Sql.execute(connection, "CREATE TEMP TABLE rehearse_trial (place integer, " + cells + ")");
        Probe.copyIn(connection, "rehearse_trial", rows);
        Sql.execute(
                connection,
                "CREATE FUNCTION pg_temp.rehearse_refused() RETURNS TABLE (place integer, state text) LANGUAGE plpgsql AS $rehearse$\n"
                        + "#variable_conflict use_column\n"
                        + "DECLARE r pg_temp.rehearse_trial; silent text := current_setting('session_replication_role');\n"
                        + "BEGIN\n"
                        // A superuser's session keeps event triggers still by what keeps these still, too.
                        + "  PERFORM set_config('session_replication_role', 'origin', true) WHERE silent <> 'origin';\n"
                        + "  FOR r IN SELECT * FROM pg_temp.rehearse_trial LOOP\n"
                        + "    BEGIN\n"
                        + "      INSERT INTO " + table.quoted() + " (" + columns(table)
                        + ") OVERRIDING SYSTEM VALUE VALUES (" + values(table) + ");\n"
                        + "      RAISE EXCEPTION USING ERRCODE = 'RH000';\n"
                        + "    EXCEPTION WHEN OTHERS OR assert_failure THEN\n"
                        + "      place := r.place; state := SQLSTATE; RETURN NEXT;\n"
                        + "    END;\n"
                        + "  END LOOP;\n"
                        + "  PERFORM set_config('session_replication_role', silent, true) WHERE silent <> 'origin';\n"
                        + "END $rehearse$");
        Set<Integer> refused = new TreeSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(facts.answer(
                        "refused by triggers of " + table.oid(),
                        "SELECT place, state FROM pg_temp.rehearse_refused()"))) {
            while (r.next()) {
                if (!TAKEN.contains(r.getString(2))) {
                    refused.add(r.getInt(1));
                }
            }
        }
        Sql.execute(connection, "DROP TABLE pg_temp.rehearse_trial CASCADE");
        // Its file becomes as short as it was.
        Sql.execute(connection, "VACUUM " + table.quoted());
        return refused;
    }

    private static String columns(Table table) {
        return table.columns().stream().map(column -> Sql.quote(column.name())).collect(Collectors.joining(", "));
    }

    private static String values(Table table) {
        List<Column> columns = table.columns();
        return IntStream.range(0, columns.size())
                .mapToObj(i -> "r.c" + i + "::" + columns.get(i).type().castName())
                .collect(Collectors.joining(", "));
    }
}
