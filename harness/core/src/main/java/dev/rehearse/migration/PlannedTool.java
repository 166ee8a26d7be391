package dev.rehearse.migration;

import dev.rehearse.EnvironmentException;
import dev.rehearse.database.TestDatabase;
import dev.rehearse.plan.Migration;
import dev.rehearse.recording.Recording.ToolFacts;
import dev.rehearse.recording.RunClock;
import dev.rehearse.tool.ToolMigration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The tool that a plan names, found once for a run. Thread-safe; closing it removes what it has put on this machine. */
public final class PlannedTool implements AutoCloseable {

    private final Migration plan;
    private final MigrationTool tool;

    private PlannedTool(Migration plan, MigrationTool tool) {
        this.plan = plan;
        this.tool = tool;
    }

    /**
     * Finds it.
     *
     * @throws EnvironmentException if the tool is not there
     * @throws dev.rehearse.InvalidRehearsalException if its project has not the migrations that the plan names
     */
    public static PlannedTool of(Migration plan) {
        return new PlannedTool(plan, MigrationTools.of(plan));
    }

    /** For people: "Flyway 13.12.0". */
    public String name() {
        return tool.name();
    }

    /** What is rehearsed, by id, in order; of Flyway known once it has begun. */
    public List<String> migrations() {
        return tool.migrations();
    }

    /** What the tool says of itself; null where it has no more to say than its name. */
    public @Nullable ToolFacts facts() {
        return tool.facts().orElse(null);
    }

    /** Tables that it makes for itself and keeps whatever is rolled back, or schemas that hold nothing else. */
    public List<String> historyTables() {
        return tool.historyTables();
    }

    /** Whether there is a way back: scripts of the plan, undo scripts beside Flyway's, or the tool's own. */
    public boolean hasDown() {
        return tool.hasDown();
    }

    /** What {@link #prepare} applies, where the tool keeps it in its project. */
    public List<ToolMigration> baseline() {
        return tool.baseline();
    }

    /**
     * Brings the schema to where the rehearsal begins, where the tool does that ({@code from}); straight to the server, before data is
     * loaded.
     */
    public MigrationResult prepare(TestDatabase.Server server, String user, String password) {
        return tool.prepare(new ToolConnection(
                new TestDatabase.Server(server.name(), server.host(), server.port(), server.database(), user, password),
                server,
                null,
                "rehearse-migration-prepare",
                SourceListener.NONE,
                new AtomicInteger()));
    }

    /** As {@link Migrators#open(Migration, TestDatabase.Server, String, String, RunClock)}. */
    public Migrators open(TestDatabase.Server server, String user, String password, RunClock clock) {
        return Migrators.open(plan, tool, server, user, password, clock);
    }

    @Override
    public void close() {
        tool.close();
    }
}
