package dev.rehearse.data.condition;

import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Expression.Binary;
import dev.rehearse.data.catalog.Expression.ColumnRef;
import dev.rehearse.data.catalog.ExpressionParser;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.SqlType.Kind;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.UniqueKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What constraints ask of two columns of a table: which of them has the greater value and by how much, or that they differ. */
final class ColumnPairs {

    private final Table table;
    private final List<Ordering> orderings = new ArrayList<>();
    private final List<Difference> differences = new ArrayList<>();

    ColumnPairs(Table table) {
        this.table = table;
    }

    List<Ordering> orderings() {
        return orderings;
    }

    List<Difference> differences() {
        return differences;
    }

    /** Takes a comparison of two columns; whether it is kept to as an ordering. */
    boolean compare(String operator, ColumnRef a, ColumnRef b, CheckConstraint check) {
        @Nullable Column left = table.named(a.name());
        @Nullable Column right = table.named(b.name());
        if (left != null && right != null && operator.equals("<>") && isDifference(check)) {
            differences.add(new Difference(left.number(), right.number(), check));
        }
        if (left == null
                || right == null
                || !comparable(left.type().kind(), right.type().kind())) {
            return false;
        }
        return switch (operator) {
            case "<" -> orderings.add(new Ordering(left.number(), right.number(), true, check));
            case "<=" -> orderings.add(new Ordering(left.number(), right.number(), false, check));
            case ">" -> orderings.add(new Ordering(right.number(), left.number(), true, check));
            case ">=" -> orderings.add(new Ordering(right.number(), left.number(), false, check));
            default -> false;
        };
    }

    private static boolean isDifference(CheckConstraint check) {
        return ExpressionParser.parse(check.expression()).orElse(null) instanceof Binary whole
                && whole.operator().equals("<>");
    }

    private static boolean comparable(Kind a, Kind b) {
        return (a.isInstant() && b.isInstant()) || (a.isNumber() && b.isNumber());
    }

    /** A period ends after it begins. */
    void order(UniqueKey key) {
        UniqueKey.@Nullable Period period = key.period();
        if (period != null && orderings.stream().noneMatch(o -> o.greater() == period.ends())) {
            String text = Sql.quote(table.column(period.ends()).name()) + " > "
                    + Sql.quote(table.column(period.starts()).name());
            orderings.add(new Ordering(
                    period.starts(),
                    period.ends(),
                    true,
                    new CheckConstraint(key.name(), "(" + text + ")", List.of(period.starts(), period.ends()))));
        }
    }

    /** Whether a check says how far apart two columns are that are in order anyway, and these can keep to it. */
    boolean keepsDistance(CheckConstraint check) {
        Optional<Distances.Distance> known = ExpressionParser.parse(check.expression())
                .filter(Binary.class::isInstance)
                .flatMap(part -> Distances.of((Binary) part, table::named));
        for (int i = 0; known.isPresent() && i < orderings.size(); i++) {
            Distances.Distance distance = known.get();
            Ordering ordering = orderings.get(i);
            if (ordering.lesser() == distance.lesser().number()
                    && ordering.greater() == distance.greater().number()) {
                Ordering within = ordering.within(distance, check);
                if (within.isPossible()) {
                    orderings.set(i, within);
                }
                return within.isPossible();
            }
        }
        return false;
    }
}
