package dev.rehearse.tool.node;

import dev.rehearse.tool.ShellCommand;
import dev.rehearse.tool.SourceFiles;
import dev.rehearse.tool.ToolMigration;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the scripts of a {@code package.json} say to a program besides what it should do. Stateless. */
final class NodeScripts {

    /** What sh takes as one, with its quotes. */
    private static final Pattern WORD = Pattern.compile("(?:[^\\s\"'&|;<>]|\"[^\"]*\"|'[^']*')+|[&|;<>]");

    private static final Pattern QUOTE = Pattern.compile("[\"']");

    private static final Pattern END = Pattern.compile("[&|;<>]");

    private NodeScripts() {}

    /**
     * The options of the first script that calls a program, as sh takes them.
     *
     * @param words those that are no options of its own
     */
    static List<String> options(Path folder, String program, List<String> words) {
        Pattern call = Pattern.compile("(?:^|[\\s/])" + Pattern.quote(program) + "(?:\\s+(.*))?$");
        String after = NodeFiles.scripts(folder).values().stream()
                .map(call::matcher)
                .filter(Matcher::find)
                .findFirst()
                .map(called -> Objects.requireNonNullElse(called.group(1), ""))
                .orElse("");
        return WORD.matcher(after)
                .results()
                .map(MatchResult::group)
                .takeWhile(word -> !END.matcher(word).matches())
                .filter(word -> !words.contains(word))
                .toList();
    }

    /** What the option of one of these names is given, without quotes. */
    static Optional<String> value(List<String> options, List<String> names) {
        for (int i = 0; i < options.size(); i++) {
            String[] parts = options.get(i).split("=", 2);
            if (names.contains(parts[0])) {
                return (parts.length == 2
                                ? Optional.of(parts[1])
                                : options.stream().skip(i + 1).findFirst())
                        .map(value -> QUOTE.matcher(value).replaceAll(""));
            }
        }
        return Optional.empty();
    }

    /** An option in the words of the scripts; none where they do not have it. */
    static Stream<String> kept(List<String> options, List<String> names) {
        return value(options, names).stream().flatMap(value -> Stream.of(names.get(0), ShellCommand.word(value)));
    }

    /**
     * The migrations in the folder that an option of these names gives, {@code migrations} where it is not given: files by whose names, without what
     * stands after the last dot, a tool calls them.
     */
    static List<ToolMigration> migrations(Path folder, List<String> options, List<String> names, Pattern file) {
        return SourceFiles.list(folder.resolve(value(options, names).orElse("migrations"))).stream()
                .filter(each -> file.matcher(SourceFiles.nameOf(each)).matches())
                .map(each -> ToolMigration.of(SourceFiles.nameOf(each).replaceFirst("\\.[^.]+$", ""), each))
                .toList();
    }
}
