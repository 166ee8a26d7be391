package dev.rehearse.run;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.database.ServerError;
import dev.rehearse.observe.FormerValues;
import dev.rehearse.observe.HalfDone;
import dev.rehearse.observe.Privileges;
import dev.rehearse.observe.Privileges.Writer;
import dev.rehearse.observe.RelationSizes;
import dev.rehearse.observe.SchemaFingerprint;
import dev.rehearse.observe.SchemaTraps;
import dev.rehearse.observe.SequencePositions;
import dev.rehearse.observe.Untried;
import dev.rehearse.plan.Invariant;
import dev.rehearse.plan.JavaInvariant;
import dev.rehearse.plan.Places;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.InvariantFact;
import dev.rehearse.recording.Recording.Leftover;
import dev.rehearse.recording.Recording.RelationSize;
import dev.rehearse.recording.Recording.SchemaDifference;
import dev.rehearse.recording.Recording.SchemaFacts;
import dev.rehearse.recording.StatementFact;
import dev.rehearse.wiretap.record.StatementRecorder;
import dev.rehearse.workload.lend.LoadDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at the schema, the sizes, the leftovers and the invariants at the moments that are compared. */
final class SchemaWatch {

    /** Of a schema, a table, a column, a function and a type. */
    private static final Set<String> UNKNOWN_NAMES = Set.of("3F000", "42P01", "42703", "42883", "42704");

    static final String LOCK_NOT_AVAILABLE = "55P03";

    /** A function that keeps triggers from firing, those of foreign keys perhaps. */
    private static final Pattern NO_TRIGGERS = Pattern.compile(
            "^CREATE OR REPLACE (?:FUNCTION|PROCEDURE)\\b.*\\b(?:session_replication_role|pg_trigger|disable\\s+trigger)\\b",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private static final Pattern UNIQUE = Pattern.compile("^CREATE UNIQUE INDEX (?!.*; INVALID)", Pattern.DOTALL);

    private static final String BY_OTHERS = ": not as before, and named by no statement of the migration";

    private final List<Invariant> invariants;
    private final List<String> historyTables;
    private final Collected collected;
    private final boolean namesApplication;
    private final boolean bringsApplication;
    private boolean isShared;
    private @Nullable Roles roles;
    private @Nullable Privileges privileges;
    private @Nullable SchemaFingerprint before;
    private @Nullable SchemaFingerprint afterMigration;
    private SequencePositions positions = SequencePositions.NONE;
    private OwnGrowth growth = OwnGrowth.NONE;
    private final Set<String> others = new TreeSet<>();
    private List<Leftover> leftoversBefore = List.of();
    private SchemaTraps trapsBefore = SchemaTraps.NONE;
    private long relationsBefore;
    private Map<String, Long> callsBefore = Map.of();
    private FormerValues valuesBefore = FormerValues.NONE;
    private @Nullable Map<String, Long> callsOfToday;

    SchemaWatch(Rehearsal rehearsal, List<String> historyTables, Collected collected) {
        this.invariants = rehearsal.invariants();
        this.namesApplication = rehearsal.roles().application() != null;
        this.bringsApplication = rehearsal.workload().after() != null;
        this.historyTables = historyTables;
        this.collected = collected;
    }

    /** @param shared whether others may use the server meanwhile */
    void beforeMigration(Connection connection, Roles used, boolean shared) throws SQLException {
        roles = used;
        isShared = shared;
        privileges = used.application() == null ? null : Privileges.of(connection, used.application());
        before = SchemaFingerprint.read(connection, historyTables);
        relationsBefore = relations(connection);
        callsBefore = Untried.calls(connection);
        valuesBefore = FormerValues.read(connection);
        positions = SequencePositions.beforeLoad(connection);
        leftoversBefore = HalfDone.find(connection, Phase.SNAPSHOT, Set.of());
        trapsBefore = SchemaTraps.read(connection, historyTables);
        sizes(connection, RelationSize.BEFORE);
        for (Invariant invariant : invariants) {
            collected.invariants.put(
                    invariant.name(),
                    new InvariantFact(
                            invariant.name(),
                            invariant.sql(),
                            invariant.expect(),
                            valueBefore(connection, invariant),
                            null,
                            null));
        }
    }

    /** An invariant that cannot even be asked before the migration would compare one error with another. */
    private static String valueBefore(Connection connection, Invariant invariant) throws SQLException {
        try {
            return asked(connection, invariant);
        } catch (SQLException e) {
            if (DatabaseWatch.isLostConnection(e)) {
                throw e;
            }
            throw unasked(invariant, e);
        }
    }

    private static InvalidRehearsalException unasked(Invariant invariant, SQLException e) {
        return new InvalidRehearsalException(
                        "The invariant \"" + invariant.name() + "\" cannot be asked before the migration: "
                                + ServerError.of(e)
                                + " (SQLSTATE " + e.getSQLState()
                                + "). Its query must work on the schema as it is: " + invariant.sql(),
                        e)
                .about(Places.invariant(invariant.name()));
    }

    /**
     * Finds what the invariants name and the schema does not have, before it takes long to load.
     *
     * @throws InvalidRehearsalException if there is such a name
     */
    static void mustNameWhatExists(Connection connection, List<Invariant> invariants) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (Invariant invariant : invariants) {
                if (invariant.java() == null) {
                    try {
                        statement.execute("PREPARE rehearse_invariant AS " + invariant.sql());
                        statement.execute("DEALLOCATE rehearse_invariant");
                    } catch (SQLException e) {
                        if (UNKNOWN_NAMES.contains(String.valueOf(e.getSQLState()))) {
                            throw unasked(invariant, e);
                        }
                        // What cannot be prepared may be asked all the same.
                    }
                }
            }
        }
    }

    /** By now today's application had its time alone. */
    void asMigrationBegins(Connection connection) throws SQLException {
        callsOfToday = bringsApplication ? Untried.calls(connection) : null;
        positions = positions.asMigrationBegins(connection);
        if (before != null && relations(connection) != relationsBefore) {
            SchemaFingerprint now = read(connection, "as the migration began");
            growth = now == null ? OwnGrowth.NONE : OwnGrowth.between(before, now);
            if (!growth.kinds().isEmpty()) {
                collected.notMeasured.add(growth.inWords());
            }
        }
    }

    void afterMigration(Connection connection, StatementRecorder recorder) throws SQLException {
        afterMigration = read(connection, "after the migration");
        collected.schema = new SchemaFacts(
                since(before, afterMigration, recorder.facts()), null, null, before(NO_TRIGGERS), before(UNIQUE));
        sizes(connection, RelationSize.AFTER_MIGRATION);
        leftovers(connection, Phase.MIGRATE, recorder.backends());
        sequencesBehind(connection);
        privileges(connection);
        if (privileges == null && !namesApplication) {
            collected.leftovers.addAll(Untried.policies(connection, collected.schema.changes(), Phase.MIGRATE));
        }
        Untried.Functions functions =
                Untried.functions(connection, collected.schema.changes(), callsBefore, callsOfToday, Phase.MIGRATE);
        collected.leftovers.addAll(functions.leftovers());
        collected.notMeasured.addAll(functions.notMeasured());
        collected.leftovers.addAll(
                valuesBefore.since(connection, Untried.changed(collected.schema.changes()), Phase.MIGRATE));
        for (Invariant invariant : invariants) {
            String value = value(connection, invariant);
            collected.invariants.computeIfPresent(
                    invariant.name(),
                    (name, f) -> new InvariantFact(name, f.sql(), f.expected(), f.before(), value, f.afterRollback()));
        }
    }

    void asRollbackBegins(Connection connection) throws SQLException {
        try {
            positions = positions.asRollbackBegins(connection);
        } catch (SQLException e) {
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            // Then any greater number counts as one that a sequence gave.
        }
    }

    void afterRollback(Connection connection, StatementRecorder recorder) throws SQLException {
        SchemaFingerprint now = read(connection, "after the rollback");
        List<SchemaDifference> left = now == null
                ? null
                : Stream.concat(
                                fallenSequences(connection).stream(),
                                since(before, now, recorder.facts()).stream()
                                        .filter(difference -> !difference.clustersOnly()))
                        .toList();
        collected.schema = with(left, null);
        sizes(connection, RelationSize.AFTER_ROLLBACK);
        leftovers(connection, Phase.ROLL_BACK, recorder.backends());
        for (Invariant invariant : invariants) {
            String value = value(connection, invariant);
            collected.invariants.computeIfPresent(
                    invariant.name(),
                    (name, f) -> new InvariantFact(name, f.sql(), f.expected(), f.before(), f.afterMigration(), value));
        }
    }

    void afterReapply(Connection connection) throws SQLException {
        collected.schema = with(
                collected.schema.afterRollback(),
                since(afterMigration, read(connection, "after migrating again"), collected.statements));
    }

    private SchemaFacts with(
            @Nullable List<SchemaDifference> afterRollback, @Nullable List<SchemaDifference> reapplyDiffers) {
        SchemaFacts known = collected.schema;
        return new SchemaFacts(
                known.changes(), afterRollback, reapplyDiffers, known.codeBefore(), known.uniqueBefore());
    }

    /** Null where a lock that somebody keeps hides it, which is told. */
    private @Nullable SchemaFingerprint read(Connection connection, String moment) throws SQLException {
        try {
            return SchemaFingerprint.read(connection, historyTables);
        } catch (SQLException e) {
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            collected.notMeasured.add("the schema " + moment + ": a lock that was kept hid it");
            return null;
        }
    }

    private List<SchemaDifference> fallenSequences(Connection connection) throws SQLException {
        try {
            return positions.fallen(connection);
        } catch (SQLException e) {
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            collected.notMeasured.add("where sequences stand after the rollback: a lock that was kept hid it");
            return List.of();
        }
    }

    private List<String> before(Pattern definitions) {
        return before == null
                ? List.of()
                : before.objects().values().stream()
                        .filter(definition -> definitions.matcher(definition).find())
                        .toList();
    }

    /** Whether anything differs from before the migration. */
    boolean hasChanged() {
        return !collected.schema.changes().isEmpty();
    }

    /** @param statements of the migration and its rollback so far */
    private List<SchemaDifference> since(
            @Nullable SchemaFingerprint earlier, @Nullable SchemaFingerprint later, List<StatementFact> statements) {
        if (earlier == null || later == null) {
            return List.of();
        }
        List<SchemaDifference> differences = growth.without(SchemaFingerprint.differences(earlier, later));
        if (!isShared) {
            return differences;
        }
        OthersOnServer shared = OthersOnServer.among(
                differences, statements.stream().map(StatementFact::sql).toList());
        if (others.addAll(shared.others())) {
            collected.notMeasured.removeIf(line -> line.endsWith(BY_OTHERS));
            collected.notMeasured.add("whether the migration changed " + String.join(", ", others) + BY_OTHERS);
        }
        return shared.migrations();
    }

    /** One that nobody may read, or that is locked, is left out: whether it is behind shows where the application inserts. */
    private void sequencesBehind(Connection connection) throws SQLException {
        try {
            collected.leftovers.addAll(positions.behind(connection));
        } catch (SQLException e) {
            if (!"55P03".equals(e.getSQLState())) {
                throw e;
            }
            collected.notMeasured.add("whether sequences stand below numbers that are there: a table was locked");
        }
    }

    private static long relations(Connection connection) throws SQLException {
        return Long.parseLong(
                Environment.one(connection, "SELECT count(*) FROM pg_catalog.pg_class WHERE relpersistence <> 't'"));
    }

    private void leftovers(Connection connection, Phase phase, Set<Integer> migrationPids) throws SQLException {
        HalfDone.since(leftoversBefore, HalfDone.find(connection, phase, migrationPids)).stream()
                .filter(left -> left.kind() != Leftover.Kind.DEPRECATED_COLUMN
                        || DeprecatedColumn.isRenamed(left.object(), collected.schema.changes()))
                .forEach(collected.leftovers::add);
        SchemaTraps.read(connection, historyTables).since(trapsBefore, phase).stream()
                .filter(left -> left.kind() != Leftover.Kind.ROWS_INCOMPARABLE
                        || newTables().noneMatch(("table " + left.object())::equals))
                .forEach(collected.leftovers::add);
    }

    /** Whether the application may use what is there now; with the owner's rights it may, which says nothing. */
    private void privileges(Connection connection) throws SQLException {
        if (roles == null) {
            return;
        }
        if (privileges != null && roles.application() != null) {
            collected.leftovers.addAll(Privileges.lacking(
                    privileges,
                    Privileges.of(connection, roles.application()),
                    roles.application(),
                    Phase.MIGRATE,
                    historyTables));
        } else if (!roles.writers().isEmpty() && hasNewTable()) {
            collected.notMeasured.add(
                    "whether the application may use what the migration made: the load had the owner's rights, since "
                            + roles.writers().stream().map(Writer::role).collect(Collectors.joining(", "))
                            + " may write, too (roles.application of the plan says which it is)");
        }
    }

    private boolean hasNewTable() {
        return newTables().findAny().isPresent();
    }

    private Stream<String> newTables() {
        return collected.schema.changes().stream()
                .filter(change -> change.before() == null)
                .map(SchemaDifference::object)
                .filter(object -> object.startsWith("table "));
    }

    private void sizes(Connection connection, String moment) throws SQLException {
        RelationSizes sizes = RelationSizes.read(connection, moment);
        collected.relations.addAll(sizes.sizes());
        sizes.missing()
                .forEach(relation ->
                        collected.notMeasured.add("the size of " + relation + " " + moment + ": it was locked"));
    }

    private static String asked(Connection connection, Invariant invariant) throws SQLException {
        JavaInvariant java = invariant.java();
        return java == null ? Environment.one(connection, invariant.sql()) : LoadDataSource.value(java, connection);
    }

    /** The value, or the error that the query gave. */
    private static String value(Connection connection, Invariant invariant) throws SQLException {
        try {
            return asked(connection, invariant);
        } catch (SQLException e) {
            if (e.getSQLState() == null || e.getSQLState().startsWith("08")) {
                throw e;
            }
            return "error " + e.getSQLState();
        }
    }
}
