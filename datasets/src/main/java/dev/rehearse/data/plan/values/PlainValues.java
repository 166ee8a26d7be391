package dev.rehearse.data.plan.values;

import dev.rehearse.data.DatasetException;
import dev.rehearse.data.catalog.CheckConstraint;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Failures;
import dev.rehearse.data.catalog.SqlType;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.catalog.UniqueKey;
import dev.rehearse.data.column.AddressRange;
import dev.rehearse.data.column.NumberValues;
import dev.rehearse.data.column.TemporalValues;
import dev.rehearse.data.column.ValueMaker;
import dev.rehearse.data.condition.Ordering;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.condition.TypeOrder;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** The values of the columns of one table before anything is mixed in, once it is known which columns keys number. */
public final class PlainValues {

    private final TablePlan plan;
    private final Table table;
    private final PlanContext context;
    private final PossibleValues possible;
    private final KeyNumbering numbering;
    private final RelatedColumns related;

    private final Map<Integer, Values> made = new HashMap<>();
    private final Set<Integer> shaped = new HashSet<>();

    private Values.@Nullable Ordered firstInstant;

    /** @param numbering what keys number the columns' values by */
    public PlainValues(TablePlan plan, PlanContext context, PossibleValues possible, KeyNumbering numbering) {
        this.plan = plan;
        this.table = plan.table();
        this.context = context;
        this.possible = possible;
        this.numbering = numbering;
        this.related = new RelatedColumns(table, possible);
    }

    /** Gives a column values that a profile shapes, with its NULLs, unless it has some already. */
    void shape(int column, Values values) {
        if (made.putIfAbsent(column, values) == null) {
            shaped.add(column);
        }
    }

    /** Whether a column has such values. */
    boolean isShaped(int column) {
        return shaped.contains(column);
    }

    /** Whether a key numbers the column's values. */
    boolean isIndexed(int number) {
        return numbering.isNumbered(number);
    }

    /** Which columns go with which others. */
    RelatedColumns related() {
        return related;
    }

    /** As {@link #of}, with the error of the server explained. */
    public Values ofOrExplain(Column column) {
        try {
            return of(column);
        } catch (SQLException e) {
            throw Failures.explainUnloaded("planning table " + table.label(), e);
        }
    }

    /** Makes the values of a column, or gives those that were made. */
    Values of(Column column) throws SQLException {
        Values known = made.get(column.number());
        if (known == null) {
            Column creation = related.creation();
            if (ValueMaker.isInstant(column) && column != creation && creation != null && firstInstant == null) {
                of(creation);
            }
            known = make(column);
            made.put(column.number(), known);
            boolean instant = ValueMaker.isInstant(column);
            boolean inRowOrder =
                    instant && !possible.isForeign(column) && !TemporalValues.isBirth(related.name(column));
            if (inRowOrder && firstInstant == null && known instanceof Values.Ordered ordered) {
                firstInstant = TemporalValues.instants(ordered, column.type());
            }
        }
        return known;
    }

    private Values make(Column column) throws SQLException {
        LongUnaryOperator index = numbering.of(column.number());
        if (index != null) {
            Values look = numbering.look(column.number());
            return numbered(look == null ? possible.distinct(column).at() : look, index);
        }
        for (Ordering ordering : possible.orderings()) {
            if (ordering.greater() == column.number()) {
                return after(column, ordering);
            }
        }
        ValueMaker maker = possible.maker(column);
        if (possible.partitions().decide(column.number())) {
            return possible.partitions()
                    .values(column, possible.restriction(column), r -> orExplain(column, maker.plain(column, r, null)));
        }
        Restriction r = possible.restriction(column);
        for (Ordering ordering : possible.orderings()) {
            BigDecimal bound =
                    possible.restriction(table.column(ordering.greater())).high();
            if (ordering.lesser() == column.number() && bound != null) {
                BigDecimal latest = bound.subtract(ordering.least());
                r = r.atMost(ordering.strict() ? latest.subtract(TypeOrder.step(column.type())) : latest);
            }
        }
        Optional<Column> exact = r.narrows(column) ? Optional.empty() : related.timeOf(column);
        if (exact.isPresent() && of(exact.get()) instanceof Values.Ordered instants) {
            return TemporalValues.of(instants, column.type());
        }
        Values plain = orFail(column, maker.plain(column, r, before(column)));
        Optional<Column> first = column.type().kind() == SqlType.Kind.INET && !r.narrows(column)
                ? related.earlier(column, other -> other.type().kind() == SqlType.Kind.INET)
                : Optional.empty();
        if (first.isPresent()) {
            return AddressRange.last(of(first.get()), possible.seed(column.name()));
        }
        Optional<Polymorphic> pair = possible.polymorphic(column);
        if (plain instanceof NumberValues alone
                && pair.isEmpty()
                && !related.name(column).isOfId()) {
            return amount(column, alone);
        }
        if (pair.isPresent()) {
            return meant(pair.get(), column, plain);
        }
        Restriction restriction = r;
        return context.namesakes().getOrDefault(related.name(column), List.of()).stream()
                .filter(namesake -> namesake.suits(table, column, restriction))
                .findFirst()
                .map(namesake -> namesake.values(plain, possible.seed(column.name())))
                .orElseGet(() -> wanted(column, restriction, plain));
    }

    /** As many rows as not have a value with which they can be referred to, where not every value is one. */
    private Values wanted(Column column, Restriction r, Values plain) {
        List<byte[]> wanted = context.wanted(table, column).stream()
                .filter(value -> r.allowed() == null && r.admits(column.type(), value))
                .map(CopyBuffer::escape)
                .toList();
        long seed = possible.seed("wanted " + column.name());
        return wanted.isEmpty()
                ? plain
                : (row, out) -> {
                    long bits = Mix.at(seed, row);
                    if ((bits & 1) == 0) {
                        out.put(wanted.get((int) Mix.below(Mix.mix(bits), wanted.size())));
                    } else {
                        plain.write(row, out);
                    }
                };
    }

    /** Numbers that go with others of the row as their names say: a sum of them, or what is no smaller than another. */
    private Values amount(Column column, NumberValues alone) throws SQLException {
        Optional<Sums> sums = related.sums(column);
        if (sums.isPresent()) {
            Map<Column, NumberValues> parts = new HashMap<>();
            for (Column part : sums.get().parts()) {
                if (!(of(part) instanceof NumberValues values)) {
                    return alone;
                }
                parts.put(part, values);
            }
            return alone.summing(
                    sums.get().factors().stream().map(parts::get).toList(),
                    sums.get().isRated(),
                    sums.get().added().stream().map(parts::get).toList(),
                    sums.get().subtracted().stream().map(parts::get).toList());
        }
        Optional<Column> whole = related.whole(column);
        if (whole.isPresent()) {
            return of(whole.get()) instanceof NumberValues values
                    ? alone.partOf(values, Sums.usualShares(column), possible.seed(column.name()))
                    : alone;
        }
        Optional<Column> smaller = related.smaller(column);
        return smaller.isPresent() && of(smaller.get()) instanceof NumberValues least ? alone.above(least) : alone;
    }

    /** The points in time that those of a column come after: when what is nearest before it was, or when the row was made. */
    private Values.@Nullable Ordered before(Column column) throws SQLException {
        Column creation = related.creation();
        if (column != creation
                && ValueMaker.isInstant(column)
                && related.name(column).isChange()) {
            return latest();
        }
        // All others wait for when the row was made.
        Optional<Column> earlier = column == creation || !ValueMaker.isInstant(column)
                ? Optional.empty()
                : related.earlier(column, ValueMaker::isInstant);
        if (earlier.isPresent() && of(earlier.get()) instanceof Values.Ordered begins) {
            return TemporalValues.instants(begins, earlier.get().type());
        }
        return firstInstant;
    }

    /** When the last of all happened to a row that its columns tell of: what it was changed by. */
    private Values.@Nullable Ordered latest() throws SQLException {
        List<Values.Ordered> all = new ArrayList<>();
        for (Column other : related.past()) {
            Values.Ordered instants =
                    of(other) instanceof Values.Ordered values ? TemporalValues.instants(values, other.type()) : null;
            if (instants != null) {
                all.add(instants);
            }
        }
        Values.@Nullable Ordered made = firstInstant;
        return made == null || all.isEmpty()
                ? made
                : new Values.Ordered() {
                    @Override
                    public long ordinal(long row) {
                        long last = made.ordinal(row);
                        for (Values.Ordered each : all) {
                            last = Math.max(last, each.ordinal(row));
                        }
                        return last;
                    }

                    @Override
                    public void write(long row, CopyBuffer out) {
                        made.write(row, out);
                    }
                };
    }

    private Values meant(Polymorphic pair, Column column, Values plain) {
        LongUnaryOperator index = numbering.of(pair.id().number());
        if (column == pair.id()) {
            return pair.ids(plain);
        }
        return index == null ? pair.names() : numbered(pair.namesOfKeys(), index);
    }

    private static Values numbered(Values keys, LongUnaryOperator index) {
        if (!(keys instanceof Values.Ordered ordered)) {
            return (row, out) -> keys.write(index.applyAsLong(row), out);
        }
        return new Values.Ordered() {
            @Override
            public long ordinal(long row) {
                return ordered.ordinal(index.applyAsLong(row));
            }

            @Override
            public void write(long row, CopyBuffer out) {
                keys.write(index.applyAsLong(row), out);
            }
        };
    }

    private Values after(Column column, Ordering ordering) throws SQLException {
        Column lesser = table.column(ordering.lesser());
        if (!(of(lesser) instanceof Values.Ordered ordered)) {
            throw unmakeable(
                    column,
                    "CHECK constraint " + CheckConstraint.named(ordering.sources()) + " compares it with "
                            + lesser.name());
        }
        long seed = possible.seed(column.name());
        Restriction r = possible.restriction(column);
        boolean period = table.keys().stream()
                .anyMatch(key -> new UniqueKey.Period(lesser.number(), column.number()).equals(key.period()));
        if (period
                && numbering.isNumbered(lesser.number())
                && possible.distinct(lesser).at() instanceof Values.Ordered starts) {
            long apart = starts.ordinal(1) - starts.ordinal(0);
            if (ordering.least().compareTo(BigDecimal.valueOf(apart)) >= 0) {
                throw unmakeable(
                        column,
                        "of so many periods that must not overlap none is as long as "
                                + CheckConstraint.named(ordering.sources()) + " asks");
            }
            return TemporalValues.until(ordered, apart, column.type(), ordering.least(), ordering.most(), seed);
        }
        if (column.type().kind().isInstant()) {
            return TemporalValues.after(
                    ordered, column.type(), r, ordering.strict(), ordering.least(), ordering.most(), seed);
        }
        int scale = NumberValues.Range.of(lesser.type(), possible.restriction(lesser))
                .scale();
        return NumberValues.after(
                ordered,
                scale,
                NumberValues.Range.of(column.type(), r),
                ordering.strict(),
                ordering.least(),
                ordering.most(),
                seed);
    }

    private Values orExplain(Column column, @Nullable Values values) {
        try {
            return orFail(column, values);
        } catch (SQLException e) {
            throw Failures.explainUnloaded("planning table " + table.label(), e);
        }
    }

    private Values orFail(Column column, @Nullable Values values) throws SQLException {
        if (values != null || plan.rows() == 0) {
            return values == null ? (row, out) -> out.putNull() : values;
        }
        boolean unknownType =
                column.type().kind() == SqlType.Kind.OTHER || column.type().element() != null;
        @Nullable String literal = unknownType ? context.probe().anyLiteral(column.type()) : null;
        if (literal != null) {
            plan.refuse(
                    column,
                    "Column " + column.name() + " of " + table.label() + " has type "
                            + column.type().sqlName() + ", for which only one value is known: all rows have " + literal
                            + ".");
            byte[] escaped = CopyBuffer.escape(literal);
            return (row, out) -> out.put(escaped);
        }
        if (!column.notNull()) {
            plan.refuse(
                    column,
                    "Column " + column.name() + " of " + table.label() + " is NULL in all rows: no value of type "
                            + column.type().sqlName() + " is known that fits.");
            return (row, out) -> out.putNull();
        }
        throw unmakeable(column, unknownType ? "no value of its type is known" : "its constraints leave no value");
    }

    private DatasetException unmakeable(Column column, String why) {
        return DatasetException.spec(
                "Column " + column.name() + " (" + column.type().sqlName() + ") of table " + table.label()
                        + " cannot be filled: " + why + ". " + Failures.waysOut(table));
    }
}
