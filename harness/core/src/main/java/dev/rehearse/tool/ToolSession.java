package dev.rehearse.tool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A project pointed at a database. Used by one thread at a time. */
public final class ToolSession {

    private final ToolProject project;
    private final ToolTarget target;
    private final Duration deadline;
    private final Map<String, String> more;

    ToolSession(ToolProject project, ToolTarget target, Duration deadline) {
        this(project, target, deadline, Map.of());
    }

    private ToolSession(ToolProject project, ToolTarget target, Duration deadline, Map<String, String> more) {
        this.more = Map.copyOf(more);
        this.project = project;
        this.target = target;
        this.deadline = deadline;
    }

    /** The same session with more of the tool's variables. */
    public ToolSession with(Map<String, String> variables) {
        return new ToolSession(project, target, deadline, variables);
    }

    public ToolProject project() {
        return project;
    }

    public ToolTarget target() {
        return target;
    }

    /**
     * Runs a command in the project's folder and waits for its end. An interrupt ends it with all its children and stays set.
     *
     * @param program by its name, as {@link ToolProject#program} finds it, or an absolute path
     */
    public ToolResult run(String program, String... arguments) {
        return run(Map.of(), program, arguments);
    }

    /** The same, with variables that only this command gets. */
    public ToolResult run(Map<String, String> variables, String program, String... arguments) {
        Map<String, String> all = environment();
        all.putAll(variables);
        ToolResult result = ToolProcess.run(project.folder(), command(project, program, arguments), all, deadline);
        return new ToolResult(withoutPassword(result.command()), result.exitCode(), result.output(), result.ended());
    }

    /** As people would write it. */
    private List<String> withoutPassword(List<String> command) {
        return command.stream()
                .map(word -> word.replace(target.url(), "$DATABASE_URL"))
                .toList();
    }

    /** Runs the way out of what keeps the tool from going on; a command that fails is the last. */
    public ToolResult follow(ProjectTool.Stuck stuck) {
        ToolResult result = ToolResult.nothingToDo();
        for (List<String> words : stuck.wayOut()) {
            List<String> filled = words.stream().map(target::fill).toList();
            result = run(filled.get(0), filled.subList(1, filled.size()).toArray(String[]::new));
            if (!result.succeeded()) {
                break;
            }
        }
        return result;
    }

    /** Where the database is, in the words of libpq, of the tool, and of the plan, which has the last word. */
    private Map<String, String> environment() {
        Map<String, String> variables = new LinkedHashMap<>(target.environment());
        variables.putAll(project.tool().environment(target));
        variables.putAll(more);
        project.environment().forEach((name, value) -> variables.put(name, target.fill(value)));
        return variables;
    }

    static List<String> command(ToolProject project, String program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(project.program(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }
}
