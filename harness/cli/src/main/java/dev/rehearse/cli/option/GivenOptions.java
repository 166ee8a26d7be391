package dev.rehearse.cli.option;

import dev.rehearse.InvalidRehearsalException;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** Which options the command line has, and the refusing of those that do not go together. */
public record GivenOptions(CommandSpec spec) {

    /** Refuses options that would change nothing. */
    public void refuse(String because, String... options) {
        List<String> given = Stream.of(options).filter(this::has).toList();
        require(given.isEmpty(), because + " Leave " + String.join(", ", given) + " out.");
    }

    public boolean has(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    public static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new InvalidRehearsalException(otherwise);
        }
    }
}
