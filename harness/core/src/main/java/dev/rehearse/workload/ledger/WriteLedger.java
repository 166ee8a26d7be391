package dev.rehearse.workload.ledger;

import dev.rehearse.recording.Recording.TableAccount;
import dev.rehearse.workload.statement.Catalog;
import dev.rehearse.workload.statement.TrackedWrite;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the load wrote: for every row of a table with a primary key, the values it had after the load's last write, as hashes of their
 * text. Remembers up to 200,000 rows; of further ones only that they were touched. Where two writes of one row overlapped, either may
 * have been the last, and either is accepted; so is either end of a write whose connection was lost. Thread-safe; {@link #verify} is
 * called by one thread.
 */
public final class WriteLedger {

    private static final int MOST_ROWS = 200_000;

    /** Values, names and privileges, and what functions raise. */
    private static final List<String> UNREADABLE = List.of("22", "42", "P0");

    private final Catalog catalog;
    private final AtomicInteger room = new AtomicInteger(MOST_ROWS);
    private final Map<Long, TableLedger> tables = new ConcurrentHashMap<>();
    private final Set<String> writtenColumns = new ConcurrentSkipListSet<>();
    private final Set<String> keyless = new ConcurrentSkipListSet<>();
    private final Set<String> byKey = new ConcurrentSkipListSet<>();
    private final Map<String, String> unfollowed = new ConcurrentSkipListMap<>();
    private final Map<String, String> unreadable = new ConcurrentSkipListMap<>();
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private final List<Moment> verifiedAt = new ArrayList<>();
    /** By table, as of the first time that rows were looked up. */
    private final Map<Long, TurnedValues> turned = new HashMap<>();

    private volatile long migrationMicros = Long.MAX_VALUE;

    /** @param catalog the tables as they were before the load began */
    public WriteLedger(Catalog catalog) {
        this.catalog = catalog;
    }

    /**
     * One row that a statement gave back.
     *
     * @param json the row after it was written, or as it was before it was deleted
     */
    public record Row(TrackedWrite write, Map<String, @Nullable String> texts) {

        public static Row of(TrackedWrite write, String json) {
            return new Row(write, RowImage.texts(json));
        }
    }

    /** Rows of one unit of work, in the order written. */
    public void wrote(List<Row> rows, long startMicros, long endMicros, boolean certain) {
        for (Row row : rows) {
            TableLedger ledger = table(row.write().table());
            List<String> key = ledger.key(row.texts());
            if (key.isEmpty()) {
                if (ledger.hasKeyOf(row.texts())) {
                    ledger.exclude("rows were written without a value for the primary key");
                    keyless.add(row.write().table().label());
                } else {
                    ledger.exclude("a column of its primary key has another name since");
                }
                continue;
            }
            boolean deleted = row.write().verb() == TrackedWrite.Verb.DELETE;
            if (row.write().isByKey() && !deleted) {
                byKey.add(row.write().table().label());
            }
            RowImage image = deleted ? RowImage.ABSENT : RowImage.of(row.texts());
            for (String column : image.columns()) {
                noteWrittenColumn(row.write(), column);
            }
            ledger.wrote(key, image, startMicros, endMicros, certain);
        }
    }

    /** A column that the migration added counts only where the application itself writes it. */
    private void noteWrittenColumn(TrackedWrite write, String column) {
        Catalog.Table before = catalog.byOid().get(write.table().oid());
        String name = write.table().oid() + "." + column;
        if ((before == null || before.column(column) == null)
                && !writtenColumns.contains(name)
                && write.mentions(column)) {
            writtenColumns.add(name);
        }
    }

    /** What was written by then the migration found; what is written later may be what it makes of other values. */
    public void migrationBegins(long micros) {
        migrationMicros = micros;
    }

    /** Whether the migration made a value of another one, which it is again. */
    boolean isTurnedBack(Catalog.Table table, String column, long noted, long value) {
        TurnedValues values = turned.get(table.oid());
        return values != null && values.isMadeOf(column, noted, value);
    }

    boolean isWritten(Catalog.Table table, String column) {
        return writtenColumns.contains(table.oid() + "." + column);
    }

    /** The connection was lost while the server may have been writing rows that nobody was told of. */
    public void uncertain(TrackedWrite write, int rowsAtMost) {
        table(write.table()).uncertain(rowsAtMost);
    }

    /** The table is written in ways that cannot be followed, so nothing is claimed about its rows. */
    public void exclude(Catalog.Table table, String reason) {
        table(table).exclude(reason);
    }

    /** Rows were added to the table that nobody looks up again; those that are known are. */
    public void unfollowed(Catalog.Table table, String reason) {
        unfollowed.putIfAbsent(table.label(), reason);
    }

    TableLedger table(Catalog.Table table) {
        return tables.computeIfAbsent(table.oid(), oid -> new TableLedger(table, room));
    }

    @Nullable
    public TableLedger known(long oid) {
        return tables.get(oid);
    }

    /** Waits for what the load does at the time; false where that is not over in time. */
    @FunctionalInterface
    public interface UnderWay {
        boolean await() throws InterruptedException;
    }

    /** {@link #verify(Connection, BaseSample, UnderWay)} once the load has stopped. */
    public List<TableAccount> verify(Connection connection, BaseSample sample)
            throws SQLException, InterruptedException {
        return verify(connection, sample, () -> true);
    }

    /**
     * Looks up again what the load wrote and what the sample held, by key. Columns that exist then and now are compared; what a column
     * that is gone held is lost. A renamed table, column or label of an enum is followed, and a value of another type is the same where it is so as one of
     * the type that it had.
     *
     * @param connection as the owner of the tables, with no transaction open
     * @param sample rows read before the load began
     * @param underWay waits until what the load does now is over; what it wrote meanwhile is not missed
     * @return empty where that was not over in time
     */
    public List<TableAccount> verify(Connection connection, BaseSample sample, UnderWay underWay)
            throws SQLException, InterruptedException {
        notes.clear();
        Moment now = Moment.read(connection, Catalog.read(connection));
        List<Moment> earlier = new ArrayList<>(verifiedAt);
        earlier.add(0, sample.moment());
        verifiedAt.add(now);
        RowAccounting accounting = new RowAccounting(connection, this, now, earlier);
        List<RowAccounting.Comparison> comparisons = new ArrayList<>();
        List<String> unfindable = new ArrayList<>();
        Map<String, List<String>> excludedFor = new LinkedHashMap<>();
        List<BaseSample.Table> all = new ArrayList<>(sample.tables());
        tables.values().stream()
                .filter(ledger -> sample.tables().stream()
                        .noneMatch(base -> base.table().oid() == ledger.table().oid()))
                .forEach(ledger -> all.add(new BaseSample.Table(ledger.table(), 0, Map.of())));
        for (BaseSample.Table base : all) {
            TableLedger ledger = tables.get(base.table().oid());
            String excluded = ledger == null ? null : ledger.excluded();
            if (excluded != null) {
                excludedFor
                        .computeIfAbsent(excluded, any -> new ArrayList<>())
                        .add(base.table().label());
            } else if (!base.table().isFindable()) {
                unfindable.add(base.table().label());
            } else {
                compare(accounting, base, ledger).ifPresent(comparisons::add);
            }
            if (ledger != null && ledger.isFull()) {
                notes.add("The load wrote more than " + MOST_ROWS + " rows; of those of "
                        + base.table().label() + " only the first were accounted for.");
            }
            if (ledger != null && ledger.uncertainRows() > 0) {
                notes.add("Connections were lost in the middle of writes to "
                        + base.table().label() + ": up to " + ledger.uncertainRows()
                        + " of its rows may differ for that reason and were not counted.");
            }
        }
        excludedFor.forEach((reason, labels) ->
                notes.add("The rows of " + String.join(", ", labels) + " were not accounted for: " + reason + "."));
        if (!unfindable.isEmpty()) {
            notes.add("The rows of " + String.join(", ", unfindable)
                    + " were not accounted for: no primary key to find them by, or one of an array or a document, or other tables inherit"
                    + " from it.");
        }
        if (comparisons.stream().anyMatch(RowAccounting.Comparison::finds) && !underWay.await()) {
            return List.of();
        }
        List<TableAccount> accounts = comparisons.stream()
                .map(each ->
                        accounting.account(each, tables.get(each.base().table().oid())))
                .toList();
        accounting
                .turnedBack()
                .forEach(column -> notes.add("Values of " + column
                        + " that the application wrote count as kept, which the rollback turned as it did what the migration had turned: that no row had such"
                        + " a value before is known of the older rows that were looked up alone."));
        if (verifiedAt.size() == 1) {
            comparisons.forEach(each -> {
                long oid = each.base().table().oid();
                turned.put(oid, accounting.turned(each, tables.get(oid), migrationMicros));
            });
        }
        return accounts;
    }

    /** Without generated columns, or empty, with a note, where the table's own definition makes reading a row fail, as a column that divides by zero. */
    private Optional<RowAccounting.Comparison> compare(
            RowAccounting accounting, BaseSample.Table base, @Nullable TableLedger ledger) throws SQLException {
        try {
            return Optional.of(accounting.compare(base, ledger, false));
        } catch (SQLException e) {
            if (!isOfReading(e)) {
                throw e;
            }
            unreadable(base.table(), e);
            String fails = " were not accounted for: reading them fails with " + e.getSQLState() + " (" + e.getMessage()
                    + ").";
            try {
                RowAccounting.Comparison stored = accounting.compare(base, ledger, true);
                notes.add("The generated columns of " + base.table().label() + fails);
                return Optional.of(stored);
            } catch (SQLException again) {
                if (!isOfReading(again)) {
                    throw again;
                }
                notes.add("The rows of " + base.table().label() + fails);
                return Optional.empty();
            }
        }
    }

    private static boolean isOfReading(SQLException failure) {
        return failure.getSQLState() != null && UNREADABLE.stream().anyMatch(failure.getSQLState()::startsWith);
    }

    /** A row of the table could not be read. */
    public void unreadable(Catalog.Table table, SQLException failure) {
        unreadable.putIfAbsent(
                table.label(),
                failure.getSQLState() + ": "
                        + String.valueOf(failure.getMessage())
                                .lines()
                                .findFirst()
                                .orElse(""));
    }

    /** With what reading fails, by the table. */
    public Map<String, String> unreadable() {
        return Map.copyOf(unreadable);
    }

    /** A write of the table gives back no row: a rule has it do something else. */
    public void givesNoKey(Catalog.Table table) {
        keyless.add(table.label());
    }

    /** Tables of which a write gave back no row, or one without a value for the primary key, as no table does: something else takes them by then. */
    public List<String> keyless() {
        return List.copyOf(keyless);
    }

    /** What could not be accounted for, and why; complete after {@link #verify}. */
    public List<String> notes() {
        Map<String, String> notAll = new TreeMap<>(unfollowed);
        byKey.forEach(
                table -> notAll.putIfAbsent(table, "of some only that they are there, as they may not be read whole"));
        return Stream.concat(
                        notAll.entrySet().stream()
                                .map(each -> "Not all rows of " + each.getKey()
                                        + " that the application wrote were accounted for: " + each.getValue() + "."),
                        notes.stream())
                .toList();
    }
}
