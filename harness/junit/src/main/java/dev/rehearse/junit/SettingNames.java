package dev.rehearse.junit;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.plan.Suggestions;
import dev.rehearse.plan.build.RehearsalFile;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What the settings are called, as properties and as variables of the environment. A misspelt limit would otherwise be no limit; what
 * resembles nothing of ours is somebody else's. Stateless.
 */
final class SettingNames {

    private static final String PREFIX = "rehearse.";

    private static final List<String> KEYS = Stream.concat(
                    Stream.of("database", "postgres", "rows", "randomSeed", "out"),
                    RehearsalFile.keysOfOneValue().stream())
            .toList();

    /** What builds call the version of Rehearse itself. */
    private static final String VERSION = PREFIX + "version";

    private SettingNames() {}

    static String property(String key) {
        return PREFIX + key;
    }

    /** {@code budget.longestLockWait} is {@code REHEARSE_BUDGET_LONGEST_LOCK_WAIT}. */
    static String variable(String key) {
        return property(key)
                .replaceAll("([a-z])([A-Z])", "$1_$2")
                .replace('.', '_')
                .toUpperCase(Locale.ROOT);
    }

    static void mustBeKnownProperties(Collection<String> names) {
        List<String> properties = KEYS.stream().map(SettingNames::property).toList();
        for (String name : names) {
            if (!name.startsWith(PREFIX) || name.equals(VERSION) || properties.contains(name)) {
                continue;
            }
            String key = name.substring(PREFIX.length());
            String nearest = KEYS.stream()
                    .filter(other -> other.endsWith("." + key))
                    .findFirst()
                    .map(other -> " Did you mean \"" + property(other) + "\"?")
                    .orElseGet(() -> Suggestions.nearest(key, KEYS).replaceFirst("\"", "\"" + PREFIX));
            if (!nearest.isEmpty() || sections().anyMatch(section -> name.startsWith(property(section) + "."))) {
                throw unknown(name, nearest, properties);
            }
        }
    }

    /**
     * Variables of other meaning begin like ours: ones of the tests, or what Kubernetes calls the address of a service "rehearse-database".
     * One of ours is meant among the limits, near another of its section, or but for its underscores.
     */
    static void mustBeKnownVariables(Collection<String> names) {
        List<String> variables = KEYS.stream().map(SettingNames::variable).toList();
        for (String name : names) {
            if (variables.contains(name)) {
                continue;
            }
            if (sections().anyMatch(section -> isMeantIn(section, name, variables))
                    || variables.stream().anyMatch(other -> letters(other).equals(letters(name)))) {
                throw unknown(name, Suggestions.nearest(name, variables), variables);
            }
        }
    }

    private static boolean isMeantIn(String section, String name, List<String> variables) {
        String start = variable(section) + "_";
        return name.startsWith(start)
                && (section.equals("budget")
                        || !Suggestions.nearest(
                                        name.substring(start.length()),
                                        variables.stream()
                                                .filter(other -> other.startsWith(start))
                                                .map(other -> other.substring(start.length()))
                                                .toList())
                                .isEmpty());
    }

    private static InvalidRehearsalException unknown(String name, String nearest, List<String> known) {
        return new InvalidRehearsalException(
                "There is no setting " + name + "." + nearest + " The settings are " + String.join(", ", known) + ".");
    }

    private static Stream<String> sections() {
        return KEYS.stream().filter(key -> key.contains(".")).map(key -> key.substring(0, key.indexOf('.')));
    }

    private static String letters(String variable) {
        return variable.replace("_", "");
    }
}
