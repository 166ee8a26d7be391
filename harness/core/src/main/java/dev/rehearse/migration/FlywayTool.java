package dev.rehearse.migration;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.plan.Migration;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Recording.ToolFacts;
import dev.rehearse.tool.jvm.FlywayNames;
import dev.rehearse.tool.jvm.JavaMigrations;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.license.VersionPrinter;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Flyway through its Java API, with its defaults and the plan's settings; works with those from version 10 on. Its free
 * edition has no undo, so the way back is the plan's scripts, or the {@code U<version>__*.sql} beside the migrations, latest version first;
 * the history rows of what was undone are removed, so that Flyway migrates again. The one class that touches {@code org.flywaydb}.
 */
final class FlywayTool implements MigrationTool {

    private static final String TRANSACTIONAL_LOCK = "postgresql.transactional.lock";

    private static final Pattern LINE = Pattern.compile(":\\d+$");

    private final Migration.Flyway plan;
    private final List<SqlFile> down;
    private final Configuration configured;

    /** What its history said before the first migrator began; null until then. */
    private @Nullable Set<MigrationVersion> appliedBefore;

    /** The last of its rows then. */
    private int lastRankBefore;

    /** The scripts that were pending then. */
    private List<String> pendingBefore = List.of();

    /** Those of them that {@link #prepare} had to leave out. */
    private List<String> repeatableNow = List.of();

    /** @throws InvalidRehearsalException where Flyway refuses a setting of the plan */
    FlywayTool(Migration.Flyway plan, List<SqlFile> down) {
        this.plan = plan;
        this.down = List.copyOf(down);
        try {
            this.configured = configured();
        } catch (FlywayException e) {
            throw new InvalidRehearsalException(
                    "Flyway refuses the settings " + plan.settings().keySet() + " of the plan: " + e.getMessage(), e);
        }
    }

    @Override
    public String name() {
        return "Flyway " + VersionPrinter.getVersion();
    }

    @Override
    public synchronized List<String> migrations() {
        return pendingBefore;
    }

    @Override
    public synchronized List<String> leftOut() {
        return Stream.of(
                        JavaMigrations.beside(plan.locations()).stream()
                                .map(name ->
                                        name + ": it is a class, which only the application has on its class path"),
                        repeatableNow.stream()
                                .map(
                                        name -> "what " + name
                                                + " made before: it needs what is pending, so that the rehearsal began without it; production has it as it was"),
                        plan.from() == null ? Stream.<String>empty() : FlywayCallbacks.notMeasured(plan.locations()))
                .flatMap(Function.identity())
                .toList();
    }

    @Override
    public List<String> historyTables() {
        return List.of(history(configured).name());
    }

    @Override
    public Optional<ToolFacts> facts() {
        return Optional.of(new ToolFacts(
                "Flyway",
                historyTables(),
                !"false".equalsIgnoreCase(plan.settings().get(TRANSACTIONAL_LOCK))
                        ? "an advisory lock, in a transaction that stays open; a second instance waits"
                        : "an advisory lock of its session; a second instance waits",
                "Set Flyway's " + TRANSACTIONAL_LOCK
                        + " to false (spring.flyway.postgresql.transactional-lock in Spring Boot, under flyway's settings in"
                        + " the plan), so that its lock keeps no transaction open.",
                List.of(),
                plan.from()));
    }

    /**
     * Nobody else migrates then, and a transaction that is kept open for the sake of others is what CREATE INDEX CONCURRENTLY would wait for
     * without end. A repeatable script that fails there needs what is pending: production has it as it was before, and the rehearsal begins
     * without it; so does a callback after the migrations.
     */
    @Override
    public MigrationResult prepare(ToolConnection connection) {
        String from = plan.from();
        if (from == null) {
            return MigrationResult.SUCCEEDED;
        }
        Set<String> pending = new HashSet<>();
        MigrationResult result = prepare(connection, from, plan.locations());
        while (!result.succeeded() && pending.addAll(repeatable(result.failedAt()))) {
            try (FolderCopies without = FolderCopies.of(plan.locations(), pending)) {
                result = prepare(connection, from, without.folders());
            }
        }
        return onlyCallbackFailed(result, connection, from) ? MigrationResult.SUCCEEDED : result;
    }

    /** The server refused a statement, and all migrations are there; which callback it was in is said in no way but in words. */
    private boolean onlyCallbackFailed(MigrationResult result, ToolConnection connection, String from) {
        if (result.sqlState() == null || FlywayCallbacks.in(plan.locations()).isEmpty()) {
            return false;
        }
        try {
            MigrationInfo[] all =
                    configure(connection).target(from).load().info().all();
            return Arrays.stream(all)
                    .map(MigrationInfo::getState)
                    .noneMatch(state -> state.isFailed() || state == MigrationState.PENDING);
        } catch (FlywayException e) {
            return false;
        }
    }

    private MigrationResult prepare(ToolConnection connection, String from, List<Path> locations) {
        FluentConfiguration alone = configure(connection, locations);
        setTransactionalLock(alone, "false");
        return migrate(alone, connection, from);
    }

    /** The script's name, where that is what failed; Flyway runs such only after all others. */
    private List<String> repeatable(@Nullable String failedAt) {
        return Stream.ofNullable(failedAt)
                .map(at -> LINE.matcher(at).replaceFirst(""))
                .map(script -> script.substring(script.lastIndexOf('/') + 1))
                .filter(this::isRepeatable)
                .toList();
    }

    private boolean isRepeatable(String script) {
        return script.substring(script.lastIndexOf('/') + 1).startsWith(configured.getRepeatableSqlMigrationPrefix());
    }

    @Override
    public List<Step> up() {
        return Step.one(this::runForth);
    }

    private MigrationResult runForth(ToolConnection connection) {
        String to = plan.to();
        try {
            noteAppliedBefore(connection, to == null ? "latest" : to);
        } catch (FlywayException e) {
            return failure(e, null);
        }
        return migrate(configure(connection), connection, to == null ? "latest" : to);
    }

    /** The way back must not go further than the rehearsal came, and a production's dump brings a history of its own. */
    private synchronized void noteAppliedBefore(ToolConnection connection, String target) {
        if (appliedBefore == null) {
            MigrationInfoService info =
                    configure(connection).target(target).load().info();
            appliedBefore = versions(info).collect(Collectors.toUnmodifiableSet());
            lastRankBefore = Arrays.stream(info.applied())
                    .mapToInt(MigrationInfo::getInstalledRank)
                    .max()
                    .orElse(0);
            pendingBefore =
                    Arrays.stream(info.pending()).map(MigrationInfo::getScript).toList();
            repeatableNow = plan.from() == null
                    ? List.of()
                    : Arrays.stream(info.pending())
                            .filter(migration -> migration.getVersion() == null)
                            .map(MigrationInfo::getScript)
                            .toList();
        }
    }

    private static Stream<MigrationVersion> versions(MigrationInfoService info) {
        return Arrays.stream(info.applied()).map(MigrationInfo::getVersion).filter(Objects::nonNull);
    }

    /** Undo scripts of releases that production has are no way back from this one. */
    @Override
    public boolean hasDown() {
        return !down.isEmpty() || undoScripts().keySet().stream().anyMatch(this::isRehearsed);
    }

    private boolean isRehearsed(MigrationVersion version) {
        return planned(plan.from()).map(from -> version.compareTo(from) > 0).orElse(true)
                && planned(plan.to()).map(to -> version.compareTo(to) <= 0).orElse(true);
    }

    /** Empty, too, where Flyway takes it for none, as it says once it is to migrate there. */
    private static Optional<MigrationVersion> planned(@Nullable String version) {
        try {
            // With a question mark it need not be there.
            return Optional.ofNullable(version).map(v -> MigrationVersion.fromVersion(v.replaceFirst("\\?$", "")));
        } catch (FlywayException e) {
            return Optional.empty();
        }
    }

    @Override
    public List<Step> down(ToolConnection connection) {
        return Step.one(this::runBack);
    }

    private MigrationResult runBack(ToolConnection connection) {
        Flyway flyway = configure(connection).load();
        try (Connection session = connection.open()) {
            List<MigrationVersion> applied = versions(flyway.info())
                    .filter(version -> !wasAppliedBefore(version))
                    .distinct()
                    .sorted(Comparator.reverseOrder())
                    .toList();
            FlywayHistory history = history(flyway.getConfiguration());
            history.enter(session, connection.sources());
            MigrationResult result = down.isEmpty()
                    ? undo(session, history, applied, connection.sources())
                    : SqlScriptRunner.run(session, down, connection.sources());
            if (result.succeeded()) {
                if (!down.isEmpty()) {
                    history.forget(session, connection.sources(), names(applied));
                }
                forgetRepeatable(history, session, connection.sources());
            }
            return result;
        } catch (SQLException e) {
            return MigrationResult.of(e, null);
        } catch (FlywayException e) {
            return failure(e, null);
        }
    }

    private MigrationResult undo(
            Connection session, FlywayHistory history, List<MigrationVersion> applied, SourceListener sources)
            throws SQLException {
        Map<MigrationVersion, SqlFile> scripts = undoScripts();
        for (MigrationVersion version : applied) {
            SqlFile script = scripts.get(version);
            if (script == null) {
                return new MigrationResult(
                        Outcome.FAILED,
                        null,
                        "There is no undo script for version " + version + ": expected U" + version + "__*.sql in "
                                + plan.locations(),
                        null);
            }
            MigrationResult result = SqlScriptRunner.run(session, List.of(script), sources);
            if (!result.succeeded()) {
                return result;
            }
            history.forget(session, sources, names(List.of(version)));
        }
        return MigrationResult.SUCCEEDED;
    }

    private static List<String> names(List<MigrationVersion> versions) {
        return versions.stream().map(MigrationVersion::getVersion).toList();
    }

    private Map<MigrationVersion, SqlFile> undoScripts() {
        Map<MigrationVersion, SqlFile> scripts = new TreeMap<>();
        UndoScripts.in(plan.locations(), FlywayNames.of(plan.settings()))
                .forEach((version, script) -> scripts.put(MigrationVersion.fromVersion(version), script));
        return scripts;
    }

    private synchronized boolean wasAppliedBefore(MigrationVersion version) {
        return appliedBefore == null || appliedBefore.contains(version);
    }

    /** Repeatable scripts that ran on the way there made what the way back may have taken away: the next release runs them again. */
    private synchronized void forgetRepeatable(FlywayHistory history, Connection session, SourceListener sources)
            throws SQLException {
        if (appliedBefore != null && pendingBefore.stream().anyMatch(this::isRepeatable)) {
            history.forgetRepeatable(session, sources, lastRankBefore);
        }
    }

    private static FlywayHistory history(Configuration configuration) {
        return new FlywayHistory(historySchema(configuration), configuration.getTable());
    }

    /** The default schema, or else the first; null: the one that the connection is in. */
    private static @Nullable String historySchema(Configuration configuration) {
        String[] schemas = configuration.getSchemas();
        return configuration.getDefaultSchema() != null || schemas.length == 0
                ? configuration.getDefaultSchema()
                : schemas[0];
    }

    private static MigrationResult migrate(
            FluentConfiguration configuration, ToolConnection connection, String target) {
        SourceCallback sources = new SourceCallback(connection.sources());
        try {
            configuration.target(target).callbacks(sources).load().migrate();
            return MigrationResult.SUCCEEDED;
        } catch (FlywayException e) {
            return failure(e, sources.last);
        }
    }

    private FluentConfiguration configure(ToolConnection connection) {
        return configure(connection, plan.locations());
    }

    private FluentConfiguration configure(ToolConnection connection, List<Path> locations) {
        return configured()
                .dataSource(connection.parameterizedUrl(), connection.user(), connection.password())
                .locations(locations.stream()
                        .map(path -> "filesystem:" + path.toAbsolutePath())
                        .toArray(String[]::new));
    }

    private FluentConfiguration configured() {
        Map<String, String> settings = plan.settings().entrySet().stream()
                .collect(Collectors.toMap(setting -> "flyway." + setting.getKey(), Map.Entry::getValue));
        String lock = settings.remove("flyway." + TRANSACTIONAL_LOCK);
        FluentConfiguration configuration = Flyway.configure().configuration(settings);
        if (lock != null) {
            setTransactionalLock(configuration, lock);
        }
        return configuration;
    }

    /** Version 13 takes the name only where a library is there that few have; those before have no other way. */
    private static void setTransactionalLock(FluentConfiguration configuration, String value) {
        try {
            configuration.configuration(Map.of("flyway." + TRANSACTIONAL_LOCK, value));
        } catch (FlywayException e) {
            configuration
                    .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
                    .setTransactionalLock(Boolean.parseBoolean(value));
        }
    }

    private static MigrationResult failure(FlywayException failure, @Nullable String at) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException) {
                return MigrationResult.of((SQLException) cause, at);
            }
        }
        // It names the script itself, which need not be that of the last statement.
        return new MigrationResult(Outcome.FAILED, null, failure.getMessage(), null);
    }

    /** Tells which script and line each statement comes from, before Flyway sends it. */
    private static final class SourceCallback extends BaseCallback {

        private final SourceListener sources;
        private volatile @Nullable String last;
        private @Nullable ScriptLines script;

        private SourceCallback(SourceListener sources) {
            this.sources = sources;
        }

        @Override
        public boolean supports(Event event, Context context) {
            return event == Event.BEFORE_EACH_MIGRATE || event == Event.BEFORE_EACH_MIGRATE_STATEMENT;
        }

        @Override
        public void handle(Event event, Context context) {
            MigrationInfo migration = context.getMigrationInfo();
            if (event == Event.BEFORE_EACH_MIGRATE) {
                sources.migration(migration.getScript());
                script = ScriptLines.of(migration.getScript(), migration.getPhysicalLocation());
                last = migration.getScript();
                return;
            }
            ScriptLines lines = script;
            if (lines == null || context.getStatement() == null) {
                return;
            }
            String source = lines.sourceOf(context.getStatement().getSql());
            last = source;
            try {
                sources.next(context.getConnection().unwrap(PGConnection.class).getBackendPID(), source);
            } catch (SQLException e) {
                // A statement without a source is a smaller loss than a migration that fails for our sake.
            }
        }
    }
}
