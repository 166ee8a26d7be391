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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Days that a CHECK constraint, a generated column or an index compares with each other: one that is moved beside one that stays would come
 * before what it follows. Stateless.
 */
final class TimesTogether {

    /** Columns of a table that one expression reads. */
    private static final String EXPRESSIONS = """
            SELECT d.refobjid AS relation, array_agg(DISTINCT d.refobjsubid) AS numbers
            FROM pg_catalog.pg_depend d
            WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0
              AND (d.classid = 'pg_catalog.pg_attrdef'::regclass
                   OR d.classid = 'pg_catalog.pg_constraint'::regclass
                      AND EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.oid = d.objid AND k.contype = 'c')
                   OR d.classid = 'pg_catalog.pg_class'::regclass
                      AND EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indexrelid = d.objid AND i.indexprs IS NOT NULL))
            GROUP BY d.refobjid, d.classid, d.objid HAVING count(DISTINCT d.refobjsubid) > 1
            ORDER BY 1, 2""";

    private TimesTogether() {}

    /** Moves what would stay beside what is moved, by the same weeks. */
    static void move(Connection connection, SourceSchema schema, KeyFamilies families, Map<Place, ColumnRule> rules)
            throws SQLException {
        if (schema.tables().stream().noneMatch(table -> hasBoth(schema, table, rules))) {
            return;
        }
        List<List<Place>> compared = new ArrayList<>();
        new SourceReader(connection).each(EXPRESSIONS, r -> {
            long table = r.getLong("relation");
            compared.add(Arrays.stream((Object[]) r.getArray("numbers").getArray())
                    .map(number -> new Place(table, ((Number) number).intValue()))
                    .filter(place -> isTime(schema, place))
                    .toList());
        });
        boolean moved = true;
        while (moved) {
            moved = false;
            for (List<Place> places : compared) {
                Optional<Place> first = places.stream()
                        .filter(place -> isMoved(rules.get(place)))
                        .findFirst();
                for (Place place : first.isEmpty() ? List.<Place>of() : places) {
                    ColumnRule rule = rules.get(place);
                    if (rule != null
                            && rule.treatment() == Treatment.KEEP
                            && !families.isTied(place)
                            && !decidesPartition(schema, place)) {
                        SourceTable table = schema.table(place.table());
                        String other = table.column(first.get().column()).name();
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

    /** Whether some of a table's times are moved and some stay. */
    private static boolean hasBoth(SourceSchema schema, SourceTable table, Map<Place, ColumnRule> rules) {
        List<ColumnRule> times = table.copied().stream()
                .map(column -> new Place(table.oid(), column.number()))
                .filter(place -> isTime(schema, place))
                .flatMap(place -> Optional.ofNullable(rules.get(place)).stream())
                .toList();
        return times.stream().anyMatch(TimesTogether::isMoved)
                && times.stream().anyMatch(rule -> rule.treatment() == Treatment.KEEP);
    }

    private static boolean isMoved(@Nullable ColumnRule rule) {
        return rule != null
                && rule.treatment() == Treatment.SHIFT_DATES
                && rule.amount().isEmpty();
    }

    private static Optional<SourceColumn> column(SourceSchema schema, Place place) {
        return schema.tables().stream()
                .filter(table -> table.oid() == place.table())
                .flatMap(table -> table.copied().stream())
                .filter(column -> column.number() == place.column())
                .findFirst();
    }

    private static boolean isTime(SourceSchema schema, Place place) {
        return column(schema, place)
                .filter(column -> column.type().kind() == Kind.DATE
                        || column.type().kind() == Kind.TIMESTAMP
                        || column.type().isRangeOfDays())
                .isPresent();
    }

    private static boolean decidesPartition(SourceSchema schema, Place place) {
        return column(schema, place)
                .filter(column -> column.listsPartition() || column.ordersPartition())
                .isPresent();
    }
}
