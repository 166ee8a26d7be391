package dev.rehearse.report;

import dev.rehearse.report.RehearsalReport.LockWait;
import dev.rehearse.report.RehearsalReport.Operation;
import dev.rehearse.report.RehearsalReport.Percentiles;
import dev.rehearse.report.RehearsalReport.PhaseSpan;
import dev.rehearse.report.RehearsalReport.Timeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * An open load on a pretended server: arrivals at a rate, times drawn from a seed, writers that queue while a lock is held. Gives sample
 * reports the shape of real ones.
 */
final class SimulatedLoad {

    /** While it lasts, operations of these names wait. */
    record Lock(
            double startMillis, double endMillis, int statement, String relation, List<String> stopped, String root) {}

    private record Done(String name, double due, double end, String sqlState) {}

    private final SplittableRandom random = new SplittableRandom(7);
    private final double perSecond;
    private final int clients;
    private final Map<String, Integer> weights;
    private final List<Lock> locks;
    private final double giveUpMillis;
    private final List<Done> operations = new ArrayList<>();
    private final List<LockWait> waits = new ArrayList<>();

    SimulatedLoad(double perSecond, int clients, Map<String, Integer> weights, List<Lock> locks, double giveUpMillis) {
        this.perSecond = perSecond;
        this.clients = clients;
        this.weights = new TreeMap<>(weights);
        this.locks = locks;
        this.giveUpMillis = giveUpMillis;
    }

    SimulatedLoad run(double fromMillis, double toMillis, List<PhaseSpan> phases) {
        List<String> names = new ArrayList<>();
        weights.forEach((name, weight) -> {
            for (int i = 0; i < weight; i++) {
                names.add(name);
            }
        });
        int[] queued = new int[locks.size()];
        double due = fromMillis;
        while (true) {
            due += -Math.log(1 - random.nextDouble()) * 1_000 / perSecond;
            if (due >= toMillis) {
                return this;
            }
            String name = names.get(random.nextInt(names.size()));
            double service = 0.5 + Math.exp(random.nextDouble() * 1.6 - 0.8) * 0.6 + (random.nextInt(200) == 0 ? 4 : 0);
            operate(name, due, service, queued, phases);
        }
    }

    private void operate(String name, double due, double service, int[] queued, List<PhaseSpan> phases) {
        for (int i = 0; i < locks.size(); i++) {
            Lock lock = locks.get(i);
            if (due >= lock.startMillis()
                    && due < lock.endMillis()
                    && lock.stopped().contains(name)) {
                int place = queued[i]++;
                double wait = lock.endMillis() - due;
                boolean gaveUp = wait > giveUpMillis;
                double end = gaveUp ? due + giveUpMillis : lock.endMillis() + service + place * 0.35;
                operations.add(new Done(name, due, end, gaveUp ? "57014" : ""));
                // Later ones find no free client: they wait too, but not for the lock.
                if (place < clients) {
                    waits.add(wait(name, lock, due, Math.min(wait, giveUpMillis), gaveUp, phases));
                }
                return;
            }
        }
        operations.add(new Done(name, due, due + service, ""));
    }

    private static LockWait wait(
            String name, Lock lock, double due, double millis, boolean gaveUp, List<PhaseSpan> phases) {
        boolean behindOther = !lock.root().startsWith("the migration");
        return new LockWait(
                name,
                "APPLICATION",
                lock.relation(),
                "relation",
                "ROW EXCLUSIVE",
                due + 0.4,
                millis - 0.3,
                millis - 0.3,
                millis < 6 ? null : lock.root(),
                millis < 6 ? List.of() : behindOther ? List.of("the migration", lock.root()) : List.of("the migration"),
                List.of(),
                lock.statement(),
                gaveUp ? "STATEMENT_TIMEOUT" : "GRANTED",
                "SERVER_MESSAGE",
                0.5,
                phaseAt(phases, due));
    }

    private static String phaseAt(List<PhaseSpan> phases, double at) {
        return phases.stream()
                .filter(p -> at >= p.startMillis() && at < p.startMillis() + p.durationMillis())
                .map(PhaseSpan::phase)
                .findFirst()
                .orElse("SETTLE");
    }

    List<LockWait> waits() {
        return waits.stream()
                .sorted(Comparator.comparingDouble(LockWait::millis).reversed())
                .toList();
    }

    long planned() {
        return operations.size();
    }

    List<Operation> operations(String application, List<PhaseSpan> phases) {
        List<Operation> table = new ArrayList<>();
        for (PhaseSpan phase : phases) {
            for (String name : weights.keySet()) {
                List<Done> due = operations.stream()
                        .filter(o -> o.name().equals(name)
                                && o.due() >= phase.startMillis()
                                && o.due() < phase.startMillis() + phase.durationMillis())
                        .toList();
                if (!due.isEmpty()) {
                    Map<String, Long> errors = new TreeMap<>();
                    due.stream()
                            .filter(o -> !o.sqlState().isEmpty())
                            .forEach(o -> errors.merge(o.sqlState(), 1L, Long::sum));
                    Percentiles response = percentiles(
                            due.stream().mapToDouble(o -> o.end() - o.due()).toArray());
                    table.add(new Operation(
                            name, application, phase.phase(), due.size(), errors, response, response, response));
                }
            }
        }
        return table;
    }

    private static Percentiles percentiles(double[] values) {
        Arrays.sort(values);
        return new Percentiles(at(values, 0.5), at(values, 0.9), at(values, 0.99), at(values, 0.999), at(values, 1));
    }

    private static double at(double[] sorted, double share) {
        return Math.rint(sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))] * 1_000) / 1_000;
    }

    Timeline timeline(double fromMillis, double toMillis, double bucketMillis, boolean standby) {
        int buckets = (int) Math.ceil((toMillis - fromMillis) / bucketMillis);
        Long[] due = new Long[buckets];
        Long[] succeeded = new Long[buckets];
        Long[] failed = new Long[buckets];
        Integer[] waiting = new Integer[buckets];
        Arrays.fill(due, 0L);
        Arrays.fill(succeeded, 0L);
        Arrays.fill(failed, 0L);
        Arrays.fill(waiting, 0);
        List<List<Double>> times = new ArrayList<>();
        for (int i = 0; i < buckets; i++) {
            times.add(new ArrayList<>());
        }
        for (Done o : operations) {
            int dueIn = (int) ((o.due() - fromMillis) / bucketMillis);
            int endIn = Math.min(buckets - 1, (int) ((o.end() - fromMillis) / bucketMillis));
            due[dueIn]++;
            times.get(dueIn).add(o.end() - o.due());
            if (o.sqlState().isEmpty()) {
                succeeded[endIn]++;
            } else {
                failed[endIn]++;
            }
        }
        for (LockWait w : waits) {
            int last = (int) ((w.startMillis() + w.millis() - fromMillis) / bucketMillis);
            for (int i = (int) ((w.startMillis() - fromMillis) / bucketMillis); i <= Math.min(last, buckets - 1); i++) {
                waiting[i]++;
            }
        }
        List<Percentiles> percentiles = times.stream()
                .map(t -> t.isEmpty()
                        ? null
                        : percentiles(
                                t.stream().mapToDouble(Double::doubleValue).toArray()))
                .toList();
        List<Double> lag = new ArrayList<>();
        for (int i = 0; i < buckets; i++) {
            double at = fromMillis + i * bucketMillis;
            double behind = locks.stream()
                    .filter(l -> at >= l.startMillis() && at < l.endMillis() + 800)
                    .mapToDouble(l -> Math.min(at - l.startMillis(), 2 * (l.endMillis() + 800 - at)) * 0.4)
                    .max()
                    .orElse(2);
            lag.add(standby ? behind : null);
        }
        return new Timeline(
                bucketMillis,
                fromMillis,
                List.of(due),
                List.of(succeeded),
                List.of(failed),
                percentiles.stream().map(p -> p == null ? null : p.p50()).toList(),
                percentiles.stream().map(p -> p == null ? null : p.p99()).toList(),
                percentiles.stream().map(p -> p == null ? null : p.max()).toList(),
                List.of(waiting),
                lag,
                active(fromMillis, bucketMillis, buckets, waiting));
    }

    /** Who does not wait for a lock commits, reads or computes; how many of each is made up. */
    private Map<String, List<Integer>> active(double fromMillis, double bucketMillis, int buckets, Integer[] waiting) {
        Map<String, List<Integer>> active = new TreeMap<>();
        for (String wait : List.of("CPU", "IO:DataFileRead", "IO:WALSync", "LWLock:WALWrite", "Lock:relation")) {
            active.put(wait, new ArrayList<>());
        }
        for (int i = 0; i < buckets; i++) {
            double at = fromMillis + i * bucketMillis;
            boolean building = locks.stream().anyMatch(l -> at >= l.startMillis() && at < l.endMillis());
            active.get("CPU").add(1 + i * 7 % 3);
            active.get("IO:DataFileRead").add(building ? 1 : 0);
            active.get("IO:WALSync").add(i * 5 % 4);
            active.get("LWLock:WALWrite").add(i % 6 == 0 ? 1 : 0);
            active.get("Lock:relation").add(waiting[i]);
        }
        return active;
    }
}
