package dev.rehearse.loadtest.wire;

import dev.rehearse.pgbench.Command;
import dev.rehearse.pgbench.ScriptState;
import dev.rehearse.pgbench.SqlText;
import dev.rehearse.pgbench.Value;
import dev.rehearse.plan.Protocol;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A statement with its messages made as far as they can be beforehand:
 * <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message Formats</a>. Immutable.
 */
public final class Statement {

    private static final byte[] EXECUTE = {'E', 0, 0, 0, 9, 0, 0, 0, 0, 0};
    private static final byte[] DESCRIBE_AND_EXECUTE = {'D', 0, 0, 0, 6, 'P', 0, 'E', 0, 0, 0, 9, 0, 0, 0, 0, 0};

    private final Command.Sql command;
    private final Protocol protocol;
    private final int number;
    private final byte[][] pieces;
    private final byte[][] placeholders;
    private final int[] variables;
    private final byte[] name;
    private final byte[] numbered;
    /** What a Bind begins with: the unnamed portal, the statement's name, all values as text, and how many there are. */
    private final byte[] bindHead;

    private final byte[] execution;

    /**
     * @param number of the statement among all of a load, from 0
     */
    public Statement(Command.Sql command, Protocol protocol, int number) {
        SqlText text = command.text();
        this.command = command;
        this.protocol = protocol;
        this.number = number;
        this.pieces = bytes(text.pieces());
        this.placeholders = bytes(text.names().stream().map(n -> ":" + n).toList());
        this.variables = text.variables().stream().mapToInt(v -> v).toArray();
        this.name =
                protocol == Protocol.PREPARED ? ("rehearse_" + number).getBytes(StandardCharsets.UTF_8) : new byte[0];
        this.numbered = text.numbered().getBytes(StandardCharsets.UTF_8);
        this.bindHead = ByteBuffer.allocate(name.length + 6)
                .put((byte) 0)
                .put(name)
                .put((byte) 0)
                .putShort((short) 0)
                .putShort((short) variables.length)
                .array();
        this.execution = command.rows() == Command.Rows.DROPPED ? EXECUTE : DESCRIBE_AND_EXECUTE;
    }

    private static byte[][] bytes(List<String> texts) {
        return texts.stream().map(t -> t.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    }

    int number() {
        return number;
    }

    Command.Sql command() {
        return command;
    }

    /**
     * Puts everything but the Sync of the extended protocol.
     *
     * @return whether the statement was parsed under its name
     */
    boolean put(MessageBuffer buffer, ScriptState state, Preparation preparation) {
        if (protocol == Protocol.SIMPLE) {
            putQuery(buffer, state);
            return false;
        }
        boolean parses = protocol == Protocol.EXTENDED || preparation != Preparation.DONE;
        if (preparation == Preparation.STALE) {
            buffer.begin('C');
            buffer.put('S');
            buffer.putText(name);
            buffer.end();
        }
        if (parses) {
            buffer.begin('P');
            buffer.putText(name);
            buffer.putText(numbered);
            buffer.putShort(0);
            buffer.end();
        }
        putBind(buffer, state);
        buffer.put(execution);
        return parses && protocol == Protocol.PREPARED;
    }

    private void putQuery(MessageBuffer buffer, ScriptState state) {
        buffer.begin('Q');
        buffer.put(pieces[0]);
        for (int i = 0; i < variables.length; i++) {
            Value value = state.get(variables[i]);
            if (value == null) {
                buffer.put(placeholders[i]);
            } else {
                buffer.putValue(value);
            }
            buffer.put(pieces[i + 1]);
        }
        buffer.put(0);
        buffer.end();
    }

    private void putBind(MessageBuffer buffer, ScriptState state) {
        buffer.begin('B');
        buffer.put(bindHead);
        for (int variable : variables) {
            Value value = state.get(variable);
            if (value == null || value.isNull()) {
                buffer.putInt(-1);
            } else {
                int start = buffer.beginField();
                buffer.putValue(value);
                buffer.endField(start);
            }
        }
        buffer.putShort(0);
        buffer.end();
    }

    /** What a connection knows of a named statement. */
    enum Preparation {
        NONE,
        DONE,
        /** It may be there, but must not be used again. */
        STALE
    }
}
