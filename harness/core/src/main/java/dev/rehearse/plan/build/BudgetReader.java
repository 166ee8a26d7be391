package dev.rehearse.plan.build;

import dev.rehearse.plan.Amounts;
import dev.rehearse.plan.Budget;
import dev.rehearse.plan.Budget.RollbackRule;
import dev.rehearse.plan.Span;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code budget}. A limit that is not named keeps its default; {@code off} takes it away. The word {@code none} is for errors
 * only: as a duration it could be meant as "no limit" or as "no wait at all".
 */
final class BudgetReader {

    private static final String OFF = "off";

    private static final Map<String, RollbackRule> RULES =
            Map.of("required", RollbackRule.REQUIRED, "ifPresent", RollbackRule.TESTED_IF_PRESENT);
    private static final String OR_OFF = ", or off";

    /** A limit on response time in one of its two forms; none where both are null. */
    private record ResponseLimit(
            @Nullable Duration absolute, @Nullable Double timesBaseline) {}

    private final RehearsalBuilder builder;

    BudgetReader(RehearsalBuilder builder) {
        this.builder = builder;
    }

    void read(YamlMap budget) {
        Budget standard = builder.budget();
        ResponseLimit response = budget.get("responseP99")
                .flatMap(BudgetReader::responseLimit)
                .orElse(new ResponseLimit(standard.responseP99(), standard.responseP99TimesBaseline()));
        Duration longestLockWait = limit(budget, "longestLockWait", standard.longestLockWait());
        Duration longestOutage = limit(budget, "longestOutage", standard.longestOutage());
        Double slowdown = slowdown(budget, standard.slowdown());
        Double errors = errors(budget, standard.errorShare());
        Duration replayLag = limit(budget, "replayLag", standard.replayLag());
        Duration duration = limit(budget, "duration", standard.duration());
        RollbackRule rollback =
                budget.get("rollback").flatMap(v -> v.oneOf(RULES)).orElse(standard.rollback());
        budget.value()
                .attempt(() -> new Budget(
                        longestLockWait,
                        longestOutage,
                        response.absolute(),
                        response.timesBaseline(),
                        slowdown,
                        errors,
                        replayLag,
                        duration,
                        rollback))
                .ifPresent(builder::budget);
    }

    private static @Nullable Duration limit(YamlMap budget, String key, @Nullable Duration standard) {
        return orOff(
                budget,
                key,
                standard,
                value -> value.scalar(
                        "a duration such as 500ms, 3s or 10min" + OR_OFF,
                        text -> Amounts.duration(text).filter(d -> d.compareTo(Span.LONGEST) <= 0)));
    }

    private static @Nullable Double slowdown(YamlMap budget, @Nullable Double standard) {
        return orOff(
                budget,
                "slowdown",
                standard,
                value -> value.scalar(
                        "a multiple such as \"5x baseline\"" + OR_OFF,
                        text -> Amounts.timesBaseline(text).filter(times -> times >= 1)));
    }

    private static @Nullable Double errors(YamlMap budget, @Nullable Double standard) {
        return orOff(
                budget,
                "errors",
                standard,
                value -> value.scalar(
                        "none, a share from 0% to 100%" + OR_OFF,
                        text -> text.equals("none")
                                ? Optional.of(0.0)
                                : Amounts.share(text).filter(share -> share <= 1)));
    }

    private static <T> @Nullable T orOff(
            YamlMap budget, String key, @Nullable T standard, Function<YamlValue, Optional<T>> read) {
        YamlValue value = budget.get(key).orElse(null);
        if (value == null) {
            return standard;
        }
        return isOff(value) ? null : read.apply(value).orElse(standard);
    }

    private static Optional<ResponseLimit> responseLimit(YamlValue value) {
        if (isOff(value)) {
            return Optional.of(new ResponseLimit(null, null));
        }
        return value.scalar(
                "a duration such as 500ms, a multiple such as \"3x baseline\"" + OR_OFF,
                text -> Amounts.timesBaseline(text)
                        .filter(times -> times >= 1)
                        .map(times -> new ResponseLimit(null, times))
                        .or(() -> Amounts.duration(text)
                                .filter(d -> d.compareTo(Span.LONGEST) <= 0)
                                .map(limit -> new ResponseLimit(limit, null))));
    }

    private static boolean isOff(YamlValue value) {
        return value.isScalar() && value.anyText().filter(OFF::equals).isPresent();
    }
}
