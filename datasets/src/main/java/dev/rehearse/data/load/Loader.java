package dev.rehearse.data.load;

import dev.rehearse.data.DatasetException;
import dev.rehearse.data.Part;
import dev.rehearse.data.catalog.Failures;
import dev.rehearse.data.catalog.Sql;
import dev.rehearse.data.catalog.Table;
import dev.rehearse.data.plan.table.TablePlan;
import dev.rehearse.data.value.BinaryFormat;
import dev.rehearse.data.value.CopyBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Sends the rows through COPY: each thread of {@link Streams} takes the next stretch of rows of the first table whose parents are loaded. A
 * stretch is one transaction. One that a lost connection or another session's doing ended is sent again, unless the server says that it was
 * committed after all.
 */
public final class Loader {

    private static final int BUFFER = 64 * 1024;
    private static final long STRETCH = 50_000;

    /** How many stretches a table is loaded in at least where its rows shall lie nearly in their order. */
    private static final long STRETCHES_IN_ORDER = 200;

    /** The same in a partition, of which a table may have many. */
    private static final long STRETCHES_OF_A_PARTITION = 20;

    /** Tables and partitions of fewer rows are loaded by one thread where their rows shall lie in their order. */
    private static final long SMALL = 20_000;

    /** How often a stretch is sent before its failure is one of the filling. */
    private static final int TRIES = 3;

    /** Some rows of a table, in one thread's hands at a time. */
    private static final class Stretch {
        private final TablePlan plan;
        private final long from;
        private final long to;
        private int tries;
        /** The row after the last one that was made in any try; the edge cases of those before it are counted already. */
        private long made;
        /** The transaction of this try; null before it has one. */
        private @Nullable String transaction;
        /** Bytes that were sent in this try. */
        private long sent;
        /** The row after the last one that was reported in this try. */
        private long reported;

        Stretch(TablePlan plan, long from, long to) {
            this.plan = plan;
            this.from = from;
            this.to = to;
            made = from;
        }

        void begin() {
            tries++;
            transaction = null;
            sent = 0;
            reported = from;
        }
    }

    /** What is still to do of one table. Guarded by the loader. */
    private static final class Progress {
        private final long from;
        private final long end;
        private long to;
        private long next;
        private long left;
        private long bytes;
        private long startNanos;
        private long endNanos;

        Progress(TablePlan plan, Part part) {
            from = part.from(plan.rows());
            end = part.to(plan.rows());
            next = from;
            until(1);
        }

        public void until(double share) {
            to = share == 1 ? end : from + Math.round((end - from) * share);
            left = to - next;
        }
    }

    private final List<TablePlan> plans;
    private final Map<Long, Set<Long>> parents;
    private final Set<Long> undivided;
    private final boolean inRowOrder;
    private final Map<TablePlan, Progress> progress = new IdentityHashMap<>();
    /** Of the tables that are sent in binary. */
    private final Map<TablePlan, BinaryFormat> formats = new IdentityHashMap<>();

    private final Set<Long> finished = new HashSet<>();
    private final Deque<Stretch> again = new ArrayDeque<>();
    private final Fates fates;
    private final AtomicLong rowsDone;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger sentAgain = new AtomicInteger();

    /**
     * @param plans the tables to load, parents first
     * @param parents by table, those that must be loaded before it because their foreign keys are in place
     * @param undivided tables whose rows must arrive in one statement
     * @param inRowOrder whether rows shall lie in the table nearly in their order
     * @param part which stretch of each table is loaded
     * @param fates knows what became of a transaction whose connection is lost
     * @param rowsDone counts the rows that are sent
     */
    public Loader(
            List<TablePlan> plans,
            Map<Long, Set<Long>> parents,
            Set<Long> undivided,
            boolean inRowOrder,
            Part part,
            Fates fates,
            AtomicLong rowsDone) {
        this.plans = plans;
        this.parents = parents;
        this.undivided = undivided;
        this.inRowOrder = inRowOrder;
        this.fates = fates;
        this.rowsDone = rowsDone;
        for (TablePlan plan : plans) {
            progress.put(plan, new Progress(plan, part));
            BinaryFormat format = BinaryFormat.of(plan.table().columns());
            if (format != null) {
                formats.put(plan, format);
            }
        }
    }

    /** Lets the threads that come next load no more than this share of each table's rows, counted from the first. */
    public synchronized void until(double share) {
        finished.clear();
        progress.values().forEach(table -> table.until(share));
    }

    /** How long a table took, from the first byte sent to the last. */
    public Duration took(TablePlan plan) {
        Progress table = progress.get(plan);
        return table == null ? Duration.ZERO : Duration.ofNanos(table.endNanos - table.startNanos);
    }

    /** Bytes that were sent of one table. */
    public long bytes(TablePlan plan) {
        Progress table = progress.get(plan);
        return table == null ? 0 : table.bytes;
    }

    public long bytes() {
        return bytes.get();
    }

    /** How many stretches were sent more than once. */
    public int sentAgain() {
        return sentAgain.get();
    }

    /** Loads one stretch of rows. Closes a connection that is lost while what it was at can be sent again. */
    public boolean next(Connection connection) throws SQLException, InterruptedException {
        Stretch stretch = take();
        if (stretch == null) {
            return false;
        }
        try {
            stretch.begin();
            connection.setAutoCommit(false);
            Sql.execute(connection, locked(stretch.plan.table()));
            stretch.transaction = Fates.current(connection);
            boolean isSent = copy(connection, stretch);
            if (isSent) {
                connection.commit();
            } else {
                connection.rollback();
            }
            connection.setAutoCommit(true);
            if (isSent) {
                done(stretch);
            } else {
                sendAsText(stretch);
            }
        } catch (SQLException e) {
            if (stretch.tries >= TRIES || !Failures.mayPass(e)) {
                throw Failures.explain(doing(stretch), e);
            }
            takeUp(connection, stretch, e);
        }
        return true;
    }

    private static String doing(Stretch stretch) {
        return "filling table " + stretch.plan.table().label();
    }

    /** Goes on after a failure, as what became of the stretch demands. */
    private void takeUp(Connection connection, Stretch stretch, SQLException failure) throws InterruptedException {
        try {
            if (Failures.isLost(failure)) {
                connection.abort(Runnable::run);
            } else {
                connection.rollback();
                connection.setAutoCommit(true);
            }
            if (stretch.transaction != null && fates.isCommitted(stretch.transaction)) {
                done(stretch);
            } else {
                putBack(stretch);
            }
        } catch (SQLException e) {
            failure.addSuppressed(e);
            throw Failures.explain(doing(stretch), failure);
        }
    }

    private synchronized void putBack(Stretch stretch) {
        rowsDone.addAndGet(stretch.from - stretch.reported);
        bytes.addAndGet(-stretch.sent);
        sentAgain.incrementAndGet();
        again.add(stretch);
    }

    /** Sends a table as text from here on. */
    private synchronized void sendAsText(Stretch stretch) {
        formats.remove(stretch.plan);
        putBack(stretch);
        sentAgain.decrementAndGet();
        stretch.tries--;
    }

    private synchronized @Nullable BinaryFormat format(TablePlan plan) {
        return formats.get(plan);
    }

    /**
     * Who holds the table is waited for as long as anywhere; after that the copies wait for one another alone, while the table grows, and a disk
     * that stalls may make that long.
     */
    private static String locked(Table table) {
        return "LOCK TABLE " + table.quoted() + " IN ROW EXCLUSIVE MODE; SET LOCAL lock_timeout = '10min'";
    }

    private synchronized @Nullable Stretch take() throws InterruptedException {
        if (!again.isEmpty()) {
            return again.remove();
        }
        while (true) {
            boolean waiting = false;
            for (TablePlan plan : plans) {
                Progress table = progressOf(plan);
                if (table.next >= table.to) {
                    continue;
                }
                if (!finished.containsAll(parents.getOrDefault(plan.table().oid(), Set.of()))) {
                    waiting = true;
                    continue;
                }
                long from = table.next;
                table.next = undivided.contains(plan.table().oid()) ? table.to : Math.min(table.to, end(plan, from));
                table.startNanos = table.startNanos == 0 ? System.nanoTime() : table.startNanos;
                return new Stretch(plan, from, table.next);
            }
            if (!waiting) {
                return null;
            }
            // Another thread is at the parents; it notifies when they are loaded, and interrupts when it fails.
            wait();
        }
    }

    /** Where the stretch ends that begins at a row: partitions are tables whose rows shall lie in their order, too. */
    private long end(TablePlan plan, long from) {
        long usual = stretch(plan.rows());
        if (!inRowOrder || !plan.table().partitioned()) {
            return from + usual;
        }
        long last = Math.min(from + usual, plan.rows()) - 1;
        long start = plan.partitionStart(last);
        long end = plan.partitionEnd(last);
        if (end - start <= SMALL) {
            return end;
        }
        return start > from ? start : Math.min(end, from + Math.min(usual, (end - start) / STRETCHES_OF_A_PARTITION));
    }

    private long stretch(long rows) {
        return !inRowOrder ? STRETCH : rows <= SMALL ? SMALL : Math.min(STRETCH, rows / STRETCHES_IN_ORDER);
    }

    private synchronized void done(Stretch stretch) {
        Progress table = progressOf(stretch.plan);
        table.bytes += stretch.sent;
        table.endNanos = System.nanoTime();
        table.left -= stretch.to - stretch.from;
        if (table.left == 0) {
            finished.add(stretch.plan.table().oid());
            notifyAll();
        }
    }

    private Progress progressOf(TablePlan plan) {
        return Objects.requireNonNull(progress.get(plan));
    }

    /** @return false where a row can only be sent as text */
    private boolean copy(Connection connection, Stretch stretch) throws SQLException, InterruptedException {
        TablePlan plan = stretch.plan;
        BinaryFormat format = format(plan);
        CopyBuffer buffer = new CopyBuffer(BUFFER * 2);
        CopyBuffer cell = new CopyBuffer(BUFFER);
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(plan.copyStatement(format != null));
        long row = stretch.from;
        try {
            if (format != null) {
                copy.writeToCopy(BinaryFormat.HEADER, 0, BinaryFormat.HEADER.length);
            }
            while (row < stretch.to) {
                boolean first = row >= stretch.made;
                if (format == null) {
                    buffer.counting(first);
                    plan.writeRow(row++, buffer);
                } else {
                    cell.counting(first);
                    plan.writeRow(row++, format, cell, buffer);
                }
                if (buffer.length() >= BUFFER) {
                    send(copy, buffer, stretch, row);
                }
            }
            send(copy, buffer, stretch, row);
            if (format != null) {
                copy.writeToCopy(BinaryFormat.TRAILER, 0, BinaryFormat.TRAILER.length);
            }
            long loaded = copy.endCopy();
            if (loaded != stretch.to - stretch.from) {
                throw DatasetException.bug(
                        "Table " + plan.table().label() + " took " + loaded + " of " + (stretch.to - stretch.from)
                                + " rows; a trigger or a rule keeps the others out.",
                        null);
            }
            return true;
        } catch (BinaryFormat.UnusualCell e) {
            return false;
        } finally {
            stretch.made = Math.max(stretch.made, row);
            cancel(copy);
        }
    }

    private static void cancel(CopyIn copy) {
        try {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        } catch (SQLException e) {
            // The statement failed before, or the connection is gone; either is being reported.
        }
    }

    private void send(CopyIn copy, CopyBuffer buffer, Stretch stretch, long row)
            throws SQLException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        copy.writeToCopy(buffer.array(), 0, buffer.length());
        stretch.sent += buffer.length();
        bytes.addAndGet(buffer.length());
        rowsDone.addAndGet(row - stretch.reported);
        stretch.reported = row;
        buffer.truncate(0);
    }
}
