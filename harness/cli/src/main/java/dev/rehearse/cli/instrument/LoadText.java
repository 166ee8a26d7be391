package dev.rehearse.cli.instrument;

import dev.rehearse.loadtest.LoadTestPlan;
import dev.rehearse.loadtest.LoadTestResult;
import dev.rehearse.loadtest.LoadTestResult.Percentiles;
import dev.rehearse.loadtest.replay.ReplayPlan;
import dev.rehearse.plan.RateCurve;
import dev.rehearse.report.Units;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The result of a load for people. Stateless. */
final class LoadText {

    private LoadText() {}

    static String render(LoadTestPlan plan, LoadTestResult result) {
        RateCurve rate = plan.pace().rate();
        String setting = String.format(
                Locale.ROOT,
                "%s, %s, %s protocol, random seed %d",
                Units.count(plan.sessions().clients(), "client"),
                rate == null ? "one after the other" : rate.words() + " asked for",
                plan.sessions().protocol().name().toLowerCase(Locale.ROOT),
                plan.randomSeed());
        return render(setting, rate != null, result);
    }

    static String render(ReplayPlan plan, LoadTestResult result) {
        String setting = String.format(
                Locale.ROOT,
                "%s of %s at %s times their speed",
                Units.count(plan.log().sessions().size(), "session"),
                plan.name(),
                Double.toString(plan.speed()).replaceAll("\\.0$", ""));
        return render(setting, true, result);
    }

    private static String render(String setting, boolean isOpen, LoadTestResult result) {
        StringBuilder text = new StringBuilder();
        line(
                text,
                "%.1f operations/s   %d in %.2f s, %s",
                result.tps(),
                result.operations(),
                result.seconds(),
                setting);
        line(
                text,
                "planned %d = succeeded %d + failed %d + shed %d + unfinished %d   retries %d, reconnects %d",
                result.planned(),
                result.operations(),
                result.failed(),
                result.shed(),
                result.unfinished(),
                result.retries(),
                result.reconnects());
        line(text, "");
        line(text, "%-10s %10s %10s %10s %10s %10s %10s", "ms", "p50", "p90", "p95", "p99", "p99.9", "max");
        percentiles(text, "response", result.responseMillis());
        percentiles(text, "service", result.serviceMillis());
        if (isOpen) {
            percentiles(text, "queue", result.queueMillis());
            percentiles(text, "late", result.lateMillis());
        }
        line(text, "");
        for (Map.Entry<String, Long> error : new TreeMap<>(result.errorsBySqlState()).entrySet()) {
            line(
                    text,
                    "error %s   %d   %s",
                    error.getKey(),
                    error.getValue(),
                    result.errorExamples().getOrDefault(error.getKey(), ""));
        }
        if (result.scripts().size() > 1) {
            result.scripts().forEach((name, count) -> line(text, "script %s   %d", name, count));
        }
        if (!Double.isNaN(result.clientCpuMicrosPerOperation())) {
            line(text, "client CPU %.1f µs per operation", result.clientCpuMicrosPerOperation());
        }
        result.leftOut().forEach((reason, count) -> line(text, "not replayed %d   %s", count, reason));
        result.notes().forEach(note -> line(text, "note: %s", note));
        return text.toString();
    }

    private static void percentiles(StringBuilder text, String name, Percentiles p) {
        line(
                text,
                "%-10s %10s %10s %10s %10s %10s %10s",
                name,
                millis(p.p50()),
                millis(p.p90()),
                millis(p.p95()),
                millis(p.p99()),
                millis(p.p999()),
                millis(p.max()));
    }

    /** A time; a dash where there was none to measure. */
    static String millis(double millis) {
        return Double.isNaN(millis) ? "-" : String.format(Locale.ROOT, "%.3f", millis);
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
