package dev.rehearse.plan.build;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.Progress;
import dev.rehearse.data.Age;
import dev.rehearse.data.DatasetException;
import dev.rehearse.data.Dirt;
import dev.rehearse.data.Locales;
import dev.rehearse.data.profile.Profile;
import dev.rehearse.data.profile.ProfileException;
import dev.rehearse.data.profile.ProfileFile;
import dev.rehearse.plan.Blocker;
import dev.rehearse.plan.Budget;
import dev.rehearse.plan.DataPlan;
import dev.rehearse.plan.DatabasePlan;
import dev.rehearse.plan.Invariant;
import dev.rehearse.plan.KeptConstraint;
import dev.rehearse.plan.Migration;
import dev.rehearse.plan.Migration.Command;
import dev.rehearse.plan.Migration.Flyway;
import dev.rehearse.plan.Migration.Project;
import dev.rehearse.plan.Migration.Tool;
import dev.rehearse.plan.Places;
import dev.rehearse.plan.Protocol;
import dev.rehearse.plan.RateCurve;
import dev.rehearse.plan.Rehearsal;
import dev.rehearse.plan.RolePlan;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.plan.Workload;
import dev.rehearse.plan.Workload.Application;
import dev.rehearse.plan.Workload.Arrivals;
import dev.rehearse.plan.Workload.Autosave;
import dev.rehearse.plan.Workload.Operation;
import dev.rehearse.plan.Workload.Sessions;
import dev.rehearse.sql.TwoWayScript.Way;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A plan from Java, with the defaults and the checks of {@code rehearsal.yaml}: what is not named keeps its default, and a schema and
 * a migration are enough.
 *
 * <pre>{@code
 * Rehearsal rehearsal = RehearsalBuilder.in(Path.of("scenarios/widen"))
 *         .schema("schema.sql")
 *         .rows("orders", 2_000_000)
 *         .ratePerSecond(400)
 *         .blocker(Blocker.Kind.LONG_READER, "orders", Duration.ofSeconds(3))
 *         .up("V7__widen_total.sql")
 *         .down("U7__widen_total.sql")
 *         .lockTimeout(Duration.ofMillis(500))
 *         .build();
 * }</pre>
 *
 * <p>Paths are relative to the plan's folder. An impossible value throws {@link InvalidRehearsalException}, at the latest
 * from {@link #build}. Not thread-safe.
 */
public final class RehearsalBuilder {

    private final Path folder;
    private final ScriptFiles scripts;
    private String name;
    private int version = DatabasePlan.NEWEST;
    private int standbys;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private @Nullable String image;
    private final List<SqlFile> schema = new ArrayList<>();
    private long scale = 100_000;
    private final Map<String, Long> rows = new LinkedHashMap<>();
    private long randomSeed = 42;
    private double edgeCaseShare = 0.01;
    private final Map<String, Double> nulls = new LinkedHashMap<>();
    private final List<Dirt> dirt = new ArrayList<>();
    private final List<KeptConstraint> keeps = new ArrayList<>();
    private Age age = Age.NONE;
    private @Nullable Profile profile;
    private List<String> locales = Locales.DEFAULT;
    private RateCurve rate = RateCurve.constant(100);
    private Arrivals arrivals = Arrivals.POISSON;
    private @Nullable String applicationRole;
    private @Nullable String migrationRole;
    private Sessions sessions = Sessions.DEFAULT;
    private Duration warmUp = Duration.ofSeconds(3);
    private Duration baseline = Duration.ofSeconds(5);
    private Duration settle = Duration.ofSeconds(3);
    private Application before = Application.derived();
    private @Nullable Application after;
    private final List<Blocker> blockers = new ArrayList<>();
    private final List<SqlFile> up = new ArrayList<>();
    private final List<SqlFile> down = new ArrayList<>();
    private @Nullable Flyway flyway;
    private @Nullable Project project;
    private @Nullable Command command;
    private @Nullable Duration lockTimeout;
    private int retries;
    private Duration retryPause = Duration.ofSeconds(1);
    private int migrators = 1;
    private Duration deadline = Duration.ofMinutes(30);
    private final List<Invariant> invariants = new ArrayList<>();
    private Budget budget = Budget.DEFAULT;
    private final Map<String, String> places = new LinkedHashMap<>();

    private RehearsalBuilder(Path folder, Progress progress) {
        this.folder = folder;
        this.scripts = new ScriptFiles(folder, progress);
        Path last = folder.toAbsolutePath().normalize().getFileName();
        this.name = last == null ? "rehearsal" : last.toString();
    }

    /** A plan whose paths are relative to {@code folder}, and which is named after it until {@link #name} says otherwise. */
    public static RehearsalBuilder in(Path folder) {
        return in(folder, Progress.SILENT);
    }

    /** The same; {@code progress} hears of scripts that have to be fetched. */
    public static RehearsalBuilder in(Path folder, Progress progress) {
        return new RehearsalBuilder(folder, progress);
    }

    public RehearsalBuilder name(String value) {
        name = value;
        return this;
    }

    /** PostgreSQL major, 14 to 18; 18 by default. */
    public RehearsalBuilder version(int value) {
        version = value;
        return this;
    }

    /** Streaming standbys, 0 to 2; none by default. */
    public RehearsalBuilder standbys(int value) {
        standbys = value;
        return this;
    }

    /** A server setting, as {@code postgresql.conf} writes it. */
    public RehearsalBuilder setting(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** The container image in place of the official one. */
    public RehearsalBuilder image(String value) {
        image = value;
        return this;
    }

    /** Adds scripts that build the schema. */
    public RehearsalBuilder schema(String... files) {
        return read(files, Way.UP, schema);
    }

    public RehearsalBuilder schema(SqlFile script) {
        schema.add(script);
        return this;
    }

    /** Rows of the largest tables; the others follow along the foreign keys. 100,000 by default. */
    public RehearsalBuilder scale(long value) {
        scale = value;
        return this;
    }

    /** Exact rows of one table. */
    public RehearsalBuilder rows(String table, long value) {
        rows.put(table, value);
        return this;
    }

    /** The number that makes the data and the load reproducible; 42 by default. */
    public RehearsalBuilder randomSeed(long value) {
        randomSeed = value;
        return this;
    }

    /** Share of edge cases in each column that can hold them, 0 to 1; 0.01 by default. */
    public RehearsalBuilder edgeCaseShare(double value) {
        edgeCaseShare = value;
        return this;
    }

    /**
     * The share of NULL in one column.
     *
     * @param column as {@code table.column} or {@code schema.table.column}
     * @param share 0 to 1
     */
    public RehearsalBuilder nulls(String column, double share) {
        nulls.put(column, share);
        return this;
    }

    /** Adds rows that a planned constraint will refuse. */
    public RehearsalBuilder dirt(Dirt value) {
        dirt.add(value);
        return this;
    }

    /** Adds a constraint that the migration is yet to make, and that production's rows keep already. */
    public RehearsalBuilder keeps(KeptConstraint value) {
        keeps.add(value);
        return this;
    }

    /** What years of use leave in the tables; nothing by default. */
    public RehearsalBuilder age(Age value) {
        age = value;
        return this;
    }

    /** The file that {@code rehearse data capture} wrote of production, whose shape the data shall have. */
    public RehearsalBuilder profile(String file) {
        try {
            profile = ProfileFile.read(scripts.file(file));
        } catch (ProfileException e) {
            throw new InvalidRehearsalException(String.valueOf(e.getMessage()), e);
        }
        return this;
    }

    /** Locales of the names, addresses and the like, such as {@code de} or {@code pt-BR}; a mix by default. */
    public RehearsalBuilder locales(List<String> tags) {
        try {
            locales = Locales.of(tags);
        } catch (DatasetException e) {
            throw new InvalidRehearsalException(String.valueOf(e.getMessage()), e);
        }
        return this;
    }

    /** Operations per second; 100 by default. */
    public RehearsalBuilder ratePerSecond(double value) {
        return rate(RateCurve.constant(value));
    }

    /** Operations per second that change as time goes by, from the start of WARM_UP on. */
    public RehearsalBuilder rate(RateCurve value) {
        rate = value;
        return this;
    }

    /** Poisson by default. */
    public RehearsalBuilder arrivals(Arrivals value) {
        arrivals = value;
        return this;
    }

    /** Whose rights the application has; by default the one role that most tables are granted to for writing, else their owner. */
    public RehearsalBuilder applicationRole(String value) {
        applicationRole = value;
        return this;
    }

    /** Whose rights the migration has, and who owns what it makes; by default the owner of most tables. */
    public RehearsalBuilder migrationRole(String value) {
        migrationRole = value;
        return this;
    }

    /** Connections per application version; 8 by default. */
    public RehearsalBuilder clients(int value) {
        sessions = sessions.withClients(value);
        return this;
    }

    /** After which an arrival gives up waiting for a connection; by default it waits. */
    public RehearsalBuilder connectionTimeout(Duration value) {
        sessions = sessions.withConnectionTimeout(value);
        return this;
    }

    /** {@code statement_timeout} of the application's sessions; 30 s by default. */
    public RehearsalBuilder statementTimeout(Duration value) {
        sessions = sessions.withStatementTimeout(value);
        return this;
    }

    /** {@code idle_in_transaction_session_timeout} of the application's sessions; the server's own by default. */
    public RehearsalBuilder idleInTransactionTimeout(Duration value) {
        sessions = sessions.withIdleInTransactionTimeout(value);
        return this;
    }

    /** How the application's statements travel; prepared by default. */
    public RehearsalBuilder protocol(Protocol value) {
        sessions = sessions.withProtocol(value);
        return this;
    }

    /** The driver's autosave; never by default, as it is the driver's default. */
    public RehearsalBuilder autosave(Autosave value) {
        sessions = sessions.withAutosave(value);
        return this;
    }

    /** 3 s by default. */
    public RehearsalBuilder warmUp(Duration value) {
        warmUp = value;
        return this;
    }

    /** 5 s by default. */
    public RehearsalBuilder baseline(Duration value) {
        baseline = value;
        return this;
    }

    /** 3 s by default. */
    public RehearsalBuilder settle(Duration value) {
        settle = value;
        return this;
    }

    /** The application that runs today; derived from the catalog by default. */
    public RehearsalBuilder before(Application value) {
        before = value;
        return this;
    }

    /** The application that runs today, from its operations. */
    public RehearsalBuilder before(Operation... operations) {
        return before(new Application("before", List.of(operations)));
    }

    /** The application that comes with the migration; by default the same one stays. */
    public RehearsalBuilder after(Application value) {
        after = value;
        return this;
    }

    /** The application that comes with the migration, from its operations. */
    public RehearsalBuilder after(Operation... operations) {
        return after(new Application("after", List.of(operations)));
    }

    /** A session that stands in the way of the migration. */
    public RehearsalBuilder blocker(Blocker.Kind kind, @Nullable String table, Duration holdsFor) {
        return blocker(new Blocker(kind, table, holdsFor));
    }

    public RehearsalBuilder blocker(Blocker blocker) {
        blockers.add(blocker);
        return this;
    }

    /** Adds scripts that migrate. */
    public RehearsalBuilder up(String... files) {
        return read(files, Way.UP, up);
    }

    public RehearsalBuilder up(SqlFile script) {
        up.add(script);
        return this;
    }

    /** Adds scripts that roll back. */
    public RehearsalBuilder down(String... files) {
        return read(files, Way.DOWN, down);
    }

    public RehearsalBuilder down(SqlFile script) {
        down.add(script);
        return this;
    }

    /**
     * Migrates with Flyway in place of scripts.
     *
     * @param from version the schema is at before; null: only the plan's schema scripts have run
     * @param to version to migrate to; null: the latest
     */
    public RehearsalBuilder flyway(List<Path> locations, @Nullable String from, @Nullable String to) {
        return flyway(locations, from, to, Map.of());
    }

    /**
     * The same.
     *
     * @param settings Flyway's own, see {@link Flyway}
     */
    public RehearsalBuilder flyway(
            List<Path> locations, @Nullable String from, @Nullable String to, Map<String, String> settings) {
        return flyway(new Flyway(
                locations.stream()
                        .map(location -> scripts.folder(location.toString()))
                        .toList(),
                from,
                to,
                settings));
    }

    public RehearsalBuilder flyway(Flyway value) {
        flyway = value;
        return this;
    }

    /** What was said of Flyway so far; null where nothing was. */
    @Nullable
    Flyway flyway() {
        return flyway;
    }

    /**
     * Migrates with a tool that the project already uses, by the tool's own commands.
     *
     * @param key dbmate, say: one of {@link dev.rehearse.tool.known.ProjectTools#keys()}
     * @param folder where its users call it, relative to the plan's folder
     * @param from the last migration that is there before, which the tool itself applies; null: only the plan's schema scripts have run
     * @param to the last migration to rehearse; null: the latest
     * @param environment variables for it, see {@link Project}
     */
    public RehearsalBuilder tool(
            String key, Path folder, @Nullable String from, @Nullable String to, Map<String, String> environment) {
        return project(new Project(key, scripts.folder(folder.toString()), from, to, environment));
    }

    RehearsalBuilder project(Project value) {
        project = value;
        return this;
    }

    /** Migrates by commands of the user's own, of whatever tool. */
    public RehearsalBuilder command(Command value) {
        command = value;
        return this;
    }

    /** {@code lock_timeout} of the migration's session; the tool's own by default. */
    public RehearsalBuilder lockTimeout(Duration value) {
        lockTimeout = value;
        return this;
    }

    /** Further attempts after one that ended in a lock timeout or a deadlock; none by default. */
    public RehearsalBuilder retries(int value) {
        retries = value;
        return this;
    }

    /** Pause before each further attempt; 1 s by default. */
    public RehearsalBuilder retryPause(Duration value) {
        retryPause = value;
        return this;
    }

    /** How many run the migration at once; 1 by default. */
    public RehearsalBuilder migrators(int value) {
        migrators = value;
        return this;
    }

    /** After which the migration is cancelled; 30 min by default. */
    public RehearsalBuilder deadline(Duration value) {
        deadline = value;
        return this;
    }

    /** A query whose value must stay what it was. */
    public RehearsalBuilder invariant(String title, String sql) {
        return invariant(new Invariant(title, sql, null));
    }

    public RehearsalBuilder invariant(Invariant invariant) {
        invariants.add(invariant);
        return this;
    }

    /** The limits; {@link Budget#DEFAULT} by default. */
    public RehearsalBuilder budget(Budget value) {
        budget = value;
        return this;
    }

    /**
     * Lays a part of a {@code rehearsal.yaml} over what is there: values that it names replace, its lists add.
     *
     * @param source what messages call it
     * @throws InvalidRehearsalException with every problem of it
     */
    public RehearsalBuilder with(String source, String fragment) {
        RehearsalFile.layOver(this, source, fragment);
        return this;
    }

    /**
     * Says one value otherwise.
     *
     * @param source where it was said, for messages
     * @param key one of {@link RehearsalFile#keysOfOneValue()}
     * @param value as a plan writes it
     * @throws InvalidRehearsalException if the value is none for that key
     */
    public RehearsalBuilder set(String source, String key, String value) {
        RehearsalFile.set(this, source, key, value);
        return this;
    }

    Budget budget() {
        return budget;
    }

    boolean hasMigration() {
        return flyway != null || project != null || command != null || !up.isEmpty();
    }

    ScriptFiles scripts() {
        return scripts;
    }

    private RehearsalBuilder read(String[] files, Way way, List<SqlFile> into) {
        for (String file : files) {
            into.add(scripts.script(file, way, null));
        }
        return this;
    }

    /** The plan, checked as a whole. */
    public Rehearsal build() {
        return new Rehearsal(
                name,
                folder,
                new DatabasePlan(version, standbys, settings, image),
                schema,
                new RolePlan(applicationRole, migrationRole),
                new DataPlan(scale, rows, randomSeed, edgeCaseShare, nulls, dirt, keeps, age, profile, locales),
                new Workload(rate, arrivals, sessions, warmUp, baseline, settle, before, after, blockers),
                new Migration(
                        runBy(),
                        up,
                        down,
                        flyway,
                        project,
                        command,
                        lockTimeout,
                        retries,
                        retryPause,
                        migrators,
                        deadline),
                invariants,
                budget,
                new Places(places));
    }

    private Tool runBy() {
        if (flyway != null) {
            return Tool.FLYWAY;
        }
        return project != null ? Tool.PROJECT : command != null ? Tool.COMMAND : Tool.SQL;
    }

    /** Notes where a part of the plan stands, as {@link Places} names it. */
    void place(String part, YamlValue value) {
        places.put(part, value.place());
    }
}
