package dev.rehearse.data.profile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The shape of a plan: its nodes, one a line, those below a node two blanks further in. What a node reads stands in its line, and by which
 * index; costs and conditions do not, so no literal does. Partitions that are read alike stand as one, with their number. Immutable.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-explain.html">EXPLAIN</a>
 */
public record QueryPlan(String text) {

    private static final int LARGEST_PLAN_CHARACTERS = 64 << 20;

    private static final String INDENT = "  ";

    /** Characters that a condition can have as they are in JSON, but not in YAML. */
    private static final Pattern NOT_OF_YAML = Pattern.compile("[\\x7F-\\x9F\\uFFFE\\uFFFF]");

    /** What {@code EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON)} says. */
    public static QueryPlan ofJson(String json) {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(LARGEST_PLAN_CHARACTERS)
                .build();
        List<?> statements = (List<?>)
                new Load(settings).loadFromString(NOT_OF_YAML.matcher(json).replaceAll("?"));
        List<String> lines = new ArrayList<>();
        add(lines, "", (Map<?, ?>) Objects.requireNonNull(((Map<?, ?>) statements.get(0)).get("Plan")), true);
        return new QueryPlan(String.join("\n", lines));
    }

    /** Where another plan has another node for the first time, in words; nothing where it has the same shape. */
    public Optional<String> difference(QueryPlan other) {
        List<String> wanted = text.lines().toList();
        List<String> found = other.text.lines().toList();
        for (int i = 0; i < Math.max(wanted.size(), found.size()); i++) {
            String was = i < wanted.size() ? wanted.get(i) : "";
            String is = i < found.size() ? found.get(i) : "";
            if (!was.equals(is)) {
                // What is less deep, or is not at all, is not in the other's place but lacks it.
                boolean isLess = depth(is) < depth(was);
                boolean isMore = depth(is) > depth(was);
                String what = isLess
                        ? "it lacks " + was.strip()
                        : isMore ? "it has a further " + is.strip() : is.strip() + " in place of " + was.strip();
                return Optional.of(what + above(isMore ? found : wanted, i));
            }
        }
        return Optional.empty();
    }

    private static String above(List<String> lines, int place) {
        for (int i = place - 1; i >= 0; i--) {
            if (depth(lines.get(i)) < depth(lines.get(place))) {
                return ", under " + lines.get(i).strip();
            }
        }
        return "";
    }

    /** From 1 at the top; 0 for what is not there. */
    private static int depth(String line) {
        return line.isEmpty() ? 0 : 1 + (line.length() - line.stripLeading().length()) / INDENT.length();
    }

    private static void add(List<String> lines, String indent, Map<?, ?> node, boolean named) {
        lines.add(indent + node(node, named));
        List<Map<?, ?>> children = children(node);
        boolean isPartitioned = word(node, "Node Type").endsWith("Append");
        Map<String, List<Map<?, ?>>> alike = new LinkedHashMap<>();
        for (Map<?, ?> child : children) {
            List<String> shape = new ArrayList<>();
            add(shape, "", child, false);
            String key = isPartitioned && child.containsKey("Relation Name")
                    ? String.join("\n", shape)
                    : String.valueOf(alike.size());
            alike.computeIfAbsent(key, each -> new ArrayList<>()).add(child);
        }
        for (List<Map<?, ?>> same : alike.values()) {
            int place = lines.size();
            add(lines, indent + INDENT, same.get(0), named);
            if (same.size() > 1) {
                lines.set(place, lines.get(place) + " and " + (same.size() - 1) + " more like it");
            }
        }
    }

    private static List<Map<?, ?>> children(Map<?, ?> node) {
        return node.get("Plans") instanceof List<?> plans
                ? plans.stream()
                        .map(plan -> (Map<?, ?>) Objects.requireNonNull(plan))
                        .collect(Collectors.toList())
                : List.of();
    }

    /** As EXPLAIN writes a node in its text form. */
    private static String node(Map<?, ?> node, boolean named) {
        String type = word(node, "Node Type");
        String join = word(node, "Join Type");
        StringBuilder line = new StringBuilder();
        String parent = word(node, "Parent Relationship");
        if (parent.equals("InitPlan") || parent.equals("SubPlan")) {
            line.append(parent).append(" of ");
        }
        switch (type) {
            case "Aggregate" -> line.append(aggregate(node));
            case "SetOp" -> line.append(word(node, "Strategy").equals("Hashed") ? "HashSetOp" : "SetOp");
            case "ModifyTable" -> line.append(word(node, "Operation"));
            case "Nested Loop" -> line.append(type).append(join.equals("Inner") ? "" : " " + join + " Join");
            case "Hash Join", "Merge Join" ->
                line.append(join.equals("Inner") ? type : type.replace(" Join", " " + join + " Join"));
            default -> line.append(type);
        }
        if (named && node.containsKey("Index Name")) {
            line.append(type.equals("Bitmap Index Scan") ? " on " : " using ").append(word(node, "Index Name"));
        }
        if (named && node.containsKey("Relation Name")) {
            String relation = word(node, "Relation Name");
            line.append(" on ")
                    .append(node.containsKey("Schema") ? word(node, "Schema") + "." : "")
                    .append(relation);
            if (node.containsKey("Alias") && !word(node, "Alias").equals(relation)) {
                line.append(' ').append(word(node, "Alias"));
            }
        }
        return line.toString().replaceAll("\\s+", " ");
    }

    private static String aggregate(Map<?, ?> node) {
        String partial = word(node, "Partial Mode");
        return (partial.isEmpty() || partial.equals("Simple") ? "" : partial + " ")
                + switch (word(node, "Strategy")) {
                    case "Hashed" -> "HashAggregate";
                    case "Sorted" -> "GroupAggregate";
                    case "Mixed" -> "MixedAggregate";
                    default -> "Aggregate";
                };
    }

    private static String word(Map<?, ?> node, String key) {
        Object value = node.get(key);
        return value == null ? "" : value.toString();
    }
}
