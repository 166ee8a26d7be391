package dev.rehearse.tool.jvm;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the files of Flyway's migrations are called: {@code V7__widen_total.sql}, {@code V7.sql}, or as the project's settings say.
 *
 * @param versioned groups: the version, the description or null
 * @param baseline the same, of a script that stands for all versions up to its own
 * @param undo the same, of the way back from a version
 */
public record FlywayNames(Pattern versioned, Pattern baseline, Pattern undo) {

    /** As long as no setting says otherwise. */
    public static final FlywayNames USUAL = of(Map.of());

    /** @param settings by Flyway's names without {@code flyway.} in front, as {@link ApplicationFlyway#settings} has them */
    public static FlywayNames of(Map<String, String> settings) {
        String prefix = settings.getOrDefault("sqlMigrationPrefix", "V");
        String separator = settings.getOrDefault("sqlMigrationSeparator", "__");
        String suffixes = Arrays.stream(
                        settings.getOrDefault("sqlMigrationSuffixes", ".sql").split(","))
                .map(suffix -> Pattern.quote(suffix.strip()))
                .collect(Collectors.joining("|"));
        String after = "([0-9][0-9._]*?)(?:" + Pattern.quote(separator) + "(.*))?(?:" + suffixes + ")";
        return new FlywayNames(
                Pattern.compile(Pattern.quote(prefix) + after),
                Pattern.compile("B" + after),
                Pattern.compile("U" + after));
    }

    public boolean isMigration(Path file) {
        return matcher(name(file)).isPresent();
    }

    /** Whether it is called so that, wherever it is, hardly anything but Flyway runs it: {@code V7.sql} may be anybody's. */
    public boolean isDescribed(Path file) {
        return matcher(name(file)).map(matcher -> matcher.group(2)).isPresent();
    }

    /** As the name has it; empty where that is no migration's. */
    public Optional<String> version(String name) {
        return matcher(name).map(matcher -> matcher.group(1));
    }

    private Optional<Matcher> matcher(String name) {
        return Stream.of(versioned, baseline)
                .map(pattern -> pattern.matcher(name))
                .filter(Matcher::matches)
                .findFirst();
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
