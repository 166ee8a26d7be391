package dev.rehearse.plan.build;

import dev.rehearse.plan.Places;
import dev.rehearse.plan.Span;
import dev.rehearse.plan.Workload.Application;
import dev.rehearse.plan.Workload.Operation;
import dev.rehearse.plan.Workload.Parameter;
import dev.rehearse.plan.Workload.Step;
import dev.rehearse.plan.Workload.ThinkTime;
import dev.rehearse.plan.Workload.ThinkTime.Distribution;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one version of the application, from its own file or from the plan. Nothing is given where anything in it is wrong. */
final class ApplicationReader {

    private static final Map<String, Distribution> DISTRIBUTIONS =
            Map.of("constant", Distribution.CONSTANT, "exponential", Distribution.EXPONENTIAL);

    private final RehearsalBuilder builder;
    private final ScriptFiles files;
    private final Problems problems;

    ApplicationReader(RehearsalBuilder builder, Problems problems) {
        this.builder = builder;
        this.files = builder.scripts();
        this.problems = problems;
    }

    Optional<Application> read(YamlValue value) {
        if (value.isMapping()) {
            return value.map(Section.APPLICATION).flatMap(map -> application(map, value.name()));
        }
        Optional<String> reference =
                value.scalar("the application's file, or a mapping with its operations", Optional::of);
        return reference.flatMap(file -> value.attempt(() -> files.text(file)).flatMap(text -> {
            String path = files.shownAs(file);
            String name = file.replaceFirst(".*/", "").replaceFirst("\\.ya?ml$", "");
            return YamlValue.parse(path, text, problems)
                    .flatMap(root -> root.map(Section.APPLICATION))
                    .flatMap(map -> application(map, name));
        }));
    }

    private Optional<Application> application(YamlMap map, String defaultName) {
        int before = problems.count();
        String name = map.get("name").flatMap(YamlValue::text).orElse(defaultName);
        String expected = "operations, each with name and statements";
        List<Operation> operations = new ArrayList<>();
        Set<String> names = new HashSet<>();
        List<YamlValue> items =
                map.required("operations", expected).map(v -> v.list(expected)).orElse(List.of());
        for (YamlValue item : items) {
            item.map(Section.OPERATION)
                    .flatMap(operation -> operation(operation, names))
                    .ifPresent(operation -> {
                        operations.add(operation);
                        builder.place(Places.operation(name, operation.name()), item);
                    });
        }
        return problems.count() > before ? Optional.empty() : Optional.of(new Application(name, operations));
    }

    private Optional<Operation> operation(YamlMap map, Set<String> names) {
        int before = problems.count();
        Optional<String> name =
                map.required("name", "a name for reports, such as place_order").flatMap(YamlValue::text);
        if (name.isPresent() && !names.add(name.get())) {
            map.get("name").orElseThrow().problem("Two operations are named \"" + name.get() + "\".");
        }
        long weight = map.get("weight").flatMap(v -> v.whole(Span.WEIGHT)).orElse(1L);
        Optional<Boolean> transaction = map.get("transaction").flatMap(YamlValue::trueOrFalse);
        boolean prepared = map.get("prepared").flatMap(YamlValue::trueOrFalse).orElse(true);
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        map.get("parameters")
                .ifPresent(value -> value.entries()
                        .forEach((key, source) -> ParameterReader.read(source)
                                .ifPresent(parameter -> parameters.put(key.name(), parameter))));
        List<Step> steps = new ArrayList<>();
        map.required("statements", "SQL statements")
                .ifPresent(value -> value.listOrOne("SQL statements")
                        .forEach(item -> step(item).ifPresent(steps::add)));
        Optional<ThinkTime> think = map.get("think").flatMap(ApplicationReader::think);
        return problems.count() > before
                ? Optional.empty()
                : map.value()
                        .attempt(() -> new Operation(
                                name.orElseThrow(),
                                (int) weight,
                                transaction.orElse(steps.size() > 1),
                                prepared,
                                parameters,
                                steps,
                                null,
                                think.orElse(null)));
    }

    private static Optional<ThinkTime> think(YamlValue value) {
        if (!value.isMapping()) {
            return value.duration(RehearsalFile.SHORTEST).map(mean -> new ThinkTime(mean, Distribution.CONSTANT));
        }
        return value.map(Section.THINK).flatMap(map -> {
            Distribution distribution =
                    map.get("distribution").flatMap(v -> v.oneOf(DISTRIBUTIONS)).orElse(Distribution.CONSTANT);
            return map.required("mean", "how long on average, such as 20ms")
                    .flatMap(v -> v.duration(RehearsalFile.SHORTEST))
                    .map(mean -> new ThinkTime(mean, distribution));
        });
    }

    private static Optional<Step> step(YamlValue item) {
        if (!item.isMapping()) {
            return item.text().flatMap(sql -> item.attempt(() -> Step.of(sql)));
        }
        return item.map(Section.STATEMENT).flatMap(map -> {
            Optional<Long> rows = map.get("rows").flatMap(v -> v.whole(Span.EXPECTED_ROWS));
            return map.required("sql", "one SQL statement")
                    .flatMap(value -> value.text()
                            .flatMap(sql -> value.attempt(() -> rows.map(count -> Step.of(sql, count.intValue()))
                                    .orElseGet(() -> Step.of(sql)))));
        });
    }
}
