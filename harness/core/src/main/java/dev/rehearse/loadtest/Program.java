package dev.rehearse.loadtest;

import dev.rehearse.loadtest.wire.Statement;
import dev.rehearse.pgbench.Command;
import dev.rehearse.pgbench.PgRandom;
import dev.rehearse.pgbench.Script;
import dev.rehearse.plan.Protocol;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The scripts of a load, ready to run: their steps, and for each statement its messages. Immutable. */
final class Program {

    private final List<Part> parts = new ArrayList<>();
    private final int weights;
    private final int statements;

    /**
     * A script.
     *
     * @param statements for each step its messages, or null where it is no statement
     */
    record Part(Script script, Command[] steps, @Nullable Statement[] statements, int weight) {}

    /**
     * @param firstNumber of the statements
     */
    Program(List<LoadTestPlan.Weighted> scripts, Protocol protocol, int firstNumber) {
        int count = firstNumber;
        int sum = 0;
        for (LoadTestPlan.Weighted weighted : scripts) {
            Command[] steps = weighted.script().commands().toArray(new Command[0]);
            @Nullable Statement[] prepared = new @Nullable Statement[steps.length];
            for (int i = 0; i < steps.length; i++) {
                if (steps[i] instanceof Command.Sql sql) {
                    prepared[i] = new Statement(sql, protocol, count++);
                }
            }
            parts.add(new Part(weighted.script(), steps, prepared, weighted.weight()));
            sum += weighted.weight();
        }
        statements = count;
        weights = sum;
    }

    /** The part that a number from 0 to the sum of the weights - 1 stands for. */
    private int choose(long number) {
        long rest = number;
        for (int i = 0; i < parts.size(); i++) {
            rest -= parts.get(i).weight();
            if (rest < 0) {
                return i;
            }
        }
        return parts.size() - 1;
    }

    /** The part that runs as this operation; follows from its number and the random seed alone. */
    int choose(PgRandom random, long randomSeed, long operation) {
        if (parts.size() == 1) {
            return 0;
        }
        random.seed(PgRandom.mix(~randomSeed, operation));
        return choose(random.upTo(weights - 1));
    }

    Part part(int index) {
        return parts.get(index);
    }

    List<String> names() {
        return parts.stream().map(part -> part.script().name()).toList();
    }

    int count() {
        return parts.size();
    }

    int statements() {
        return statements;
    }
}
