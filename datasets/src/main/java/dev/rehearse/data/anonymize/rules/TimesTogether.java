package dev.rehearse.data.anonymize.rules;

import dev.rehearse.data.anonymize.Treatment;
import dev.rehearse.data.anonymize.rules.KeyFamilies.Place;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceReader;
import dev.rehearse.data.anonymize.source.SourceSchema;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.anonymize.source.ValueType.Kind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Days that a CHECK constraint, a generated column or an index compares with each other: one that is moved beside one that stays would come
 * before what it follows. Stateless.
 */
final class TimesTogether {

    /** Columns of a table that one expression reads. Before PostgreSQL 15 it is a generated column itself that depends on what it is made of. */
    private static final String EXPRESSIONS = """
            SELECT d.refobjid AS relation, array_agg(DISTINCT d.refobjsubid) AS numbers
            FROM pg_catalog.pg_depend d
            WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0
              AND (d.classid = 'pg_catalog.pg_attrdef'::regclass
                   OR d.classid = 'pg_catalog.pg_constraint'::regclass
                      AND EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.oid = d.objid AND k.contype = 'c')
                   OR d.classid = 'pg_catalog.pg_class'::regclass
                      AND (d.objid = d.refobjid AND d.objsubid > 0
                           OR EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indexrelid = d.objid AND i.indexprs IS NOT NULL)))
            GROUP BY d.refobjid, d.classid, d.objid, d.objsubid HAVING count(DISTINCT d.refobjsubid) > 1
            ORDER BY 1, 2""";

    private TimesTogether() {}

    /** Moves what would stay beside what is moved, by the same weeks. */
    static void move(Connection connection, SourceSchema schema, KeyFamilies families, Map<Place, ColumnRule> rules)
            throws SQLException {
        Map<Place, SourceColumn> times = new HashMap<>();
        for (SourceTable table : schema.tables()) {
            Map<Place, SourceColumn> own = times(table);
            if (hasBoth(own.keySet().stream().map(rules::get).toList())) {
                times.putAll(own);
            }
        }
        if (times.isEmpty()) {
            return;
        }
        List<List<Place>> compared = new ArrayList<>();
        new SourceReader(connection).each(EXPRESSIONS, r -> {
            long table = r.getLong("relation");
            compared.add(Arrays.stream((Object[]) r.getArray("numbers").getArray())
                    .map(number -> new Place(table, ((Number) number).intValue()))
                    .filter(times::containsKey)
                    .toList());
        });
        boolean moved = true;
        while (moved) {
            moved = false;
            for (List<Place> places : compared) {
                Optional<Place> first = places.stream()
                        .filter(place -> isMoved(Objects.requireNonNull(rules.get(place))))
                        .findFirst();
                for (Place place : first.isEmpty() ? List.<Place>of() : places) {
                    ColumnRule rule = Objects.requireNonNull(rules.get(place));
                    SourceColumn column = Objects.requireNonNull(times.get(place));
                    if (rule.treatment() == Treatment.KEEP
                            && !families.isTied(place)
                            && !column.listsPartition()
                            && !column.ordersPartition()) {
                        String other =
                                Objects.requireNonNull(times.get(first.get())).name();
                        rules.put(
                                place,
                                ColumnRule.of(
                                        Treatment.SHIFT_DATES,
                                        "",
                                        rule.meaning(),
                                        "moved with column " + other + ", with which it is compared"));
                        moved = true;
                    }
                }
            }
        }
    }

    private static Map<Place, SourceColumn> times(SourceTable table) {
        return table.copied().stream()
                .filter(column -> column.type().kind() == Kind.DATE
                        || column.type().kind() == Kind.TIMESTAMP
                        || column.type().isRangeOfDays())
                .collect(Collectors.toMap(column -> new Place(table.oid(), column.number()), column -> column));
    }

    /** Whether some of a table's times are moved and some stay. */
    private static boolean hasBoth(List<ColumnRule> rules) {
        return rules.stream().anyMatch(TimesTogether::isMoved)
                && rules.stream().anyMatch(rule -> rule.treatment() == Treatment.KEEP);
    }

    private static boolean isMoved(ColumnRule rule) {
        return rule.treatment() == Treatment.SHIFT_DATES && rule.amount().isEmpty();
    }
}
