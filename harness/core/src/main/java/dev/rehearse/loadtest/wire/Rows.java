package dev.rehearse.loadtest.wire;

import dev.rehearse.pgbench.Command;
import dev.rehearse.pgbench.ExpressionException;
import dev.rehearse.pgbench.ScriptState;
import dev.rehearse.pgbench.Symbols;
import dev.rehearse.pgbench.Value;
import org.jspecify.annotations.Nullable;

/** Takes the results of one statement into variables, as {@code \gset} and {@code \aset} want it. For one statement, in one thread. */
public final class Rows {

    private final Command.Sql command;
    private final ScriptState state;
    private String[] names = {};
    private @Nullable String @Nullable [] last;
    private String[] lastNames = {};
    private @Nullable String @Nullable [] row;
    private int count;
    private int lastCount;

    public Rows(Command.Sql command, ScriptState state) {
        this.command = command;
        this.state = state;
    }

    void columns(String[] columns) {
        names = columns;
        count = 0;
        row = null;
    }

    void row(@Nullable String[] values) {
        row = values;
        count++;
    }

    /**
     * A statement is complete.
     *
     * @throws ExpressionException where a column to keep has no name that a variable may have
     */
    void complete() {
        last = row;
        lastNames = names;
        lastCount = count;
        if (command.rows() == Command.Rows.ALL_KEPT) {
            store();
        }
        columns(new String[0]);
    }

    /** All are complete; false where {@code \gset} had not one row. */
    public boolean end() {
        if (command.rows() != Command.Rows.LAST_KEPT) {
            return true;
        }
        store();
        return lastCount == 1;
    }

    private void store() {
        @Nullable String[] values = last;
        if (values == null || command.rows() == Command.Rows.LAST_KEPT && lastCount != 1) {
            return;
        }
        for (int i = 0; i < values.length && i < lastNames.length; i++) {
            String value = values[i];
            // pgbench takes NULL for an empty text, so that its scripts ask for that.
            state.set(Symbols.checked(command.prefix() + lastNames[i]), Value.of(value == null ? "" : value));
        }
    }
}
