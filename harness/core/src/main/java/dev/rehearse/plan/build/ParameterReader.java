package dev.rehearse.plan.build;

import dev.rehearse.plan.Span;
import dev.rehearse.plan.Workload.Parameter;
import dev.rehearse.plan.Workload.Parameter.Distribution;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads where a parameter's values come from: a word ({@code uuid}) or a mapping with one kind ({@code {key: orders.id}}). */
final class ParameterReader {

    private static final Map<String, Parameter> WORDS =
            Map.of("uuid", Parameter.uuid(), "now", Parameter.now(), "unique", Parameter.unique());
    private static final Map<String, Distribution> DISTRIBUTIONS =
            Map.of("uniform", Distribution.UNIFORM, "zipf", Distribution.ZIPF, "latest", Distribution.LATEST);
    private static final List<String> KINDS = List.of("key", "integer", "text", "choice");

    private ParameterReader() {}

    static Optional<Parameter> read(YamlValue value) {
        if (value.isScalar()) {
            return value.oneOf(WORDS);
        }
        if (!value.isMapping()) {
            value.expected("now, unique, uuid, or a mapping with one of " + String.join(", ", KINDS));
            return Optional.empty();
        }
        return value.map(Section.PARAMETER).flatMap(ParameterReader::read);
    }

    private static Optional<Parameter> read(YamlMap map) {
        List<String> kinds = map.present(KINDS);
        if (kinds.size() != 1) {
            map.value()
                    .problem("A parameter has one of " + String.join(", ", KINDS) + ", but this one has "
                            + (kinds.isEmpty() ? "none" : String.join(" and ", kinds)) + ".");
            return Optional.empty();
        }
        String kind = kinds.get(0);
        YamlValue value = map.get(kind).orElseThrow();
        Optional<Distribution> distribution = map.get("distribution").flatMap(v -> v.oneOf(DISTRIBUTIONS));
        if (!kind.equals("key")) {
            map.get("distribution")
                    .ifPresent(v -> v.problem(
                            "\"distribution\" says how existing keys are drawn, so it belongs to \"key\" only."));
        }
        return switch (kind) {
            case "key" -> key(value, distribution.orElse(Distribution.UNIFORM));
            case "integer" -> integer(value);
            case "text" -> value.whole(Span.TEXT_LENGTH).map(length -> Parameter.text(length.intValue()));
            default -> choice(value);
        };
    }

    private static Optional<Parameter> key(YamlValue value, Distribution distribution) {
        return value.scalar("a table and a column, such as orders.id", text -> {
            int dot = text.lastIndexOf('.');
            return dot <= 0 || dot == text.length() - 1
                    ? Optional.empty()
                    : Optional.of(Parameter.key(text.substring(0, dot), text.substring(dot + 1), distribution));
        });
    }

    private static Optional<Parameter> integer(YamlValue value) {
        String expected = "the least and the greatest value, such as [1, 100]";
        List<YamlValue> bounds = value.list(expected);
        List<Long> numbers =
                bounds.stream().flatMap(v -> v.whole(Span.ANY).stream()).toList();
        if (numbers.size() != 2 || bounds.size() != 2) {
            if (bounds.size() != 2 && !bounds.isEmpty()) {
                value.problem("\"integer\" must be " + expected + ", but has " + bounds.size() + " values.");
            }
            return Optional.empty();
        }
        return value.attempt(() -> Parameter.integer(numbers.get(0), numbers.get(1)));
    }

    private static Optional<Parameter> choice(YamlValue value) {
        List<YamlValue> items = value.list("a list of values");
        List<String> choices = items.stream().flatMap(v -> v.anyText().stream()).toList();
        return choices.isEmpty() || choices.size() < items.size()
                ? Optional.empty()
                : Optional.of(Parameter.choice(choices));
    }
}
