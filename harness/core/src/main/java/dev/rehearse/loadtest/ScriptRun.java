package dev.rehearse.loadtest;

import dev.rehearse.InvalidRehearsalException;
import dev.rehearse.pgbench.Command;
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

    private final Wire wire;
    private final Program.Part part;
    private final ScriptState state;
    private int step;
    private boolean pipeline;
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
        Command[] steps = part.steps();
        while (step < steps.length && failure == null) {
            Command command = steps[step];
            if (command instanceof Command.Sql sql) {
                failure = query(sql);
                step++;
            } else if (command instanceof Command.Assignment assignment) {
                assignment.run(state);
                step++;
            } else if (command instanceof Command.Branch branch) {
                step = branch.holds(state) ? step + 1 : branch.otherwise();
            } else if (command instanceof Command.Jump jump) {
                step = jump.target();
            } else if (command instanceof Command.Sleep sleep) {
                sleep(sleep.micros(state));
                step++;
            } else if (command instanceof Command.Pipeline next) {
                failure = pipeline(next);
                step++;
            }
        }
        if (failure == null && (pipeline || wire.isInTransaction())) {
            throw new InvalidRehearsalException("The script " + part.script().name() + " ends within a "
                    + (pipeline
                            ? "pipeline. End it with \\endpipeline."
                            : "transaction. End it with COMMIT or ROLLBACK."));
        }
        return failure;
    }

    private @Nullable String query(Command.Sql sql) throws IOException {
        Statement statement = java.util.Objects.requireNonNull(part.statements()[step]);
        wire.put(statement, state);
        if (pipeline) {
            if (sql.rows() != Command.Rows.DROPPED) {
                throw new InvalidRehearsalException(sql.where()
                        + ": \\gset and \\aset cannot be used within a pipeline, whose results come at its end");
            }
            unconfirmed.add(statement);
            return null;
        }
        wire.putEnd();
        if (sql.rows() == Command.Rows.DROPPED) {
            return ended(statement, wire.exchange(null));
        }
        Rows rows = new Rows(sql, state);
        String sqlState = ended(statement, wire.exchange(rows));
        if (sqlState == null && !rows.end()) {
            message = sql.where() + ": \\gset needs one row, and there was not one";
            return WRONG_ROWS;
        }
        return sqlState;
    }

    private @Nullable String ended(Statement statement, @Nullable String sqlState) {
        if (sqlState == null) {
            wire.confirm(statement);
        } else {
            message = wire.errorMessage();
        }
        return sqlState;
    }

    private @Nullable String pipeline(Command.Pipeline command) throws IOException {
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
            }
            case SYNC -> {
                wire.putSync();
                wire.flush();
            }
            case END -> {
                wire.putSync();
                pipeline = false;
                String sqlState = wire.exchange(null);
                if (sqlState != null) {
                    message = wire.errorMessage();
                    return sqlState;
                }
                unconfirmed.forEach(wire::confirm);
            }
        }
        return null;
    }

    private static void sleep(long micros) {
        long until = System.nanoTime() + micros * 1_000;
        long left = micros * 1_000;
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(left);
            left = until - System.nanoTime();
        }
    }

    /** Leaves the session fit for the next operation after a failure that the connection survived. */
    void recover() throws IOException {
        if (pipeline) {
            wire.putSync();
            wire.exchange(null);
        }
        wire.forgetStatements(failure);
        if (wire.isInTransaction()) {
            wire.putQuery("ROLLBACK");
            wire.exchange(null);
        }
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
