package dev.rehearse.tool;

import dev.rehearse.InvalidRehearsalException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Whether a Node.js project's configuration lets its tool be pointed at another database. A tool whose configuration names one itself would
 * migrate that one, and not the rehearsal's.
 */
final class NodeAddress {

    private static final Pattern VARIABLE =
            Pattern.compile("\\benv(?:\\.(\\w+)|\\[['\"](\\w+)['\"]]|\\(\\s*['\"](\\w+)['\"]\\s*\\))");
    private static final Pattern FIXED = Pattern.compile("['\"`]|^\\d");

    private NodeAddress() {}

    /**
     * Refuses a configuration that says where the database is, or reads it from variables that nobody sets.
     *
     * @param code of its part that says it
     * @param keys that say it there
     */
    static void check(ToolProject project, Path config, String code, List<String> keys) {
        for (String key : keys) {
            NodeFiles.expression(code, key)
                    .filter(expression -> !expression.startsWith("{"))
                    .flatMap(expression -> objection(project, key, expression))
                    .ifPresent(objection -> {
                        throw new InvalidRehearsalException(config + " says " + key + ": " + objection + " Otherwise "
                                + project.tool().title() + " would migrate another database than the rehearsal's.");
                    });
        }
    }

    private static Optional<String> objection(ToolProject project, String key, String expression) {
        List<String> variables = variables(expression);
        if (variables.stream().anyMatch(name -> isSet(project, name))) {
            return Optional.empty();
        }
        if (!variables.isEmpty()) {
            return Optional.of(expression + ", and " + variables.get(0)
                    + " is none of ours. Add to the plan's migration: environment: { " + variables.get(0) + ": \""
                    + placeholder(key) + "\" }.");
        }
        return FIXED.matcher(expression).find()
                ? Optional.of("a fixed value. Let it read the environment, as in process.env.DATABASE_URL.")
                : Optional.empty();
    }

    /** The variables of the environment that an expression reads. */
    static List<String> variables(String expression) {
        List<String> variables = new ArrayList<>();
        Matcher variable = VARIABLE.matcher(expression);
        while (variable.find()) {
            Stream.of(1, 2, 3)
                    .map(variable::group)
                    .filter(name -> name != null)
                    .findFirst()
                    .ifPresent(variables::add);
        }
        return variables;
    }

    private static boolean isSet(ToolProject project, String name) {
        return isOurs(name) || project.environment().containsKey(name);
    }

    /** Whether every program that we start in a project has that variable. */
    static boolean isOurs(String name) {
        return name.equals("DATABASE_URL") || name.startsWith("PG");
    }

    private static String placeholder(String key) {
        return key.equals("host") || key.equals("port") ? "{" + key + "}" : "{url}";
    }
}
