package dev.rehearse.data.dirt;

import dev.rehearse.data.DatasetException;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.Dirt;
import dev.rehearse.data.MadeDirt;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.TableNames;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.dirt.Breach.Attempt;
import dev.rehearse.data.dirt.Breach.Place;
import dev.rehearse.data.value.Mix;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes some rows of one table break a constraint that is planned. Which rows follows from the seed and their keys, not from where they lie;
 * the server says of each whether it breaks the constraint now.
 */
public final class DirtMaker {

    static final String WHERE = "the dirt of the data set";

    private final Dirt dirt;
    private final Table table;
    private final Breach breach;
    private final long seed;

    private DirtMaker(Dirt dirt, Table table, Breach breach, long seed) {
        this.dirt = dirt;
        this.table = table;
        this.breach = breach;
        this.seed = seed;
    }

    /**
     * One for each dirt of the spec.
     *
     * @throws DatasetException where the schema does not allow the dirt, or does not know its names
     */
    public static List<DirtMaker> of(DatasetSpec spec, List<Table> tables, Connection connection) throws SQLException {
        List<DirtMaker> makers = new ArrayList<>();
        for (Dirt dirt : spec.dirt()) {
            try {
                makers.add(of(dirt, spec, tables, connection));
            } catch (DatasetException e) {
                throw e.about(dirt.table());
            }
        }
        return makers;
    }

    private static DirtMaker of(Dirt dirt, DatasetSpec spec, List<Table> tables, Connection connection)
            throws SQLException {
        Table table = TableNames.find(tables, dirt.table(), WHERE);
        Breach breach = Breach.of(dirt, table, tables, connection);
        for (Column column : breach.changed()) {
            if (isPartOfForeignKey(column, table, tables)) {
                throw Breach.impossible(
                        dirt, "column " + column.name() + " of " + table.label() + " is part of a foreign key");
            }
        }
        long seed = Mix.seed(spec.randomSeed(), "dirt", table.label(), dirt.breaks());
        return new DirtMaker(dirt, table, breach, seed);
    }

    private static boolean isPartOfForeignKey(Column column, Table table, List<Table> tables) {
        return tables.stream()
                .flatMap(other -> other.foreignKeys().stream())
                .anyMatch(key -> key.table() == table.oid() && key.columns().contains(column.number())
                        || key.parent() == table.oid() && key.parentColumns().contains(column.number()));
    }

    /**
     * Makes the dirt, in one transaction.
     *
     * @return what was made
     */
    public MadeDirt make(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            List<Place> places = places(connection);
            int victims = (int) Math.min(dirt.rows(), places.size() / (breach.needsDonors() ? 2 : 1));
            int made = 0;
            for (int i = 0; i < victims; i++) {
                Place donor = places.get(breach.needsDonors() ? victims + i : i);
                made += soil(connection, places.get(i), breach.attempts(i, donor)) ? 1 : 0;
            }
            if (made == 0) {
                throw Breach.impossible(dirt, "none of the rows of " + table.label() + " could be made to break it");
            }
            connection.commit();
            return new MadeDirt(table.label(), dirt.breaks(), dirt.rows(), made);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /** Rows in an order that depends on nothing but the seed and their keys. */
    private List<Place> places(Connection connection) throws SQLException {
        List<Integer> key = table.keys().stream()
                .filter(UniqueKey::primary)
                .findFirst()
                .map(UniqueKey::columns)
                .orElseGet(() -> table.columns().stream().map(Column::number).toList());
        String sql = "SELECT tableoid::bigint, ctid::text FROM " + table.quoted() + " WHERE " + breach.eligible()
                + " ORDER BY hashtextextended(ROW(" + Breach.list(table.columnNames(key)) + ")::text, " + seed
                + "), ctid LIMIT " + Math.multiplyExact(dirt.rows(), breach.needsDonors() ? 2 : 1);
        List<Place> places = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet r = statement.executeQuery()) {
            while (r.next()) {
                places.add(new Place(r.getLong(1), r.getString(2)));
            }
        }
        return places;
    }

    /** Whether one of the attempts made the row break the constraint. */
    private boolean soil(Connection connection, Place victim, List<Attempt> attempts) throws SQLException {
        for (Attempt attempt : attempts) {
            String sql = "UPDATE " + table.quoted() + " AS dirty SET " + attempt.assignment() + " WHERE "
                    + victim.of("dirty") + " AND " + attempt.condition();
            Savepoint before = connection.setSavepoint();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                if (statement.executeUpdate() == 1) {
                    return true;
                }
            } catch (SQLException e) {
                if (!Breach.isRefusedValue(e)) {
                    throw e;
                }
                connection.rollback(before);
            } finally {
                if (!connection.getAutoCommit()) {
                    connection.releaseSavepoint(before);
                }
            }
        }
        return false;
    }
}
