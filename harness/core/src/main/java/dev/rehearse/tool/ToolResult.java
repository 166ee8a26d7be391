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

    /** What sh, env and setsid end with for a program that may not be executed. */
    private static final int NOT_EXECUTABLE = 126;

    private static final int NO_PROGRAM = 127;

    public ToolResult {
        command = List.copyOf(command);
    }

    /** Nothing had to be run. */
    public static ToolResult nothingToDo() {
        return new ToolResult(List.of(), 0, "", false);
    }

    /**
     * Whether its program, or the one that it only stands for, is not there or may not be executed. A script that had begun says the same of a
     * program that it misses: whether it had done something the server knows.
     */
    public boolean lacksProgram() {
        return exitCode == NO_PROGRAM || exitCode == NOT_EXECUTABLE;
    }

    public boolean succeeded() {
        return exitCode == 0 && !ended;
    }
}
