package dev.rehearse.observe;

import dev.rehearse.recording.Phase;
import dev.rehearse.recording.Recording.Leftover;
import dev.rehearse.recording.Recording.Leftover.Kind;
import dev.rehearse.recording.Recording.SchemaDifference;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Changes that hold the application, and that the load did not come to feel. Stateless; each leaves one for all that it found, or none. */
public final class Untried {

    /** As {@code quote_ident} writes a name. */
    private static final Pattern OWN_NAME = Pattern.compile("[^\".]+|\"(?:[^\"]|\"\")+\"");

    private static final String ROW_SECURITY = "row level security";

    /** How {@link SchemaFingerprint} calls what it finds. */
    private static final String SCHEMA =
            "CASE n.nspname WHEN 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || ";

    /** Tables whose row level security does not hold their owner. */
    private static final String POLICED = "SELECT " + SCHEMA + """
            quote_ident(c.relname)
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relrowsecurity AND NOT c.relforcerowsecurity ORDER BY 1""";

    /** Of {@code pg_proc p} in {@code pg_namespace n}. */
    static final String FUNCTION_NAME =
            "CASE p.prokind WHEN 'p' THEN 'procedure ' ELSE 'function ' END || " + SCHEMA + """
            quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')'""";

    private static final String FUNCTION = "SELECT " + FUNCTION_NAME;

    /** Functions that sessions with {@code track_functions} called: the load's, of this run and earlier ones. */
    private static final String CALLS = FUNCTION + """
            , s.calls
            FROM pg_catalog.pg_stat_user_functions s JOIN pg_catalog.pg_proc p ON p.oid = s.funcid
            JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace""";

    /** Functions that the server may take into the statement that calls them, and counts no call of then. */
    private static final String INLINED = FUNCTION + """

            FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
            WHERE p.prolang = (SELECT oid FROM pg_catalog.pg_language WHERE lanname = 'sql')
              AND p.prokind = 'f' AND NOT p.prosecdef AND p.proconfig IS NULL""";

    private Untried() {}

    /**
     * Tables that were there, on which other policies hold everybody but their owner from now on. To be asked where the load had the owner's rights.
     *
     * @param changes what the migration changed
     */
    public static List<Leftover> policies(Connection connection, List<SchemaDifference> changes, Phase phase)
            throws SQLException {
        List<String> policed = names(connection, POLICED).stream()
                .filter(table -> holdsOthers(table, changes))
                .toList();
        return leftover(
                Kind.POLICIES_UNTRIED,
                policed,
                phase,
                "the load had the owner's rights, whom row level security does not hold");
    }

    private static boolean holdsOthers(String table, List<SchemaDifference> changes) {
        Optional<SchemaDifference> changed = changes.stream()
                .filter(change -> change.object().equals("table " + table))
                .findFirst();
        if (changed.isPresent() && changed.get().before() == null) {
            return false;
        }
        return changed.isPresent() && !String.valueOf(changed.get().before()).contains(ROW_SECURITY)
                || changes.stream().anyMatch(change -> isPolicyOf(table, change.object()));
    }

    private static boolean isPolicyOf(String table, String object) {
        String prefix = "policy " + table + ".";
        return object.startsWith(prefix)
                && OWN_NAME.matcher(object.substring(prefix.length())).matches();
    }

    /** How often each function was called so far; to be asked before the load begins. */
    public static Map<String, Long> calls(Connection connection) throws SQLException {
        Map<String, Long> calls = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(CALLS)) {
            while (rows.next()) {
                calls.put(rows.getString(1), rows.getLong(2));
            }
        }
        return calls;
    }

    /**
     * What is known of functions that do something else from now on.
     *
     * @param leftovers those that no operation was seen to call
     * @param notMeasured those of which that cannot be seen
     */
    public record Functions(List<Leftover> leftovers, List<String> notMeasured) {}

    /**
     * Functions that do something else from now on, and that no operation was seen to call. The server does not count <a
     * href="https://www.postgresql.org/docs/current/runtime-config-statistics.html#GUC-TRACK-FUNCTIONS">those that it inlines</a>.
     *
     * @param changes what the migration changed
     * @param callsBefore {@link #calls} before the load began
     * @param callsOfToday the same as the migration began, where another application comes with it; null: where the same one stays
     */
    public static Functions functions(
            Connection connection,
            List<SchemaDifference> changes,
            Map<String, Long> callsBefore,
            @Nullable Map<String, Long> callsOfToday,
            Phase phase)
            throws SQLException {
        List<String> changed = changed(changes);
        if (changed.isEmpty()) {
            return new Functions(List.of(), List.of());
        }
        // What only the application calls that comes with the migration says nothing of today's.
        Map<String, Long> calls = callsOfToday == null ? calls(connection) : callsOfToday;
        Set<String> inlined = names(connection, INLINED);
        List<String> uncalled = changed.stream()
                .filter(function -> !isCalled(calls.getOrDefault(function, 0L), callsBefore.getOrDefault(function, 0L)))
                .toList();
        return new Functions(
                leftover(
                        Kind.FUNCTIONS_UNTRIED,
                        uncalled.stream()
                                .filter(function -> !inlined.contains(function))
                                .toList(),
                        phase,
                        "seen to be called by no operation of "
                                + (callsOfToday == null ? "the load" : "the application that runs today")),
                uncalled.stream()
                        .filter(inlined::contains)
                        .map(function -> "whether an operation calls " + function
                                + ", which is another now: the server counts no calls of SQL functions that it inlines")
                        .toList());
    }

    /** Functions that do something else from now on. */
    public static List<String> changed(List<SchemaDifference> changes) {
        return changes.stream()
                .filter(change -> change.object().startsWith("function ")
                        || change.object().startsWith("procedure "))
                .filter(change -> change.before() != null && change.after() != null)
                .filter(change -> !body(change.before()).equals(body(change.after())))
                .map(SchemaDifference::object)
                .toList();
    }

    /** Calls of one that was made anew are counted from 0. */
    private static boolean isCalled(long calls, long callsBefore) {
        return calls > 0 && calls != callsBefore;
    }

    private static String body(@Nullable String definition) {
        return String.valueOf(definition).replaceFirst("; owner [^;]*(; privileges [^;]*)?$", "");
    }

    private static Set<String> names(Connection connection, String query) throws SQLException {
        Set<String> names = new LinkedHashSet<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private static List<Leftover> leftover(Kind kind, List<String> objects, Phase phase, String detail) {
        return objects.isEmpty() ? List.of() : List.of(new Leftover(kind, String.join(", ", objects), phase, detail));
    }
}
