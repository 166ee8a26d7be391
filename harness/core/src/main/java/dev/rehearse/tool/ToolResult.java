package dev.rehearse.tool;

import java.util.List;

/**
 * How a command ended.
 *
 * @param command the program and its arguments
 * @param exitCode its exit code; -1 where it was ended
 * @param output the last of what it printed on both streams
 * @param ended whether it was ended before it ended by itself: by its deadline, or because the run was cancelled
 */
public record ToolResult(List<String> command, int exitCode, String output, boolean ended) {

    public ToolResult {
        command = List.copyOf(command);
    }

    /** Nothing had to be run. */
    public static ToolResult nothingToDo() {
        return new ToolResult(List.of(), 0, "", false);
    }

    public boolean succeeded() {
        return exitCode == 0 && !ended;
    }
}
