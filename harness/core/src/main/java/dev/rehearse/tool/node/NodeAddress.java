package dev.rehearse.tool.node;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.tool.ToolProject;
import dev.rehearse.tool.ToolTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a Node.js project's configuration lets its tool be pointed at another database. A tool whose configuration names one itself would
 * migrate that one, and not the rehearsal's.
 */
final class NodeAddress {

    /** As Node.js has it, as Prisma does, and as NestJS's service of settings. */
    private static final Pattern VARIABLE =
            Pattern.compile("\\benv(?:\\.(\\w+)|\\[['\"](\\w+)['\"]]|\\(\\s*['\"](\\w+)['\"]\\s*\\))"
                    + "|\\.get(?:OrThrow)?(?:<[^>]*>)?\\(\\s*['\"]([A-Z][A-Z0-9_]*)['\"]");

    /** What chooses between addresses, and is none. */
    static final String STAGE = "NODE_ENV";

    private static final Pattern FIXED = Pattern.compile("['\"`]|^\\d");

    /** What a plan writes for a key that says where the database is, or a part of it, or whose it is: of Knex and of TypeORM. */
    private static final Map<String, String> PLACES = Map.ofEntries(
            Map.entry("client", "pg"),
            Map.entry("type", "postgres"),
            Map.entry("connection", "{url}"),
            Map.entry("connectionString", "{url}"),
            Map.entry("url", "{url}"),
            Map.entry("directUrl", "{url}"),
            Map.entry("host", "{host}"),
            Map.entry("port", "{port}"),
            Map.entry("user", "{user}"),
            Map.entry("username", "{user}"),
            Map.entry("password", "{password}"),
            Map.entry("database", "{database}"));

    /** A part of a text that JavaScript fills in. */
    private static final Pattern HOLE = Pattern.compile("\\$\\{([^{}]*)(?:}|$)");

    private static final Pattern BEFORE_LITERAL = Pattern.compile("(?s)^.*['\"`]");

    /** What stands for a parameter of an address; others are the project's own. */
    private static final Map<String, String> PARAMETERS = Map.of("sslmode", "disable", "ssl", "false");

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

    /**
     * The variables by which a configuration finds its database and that nobody sets, with what a plan writes for each; none for what reads one
     * of ours, too.
     *
     * @param code of its part that says it
     */
    static Map<String, String> wanted(String code) {
        Map<String, String> wanted = new TreeMap<>();
        PLACES.forEach((key, place) -> NodeFiles.expressions(code, key).stream()
                .filter(expression -> !expression.startsWith("{"))
                .filter(expression -> variables(expression).stream().noneMatch(ToolTarget::isVariable))
                .forEach(expression -> wanted.putAll(wanted(expression, place))));
        wanted.remove(STAGE);
        return wanted;
    }

    /** The same of one expression: each variable that a text is put together of stands for the part of an address that is at its place. */
    private static Map<String, String> wanted(String expression, String place) {
        String text = asTemplate(expression);
        Map<String, String> wanted = new TreeMap<>();
        variables(HOLE.matcher(text).replaceAll("")).forEach(name -> wanted.put(name, place));
        HOLE.matcher(text).results().forEach(hole -> {
            String part = part(
                    BEFORE_LITERAL
                            .matcher(HOLE.matcher(text.substring(0, hole.start()))
                                    .replaceAll("x"))
                            .replaceFirst(""),
                    text.substring(hole.end()),
                    place);
            if (part != null) {
                variables(hole.group(1)).forEach(name -> wanted.putIfAbsent(name, part));
            }
        });
        return wanted;
    }

    /** {@code 'postgres://' + user + '@db'} as {@code 'postgres://${user}@db'}. */
    private static String asTemplate(String expression) {
        return expression
                .replaceAll("['\"]\\s*\\+\\s*['\"]", "")
                .replaceAll("['\"]\\s*\\+\\s*", "\\${")
                .replaceAll("\\s*\\+\\s*['\"]", "}");
    }

    /** Null where it is a parameter of the project's own. */
    private static @Nullable String part(String before, String after, String place) {
        if (before.contains("?")) {
            String parameter = before.substring(Math.max(before.lastIndexOf('?'), before.lastIndexOf('&')) + 1);
            return PARAMETERS.get(parameter.replace("=", ""));
        }
        int scheme = before.lastIndexOf("://");
        if (scheme < 0) {
            return place;
        }
        String address = before.substring(scheme + "://".length());
        if (address.contains("/")) {
            return "{database}";
        }
        int at = address.lastIndexOf('@');
        boolean ofServer = at >= 0 || !after.contains("@");
        boolean second = address.indexOf(':', at + 1) >= 0;
        return ofServer ? second ? "{port}" : "{host}" : second ? "{password}" : "{user}";
    }

    private static Optional<String> objection(ToolProject project, String key, String expression) {
        List<String> variables = variables(expression);
        if (variables.stream().anyMatch(name -> isSet(project, name))) {
            return Optional.empty();
        }
        if (!variables.isEmpty()) {
            return Optional.of(expression + ", and " + variables.get(0)
                    + " is none of ours. Add to the plan's migration: environment: { " + variables.get(0) + ": \""
                    + PLACES.getOrDefault(key, "{url}") + "\" }.");
        }
        return isFixed(expression)
                ? Optional.of("a fixed value. Let it read the environment, as in process.env.DATABASE_URL.")
                : Optional.empty();
    }

    /** Whether a configuration names a database itself under one of these keys. */
    static boolean isFixed(String code, List<String> keys) {
        return keys.stream()
                .flatMap(key -> NodeFiles.expression(code, key).stream())
                .filter(expression -> !expression.startsWith("{"))
                .anyMatch(NodeAddress::isFixed);
    }

    private static boolean isFixed(String expression) {
        return variables(expression).isEmpty() && FIXED.matcher(expression).find();
    }

    /** The variables of the environment that an expression reads. */
    static List<String> variables(String expression) {
        List<String> variables = new ArrayList<>();
        Matcher variable = VARIABLE.matcher(expression);
        while (variable.find()) {
            Stream.of(1, 2, 3, 4)
                    .map(variable::group)
                    .filter(name -> name != null)
                    .findFirst()
                    .ifPresent(variables::add);
        }
        return variables;
    }

    private static boolean isSet(ToolProject project, String name) {
        return ToolTarget.isVariable(name) || project.environment().containsKey(name);
    }
}
