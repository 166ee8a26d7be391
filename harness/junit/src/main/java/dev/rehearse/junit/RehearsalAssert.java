package dev.rehearse.junit;

import dev.rehearse.report.RehearsalReport;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.LockWait;
import dev.rehearse.report.RehearsalReport.Rollback;
import dev.rehearse.report.RehearsalReport.SchemaChange;
import dev.rehearse.report.RehearsalReport.Severity;
import dev.rehearse.report.RehearsalReport.Statement;
import dev.rehearse.report.RehearsalReport.TableAccount;
import dev.rehearse.report.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractAssert;

/** Assertions on a report. A failure says which statement it was, who waited, for how long, and what to do instead. */
public final class RehearsalAssert extends AbstractAssert<RehearsalAssert, RehearsalReport> {

    /** As a report calls the session of the statement that stands above already. */
    private static final String ITSELF = "migration";

    RehearsalAssert(RehearsalReport report) {
        super(report, RehearsalAssert.class);
    }

    /** The migration kept its budget, and the run proves it. */
    public RehearsalAssert isGo() {
        return hasVerdict(Verdict.GO);
    }

    /** The migration broke its budget. */
    public RehearsalAssert isNoGo() {
        return hasVerdict(Verdict.NO_GO);
    }

    private RehearsalAssert hasVerdict(Verdict expected) {
        isNotNull();
        if (actual.verdict() != expected) {
            List<String> lines = new ArrayList<>();
            lines.add("Expected " + expected + " for \"" + actual.plan().name() + "\", but the verdict is "
                    + actual.verdict() + ".");
            actual.findings().stream()
                    .filter(f -> f.severity() == Severity.BREACH || f.severity() == Severity.VOID)
                    .forEach(f -> lines.addAll(finding(f)));
            throw failure(lines, Optional.of(new Comparison(expected, actual.verdict())));
        }
        return this;
    }

    /**
     * The migration was tried, and neither it nor its way back kept an operation of the application waiting longer for a lock, as {@code longestLockWait} of a
     * budget has it: what operations wait for each other does not count, nor time that the machine stood still or gave to other programs.
     *
     * @param limit the longest such wait
     */
    public RehearsalAssert hasNoLockWaitLongerThan(Duration limit) {
        isNotNull();
        double mostMillis = limit.toNanos() / 1e6;
        if (actual.attempts().stream().noneMatch(a -> a.phase().equals("MIGRATE"))) {
            fail(List.of("Expected no lock wait longer than " + millis(mostMillis)
                    + ", but the run never came to the migration; the verdict is " + actual.verdict() + "."));
        }
        List<LockWait> tooLong = actual.lockWaits().stream()
                .filter(w -> w.waiterKind().equals("APPLICATION") && w.countedMillis() > mostMillis)
                .sorted(Comparator.comparingDouble(LockWait::countedMillis).reversed())
                .toList();
        if (!tooLong.isEmpty()) {
            LockWait worst = tooLong.get(0);
            List<String> lines = new ArrayList<>();
            lines.add("Expected no lock wait longer than " + millis(mostMillis) + ", but " + worst.waiter() + " waited "
                    + millis(worst.countedMillis()) + " for " + worst.lock() + ".");
            Optional<Statement> behind = statement(worst.statement());
            behind.ifPresent(s -> lines.add("  behind     " + sql(s)));
            String blocker = Objects.requireNonNullElse(worst.rootBlocker(), "too short to be seen");
            if (behind.isEmpty() || !blocker.equals(ITSELF)) {
                lines.add("  blocker    " + blocker);
            }
            lines.add("  waiting    " + waiting(tooLong));
            behind.map(Statement::saferWay).ifPresent(way -> lines.add("  safer way  " + way));
            fail(lines);
        }
        return this;
    }

    /** Rows were looked up again, and none and no value is gone that the application wrote or that was there before. */
    public RehearsalAssert losesNoData() {
        isNotNull();
        Rollback rollback = actual.rollback();
        if (rollback.byTable().stream().allMatch(t -> t.written() + t.sampled() == 0)) {
            fail(List.of("Expected no data to be lost, but no row was looked up again; the verdict is "
                    + actual.verdict() + "."));
        }
        List<TableAccount> losses = rollback.byTable().stream()
                .filter(t -> t.rowsLost() + t.valuesLost() + t.sampledRowsLost() + t.sampledValuesLost() > 0)
                .toList();
        if (!losses.isEmpty()) {
            List<String> lines = new ArrayList<>();
            lines.add("Expected no data to be lost, but some is:");
            losses.forEach(t -> lines.add("  " + t.table() + ": " + t.rowsLost() + " rows and " + t.valuesLost()
                    + " values of " + t.written() + " rows written meanwhile " + t.lostByColumn() + "; "
                    + t.sampledRowsLost() + " rows and " + t.sampledValuesLost() + " values of " + t.sampled()
                    + " rows looked up from before"));
            fail(lines);
        }
        return this;
    }

    /** There is a way back, it ran without an error, and the schema is what it was. */
    public RehearsalAssert rollsBackCleanly() {
        isNotNull();
        Rollback rollback = actual.rollback();
        if (!rollback.ran()) {
            fail(List.of(
                    "Expected a clean rollback, but none ran: there is no way back, or the migration changed nothing.",
                    "  way back   Flyway's is a U<version>__*.sql beside the migration, a plan's the scripts under \"down\";"
                            + " where there is to be none, leave rollsBackCleanly() out."));
        }
        List<String> lines = new ArrayList<>();
        if (!"SUCCEEDED".equals(rollback.outcome())) {
            lines.add("  it ended " + rollback.outcome());
            actual.statements().stream()
                    .filter(s -> s.phase().equals("ROLL_BACK") && s.sqlState() != null)
                    .forEach(s -> lines.add("  at " + sql(s) + " -> " + s.sqlState() + " " + s.message()));
        }
        if (!Boolean.TRUE.equals(rollback.schemaRestored())) {
            lines.add("  the schema is " + (rollback.schemaRestored() == null ? "not compared" : "not what it was:"));
            rollback.differences().forEach(d -> lines.add("    " + difference(d)));
        }
        if (!lines.isEmpty()) {
            lines.add(0, "Expected a clean rollback, but:");
            throw failure(lines, schemas(rollback.differences()));
        }
        return this;
    }

    private static String difference(SchemaChange change) {
        return change.object() + ": was " + was(change) + ", is " + is(change);
    }

    private static String was(SchemaChange change) {
        return Objects.requireNonNullElse(change.before(), "absent");
    }

    private static String is(SchemaChange change) {
        return Objects.requireNonNullElse(change.after(), "absent");
    }

    /** What a development environment shows side by side. */
    private record Comparison(Object expected, Object actual) {}

    /** The objects that differ, as they were and as they are. */
    private static Optional<Comparison> schemas(List<SchemaChange> differences) {
        if (differences.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Comparison(
                differences.stream().map(d -> d.object() + ": " + was(d)).collect(Collectors.joining("\n")),
                differences.stream().map(d -> d.object() + ": " + is(d)).collect(Collectors.joining("\n"))));
    }

    private List<String> finding(Finding finding) {
        List<String> lines = new ArrayList<>();
        String measured = finding.title().contains(finding.measured()) ? "" : ": " + finding.measured();
        String limit = finding.limit().isBlank() ? "" : " (limit " + finding.limit() + ")";
        lines.add("[" + finding.id() + "] " + finding.title() + measured + limit);
        statement(finding.statement()).ifPresent(s -> lines.add("  statement  " + sql(s)));
        // The evidence of a report begins with the statement, which stands above already.
        String itself = "statement " + (finding.statement() + 1);
        finding.evidence().stream()
                .filter(e -> !e.startsWith(itself + ":") && !e.startsWith(itself + " ("))
                .forEach(e -> lines.add("  evidence   " + e));
        if (!finding.saferWay().isBlank()) {
            lines.add("  safer way  " + finding.saferWay());
        }
        return lines;
    }

    private Optional<Statement> statement(int index) {
        return actual.statements().stream().filter(s -> s.index() == index).findFirst();
    }

    /** With where it stands, or where that is not known with the migration that it belongs to. */
    private static String sql(Statement statement) {
        String place = statement.source() == null ? statement.migration() : statement.source();
        return (place == null ? "" : place + ": ") + statement.sql().strip().replaceAll("\\s+", " ");
    }

    /** {@code 31 operations: 27 x place_order, 4 x list_orders}. */
    private static String waiting(List<LockWait> waits) {
        return waits.size()
                + (waits.size() == 1 ? " operation: " : " operations: ")
                + waits.stream()
                        .collect(Collectors.groupingBy(LockWait::waiter, Collectors.counting()))
                        .entrySet()
                        .stream()
                        .sorted((a, b) -> Long.compare(b.getValue(), a.getValue()))
                        .map(e -> e.getValue() + " x " + e.getKey())
                        .collect(Collectors.joining(", "));
    }

    private static String millis(double millis) {
        return millis < 1_000
                ? String.format(Locale.ROOT, "%.0f ms", millis)
                : String.format(Locale.ROOT, "%.1f s", millis / 1_000);
    }

    private void fail(List<String> lines) {
        throw failure(lines, Optional.empty());
    }

    /** It points to where the test asserts, and to the page of the report for whoever wants to see more. */
    private AssertionError failure(List<String> lines, Optional<Comparison> comparison) {
        List<String> all = new ArrayList<>(lines);
        ReportPlaces.of(actual).ifPresent(page -> all.add("  report     " + page));
        String message = String.join("\n", all);
        AssertionError failure = comparison.isEmpty()
                ? failure("%s", message)
                : failureWithActualExpected(
                        comparison.get().actual(), comparison.get().expected(), "%s", message);
        failure.setStackTrace(Arrays.stream(failure.getStackTrace())
                .dropWhile(frame -> !isOutside(frame.getClassName()))
                .takeWhile(frame -> !isReflection(frame.getClassName()))
                .toArray(StackTraceElement[]::new));
        return failure;
    }

    /** By which JUnit calls the test. */
    private static boolean isReflection(String caller) {
        return caller.startsWith("java.lang.reflect.") || caller.startsWith("jdk.internal.reflect.");
    }

    private static boolean isOutside(String caller) {
        return !caller.equals(RehearsalAssert.class.getName())
                && !caller.startsWith("org.assertj.")
                && !isReflection(caller);
    }
}
