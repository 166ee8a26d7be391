package dev.rehearse.recording;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every operation of the load: when it was due, when a client took it up, when it ended, and how. Kept in columns, about 45 bytes an
 * operation. One thread appends at a time (the writer synchronizes); readers read after the load has stopped, or a snapshot.
 */
public final class OperationLog {

    private final List<OperationKind> kinds = new ArrayList<>();
    private final List<String> sqlStates = new ArrayList<>(List.of(""));
    private final Map<String, Integer> sqlStateIndex = new HashMap<>(Map.of("", 0));
    private int size;
    private short[] kind = new short[1024];
    private long[] due = new long[1024];
    private long[] start = new long[1024];
    private long[] end = new long[1024];
    private byte[] outcome = new byte[1024];
    private short[] sqlState = new short[1024];
    private int[] pid = new int[1024];
    private int[] think = new int[1024];
    private boolean[] inTime = new boolean[1024];

    /**
     * @param name the operation's name
     * @param application the application version it belongs to
     * @param tables the tables it touches, as far as is known
     * @param written those of them that it writes
     */
    public record OperationKind(String name, String application, List<String> tables, List<String> written) {

        public OperationKind {
            tables = List.copyOf(tables);
            written = List.copyOf(written);
        }

        /** Whether it writes. */
        public boolean writes() {
            return !written.isEmpty();
        }
    }

    /**
     * One operation.
     *
     * @param kind index into {@link OperationLog#kinds()}
     * @param dueMicros its intended start; response time counts from here
     * @param startMicros when a client took it up; service time counts from here
     * @param endMicros when it ended; for one never finished, when the load stopped
     * @param outcome how it ended
     * @param sqlState SQLSTATE of its failure, or null
     * @param pid server process that served it, 0 where none did
     * @param thinkMicros how much of the time between start and end the application itself was thinking; part of neither response nor service time
     * @param inTime whether a client was free when it was due, so that a late start is the generator's own
     */
    public record Operation(
            int kind,
            long dueMicros,
            long startMicros,
            long endMicros,
            Outcome outcome,
            @Nullable String sqlState,
            int pid,
            long thinkMicros,
            boolean inTime) {

        /** The SQLSTATE, of ours, of an operation whose statement gave, or wrote, another number of rows than it expects. */
        public static final String WRONG_ROWS = "RH001";

        /** That of one that gave up waiting for a connection of the pool: it never reached the database. */
        public static final String NO_CONNECTION = "RH002";

        /** That of one whose Java code failed for a reason of its own: no failure of the database is among the causes. */
        public static final String OWN_FAILURE = "RH004";

        /** Without thinking, and not known to have found a free client. */
        public Operation(
                int kind,
                long dueMicros,
                long startMicros,
                long endMicros,
                Outcome outcome,
                @Nullable String sqlState,
                int pid) {
            this(kind, dueMicros, startMicros, endMicros, outcome, sqlState, pid, 0, false);
        }

        public long responseMicros() {
            return endMicros - dueMicros - thinkMicros;
        }

        public long serviceMicros() {
            return endMicros - startMicros - thinkMicros;
        }

        /** How long it waited for a client. */
        public long queueMicros() {
            return startMicros - dueMicros;
        }

        /** Whether a client took it up, so that it has a service time. */
        public boolean isServed() {
            return !NO_CONNECTION.equals(sqlState);
        }
    }

    /** Adds a kind of operation and returns its index. */
    public synchronized int addKind(OperationKind operationKind) {
        kinds.add(operationKind);
        return kinds.size() - 1;
    }

    /** Adds one finished operation. */
    public synchronized void add(Operation operation) {
        if (size == due.length) {
            grow();
        }
        kind[size] = (short) operation.kind();
        due[size] = operation.dueMicros();
        start[size] = operation.startMicros();
        end[size] = operation.endMicros();
        outcome[size] = (byte) operation.outcome().ordinal();
        String state = operation.sqlState() == null ? "" : operation.sqlState();
        sqlState[size] = sqlStateIndex
                .computeIfAbsent(state, s -> {
                    sqlStates.add(s);
                    return sqlStates.size() - 1;
                })
                .shortValue();
        pid[size] = operation.pid();
        think[size] = (int) Math.min(Integer.MAX_VALUE, operation.thinkMicros());
        inTime[size] = operation.inTime();
        size++;
    }

    private void grow() {
        int capacity = size * 2;
        kind = Arrays.copyOf(kind, capacity);
        due = Arrays.copyOf(due, capacity);
        start = Arrays.copyOf(start, capacity);
        end = Arrays.copyOf(end, capacity);
        outcome = Arrays.copyOf(outcome, capacity);
        sqlState = Arrays.copyOf(sqlState, capacity);
        pid = Arrays.copyOf(pid, capacity);
        think = Arrays.copyOf(think, capacity);
        inTime = Arrays.copyOf(inTime, capacity);
    }

    public synchronized List<OperationKind> kinds() {
        return List.copyOf(kinds);
    }

    public synchronized int size() {
        return size;
    }

    /** The operation at {@code index}, in order of being added (that is, of ending). */
    public synchronized Operation get(int index) {
        String state = sqlStates.get(sqlState[index]);
        return new Operation(
                kind[index],
                due[index],
                start[index],
                end[index],
                Outcome.values()[outcome[index]],
                state.isEmpty() ? null : state,
                pid[index],
                think[index],
                inTime[index]);
    }
}
