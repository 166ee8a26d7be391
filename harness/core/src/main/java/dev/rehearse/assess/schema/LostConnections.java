package dev.rehearse.assess.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who is refused that connects to the database from then on, which sessions that are there do not notice. Stateless. */
final class LostConnections {

    /** In the group who has the right to connect, empty for PUBLIC. */
    private static final Pattern MAY_CONNECT = Pattern.compile("(?:privileges |, )([^=,;]*)=[a-zA-Z*]*c[a-zA-Z*]*/");

    private static final Pattern LIMIT = Pattern.compile("\\bconnection limit (\\d+)");
    /** What keeps them. */
    static final String SAFER_WAY =
            "Before connections are refused, let the application connect as a role that still may (GRANT CONNECT, LOGIN), and keep a limit above all"
                    + " that its pools may open together, those of a release that starts beside the old one included.";

    private static final String CONNECTED = "; the load had connected before";

    private LostConnections() {}

    /** @param object a database or a role, as {@link dev.rehearse.observe.SchemaFingerprint} has it; of anything else nothing is said */
    static List<String> since(String object, String before, String after) {
        if (!object.startsWith("role ") && !object.startsWith("database ")) {
            return List.of();
        }
        List<String> lines = new ArrayList<>();
        if (before.startsWith("login") && after.startsWith("nologin")) {
            lines.add(object + " may not log in any more: who connects as it is refused (28000)" + CONNECTED);
        }
        Set<String> lost = mayConnect(before);
        lost.removeAll(mayConnect(after));
        lost.forEach(role -> lines.add(object + " lets " + (role.isEmpty() ? "PUBLIC" : role)
                + " connect no more: who has the right from nobody else is refused (42501)" + CONNECTED));
        if (limit(after) < limit(before)) {
            lines.add(object + " has connection limit " + limit(after) + " now: who comes beyond it is refused (53300)"
                    + CONNECTED);
        }
        return lines;
    }

    /** How many may be connected; of what has no limit more than can be. */
    private static long limit(String object) {
        Matcher limit = LIMIT.matcher(object);
        return limit.find() ? Long.parseLong(limit.group(1)) : Long.MAX_VALUE;
    }

    private static Set<String> mayConnect(String database) {
        Set<String> roles = new TreeSet<>();
        MAY_CONNECT.matcher(database).results().forEach(found -> roles.add(found.group(1)));
        return roles;
    }
}
