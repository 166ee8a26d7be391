package dev.rehearse.cli;

import dev.rehearse.InvalidRehearsalException;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** Which options the command line has, and the refusing of those that do not go together. */
record GivenOptions(CommandSpec spec) {

    /** Refuses options that would change nothing. */
    void refuse(String because, String... options) {
        List<String> given = Stream.of(options).filter(this::has).toList();
        require(given.isEmpty(), because + " Leave " + String.join(", ", given) + " out.");
    }

    boolean has(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new InvalidRehearsalException(otherwise);
        }
    }
}
