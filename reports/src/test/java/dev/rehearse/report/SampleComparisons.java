package dev.rehearse.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rehearse.report.Comparison.NamedReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Comparisons such as a nightly job's, and worse ones. */
final class SampleComparisons {

    /** By how much a night differs by chance. */
    private static final double[] CHANCE = {1, 1.08, 0.94, 1.15, 0.98, 1.03, 1.2, 0.9, 1.1, 1};

    private SampleComparisons() {}

    static Map<String, Comparison> all() {
        Map<String, Comparison> all = new LinkedHashMap<>();
        all.put("worse", tenNights());
        all.put("no-worse", of(nights(10, 1), 1));
        all.put("few", of(nights(3, 4), 2));
        all.put("first", of(nights(1, 1), 1));
        all.put("stays", stays());
        all.put("hostile", hostile());
        return all;
    }

    /** The last one is slower on the new schema, keeps a table out and takes longer; one before it proves nothing. */
    static Comparison tenNights() {
        return of(nights(10, 4), 1);
    }

    /** Worse two nights before the last one, and as it was then since. */
    private static Comparison stays() {
        List<NamedReport> nights = new ArrayList<>(nights(7, 4));
        NamedReport worse = nights.get(6);
        nights.addAll(List.of(worse, worse));
        return of(nights, 1);
    }

    private static Comparison hostile() {
        List<NamedReport> nights = new ArrayList<>();
        for (NamedReport night : nights(7, 3)) {
            nights.add(new NamedReport(SampleReports.HOSTILE, EditedReport.of(night.report(), tree -> {
                tree.withObject("/plan").put("name", SampleReports.HOSTILE);
                tree.withArray("/operations")
                        .forEach(operation -> ((ObjectNode) operation).put("name", SampleReports.HOSTILE));
                tree.withArray("/outages").forEach(outage -> ((ObjectNode) outage).put("table", SampleReports.HOSTILE));
            })));
        }
        return of(nights, 1);
    }

    private static Comparison of(List<NamedReport> nights, int newest) {
        int earlier = nights.size() - newest;
        return Comparison.of(nights.subList(0, earlier), nights.subList(earlier, nights.size()), Comparison.TOLERANCE);
    }

    private static List<NamedReport> nights(int count, double timesAtLast) {
        List<NamedReport> nights = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double times = CHANCE[i] * (i == count - 1 ? timesAtLast : 1);
            String day = String.format("2026-11-%02d", i + 1);
            String verdict = i == 4 ? "INCONCLUSIVE" : timesAtLast > 3 && i == count - 1 ? "NO_GO" : "GO";
            nights.add(new NamedReport("runs/" + day, EditedReport.of(SampleReports.go(), tree -> {
                tree.put("verdict", verdict);
                tree.withObject("/environment").put("startedAt", day + "T02:23:07Z");
                if (verdict.equals("NO_GO")) {
                    tree.withArray("/findings")
                            .addObject()
                            .put("id", "OUTAGE")
                            .put("severity", "BREACH")
                            .put("statement", 0);
                }
                tree.withArray("/outages")
                        .addObject()
                        .put("table", "orders")
                        .put("millis", 60 * times)
                        .put("countedMillis", 60 * times);
                scale(tree.withObject("/rollback"), "durationMillis", times);
                for (String phase : List.of("MIGRATE", "SETTLE")) {
                    for (JsonNode operation : tree.withArray("/operations")) {
                        if (operation.path("phase").asText().equals(phase)) {
                            scale((ObjectNode) operation.path("countedMillis"), "p50", 8 * times);
                            scale((ObjectNode) operation.path("countedMillis"), "p99", 8 * times);
                        }
                    }
                }
            })));
        }
        return nights;
    }

    private static void scale(ObjectNode values, String name, double times) {
        values.put(name, values.path(name).asDouble() * times);
    }
}
