package dev.rehearse.data.load;

import dev.rehearse.data.Age;
import dev.rehearse.data.DatasetException;
import dev.rehearse.data.DatasetSpec;
import dev.rehearse.data.Locales;
import dev.rehearse.data.Part;
import dev.rehearse.data.catalog.Facts;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.profile.ProfileFile;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the parts of one filling know of each other. It is kept in the database that they fill, in a schema of its own that the last one
 * drops: as long as the schema is there, the database is not whole. Where one process fills it alone, it is that mark and no more. Used by
 * one thread.
 */
public final class PartLedger implements Facts {

    static final String SCHEMA = "rehearse_filling";

    /** The key of the advisory lock under which the ledger is read and written. */
    private static final long LOCK = 0x72656865_61727365L;

    private static final long RETRY_MILLIS = 100;

    private final Connection connection;
    private final Part part;
    private final String filling;
    private boolean first;

    public PartLedger(Connection connection, DatasetSpec spec, Part part) {
        this.connection = connection;
        this.part = part;
        this.filling = describe(spec, part);
    }

    private static String describe(DatasetSpec spec, Part part) {
        Map<String, Long> rows = new TreeMap<>(spec.rows());
        return spec.defaultRows() + " rows" + (rows.isEmpty() ? "" : " " + rows) + ", random seed " + spec.randomSeed()
                + ", edge cases " + spec.edgeCaseShare()
                + (spec.nulls().isEmpty() ? "" : ", NULL " + new TreeMap<>(spec.nulls()))
                + (spec.dirt().isEmpty() ? "" : ", dirt " + spec.dirt())
                + (spec.age().equals(Age.NONE) ? "" : ", " + spec.age())
                + (spec.locales().equals(Locales.DEFAULT) ? "" : ", locales " + spec.locales())
                + ", lists " + Locales.fingerprint(spec.locales())
                + (spec.profile() == null ? "" : ", profile " + ProfileFile.fingerprint(spec.profile())) + ", "
                + (part.of() == 1 ? "whole" : part.of() + " parts");
    }

    /** Refuses a database that is being filled, or was and is not whole. */
    public static void refuseUnfinished(Connection connection) throws SQLException {
        if (isUnfinished(connection)) {
            throw DatasetException.spec(
                    "A filling of this database was begun and has not ended, so the database is not whole."
                            + " Finish its missing parts, or make the database anew.");
        }
    }

    /** A part that ended while it prepared took nothing away; what is left of its ledger means nothing. */
    public static boolean isUnfinished(Connection connection) throws SQLException {
        return exists(connection, SCHEMA + ".filling")
                && Sql.queryLong(connection, "SELECT count(*) FROM " + SCHEMA + ".filling") > 0;
    }

    /** Waits until no other part reads or writes the ledger. */
    public void lock() throws SQLException {
        try {
            while (Sql.queryLong(connection, "SELECT pg_try_advisory_lock(" + LOCK + ")::int") == 0) {
                Thread.sleep(RETRY_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw DatasetException.machine("Interrupted while waiting for another part. The database is not whole.", e);
        }
    }

    public void unlock() throws SQLException {
        Sql.queryLong(connection, "SELECT pg_advisory_unlock(" + LOCK + ")::int");
    }

    /**
     * Joins the filling, or begins it.
     *
     * @return whether this part is the first, which prepares the database for all
     */
    public boolean join() throws SQLException {
        first = !isUnfinished(connection);
        if (first) {
            // What a part left that ended while it prepared; nothing was taken away then.
            create();
        } else {
            checkThatItFits();
        }
        return first;
    }

    private void create() throws SQLException {
        Sql.execute(connection, "DROP SCHEMA IF EXISTS " + SCHEMA + " CASCADE; CREATE SCHEMA " + SCHEMA);
        Sql.execute(
                connection,
                "CREATE TABLE " + SCHEMA + ".filling (spec text NOT NULL);"
                        + " CREATE TABLE " + SCHEMA + ".part (part integer PRIMARY KEY, loaded boolean NOT NULL);"
                        + " CREATE TABLE " + SCHEMA
                        + ".piece (place serial PRIMARY KEY, kind text NOT NULL, name text NOT NULL, restore text[] NOT NULL)");
    }

    private void checkThatItFits() throws SQLException {
        List<String> begun = strings("SELECT spec FROM " + SCHEMA + ".filling");
        if (!begun.get(0).equals(filling)) {
            throw DatasetException.spec(
                    "This database is being filled with " + begun.get(0) + "; part " + part + " asks for "
                            + filling
                            + ". All parts of a filling must ask for the same, and the lists of names be of the same build."
                            + " If the earlier filling was given up, the database is not whole: make it anew.");
        }
        List<String> loaded = strings("SELECT loaded FROM " + SCHEMA + ".part WHERE part = " + part.index());
        if (!loaded.isEmpty()) {
            throw DatasetException.spec(
                    loaded.get(0).equals("t")
                            ? "Part " + part + " is loaded already. " + missing()
                            : "Part " + part
                                    + " was begun before. If it is not running, it failed half way and the database is not whole: make it"
                                    + " anew.");
        }
    }

    private interface Steps {
        void run() throws SQLException;
    }

    private void inOneTransaction(Steps steps) throws SQLException {
        connection.setAutoCommit(false);
        try {
            steps.run();
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /** Takes everything out of the way and writes down, in the same transaction, how it comes back. */
    public void takeAway(SetAside aside) throws SQLException {
        inOneTransaction(() -> write(aside));
    }

    /** The same where there is one part, which begins at once. A role that may not create a schema leaves no mark. */
    public void takeAwayAlone(SetAside aside) throws SQLException {
        boolean mayMark =
                Sql.queryLong(connection, "SELECT has_database_privilege(current_database(), 'CREATE')::int") == 1;
        inOneTransaction(() -> {
            if (mayMark) {
                create();
                write(aside);
                begin();
            } else {
                aside.takeAway(connection);
            }
        });
    }

    private void write(SetAside aside) throws SQLException {
        keep("trigger", aside.triggers());
        keep("foreign key", aside.foreignKeys());
        keep("index", aside.indexes());
        aside.takeAway(connection);
        try (PreparedStatement statement =
                connection.prepareStatement("INSERT INTO " + SCHEMA + ".filling VALUES (?)")) {
            statement.setString(1, filling);
            statement.execute();
        }
    }

    private void keep(String kind, List<SetAside.Piece> pieces) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "INSERT INTO " + SCHEMA + ".piece (kind, name, restore) VALUES (?, ?, ?)")) {
            for (SetAside.Piece piece : pieces) {
                statement.setString(1, kind);
                statement.setString(2, piece.name());
                statement.setArray(
                        3, connection.createArrayOf("text", piece.restore().toArray()));
                statement.execute();
            }
        }
    }

    /** What the first part took out of the way. */
    public SetAside taken() throws SQLException {
        return SetAside.of(pieces("trigger"), pieces("foreign key"), pieces("index"));
    }

    private List<SetAside.Piece> pieces(String kind) throws SQLException {
        List<SetAside.Piece> pieces = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT name, restore FROM " + SCHEMA + ".piece WHERE kind = ? ORDER BY place")) {
            statement.setString(1, kind);
            try (ResultSet r = statement.executeQuery()) {
                while (r.next()) {
                    Array restore = r.getArray(2);
                    pieces.add(new SetAside.Piece(r.getString(1), "", List.of((String[]) restore.getArray())));
                }
            }
        }
        return pieces;
    }

    public void begin() throws SQLException {
        Sql.execute(connection, "INSERT INTO " + SCHEMA + ".part VALUES (" + part.index() + ", false)");
    }

    /**
     * Notes that this part is loaded.
     *
     * @return whether it was the last one, which puts everything back
     */
    public boolean end() throws SQLException {
        Sql.execute(connection, "UPDATE " + SCHEMA + ".part SET loaded = true WHERE part = " + part.index());
        return Sql.queryLong(connection, "SELECT count(*) FROM " + SCHEMA + ".part WHERE loaded") == part.of();
    }

    /** Which parts are not loaded yet, as a sentence. */
    public String missing() throws SQLException {
        List<String> numbers = strings("SELECT n FROM generate_series(1, " + part.of()
                + ") n WHERE n NOT IN (SELECT part FROM " + SCHEMA + ".part WHERE loaded) ORDER BY n");
        return "The database is whole once these parts are loaded too: "
                + String.join(", ", numbers.subList(0, Math.min(10, numbers.size())))
                + (numbers.size() > 10 ? ", ..." : "")
                + " of " + part.of()
                + ". Until then foreign keys are missing, indexes of large tables are missing or invalid, their keys among them, and row triggers are disabled.";
    }

    /** The database is whole. */
    public void drop() throws SQLException {
        Sql.execute(connection, "DROP SCHEMA IF EXISTS " + SCHEMA + " CASCADE");
    }

    @Override
    public String answer(String name, String sql) throws SQLException {
        String kept = SCHEMA + "." + Sql.quote("fact " + name);
        if (first) {
            Sql.execute(
                    connection,
                    "CREATE TABLE " + kept + " AS SELECT *, row_number() OVER () AS rehearse_place FROM (" + sql
                            + ") answer");
        } else if (!exists(connection, kept)) {
            throw DatasetException.spec(
                    "The schema has changed since the first part of this filling prepared it (nothing is known of "
                            + name + "). Make the database anew.");
        }
        return "SELECT * FROM " + kept + " ORDER BY rehearse_place";
    }

    private static boolean exists(Connection connection, String table) throws SQLException {
        return Sql.queryLong(connection, "SELECT (to_regclass(" + Sql.literal(table) + ") IS NOT NULL)::int") == 1;
    }

    private List<String> strings(String sql) throws SQLException {
        List<String> strings = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet r = statement.executeQuery(sql)) {
            while (r.next()) {
                strings.add(r.getString(1));
            }
        }
        return strings;
    }
}
