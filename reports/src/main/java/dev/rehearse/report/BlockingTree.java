package dev.rehearse.report;

import dev.rehearse.report.RehearsalReport.LockWait;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who stood at the root, which statement of the migration queued behind it, and what queued behind that: every lock wait of a report,
 * summed up.
 *
 * @param roots most waiting time first
 * @param rootsLeftOut how many more there are
 */
record BlockingTree(List<Root> roots, int rootsLeftOut) {

    private static final int MOST_ROOTS = 12;
    private static final int MOST_BRANCHES = 12;
    private static final int MOST_LEAVES = 10;

    /**
     * @param who the root blocker; null where the waits were too short for it to be seen
     * @param migration whether it is the migration itself
     * @param waits how many waits stood behind it
     */
    record Root(
            @Nullable String who,
            boolean migration,
            long waits,
            double worstMillis,
            double totalMillis,
            List<Branch> branches,
            int branchesLeftOut) {}

    /**
     * @param statement the migration's statement, -1 where none was part of it
     * @param own how long that statement itself waited; null where it did not
     * @param leaves what queued, most waiting time first
     */
    record Branch(
            int statement,
            @Nullable Leaf own,
            long waits,
            double worstMillis,
            double totalMillis,
            List<Leaf> leaves,
            int leavesLeftOut) {}

    /** Waits of one kind: the same waiter and {@link LockWait#lock()}. */
    record Leaf(
            String waiter,
            String waiterKind,
            String lock,
            long waits,
            double worstMillis,
            double totalMillis,
            Map<String, Long> ended) {}

    static BlockingTree of(List<LockWait> waits) {
        Map<String, List<LockWait>> byRoot = new LinkedHashMap<>();
        waits.forEach(wait ->
                byRoot.computeIfAbsent(rootKey(wait), k -> new ArrayList<>()).add(wait));
        List<Root> roots = byRoot.values().stream()
                .map(BlockingTree::root)
                .sorted(Comparator.comparing((Root root) -> root.who() == null)
                        .thenComparing(
                                Comparator.comparingDouble(Root::totalMillis).reversed()))
                .toList();
        return new BlockingTree(first(roots, MOST_ROOTS), leftOut(roots, MOST_ROOTS));
    }

    /** The migration's sessions are one root: which statement it was is said by the branch. */
    private static String rootKey(LockWait wait) {
        String root = wait.rootBlocker();
        if (root == null) {
            return "";
        }
        return isMigration(root) ? "the migration" : root;
    }

    static boolean isMigration(String who) {
        return who.startsWith("migration") || who.startsWith("the migration");
    }

    private static Root root(List<LockWait> waits) {
        Map<Integer, List<LockWait>> byStatement = new TreeMap<>();
        waits.forEach(wait -> byStatement
                .computeIfAbsent(wait.statement(), s -> new ArrayList<>())
                .add(wait));
        List<Branch> branches = byStatement.entrySet().stream()
                .map(e -> branch(e.getKey(), e.getValue()))
                .sorted(Comparator.comparingDouble(Branch::totalMillis).reversed())
                .toList();
        String who = waits.get(0).rootBlocker();
        boolean migration = who != null && isMigration(who);
        return new Root(
                migration ? "the migration" : who,
                migration,
                waits.size(),
                worst(waits),
                total(waits),
                first(branches, MOST_BRANCHES),
                leftOut(branches, MOST_BRANCHES));
    }

    private static Branch branch(int statement, List<LockWait> waits) {
        Map<List<String>, List<LockWait>> alike = new LinkedHashMap<>();
        List<LockWait> own = new ArrayList<>();
        for (LockWait wait : waits) {
            if (statement >= 0 && wait.waiterKind().equals("MIGRATION")) {
                own.add(wait);
            } else {
                alike.computeIfAbsent(List.of(wait.waiter(), wait.lock()), k -> new ArrayList<>())
                        .add(wait);
            }
        }
        List<Leaf> leaves = alike.values().stream()
                .map(BlockingTree::leaf)
                .sorted(Comparator.comparingDouble(Leaf::totalMillis).reversed())
                .toList();
        List<LockWait> queued = alike.values().stream().flatMap(List::stream).toList();
        return new Branch(
                statement,
                own.isEmpty() ? null : leaf(own),
                queued.size(),
                worst(queued),
                total(queued),
                first(leaves, MOST_LEAVES),
                leftOut(leaves, MOST_LEAVES));
    }

    private static Leaf leaf(List<LockWait> waits) {
        LockWait longest =
                waits.stream().max(Comparator.comparingDouble(LockWait::millis)).orElseThrow();
        Map<String, Long> ended = new TreeMap<>();
        waits.forEach(wait -> ended.merge(wait.ended(), 1L, Long::sum));
        return new Leaf(
                longest.waiter(),
                longest.waiterKind(),
                longest.lock(),
                waits.size(),
                longest.millis(),
                total(waits),
                ended);
    }

    private static double worst(List<LockWait> waits) {
        return waits.stream().mapToDouble(LockWait::millis).max().orElse(0);
    }

    private static double total(List<LockWait> waits) {
        return waits.stream().mapToDouble(LockWait::millis).sum();
    }

    private static <T> List<T> first(List<T> all, int most) {
        return all.subList(0, Math.min(most, all.size()));
    }

    private static int leftOut(List<?> all, int most) {
        return Math.max(0, all.size() - most);
    }
}
