package dev.rehearse.plan;

import dev.rehearse.plan.Workload.Application;
import dev.rehearse.plan.Workload.Arrivals;
import dev.rehearse.plan.Workload.Operation;
import dev.rehearse.plan.Workload.Parameter;
import dev.rehearse.plan.Workload.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code workload}: the pace, the applications and the blockers. */
final class WorkloadReader {

    private static final Map<String, Arrivals> ARRIVALS =
            Map.of("poisson", Arrivals.POISSON, "constant", Arrivals.CONSTANT);

    private final RehearsalBuilder builder;

    WorkloadReader(RehearsalBuilder builder) {
        this.builder = builder;
    }

    void read(YamlMap workload) {
        workload.get("rate")
                .flatMap(v -> v.scalar(
                        "more than 0/s and at most 1,000,000/s, such as 400/s",
                        text -> Amounts.ratePerSecond(text).filter(r -> r > 0 && r <= Span.FASTEST_RATE)))
                .ifPresent(builder::ratePerSecond);
        workload.get("arrivals").flatMap(v -> v.oneOf(ARRIVALS)).ifPresent(builder::arrivals);
        workload.get("clients").flatMap(v -> v.whole(Span.CLIENTS)).ifPresent(v -> builder.clients(v.intValue()));
        workload.get("statementTimeout")
                .flatMap(v -> v.duration(RehearsalFile.SHORTEST))
                .ifPresent(builder::statementTimeout);
        workload.get("warmUp").flatMap(v -> v.duration(RehearsalFile.NONE)).ifPresent(builder::warmUp);
        workload.get("baseline").flatMap(v -> v.duration(Duration.ofSeconds(1))).ifPresent(builder::baseline);
        workload.get("settle").flatMap(v -> v.duration(RehearsalFile.NONE)).ifPresent(builder::settle);
        workload.get("before").flatMap(this::application).ifPresent(builder::before);
        workload.get("after").flatMap(this::application).ifPresent(builder::after);
        workload.get("blockers")
                .ifPresent(value -> value.list("blockers such as {longReader: orders, for: 3s}").stream()
                        .flatMap(item -> item.map(Section.BLOCKER).stream())
                        .forEach(this::blocker));
    }

    private void blocker(YamlMap map) {
        List<String> kinds = map.present(
                Arrays.stream(Blocker.Kind.values()).map(Blocker.Kind::label).toList());
        Optional<Duration> holdsFor = map.get("for").flatMap(v -> v.duration(RehearsalFile.SHORTEST));
        if (kinds.size() != 1) {
            map.value()
                    .problem("A blocker has one of "
                            + String.join(
                                    ", ",
                                    Section.BLOCKER.keys().stream()
                                            .filter(k -> !k.equals("for"))
                                            .toList())
                            + ", but this one has " + (kinds.isEmpty() ? "none" : String.join(" and ", kinds)) + ".");
            return;
        }
        Blocker.Kind kind = Arrays.stream(Blocker.Kind.values())
                .filter(k -> k.label().equals(kinds.get(0)))
                .findFirst()
                .orElseThrow();
        YamlValue place = map.get(kind.label()).orElseThrow();
        String table = place.isNothing() ? null : place.text().orElse(null);
        if (table != null || place.isNothing()) {
            place.attempt(() -> new Blocker(kind, table, holdsFor.orElse(Blocker.DEFAULT_DURATION)))
                    .ifPresent(builder::blocker);
        }
    }

    /** An application from its own file or from the plan itself. */
    private Optional<Application> application(YamlValue value) {
        if (value.isMapping()) {
            return value.map(Section.APPLICATION).flatMap(map -> application(map, value.name()));
        }
        Optional<String> reference =
                value.scalar("the application's file, or a mapping with its operations", Optional::of);
        Optional<String> text =
                reference.flatMap(r -> value.attempt(() -> builder.scripts().text(r)));
        if (text.isEmpty()) {
            return Optional.empty();
        }
        String file = builder.scripts().file(reference.orElseThrow()).toString();
        String name = reference.orElseThrow().replaceFirst(".*/", "").replaceFirst("\\.ya?ml$", "");
        return YamlValue.parse(file, text.get(), value.problems())
                .flatMap(root -> root.map(Section.APPLICATION))
                .flatMap(map -> application(map, name));
    }

    private static Optional<Application> application(YamlMap map, String defaultName) {
        String name = map.get("name").flatMap(YamlValue::text).orElse(defaultName);
        List<Operation> operations = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Optional<YamlValue> list = map.required("operations", "a list of operations, each with name and statements");
        for (YamlValue item : list.map(v -> v.list("operations, each with name and statements"))
                .orElse(List.of())) {
            item.map(Section.OPERATION)
                    .flatMap(WorkloadReader::operation)
                    .filter(operation -> {
                        boolean isNew = names.add(operation.name());
                        if (!isNew) {
                            item.problem("Two operations are named \"" + operation.name() + "\".");
                        }
                        return isNew;
                    })
                    .ifPresent(operations::add);
        }
        return operations.isEmpty() ? Optional.empty() : Optional.of(new Application(name, operations));
    }

    private static Optional<Operation> operation(YamlMap map) {
        Optional<String> name =
                map.required("name", "a name for reports, such as place_order").flatMap(YamlValue::text);
        long weight = map.get("weight").flatMap(v -> v.whole(Span.WEIGHT)).orElse(1L);
        Optional<Boolean> transaction = map.get("transaction").flatMap(YamlValue::trueOrFalse);
        boolean prepared = map.get("prepared").flatMap(YamlValue::trueOrFalse).orElse(true);
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        boolean[] complete = {name.isPresent()};
        map.get("parameters")
                .ifPresent(value -> value.entries()
                        .forEach((key, parameter) -> ParameterReader.read(parameter)
                                .ifPresentOrElse(read -> parameters.put(key.name(), read), () -> complete[0] = false)));
        List<Step> steps = new ArrayList<>();
        Optional<YamlValue> statements = map.required("statements", "a list of SQL statements");
        for (YamlValue item : statements.map(v -> v.listOrOne("SQL statements")).orElse(List.of())) {
            step(item).ifPresentOrElse(steps::add, () -> complete[0] = false);
        }
        if (!complete[0] || steps.isEmpty()) {
            return Optional.empty();
        }
        return map.value()
                .attempt(() -> new Operation(
                        name.orElseThrow(),
                        (int) weight,
                        transaction.orElse(steps.size() > 1),
                        prepared,
                        parameters,
                        steps));
    }

    private static Optional<Step> step(YamlValue item) {
        if (!item.isMapping()) {
            return item.text().map(Step::of);
        }
        return item.map(Section.STATEMENT).flatMap(map -> {
            Optional<Long> rows = map.get("rows").flatMap(v -> v.whole(Span.EXPECTED_ROWS));
            return map.required("sql", "one SQL statement")
                    .flatMap(YamlValue::text)
                    .map(sql ->
                            rows.map(count -> Step.of(sql, count.intValue())).orElseGet(() -> Step.of(sql)));
        });
    }
}
