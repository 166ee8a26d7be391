package dev.rehearse.report;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rehearse.report.RehearsalReport.Finding;
import dev.rehearse.report.RehearsalReport.Severity;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Runs beside earlier ones of the same plan: what got worse, and since when. A number is worse where it is above the median of the earlier ones by more than the tolerance, by
 * more than what is too little to tell, and by half as much again as the highest of them is above it. Times are without what the machine took from them, where the runs' reports
 * say: other programs have the cores of a night now and then. What the load took by itself before the migration tells of the machine alone. Earlier runs that are INCONCLUSIVE
 * prove nothing, and are left out. As JSON {@code comparison.schema.json} beside this class describes it.
 *
 * @param schemaVersion version of this contract; a reader that knows version N can read every N.x
 * @param plan the last run's plan
 * @param outcome the conclusion
 * @param tolerance by which a number may be above the median of the earlier ones, as a share of it
 * @param runs all of them, the newest last
 * @param lines what is compared, in words, the verdict first
 * @param trends every number, run by run; where several are to be judged, worse is what is worse in each of them
 * @param notComparable in what the runs differ that their numbers depend on, or why one that is to be judged proves too little; what got worse proves nothing then
 * @param perhapsChance whether something is worse, but so few earlier runs do not show how far they lie apart by themselves
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record Comparison(
        String schemaVersion,
        String plan,
        Outcome outcome,
        double tolerance,
        List<Run> runs,
        List<Line> lines,
        List<Trend> trends,
        List<String> notComparable,
        boolean perhapsChance) {

    public static final String SCHEMA_VERSION = "1.0";

    /** By which a number may be above the median of the earlier ones, as a share of it, unless somebody says otherwise. */
    public static final double TOLERANCE = 0.5;

    /** Fewer earlier runs do not show how far runs of one plan lie apart by chance. */
    private static final int ENOUGH = 5;

    private static final String SLOWER = "slower on the new schema";

    private static final int MOST_SLOWER = 3;

    /**
     * A report and where it is from.
     *
     * @param folder of its run, as who compares calls it
     */
    public record NamedReport(String folder, RehearsalReport report) {}

    /** INCONCLUSIVE: the runs cannot be compared, or one to judge proves too little. */
    public enum Outcome {
        WORSE,
        NO_WORSE,
        INCONCLUSIVE;

        String words() {
            return name().replace('_', ' ');
        }
    }

    /** LATER: to be judged. EARLIER: what those are compared with. LEFT_OUT: an earlier one that is INCONCLUSIVE. */
    public enum Role {
        EARLIER,
        LEFT_OUT,
        LATER
    }

    /**
     * @param folder where it is, as it was named
     * @param startedAt ISO 8601
     * @param verdict its own
     * @param role what it is here
     * @param findings ids of what broke a limit or is a danger
     */
    public record Run(String folder, String startedAt, Verdict verdict, Role role, List<String> findings) {}

    /**
     * @param what "longest lock wait"
     * @param before of the earlier runs, in words
     * @param now of the last one, in words
     * @param worse whether it is worse in each run that is to be judged
     */
    public record Line(String what, String before, String now, boolean worse) {}

    /** What a number is about: the whole run, an operation in a phase, outages of a table, or the application's waits for locks on a relation. */
    public enum Subject {
        RUN,
        OPERATION,
        OUTAGE,
        LOCK_WAIT
    }

    /** What a number counts. PERCENT: of the operations. */
    public enum Unit {
        MILLIS,
        PERCENT,
        BYTES,
        COUNT;

        String words(double value) {
            return switch (this) {
                case MILLIS -> Units.millis(value);
                case PERCENT -> String.format(Locale.ROOT, "%.1f %%", value);
                case BYTES -> Units.bytes((long) value);
                case COUNT -> Units.count((long) value);
            };
        }
    }

    /**
     * A number, run by run.
     *
     * @param subject what it is about
     * @param name the operation, table or relation; empty for the whole run
     * @param application the version that an operation belongs to; empty for others
     * @param phase in which an operation was due; empty for others
     * @param what which number: "migration", "p99", "longest"
     * @param unit of all that follows
     * @param values one for each of the runs; null where it was not measured
     * @param median of the earlier runs; null where none of them measured it
     * @param lowest the same
     * @param highest the same
     * @param departures the runs that are beyond those before them
     * @param judged whether the outcome depends on it; others tell where that comes from
     * @param worse whether it is judged, and each run that is to be judged is beyond the earlier ones
     */
    public record Trend(
            Subject subject,
            String name,
            String application,
            String phase,
            String what,
            Unit unit,
            List<Double> values,
            Double median,
            Double lowest,
            Double highest,
            List<Departure> departures,
            boolean judged,
            boolean worse) {

        private double now() {
            return values.get(values.size() - 1);
        }

        private boolean departsIn(int run) {
            return departures.stream().anyMatch(departure -> departure.run() == run);
        }

        private Line line() {
            String before = words(median);
            boolean compared = Trends.isMeasured(now()) && highest > lowest;
            return new Line(
                    what,
                    compared ? before + " (" + words(lowest) + " to " + words(highest) + ")" : before,
                    words(now()),
                    worse);
        }

        private String words(double value) {
            return Trends.isMeasured(value) ? unit.words(value) : "not measured";
        }
    }

    /**
     * A run that is beyond those before it: what {@code rehearse compare} would have said of it then.
     *
     * @param run index into the runs
     * @param value its number
     * @param median of those before it
     * @param highest of those before it
     * @param earlier how many of those have the number; of fewer than five it may be chance
     * @param stays whether most of it is there in the last run, too
     */
    public record Departure(int run, double value, double median, double highest, int earlier, boolean stays) {}

    /**
     * Compares runs with the ones before them. Of several, worse is what is worse in each of them, so that chance must have done the same to each; what the lines say of now is the last one's.
     *
     * @param before none is too little to compare with
     * @param later at least one
     * @param tolerance by which a number may be above the median of the earlier ones, as a share of it
     */
    public static Comparison of(List<NamedReport> before, List<NamedReport> later, double tolerance) {
        List<Run> runs = Stream.concat(
                        before.stream()
                                .map(one -> run(
                                        one,
                                        one.report().verdict() == Verdict.INCONCLUSIVE ? Role.LEFT_OUT : Role.EARLIER)),
                        later.stream().map(one -> run(one, Role.LATER)))
                .toList();
        List<RehearsalReport> earlier = before.stream()
                .map(NamedReport::report)
                .filter(report -> report.verdict() != Verdict.INCONCLUSIVE)
                .toList();
        List<NamedReport> all = Stream.concat(before.stream(), later.stream()).toList();
        List<Trend> trends = Trends.of(all, runs, tolerance);
        List<Line> lines = earlier.isEmpty() ? List.of() : lines(runs, trends);
        List<String> notComparable = later.stream()
                .flatMap(one -> notComparable(earlier, one.report()).stream())
                .distinct()
                .toList();
        boolean worse = lines.stream().anyMatch(Line::worse);
        Outcome outcome = !notComparable.isEmpty() ? Outcome.INCONCLUSIVE : worse ? Outcome.WORSE : Outcome.NO_WORSE;
        return new Comparison(
                SCHEMA_VERSION,
                all.get(all.size() - 1).report().plan().name(),
                outcome,
                tolerance,
                runs,
                lines,
                trends,
                notComparable,
                outcome == Outcome.WORSE && earlier.size() < ENOUGH);
    }

    private static Run run(NamedReport named, Role role) {
        RehearsalReport report = named.report();
        return new Run(
                named.folder(), report.environment().startedAt(), report.verdict(), role, List.copyOf(bad(report)));
    }

    /** Ids of what breaks a limit or is a danger. */
    private static Set<String> bad(RehearsalReport report) {
        return report.findings().stream()
                .filter(finding -> finding.severity() == Severity.BREACH || finding.severity() == Severity.DANGER)
                .map(Finding::id)
                .collect(toCollection(TreeSet::new));
    }

    private static List<Line> lines(List<Run> runs, List<Trend> trends) {
        List<Run> earlier = ofRole(runs, Role.EARLIER);
        List<Run> later = ofRole(runs, Role.LATER);
        List<Line> lines = new ArrayList<>();
        lines.add(verdict(earlier, later));
        lines.add(newFindings(earlier, later));
        lines.add(slower(runs, trends));
        trends.stream()
                .filter(trend -> trend.subject() == Subject.RUN)
                .map(Trend::line)
                .forEach(lines::add);
        return lines;
    }

    private static List<Run> ofRole(List<Run> runs, Role role) {
        return runs.stream().filter(run -> run.role() == role).toList();
    }

    private static Line verdict(List<Run> earlier, List<Run> later) {
        String before =
                earlier.stream().map(run -> run.verdict().name()).distinct().collect(joining(", "));
        // A NO_GO of long ago that was mended is news again.
        boolean worse = earlier.get(earlier.size() - 1).verdict() != Verdict.NO_GO
                && later.stream().allMatch(run -> run.verdict() == Verdict.NO_GO);
        return new Line("verdict", before, later.get(later.size() - 1).verdict().name(), worse);
    }

    private static Line newFindings(List<Run> earlier, List<Run> later) {
        List<List<String>> added = later.stream()
                .map(run -> run.findings().stream()
                        .filter(id -> earlier.stream()
                                .noneMatch(before -> before.findings().contains(id)))
                        .toList())
                .toList();
        List<String> last = added.get(added.size() - 1);
        return new Line(
                "new findings",
                "",
                last.isEmpty() ? "none" : String.join(", ", last),
                added.stream().noneMatch(List::isEmpty));
    }

    /** Operations that take longer on the new schema, which is felt from the release on. */
    private static Line slower(List<Run> runs, List<Trend> trends) {
        List<Trend> judged = trends.stream()
                .filter(trend -> trend.subject() == Subject.OPERATION && trend.judged())
                .toList();
        List<String> slower = judged.stream()
                .filter(trend -> trend.departsIn(runs.size() - 1))
                .map(trend -> PlainText.oneLine(trend.name(), 40) + ": " + trend.words(trend.median()) + ", now "
                        + trend.words(trend.now()))
                .toList();
        String some = slower.stream().limit(MOST_SLOWER).collect(joining("; "));
        String more = slower.size() > MOST_SLOWER ? " and " + (slower.size() - MOST_SLOWER) + " more" : "";
        return new Line(
                SLOWER,
                "",
                slower.isEmpty() ? "none" : some + more,
                judged.stream().anyMatch(Trend::worse));
    }

    private static List<String> notComparable(List<RehearsalReport> earlier, RehearsalReport later) {
        List<String> reasons = new ArrayList<>();
        if (earlier.isEmpty()) {
            reasons.add("there is no earlier run to compare with");
        }
        reasons.addAll(Comparability.differences(earlier, later));
        Comparability.differs(
                reasons, "rows", earlier, later, report -> report.plan().rows());
        if (later.verdict() == Verdict.INCONCLUSIVE) {
            reasons.add("the later run is INCONCLUSIVE" + voids(later) + ": its report says why");
        }
        return reasons;
    }

    private static String voids(RehearsalReport report) {
        List<String> ids = report.findings().stream()
                .filter(finding -> finding.severity() == RehearsalReport.Severity.VOID)
                .map(RehearsalReport.Finding::id)
                .distinct()
                .toList();
        return ids.isEmpty() ? "" : " (" + String.join(", ", ids) + ")";
    }

    /** For a terminal, ending with a newline. */
    public String render() {
        StringBuilder text =
                new StringBuilder(outcome.words() + "  " + PlainText.oneLine(plan, 80) + ", " + against() + "\n");
        if (!lines.isEmpty()) {
            text.append('\n').append(table());
        }
        if (!notComparable.isEmpty()) {
            text.append("\nNot comparable:\n");
            notComparable.forEach(reason -> text.append("  ").append(reason).append('\n'));
        } else if (perhapsChance) {
            text.append(
                            "\nChance may have done that: so few earlier runs do not show how far they lie apart by themselves. Run it again, or compare with ")
                    .append(ENOUGH)
                    .append(" or more.\n");
        }
        Map<Integer, Set<String>> departed = departedBefore();
        if (notComparable.isEmpty() && !departed.isEmpty()) {
            text.append("\nEarlier runs were worse than those before them; what stays so since is not told again:\n");
            departed.forEach((run, what) -> text.append("  ")
                    .append(PlainText.oneLine(runs.get(run).folder(), 80))
                    .append("  ")
                    .append(String.join(", ", what))
                    .append('\n'));
        }
        return text.toString();
    }

    /** What is judged, was beyond those before it, and stays so, by the earlier run in which it was. */
    private Map<Integer, Set<String>> departedBefore() {
        Map<Integer, Set<String>> departed = new TreeMap<>();
        trends.stream()
                .filter(Trend::judged)
                .forEach(trend -> trend.departures().stream()
                        .filter(departure -> runs.get(departure.run()).role() == Role.EARLIER)
                        .filter(Departure::stays)
                        .forEach(departure -> departed.computeIfAbsent(departure.run(), run -> new LinkedHashSet<>())
                                .add(trend.subject() == Subject.RUN ? trend.what() : SLOWER)));
        return departed;
    }

    /** "against 9 earlier runs, 1 INCONCLUSIVE left out". */
    private String against() {
        int later = ofRole(runs, Role.LATER).size();
        int leftOut = ofRole(runs, Role.LEFT_OUT).size();
        return "against " + Units.count(ofRole(runs, Role.EARLIER).size(), "earlier run")
                + (later == 1 ? "" : ", in each of the " + later + " newest")
                + (leftOut == 0 ? "" : ", " + Units.count(leftOut) + " INCONCLUSIVE left out");
    }

    private String table() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "before", "now"));
        lines.forEach(line -> rows.add(List.of(line.what(), line.before(), line.now(), line.worse() ? "worse" : "")));
        return TextTable.of(rows);
    }
}
