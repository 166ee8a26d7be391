package dev.rehearse.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
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

    /** Of one kind in one scene. */
    private static final int MOST_COMPLAINTS = 20;

    /** The log has milliseconds, and two clocks are compared. */
    private static final double SLACK_MILLIS = 2;

    private final double toldFromMillis;
    private final List<Double> errorsMillis = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private int trueWaits;
    private int missed;
    private int twice;
    private int invented;
    private int untold;
    private int wrongRoots;
    private int noRoots;
    private int tooFar;
    private int wokenLate;
    private int falselyExact;

    /** Where the server tells every wait. */
    LockWaitCount() {
        this(0);
    }

    /**
     * @param toldFromMillis what is shorter the server may have said nothing of
     */
    LockWaitCount(double toldFromMillis) {
        this.toldFromMillis = toldFromMillis;
    }

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
                    left.stream().filter(l -> isAbout(l, wait)).min(Comparator.comparingDouble(l -> apart(l, wait)));
            line.ifPresent(left::remove);
            if (wait.millis() > LEAST_MILLIS) {
                trueWaits++;
                line.ifPresentOrElse(l -> compare(scene, wait, l), () -> {
                    missed++;
                    complain(scene, "missed", wait, null);
                });
            }
        }
        for (JsonNode line : left) {
            Optional<TrueWait> same =
                    truth.stream().filter(t -> isAbout(line, t)).findFirst();
            boolean again = lines.stream().anyMatch(l -> l != line && isSameWait(l, line));
            // The server shows that there was this wait, and when it began. It tells nobody of its end where that
            // came before the waiter had been able to look for a deadlock.
            boolean shown = line.path("source").asText().equals("WAITSTART");
            if (!again
                    && line.path("millis").asDouble() - line.path("errorMillis").asDouble()
                            < (shown ? LEAST_MILLIS : toldFromMillis)) {
                untold++;
            } else if (again || same.isPresent()) {
                twice++;
                complain(scene, "twice", same.orElse(null), line);
            } else {
                invented++;
                complain(scene, "invented", null, line);
            }
        }
    }

    /** A process waits for one lock at a time, so that each of its waits has a start of its own. */
    private static boolean isSameWait(JsonNode one, JsonNode other) {
        return one.path("pid").asInt() == other.path("pid").asInt()
                && (one.path("startedAt").equals(other.path("startedAt")) || overlap(one, other));
    }

    private static boolean overlap(JsonNode one, JsonNode other) {
        double slack =
                one.path("errorMillis").asDouble() + other.path("errorMillis").asDouble();
        return start(one) + one.path("millis").asDouble() > start(other) + slack
                && start(other) + other.path("millis").asDouble() > start(one) + slack;
    }

    private static double start(JsonNode line) {
        return line.path("startMillis").asDouble();
    }

    private static boolean isAbout(JsonNode line, TrueWait wait) {
        return line.path("pid").asInt() == wait.pid()
                && line.path("lockType").asText().equals(wait.lockType())
                && line.path("mode").asText().equals(wait.mode())
                && apart(line, wait) < SLACK_MILLIS + line.path("errorMillis").asDouble();
    }

    /** How long lies between the one and the other, 0 where they overlap; and, for those, next to nothing of how much they differ. */
    private static double apart(JsonNode line, TrueWait wait) {
        Instant began = Instant.parse(line.path("startedAt").asText());
        double start = began.getEpochSecond() * 1_000.0 + began.getNano() / 1_000_000.0;
        double end = start + line.path("millis").asDouble();
        double gap = Math.max(start - wait.endEpochMillis(), wait.startEpochMillis() - end);
        return Math.max(0, gap) + (Math.abs(start - wait.startEpochMillis()) + error(line, wait)) / 1_000_000;
    }

    private static double error(JsonNode line, TrueWait wait) {
        return Math.abs(line.path("millis").asDouble() - wait.millis());
    }

    /** How far a report ends from the time in which the lock was the waiter's and it had no core to know: to end within it is no error. */
    private static double farFromWakening(JsonNode line, TrueWait wait) {
        double early = wait.millis() - line.path("millis").asDouble();
        return early < 0 ? -early : Math.max(0, early - wait.wokenLateMillis());
    }

    private void compare(String scene, TrueWait wait, JsonNode line) {
        double error = farFromWakening(line, wait);
        errorsMillis.add(error);
        if (error <= wait.toleranceMillis() && error(line, wait) > wait.toleranceMillis()) {
            wokenLate++;
        }
        if (error > wait.toleranceMillis()) {
            tooFar++;
            complain(scene, "too far", wait, line);
        }
        if (error(line, wait) > line.path("errorMillis").asDouble() + 0.5) {
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
        if (complaints.stream().filter(c -> c.startsWith(what + " in ")).count() < MOST_COMPLAINTS) {
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
        untold += other.untold;
        wrongRoots += other.wrongRoots;
        noRoots += other.noRoots;
        tooFar += other.tooFar;
        wokenLate += other.wokenLate;
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
                "%-24s %6s %6s %5s %8s %6s %10s %7s %7s %6s %8s %9s %9s %9s %9s",
                "waits",
                "true",
                "missed",
                "twice",
                "invented",
                "untold",
                "wrong root",
                "no root",
                "too far",
                "asleep",
                "overrated",
                "p50 ms",
                "p90 ms",
                "p99 ms",
                "max ms");
    }

    String row(String name) {
        return String.format(
                Locale.ROOT,
                "%-24s %6d %6d %5d %8d %6d %10d %7d %7d %6d %8d %9.3f %9.3f %9.3f %9.3f",
                name,
                trueWaits,
                missed,
                twice,
                invented,
                untold,
                wrongRoots,
                noRoots,
                tooFar,
                wokenLate,
                falselyExact,
                errorMillis(0.5),
                errorMillis(0.9),
                errorMillis(0.99),
                errorMillis(1));
    }
}
