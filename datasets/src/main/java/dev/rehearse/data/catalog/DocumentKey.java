package dev.rehearse.data.catalog;

import dev.rehearse.data.catalog.SqlType.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A place in the JSON documents of a column that the schema itself reads: in a generated column, an index or a check.
 *
 * @param path the keys that lead there; one that is a number is the place in an array
 * @param type what is read there
 */
public record DocumentKey(List<String> path, SqlType type) {

    /** As the server writes it back: {@code ((value -> 'a'::text) ->> 'b'::text)}, {@code (value #>> '{a,b}'::text[])}. */
    private static final Pattern CHAIN = Pattern.compile("(?<column>\"(?:[^\"]++|\"\")++\"|[A-Za-z_]\\w*)"
            + "(?<steps>(?:\\)*\\s*(?:->>|->|#>>|#>|\\?)\\s*(?:'(?:[^']++|'')*+'(?:::text(?:\\[\\])?)?|\\d+))+)"
            + "\\)*(?:::(?<type>[a-z]+(?: [a-z]+)*))?");

    private static final Pattern STEP = Pattern.compile("(->>|->|#>>|#>|\\?)\\s*(?:'((?:[^']++|'')*+)'|(\\d+))");

    private static final Map<String, Kind> TYPES = Map.ofEntries(
            Map.entry("smallint", Kind.INT2),
            Map.entry("integer", Kind.INT4),
            Map.entry("bigint", Kind.INT8),
            Map.entry("numeric", Kind.NUMERIC),
            Map.entry("real", Kind.FLOAT4),
            Map.entry("double precision", Kind.FLOAT8),
            Map.entry("boolean", Kind.BOOL),
            Map.entry("uuid", Kind.UUID),
            Map.entry("date", Kind.DATE),
            Map.entry("timestamp without time zone", Kind.TIMESTAMP),
            Map.entry("timestamp with time zone", Kind.TIMESTAMPTZ));

    /** What a table's generated columns, indexes and checks read of a column's documents; nothing of a column of another type. */
    public static List<DocumentKey> of(Table table, Column column) {
        if (column.type().kind() != Kind.JSON) {
            return List.of();
        }
        Map<List<String>, DocumentKey> keys = new LinkedHashMap<>();
        Stream.concat(
                        table.computed().stream()
                                .flatMap(computed -> in(computed.expression(), column.name(), computed.type())),
                        table.checks().stream().flatMap(check -> in(check.expression(), column.name(), text())))
                .forEach(key -> keys.merge(
                        key.path(), key, (one, other) -> one.type().kind().isText() ? other : one));
        return List.copyOf(keys.values());
    }

    /** The place whose text is all of an expression; empty where it is anything else than a place of the column's documents. */
    public static Optional<List<String>> whole(String expression, Column column) {
        Matcher chain = CHAIN.matcher(expression);
        return column.type().kind() == Kind.JSON
                        && chain.find()
                        && expression.substring(0, chain.start()).matches("\\(*")
                        && chain.end() == expression.length()
                        && bare(chain.group("column")).equals(column.name())
                        && chain.group("steps").matches("(?s).*>>[^>]*")
                ? Optional.of(key(chain.group("steps"), null).path())
                : Optional.empty();
    }

    /**
     * Those in one expression.
     *
     * @param whole the type of all of it, which is that of what is read where it reads one place alone
     */
    private static Stream<DocumentKey> in(String expression, String column, SqlType whole) {
        List<DocumentKey> keys = new ArrayList<>();
        Matcher chain = CHAIN.matcher(expression);
        while (chain.find()) {
            if (bare(chain.group("column")).equals(column)) {
                keys.add(key(chain.group("steps"), chain.group("type")));
            }
        }
        boolean alone = keys.size() == 1 && keys.get(0).type.kind().isText() && isScalar(whole.kind());
        return alone ? Stream.of(new DocumentKey(keys.get(0).path, whole)) : keys.stream();
    }

    private static String bare(String name) {
        return name.startsWith("\"") ? name.substring(1, name.length() - 1).replace("\"\"", "\"") : name;
    }

    private static DocumentKey key(String steps, @Nullable String cast) {
        List<String> path = new ArrayList<>();
        Matcher step = STEP.matcher(steps);
        boolean document = false;
        while (step.find()) {
            document = step.group(1).equals("->") || step.group(1).equals("#>");
            String text = step.group(2) == null ? step.group(3) : step.group(2).replace("''", "'");
            path.addAll(
                    step.group(1).startsWith("#")
                            ? List.of(text.replaceAll("[{}\"]", "").split(","))
                            : List.of(text));
        }
        SqlType read = document ? of(Kind.JSON, "jsonb") : text();
        return new DocumentKey(path, cast != null && TYPES.containsKey(cast) ? of(TYPES.get(cast), cast) : read);
    }

    /** Whether a value of this kind may stand in the document itself; what is true of it does not. */
    private static boolean isScalar(Kind kind) {
        return kind.isNumber() || kind.isInstant() || kind.isText() || kind == Kind.UUID || kind == Kind.ENUM;
    }

    private static SqlType text() {
        return of(Kind.TEXT, "text");
    }

    private static SqlType of(Kind kind, String name) {
        return new SqlType(name, kind, -1, List.of(), null, List.of(), List.of(), false);
    }
}
