package dev.rehearse.pgbench;

import java.util.List;

/** One step of a script. After a step comes the next one in the script, but for branches and jumps. Immutable. */
public sealed interface Command {

    /** File and line, for messages. */
    String where();

    /** What becomes of the rows. */
    enum Rows {
        DROPPED,
        /** {@code \gset}: the one row of the last result goes into variables. */
        LAST_KEPT,
        /** {@code \aset}: the last row of every result that has one. */
        ALL_KEPT
    }

    /**
     * A statement, or several with {@code \;} between them.
     *
     * @param prefix what the names of kept columns begin with as variables
     */
    record Sql(String where, SqlText text, Rows rows, String prefix) implements Command {}

    /** {@code \set}. */
    record Assignment(String where, int variable, Expression expression) implements Command {

        /** @throws ExpressionException where the expression has no value */
        public void run(ScriptState state) {
            state.set(variable, expression.evaluate(state));
        }
    }

    /**
     * Values for several variables at once, which no script can say.
     *
     * @param variables as many as are drawn
     */
    record Draw(String where, List<Integer> variables, Drawing drawing) implements Command {

        public Draw {
            variables = List.copyOf(variables);
        }

        public void run(ScriptState state) {
            List<Value> values = drawing.draw(state.random());
            for (int i = 0; i < variables.size(); i++) {
                state.set(variables.get(i), values.get(i));
            }
        }
    }

    /** Draws values. Called by many threads. */
    interface Drawing {

        /** As many as there are variables; what is random in them follows from the argument alone. */
        List<Value> draw(PgRandom random);
    }

    /**
     * {@code \if} and {@code \elif}.
     *
     * @param otherwise the step that comes next where the condition does not hold
     */
    record Branch(String where, Expression condition, int otherwise) implements Command {

        /** @throws ExpressionException where the condition has no value */
        public boolean holds(ScriptState state) {
            return condition.evaluate(state).holds();
        }
    }

    /** The end of a branch that was taken. */
    record Jump(String where, int target) implements Command {}

    /**
     * {@code \sleep}.
     *
     * @param length evaluates to how many of the unit
     */
    record Sleep(String where, Expression length, long unitMicros) implements Command {

        /**
         * Below zero it is none; of a fraction the whole units count.
         *
         * @throws ExpressionException where the length is no number
         */
        public long micros(ScriptState state) {
            Value value = length.evaluate(state);
            long units = value instanceof Value.Real real ? (long) real.number() : value.toLong();
            return units * unitMicros;
        }
    }

    /** {@code \startpipeline}, {@code \syncpipeline}, {@code \endpipeline}. */
    record Pipeline(String where, Step step) implements Command {

        /** Where in a pipeline. */
        public enum Step {
            START,
            SYNC,
            END
        }
    }
}
