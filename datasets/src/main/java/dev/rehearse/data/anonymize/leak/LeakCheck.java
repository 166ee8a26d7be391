package dev.rehearse.data.anonymize.leak;

import dev.rehearse.data.anonymize.AnonymizedSnapshot.Leak;
import dev.rehearse.data.anonymize.AnonymizedSnapshot.LeakReport;
import dev.rehearse.data.anonymize.Throttle;
import dev.rehearse.data.anonymize.feature.Features;
import dev.rehearse.data.anonymize.feature.Ledger;
import dev.rehearse.data.anonymize.feature.Suspects;
import dev.rehearse.data.anonymize.rules.ColumnRule;
import dev.rehearse.data.anonymize.source.Snapshot;
import dev.rehearse.data.anonymize.source.SourceColumn;
import dev.rehearse.data.anonymize.source.SourceTable;
import dev.rehearse.data.anonymize.source.TablePart;
import dev.rehearse.data.anonymize.source.Troubles;
import dev.rehearse.data.anonymize.source.ValueType.Kind;
import dev.rehearse.data.anonymize.text.Escapes;
import dev.rehearse.data.anonymize.value.Leaf;
import dev.rehearse.data.anonymize.value.RecordingLeaf;
import dev.rehearse.data.anonymize.value.ValueShape;
import dev.rehearse.data.load.Crew;
import dev.rehearse.data.value.LongSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the output as somebody else would, every column that can hold text and every personal one, and looks for what identifies in the
 * source. Filters in memory rule out nearly everything; what they cannot rule out is looked for in the source itself, so that chance neither
 * finds nor excuses a leak.
 */
public final class LeakCheck {

    /** Comments are told of in other words than columns. */
    private static final String COMMENTS = "comment ";

    private final Transfer transfer;
    private final Ledger ledger;
    private final Suspects suspects = new Suspects();
    private final Definitions definitions;
    private final Map<String, Long> sequences;
    private final Map<String, Leak> leaks = new TreeMap<>();
    private final Set<String> comments = new TreeSet<>();
    private int rounds;
    private final AtomicLong columns = new AtomicLong();
    private final AtomicLong values = new AtomicLong();

    /** @param sequences their last values, by name */
    public LeakCheck(Transfer transfer, Map<String, Long> sequences) {
        this.transfer = transfer;
        this.ledger = transfer.ledger();
        this.definitions = new Definitions(ledger, suspects);
        this.sequences = sequences;
    }

    /**
     * Reads the tables and the definitions.
     *
     * @param tables those of the source, with the sizes of the target's
     * @return the rows of each
     */
    public Map<Long, Long> tables(List<SourceTable> tables, List<String> scripts, List<String> commented) {
        tables.forEach(table -> columns.addAndGet(read(table).size()));
        Map<Long, Long> rows = readTables(tables, true);
        do {
            definitions.read(scripts);
            readSequences();
            readComments(commented);
            if (!suspects.isEmpty() || definitions.asks()) {
                judge();
            }
        } while (goesOn() && readTables(tables, false) != null);
        return rows;
    }

    /** Reads materialized views: what stands in no table either, and so was put together, is looked for. */
    public void views(List<SourceTable> views, List<SourceTable> tables) {
        views.forEach(view -> columns.addAndGet(view.columns().size()));
        do {
            each(views, "checking materialized views for leaks", () -> {
                Features features = new Features();
                return (view, found) -> leaf((kind, name, value, inside) -> {
                    values.incrementAndGet();
                    Features.Sink sink = (hash, start) -> {
                        if (ledger.mayIdentifyInDefinition(hash)) {
                            suspects.add(hash, features, view.label() + "." + found.name(), Suspects.ANY_PLACE);
                        }
                    };
                    switch (kind) {
                        // What a view says of months and days is of no single row.
                        case DATE, TIMESTAMP -> {}
                        // Sums and counts: shorter ones are too many to be told from somebody's numbers.
                        case INTEGER, NUMERIC, RANGE, SYSTEM ->
                            RecordingLeaf.longNumbers(value, number -> features.of(number, sink));
                        default -> {
                            if (RecordingLeaf.isTelling(kind, value)) {
                                features.of(RecordingLeaf.readable(kind, value), sink);
                            }
                        }
                    }
                });
            });
            if (!suspects.isEmpty()) {
                each(tables, "looking for where views have their values from", () -> {
                    Features features = new Features();
                    return (table, found) -> leaf((kind, name, value, inside) ->
                            features.of(RecordingLeaf.readable(kind, value), (hash, start) -> suspects.remove(hash)));
                });
                judge();
            }
        } while (goesOn());
    }

    /** Whether there are suspects for whom there was no room. Each round has fewer of them left, so there is a last one. */
    private boolean goesOn() {
        if (!leaks.isEmpty() || !suspects.next()) {
            return false;
        }
        rounds++;
        return true;
    }

    /** With the round, where one does not do: each reads both databases once. */
    private String inRound(String doing) {
        long left = suspects.roundsLeft();
        return rounds == 0 && left == 0
                ? doing
                : doing + " (round " + (rounds + 1) + " of about " + (rounds + 1 + left) + ")";
    }

    public LeakReport report() {
        return new LeakReport(columns.get(), values.get(), suspects.total(), List.copyOf(leaks.values()));
    }

    /** Comments that are not to go over. */
    public Set<String> comments() {
        return comments;
    }

    /** See {@link Definitions#notable}. */
    public Set<String> words() {
        return definitions.notable();
    }

    private List<SourceColumn> read(SourceTable table) {
        return table.columns().stream()
                .filter(column -> column.generated() ? column.type().isTextual() : isRead(table, column))
                .toList();
    }

    private boolean isRead(SourceTable table, SourceColumn column) {
        ColumnRule rule = transfer.rules().of(table, column);
        return rule.checks(column)
                && (!rule.checksLongNumbersOnly(column) || ledger.hasKept(Ledger.place(table, column)));
    }

    /** Makes what is done with the leaves of a column, for one thread. */
    private interface ReaderMaker {
        Leaf reader(SourceTable table, SourceColumn column);
    }

    private static Leaf leaf(ColumnScan.Reader reader) {
        return reader;
    }

    private void each(List<SourceTable> tables, String doing, Supplier<ReaderMaker> makers) {
        run(tables, doing, connection -> {
            ReaderMaker maker = makers.get();
            return part -> {
                List<SourceColumn> read = part.table().columns();
                List<Leaf> leaves = new ArrayList<>();
                read.forEach(column -> leaves.add(maker.reader(part.table(), column)));
                return ColumnScan.scan(connection, part, read, Throttle.none(), row -> {
                    for (int i = 0; i < row.length; i++) {
                        map(read.get(i), row[i], leaves.get(i));
                    }
                });
            };
        });
    }

    private Map<Long, Long> readTables(List<SourceTable> tables, boolean count) {
        Map<Long, Long> rows = new ConcurrentHashMap<>();
        RowsRead all = new RowsRead(transfer.progress(), tables);
        run(tables, "checking for leaks", connection -> {
            TableReader reader = new TableReader(count);
            return part -> {
                all.report(inRound("checking " + part.table().label() + " for leaks"));
                long read = reader.read(connection, part);
                rows.merge(part.table().oid(), read, Long::sum);
                all.add(read);
                return read;
            };
        });
        return rows;
    }

    /** Reads one part by a session of the target. */
    private interface PartReader {
        long read(TablePart part) throws SQLException, InterruptedException;
    }

    private interface PartReaders {
        PartReader make(Connection connection);
    }

    private void run(List<SourceTable> tables, String doing, PartReaders readers) {
        Queue<TablePart> left = new ConcurrentLinkedQueue<>(TablePart.of(tables, null));
        Crew.run(Math.min(transfer.spec().readers(), left.size()), Troubles.terms(doing), () -> {
            Connection connection = Snapshot.openTarget(transfer.target());
            PartReader reader = readers.make(connection);
            return new Crew.Bench() {

                @Override
                public List<Connection> connections() {
                    return List.of(connection);
                }

                @Override
                public boolean next() throws SQLException, InterruptedException {
                    TablePart part = left.poll();
                    if (part != null) {
                        reader.read(part);
                    }
                    return part != null;
                }

                @Override
                public void close() throws SQLException {
                    connection.close();
                }
            };
        });
    }

    private static void map(SourceColumn column, @Nullable String value, Leaf leaf) {
        if (value != null) {
            ValueShape.map(column.type(), column.name(), value, false, leaf);
        }
    }

    /** Reads tables of the target. One thread. */
    private final class TableReader {

        private final Features features = new Features();
        /** What stands in the row outside of generated columns, where there are such. */
        private final LongSet copied = new LongSet();

        private final boolean count;
        private long leaves;

        TableReader(boolean count) {
            this.count = count;
        }

        long read(Connection connection, TablePart part) throws SQLException, InterruptedException {
            SourceTable table = part.table();
            List<SourceColumn> read = LeakCheck.this.read(table);
            boolean hasGenerated = read.stream().anyMatch(SourceColumn::generated);
            List<SourceColumn> all = new ArrayList<>(read);
            // A generated value is made of any of the row's others.
            table.columns().stream()
                    .filter(column -> hasGenerated && !read.contains(column))
                    .forEach(all::add);
            all.sort(Comparator.comparing(SourceColumn::generated));
            List<Leaf> each = new ArrayList<>();
            all.forEach(column -> each.add(reader(table, column, hasGenerated, read.contains(column))));
            leaves = 0;
            long rows = ColumnScan.scan(connection, part, all, Throttle.none(), row -> {
                copied.clear();
                for (int i = 0; i < row.length; i++) {
                    map(all.get(i), row[i], each.get(i));
                }
            });
            if (count) {
                values.addAndGet(leaves);
            }
            return rows;
        }

        private ColumnScan.Reader reader(SourceTable table, SourceColumn column, boolean remember, boolean check) {
            String where = table.label() + "." + column.name();
            long place = Ledger.place(table, column);
            boolean mayBeShort = remember
                    || column.generated()
                    || !transfer.rules().of(table, column).checksLongNumbersOnly(column);
            boolean hasBytes = remember
                    || column.generated()
                    || RecordingLeaf.isTelling(transfer.rules().of(table, column), Kind.BYTEA, "");
            return (kind, name, value, inside) -> {
                leaves += check ? 1 : 0;
                if ((!mayBeShort && value.length() < RecordingLeaf.LEAST_LONG) || (!hasBytes && kind == Kind.BYTEA)) {
                    return;
                }
                // A generated value may hold the time of day, too.
                String text = kind == Kind.TIMESTAMP ? value : RecordingLeaf.readable(kind, value);
                features.of(text, (hash, start) -> {
                    if (column.generated()) {
                        if (!copied.contains(hash) && ledger.mayIdentifyInDefinition(hash)) {
                            suspects.add(hash, features, where, Suspects.ANY_PLACE);
                        }
                        return;
                    }
                    if (remember) {
                        copied.add(hash);
                    }
                    if (check && ledger.isSuspect(hash, place)) {
                        suspects.add(hash, features, where, place);
                    }
                });
            };
        }
    }

    private void readSequences() {
        Features features = new Features();
        sequences.forEach((name, value) -> RecordingLeaf.longNumbers(
                Long.toString(value),
                number -> features.of(number, (hash, start) -> {
                    if (ledger.mayIdentify(hash)) {
                        suspects.add(hash, features, "the last value of the sequence " + name, Suspects.ANY_PLACE);
                    }
                })));
    }

    private void readComments(List<String> commented) {
        Features features = new Features();
        for (String comment : commented) {
            String plain = Escapes.plain(comment);
            features.ofAny(plain, (hash, start) -> comments.add(comment));
            features.of(plain, (hash, start) -> {
                if (ledger.mayIdentify(hash)) {
                    suspects.add(hash, features, COMMENTS + comment, Suspects.ANY_PLACE);
                }
            });
        }
    }

    /** Looks for the suspects in the source. */
    private void judge() {
        String doing = inRound("looking for " + suspects.size() + " suspects in the source");
        SourceScan.scan(transfer, doing, () -> new SourceJudge(suspects, definitions, transfer));
        for (Suspects.Suspect suspect : suspects.all()) {
            for (String where : suspect.leaks()) {
                if (where.startsWith(Definitions.WORDS)) {
                    definitions.note(suspect.told(), where);
                } else if (where.startsWith(Definitions.CODES)) {
                    if (suspect.times() < Definitions.MOST_ROWS_OF_ONE) {
                        found(where.substring(Definitions.CODES.length()), suspect.told());
                    }
                } else if (where.startsWith(COMMENTS)) {
                    comments.add(where.substring(COMMENTS.length()));
                } else {
                    found(where, suspect.told());
                }
            }
        }
        for (Definitions.Literal literal : definitions.whole()) {
            literal.places().forEach(where -> found(where, literal.told()));
        }
    }

    private void found(String where, String told) {
        leaks.merge(where, new Leak(where, 1, told), (one, more) -> new Leak(where, one.count() + 1, one.example()));
    }
}
