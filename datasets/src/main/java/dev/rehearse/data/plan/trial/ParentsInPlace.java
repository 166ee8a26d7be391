package dev.rehearse.data.plan.trial;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.value.CopyBuffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Lets checks that call a function of the schema's own, which may read the tables that a row refers to, find there the rows that these will have: they
 * are put there in a transaction that is rolled back.
 */
final class ParentsInPlace {

    /** Rows of a parent with those that are put in place; larger ones get none. */
    private static final long MOST_ROWS = 20_000;

    private final Connection connection;
    private final Map<Long, TablePlan> plans;
    private @Nullable Set<String> calling;

    /** What is asked meanwhile. */
    interface Question<T> {
        T ask() throws SQLException;
    }

    ParentsInPlace(Connection connection, Map<Long, TablePlan> plans) {
        this.connection = connection;
        this.plans = plans;
    }

    /** Asks something about rows of a table, with the rows of its parents in place where one of the checks may read them. */
    <T> T during(Table table, List<CheckConstraint> checks, Question<T> question) throws SQLException {
        List<TablePlan> parents = table.foreignKeys().stream()
                .map(foreignKey -> plans.get(foreignKey.parent()))
                .filter(Objects::nonNull)
                .filter(plan -> plan.isPlanned()
                        && plan.rows() > 0
                        && plan.rows() + plan.table().existingRows() <= MOST_ROWS)
                .distinct()
                .toList();
        if (parents.isEmpty() || !anyCalls(table, checks)) {
            return question.ask();
        }
        boolean arePut;
        @Nullable T answer = null;
        connection.setAutoCommit(false);
        try {
            arePut = put(parents);
            if (arePut) {
                answer = question.ask();
            }
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        for (TablePlan parent : parents) {
            // Its file becomes as short as it was.
            Sql.execute(connection, "VACUUM " + parent.table().quoted());
        }
        return arePut ? Objects.requireNonNull(answer) : question.ask();
    }

    private boolean anyCalls(Table table, List<CheckConstraint> checks) throws SQLException {
        Set<String> known = calling;
        if (known == null) {
            known = callingFunctions(connection);
            calling = known;
        }
        for (CheckConstraint check : checks) {
            if (known.contains(table.oid() + " " + check.name())) {
                return true;
            }
        }
        return false;
    }

    /** Whether the rows could be put; others may be there already, or only a superuser may leave out their own references. */
    private boolean put(List<TablePlan> parents) throws SQLException {
        try {
            Sql.execute(
                    connection,
                    "SELECT set_config('session_replication_role', 'replica', true) WHERE current_setting('is_superuser') = 'on'");
            for (TablePlan parent : parents) {
                CopyBuffer lines = new CopyBuffer(1 << 16);
                lines.counting(false);
                for (long row = 0; row < parent.rows(); row++) {
                    parent.writeRow(row, lines);
                }
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn(
                                parent.copyStatement(false),
                                new ByteArrayInputStream(lines.array(), 0, lines.length()));
            }
            return true;
        } catch (SQLException e) {
            if (e.getSQLState() == null || e.getSQLState().matches("(08|53|57|58).*")) {
                throw e;
            }
            return false;
        } catch (IOException e) {
            throw new SQLException(e);
        }
    }

    /** Reads which checks call a function that is neither the server's nor written in C. */
    private static Set<String> callingFunctions(Connection connection) throws SQLException {
        Set<String> calling = new HashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery("""
                        SELECT DISTINCT k.conrelid, k.conname FROM pg_constraint k
                        JOIN pg_depend d ON d.classid = 'pg_constraint'::regclass AND d.objid = k.oid AND d.refclassid = 'pg_proc'::regclass
                        JOIN pg_proc p ON p.oid = d.refobjid JOIN pg_language l ON l.oid = p.prolang
                        WHERE k.contype = 'c' AND l.lanname NOT IN ('c', 'internal')""")) {
            while (r.next()) {
                calling.add(r.getLong(1) + " " + r.getString(2));
            }
        }
        return calling;
    }
}
