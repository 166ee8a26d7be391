package dev.rehearse.data.anonymize.copy;

import dev.rehearse.data.anonymize.SecretKey;
import dev.rehearse.data.anonymize.source.SourceReader;
import dev.rehearse.data.anonymize.source.TablePart;
import dev.rehearse.data.catalog.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the target while it is not whole: a mark that others refuse, and which steps and parts are there, each written in the
 * transaction that brought it. Of the key, the plan and the source's state only proofs under the key are kept, so that another process
 * knows whether it can go on, and nobody anything else. Thread-safe but for its connection.
 */
final class Checkpoint {

    static final String MARK = "rehearse_filling";

    /** Steps, by the statements that a script ends with. */
    enum Step {
        TABLES,
        INDEXES;

        String statement() {
            return "\n" + TargetObjects.writeDown() + "INSERT INTO " + MARK + ".steps VALUES ('" + name() + "');\n";
        }
    }

    private static final String OURS = "an anonymized snapshot";

    private final Connection owner;
    private final Set<String> steps = new HashSet<>();
    private final Map<String, Long> parts = new HashMap<>();

    private Checkpoint(Connection owner) {
        this.owner = owner;
    }

    /**
     * What a run depends on.
     *
     * @param plan the rules, the subset, and how they are carried out
     * @param state which rows the source has
     * @param parts the names of the parts into which the chosen ones are cut
     */
    record Basis(SecretKey key, String plan, String state, Set<String> parts) {

        private String proof(String salt, String what) {
            return HexFormat.of().formatHex(key.derived("proof;" + salt + ";" + what));
        }
    }

    /** Whether a run of ours was here and did not come to its end. */
    static boolean isThere(Connection owner) throws SQLException {
        boolean[] ours = {false};
        SourceReader reader = new SourceReader(owner);
        reader.each(
                "SELECT pg_catalog.to_regclass('" + MARK + ".filling') IS NOT NULL", r -> ours[0] = r.getBoolean(1));
        if (ours[0]) {
            reader.each(
                    "SELECT EXISTS (SELECT FROM " + MARK + ".filling WHERE spec = '" + OURS + "')",
                    r -> ours[0] = r.getBoolean(1));
        }
        return ours[0];
    }

    /** Whether a run of ours brought something, so that what stands beside the mark is what it brought. */
    static boolean holdsRun(Connection owner) throws SQLException {
        boolean[] holds = {isThere(owner)};
        SourceReader reader = new SourceReader(owner);
        if (holds[0]) {
            reader.each(
                    "SELECT pg_catalog.to_regclass('" + MARK + ".made') IS NOT NULL AND pg_catalog.to_regclass('" + MARK
                            + ".steps') IS NOT NULL",
                    r -> holds[0] = r.getBoolean(1));
        }
        if (holds[0]) {
            reader.each("SELECT EXISTS (SELECT FROM " + MARK + ".steps)", r -> holds[0] = r.getBoolean(1));
        }
        return holds[0];
    }

    /** Marks an empty database, and writes down what it has all the same. */
    static Checkpoint begin(Connection owner, Basis basis) throws SQLException {
        String salt = UUID.randomUUID().toString();
        execute(
                owner,
                "BEGIN; " + keep() + "CREATE TABLE " + MARK + ".filling (spec text NOT NULL);"
                        + " INSERT INTO " + MARK + ".filling VALUES ('" + OURS + "');"
                        + " CREATE TABLE " + MARK + ".made (catalog oid, object oid, PRIMARY KEY (catalog, object));"
                        + " CREATE TABLE " + MARK + ".steps (step text PRIMARY KEY);"
                        + " CREATE TABLE " + MARK + ".parts (part text PRIMARY KEY, rows bigint NOT NULL);"
                        + " CREATE TABLE " + MARK + ".proofs (salt text, key text, plan text, state text);"
                        + " INSERT INTO " + MARK + ".proofs VALUES ('" + salt + "', '" + basis.proof(salt, "") + "', '"
                        + basis.proof(salt, basis.plan) + "', '" + basis.proof(salt, basis.state) + "'); COMMIT");
        return new Checkpoint(owner);
    }

    private static String keep() {
        return "CREATE SCHEMA " + MARK + "; CREATE TABLE " + MARK
                + ".kept AS SELECT 'SCHEMA' AS kind, pg_catalog.quote_ident(nspname) AS name,"
                + " pg_catalog.obj_description(oid, 'pg_namespace') AS comment FROM pg_catalog.pg_namespace"
                + " WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', '" + MARK + "') UNION ALL"
                + " SELECT 'EXTENSION', pg_catalog.quote_ident(extname), pg_catalog.obj_description(oid, 'pg_extension')"
                + " FROM pg_catalog.pg_extension; ";
    }

    /**
     * The run that was here.
     *
     * @param why hears for what reason it cannot be gone on with, if there is one
     * @return null where the target has to be made anew
     */
    static @Nullable Checkpoint find(Connection owner, Basis basis, List<String> why) throws SQLException {
        SourceReader reader = new SourceReader(owner);
        boolean[] hasProofs = {false};
        reader.each(
                "SELECT pg_catalog.to_regclass('" + MARK + ".proofs') IS NOT NULL",
                r -> hasProofs[0] = r.getBoolean(1));
        if (!basis.key.isKept()) {
            why.add("its key was not kept, so that other values would get its pseudonyms");
        } else if (hasProofs[0]) {
            boolean[] isKnown = {false};
            reader.each("SELECT salt, key, plan, state FROM " + MARK + ".proofs", r -> {
                isKnown[0] = true;
                String salt = r.getString(1);
                if (!basis.proof(salt, "").equals(r.getString(2))) {
                    why.add("its key was another");
                } else if (!basis.proof(salt, basis.plan).equals(r.getString(3))) {
                    why.add("its rules or its choice of rows were others, or another release made it");
                } else if (!basis.proof(salt, basis.state).equals(r.getString(4))) {
                    why.add("the source has changed since, and its snapshot went with the sessions that held it");
                }
            });
            if (!isKnown[0]) {
                why.add("it ended with a leak, or with other rows than the source has");
            }
        } else {
            why.add("another release made it");
        }
        if (!why.isEmpty()) {
            return null;
        }
        if (!holdsRun(owner)) {
            why.add("it ended before its tables were there");
            return null;
        }
        Checkpoint found = new Checkpoint(owner);
        reader.each("SELECT step FROM " + MARK + ".steps", r -> found.steps.add(r.getString(1)));
        reader.each("SELECT part, rows FROM " + MARK + ".parts", r -> found.parts.put(r.getString(1), r.getLong(2)));
        if (!basis.parts.containsAll(found.parts.keySet())) {
            why.add("its conditions chose other rows, or its tables were cut otherwise");
            return null;
        }
        return found;
    }

    /** Takes out what the run brought and leaves what was there before it, and the mark. */
    static void empty(Connection owner) throws SQLException {
        TargetObjects.drop(owner);
        execute(owner, "DELETE FROM " + MARK + ".steps");
    }

    boolean has(Step step) {
        return steps.contains(step.name());
    }

    /** Rows by part. */
    Map<String, Long> parts() {
        return Map.copyOf(parts);
    }

    /** Written in the transaction that brings the rows. */
    static void arrived(Connection sink, TablePart part, long rows) throws SQLException {
        try (PreparedStatement insert = sink.prepareStatement("INSERT INTO " + MARK + ".parts VALUES (?, ?)")) {
            insert.setString(1, part.name());
            insert.setLong(2, rows);
            insert.executeUpdate();
        }
    }

    /** Whether a part is there whose transaction ended with a lost connection. */
    static boolean hasArrived(Connection sink, TablePart part) throws SQLException {
        boolean[] found = {false};
        new SourceReader(sink)
                .each(
                        "SELECT EXISTS (SELECT FROM " + MARK + ".parts WHERE part = " + Sql.literal(part.name()) + ")",
                        r -> found[0] = r.getBoolean(1));
        return found[0];
    }

    /** No other process goes on from here. */
    void spoil() throws SQLException {
        execute(owner, "DELETE FROM " + MARK + ".proofs");
    }

    void end() throws SQLException {
        unmark(owner);
    }

    static void unmark(Connection owner) throws SQLException {
        execute(owner, "DROP SCHEMA " + MARK + " CASCADE");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
