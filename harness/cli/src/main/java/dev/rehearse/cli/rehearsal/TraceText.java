package dev.rehearse.cli.rehearsal;

import dev.rehearse.recording.LockMode;
import dev.rehearse.recording.Outcome;
import dev.rehearse.recording.Recording;
import dev.rehearse.recording.RelationLock;
import dev.rehearse.recording.StatementFact;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A trace as text: each statement with what it locks and does. */
final class TraceText {

    private static final String INDENT = " ".repeat(13);
    private static final int NARROWEST = 60;

    private final StringBuilder text = new StringBuilder();
    private final int width;

    private TraceText(int width) {
        this.width = Math.max(width, NARROWEST);
    }

    static String render(Recording recording, int width) {
        TraceText trace = new TraceText(width);
        // What has no source is the tool's own housekeeping.
        List<StatementFact> statements =
                recording.statements().stream().filter(s -> s.source() != null).toList();
        statements.forEach(trace::statement);
        long micros = statements.stream()
                .mapToLong(s -> s.endMicros() - s.startMicros())
                .sum();
        long rows = recording.plan().rows().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        trace.text.append(String.format(
                Locale.ROOT,
                "%d statement%s, %s, on %s with %,d rows%n",
                statements.size(),
                statements.size() == 1 ? "" : "s",
                time(micros),
                recording.environment().database(),
                rows));
        Recording.Aborted aborted = recording.aborted();
        if (aborted != null) {
            trace.text.append("ended early: ").append(aborted.reason()).append('\n');
        }
        return trace.text.toString();
    }

    private void statement(StatementFact statement) {
        text.append(statement.source()).append('\n');
        long micros = statement.endMicros() - statement.startMicros();
        text.append(String.format(Locale.ROOT, "%10s   %s%n", time(micros), oneLine(statement.sql())));
        List<RelationLock> locks =
                statement.locks().stream().filter(RelationLock::existedBefore).toList();
        Optional<LockMode> strongest = locks.stream()
                .filter(lock -> !follows(lock) && !lock.onType())
                .map(RelationLock::mode)
                .max(Comparator.naturalOrder());
        locks.stream()
                // An index is locked with its table; it is worth a line where its lock is the stronger one.
                .filter(lock ->
                        !follows(lock) || strongest.isEmpty() || lock.mode().compareTo(strongest.get()) > 0)
                .sorted(Comparator.comparing(RelationLock::mode).reversed().thenComparing(RelationLock::relation))
                .forEach(lock -> line(lock.mode().sqlName() + " on " + lock.relation() + " (" + lock.relationKind()
                        + ") for " + time(lock.heldMicros()) + (lock.onType() ? "" : whoWaits(lock.mode()))));
        statement.rewrites().forEach(table -> line("rewrites " + table));
        statement.scans().forEach(table -> line("scans " + table));
        statement.indexBuilds().forEach(index -> line("builds " + index));
        if (statement.outcome() != Outcome.SUCCEEDED) {
            line(statement.outcome() + " " + statement.sqlState() + ": " + statement.message());
        }
        text.append('\n');
    }

    private static boolean follows(RelationLock lock) {
        return lock.relationKind().contains("index") || lock.relationKind().startsWith("TOAST");
    }

    private static String whoWaits(LockMode mode) {
        if (mode.blocksReaders()) {
            return ": readers and writers wait";
        }
        return mode.blocksWriters() ? ": writers wait" : "";
    }

    private void line(String what) {
        text.append(INDENT).append(what.replaceAll("\\s+", " ")).append('\n');
    }

    private String oneLine(String sql) {
        String line = sql.strip().replaceAll("\\s+", " ");
        int room = width - INDENT.length();
        return line.length() <= room ? line : line.substring(0, room - 3) + "...";
    }

    private static String time(long micros) {
        return micros < 1_000_000
                ? String.format(Locale.ROOT, "%.1f ms", micros / 1e3)
                : String.format(Locale.ROOT, "%.1f s", micros / 1e6);
    }
}
