package dev.rehearse.workload.ledger;

import dev.rehearse.Progress;
import dev.rehearse.workload.statement.Catalog;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Up to 2,000 random rows of every user table with a primary key, fewer where there are hundreds of tables, read before the load begins, and every table's exact number of
 * rows: what {@link WriteLedger#verify} compares with afterwards. Immutable.
 */
public final class BaseSample {

    private static final int ROWS = 2_000;
    /** Of all tables together, which are some 100 MB; a schema of more than 300 has fewer of each. */
    private static final int MOST_ROWS = 300 * ROWS;

    /** Above this a sample of whole pages is taken, which does not read the table. */
    private static final long MOST_ROWS_TO_SCAN = 20_000_000;

    private final Moment moment;
    private final List<Table> tables;

    private BaseSample(Moment moment, List<Table> tables) {
        this.moment = moment;
        this.tables = List.copyOf(tables);
    }

    /** A table's rows by key, and how many there were in all. */
    public record Table(Catalog.Table table, long rowCount, Map<List<String>, RowImage> rows) {}

    /**
     * Reads the sample.
     *
     * @param connection as a role that may read every table, with no transaction open
     * @param history tables and schemas in which a tool keeps its history, whose rows are no user's
     */
    public static BaseSample take(Connection connection, Collection<String> history, long randomSeed, Progress progress)
            throws SQLException {
        List<Table> tables = new ArrayList<>();
        Catalog catalog = Catalog.read(connection).without(history);
        int most = share(catalog.tables().size());
        for (Catalog.Table table : catalog.tables()) {
            progress.report(
                    "noting rows of " + table.label(),
                    tables.size(),
                    catalog.tables().size());
            long count = count(connection, table);
            tables.add(new Table(table, count, rows(connection, table, count, most, randomSeed)));
        }
        return new BaseSample(Moment.read(connection, catalog), tables);
    }

    /** How many rows each of so many tables may have. */
    static int share(int tables) {
        return Math.min(ROWS, MOST_ROWS / Math.max(1, tables));
    }

    Moment moment() {
        return moment;
    }

    public List<Table> tables() {
        return tables;
    }

    private static long count(Connection connection, Catalog.Table table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + table.sqlName())) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static Map<List<String>, RowImage> rows(
            Connection connection, Catalog.Table table, long count, int most, long randomSeed) throws SQLException {
        Map<List<String>, RowImage> sample = new HashMap<>();
        List<Catalog.Column> primaryKey = table.primaryKey();
        if (!table.isFindable()) {
            return sample;
        }
        String from = table.sqlName() + " t";
        if (count > most) {
            String method = count > MOST_ROWS_TO_SCAN ? "SYSTEM" : "BERNOULLI";
            double percent = Math.min(100, 100.0 * 1.2 * most / count);
            from += " TABLESAMPLE " + method + " (" + percent + ") REPEATABLE (" + (randomSeed & 0xFFFF) + ")";
        }
        List<Map.Entry<List<String>, RowImage>> found = new ArrayList<>();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT to_json(t.*)::text FROM " + from + " LIMIT " + 2 * most)) {
            RowLookup.each(statement, row -> {
                Map<String, @Nullable String> texts = RowImage.texts(row.getString(1));
                List<String> key = new ArrayList<>();
                for (Catalog.Column column : primaryKey) {
                    key.add(Objects.requireNonNull(texts.get(column.name())));
                }
                found.add(Map.entry(key, RowImage.of(texts)));
            });
        }
        // They come in the table's order: mixed before they are cut, so that its end is not left out.
        Collections.shuffle(found, new Random(randomSeed));
        found.subList(0, Math.min(most, found.size())).forEach(row -> sample.put(row.getKey(), row.getValue()));
        return sample;
    }
}
