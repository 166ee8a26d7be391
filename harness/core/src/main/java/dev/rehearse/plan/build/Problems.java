package dev.rehearse.plan.build;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.report.Units;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Everything wrong with a plan, so that its author sees it at once. */
final class Problems {

    /** How many are told; whoever has more has given another kind of file, or mends these first. */
    private static final int SHOWN = 50;

    private final List<Problem> problems = new ArrayList<>();
    private final List<String> files = new ArrayList<>();

    /** Where, counted from 1, and what. */
    private record Problem(int file, int line, int column, String text) {}

    void add(String file, int line, int column, String text) {
        if (!files.contains(file)) {
            files.add(file);
        }
        problems.add(new Problem(files.indexOf(file), line, column, text));
    }

    int count() {
        return problems.size();
    }

    /** Throws one exception with the texts alone, which are all of one value: it is said at one place. */
    void throwIfAnyOf(String place) {
        if (!problems.isEmpty()) {
            throw new InvalidRehearsalException(place + ": "
                    + problems.stream().map(Problem::text).distinct().collect(Collectors.joining(" ")));
        }
    }

    /** Throws one exception that lists them all, in the order of the files' lines. */
    void throwIfAny(String plan) {
        if (problems.isEmpty()) {
            return;
        }
        List<String> lines = problems.stream()
                .sorted(Comparator.comparingInt(Problem::file)
                        .thenComparingInt(Problem::line)
                        .thenComparingInt(Problem::column))
                .map(p -> files.get(p.file()) + ":" + p.line() + ":" + p.column() + ": " + p.text())
                .distinct()
                .toList();
        String count = Units.count(lines.size(), "problem");
        String more = lines.size() > SHOWN ? "\nand " + Units.count(lines.size() - SHOWN) + " more" : "";
        throw new InvalidRehearsalException(lines.stream()
                .limit(SHOWN)
                .collect(Collectors.joining("\n", "The plan " + plan + " has " + count + ":\n", more)));
    }
}
