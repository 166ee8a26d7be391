package dev.rehearse.data.anonymize;

import java.time.Duration;
import java.util.List;

/**
 * What was made. Immutable.
 *
 * @param remains why what the leak check found could not be taken out of the target, where it still stands under the mark; else empty
 * @param notes what is not as in the source, for people
 */
public record AnonymizedSnapshot(
        List<Table> tables, Duration took, LeakReport leakCheck, String remains, List<String> notes) {

    public AnonymizedSnapshot {
        tables = List.copyOf(tables);
        notes = List.copyOf(notes);
    }

    /** Whether the target may be used: the leak check found nothing. Otherwise what was copied was taken out of it, but for {@link #remains}. */
    public boolean isWhole() {
        return leakCheck.leaks().isEmpty();
    }

    public long rows() {
        return tables.stream().mapToLong(Table::rows).sum();
    }

    /** @param rows that were copied */
    public record Table(String schema, String name, long rows, List<Column> columns) {}

    /**
     * @param personal whether the leak check looked for its values
     * @param reason why this rule, for people
     */
    public record Column(String name, Treatment rule, boolean personal, String reason) {}

    /**
     * What the leak check did.
     *
     * @param columns how many columns of the output it read
     * @param values how many values
     * @param suspects how many parts of values were looked for in the source itself, because a filter could not rule them out
     */
    public record LeakReport(long columns, long values, long suspects, List<Leak> leaks) {

        /** What it cannot see, for people. */
        public static final String NOT_SEEN =
                "what is compressed or encrypted, digests with a salt or by other rules than MD5, SHA-1, SHA-256 and SHA-512, images,"
                        + " and names that stand nowhere but in keys of documents or in codes that are kept";

        public LeakReport {
            leaks = List.copyOf(leaks);
        }
    }

    /**
     * What identifies in the source and stands in a column of the output.
     *
     * @param column where, as schema.table.column
     * @param count how many different parts of values
     * @param example of what kind one of them is, with no more of it than its first character
     */
    public record Leak(String column, long count, String example) {}
}
