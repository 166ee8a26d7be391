package dev.rehearse.data.plan.values;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.column.ValueMaker;
import dev.rehearse.data.plausible.ColumnName;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of one table go with which others, as their names say: what ended with what began, a day with its time, a sum with its
 * parts. None follows one that something else decides.
 */
final class RelatedColumns {

    /** What is told of in advance. */
    private static final Set<String> AHEAD =
            Set.of("scheduled", "planned", "expected", "estimated", "expired", "promised", "anticipated");

    private final Table table;
    private final PossibleValues possible;
    /** By the number of the column; reading one takes longer than comparing it with all others. */
    private final Map<Integer, ColumnName> names = new HashMap<>();

    private final @Nullable Column creation;

    private @Nullable Set<Column> ofSums;

    RelatedColumns(Table table, PossibleValues possible) {
        this.table = table;
        this.possible = possible;
        table.columns().forEach(column -> names.put(column.number(), ColumnName.of(column.name())));
        this.creation = table.columns().stream()
                .filter(column -> ValueMaker.isInstant(column)
                        && name(column).isCreation()
                        && !possible.isGreater(column.number()))
                // The row's own creation, where the one of something else stands beside it.
                .min(Comparator.comparing(column -> name(column).words().size()))
                .orElse(null);
    }

    ColumnName name(Column column) {
        return Objects.requireNonNull(names.get(column.number()));
    }

    /** When a row was made, wherever that column stands: what else happened to the row came later. */
    @Nullable
    Column creation() {
        return creation;
    }

    /** Where a column has a day, the one that has the time of the same, too. */
    Optional<Column> timeOf(Column day) {
        return day.type().kind() != SqlType.Kind.DATE || day == creation
                ? Optional.empty()
                : table.columns().stream()
                        .filter(other -> other.type().kind().isInstant()
                                && other.type().kind() != SqlType.Kind.DATE
                                && name(day).isDayOf(name(other))
                                && mayLead(other))
                        .findFirst();
    }

    /** What the names of two columns say to stand before a column's values. */
    Optional<Column> earlier(Column column, Predicate<Column> alike) {
        ColumnName tableName = ColumnName.of(table.name());
        ToIntFunction<Column> distance = other -> name(column).follows(name(other), tableName);
        return table.columns().stream()
                .filter(other -> other != column && distance.applyAsInt(other) >= 0)
                .filter(other -> alike.test(other) && !possible.isForeign(other))
                // What a check puts after something might wait for this.
                .filter(other -> !possible.isGreater(other.number()))
                .min(Comparator.comparingInt(distance));
    }

    /** Those that tell when something has happened to a row. */
    List<Column> past() {
        return table.columns().stream()
                .filter(column -> ValueMaker.isInstant(column)
                        && !possible.isForeign(column)
                        && name(column)
                                .event()
                                .filter(event -> !AHEAD.contains(event))
                                .isPresent()
                        && !possible.isGreater(column.number()))
                .toList();
    }

    /** How a number comes from others. */
    Optional<Sums> sums(Column column) {
        return Sums.of(column, table, this::mayLead);
    }

    /** The number that another is a part of. */
    Optional<Column> whole(Column column) {
        return Sums.whole(column, table, this::mayLead);
    }

    /** Which other number an upper bound is not below. */
    Optional<Column> smaller(Column column) {
        return !name(column).isUpperBound()
                ? Optional.empty()
                : earlier(
                        column,
                        other -> mayLead(other)
                                && other.type().kind() == column.type().kind());
    }

    /** Whether a number follows from others or they from it, as a sum does, so that its default would not go with them. */
    boolean isOfSum(Column column) {
        if (ofSums == null) {
            ofSums = table.columns().stream()
                    .filter(number -> number.type().kind().isNumber())
                    .flatMap(number -> Stream.of(
                                    sums(number).stream().flatMap(sums -> sums.parts().stream()),
                                    smaller(number).stream())
                            .flatMap(others -> others)
                            .flatMap(other -> Stream.of(number, other)))
                    .collect(Collectors.toSet());
        }
        return ofSums.contains(column);
    }

    /** Whether others of its row may follow from the values of a column. */
    private boolean mayLead(Column column) {
        return !possible.isForeign(column)
                && !possible.partitions().decide(column.number())
                && !possible.isGreater(column.number());
    }
}
