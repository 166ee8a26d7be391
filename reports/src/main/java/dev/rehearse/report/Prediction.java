package dev.rehearse.report;

import static java.util.stream.Collectors.toMap;

import dev.rehearse.report.RehearsalReport.Lock;
import dev.rehearse.report.RehearsalReport.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * What a migration takes at another size, from runs of one plan at several sizes: its times, how long it keeps the application from a table,
 * WAL, disk. Runs that are INCONCLUSIVE prove nothing, and are left out. It says what this kind of machine would take, as long as the data is in
 * memory to the same extent.
 *
 * @param plan the runs' plan
 * @param table the largest table
 * @param rows of it, that the prediction is for
 * @param smallest rows of it in the smallest run
 * @param largest rows of it in the largest run
 * @param runs from how many
 * @param leftOut how many are INCONCLUSIVE
 * @param lines what is predicted
 * @param cannotTell why nothing can be predicted from these runs
 */
public record Prediction(
        String plan,
        String table,
        long rows,
        long smallest,
        long largest,
        int runs,
        int leftOut,
        List<Line> lines,
        List<String> cannotTell) {

    /** Ways to grow cannot be told apart from fewer. */
    private static final int LEAST_SIZES = 3;

    /** The largest run has at least so many times the rows of the smallest. */
    private static final int LEAST_SPAN = 4;

    /** Memory, checkpoints and a sort's passes change on the way there. */
    private static final int FARTHEST = 20;

    /** How many times fewer rows the largest run has than production, with some room below {@link #FARTHEST}. */
    private static final int SPARED = 16;
    /** Rows whose migration is more than its fixed costs. */
    private static final long LARGE_ENOUGH = 400_000;

    private static final double MILLIS = 5;
    private static final double BYTES = 1_000_000;

    /** Shorter times are nobody's concern at any size that they are predicted for. */
    private static final double LEAST_MILLIS = 20;

    private static final Set<String> TABLES = Set.of("table", "partitioned table");

    /** Against a limit; UNCERTAIN: it is within what is predicted. */
    public enum Outcome {
        WITHIN,
        BROKEN,
        UNCERTAIN,
        NO_LIMIT
    }

    /**
     * @param what "migration", "orders locked"
     * @param smallest measured in the smallest run, in words
     * @param largest measured in the largest run, in words
     * @param predicted in words, "from .. to .." where several ways of growing agree with the runs
     * @param grows these ways, with n rows: "n or n log n"
     * @param limit the plan's, in words; empty where there is none
     * @param outcome the prediction against it
     */
    public record Line(
            String what,
            String smallest,
            String largest,
            String predicted,
            String grows,
            String limit,
            Outcome outcome) {}

    /**
     * @param limit its name in the budget; empty for none
     * @param trifle what is too little to tell
     */
    private record Figure(
            String what,
            String limit,
            double trifle,
            ToDoubleFunction<RehearsalReport> value,
            DoubleFunction<String> words) {}

    /**
     * Predicts what the runs' migration takes at another size.
     *
     * @param reports in any order
     * @param rows of the largest table
     * @throws ReportException if there are no reports
     */
    public static Prediction of(List<RehearsalReport> reports, long rows) {
        if (reports.isEmpty()) {
            throw new ReportException("A prediction needs reports.");
        }
        List<RehearsalReport> runs = reports.stream()
                .filter(report -> report.verdict() != Verdict.INCONCLUSIVE)
                .sorted((a, b) ->
                        Long.compare(largestTable(a).getValue(), largestTable(b).getValue()))
                .toList();
        int leftOut = reports.size() - runs.size();
        RehearsalReport last = runs.isEmpty() ? reports.get(0) : runs.get(runs.size() - 1);
        String table = largestTable(last).getKey();
        long smallest = runs.isEmpty() ? 0 : largestTable(runs.get(0)).getValue();
        long largest = runs.isEmpty() ? 0 : largestTable(last).getValue();
        List<String> cannotTell = cannotTell(runs, last, table, rows);
        List<Line> lines = new ArrayList<>();
        if (cannotTell.isEmpty()) {
            for (Figure figure : figures(runs)) {
                line(figure, runs, rows, lines);
            }
        }
        return new Prediction(
                last.plan().name(), table, rows, smallest, largest, runs.size(), leftOut, lines, cannotTell);
    }

    /**
     * At which sizes to run a plan for a prediction: four, each twice the one before, and as small as they may be without taking mostly what
     * every migration takes.
     *
     * @param rows of the largest table, to be predicted
     * @return smallest first
     */
    public static List<Long> sizes(long rows) {
        long largest = Math.max(rows / SPARED, Math.min(rows, LARGE_ENOUGH));
        return LongStream.of(8, 4, 2, 1)
                .map(part -> Math.max(1, largest / part))
                .distinct()
                .boxed()
                .toList();
    }

    /** Of a run's largest table. */
    public static long rows(RehearsalReport report) {
        return largestTable(report).getValue();
    }

    /** The worst of its lines; UNCERTAIN where nothing can be told. */
    public Outcome outcome() {
        if (!cannotTell.isEmpty()) {
            return Outcome.UNCERTAIN;
        }
        return has(Outcome.BROKEN) ? Outcome.BROKEN : has(Outcome.UNCERTAIN) ? Outcome.UNCERTAIN : Outcome.WITHIN;
    }

    private boolean has(Outcome outcome) {
        return lines.stream().anyMatch(line -> line.outcome() == outcome);
    }

    private static Map.Entry<String, Long> largestTable(RehearsalReport report) {
        return new Facts(report).largestTable().orElse(Map.entry("", 0L));
    }

    private static List<String> cannotTell(List<RehearsalReport> runs, RehearsalReport last, String table, long rows) {
        if (runs.isEmpty()) {
            return List.of("every run is INCONCLUSIVE: the reports say why");
        }
        List<String> reasons = new ArrayList<>(Comparability.differences(runs, last));
        Comparability.differs(
                reasons,
                "the largest table",
                runs,
                last,
                run -> largestTable(run).getKey());
        long[] sizes = runs.stream()
                .mapToLong(run -> largestTable(run).getValue())
                .distinct()
                .toArray();
        long smallest = sizes[0];
        long largest = sizes[sizes.length - 1];
        if (smallest <= 0 || sizes.length < LEAST_SIZES || largest < LEAST_SPAN * smallest) {
            reasons.add("it takes runs of " + LEAST_SIZES + " sizes, the largest with " + LEAST_SPAN
                    + " times the rows of the smallest; these have "
                    + sizesInWords(sizes) + " " + table + ": rehearse run PLAN --scale ROWS");
        }
        if (rows > FARTHEST * largest) {
            reasons.add(Units.count(rows) + " rows are more than " + FARTHEST
                    + " times the largest run's: rehearse with at least "
                    + Units.count((rows + FARTHEST - 1) / FARTHEST));
        }
        return reasons;
    }

    private static String sizesInWords(long[] sizes) {
        List<String> words = new ArrayList<>();
        for (long size : sizes) {
            words.add(Units.count(size));
        }
        return String.join(", ", words);
    }

    private static List<Figure> figures(List<RehearsalReport> runs) {
        List<Figure> figures = new ArrayList<>();
        figures.add(millis("migration", "duration", run -> new Facts(run).attemptsMillis("MIGRATE")));
        figures.add(millis(
                "way back", "", run -> run.rollback().ran() ? run.rollback().durationMillis() : Double.NaN));
        for (String phase : List.of("MIGRATE", "ROLL_BACK")) {
            Set<String> locked = new LinkedHashSet<>();
            runs.forEach(run -> locked.addAll(holds(run, phase).keySet()));
            for (String relation : locked) {
                figures.add(millis(
                        PlainText.oneLine(relation, 40) + " locked" + (phase.equals("MIGRATE") ? "" : ", way back"),
                        "longestLockWait",
                        run -> holds(run, phase).getOrDefault(relation, Double.NaN)));
            }
        }
        figures.add(bytes("WAL", run -> run.server().walBytes()));
        figures.add(bytes("disk while migrating", run -> new Facts(run).diskNeededBytes()));
        return figures;
    }

    private static Figure millis(String what, String limit, ToDoubleFunction<RehearsalReport> value) {
        return new Figure(what, limit, MILLIS, value, Units::millis);
    }

    private static Figure bytes(String what, ToDoubleFunction<RehearsalReport> value) {
        return new Figure(what, "", BYTES, value, bytes -> Units.bytes((long) bytes));
    }

    /** How long each table was kept from the application's writers, at longest: who comes when that begins waits for all of it. */
    private static Map<String, Double> holds(RehearsalReport run, String phase) {
        return run.statements().stream()
                .filter(statement -> statement.phase().equals(phase))
                .map(Statement::locks)
                .flatMap(List::stream)
                .filter(lock ->
                        lock.existedBefore() && TABLES.contains(lock.kind()) && Facts.blocksWriters(lock.mode()))
                .collect(toMap(Lock::relation, Lock::heldMillis, Math::max));
    }

    private static void line(Figure figure, List<RehearsalReport> runs, long rows, List<Line> lines) {
        List<RehearsalReport> measured = runs.stream()
                .filter(run -> figure.value().applyAsDouble(run) >= 0)
                .toList();
        double[] sizes = measured.stream()
                .mapToDouble(run -> largestTable(run).getValue())
                .toArray();
        double[] values = measured.stream().mapToDouble(figure.value()).toArray();
        if (measured.isEmpty()) {
            return;
        }
        String smallest = figure.words().apply(values[0]);
        String largest = figure.words().apply(values[values.length - 1]);
        String limit = runs.get(runs.size() - 1).plan().budget().getOrDefault(figure.limit(), "");
        if (measured.size() < runs.size()) {
            Outcome outcome = limit.isEmpty() ? Outcome.NO_LIMIT : Outcome.UNCERTAIN;
            lines.add(new Line(figure.what(), smallest, largest, "not measured in every run", "", limit, outcome));
            return;
        }
        Growth growth = Growth.of(sizes, values, figure.trifle());
        double least = growth.atLeast(rows);
        double most = growth.atMost(rows);
        if (figure.trifle() == MILLIS && most < LEAST_MILLIS) {
            return;
        }
        String from = figure.words().apply(least);
        String to = figure.words().apply(most);
        lines.add(new Line(
                figure.what(),
                smallest,
                largest,
                from.equals(to) ? to : from + " to " + to,
                growth.inWords(),
                limit,
                outcome(least, most, limit)));
    }

    private static Outcome outcome(double least, double most, String limit) {
        return Quantity.of(limit)
                .map(quantity -> {
                    if (least > quantity.value()) {
                        return Outcome.BROKEN;
                    }
                    return most > quantity.value() ? Outcome.UNCERTAIN : Outcome.WITHIN;
                })
                .orElse(Outcome.NO_LIMIT);
    }

    /** For a terminal, ending with a newline. */
    public String render() {
        StringBuilder text = new StringBuilder(heading() + "  " + PlainText.oneLine(plan, 60) + " at "
                + Units.count(rows) + " " + PlainText.oneLine(table, 40) + ", from " + Units.count(runs, "run")
                + (leftOut == 0 ? "" : ", " + Units.count(leftOut) + " INCONCLUSIVE left out") + "\n");
        if (!lines.isEmpty()) {
            text.append('\n').append(body());
        }
        if (!cannotTell.isEmpty()) {
            text.append("\nCannot tell:\n");
            cannotTell.forEach(reason -> text.append("  ").append(reason).append('\n'));
        }
        return text.toString();
    }

    private String heading() {
        return switch (outcome()) {
            case BROKEN -> "OVER A LIMIT";
            case UNCERTAIN -> "CANNOT TELL";
            case WITHIN, NO_LIMIT -> "WITHIN LIMITS";
        };
    }

    private String body() {
        List<List<String>> body = new ArrayList<>();
        body.add(List.of("", Units.count(smallest), Units.count(largest), Units.count(rows), "grows as", "limit"));
        for (Line line : lines) {
            String outcome = switch (line.outcome()) {
                case BROKEN -> "over";
                case UNCERTAIN -> "cannot tell";
                case WITHIN, NO_LIMIT -> "";
            };
            body.add(List.of(
                    line.what(),
                    line.smallest(),
                    line.largest(),
                    line.predicted(),
                    line.grows(),
                    line.limit(),
                    outcome));
        }
        return TextTable.of(body);
    }
}
