package dev.rehearse.data.plan.values;

import dev.rehearse.data.DatasetException;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.column.ColumnFrame;
import dev.rehearse.data.column.EdgeCase;
import dev.rehearse.data.condition.Ordering;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.twin.ProfiledColumn;
import dev.rehearse.data.twin.ProfiledValues;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Values;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The values of the columns of one table as its rows have them: the plain ones with NULL, defaults and edge cases among them, or in the
 * shape of a profile.
 */
public final class FramedValues {

    /** So many columns of a row with more of them have a value: a row has 8 kB, and 40 bytes for each are enough. */
    private static final int FILLED_OF_MANY = 200;

    private final TablePlan plan;
    private final Table table;
    private final PlanContext context;
    private final PossibleValues possible;
    private final PlainValues plain;
    private final Set<Integer> numbered;
    private final Set<Integer> tried;

    /**
     * @param numbered columns that are numbered by the rows as they come
     * @param tried columns whose values are tried on the server later
     */
    public FramedValues(
            TablePlan plan,
            PlanContext context,
            PossibleValues possible,
            PlainValues plain,
            Set<Integer> numbered,
            Set<Integer> tried) {
        this.plan = plan;
        this.table = plan.table();
        this.context = context;
        this.possible = possible;
        this.plain = plain;
        this.numbered = numbered;
        this.tried = tried;
    }

    /** Shapes what others are compared with, before these are made. */
    public void shapeLesser() {
        for (Ordering ordering : possible.orderings()) {
            Column lesser = table.column(ordering.lesser());
            Restriction r = possible.restriction(lesser);
            ProfiledColumn profiled = possible.profiled(lesser, !r.notNull());
            SqlType.Kind kind = lesser.type().kind();
            if (profiled != null
                    && isOrderedAlone(lesser)
                    && (kind.isInteger() || kind.isInstant())
                    && !possible.isGreater(lesser.number())
                    && possible.restriction(table.column(ordering.greater())).high() == null
                    && shaped(lesser, profiled, r, 0, (row, out) -> out.putNull()) instanceof Values.Ordered values) {
                plain.shape(lesser.number(), values);
            }
        }
    }

    /** Whether nothing but its order with another column decides the values of a column. */
    private boolean isOrderedAlone(Column column) {
        int number = column.number();
        return possible.isOrdered(number)
                && !isOfPeriod(number)
                && !tried.contains(number)
                && !numbered.contains(number)
                && !plain.isIndexed(number)
                && !possible.isForeign(column)
                && !context.isReferenced(table, column)
                && !possible.partitions().decide(number)
                && possible.polymorphic(column).isEmpty();
    }

    /** Whether it begins or ends a period of a key, which overlaps all later ones where it does not end. */
    private boolean isOfPeriod(int number) {
        for (UniqueKey key : table.keys()) {
            UniqueKey.@Nullable Period period = key.period();
            if (period != null && (period.starts() == number || period.ends() == number)) {
                return true;
            }
        }
        return false;
    }

    /** The values of a column that no foreign key decides. */
    public Values of(Column column) throws SQLException {
        Values values = plain.of(column);
        long seed = possible.seed(column.name());
        int number = column.number();
        // What is tried and keeps its value is NULL where the trying says so.
        boolean nullable =
                !possible.restriction(column).notNull() && !(tried.contains(number) && numbered.contains(number));
        ProfiledColumn profiled = possible.profiled(column, nullable);
        if (profiled != null && numbered.contains(number)) {
            return profiledKey(column, profiled, values);
        }
        boolean keyed = possible.polymorphic(column).filter(Polymorphic::keyed).isPresent();
        boolean fixed =
                keyed || plain.isIndexed(number) || context.isReferenced(table, column) || possible.isOrdered(number);
        boolean partitioned = possible.partitions().decide(number);
        Restriction r = possible.restriction(column);
        if (profiled != null && isOrderedAlone(column)) {
            return plain.isShaped(number) ? values : profiled.withNulls(values);
        }
        if (profiled == null && !r.notNull() && isOrderedAlone(column) && !isOfKey(number)) {
            // No check that puts one after the other forbids NULL.
            return withNulls(column, values);
        }
        if (fixed || partitioned) {
            refuseNulls(column, "a key, a partition or another column decides its values");
            Values shaped = fixed || profiled == null || tried.contains(number)
                    ? null
                    : possible.partitions()
                            .profiled(column, r, profiled, (part, own) -> shaped(column, part, own, 0, values));
            return shaped == null ? values : shaped;
        }
        Values shaped = profiled == null
                ? null
                : shaped(column, profiled, r, context.profile().outsideBytes(table, plan.rows()), values);
        if (profiled != null) {
            return shaped == null ? profiled.withNulls(values) : shaped;
        }
        double share = context.spec().edgeCaseShare();
        Values usual = plain.related().isOfSum(column) ? values : ColumnFrame.withDefault(values, column, r, seed);
        // Ranges of a key must not overlap, and no range with time in it may be empty.
        SqlType.Kind kind = column.type().kind();
        boolean apart = (kind == SqlType.Kind.RANGE || kind == SqlType.Kind.MULTIRANGE)
                && table.keys().stream().anyMatch(key -> key.columns().contains(number));
        List<EdgeCase> edgeCases = tried.contains(number) || apart || share <= 0
                ? List.of()
                : new ArrayList<>(possible.maker(column)
                        .edgeCases(column, r, context.probe().unicode()));
        if (r.notNull()) {
            refuseNulls(column, "a constraint forbids it");
        }
        // What means a row has both its table and its key, or neither.
        Column telling = possible.polymorphic(column).map(Polymorphic::type).orElse(column);
        long nullSeed = possible.seed(telling.name());
        double nullShare = r.notNull() ? 0 : context.nullShare(table, column, usualNulls(telling, nullSeed));
        plan.mixed(table.indexOf(number), edgeCases);
        return ColumnFrame.nullable(ColumnFrame.withEdgeCases(usual, edgeCases, share, seed), nullShare, nullSeed);
    }

    private Values withNulls(Column column, Values values) {
        long seed = possible.seed(column.name());
        double share = context.nullShare(table, column, usualNulls(column, seed));
        return ColumnFrame.nullable(values, share, seed);
    }

    /** Of hundreds of columns most are NULL in a row: it must have room in a page. */
    private double usualNulls(Column column, long seed) {
        double share = ColumnFrame.nullShare(column, context.spec().edgeCaseShare(), seed);
        return column.notNull() || column.computedFrom()
                ? share
                : Math.max(share, 1 - (double) FILLED_OF_MANY / table.columns().size());
    }

    /** Whether a key reads it, or may in its condition. */
    private boolean isOfKey(int number) {
        return table.keys().stream()
                .anyMatch(key -> key.predicate() != null || key.columns().contains(number));
    }

    private @Nullable Values shaped(
            Column column, ProfiledColumn profiled, Restriction r, double outsideBytes, Values plainValues) {
        boolean isFree = !tried.contains(column.number())
                && table.checks().stream().noneMatch(check -> check.columns().contains(column.number()));
        return new ProfiledValues(profiled)
                .values(column, r, outsideBytes, possible.maker(column).distinct(column, r, 0), plainValues, isFree);
    }

    private void refuseNulls(Column column, String why) {
        if (context.nullShare(table, column, 0) > 0) {
            throw DatasetException.spec("Column " + column.name() + " of table " + table.label()
                    + " cannot be given NULL: " + why + ". Take its share of NULL out of the data set.");
        }
    }

    /** A unique column: as wide and as much in the order of the rows as the profile says. */
    private Values profiledKey(Column column, ProfiledColumn profiled, Values usual) {
        boolean free =
                !possible.isOrdered(column.number()) && !possible.partitions().decide(column.number());
        SqlType.Kind kind = column.type().kind();
        if (!free || table.existingRows() > 0) {
            return usual;
        }
        Keys keys = possible.distinct(column);
        boolean shaped =
                profiled.isUnique() && (kind.isText() || kind == SqlType.Kind.UUID || kind == SqlType.Kind.BYTEA);
        Values values = shaped
                ? new ProfiledValues(profiled)
                        .values(column, possible.restriction(column), 0, new Keys(0, usual), usual, false)
                : profiled.unique(keys);
        LongUnaryOperator rowsOfKeys = profiled.rowsOfUnique(keys);
        if (values != null && rowsOfKeys != null) {
            plan.rowsByKey(column.number(), rowsOfKeys);
            if (!shaped) {
                plan.keysInOrder(column.number(), keys.at());
            }
        }
        return values == null ? usual : values;
    }
}
