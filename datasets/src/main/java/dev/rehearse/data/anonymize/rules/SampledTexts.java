package dev.rehearse.data.anonymize.rules;

import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceReader;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.anonymize.source.ValueType.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads some values of the columns of which they say more than the name and the type. Stateless. */
final class SampledTexts {

    private static final int ROWS = 500;

    private static final Set<Kind> SAMPLED = Set.of(Kind.INTEGER, Kind.UUID, Kind.DATE, Kind.TIMESTAMP, Kind.BYTEA);

    private SampledTexts() {}

    /** By the number of the column; neither NULL nor blank. */
    static Map<Integer, List<String>> of(SourceTable table, Connection connection) throws SQLException {
        List<SourceColumn> sampled = table.copied().stream()
                .filter(column -> column.type().isTextual()
                        || column.type().holdsLongNumbers()
                        || column.type().isRangeOfDays()
                        || SAMPLED.contains(column.type().kind()))
                .filter(column -> !column.type().hasUnknown())
                .toList();
        Map<Integer, List<String>> samples = new HashMap<>();
        if (sampled.isEmpty()) {
            return samples;
        }
        String columns = sampled.stream().map(DocumentKeys::sampled).collect(Collectors.joining(", "));
        List<List<String>> values = sampled.stream()
                .map(column -> samples.computeIfAbsent(column.number(), none -> new ArrayList<>()))
                .toList();
        new SourceReader(connection)
                .each(
                        "SELECT " + columns + " FROM " + (table.partitioned() ? "" : "ONLY ") + table.quoted()
                                + " LIMIT " + ROWS,
                        r -> {
                            for (int i = 0; i < sampled.size(); i++) {
                                String value = r.getString(i + 1);
                                if (value != null && !value.isBlank()) {
                                    values.get(i).add(value);
                                }
                            }
                        });
        return samples;
    }
}
