package dev.rehearse.plan.build;

import dev.rehearse.data.Age;
import dev.rehearse.data.DatasetException;
import dev.rehearse.data.Dirt;
import dev.rehearse.data.Locales;
import dev.rehearse.plan.KeptConstraint;
import dev.rehearse.plan.Places;
import dev.rehearse.plan.Span;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads {@code data}. */
final class DataReader {

    private final RehearsalBuilder builder;

    DataReader(RehearsalBuilder builder) {
        this.builder = builder;
    }

    void read(YamlMap data) {
        data.get("scale").flatMap(v -> v.whole(Span.SCALE)).ifPresent(builder::scale);
        data.get("rows").ifPresent(rows -> rows(rows, data.get("scale").isPresent()));
        data.get("randomSeed").flatMap(v -> v.whole(Span.ANY)).ifPresent(builder::randomSeed);
        data.get("edgeCases").flatMap(YamlValue::share).ifPresent(builder::edgeCaseShare);
        data.get("nulls")
                .ifPresent(nulls -> nulls.entries()
                        .forEach((column, value) -> value.share().ifPresent(share -> {
                            builder.nulls(column.name(), share);
                            builder.place(Places.data(column.name()), column);
                        })));
        data.get("dirt")
                .ifPresent(dirt -> dirt.listOrOne("a list of rows that break what is planned")
                        .forEach(this::dirt));
        data.get("keeps")
                .ifPresent(keeps -> keeps.listOrOne("a list of constraints that the rows keep")
                        .forEach(this::keeps));
        data.get("age").flatMap(v -> v.map(Section.AGE)).ifPresent(this::age);
        data.get("profile")
                .ifPresent(value -> value.text().flatMap(file -> value.attempt(() -> builder.profile(file))));
        data.get("locales").ifPresent(this::locales);
    }

    private void rows(YamlValue rows, boolean hasScale) {
        if (rows.isMapping()) {
            rows.entries()
                    .forEach((table, value) -> value.whole(Span.ROWS).ifPresent(count -> {
                        builder.rows(table.name(), count);
                        builder.place(Places.data(table.name()), table);
                    }));
            return;
        }
        if (hasScale) {
            rows.problem("One number for \"rows\" means the same as \"scale\", and both are given. Leave one out.");
        }
        rows.whole(Span.SCALE).ifPresent(builder::scale);
    }

    private void locales(YamlValue locales) {
        List<String> tags = locales.listOrOne("a list of locales, such as [de, pt-BR]").stream()
                .map(YamlValue::text)
                .flatMap(Optional::stream)
                .toList();
        attempt(locales, () -> Locales.of(tags)).ifPresent(builder::locales);
    }

    private void dirt(YamlValue item) {
        item.map(Section.DIRT).ifPresent(map -> {
            Optional<String> table =
                    map.required("table", "the name of a table").flatMap(YamlValue::text);
            Optional<YamlValue> breaks = map.required("breaks", "what the rows break, such as not null (email)");
            Optional<String> words = breaks.flatMap(YamlValue::text);
            long rows = map.get("rows").flatMap(v -> v.whole(Span.SCALE)).orElse(Dirt.DEFAULT_ROWS);
            if (table.isPresent() && words.isPresent()) {
                attempt(breaks.get(), () -> new Dirt(table.get(), words.get(), rows))
                        .ifPresent(dirt -> {
                            builder.dirt(dirt);
                            builder.place(Places.data(dirt.table()), item);
                        });
            }
        });
    }

    private void keeps(YamlValue item) {
        item.map(Section.KEEPS).ifPresent(map -> {
            Optional<String> table =
                    map.required("table", "the name of a table").flatMap(YamlValue::text);
            Optional<YamlValue> constraint = map.required("constraint", "what the rows keep, such as unique (code)");
            Optional<String> words = constraint.flatMap(YamlValue::text);
            if (table.isPresent() && words.isPresent()) {
                constraint
                        .get()
                        .attempt(() -> new KeptConstraint(table.get(), words.get()))
                        .ifPresent(kept -> {
                            builder.keeps(kept);
                            builder.place(Places.data(kept.table()), item);
                        });
            }
        });
    }

    private void age(YamlMap age) {
        attempt(age.value(), () -> new Age(share(age, "deadRows"), share(age, "bloat"), share(age, "staleStatistics")))
                .ifPresent(builder::age);
    }

    private static double share(YamlMap map, String key) {
        return map.get(key).flatMap(YamlValue::share).orElse(0.0);
    }

    /** What the makers of data refuse is a problem of the plan. */
    private static <T> Optional<T> attempt(YamlValue value, Supplier<T> make) {
        try {
            return Optional.of(make.get());
        } catch (DatasetException e) {
            value.problem(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
