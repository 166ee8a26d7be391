package dev.rehearse.data.anonymize;

import dev.rehearse.data.FillProgress;
import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Copies the rows: COPY out of the snapshot, through the rules, COPY into the target. */
final class SnapshotCopy {

    /** 16 MiB: all but small tables are read by several sessions at once. */
    private static final int CHUNK_PAGES = 2_048;

    private static final int BUFFER_BYTES = 64 << 10;

    private final Snapshot snapshot;
    private final Endpoint target;
    private final SourceSchema schema;
    private final Rules rules;
    private final KeyFamilies families;
    private final AnonymizeSpec spec;
    private final Ledger ledger;
    private final FillProgress progress;
    private final Map<Long, AtomicLong> rows = new ConcurrentHashMap<>();
    private final AtomicLong rowsDone = new AtomicLong();
    private long rowsTotal;

    /**
     * One COPY.
     *
     * @param size by which the larger ones come first
     */
    private record Task(SourceTable table, String query, long size) {}

    SnapshotCopy(
            Snapshot snapshot,
            Endpoint target,
            SourceSchema schema,
            Rules rules,
            KeyFamilies families,
            AnonymizeSpec spec,
            Ledger ledger,
            FillProgress progress) {
        this.snapshot = snapshot;
        this.target = target;
        this.schema = schema;
        this.rules = rules;
        this.families = families;
        this.spec = spec;
        this.ledger = ledger;
        this.progress = progress;
        this.rowsTotal = schema.rows();
    }

    /**
     * @param chosen the rows to copy, or null for all
     * @return rows by table
     */
    Map<Long, Long> run(@Nullable ChosenRows chosen) {
        List<Task> tasks = new ArrayList<>();
        for (SourceTable table : schema.tables()) {
            rows.put(table.oid(), new AtomicLong());
            if (!table.copied().isEmpty()) {
                for (SourceTable.Leaf leaf : table.leaves()) {
                    add(table, leaf, chosen, tasks);
                }
            }
        }
        if (chosen != null) {
            rowsTotal = chosen.count();
        }
        tasks.sort(Comparator.comparingLong(Task::size).reversed());
        Workers.run(spec.readers(), tasks, "copying rows", Bench::new);
        return rows.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, each -> each.getValue().get()));
    }

    private static void add(SourceTable table, SourceTable.Leaf leaf, @Nullable ChosenRows chosen, List<Task> tasks) {
        String select = "SELECT "
                + table.copied().stream()
                        .map(column -> SourceReader.quote(column.name()))
                        .collect(Collectors.joining(", "))
                + " FROM ONLY " + leaf.quoted();
        if (chosen != null) {
            chosen.batches(leaf.oid())
                    .forEach(tids ->
                            tasks.add(new Task(table, select + " WHERE ctid = ANY ('" + tids + "')", tids.length())));
            return;
        }
        if (leaf.pages() <= CHUNK_PAGES) {
            tasks.add(new Task(table, select, leaf.pages()));
            return;
        }
        for (long page = 0; page < leaf.pages(); page += CHUNK_PAGES) {
            boolean last = page + CHUNK_PAGES >= leaf.pages();
            // What was added since the catalog counted pages is in the last one.
            String end = last ? "" : " AND ctid < '(" + (page + CHUNK_PAGES) + ",0)'";
            tasks.add(new Task(table, select + " WHERE ctid >= '(" + page + ",0)'" + end, CHUNK_PAGES));
        }
    }

    /** A session at each end, and pseudonyms of its own. */
    private final class Bench implements Workers.Bench<Task> {

        private final Connection source;
        private final Connection sink;
        private final Pseudonyms pseudonyms = new Pseudonyms(spec.key(), rules.keptMailDomains());
        private final Map<Long, RowTransform> transforms = new ConcurrentHashMap<>();

        Bench() throws SQLException {
            source = snapshot.join();
            try {
                sink = Anonymizer.openTarget(target);
            } catch (SQLException e) {
                source.close();
                throw e;
            }
        }

        @Override
        public List<Connection> connections() {
            return List.of(source, sink);
        }

        @Override
        public void run(Task task) throws SQLException, InterruptedException {
            try {
                copy(task);
            } catch (SQLException e) {
                throw explained(task.table(), e);
            }
        }

        private void copy(Task task) throws SQLException, InterruptedException {
            SourceTable table = task.table();
            RowTransform transform = transforms.computeIfAbsent(
                    table.oid(), oid -> new RowTransform(table, rules, families, pseudonyms, ledger));
            AtomicLong count = java.util.Objects.requireNonNull(rows.get(table.oid()));
            String columns = table.copied().stream()
                    .map(column -> SourceReader.quote(column.name()))
                    .collect(Collectors.joining(", "));
            CopyOut out =
                    source.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY (" + task.query() + ") TO STDOUT");
            CopyIn in = null;
            try {
                in = sink.unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyIn("COPY " + table.quoted() + " (" + columns + ") FROM STDIN");
                ByteArrayOutputStream buffer = new ByteArrayOutputStream(BUFFER_BYTES * 2);
                long buffered = 0;
                long bytesRead = 0;
                for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
                    transform.apply(row, buffer);
                    buffered++;
                    bytesRead += row.length;
                    if (buffer.size() >= BUFFER_BYTES) {
                        flush(in, buffer, table, count, buffered);
                        spec.throttle().read(buffered, bytesRead);
                        buffered = 0;
                        bytesRead = 0;
                    }
                }
                flush(in, buffer, table, count, buffered);
                in.endCopy();
                spec.throttle().read(buffered, bytesRead);
            } finally {
                if (in != null && in.isActive()) {
                    in.cancelCopy();
                }
                if (out.isActive()) {
                    out.cancelCopy();
                }
            }
        }

        private void flush(CopyIn in, ByteArrayOutputStream buffer, SourceTable table, AtomicLong count, long more)
                throws SQLException {
            byte[] bytes = buffer.toByteArray();
            in.writeToCopy(bytes, 0, bytes.length);
            buffer.reset();
            count.addAndGet(more);
            long done = rowsDone.addAndGet(more);
            progress.report("copying " + table.label(), done, Math.max(rowsTotal, done));
        }

        @Override
        public void close() throws SQLException {
            try (sink) {
                source.close();
            }
        }
    }

    /** With the columns of a constraint that did not hold, and their rules. */
    private RuntimeException explainedCheck(SourceTable table, ServerErrorMessage server, SQLException e) {
        List<String> columns = new ArrayList<>();
        try (Connection asked = Anonymizer.openTarget(target);
                Statement statement = asked.createStatement();
                ResultSet r = statement.executeQuery(
                        "SELECT a.attname FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_attribute a"
                                + " ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) WHERE k.conname = "
                                + SourceReader.literal(String.valueOf(server.getConstraint())) + " AND k.conrelid = "
                                + SourceReader.literal(table.quoted()) + "::regclass ORDER BY a.attnum")) {
            while (r.next()) {
                String name = r.getString(1);
                table.copied().stream()
                        .filter(column -> column.name().equals(name))
                        .forEach(column -> columns.add(name + " (rule "
                                + rules.of(table, column).treatment().word() + ")"));
            }
        } catch (SQLException further) {
            e.addSuppressed(further);
        }
        return AnonymizeException.input(
                "The constraint " + server.getConstraint() + " of table " + table.label()
                        + " does not hold for the values that the"
                        + " rules make of "
                        + (columns.isEmpty() ? "its columns" : "column " + String.join(", column ", columns))
                        + ". Give a column of it another rule, such as keep, synthesise or null. The target is not whole.",
                e);
    }

    private RuntimeException explained(SourceTable table, SQLException e) {
        ServerErrorMessage server = e instanceof PSQLException psql ? psql.getServerErrorMessage() : null;
        if ("23514".equals(e.getSQLState()) && server != null && server.getConstraint() != null) {
            return explainedCheck(table, server, e);
        }
        return Troubles.explain("copying table " + table.label(), e);
    }
}
