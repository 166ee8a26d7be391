package dev.rehearse.data.plan.values;

import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.DocumentKey;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.column.NumberValues;
import dev.rehearse.data.column.ValueMaker;
import dev.rehearse.data.condition.CheckSolver;
import dev.rehearse.data.condition.Ordering;
import dev.rehearse.data.condition.Restriction;
import dev.rehearse.data.condition.TextPattern;
import dev.rehearse.data.plan.reference.ForeignKeyUse;
import dev.rehearse.data.plan.table.PartitionRows;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.plan.trial.ComputedKeys;
import dev.rehearse.data.plan.trial.PassingKeys;
import dev.rehearse.data.plausible.RowSubject;
import dev.rehearse.data.profile.ColumnProfile.Statistics;
import dev.rehearse.data.twin.ProfiledColumn;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Keys;
import dev.rehearse.data.value.Mix;
import dev.rehearse.data.value.Values;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What values the columns of one table can have: within their checks, their partitions and the columns that refer to them. */
public final class PossibleValues {

    private final TablePlan plan;
    private final Table table;
    private final PlanContext context;
    private final CheckSolver checks;
    private final List<ForeignKeyUse> uses;
    private final RowSubject subject;
    private final ComputedKeys computedKeys;
    private final PassingKeys passingKeys;
    private final PartitionRows partitions;
    private final List<Polymorphic> polymorphic;
    private final Map<Integer, Long> firstNumbers = new HashMap<>();

    private static final int ROWS_OF_GROUP = 20;

    /**
     * @param checks receives a check of the bounds of partitions that are not understood
     * @param uses foreign keys that decide columns
     */
    public PossibleValues(
            TablePlan plan,
            PlanContext context,
            CheckSolver checks,
            List<ForeignKeyUse> uses,
            ComputedKeys computedKeys) {
        this.plan = plan;
        this.table = plan.table();
        this.context = context;
        this.checks = checks;
        this.uses = uses;
        this.subject = RowSubject.of(table, seed(""));
        this.computedKeys = computedKeys;
        this.passingKeys = new PassingKeys(plan, context.probe(), checks.unsolved());
        this.partitions = PartitionRows.of(
                plan,
                checks,
                this::restriction,
                (column, r) -> maker(column).distinct(column, r, 0),
                context.profile(),
                this::texts);
        this.polymorphic = Polymorphic.of(
                plan,
                context,
                column -> !partitions.decide(column.number())
                        && table.foreignKeys().stream()
                                .noneMatch(foreignKey -> foreignKey.columns().contains(column.number())),
                this::restriction,
                this::seed);
    }

    /** Reads where the numbers of keys go on after the rows that there are. */
    public void readFirstNumbers() throws SQLException {
        if (table.existingRows() > 0) {
            for (Column column : table.columns()) {
                if (column.type().kind().isInteger() && plan.rows() > 0) {
                    firstNumbers.put(column.number(), context.probe().largest(table, column) + 1);
                }
            }
        }
    }

    public PartitionRows partitions() {
        return partitions;
    }

    /** The pair of columns that a column is of, if it means rows of several tables. */
    public Optional<Polymorphic> polymorphic(Column column) {
        return polymorphic.stream()
                .filter(pair -> pair.type() == column || pair.id() == column)
                .findFirst();
    }

    /** Whether a foreign key decides the column. */
    public boolean isForeign(Column column) {
        return uses.stream().anyMatch(use -> use.owned().contains(column.number()));
    }

    /** What a profile says of a column, or null where it says nothing. */
    @Nullable
    public ProfiledColumn profiled(Column column, boolean nullable) {
        ProfiledColumn profiled = context.profile().column(table, column, plan.rows(), nullable, seed(column.name()));
        if (profiled == null || !table.partitioned()) {
            return profiled;
        }
        long[] sizes = partitions.sizes();
        return sizes.length > 0
                ? profiled.in(
                        sizes,
                        partitions.names().stream()
                                .map(context.profile().partitionStatistics(table, column)::get)
                                .toList(),
                        partitions.readOrder())
                : profiled.inAnyOf(context.profile().partitionRows(table).values().stream()
                        .mapToLong(Long::longValue)
                        .toArray());
    }

    /** The columns that checks put in order with one another. */
    List<Ordering> orderings() {
        return checks.orderings();
    }

    /** Whether a check puts the column after another. */
    boolean isGreater(int number) {
        return checks.orderings().stream().anyMatch(o -> o.greater() == number);
    }

    /** Whether a check puts the column in order with another. */
    boolean isOrdered(int number) {
        return checks.orderings().stream().anyMatch(o -> o.lesser() == number || o.greater() == number);
    }

    /** What the values of a column must keep to; those who refer to it must be able to have them, too. */
    public Restriction restriction(Column column) {
        Restriction r = asWide(column, checks.restriction(column));
        for (Column child : context.referencing(table, column)) {
            r = r.length(0, child.type().maxLength());
            TextPattern asked = CheckSolver.of(child).restriction(child).pattern();
            if (asked != null && column.type().kind().isText()) {
                r = r.matching(asked);
            }
            if (child.type().kind().isInteger() && column.type().kind().isNumber()) {
                NumberValues.Range range = NumberValues.Range.of(child.type(), Restriction.of(child));
                r = r.atLeast(BigDecimal.valueOf(range.low())).atMost(BigDecimal.valueOf(range.high()));
            }
        }
        return r;
    }

    /** A pattern says little of lengths: as long as a profile says, where there are such texts. */
    private Restriction asWide(Column column, Restriction r) {
        Statistics known = r.pattern() == null ? null : context.profile().statistics(table, column);
        if (known == null || known.widthBytes() - 1 > r.maxLength()) {
            return r;
        }
        Restriction longer = r.length(known.widthBytes() - 1, r.maxLength());
        return Objects.requireNonNull(r.pattern())
                                .keys(longer, 1, seed(column.name()))
                                .capacity()
                        == 0
                ? r
                : longer;
    }

    /** The different values of a column, of which there are none where another column decides. */
    public Keys distinctIfFree(int number) {
        Column column = table.column(number);
        boolean told = polymorphic(column).filter(pair -> pair.type() == column).isPresent();
        return isGreater(number) || told ? new Keys(0, (row, out) -> {}) : distinct(column);
    }

    /** The different values of a column. */
    public Keys distinct(Column column) {
        Optional<Polymorphic> pair = polymorphic(column).filter(Polymorphic::keyed);
        if (pair.isPresent()) {
            return pair.get().keys();
        }
        long first = firstNumbers.getOrDefault(column.number(), 1L);
        return partitions.decide(column.number())
                ? partitions.keys(column)
                : computedKeys.apart(column, passing(column, first), () -> examples(column));
    }

    private Keys passing(Column column, long first) {
        return passingKeys.of(
                column, maker(column).distinct(column, restriction(column), first), () -> examples(column));
    }

    /** Plain values of a column and its edge cases, before keys and references are known. */
    public List<byte[]> examples(Column column) {
        List<byte[]> examples = new ArrayList<>();
        ValueMaker maker = maker(column);
        Restriction r = restriction(column);
        Values plain = maker.plain(column, r, null);
        for (int row = 0; plain != null && row < 20; row++) {
            CopyBuffer scratch = new CopyBuffer(64);
            plain.write(row, scratch);
            examples.add(Arrays.copyOf(scratch.array(), scratch.length()));
        }
        if (!isForeign(column) && context.spec().edgeCaseShare() > 0) {
            maker.edgeCases(column, r, context.probe().unicode()).forEach(edge -> examples.add(edge.escaped()));
        }
        return examples;
    }

    /** Plain texts of a column, as it would have them without partitions. */
    private List<String> texts(Column column) {
        Values plain = maker(column).plain(column, restriction(column), null);
        List<String> texts = new ArrayList<>();
        for (int row = 0; plain != null && row < 50; row++) {
            CopyBuffer scratch = new CopyBuffer(64);
            plain.write(row, scratch);
            String text = scratch.textFrom(0);
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    ValueMaker maker(Column column) {
        return new ValueMaker(
                plan.rows(),
                population(column),
                context.spec().randomSeed(),
                seed(column.name()),
                subject,
                context.plausible(),
                DocumentKey.of(table, column));
    }

    /** How many things a column speaks of; one that a key has beside others groups the rows. */
    private long population(Column column) {
        boolean groups = table.keys().stream()
                .anyMatch(key -> key.columns().size() > 1 && key.columns().contains(column.number()));
        return groups ? Math.max(1, Math.min(context.population(), plan.rows() / ROWS_OF_GROUP)) : context.population();
    }

    public long seed(String part) {
        return Mix.seed(context.spec().randomSeed(), table.schema(), table.name(), part);
    }
}
