package dev.rehearse.junit;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.plan.RehearsalBuilder;
import dev.rehearse.plan.RehearsalFile;
import dev.rehearse.plan.Suggestions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What is said from outside of the tests: {@code rehearse.*} as a JUnit configuration parameter, which a system property is, or else as an
 * environment variable. What is blank counts as not said. Stateless.
 *
 * @param parameters JUnit's configuration parameters
 * @param environment the variables of the environment
 */
record Outside(Function<String, Optional<String>> parameters, Function<String, Optional<String>> environment) {

    private static final String PREFIX = "rehearse.";
    private static final List<String> OURS = List.of("database", "postgres", "rows", "randomSeed", "out");

    static Outside of(Function<String, Optional<String>> parameters) {
        Outside outside = new Outside(parameters, name -> Optional.ofNullable(System.getenv(name)));
        outside.mustBeKnown(System.getProperties().stringPropertyNames());
        return outside;
    }

    Optional<String> get(String key) {
        return parameters
                .apply(PREFIX + key)
                .or(() -> environment.apply(variable(key)))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    Optional<Long> number(String key) {
        return get(key).map(text -> {
            try {
                return Long.parseLong(text.replace("_", ""));
            } catch (NumberFormatException e) {
                throw new InvalidRehearsalException(
                        PREFIX + key + " must be a whole number, but is \"" + text + "\".", e);
            }
        });
    }

    /** Lays every value of a plan that is said outside over the plan. */
    void layOver(RehearsalBuilder plan) {
        for (String key : RehearsalFile.keysOfOneValue()) {
            int dot = key.indexOf('.');
            get(key).ifPresent(value -> plan.with(
                    PREFIX + key,
                    key.substring(0, dot) + ": { " + key.substring(dot + 1) + ": \""
                            + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\" }"));
        }
    }

    /** {@code budget.longestLockWait} is {@code REHEARSE_BUDGET_LONGEST_LOCK_WAIT}. */
    static String variable(String key) {
        return (PREFIX + key)
                .replaceAll("([a-z])([A-Z])", "$1_$2")
                .replace('.', '_')
                .toUpperCase(Locale.ROOT);
    }

    /** A misspelt limit would otherwise be no limit; what resembles nothing of ours is somebody else's. */
    void mustBeKnown(Iterable<String> properties) {
        List<String> known = Stream.concat(OURS.stream(), RehearsalFile.keysOfOneValue().stream())
                .toList();
        for (String property : properties) {
            String key = property.startsWith(PREFIX) ? property.substring(PREFIX.length()) : "";
            if (key.isEmpty() || known.contains(key)) {
                continue;
            }
            String nearest = Suggestions.nearest(key, known);
            boolean inSection = known.stream()
                    .anyMatch(
                            other -> other.contains(".") && key.startsWith(other.substring(0, other.indexOf('.') + 1)));
            if (inSection || !nearest.isEmpty()) {
                throw new InvalidRehearsalException("There is no setting " + property + "." + nearest + " After \""
                        + PREFIX + "\" may come " + String.join(", ", known) + ".");
            }
        }
    }
}
