package dev.rehearse.data.anonymize.rules;

import dev.rehearse.data.anonymize.feature.Digests;
import dev.rehearse.data.anonymize.rules.KeyFamilies.Place;
import dev.rehearse.data.anonymize.source.SourceTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Columns that hold digests of the values of others of their table, and so lead to whom these lead. Stateless. */
final class DigestColumns {

    private DigestColumns() {}

    /** Gives those of personal columns a rule that fits what they lead to. */
    static void suggest(SourceTable table, Map<Integer, List<String>> samples, Map<Place, ColumnRule> rules) {
        of(samples).forEach((column, of) -> {
            ColumnRule theirs = rules.get(new Place(table.oid(), of));
            if (theirs != null && theirs.personal()) {
                String reason = "digests of column " + table.column(of).name() + ", which lead to whom it leads";
                rules.put(new Place(table.oid(), column), ColumnRule.pseudonymise(theirs.meaning(), reason));
            }
        });
    }

    /**
     * The number of each such column with that of the one whose digests it holds.
     *
     * @param samples values of the same rows, by the number of their column
     */
    static Map<Integer, Integer> of(Map<Integer, List<String>> samples) {
        Map<Integer, Set<String>> found = new HashMap<>();
        samples.forEach((column, values) -> {
            Set<String> digests = new HashSet<>();
            values.forEach(value ->
                    Digests.in(value).forEach(each -> digests.add(HexFormat.of().formatHex(each))));
            if (!digests.isEmpty()) {
                found.put(column, digests);
            }
        });
        Map<Integer, Integer> columns = new HashMap<>();
        if (found.isEmpty()) {
            return columns;
        }
        Digests digests = new Digests();
        samples.forEach((column, values) -> {
            Set<String> made = new HashSet<>();
            values.forEach(value -> digests.of(
                    value, Digests.SIZES, each -> made.add(HexFormat.of().formatHex(each))));
            found.forEach((other, all) -> {
                if (all.stream().filter(made::contains).count() * 2 > all.size()) {
                    columns.put(other, column);
                }
            });
        });
        return columns;
    }
}
