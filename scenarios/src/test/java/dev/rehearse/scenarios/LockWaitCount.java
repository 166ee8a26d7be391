package dev.rehearse.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Holds what was reported of waits against the truth, scene by scene, and counts. For one thread. */
final class LockWaitCount {

    /** Waits above this must be reported. */
    static final double LEAST_MILLIS = 10;

    private final List<Double> errorsMillis = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private int trueWaits;
    private int missed;
    private int twice;
    private int invented;
    private int wrongRoots;
    private int noRoots;
    private int tooFar;
    private int falselyExact;

    /**
     * @param truth every wait of a scene
     * @param lines what was reported during it
     */
    void add(String scene, List<TrueWait> truth, List<JsonNode> lines) {
        List<JsonNode> left = new ArrayList<>(lines);
        List<TrueWait> longestFirst = new ArrayList<>(truth);
        longestFirst.sort(Comparator.comparingDouble(TrueWait::millis).reversed());
        for (TrueWait wait : longestFirst) {
            Optional<JsonNode> line =
                    left.stream().filter(l -> isAbout(l, wait)).min(Comparator.comparingDouble(l -> error(l, wait)));
            line.ifPresent(left::remove);
            if (wait.millis() > LEAST_MILLIS) {
                trueWaits++;
                line.ifPresentOrElse(l -> compare(scene, wait, l), () -> {
                    missed++;
                    complain(scene, "missed", wait, null);
                });
            }
        }
        // Of waits below a millisecond the server says nothing, but they are true.
        left.removeIf(
                l -> l.path("millis").asDouble() < 1 + l.path("errorMillis").asDouble());
        for (JsonNode line : left) {
            Optional<TrueWait> same =
                    truth.stream().filter(t -> isAbout(line, t)).findFirst();
            if (same.isPresent()) {
                twice++;
                complain(scene, "twice", same.get(), line);
            } else {
                invented++;
                complain(scene, "invented", null, line);
            }
        }
    }

    private static boolean isAbout(JsonNode line, TrueWait wait) {
        return line.path("pid").asInt() == wait.pid()
                && line.path("lockType").asText().equals(wait.lockType())
                && line.path("mode").asText().equals(wait.mode());
    }

    private static double error(JsonNode line, TrueWait wait) {
        return Math.abs(line.path("millis").asDouble() - wait.millis());
    }

    private void compare(String scene, TrueWait wait, JsonNode line) {
        double error = error(line, wait);
        errorsMillis.add(error);
        if (error > wait.toleranceMillis()) {
            tooFar++;
            complain(scene, "too far", wait, line);
        }
        if (error > line.path("errorMillis").asDouble() + 0.5) {
            falselyExact++;
            complain(scene, "further than it says", wait, line);
        }
        JsonNode blockers = line.path("blockers");
        if (wait.rootPid() != 0 && blockers.isEmpty()) {
            noRoots++;
            complain(scene, "no root", wait, line);
        } else if (wait.rootPid() != 0
                && blockers.get(blockers.size() - 1).path("pid").asInt() != wait.rootPid()) {
            wrongRoots++;
            complain(scene, "wrong root", wait, line);
        }
    }

    private void complain(String scene, String what, TrueWait wait, JsonNode line) {
        if (complaints.size() < 40) {
            complaints.add(what + " in " + scene + ": " + wait + " reported as " + line);
        }
    }

    void addAll(LockWaitCount other) {
        errorsMillis.addAll(other.errorsMillis);
        complaints.addAll(other.complaints);
        trueWaits += other.trueWaits;
        missed += other.missed;
        twice += other.twice;
        invented += other.invented;
        wrongRoots += other.wrongRoots;
        noRoots += other.noRoots;
        tooFar += other.tooFar;
        falselyExact += other.falselyExact;
    }

    /** Whether every wait was reported, once, with its root, and none besides. */
    boolean isComplete() {
        return missed + twice + invented + wrongRoots + noRoots == 0;
    }

    boolean isExact() {
        return tooFar == 0;
    }

    int trueWaits() {
        return trueWaits;
    }

    List<String> complaints() {
        return complaints;
    }

    /** Complaints of other kinds. */
    List<String> complaintsBut(String kind) {
        return complaints.stream().filter(c -> !c.startsWith(kind)).toList();
    }

    double errorMillis(double quantile) {
        if (errorsMillis.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = new ArrayList<>(errorsMillis);
        Collections.sort(sorted);
        return sorted.get((int) Math.min(sorted.size() - 1, Math.floor(quantile * sorted.size())));
    }

    static String header() {
        return String.format(
                "%-24s %6s %6s %5s %8s %10s %7s %7s %8s %9s %9s %9s %9s",
                "waits",
                "true",
                "missed",
                "twice",
                "invented",
                "wrong root",
                "no root",
                "too far",
                "overrated",
                "p50 ms",
                "p90 ms",
                "p99 ms",
                "max ms");
    }

    String row(String name) {
        return String.format(
                Locale.ROOT,
                "%-24s %6d %6d %5d %8d %10d %7d %7d %8d %9.3f %9.3f %9.3f %9.3f",
                name,
                trueWaits,
                missed,
                twice,
                invented,
                wrongRoots,
                noRoots,
                tooFar,
                falselyExact,
                errorMillis(0.5),
                errorMillis(0.9),
                errorMillis(0.99),
                errorMillis(1));
    }
}
