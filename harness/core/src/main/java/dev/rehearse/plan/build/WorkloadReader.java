package dev.rehearse.plan.build;

import dev.rehearse.plan.Amounts;
import dev.rehearse.plan.Blocker;
import dev.rehearse.plan.Places;
import dev.rehearse.plan.Protocol;
import dev.rehearse.plan.RateCurve;
import dev.rehearse.plan.RateCurve.Step;
import dev.rehearse.plan.Span;
import dev.rehearse.plan.Workload;
import dev.rehearse.plan.Workload.Application;
import dev.rehearse.plan.Workload.Arrivals;
import dev.rehearse.plan.Workload.Autosave;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code workload}: the pace, the applications and the blockers. */
final class WorkloadReader {

    private static final Map<String, Arrivals> ARRIVALS =
            Map.of("poisson", Arrivals.POISSON, "constant", Arrivals.CONSTANT);

    private static final Map<String, Protocol> PROTOCOLS =
            Map.of("simple", Protocol.SIMPLE, "extended", Protocol.EXTENDED, "prepared", Protocol.PREPARED);

    private static final Map<String, Autosave> AUTOSAVE =
            Map.of("never", Autosave.NEVER, "always", Autosave.ALWAYS, "conservative", Autosave.CONSERVATIVE);

    private final RehearsalBuilder builder;

    WorkloadReader(RehearsalBuilder builder) {
        this.builder = builder;
    }

    void read(YamlMap workload) {
        workload.get("rate").flatMap(WorkloadReader::rate).ifPresent(builder::rate);
        workload.get("arrivals").flatMap(v -> v.oneOf(ARRIVALS)).ifPresent(builder::arrivals);
        workload.get("clients").flatMap(v -> v.whole(Span.CLIENTS)).ifPresent(v -> builder.clients(v.intValue()));
        workload.get("statementTimeout")
                .flatMap(v -> v.duration(RehearsalFile.SHORTEST))
                .ifPresent(builder::statementTimeout);
        workload.get("connectionTimeout")
                .flatMap(v -> v.duration(RehearsalFile.SHORTEST))
                .ifPresent(builder::connectionTimeout);
        workload.get("idleInTransactionTimeout")
                .flatMap(v -> v.duration(RehearsalFile.SHORTEST))
                .ifPresent(builder::idleInTransactionTimeout);
        workload.get("protocol").flatMap(v -> v.oneOf(PROTOCOLS)).ifPresent(builder::protocol);
        workload.get("autosave").flatMap(v -> v.oneOf(AUTOSAVE)).ifPresent(builder::autosave);
        workload.get("warmUp").flatMap(v -> v.duration(RehearsalFile.NONE)).ifPresent(builder::warmUp);
        workload.get("baseline")
                .flatMap(v -> v.duration(Workload.SHORTEST_BASELINE))
                .ifPresent(builder::baseline);
        workload.get("settle").flatMap(v -> v.duration(RehearsalFile.NONE)).ifPresent(builder::settle);
        ApplicationReader applications =
                new ApplicationReader(builder, workload.value().problems());
        Optional<Application> before = workload.get("before").flatMap(applications::read);
        Optional<Application> after = workload.get("after").flatMap(applications::read);
        before.ifPresent(builder::before);
        after.ifPresent(builder::after);
        if (before.isPresent() && after.isPresent()) {
            workload.get("after").orElseThrow().attempt(() -> Workload.toldApart(before.get(), after.get()));
        }
        workload.get("blockers")
                .ifPresent(value -> value.list("blockers such as {longReader: orders, for: 3s}").stream()
                        .flatMap(item -> item.map(Section.BLOCKER).stream())
                        .forEach(this::blocker));
    }

    private static Optional<RateCurve> rate(YamlValue value) {
        if (value.isSequence()) {
            List<Optional<Step>> steps = new ArrayList<>();
            List<YamlValue> items = value.list("steps such as {rate: 100/s, for: 10s}");
            for (YamlValue item : items) {
                steps.add(item.map(Section.STEP).flatMap(map -> step(map, steps.size() == items.size() - 1)));
            }
            return all(steps).flatMap(read -> value.attempt(() -> RateCurve.steps(read)));
        }
        if (value.isMapping()) {
            return value.map(Section.RATE).flatMap(WorkloadReader::curve);
        }
        return value.scalar(
                        "more than 0/s and at most 1,000,000/s, such as 400/s",
                        text -> Amounts.ratePerSecond(text).filter(r -> r > 0 && r <= Span.FASTEST_RATE))
                .map(RateCurve::constant);
    }

    private static Optional<Step> step(YamlMap map, boolean isLast) {
        Optional<Double> rate =
                map.required("rate", "operations per second, such as 100/s").flatMap(WorkloadReader::ratePerSecond);
        Optional<YamlValue> length = isLast ? map.get("for") : map.required("for", "how long, such as 10s");
        Optional<Duration> read = length.isEmpty() && isLast
                ? Optional.of(Duration.ofSeconds(1))
                : length.flatMap(v -> v.duration(RehearsalFile.SHORTEST));
        return rate.flatMap(r -> read.map(d -> new Step(r, d)));
    }

    private static Optional<RateCurve> curve(YamlMap map) {
        List<String> shapes = map.present(List.of("wave", "points"));
        if (shapes.size() != 1) {
            map.value()
                    .problem(
                            "A day's rate has either \"wave\", its lowest and its highest rate, or \"points\", but this one has "
                                    + (shapes.isEmpty() ? "none." : "both."));
            return Optional.empty();
        }
        YamlValue shape = map.get(shapes.get(0)).orElseThrow();
        boolean isWave = shapes.get(0).equals("wave");
        List<YamlValue> items =
                shape.list(isWave ? "the lowest and the highest rate: [50/s, 400/s]" : "rates: [50/s, 400/s, 100/s]");
        Optional<List<Double>> rates =
                all(items.stream().map(WorkloadReader::ratePerSecond).toList());
        Optional<Duration> day = map.required("over", "how long the day takes, such as 60s")
                .flatMap(v -> v.duration(RehearsalFile.SHORTEST));
        if (rates.isEmpty() || day.isEmpty() || items.isEmpty()) {
            return Optional.empty();
        }
        List<Double> read = rates.get();
        if (isWave && read.size() != 2) {
            shape.problem("\"wave\" is the lowest and the highest rate, as in [50/s, 400/s], but has " + read.size()
                    + " values.");
            return Optional.empty();
        }
        return shape.attempt(
                () -> isWave ? RateCurve.wave(read.get(0), read.get(1), day.get()) : RateCurve.points(read, day.get()));
    }

    private static Optional<Double> ratePerSecond(YamlValue value) {
        return value.scalar(
                "from 0/s to 1,000,000/s, such as 400/s",
                text -> Amounts.ratePerSecond(text).filter(r -> r <= Span.FASTEST_RATE));
    }

    private static <T> Optional<List<T>> all(List<Optional<T>> values) {
        return values.stream().anyMatch(Optional::isEmpty)
                ? Optional.empty()
                : Optional.of(values.stream().flatMap(Optional::stream).toList());
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
                    .ifPresent(blocker -> {
                        builder.blocker(blocker);
                        builder.place(Places.blocker(blocker), place);
                    });
        }
    }
}
