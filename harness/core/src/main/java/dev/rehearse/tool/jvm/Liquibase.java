package dev.rehearse.tool.jvm;

import dev.rehearse.EnvironmentException;
import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.report.FileTrouble;
import dev.rehearse.tool.Histories;
import dev.rehearse.tool.ProjectTool;
import dev.rehearse.tool.ToolMigration;
import dev.rehearse.tool.ToolProject;
import dev.rehearse.tool.ToolResult;
import dev.rehearse.tool.ToolSession;
import dev.rehearse.tool.ToolTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Liquibase, as {@link LiquibaseProgram} calls it. A migration is a change set, named {@code file::id::author} as Liquibase names it. Only
 * Liquibase can read a change log with all that it includes, so it is asked for the list, against its offline database.
 */
public final class Liquibase implements ProjectTool {

    private static final Pattern VERSION = Pattern.compile("Liquibase(?: [A-Za-z]+)? Version: (\\S+)");
    private static final Pattern LISTED = Pattern.compile("^ {4,}(\\S.*::.+::.+)$", Pattern.MULTILINE);
    private static final Pattern ROLLED_BACK = Pattern.compile("^-- Rolling Back ChangeSet: (.+)$", Pattern.MULTILINE);
    private static final String NO_WAY_BACK = "-- no way back";

    private static final Map<String, String> QUIET =
            Map.of("LIQUIBASE_ANALYTICS_ENABLED", "false", "LIQUIBASE_SHOW_BANNER", "false");

    /** Settings of one command win over those of all, and a properties file may have such. */
    private static final List<String> COMMANDS = List.of(
            "",
            "STATUS_",
            "UPDATE_",
            "UPDATE_COUNT_",
            "ROLLBACK_COUNT_",
            "FUTURE_ROLLBACK_COUNT_SQL_",
            "RELEASE_LOCKS_");

    @Override
    public String key() {
        return "liquibase";
    }

    @Override
    public String title() {
        return "Liquibase";
    }

    @Override
    public boolean detect(Path folder) {
        return Files.isRegularFile(folder.resolve(LiquibaseSettings.FILE))
                || ApplicationLiquibase.variables(folder).containsKey(ApplicationLiquibase.CHANGE_LOG)
                || LiquibaseHome.master(folder).isPresent();
    }

    /** It says so whatever it does. */
    @Override
    public String version(ToolProject project) {
        Matcher version = VERSION.matcher(listed(project).result().output());
        return version.find() ? version.group(1) : "of an unknown version";
    }

    @Override
    public List<String> choices() {
        return List.of(
                ApplicationLiquibase.CHANGE_LOG,
                "LIQUIBASE_COMMAND_CONTEXT_FILTER",
                "LIQUIBASE_COMMAND_LABEL_FILTER",
                LiquibaseProgram.CLASS_PATH);
    }

    @Override
    public String installation() {
        return "Put the liquibase command of Liquibase's distribution on the PATH, or in a test liquibase-core on the class path; or install"
                + " Maven, which fetches Liquibase at the version that the project's build names.";
    }

    @Override
    public List<ToolMigration> migrations(ToolProject project) {
        return LISTED.matcher(listed(project).text())
                .results()
                .map(line -> line.group(1).strip())
                .map(id -> new ToolMigration(id, files(project, id)))
                .toList();
    }

    private static Told listed(ToolProject project) {
        return project.once("the change sets", () -> {
            Told told = offline(project, "status", "--verbose");
            if (!told.result().succeeded()) {
                throw new InvalidRehearsalException("Liquibase cannot list the change sets of " + project.folder()
                        + ". It was asked for them by \"liquibase status --verbose\" with an offline database"
                        + ", and said: " + told.result().output()
                        + (program(project).isAlone()
                                ? "\nWhere it lacks a class of the application's, or a file that is in a jar: compile, and name classes and"
                                        + " jars as " + LiquibaseProgram.CLASS_PATH
                                        + ", such as target/classes:target/dependency/* after"
                                        + " mvn compile dependency:copy-dependencies, for init in its environment, for run as the plan's"
                                        + " \"environment\"; or rehearse in a test of the application (docs/junit.md)."
                                : ""));
            }
            return told;
        });
    }

    private static List<Path> files(ToolProject project, String id) {
        String file = id.substring(0, id.indexOf("::"));
        return Stream.concat(
                        Stream.concat(Stream.of(project.folder()), LiquibaseHome.roots(project.folder()).stream())
                                .map(root -> root.resolve(file))
                                .filter(Files::isRegularFile),
                        Stream.ofNullable(LiquibaseLogs.byLogicalPath(project).get(file)))
                .limit(1)
                .toList();
    }

    /**
     * A command that prints into a file.
     *
     * @param text what is in the file then, as far as it came
     */
    private record Told(ToolResult result, String text) {}

    /** Runs a command against a database that Liquibase only imagines, in which nothing was run yet. */
    private static Told offline(ToolProject project, String... arguments) {
        Path folder = project.scratch("offline");
        Path printed = folder.resolve("printed.txt");
        Map<String, String> variables = variables(project);
        variables.put("LIQUIBASE_OUTPUT_FILE", printed.toString());
        COMMANDS.forEach(command -> variables.put(
                "LIQUIBASE_COMMAND_" + command + "URL",
                "offline:postgresql?version=15.0&outputLiquibaseSql=none&changeLogFile="
                        + folder.resolve("history.csv")));
        LiquibaseProgram program = program(project);
        ToolResult result = project.run(variables, program.program(), program.arguments(arguments));
        try {
            return new Told(result, Files.exists(printed) ? Files.readString(printed) : "");
        } catch (IOException e) {
            throw new EnvironmentException(
                    "Cannot read what Liquibase has printed into " + printed + ": " + FileTrouble.of(e) + ".", e);
        }
    }

    /** What it needs to know of a project of Spring Boot's, which calls Liquibase by itself. */
    private static Map<String, String> variables(ToolProject project) {
        Map<String, String> variables = new LinkedHashMap<>(program(project).variables());
        variables.putAll(QUIET);
        if (Files.exists(project.folder().resolve(LiquibaseSettings.FILE))) {
            return variables;
        }
        Map<String, String> springs = ApplicationLiquibase.variables(project.folder());
        LiquibaseHome.master(project.folder())
                .ifPresent(file -> springs.putIfAbsent(ApplicationLiquibase.CHANGE_LOG, file));
        springs.keySet().removeIf(name -> project.variable(name) != null);
        if (springs.containsKey(ApplicationLiquibase.CHANGE_LOG)
                && program(project).isCommand()) {
            variables.put(
                    "LIQUIBASE_SEARCH_PATH",
                    LiquibaseHome.roots(project.folder()).stream()
                            .map(Path::toString)
                            .collect(Collectors.joining(",")));
        }
        variables.putAll(springs);
        return variables;
    }

    private static LiquibaseProgram program(ToolProject project) {
        return project.once("the program", () -> LiquibaseProgram.of(project));
    }

    @Override
    public Map<String, String> environment(ToolTarget target) {
        Map<String, String> variables = new LinkedHashMap<>(QUIET);
        for (String command : COMMANDS) {
            variables.put("LIQUIBASE_COMMAND_" + command + "URL", target.jdbcUrl());
            variables.put("LIQUIBASE_COMMAND_" + command + "USERNAME", target.user());
            variables.put("LIQUIBASE_COMMAND_" + command + "PASSWORD", target.password());
        }
        return variables;
    }

    private static ToolResult run(ToolSession session, String... arguments) {
        LiquibaseProgram program = program(session.project());
        return session.run(variables(session.project()), program.program(), program.arguments(arguments));
    }

    @Override
    public List<String> historyTables(ToolProject project) {
        LiquibaseSettings settings = LiquibaseSettings.of(project);
        return List.of(settings.historyTable(), settings.lockTable());
    }

    @Override
    public List<String> applied(ToolProject project, Connection connection) throws SQLException {
        String table = LiquibaseSettings.of(project).historyTable();
        List<String> history = Histories.column(
                connection,
                table,
                "select regexp_replace(filename, '^(classpath:)?/*', '') || '::' || id || '::' || author from "
                        + table);
        return Histories.inOrder(migrations(project), history);
    }

    @Override
    public ToolResult applyUpTo(ToolSession session, Connection connection, String id) throws SQLException {
        List<String> pending = new ArrayList<>(
                migrations(session.project()).stream().map(ToolMigration::id).toList());
        pending.removeAll(applied(session.project(), connection));
        int count = pending.indexOf(id) + 1;
        if (count == 0) {
            return ToolResult.nothingToDo();
        }
        // A count is of what is pending once the lock is had: after another instance it would go further than it
        // should.
        return count == pending.size() ? applyAll(session) : run(session, "update-count", "--count=" + count);
    }

    @Override
    public ToolResult applyAll(ToolSession session) {
        return run(session, "update");
    }

    /** Asked for the way back of change sets, Liquibase tells it from the last one on, and stops at one that has none. */
    @Override
    public boolean canUndo(ToolProject project, String id) {
        List<String> ids = migrations(project).stream().map(ToolMigration::id).toList();
        int count = ids.indexOf(id) + 1;
        return undoable(wayBack(project, ids.size()), id)
                .or(() -> undoable(wayBack(project, count), id))
                .orElse(true);
    }

    private static String wayBack(ToolProject project, int count) {
        return project.once("the way back of " + count, () -> {
            Told told = offline(project, "future-rollback-count-sql", "--count=" + count);
            // Whatever it calls the reason: a change without a rollback, SQL that says none, a rollback that is
            // forbidden.
            return told.text() + (told.result().succeeded() ? "" : "\n" + NO_WAY_BACK);
        });
    }

    /** Empty where the way back was not told that far. */
    private static Optional<Boolean> undoable(String told, String id) {
        List<String> ways = ROLLED_BACK
                .matcher(told)
                .results()
                .map(line -> line.group(1).strip())
                .toList();
        int at = ways.indexOf(id);
        return at < 0 ? Optional.empty() : Optional.of(at < ways.size() - 1 || !told.endsWith(NO_WAY_BACK));
    }

    @Override
    public ToolResult undo(ToolSession session, String id, @Nullable String previous) {
        return run(session, "rollback-count", "--count=1");
    }

    @Override
    public void forget(ToolSession session, Connection connection, List<String> ids) throws SQLException {
        String table = LiquibaseSettings.of(session.project()).historyTable();
        try (PreparedStatement delete = connection.prepareStatement("delete from " + table
                + " where regexp_replace(filename, '^(classpath:)?/*', '') || '::' || id || '::' || author = any(?)")) {
            delete.setArray(1, connection.createArrayOf("text", ids.toArray()));
            delete.executeUpdate();
        }
    }

    @Override
    public Optional<String> lock() {
        return Optional.of(
                "a row of databasechangeloglock that says so, committed before the first change set and taken back after the last;"
                        + " a second instance looks every 10 s and gives up after 5 min");
    }

    @Override
    public Optional<String> outsideTransaction() {
        return Optional.of("Give the change set runInTransaction:false, and leave the statement alone in it.");
    }

    @Override
    public List<String> notes(ToolProject project) {
        Optional<String> otherVersion = program(project).isAlone()
                ? LiquibaseOfBuild.wanted(project.programs()).note()
                : Optional.empty();
        return Stream.concat(otherVersion.stream(), Stream.ofNullable(LiquibaseLogs.contexts(project)))
                .toList();
    }

    /** For who has only a library that migrates as the application starts. */
    static String release(String table) {
        return "UPDATE " + table + " SET locked = false, lockgranted = NULL, lockedby = NULL";
    }

    @Override
    public Optional<Stuck> stuck(ToolProject project, Connection connection) throws SQLException {
        String table = LiquibaseSettings.of(project).lockTable();
        if (!Histories.exists(connection, table)) {
            return Optional.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("select lockedby, lockgranted from " + table + " where locked")) {
            if (!row.next()) {
                return Optional.empty();
            }
            boolean hasCommand = program(project).isCommand();
            return Optional.of(new Stuck(
                    table + " says that " + row.getString(1) + " has the lock since " + row.getString(2),
                    hasCommand ? List.of(List.of(LiquibaseProgram.NAME, "release-locks")) : List.of(),
                    (hasCommand ? "" : release(table) + ", as liquibase release-locks does. ")
                            + "First see that no other instance runs. The row of a change set is written after its own commit:"
                            + " the change set that was interrupted may be done and not be listed."));
        }
    }
}
