package dev.rehearse.loadtest;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.loadtest.wire.Rows;
import dev.rehearse.loadtest.wire.Statement;
import dev.rehearse.loadtest.wire.Wire;
import dev.rehearse.pgbench.Command;
import dev.rehearse.pgbench.ExpressionException;
import dev.rehearse.pgbench.ScriptState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One run of one script on one connection. For one thread. */
final class ScriptRun {

    /** The operation failed although the server was content: {@code \gset} had not one row. */
    private static final String WRONG_ROWS = "RH001";
    /** So, too: an expression had no value. */
    static final String NO_VALUE = "RH005";

    private final Wire wire;
    private final Program.Part part;
    private final ScriptState state;
    private int step;
    private boolean pipeline;
    /** The step that runs waits for its answer. */
    private boolean isOpen;
    /** The script has failed, and what it began was asked to be undone. */
    private boolean isUndoing;

    private @Nullable Rows rows;
    private List<Statement> unconfirmed = List.of();
    private @Nullable String failure;
    private String message = "";

    ScriptRun(Wire wire, Program.Part part, ScriptState state) {
        this.wire = wire;
        this.part = part;
        this.state = state;
    }

    /**
     * @return the SQLSTATE of the first error, or null
     * @throws IOException where the connection is lost
     */
    @Nullable
    String run() throws IOException {
        if (!advances()) {
            throw new IllegalStateException("A connection that is waited for does not ask to be.");
        }
        return failure;
    }

    /**
     * Goes on until the script has ended, or, on a connection that does not wait, until an answer must be waited for. A script that fails within
     * a transaction has ended when that is rolled back, so that the session is fit for the next operation.
     *
     * @return whether it has ended; {@link #failure} says how
     * @throws IOException where the connection is lost
     */
    boolean advances() throws IOException {
        if (isOpen && !isAnswered()) {
            return false;
        }
        Command[] steps = part.steps();
        while (step < steps.length && failure == null) {
            Command command = steps[step];
            if (command instanceof Command.Sql sql) {
                query(sql);
            } else if (command instanceof Command.Pipeline next) {
                pipeline(next);
            } else {
                compute(command);
            }
            if (isOpen && (wire.isUnblocked() || !isAnswered())) {
                return false;
            }
        }
        if (failure != null) {
            return isUndone(failure);
        }
        if (pipeline || wire.isInTransaction()) {
            throw new InvalidRehearsalException("The script " + part.script().name() + " ends within a "
                    + (pipeline
                            ? "pipeline. End it with \\endpipeline."
                            : "transaction. End it with COMMIT or ROLLBACK."));
        }
        return true;
    }

    /** What needs no server. */
    private void compute(Command command) {
        try {
            if (command instanceof Command.Assignment assignment) {
                assignment.run(state);
                step++;
            } else if (command instanceof Command.Draw draw) {
                draw.run(state);
                step++;
            } else if (command instanceof Command.Branch branch) {
                step = branch.holds(state) ? step + 1 : branch.otherwise();
            } else if (command instanceof Command.Jump jump) {
                step = jump.target();
            } else if (command instanceof Command.Sleep sleep) {
                sleep(sleep.micros(state));
                step++;
            }
        } catch (ExpressionException e) {
            failure = NO_VALUE;
            message = where() + ": " + e.getMessage();
        }
    }

    /** Sends the statement, or within a pipeline only notes it. */
    private void query(Command.Sql sql) throws IOException {
        Statement statement = java.util.Objects.requireNonNull(part.statements()[step]);
        wire.put(statement, state);
        if (pipeline) {
            if (sql.rows() != Command.Rows.DROPPED) {
                throw new InvalidRehearsalException(sql.where()
                        + ": \\gset and \\aset cannot be used within a pipeline, whose results come at its end");
            }
            unconfirmed.add(statement);
            step++;
            return;
        }
        wire.putEnd();
        rows = sql.rows() == Command.Rows.DROPPED ? null : new Rows(sql, state);
        wire.send();
        isOpen = true;
    }

    /** Whether the answer is there; then the step has ended. */
    private boolean isAnswered() throws IOException {
        if (!wire.received(rows)) {
            return false;
        }
        isOpen = false;
        failure = wire.sqlState();
        if (failure != null) {
            message = where() + ": " + wire.errorMessage();
        } else if (part.steps()[step] instanceof Command.Sql sql) {
            wire.confirm(java.util.Objects.requireNonNull(part.statements()[step]));
            if (rows != null && !rows.end()) {
                message = sql.where() + ": \\gset needs one row, and there was not one";
                failure = WRONG_ROWS;
            }
        } else {
            unconfirmed.forEach(wire::confirm);
        }
        step++;
        return true;
    }

    private void pipeline(Command.Pipeline command) throws IOException {
        boolean starts = command.step() == Command.Pipeline.Step.START;
        if (starts == pipeline) {
            throw new InvalidRehearsalException(command.where() + ": "
                    + (starts
                            ? "a pipeline is open already; end it with \\endpipeline"
                            : "no pipeline is open; begin one with \\startpipeline"));
        }
        switch (command.step()) {
            case START -> {
                pipeline = true;
                unconfirmed = new ArrayList<>();
                step++;
            }
            case SYNC -> {
                wire.putSync();
                wire.send();
                step++;
            }
            case END -> {
                wire.putSync();
                pipeline = false;
                rows = null;
                wire.send();
                isOpen = true;
            }
        }
    }

    private static void sleep(long micros) {
        long until = System.nanoTime() + micros * 1_000;
        long left = micros * 1_000;
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(left);
            left = until - System.nanoTime();
        }
    }

    /** Whether the session is fit for the next operation. One that the server ends needs no more. */
    private boolean isUndone(String sqlState) throws IOException {
        if (pipeline) {
            pipeline = false;
            wire.putSync();
            wire.send();
        }
        if (!wire.received(null)) {
            return false;
        }
        if (!isUndoing && wire.isInTransaction() && !isLoss(sqlState)) {
            isUndoing = true;
            wire.putQuery("ROLLBACK");
            wire.send();
            return isUndone(sqlState);
        }
        wire.forgetStatements(sqlState);
        return true;
    }

    /** After these the server ends the connection. */
    static boolean isLoss(String sqlState) {
        return sqlState.startsWith("57P") || sqlState.startsWith("08");
    }

    @Nullable
    String failure() {
        return failure;
    }

    String message() {
        return message;
    }

    /** The step that runs, for messages. */
    String where() {
        return part.steps()[Math.min(step, part.steps().length - 1)].where();
    }
}
