package dev.rehearse.data.plan.table;

import dev.rehearse.data.DatasetException;
import dev.rehearse.data.FilledColumn;
import dev.rehearse.data.Refused;
import dev.rehearse.data.catalog.Column;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.column.EdgeCase;
import dev.rehearse.data.twin.Families;
import dev.rehearse.data.value.BinaryFormat;
import dev.rehearse.data.value.CopyBuffer;
import dev.rehearse.data.value.Values;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How one table is filled. As a parent it has one numbering: the rows it had before come first, as far as they were read, then those
 * that are generated.
 */
public final class TablePlan {

    private final Table table;
    private final boolean chosen;
    private long rows;
    private long existing;
    private final Values[] values;
    private volatile boolean planned;
    private @Nullable PartitionRows partitions;
    private final Map<Integer, byte[][]> existingKeys = new HashMap<>();
    private final Map<Integer, Values> generated = new HashMap<>();
    private final Map<Integer, LongUnaryOperator> rowsByKey = new HashMap<>();
    private final Map<Integer, Values> keysInOrder = new HashMap<>();
    private final Map<Integer, Families.InOrder> families = new HashMap<>();
    private final List<Refused> refused = new ArrayList<>();
    private final Map<Integer, List<EdgeCase>> edgeCases = new HashMap<>();
    /** The rows that were loaded with NULL in a column, by its place. */
    private final LongAdder[] nulls;
    /** Write the values of a row that is loaded. */
    private final Values[] counted;

    /** @param rows rows to generate, as wanted; what the keys allow may be fewer */
    public TablePlan(Table table, long rows, boolean chosen) {
        this.table = table;
        this.rows = rows;
        this.chosen = chosen;
        this.values = new Values[table.columns().size()];
        this.nulls = Stream.generate(LongAdder::new).limit(values.length).toArray(LongAdder[]::new);
        this.counted = IntStream.range(0, values.length).mapToObj(this::counted).toArray(Values[]::new);
    }

    private Values counted(int place) {
        if (table.columns().get(place).notNull()) {
            return (row, out) -> values[place].write(row, out);
        }
        return (row, out) -> {
            int start = out.length();
            values[place].write(row, out);
            if (out.counting() && out.isNullFrom(start)) {
                nulls[place].increment();
            }
        };
    }

    public Table table() {
        return table;
    }

    /** Whether the spec names the table, so that fewer rows than it says are an error. */
    public boolean chosen() {
        return chosen;
    }

    /** Rows to generate. */
    public long rows() {
        return rows;
    }

    public void limitRows(long most, String why) {
        if (chosen) {
            throw DatasetException.spec(
                    "Table " + table.label() + " cannot have " + (table.existingRows() + rows) + " rows: " + why
                            + " allows " + most + ". Ask for fewer rows, or for more rows of the tables it refers to.");
        }
        if (most < rows) {
            refuse(
                    null,
                    "Table " + table.label() + " got " + most + " rows instead of " + rows + ": " + why
                            + " allows no more.");
            rows = most;
            // Of the rows in an order some are no more.
            forgetOrders();
        }
    }

    /** Forgets in what order of a column's values the rows come. */
    public void forgetOrders() {
        rowsByKey.clear();
        keysInOrder.clear();
        families.clear();
    }

    /** @param why as a sentence that names the table, and the column where there is one */
    public void refuse(@Nullable Column column, String why) {
        refused.add(new Refused(table.label(), column == null ? null : column.name(), why));
    }

    public List<Refused> refused() {
        return refused;
    }

    /** Rows that a child may refer to. */
    public long parents() {
        return existing + rows;
    }

    /** Rows from before that a child may refer to; they come first. */
    public long existing() {
        return existing;
    }

    public Values values(int column) {
        return values[column];
    }

    /** Whether all columns have their values for good. */
    public boolean isPlanned() {
        return planned || rows == 0;
    }

    public void planned() {
        planned = true;
    }

    public void values(int column, Values columnValues) {
        values[column] = columnValues;
    }

    /** Notes which edge cases are mixed into the plain values of a column, by its place. */
    public void mixed(int column, List<EdgeCase> mixedIn) {
        edgeCases.put(column, mixedIn);
    }

    /** Those of a column; who may not have one takes it out of the list. */
    public List<EdgeCase> edgeCases(int column) {
        return edgeCases.getOrDefault(column, List.of());
    }

    /**
     * What was loaded into which column beside plain values; the counts are those so far.
     *
     * @param loaded how many rows were loaded
     */
    public List<FilledColumn> mixtures(long loaded) {
        return IntStream.range(0, values.length)
                .mapToObj(place -> {
                    Map<String, Long> uses = new LinkedHashMap<>();
                    edgeCases(place)
                            .forEach(edge -> uses.merge(edge.name(), edge.uses().sum(), Long::sum));
                    return new FilledColumn(
                            table.columns().get(place).name(),
                            loaded == 0 ? 0 : nulls[place].sum() / (double) loaded,
                            uses);
                })
                .filter(column -> column.nullShare() > 0 || !column.edgeCases().isEmpty())
                .toList();
    }

    /** The keys of rows that were there before, escaped, by column number. */
    public void existingKeys(Map<Integer, byte[][]> keys) {
        existingKeys.putAll(keys);
        existing = keys.values().stream()
                .mapToLong(column -> column.length)
                .findFirst()
                .orElse(0);
    }

    public void partitions(PartitionRows partitionRows) {
        partitions = partitionRows;
    }

    /** Whether it is known which of the generated rows lie in a partition. */
    public boolean knows(long partition) {
        return rows == 0 || partitions != null && partitions.knows(partition);
    }

    /** The first of the rows that lie in one partition with a row, or of all where no partitions are known. */
    public long partitionStart(long row) {
        return partitions == null ? 0 : partitions.startOf(row);
    }

    /** The row after those that lie in one partition with a row, or after all where no partitions are known. */
    public long partitionEnd(long row) {
        return partitions == null ? rows : partitions.endOf(row);
    }

    /** Whether a parent row lies in a partition, which must be known; where rows from before lie nobody knows. */
    public boolean isIn(long partition, long parent) {
        PartitionRows known = partitions;
        return parent >= existing && known != null && known.contains(partition, parent - existing);
    }

    /** Whether a parent row has a value in each of some columns, so that it can be referred to by them. */
    public boolean hasKey(List<Integer> columns, long parent) {
        return columns.stream().noneMatch(column -> key(column, parent) == null);
    }

    /** The value that a parent row has in a column; null for NULL. */
    @Nullable
    public String key(int column, long parent) {
        CopyBuffer scratch = new CopyBuffer(32);
        scratch.counting(false);
        writeKey(column, parent, scratch);
        return scratch.textFrom(0);
    }

    /** Notes what the server will compute in a generated column. */
    public void generated(int columnNumber, Values columnValues) {
        generated.put(columnNumber, columnValues);
    }

    /** Whether it is known what the server will compute in a generated column. */
    public boolean knowsGenerated(int columnNumber) {
        return generated.containsKey(columnNumber);
    }

    /** Notes which generated row has the n-th value of a column; there are no rows from before. */
    public void rowsByKey(int columnNumber, LongUnaryOperator rowsOfKeys) {
        rowsByKey.put(columnNumber, rowsOfKeys);
    }

    /** Notes that a column tells the families apart that the rows are in; there are no rows from before. */
    public void families(int columnNumber, Families.InOrder known) {
        families.put(columnNumber, known);
        rowsByKey.put(columnNumber, known::row);
    }

    /** The families that a column tells apart, or null where they are not known. */
    public Families.@Nullable InOrder families(int columnNumber) {
        return families.get(columnNumber);
    }

    /** Notes the values of such a column in their order. */
    public void keysInOrder(int columnNumber, Values keys) {
        keysInOrder.put(columnNumber, keys);
    }

    /** What writes the n-th value of a column that {@link #rowsByKey(int)} knows, or null where a row must be asked for it. */
    @Nullable
    public Values keysInOrder(int columnNumber) {
        return keysInOrder.get(columnNumber);
    }

    /** The parent row that has the n-th value of a column, or null where the rows are in the order of its values or of none. */
    @Nullable
    public LongUnaryOperator rowsByKey(int columnNumber) {
        return rowsByKey.get(columnNumber);
    }

    /** Appends the value that a parent row has in a column. */
    public void writeKey(int columnNumber, long parent, CopyBuffer out) {
        byte @Nullable [][] keys = existingKeys.get(columnNumber);
        if (parent < existing && keys != null) {
            out.put(keys[(int) parent]);
        } else {
            int place = table.indexOf(columnNumber);
            (place < 0 ? Objects.requireNonNull(generated.get(columnNumber)) : values[place])
                    .write(parent - existing, out);
        }
    }

    /** Appends one line of COPY's input. */
    public void writeRow(long row, CopyBuffer out) {
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                out.put('\t');
            }
            counted[i].write(row, out);
        }
        out.put('\n');
    }

    /** Appends one row of COPY's binary input. */
    public void writeRow(long row, BinaryFormat format, CopyBuffer scratch, CopyBuffer out) {
        format.writeRow(counted, row, scratch, out);
    }

    /** The statement that takes the rows. */
    public String copyStatement(boolean binary) {
        String columns = String.join(
                ", ",
                Arrays.stream(table.columns().toArray(Column[]::new))
                        .map(column -> Sql.quote(column.name()))
                        .toList());
        return "COPY " + table.quoted() + (columns.isEmpty() ? "" : " (" + columns + ")") + " FROM STDIN"
                + (binary ? " (FORMAT binary)" : "");
    }
}
