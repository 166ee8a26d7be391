package dev.rehearse.migration;

import dev.rehearse.RehearsalException;
import dev.rehearse.plan.Migration;
import dev.rehearse.plan.SqlFile;
import dev.rehearse.recording.Recording.ToolFacts;
import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolProject;
import dev.rehearse.tool.ToolResult;
import dev.rehearse.tool.ToolSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A tool that runs as a program in the user's project: forth one migration after the other, so that each is known by its own load and
 * locks; back by the plan's scripts, or one by one where the tool can; forth again at once, as a release does it. That a command ended
 * well is not believed before the tool's own history says so.
 */
final class ProjectMigration implements MigrationTool {

    private static final String CONTROL = "rehearse-control";

    /** A folder of {@link ToolProject#scratch}, of which only its purpose is worth telling. */
    private static final Pattern OURS = Pattern.compile("/\\S*/runs/[^/\\s]+/([^/\\s]+)-\\d+(?=[/\\s]|$)");

    private final Migration plan;
    private final ToolProject project;
    private final ProjectTool tool;
    private final String name;
    private final List<String> all;
    private final List<String> rehearsed;
    private final @Nullable String from;

    ProjectMigration(Migration plan) {
        Migration.Project planned =
                java.util.Objects.requireNonNull(plan.project(), "a plan with a tool has a project");
        this.plan = plan;
        this.tool = planned.projectTool();
        this.project = new ToolProject(tool, planned.folder(), planned.environment(), planned.from());
        this.name = tool.title() + " " + tool.version(project);
        this.all = ids(tool.migrations(project));
        this.rehearsed = ids(project.pending(planned.to()));
        List<String> baseline = ids(project.baseline());
        this.from = baseline.isEmpty() ? null : baseline.get(baseline.size() - 1);
    }

    private static List<String> ids(List<ToolMigration> migrations) {
        return migrations.stream().map(ToolMigration::id).toList();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<String> migrations() {
        return rehearsed;
    }

    @Override
    public List<ToolMigration> baseline() {
        return project.baseline();
    }

    @Override
    public List<String> historyTables() {
        return tool.historyTables(project);
    }

    @Override
    public Optional<ToolFacts> facts() {
        return Optional.of(new ToolFacts(
                tool.title(),
                historyTables(),
                tool.lock().orElse(null),
                tool.outsideTransaction().orElse(null),
                withoutUndo(),
                tool.from(project.baseline(), project.pending(null))));
    }

    private List<String> withoutUndo() {
        return rehearsed.stream().filter(id -> !tool.canUndo(project, id)).toList();
    }

    @Override
    public MigrationResult prepare(ToolConnection connection) {
        String baseline = from;
        if (baseline == null) {
            return MigrationResult.SUCCEEDED;
        }
        return applyUpTo(baseline, connection, session(connection).with(tool.aloneVariables()));
    }

    @Override
    public List<Step> up() {
        return rehearsed.stream()
                .map(id -> new Step(id, connection -> applyUpTo(id, connection, session(connection))))
                .toList();
    }

    /** Where a release would run more than is rehearsed, the steps are all that can be told apart. */
    @Override
    public List<Step> upAtOnce() {
        String last = rehearsed.get(rehearsed.size() - 1);
        if (!all.get(all.size() - 1).equals(last)) {
            return up();
        }
        return Step.one(connection -> {
            ToolResult ended = tool.applyAll(session(connection));
            try (Connection direct = connection.direct().connect(CONTROL)) {
                return applied(last, direct, ended);
            } catch (SQLException e) {
                return MigrationResult.of(e, null);
            }
        });
    }

    private MigrationResult applyUpTo(String id, ToolConnection connection, ToolSession session) {
        try (Connection direct = connection.direct().connect(CONTROL)) {
            return applied(id, direct, tool.applyUpTo(session, direct, id));
        } catch (SQLException e) {
            return MigrationResult.of(e, null);
        }
    }

    private ToolSession session(ToolConnection connection) {
        return project.at(connection.target(), plan.deadline());
    }

    /** A tool may end well and have gone elsewhere, or have found nothing to do. */
    private MigrationResult applied(String id, Connection direct, ToolResult ended) throws SQLException {
        if (!ended.succeeded()) {
            return failure(ended);
        }
        if (tool.applied(project, direct).contains(id)) {
            return MigrationResult.succeeded(ended);
        }
        return MigrationResult.failed(
                ended,
                tool.title() + " ended well, but its history in the rehearsal's database does not have " + id
                        + ". If it connects elsewhere, name its variables in the plan's \"environment\".");
    }

    private MigrationResult failure(ToolResult ended) {
        String program = ended.command().isEmpty() ? tool.title() : shortened(ended.command());
        return MigrationResult.failed(
                ended, program + (ended.ended() ? " was ended" : " ended with exit code " + ended.exitCode()));
    }

    private static String shortened(List<String> command) {
        List<String> words = new ArrayList<>(command);
        words.set(0, words.get(0).substring(words.get(0).lastIndexOf('/') + 1));
        return OURS.matcher(String.join(" ", words)).replaceAll("$1");
    }

    @Override
    public boolean hasDown() {
        return !plan.down().isEmpty() || withoutUndo().isEmpty();
    }

    @Override
    public List<Step> down(ToolConnection connection) {
        List<String> done;
        try (Connection direct = connection.direct().connect(CONTROL)) {
            done = new ArrayList<>(tool.applied(project, direct));
        } catch (SQLException e) {
            return Step.one(none -> MigrationResult.of(e, null));
        }
        done.retainAll(rehearsed);
        Collections.reverse(done);
        if (!plan.down().isEmpty()) {
            return Step.one(each -> runScripts(each, done));
        }
        return done.stream().map(id -> new Step(id, each -> undo(each, id))).toList();
    }

    private MigrationResult runScripts(ToolConnection connection, List<String> done) {
        try (Connection session = connection.open();
                Connection direct = connection.direct().connect(CONTROL)) {
            List<SqlFile> scripts = plan.down();
            MigrationResult result = SqlScriptRunner.run(session, scripts, connection.sources());
            if (result.succeeded()) {
                tool.forget(session(connection), direct, done);
            }
            return result;
        } catch (SQLException e) {
            return MigrationResult.of(e, null);
        }
    }

    private MigrationResult undo(ToolConnection connection, String id) {
        int before = all.indexOf(id) - 1;
        ToolResult ended = tool.undo(session(connection), id, before < 0 ? null : all.get(before));
        if (!ended.succeeded()) {
            return failure(ended);
        }
        try (Connection direct = connection.direct().connect(CONTROL)) {
            if (!tool.applied(project, direct).contains(id)) {
                return MigrationResult.succeeded(ended);
            }
        } catch (SQLException e) {
            return MigrationResult.of(e, null);
        }
        return MigrationResult.failed(ended, tool.title() + " ended well, but its history still has " + id + ".");
    }

    @Override
    public Optional<Stuck> stuck(ToolConnection connection) {
        try (Connection direct = connection.direct().connect(CONTROL)) {
            return tool.stuck(project, direct).map(ProjectMigration::inWords);
        } catch (SQLException | RehearsalException e) {
            return Optional.empty();
        }
    }

    private static Stuck inWords(ProjectTool.Stuck stuck) {
        String commands = stuck.wayOut().stream()
                .map(words -> String.join(" ", words).replace("{url}", "$DATABASE_URL"))
                .collect(Collectors.joining("; then "));
        String advice = stuck.advice();
        return new Stuck(stuck.state(), commands + (advice == null ? "" : (commands.isEmpty() ? "" : ". ") + advice));
    }

    @Override
    public void close() {
        project.close();
    }
}
