package dev.rehearse.data.anonymize.rules;

import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.rules.KeyFamilies.Place;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.anonymize.source.ValueType.Kind;
import dev.rehearse.data.anonymize.text.Meaning;
import java.util.List;
import java.util.Map;

/** Pairs of columns that hold positions, whatever they are called. Stateless. */
final class PositionColumns {

    private PositionColumns() {}

    /** Gives neighbours that would stay, and may be latitude and longitude, rough values. */
    static void suggest(SourceTable table, Map<Integer, List<String>> samples, Map<Place, ColumnRule> rules) {
        List<SourceColumn> columns = table.copied();
        for (int i = 0; i + 1 < columns.size(); i++) {
            List<SourceColumn> pair = columns.subList(i, i + 2);
            List<List<String>> numbers = pair.stream()
                    .map(column -> samples.getOrDefault(column.number(), List.of()))
                    .toList();
            if (pair.stream().allMatch(column -> mayBeOne(table, column, samples, rules))
                    && numbers.stream().anyMatch(SampledNumbers::areLarge)
                    && !SampledNumbers.areAtSea(numbers.get(0), numbers.get(1))) {
                pair.forEach(column -> rules.put(
                        new Place(table.oid(), column.number()),
                        ColumnRule.of(
                                        Treatment.GENERALISE,
                                        Suggester.ROUGH_PLACE,
                                        Meaning.ADDRESS,
                                        "in doubt: two numbers that may be a position, to a tenth of a degree")
                                .personal(false)));
                i++;
            }
        }
    }

    private static boolean mayBeOne(
            SourceTable table, SourceColumn column, Map<Integer, List<String>> samples, Map<Place, ColumnRule> rules) {
        ColumnRule rule = rules.get(new Place(table.oid(), column.number()));
        return column.type().kind() == Kind.NUMERIC
                && rule != null
                && rule.treatment() == Treatment.KEEP
                && SampledNumbers.areDegrees(samples.getOrDefault(column.number(), List.of()))
                && UnchangedValues.by(Treatment.GENERALISE, Suggester.ROUGH_PLACE, column)
                        .isEmpty();
    }
}
