package dev.rehearse.loadtest.replay;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the parameters of a statement are compared with or stored in: by the server's own plan of it, whose conditions name every column with its
 * table, and where a plan does not show that (a list of values, an assignment, a limit), by the statement's text. Immutable once read.
 */
final class ParameterUse {

    static final String ANY_RELATION = "?";

    private static final String NAME = "(?:\"(?:[^\"]++|\"\")++\"|[a-zA-Z_\\u0080-\\uffff][\\w$\\u0080-\\uffff]*+)";
    private static final String CAST = "(?:::[a-zA-Z_][\\w. \"]*(?:\\(\\d+(?:,\\d+)?\\))?(?:\\[\\])?)?";
    private static final String OPERATOR = "(=|<>|<=|>=|<|>|~~\\*?|!~~\\*?|@>|<@|&&|\\|\\||\\?)";
    /** {@code (o.id = $1)}, {@code ((o.name)::text ~~ ($2)::text)}, {@code (o.id = ANY ($1))}. */
    private static final Pattern COMPARED =
            Pattern.compile("\\(?(NAME)\\.(NAME)\\)?CAST OPERATOR (ANY \\(|ALL \\()?\\(?\\$(\\d+)\\b"
                    .replace("NAME", NAME)
                    .replace("CAST", CAST)
                    .replace("OPERATOR", OPERATOR));

    private static final Pattern REVERSED = Pattern.compile("\\(?\\$(\\d+)\\)?CAST OPERATOR \\(?(NAME)\\.(NAME)\\b"
            .replace("NAME", NAME)
            .replace("CAST", CAST)
            .replace("OPERATOR", OPERATOR));
    /** {@code (o.status = ANY (ARRAY[$1, $2]))}, {@code ((o.name)::text <> ALL ((ARRAY[$1, $2])::text[]))}. */
    private static final Pattern LISTED =
            Pattern.compile("\\(?(NAME)\\.(NAME)\\)?CAST (?:=|<>) (?:ANY|ALL) \\(+ARRAY\\[([^\\]]*)\\]"
                    .replace("NAME", NAME)
                    .replace("CAST", CAST));

    private static final Pattern IN_TEXT = Pattern.compile(
            "(?i)(?:(NAME)\\s*\\.\\s*)?(NAME)\\s*(?:(=|<=|>=|<|>|\\blike|\\bilike)\\s*\\$(\\d+)\\b|\\b(?:not\\s+)?in\\s*\\((?!\\s*(?:select|with|values|table)\\b)([^()]*)\\))"
                    .replace("NAME", NAME));
    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)\\b");
    private static final Pattern CLAUSE = Pattern.compile("(?i)\\b(?:set|where|on|having)\\b");
    private static final Pattern LIMITED =
            Pattern.compile("(?i)\\b(limit|offset|fetch\\s+(?:first|next))\\s+\\$(\\d+)");
    private static final Pattern INSERTED = Pattern.compile(
            "(?is)\\binsert\\s+into\\s+(?:NAME\\s*\\.\\s*)?NAME(?:\\s+as\\s+NAME)?\\s*\\(([^()]+)\\)\\s*(?:overriding\\s+\\w+\\s+value\\s*)?values\\s*\\((.*)"
                    .replace("NAME", NAME));
    private static final Pattern RETURNED = Pattern.compile("\\(returns ([$\\d, ]+)\\)");

    /** How a parameter is used. */
    enum Kind {
        /** Some value of the column. */
        VALUE,
        /** An array of values of the column. */
        ANY,
        /** One of several values of the column, each of another row. */
        LISTED,
        /** A value that others are above. */
        LOWER,
        /** A value that others are below. */
        UPPER,
        /** A pattern that values of the column match. */
        PATTERN,
        /** What is written to the column of a new row. */
        INSERTED,
        /** What is written to the column of a row that is there. */
        ASSIGNED,
        LIMIT,
        OFFSET,
        UNKNOWN
    }

    /**
     * The use of one parameter.
     *
     * @param relation schema and name, quoted; empty where there is none, {@link #ANY_RELATION} where it is one of the statement's
     * @param column quoted; empty where there is none
     */
    record Use(Kind kind, String relation, String column) {
        static final Use UNKNOWN = new Use(Kind.UNKNOWN, "", "");
    }

    private final Map<String, String> relations = new HashMap<>();
    private final Map<Integer, List<Use>> candidates = new TreeMap<>();
    private final Map<Integer, Use> uses = new HashMap<>();
    private final Set<Integer> ambiguous = new HashSet<>();
    private final List<String> conditions = new ArrayList<>();
    private String target = "";

    /** @param plan as EXPLAIN (VERBOSE, FORMAT JSON) of a generic plan has it */
    ParameterUse(JsonNode plan, String sql) {
        visit(plan.path(0).path("Plan"));
        conditions.forEach(this::compared);
        choose();
        limits(sql);
        inserted(sql);
        inText(sql);
    }

    private void visit(JsonNode node) {
        if (node.has("Relation Name")) {
            String relation = quoted(node.path("Schema").asText()) + "."
                    + quoted(node.path("Relation Name").asText());
            relations.put(node.path("Alias").asText(), relation);
            if (node.path("Node Type").asText().equals("ModifyTable")) {
                target = relation;
            }
        }
        node.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (field.getKey().equals("Plans")) {
                value.forEach(this::visit);
            } else if (field.getKey().equals("Subplan Name")) {
                numbersIn(value.asText());
            } else if (value.isTextual() && value.asText().contains("$")) {
                conditions.add(value.asText());
            }
        });
    }

    /** Before PostgreSQL 17 the results of subqueries have the same names as parameters. */
    private void numbersIn(String subplan) {
        Matcher returned = RETURNED.matcher(subplan);
        if (returned.find()) {
            for (String name : returned.group(1).split("[, ]+")) {
                ambiguous.add(Integer.parseInt(name.substring(1)));
            }
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String unquoted(String name) {
        return name.startsWith("\"")
                ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
                : name.toLowerCase(Locale.ROOT);
    }

    private void compared(String condition) {
        Matcher compared = COMPARED.matcher(condition);
        while (compared.find()) {
            boolean any = compared.group(4) != null;
            use(
                    Integer.parseInt(compared.group(5)),
                    any ? Kind.ANY : kind(compared.group(3)),
                    relations.get(unquoted(compared.group(1))),
                    compared.group(2));
        }
        Matcher listed = LISTED.matcher(condition);
        while (listed.find()) {
            Matcher parameter = PARAMETER.matcher(listed.group(3));
            while (parameter.find()) {
                use(
                        Integer.parseInt(parameter.group(1)),
                        Kind.LISTED,
                        relations.get(unquoted(listed.group(1))),
                        listed.group(2));
            }
        }
        Matcher reversed = REVERSED.matcher(condition);
        while (reversed.find()) {
            use(
                    Integer.parseInt(reversed.group(1)),
                    kind(turned(reversed.group(2))),
                    relations.get(unquoted(reversed.group(3))),
                    reversed.group(4));
        }
    }

    private void use(int parameter, Kind kind, @Nullable String relation, String column) {
        if (relation != null && !ambiguous.contains(parameter)) {
            candidates
                    .computeIfAbsent(parameter, p -> new ArrayList<>())
                    .add(new Use(kind, relation, quoted(unquoted(column))));
        }
    }

    /** Where tables are joined by a column, a parameter is compared with that of each: the one that most other parameters belong to has rows which fit all. */
    private void choose() {
        Map<String, Integer> parameters = new HashMap<>();
        candidates
                .values()
                .forEach(all -> all.stream()
                        .map(Use::relation)
                        .distinct()
                        .forEach(relation -> parameters.merge(relation, 1, Integer::sum)));
        candidates.forEach((parameter, all) -> uses.put(
                parameter,
                all.stream()
                        .reduce((a, b) ->
                                parameters.getOrDefault(b.relation(), 0) > parameters.getOrDefault(a.relation(), 0)
                                        ? b
                                        : a)
                        .orElse(Use.UNKNOWN)));
    }

    private static String turned(String operator) {
        return operator.startsWith("<") ? operator.replace('<', '>') : operator.replace('>', '<');
    }

    private static Kind kind(String operator) {
        return switch (operator.toLowerCase(Locale.ROOT)) {
            case ">", ">=" -> Kind.LOWER;
            case "<", "<=" -> Kind.UPPER;
            case "~~", "~~*", "!~~", "!~~*", "like", "ilike" -> Kind.PATTERN;
            default -> Kind.VALUE;
        };
    }

    private void limits(String sql) {
        Matcher limited = LIMITED.matcher(sql);
        while (limited.find()) {
            Kind kind = limited.group(1).equalsIgnoreCase("offset") ? Kind.OFFSET : Kind.LIMIT;
            uses.put(Integer.parseInt(limited.group(2)), new Use(kind, "", ""));
        }
    }

    private void inserted(String sql) {
        Matcher inserted = INSERTED.matcher(sql);
        if (target.isEmpty() || !inserted.find()) {
            return;
        }
        String[] columns = inserted.group(1).split(",");
        int column = 0;
        int depth = 0;
        Matcher token = Pattern.compile("\\$(\\d+)|[(),]|'(?:[^']++|'')*+'").matcher(inserted.group(2));
        while (token.find()) {
            switch (token.group().charAt(0)) {
                case '(' -> {
                    column = depth++ < 0 ? 0 : column;
                }
                case ')' -> depth--;
                case ',' -> column += depth == 0 ? 1 : 0;
                case '$' -> {
                    if (depth == 0 && column < columns.length) {
                        uses.put(
                                Integer.parseInt(token.group(1)),
                                new Use(Kind.INSERTED, target, quoted(unquoted(columns[column].strip()))));
                    }
                }
                default -> {
                    // A text.
                }
            }
        }
    }

    /** What no condition of the plan shows: an assignment, or a condition that was turned into another. The column is of one of the statement's tables. */
    private void inText(String sql) {
        Matcher assigned = IN_TEXT.matcher(sql);
        while (assigned.find()) {
            String qualifier = assigned.group(1);
            String named = qualifier == null ? null : named(unquoted(qualifier));
            String relation = named != null ? named : target.isEmpty() ? ANY_RELATION : target;
            String column = quoted(unquoted(assigned.group(2)));
            if (assigned.group(5) != null) {
                Matcher listed = PARAMETER.matcher(assigned.group(5));
                while (listed.find()) {
                    uses.putIfAbsent(Integer.parseInt(listed.group(1)), new Use(Kind.LISTED, relation, column));
                }
            } else {
                Kind kind = isAssignment(sql, assigned.start()) ? Kind.ASSIGNED : kind(assigned.group(3));
                uses.putIfAbsent(Integer.parseInt(assigned.group(4)), new Use(kind, relation, column));
            }
        }
    }

    /** By the last word before it that conditions or assignments follow. */
    private static boolean isAssignment(String sql, int place) {
        String last = "";
        Matcher word = CLAUSE.matcher(sql).region(0, place);
        while (word.find()) {
            last = word.group();
        }
        return last.equalsIgnoreCase("set");
    }

    /** The table of that alias; a plan calls partitions by the alias with a number. */
    private @Nullable String named(String alias) {
        return relations.entrySet().stream()
                .filter(known -> known.getKey().equals(alias) || known.getKey().matches(Pattern.quote(alias) + "_\\d+"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    /** The use of a parameter, from 1. */
    Use of(int parameter) {
        return uses.getOrDefault(parameter, Use.UNKNOWN);
    }

    /** The tables of the statement, quoted. */
    Set<String> relations() {
        return Set.copyOf(relations.values());
    }
}
