package dev.rehearse.plan.build;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.plan.Amounts;
import dev.rehearse.plan.Span;
import dev.rehearse.plan.Suggestions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One value of a YAML file, with where it stands. Each accessor gives the value in the asked form; where it has another form, the
 * problem is noted and nothing is given, so that reading goes on and finds the other problems too.
 *
 * @param name what it is, for messages: the key it stands under
 */
record YamlValue(String name, Node node, String file, Problems problems) {

    private static final int LONGEST_QUOTE = 80;

    /** The root of a file; empty where it is no YAML or holds nothing, which is noted. */
    static Optional<YamlValue> parse(String file, String text, Problems problems) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setAllowNonScalarKeys(true)
                .build();
        try {
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                problems.add(file, 1, 1, "The file is empty, or has only comments.");
            }
            return root.map(node -> new YamlValue("the file", node, file, problems));
        } catch (MarkedYamlEngineException e) {
            Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
            String context = e.getContext() == null || e.getContext().isEmpty() ? "" : e.getContext() + ": ";
            problems.add(
                    file,
                    mark == null ? 1 : mark.getLine() + 1,
                    mark == null ? 1 : mark.getColumn() + 1,
                    "This is no YAML: " + context + e.getProblem() + ".");
        } catch (YamlEngineException e) {
            problems.add(file, 1, 1, "This is no YAML: " + e.getMessage());
        }
        return Optional.empty();
    }

    private YamlValue child(String childName, Node childNode) {
        return new YamlValue(childName, childNode, file, problems);
    }

    void problem(String text) {
        problems.add(file, line(), column(), text);
    }

    /** Where it stands: {@code file:line:column}. */
    String place() {
        return file + ":" + line() + ":" + column();
    }

    private int line() {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    private int column() {
        return node.getStartMark().map(Mark::getColumn).orElse(0) + 1;
    }

    /** What {@code make} makes, or a problem at this place where it refuses. */
    <T> Optional<T> attempt(Supplier<T> make) {
        try {
            return Optional.of(make.get());
        } catch (InvalidRehearsalException e) {
            problem(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    boolean isNothing() {
        return node.getTag().equals(Tag.NULL);
    }

    boolean isScalar() {
        return node instanceof ScalarNode && !isNothing();
    }

    boolean isMapping() {
        return node instanceof MappingNode;
    }

    boolean isSequence() {
        return node instanceof SequenceNode;
    }

    /** Any text, the empty one included. */
    Optional<String> anyText() {
        return scalar("text", Optional::of);
    }

    Optional<String> text() {
        return scalar("text", text -> text.isBlank() ? Optional.empty() : Optional.of(text));
    }

    Optional<Boolean> trueOrFalse() {
        return oneOf(Map.of("true", true, "false", false));
    }

    Optional<Long> whole(Span span) {
        return scalar(
                span.equals(Span.ANY) ? "a whole number" : "a whole number " + span,
                text -> Amounts.whole(text).filter(span::contains));
    }

    Optional<Duration> duration(Duration least) {
        return scalar(
                "a duration " + Span.durations(least) + ", such as 500ms, 3s, 10min or 1h",
                text -> Amounts.duration(text).filter(d -> d.compareTo(least) >= 0 && d.compareTo(Span.LONGEST) <= 0));
    }

    Optional<Double> share() {
        return scalar("a share from 0% to 100%", text -> Amounts.share(text).filter(s -> s <= 1));
    }

    <E> Optional<E> oneOf(Map<String, E> choices) {
        return scalar(
                "one of " + String.join(", ", choices.keySet().stream().sorted().toList()),
                choices.keySet(),
                text -> Optional.ofNullable(choices.get(text)));
    }

    /** The text in another form; {@code expected} says which, for the problem where {@code form} gives nothing. */
    <T> Optional<T> scalar(String expected, Function<String, Optional<T>> form) {
        return scalar(expected, List.of(), form);
    }

    private <T> Optional<T> scalar(String expected, Collection<String> names, Function<String, Optional<T>> form) {
        if (!(node instanceof ScalarNode scalar) || isNothing()) {
            expected(expected);
            return Optional.empty();
        }
        Optional<T> value = form.apply(scalar.getValue());
        if (value.isEmpty()) {
            problem("\"" + name + "\" must be " + expected + ", but is " + quoted(scalar) + "."
                    + Suggestions.nearest(scalar.getValue(), names));
        }
        return value;
    }

    void expected(String expected) {
        problem("\"" + name + "\" must be " + expected + ", but " + form() + ".");
    }

    private String form() {
        if (isNothing()) {
            return "has no value";
        }
        return isMapping() ? "is a mapping" : isSequence() ? "is a list" : "is " + quoted((ScalarNode) node);
    }

    /** For messages; shortened where it is a whole text, such as a file that is another than was meant. */
    private static String quoted(ScalarNode scalar) {
        String value = scalar.getValue();
        return value.length() <= LONGEST_QUOTE ? '"' + value + '"' : '"' + value.substring(0, LONGEST_QUOTE) + "…\"";
    }

    /** The items of a list. */
    List<YamlValue> list(String expected) {
        if (!(node instanceof SequenceNode sequence)) {
            expected(expected);
            return List.of();
        }
        List<YamlValue> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            items.add(child(name, item));
        }
        if (items.isEmpty()) {
            problem("\"" + name + "\" is an empty list; give it " + expected + ", or leave the key out.");
        }
        return items;
    }

    /** The items of a list, or the value itself as its only item. */
    List<YamlValue> listOrOne(String expected) {
        return isSequence() ? list(expected) : List.of(this);
    }

    /** A mapping with the section's keys. Others, and keys given twice, are noted. */
    Optional<YamlMap> map(Section section) {
        if (!isMapping()) {
            expected("a mapping with keys such as "
                    + String.join(", ", section.keys().stream().limit(4).toList()));
            return Optional.empty();
        }
        Map<String, YamlValue> known = new LinkedHashMap<>();
        entries().forEach((key, entry) -> {
            if (section.keys().contains(key.name())) {
                known.put(key.name(), entry);
            } else {
                key.problem("\"" + key.name() + "\" is no key of " + section.label() + "." + hint(key.name(), section));
            }
        });
        return Optional.of(new YamlMap(this, section, known));
    }

    private static String hint(String wrong, Section section) {
        if (wrong.indexOf(')') > wrong.indexOf('(')) {
            return " The value before it has a comma, and within { } needs quotes.";
        }
        String nearest = Suggestions.nearest(wrong, section.keys());
        return nearest.isEmpty() ? " Its keys are " + String.join(", ", section.keys()) + "." : nearest;
    }

    /** The entries of a mapping whose keys are names of the user's; key to value, each with its place. */
    Map<YamlValue, YamlValue> entries() {
        if (!(node instanceof MappingNode mapping)) {
            expected("a mapping of names to values");
            return Map.of();
        }
        Map<String, YamlValue> seen = new LinkedHashMap<>();
        Map<YamlValue, YamlValue> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
                child("a key", tuple.getKeyNode()).problem("A key must be text.");
                continue;
            }
            YamlValue key = child(scalar.getValue(), scalar);
            YamlValue first = seen.putIfAbsent(key.name(), key);
            if (first != null) {
                key.problem("\"" + key.name() + "\" is given twice; the first is in line " + first.line() + ".");
                continue;
            }
            entries.put(key, child(key.name(), tuple.getValueNode()));
        }
        return entries;
    }
}
