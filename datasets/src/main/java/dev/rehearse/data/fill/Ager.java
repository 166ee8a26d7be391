package dev.rehearse.data.fill;

import dev.rehearse.data.Age;
import dev.rehearse.data.AgedTable;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.value.Mix;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ages one table by updates that change nothing. */
final class Ager {

    /** Tables of fewer rows are left as they are: a page or two can be at no level. */
    private static final long SMALLEST = 1_000;

    private static final int ROUNDS = 12;

    /** So near to the level is near enough. */
    private static final double NEAR = 0.01;

    private final Table table;
    private final String column;
    private final Age age;
    private final long seed;
    private volatile long living;
    private volatile double free;
    private volatile long dead;

    private Ager(Table table, String column, Age age, long seed) {
        this.table = table;
        this.column = column;
        this.age = age;
        this.seed = seed;
    }

    /** For each table that is large enough. */
    static List<Ager> of(DatasetSpec spec, List<Table> tables, Connection connection) throws SQLException {
        if (spec.age().equals(Age.NONE)) {
            return List.of();
        }
        List<Ager> agers = new ArrayList<>();
        for (Table table : tables) {
            boolean large = Sql.queryLong(
                            connection,
                            "SELECT count(*) FROM (SELECT FROM " + table.quoted() + " LIMIT " + SMALLEST + ") t")
                    == SMALLEST;
            // An identity column takes no value, its own neither.
            Optional<Column> column = table.columns().stream()
                    .filter(each -> each.sequence() == null)
                    .findFirst();
            if (large && column.isPresent()) {
                long seed = Mix.seed(spec.randomSeed(), "age", table.label());
                agers.add(new Ager(table, Sql.quote(column.get().name()), spec.age(), seed));
            }
        }
        return agers;
    }

    /**
     * Makes the table larger than its rows, by versions of rows that the next VACUUM turns into free space. All in one transaction: what others
     * see as gone would be pruned, and its place used again.
     */
    void bloat(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            long before = bytes(connection);
            double target = before / (1 - age.bloat());
            for (int round = 0; round < ROUNDS && target - bytes(connection) > NEAR * target; round++) {
                update(connection, Math.min(1, (target - bytes(connection)) / before), round);
            }
            living = before;
            free = free(connection);
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /** Leaves dead versions of rows, which nothing but VACUUM takes away. */
    void leaveDeadRows(Connection connection) throws SQLException {
        if (age.deadRows() > 0) {
            dead = update(connection, Math.min(1, age.deadRows() / (1 - age.deadRows())), ROUNDS);
            // They lie in what was free, and after it where there are more of them.
            free = free(connection);
        }
    }

    /** What was reached. Only after the threads that did it have ended. */
    AgedTable reached() {
        return new AgedTable(table.label(), free, dead, age.staleStatistics());
    }

    private long update(Connection connection, double share, int round) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeLargeUpdate("UPDATE " + (table.partitioned() ? "" : "ONLY ") + table.quoted()
                    + " SET " + column + " = " + column
                    + " WHERE (hashtextextended(ctid::text, " + (seed + round) + ") & 1048575) < "
                    + Math.round(share * 1_048_576));
        }
    }

    private double free(Connection connection) throws SQLException {
        long all = bytes(connection);
        return (double) (all - living) / all;
    }

    /** Bytes of the table's rows; of a partitioned table those of its partitions. */
    private long bytes(Connection connection) throws SQLException {
        String name = Sql.literal(table.quoted()) + "::regclass";
        return Sql.queryLong(
                connection,
                "SELECT coalesce((SELECT sum(pg_relation_size(relid)) FROM pg_partition_tree(" + name
                        + ")), pg_relation_size(" + name + "))::bigint");
    }
}
