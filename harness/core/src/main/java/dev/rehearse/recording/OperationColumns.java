package dev.rehearse.recording;

import dev.rehearse.recording.OperationLog.Operation;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * The operations of a log in blocks of columns, each value as its difference to the one before, in as few bytes as it needs: about ten
 * bytes an operation before compression.
 */
final class OperationColumns {

    private static final int MAGIC = 0x52484F50;
    private static final int FORMAT = 2;
    private static final int BLOCK = 4096;
    private static final String SUCCESS = "";

    private OperationColumns() {}

    /** Writes all operations, marked with the run they belong to. */
    static void write(OperationLog log, Instant run, DataOutputStream out) throws IOException {
        int size = log.size();
        Map<String, Integer> states = new LinkedHashMap<>();
        out.writeInt(MAGIC);
        out.writeInt(FORMAT);
        out.writeUTF(run.toString());
        out.writeInt(size);
        for (int from = 0; from < size; from += BLOCK) {
            List<Operation> block = new ArrayList<>(BLOCK);
            for (int i = from; i < Math.min(size, from + BLOCK); i++) {
                block.add(log.get(i));
            }
            writeNewStates(block, states, out);
            for (Column column : Column.values()) {
                long previous = 0;
                for (Operation operation : block) {
                    long value = column == Column.STATE
                            ? states.getOrDefault(state(operation), 0)
                            : column.of.applyAsLong(operation);
                    writeVarint(out, value - previous);
                    previous = value;
                }
            }
        }
    }

    private static String state(Operation operation) {
        String state = operation.sqlState();
        return state == null ? SUCCESS : state;
    }

    private static void writeNewStates(List<Operation> block, Map<String, Integer> states, DataOutputStream out)
            throws IOException {
        List<String> fresh = block.stream()
                .map(OperationColumns::state)
                .distinct()
                .filter(s -> !states.containsKey(s))
                .toList();
        out.writeShort(fresh.size());
        for (String state : fresh) {
            states.put(state, states.size());
            out.writeUTF(state);
        }
    }

    /** A block's columns, in the order they are written. */
    private enum Column {
        KIND(Operation::kind),
        DUE(Operation::dueMicros),
        LATE(o -> o.startMicros() - o.dueMicros()),
        DONE(o -> o.endMicros() - o.startMicros()),
        OUTCOME(o -> o.outcome().ordinal()),
        STATE(o -> 0),
        PID(Operation::pid),
        THINK(Operation::thinkMicros),
        IN_TIME(o -> o.inTime() ? 1 : 0);

        private final ToLongFunction<Operation> of;

        Column(ToLongFunction<Operation> of) {
            this.of = of;
        }
    }

    /** Adds all operations to a log that has their kinds. Whatever does not fit is an {@link IOException} that says so. */
    static void read(DataInputStream in, Instant run, OperationLog log) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new IOException("it does not begin as a file of operations does");
        }
        int format = in.readInt();
        if (format != FORMAT) {
            throw new IOException("it has format " + format + ", and only format " + FORMAT
                    + " is known to this version of Rehearse");
        }
        String of = in.readUTF();
        if (!of.equals(run.toString())) {
            throw new IOException("it belongs to another run, the one that began at " + of);
        }
        int size = in.readInt();
        int kinds = log.kinds().size();
        List<String> states = new ArrayList<>();
        long[][] values = new long[Column.values().length][BLOCK];
        for (int from = 0; from < size; from += BLOCK) {
            int length = Math.min(BLOCK, size - from);
            readStates(in, states);
            for (long[] column : values) {
                readColumn(in, column, length);
            }
            for (int i = 0; i < length; i++) {
                log.add(operation(values, i, kinds, states));
            }
        }
        if (in.read() != -1) {
            throw new IOException("it goes on after its last operation");
        }
    }

    private static void readStates(DataInputStream in, List<String> states) throws IOException {
        int fresh = in.readShort();
        for (int i = 0; i < fresh; i++) {
            states.add(in.readUTF());
        }
    }

    private static void readColumn(DataInputStream in, long[] column, int length) throws IOException {
        long previous = 0;
        for (int i = 0; i < length; i++) {
            previous += readVarint(in);
            column[i] = previous;
        }
    }

    private static Operation operation(long[][] values, int i, int kinds, List<String> states) throws IOException {
        long kind = values[Column.KIND.ordinal()][i];
        long outcome = values[Column.OUTCOME.ordinal()][i];
        long state = values[Column.STATE.ordinal()][i];
        if (kind < 0 || kind >= kinds || outcome < 0 || outcome >= Outcome.values().length) {
            throw new IOException(
                    "it has an operation of kind " + kind + " and outcome " + outcome + ", which do not exist");
        }
        if (state < 0 || state >= states.size()) {
            throw new IOException("it has an operation with SQLSTATE number " + state + " of " + states.size());
        }
        long due = values[Column.DUE.ordinal()][i];
        long start = due + values[Column.LATE.ordinal()][i];
        String sqlState = states.get((int) state);
        return new Operation(
                (int) kind,
                due,
                start,
                start + values[Column.DONE.ordinal()][i],
                Outcome.values()[(int) outcome],
                sqlState.equals(SUCCESS) ? null : sqlState,
                (int) values[Column.PID.ordinal()][i],
                values[Column.THINK.ordinal()][i],
                values[Column.IN_TIME.ordinal()][i] != 0);
    }

    /** Small numbers of either sign take one byte. */
    private static void writeVarint(DataOutputStream out, long value) throws IOException {
        long rest = value << 1 ^ value >> 63;
        while ((rest & ~0x7FL) != 0) {
            out.writeByte((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    private static long readVarint(DataInputStream in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = in.readByte();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value >>> 1 ^ -(value & 1);
            }
        }
        throw new IOException("it has a number that does not end");
    }
}
