package dev.rehearse.workload.operation;

import dev.rehearse.plan.JavaOperation;
import dev.rehearse.plan.Workload.ThinkTime;
import dev.rehearse.workload.parameter.Draws;
import dev.rehearse.workload.statement.TrackedWrite;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An operation that was tried on the database and is ready to run.
 *
 * @param tables the tables it touches, as reports name them
 * @param written those of them that it writes
 * @param java what it does in place of statements
 * @param think what the application does between two statements
 */
public record PlannedOperation(
        String name,
        int weight,
        boolean transaction,
        boolean prepared,
        Draws draws,
        List<PlannedStatement> statements,
        List<String> tables,
        List<String> written,
        @Nullable PlannedJava java,
        @Nullable ThinkTime think) {

    /**
     * @param writes by the statement that the code sends, what is prepared in its place so that its rows come back
     */
    public record PlannedJava(JavaOperation code, Map<String, TrackedWrite> writes) {}

    /**
     * @param sql for pgjdbc, with {@code RETURNING} added where the write is tracked
     * @param slots for each question mark, the position of its value
     * @param expectedRows rows it must return or affect; -1: any number
     * @param write what it writes, where its rows can be accounted for
     */
    public record PlannedStatement(
            String sql,
            List<Integer> slots,
            int expectedRows,
            @Nullable TrackedWrite write) {}

    /** Operations of one application version, with the weights added up so that one can be drawn. */
    public record PlannedApplication(String name, List<PlannedOperation> operations, List<Integer> weightsSoFar) {

        static PlannedApplication of(String name, List<PlannedOperation> operations) {
            int sum = 0;
            Integer[] sums = new Integer[operations.size()];
            for (int i = 0; i < sums.length; i++) {
                sum += operations.get(i).weight();
                sums[i] = sum;
            }
            return new PlannedApplication(name, List.copyOf(operations), List.of(sums));
        }

        public boolean isJava() {
            return operations.stream().anyMatch(operation -> operation.java() != null);
        }

        /** The operation at a uniform number from 0 to 1. */
        public int at(double uniform) {
            int total = weightsSoFar.get(weightsSoFar.size() - 1);
            int wanted = (int) (uniform * total);
            int index = 0;
            while (weightsSoFar.get(index) <= wanted) {
                index++;
            }
            return index;
        }
    }
}
