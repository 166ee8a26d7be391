package dev.rehearse.plan;

import dev.rehearse.plan.Workload.Application;
import dev.rehearse.plan.Workload.Arrivals;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
        workload.get("baseline")
                .flatMap(v -> v.duration(Workload.SHORTEST_BASELINE))
                .ifPresent(builder::baseline);
        workload.get("settle").flatMap(v -> v.duration(RehearsalFile.NONE)).ifPresent(builder::settle);
        ApplicationReader applications =
                new ApplicationReader(builder.scripts(), workload.value().problems());
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
}
